"""A letter that is too large is packed tighter where nobody can see it, and only then."""

import base64
import io
import os
import zlib

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from esdh_connect.errors import DoesNotFit
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.consolidation import Layout
from esdh_connect_bilag.consolidation.packing import packed
from esdh_connect_bilag.engine import Bounds, Declined, Part, Style, merge

PLAIN = Layout(overview_from=0)


def photo():
    """Give a picture as a camera makes it."""
    written = io.BytesIO()
    Image.frombytes("RGB", (60, 40), os.urandom(7200)).save(written, "JPEG", quality=90)
    return written.getvalue()


def drawn(pdf):
    """Fill a file as old programs do: a picture in letters, a long drawing as it is, a miniature, private data."""
    jpeg = photo()
    picture = pdf.make_stream(base64.a85encode(jpeg) + b"~>", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
    picture.Width, picture.Height, picture.ColorSpace, picture.BitsPerComponent = 60, 40, pikepdf.Name.DeviceRGB, 8
    picture.Filter = [pikepdf.Name.ASCII85Decode, pikepdf.Name.DCTDecode]
    page = pdf.pages[0]
    page.Resources.XObject = pikepdf.Dictionary(Im=picture)
    page.Contents = pdf.make_stream(b"q 300 0 0 200 50 400 cm /Im Do Q\n" + b"0 0 m 9 9 l S\n" * 400)
    page.Thumb = pdf.make_stream(b"\0" * 5000, Width=50, Height=100, ColorSpace=pikepdf.Name.DeviceGray)
    page.PieceInfo = pikepdf.Dictionary(Draw=pikepdf.Dictionary(Private=pdf.make_stream(os.urandom(20_000))))


def picture_of(content, page=0):
    with pypdfium2.PdfDocument(content) as pdf:
        return pdf[page].render().to_pil().tobytes()


def saved(pdf):
    """Write it with its streams as they are."""
    written = io.BytesIO()
    pdf.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return written.getvalue()


@pytest.fixture(scope="module")
def fat():
    with pikepdf.open(io.BytesIO(pdf_of("Tegning"))) as pdf:
        drawn(pdf)
        return saved(pdf)


def test_a_letter_that_is_too_large_is_packed_until_it_fits_and_says_so(laid, fat):
    """The manifest too; and it looks the same."""
    whole = laid("Brev", fat, layout=PLAIN).main
    made = laid("Brev", fat, layout=PLAIN, max_bytes=whole.size - 10_000)

    assert made.main.size < whole.size - 25_000
    assert [one.changes for one in made.main.places] == [(), ("pakket tættere",)]
    assert picture_of(made.main.content, 1) == picture_of(fat)
    [said] = [one for one in made.findings if one.id == "packed"]
    assert f"fylder {round((whole.size - made.main.size) / 1000)} kB mindre" in said.text
    assert "det, man ser, er uændret" in said.text
    assert laid("Brev", fat, layout=PLAIN, max_bytes=whole.size - 10_000) == made


def test_a_letter_that_fits_is_not_packed(laid, fat):
    """What nobody asked for is not done."""
    made = laid("Brev", fat, layout=PLAIN)

    assert [one.changes for one in made.main.places] == [(), ()]
    with pikepdf.open(io.BytesIO(made.main.content)) as pdf:
        assert "/PieceInfo" in pdf.pages[1]


def test_a_letter_of_one_file_is_packed_too(laid, fat):
    """Also by what nothing in it refers to any more."""
    content = fat + b"%" + os.urandom(5000).replace(b"\n", b" ") + fat[fat.rindex(b"\nstartxref") :]
    made = laid(content, max_bytes=len(content) - 5000)

    assert [one.changes for one in made.main.places] == [("pakket tættere",)]
    assert picture_of(made.main.content) == picture_of(fat)


def test_a_signed_letter_is_never_packed(laid, signed):
    """It is refused with how much it is too large."""
    with pytest.raises(DoesNotFit) as caught:
        laid(signed, max_bytes=len(signed) - 100)

    assert "brevet fylder 100 byte for meget, også når det pakkes så tæt, det kan" in caught.value.danish


def test_pictures_lose_the_letters_they_were_written_in_and_nothing_else(fat):
    """The bytes of the camera are the same; what is PDF/A's is left alone."""
    with pikepdf.open(io.BytesIO(fat)) as pdf, pikepdf.open(io.BytesIO(packed(fat))) as after:
        before, made = pdf.pages[0].Resources.XObject.Im, after.pages[0].Resources.XObject.Im
        assert made.Filter == pikepdf.Array([pikepdf.Name.DCTDecode])
        assert base64.a85decode(before.read_raw_bytes()[:-2]) == made.read_raw_bytes()
        assert made.read_raw_bytes().startswith(b"\xff\xd8")
        assert "/Thumb" not in after.pages[0]
        assert "/PieceInfo" not in after.pages[0]


def test_where_there_is_nothing_to_gain_the_bytes_are_the_same(changed):
    """Metadata must be readable without unpacking."""
    content = pdf_of("a", "b")
    assert packed(content) is content

    def describe(pdf):
        pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta>" * 100, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)

    described = changed(describe)
    assert packed(described) == described


_ENCODED = {
    "": lambda data: data,
    "ASCII85Decode": lambda data: base64.a85encode(data) + b"~>",
    "ASCIIHexDecode": lambda data: data.hex().encode() + b">",
    "FlateDecode": zlib.compress,
}


@given(
    st.binary(max_size=600), st.lists(st.sampled_from([name for name in _ENCODED if name]), max_size=3), st.booleans()
)
def test_whatever_a_stream_was_written_in_it_says_the_same(data, filters, repeated):
    """And is no larger."""
    data = data * 4 if repeated else data
    raw = data
    for name in reversed(filters):
        raw = _ENCODED[name](raw)
    with pikepdf.open(io.BytesIO(pdf_of("Side"))) as pdf:
        stream = pdf.make_stream(raw)
        if filters:
            stream.Filter = [pikepdf.Name("/" + name) for name in filters]
        pdf.pages[0].Held = stream
        content = saved(pdf)
    merged = merge([Part("a", packed(content))], Style("a")).content

    with pikepdf.open(io.BytesIO(merged)) as pdf:
        held = pdf.pages[0].Held
        assert held.read_bytes() == data
        assert len(held.read_raw_bytes()) <= len(raw)


def test_a_file_that_takes_too_long_to_pack_is_declined(fat):
    """It is refused as too large, then."""
    with pytest.raises(Declined):
        packed(fat, bounds=Bounds(bytes=10))


def heavy(*names):
    """Give documents of a megabyte each that cannot be packed."""

    def one(name):
        with pikepdf.open(io.BytesIO(pdf_of(name))) as pdf:
            pdf.pages[0].Held = pdf.make_stream(os.urandom(1_000_000))
            return saved(pdf)

    return [one(name) for name in names]


def test_a_letter_goes_in_several_files_where_the_channel_has_a_limit_for_each(laid):
    """As few as there is room for, in their order; the list in the first tells where each is."""
    made = laid("Brev", *heavy("Kort", "Plan", "Snit"), max_files=5, max_file_bytes=2_100_000)

    assert [[place.document for place in file.places] for file in made.files] == [[0, None, 1, 2], [3]]
    assert [one.text for one in made.findings if one.id == "divided"] == [
        "Brevet sendes i 2 filer, fordi kanalen har en grænse for hver fil."
    ]
    text = pypdfium2.PdfDocument(made.main.content)[1].get_textpage().get_text_bounded()
    assert "Bilag 3" in text
    assert "egen fil" in text
    three = laid("Brev", *heavy("Kort", "Plan", "Snit", "Note", "Mål"), max_files=5, max_file_bytes=2_100_000)
    assert [[place.document for place in file.places] for file in three.files] == [[0, None, 1, 2], [3, 4], [5]]
    assert "fil 2" in pypdfium2.PdfDocument(three.main.content)[1].get_textpage().get_text_bounded()


@pytest.mark.parametrize(("max_files", "max_file_bytes"), [(1, 2_100_000), (5, 900_000)])
def test_a_letter_that_does_not_fit_in_files_either_is_refused(laid, max_files, max_file_bytes):
    """Where the channel takes too few of them, or one document is too large by itself."""
    with pytest.raises(DoesNotFit) as caught:
        laid("Brev", *heavy("Kort", "Plan", "Snit"), max_files=max_files, max_file_bytes=max_file_bytes)

    assert "i hver fil" in caught.value.danish
