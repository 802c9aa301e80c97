"""Øvelse on paper: every page of every PDF says that it is no real letter."""

from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject, RectangleObject

from esdh_connect import pdf
from esdh_connect.errors import UnreadableDocument
from esdh_connect.ids import Cpr
from esdh_connect.model import Document, File, Letter, Party, Place, Recipient, Source
from esdh_connect.testing.fakes import pdf_of
from esdh_connect.training import MARK, WATERMARKED, Training

TEXT = "application/vnd.oasis.opendocument.text"


def marked(content):
    return pdf.watermarked(content, MARK, name="brev.pdf")


def texts(content):
    """What stands on each page, as another reader sees it."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]


def red(content, page=0):
    """How many points of a page are red: the mark is, and nothing else here."""
    bitmap = pypdfium2.PdfDocument(content)[page].render(scale=0.5, rev_byteorder=True)
    data, width = bytes(bitmap.buffer), bitmap.n_channels
    points = (data[at : at + 3] for at in range(0, len(data) - 2, width))
    return sum(red - max(green, blue) > 40 for red, green, blue in points)


def written(writer):
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def drawn(*streams, box=(0, 0, 595, 842), turn=0):
    """A page that draws this."""
    writer = PdfWriter()
    page = writer.add_blank_page(box[2] - box[0], box[3] - box[1])
    page.mediabox = RectangleObject(box)
    parts = []
    for data in streams:
        stream = DecodedStreamObject()
        stream.set_data(data)
        parts.append(writer._add_object(stream))
    if parts:
        page[NameObject("/Contents")] = ArrayObject(parts)
    page.rotate(turn)
    return written(writer)


def test_every_page_is_marked_twice_and_keeps_what_stands_on_it():
    """Across it and at its top."""
    found = texts(marked(pdf_of("Afgørelse", "Side to")))
    assert [one.count(MARK) for one in found] == [2, 2]
    assert [one.splitlines()[0] for one in found] == ["Afgørelse", "Side to"]


def test_the_same_letter_gives_the_same_bytes():
    """What was shown is what is sent (P7)."""
    assert marked(pdf_of("a", "b")) == marked(pdf_of("a", "b"))


@pytest.mark.parametrize(
    "page",
    [
        drawn(),
        drawn(b"q 0 0 10 10 re W n 0.1 0 0 0.1 500 700 cm"),  # begun, cut to a corner, and never ended
        drawn(b"Q Q 1 0 0 1 9000 9000 cm"),  # ended and never begun
        drawn(b"Q q 0 0 1 1 re W n", b"q 0.01 0 0 0.01 0 0 cm"),  # both, over two streams
        drawn(b"1 1 1 rg 0 0 595 842 re f"),  # a scan fills the page
        drawn(turn=90),
        drawn(turn=180),
        drawn(box=(-300, -400, 295, 442)),
        drawn(box=(0, 0, 1684, 2384)),
        drawn(box=(0, 0, 200, 100)),
    ],
    ids=["empty", "unended", "unbegun", "both", "covered", "turned", "head down", "elsewhere", "a1", "label"],
)
def test_whatever_a_page_does_its_mark_is_seen(page):
    """Not only written: it shows as another program draws it."""
    found = marked(page)
    assert [one.count(MARK) for one in texts(found)] == [2]
    assert red(page) == 0
    assert red(found) > 100


def test_pages_that_share_their_resources_are_marked_each_once():
    """A page inherits them, and another does too."""
    writer = PdfWriter()
    writer.append(BytesIO(pdf_of("one")))
    writer.add_page(writer.pages[0])
    assert [one.count(MARK) for one in texts(marked(written(writer)))] == [2, 2]


def test_bookmarks_and_attached_data_stay():
    """Only its pages are written on."""
    content = pdf.merge([("Afgørelse", pdf_of("one")), ("Bilag", pdf_of("two"))], title="Afgørelse")
    reader = PdfReader(BytesIO(marked(content)))
    assert [mark.title for mark in reader.outline] == ["Afgørelse", "Bilag"]
    assert (reader.metadata.title, reader.root_object["/Lang"]) == ("Afgørelse", "da")


@pytest.mark.parametrize("content", [b"%PDF-1.7 and then nothing", b"", pdf_of("a")[:300]])
def test_a_file_that_cannot_be_marked_goes_no_further(content):
    """None comes out without its mark."""
    with pytest.raises(UnreadableDocument) as caught:
        marked(content)
    assert caught.value.document == "brev.pdf"


@given(st.binary(max_size=300))
def test_no_page_content_breaks_more_than_its_own_letter(data):
    """Garbage is marked, or refused."""
    try:
        found = marked(drawn(data))
    except UnreadableDocument:
        return
    assert len(PdfReader(BytesIO(found)).pages) == 1


# --- a letter


def test_each_pdf_of_a_letter_is_marked_and_its_places_say_so():
    """Those that stay in files of their own too; what is no PDF is left alone."""
    sources = [Source(Document(name, name=f"{name}.pdf"), pdf_of(name), 1) for name in ("brev", "bilag")]
    sources.append(Source(Document("odt", name="a.odt", media_type=TEXT), b"PK"))
    letter = Training().marked(Letter.of("Afgørelse", sources))
    assert [MARK in "".join(texts(file.content)) for file in letter.files[:2]] == [True, True]
    assert [file.places[0].changes for file in letter.files] == [(WATERMARKED,), (WATERMARKED,), ()]
    assert letter.files[2].content == b"PK"


def test_a_letter_that_is_marked_is_not_marked_again():
    """One that did not come through goes once more as it was."""
    once = Training().marked(Letter("t", (File("a.pdf", "application/pdf", pdf_of("a"), (Place(0, 1, 1),), 1),)))
    assert Training().marked(once) == once


@pytest.mark.parametrize(("who", "is_replacement"), [("digital", False), ("paper", True)])
def test_a_test_person_takes_the_place_of_whoever_was_meant(who, is_replacement):
    """The party stays: it is the host's name for whom the letter is about."""
    meant = Recipient(Party("p1", "fake"), "Frida Mortensen", Cpr("0101901234"))
    found = Training(who, "Prøve Person").instead_of(meant)
    assert (found.party, found.name, found.id.is_replacement) == (meant.party, "Prøve Person", is_replacement)
    assert found.id != meant.id
    assert found.address.street
