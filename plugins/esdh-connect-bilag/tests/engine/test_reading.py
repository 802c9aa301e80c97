"""Opening a PDF: each way to say where its objects are, and each way to be wrong about it."""

import base64
import contextlib
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_bilag.engine import Bounds, Declined, Name, Reason, Ref, Stream, open_pdf
from esdh_connect_bilag.engine.bounds import Watch

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def with_xref_stream(objects, packed, *, widths=(1, 4, 1), entries=b"", table=None):
    """Write a file with a cross-reference stream; `packed` are objects of the object stream 50."""
    written, rows = bytearray(b"%PDF-1.5\n"), {0: (0, 0, 0)}
    if packed:
        listed, body = b"", b""
        for place, (number, text) in enumerate(packed.items()):
            listed += b"%d %d " % (number, len(body))
            body += text + b" "
            rows[number] = (2, 50, place)
        data = zlib.compress(listed + body)
        head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(packed), len(listed), len(data))
        objects = objects | {50: head + b"\nstream\n" + data + b"\nendstream"}
    for number, text in objects.items():
        rows[number] = (1, len(written), 0)
        written += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    size = max(rows) + 2
    rows[size - 1] = (1, len(written), 0)
    lines = [rows.get(number, (0, 0, 0)) for number in range(size)]
    plain = b"".join(field.to_bytes(width) for row in lines for field, width in zip(row, widths, strict=True) if width)
    data = zlib.compress(plain if table is None else table)
    start = len(written)
    head = b"<</Type/XRef/Size %d/W[%d %d %d]/Root 1 0 R/Filter/FlateDecode/Length %d" % (size, *widths, len(data))
    written += b"%d 0 obj\n%b%b>>\nstream\n%b\nendstream\nendobj\n" % (size - 1, head, entries, data)
    return bytes(written + b"startxref\n%d\n%%%%EOF" % start)


def tree(**more):
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: PAGE}
    return objects | {int(name[1:]): text for name, text in more.items()}


def read_all(content, bounds=None):
    pdf = open_pdf(content, bounds or Bounds())
    assert pdf.pages
    for number in pdf.xref.entries:
        pdf.get(number)


def declined(content, bounds=None):
    with pytest.raises(Declined) as raised:
        read_all(content, bounds)
    return raised.value.reason


@pytest.mark.parametrize("widths", [(1, 2, 1), (1, 4, 2), (2, 3, 2), (1, 8, 1)])
def test_objects_are_found_in_object_streams(widths):
    """With fields of whatever width."""
    pdf = open_pdf(with_xref_stream({}, tree(), widths=widths))
    assert [page.number for page in pdf.pages] == [3]
    assert pdf.get(3)["MediaBox"] == [0, 0, 9, 9]


def test_pages_inherit_what_stands_above_them(paper):
    """Size and fonts are said once for all pages."""
    first, second = open_pdf(paper.document(2, page=b"/MediaBox[0 0 1 1]")).pages
    assert first.entries["MediaBox"] == [0, 0, 1, 1]
    assert second.entries["MediaBox"] == [0, 0, 300, 300]
    assert second.entries["Resources"] == {"Font": {"F": Ref(3)}}


def test_the_newest_object_counts(paper):
    """A file may be changed by what is written after its end, again and again."""
    content = paper.document(1)
    for width in (100, 200):
        start, previous = len(content), content.rpartition(b"startxref\n")[2].split()[0]
        content += b"2 0 obj\n<</Type/Pages/Kids[10 0 R]/Count 1/MediaBox[0 0 %d 9]>>\nendobj\n" % width
        table = len(content)
        content += b"xref\n2 1\n%010d 00000 n \ntrailer\n<</Size 20/Root 1 0 R/Prev %b>>\n" % (start, previous)
        content += b"startxref\n%d\n%%%%EOF\n" % table
    assert open_pdf(content).pages[0].entries["MediaBox"] == [0, 0, 200, 9]


def test_a_hybrid_file_is_read_as_new_readers_do():
    """Its table hides the newer objects among the free ones, and names a stream that knows better."""
    content = with_xref_stream(tree(), {7: b"(new)"})
    offsets = {number: content.index(b"\n%d 0 obj" % number) + 1 for number in (1, 2, 3, 50)}
    stream = int(content.rpartition(b"startxref\n")[2].split()[0])
    rows = b"".join(
        b"%010d 00000 n \n" % offsets[at] if at in offsets else b"0000000000 00000 f \n" for at in range(1, 51)
    )
    table = len(content)
    content += b"xref\n0 51\n0000000000 65535 f \n" + rows
    content += b"trailer\n<</Size 51/Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF" % (stream, table)
    assert open_pdf(content).get(7) == b"new"


def test_offsets_count_from_the_header(paper):
    """Mail programs put lines before it."""
    assert len(open_pdf(b"X-Mailer: 1\r\n\r\n" + paper.document(2)).pages) == 2


@pytest.mark.parametrize("length", [b"", b"/Length 3", b"/Length 99999", b"/Length 9 0 R", b"/Length -4"])
def test_a_wrong_length_is_put_right(paper, length):
    """The stream ends where it says endstream; what is copied says so too."""
    content = paper.lines(tree(o20=b"<<%b/X(>>stream)>>\nstream\nabcdefgh\nendstream" % length))
    pdf = open_pdf(content)
    found = pdf.get(20)
    assert isinstance(found, Stream)
    assert (bytes(found.data), found.entries["Length"]) == (b"abcdefgh", 8)


def test_a_word_in_a_string_or_a_comment_ends_nothing(paper):
    """`endobj` and `stream` mean something only where they stand alone."""
    content = paper.lines(tree(o20=b"<</A(endobj \\) stream\n)/B(>> stream\n)>>", o21=b"<</A 1>> % stream\n"))
    assert open_pdf(content).get(20) == {"A": b"endobj ) stream\n", "B": b">> stream\n"}
    assert open_pdf(content).get(21) == {"A": 1}


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        (b"/Filter/FlateDecode", zlib.compress(b"hello hello")),
        (b"/Filter[/ASCIIHexDecode/FlateDecode]", zlib.compress(b"hello hello").hex().encode() + b">"),
        (b"/Filter/ASCII85Decode", base64.a85encode(b"hello hello") + b"~>"),
        (b"/Filter/RunLengthDecode", b"\x0ahello hello\x80"),
        (b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>", None),
    ],
)
def test_a_stream_is_decoded(paper, filters, data):
    """By each filter that text and numbers come in."""
    if b"Predictor" in filters:
        rows = [b"hell", b"o he", b"llo\0"]
        pairs = zip(rows, [bytes(4), *rows[:-1]], strict=True)
        ups = [bytes((here - up) % 256 for here, up in zip(row, above, strict=True)) for row, above in pairs]
        data = zlib.compress(b"".join(b"\2" + row for row in ups))
    pdf = open_pdf(paper.lines(tree(o20=paper.stream(filters, data))))
    assert pdf.decoded(pdf.get(20)).rstrip(b"\0") == b"hello hello"


def test_lzw_is_decoded_as_in_the_example_of_the_standard(paper):
    """ISO 32000-2, 7.4.4.2."""
    data = bytes.fromhex("800B6050220C0C8501")
    pdf = open_pdf(paper.lines(tree(o20=paper.stream(b"/Filter/LZWDecode", data))))
    assert pdf.decoded(pdf.get(20)) == b"-----A---B"


@pytest.mark.parametrize(
    ("trailer", "reason"),
    [(b"/Encrypt<</Filter/Standard>>", Reason.ENCRYPTED), (b"/#45ncrypt 9 0 R", Reason.ENCRYPTED)],
)
def test_an_encrypted_file_is_declined(paper, trailer, reason):
    """Who has the password, or knows that it is empty, may repair it."""
    assert declined(paper.lines(tree(), trailer)) is reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"o2": b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}, Reason.DAMAGED),
        ({"o2": b"<</Type/Pages/Kids[]/Count 0>>"}, Reason.NO_PAGES),
        ({"o2": b"<</Type/Pages/Kids[4 0 R 4 0 R]>>", "o4": b"<</Kids[3 0 R 3 0 R]>>"}, Reason.DAMAGED),
        ({"o2": b"<</Type/Pages/Kids[<</Type/Page>>]>>"}, Reason.DAMAGED),
        ({"o2": b"<</Type/Pages/Kids[9 0 R]>>"}, Reason.DAMAGED),
        ({"o1": b"[1]"}, Reason.DAMAGED),
        ({"o1": b"<</Type/Catalog/Pages 3 0 R>>"}, Reason.DAMAGED),
        ({"o4": b"[" * 200 + b"]" * 200}, Reason.TOO_DEEP),
        ({"o4": b"<</A>>"}, Reason.DAMAGED),
        ({"o4": b"<</Length 4 0 R>>stream\nx"}, Reason.DAMAGED),
    ],
)
def test_what_holds_nothing_together_is_declined(paper, change, reason):
    """Trees that are none, pages that are none, values without an end."""
    assert declined(paper.lines(tree(**change))) is reason


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Bounds(bytes=10), Reason.TOO_LARGE),
        (Bounds(objects=5), Reason.TOO_MANY_OBJECTS),
        (Bounds(pages=1), Reason.TOO_MANY_PAGES),
    ],
)
def test_each_bound_has_its_reason(paper, bounds, reason):
    """A caseworker is told what the file is too much of."""
    assert declined(paper.document(2), bounds) is reason


def test_time_is_a_bound_too():
    """Of this thread's processor, so that a busy machine refuses nothing. Asking is slow, so it is seldom."""
    watch = Watch(Bounds(seconds=1.0, clock=iter([0.0, 0.9, 1.1]).__next__))
    for _ in range(2 * 5000):
        watch.tick()
    with pytest.raises(Declined) as raised:
        watch.tick(5000)
    assert raised.value.reason is Reason.TOO_SLOW


def test_a_value_has_only_so_many_words(paper):
    """An array of millions of numbers is no page tree."""
    kids = b"<</Type/Pages/Kids[" + b"1 " * 2_000_001 + b"]/Count 1>>"
    assert declined(paper.lines(tree(o2=kids))) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "content",
    [
        with_xref_stream(tree(), {}, entries=b"/Index[0 300000000]", table=bytes(40_000_000)),
        with_xref_stream(tree(), {}, entries=b"/Index[0 300000000]", table=b""),
        with_xref_stream(tree(), {}, widths=(0, 0, 0), entries=b"/Index[0 300000000]"),
        with_xref_stream(tree(), {}, entries=b"/DecodeParms<</Predictor 15/Columns 7>>", table=b"\4aaaaaaa" * 200_000),
        with_xref_stream({}, tree(o9=b" " * 99_000_000)),
    ],
    ids=["rows", "index", "widths", "predictor", "objects"],
)
def test_a_bomb_is_declined_at_once(content):
    """A few kilobytes that want to be gigabytes."""
    before = time.process_time()
    assert declined(content) in {Reason.EXPANDS, Reason.TOO_MANY_OBJECTS, Reason.DAMAGED, Reason.TOO_SLOW}
    assert time.process_time() - before < 60  # unbounded, it would go on for hours


@given(st.data())
def test_a_damaged_file_is_read_or_declined(paper, data):
    """Whichever bytes are lost, changed or doubled: never another error, and never without an end."""
    base = data.draw(st.sampled_from([paper.document(2), with_xref_stream({}, tree(o9=b"(x)"))]))
    content = bytearray(base)
    for _ in range(data.draw(st.integers(1, 4))):
        at, size = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 30))
        content[at : at + size] = data.draw(st.binary(max_size=8) | st.just(bytes(content[at : at + size]) * 2))
        if not content:
            return
    with contextlib.suppress(Declined):
        read_all(bytes(content))


def test_names_of_keys_are_read(paper):
    """`/J#53` is found by who asks for JS."""
    pdf = open_pdf(paper.lines(tree(o20=b"<</J#53/A#42>>")))
    assert pdf.get(20) == {"JS": Name("AB")}


@pytest.mark.parametrize(
    ("header", "catalog", "version"),
    [
        (b"%PDF-1.4", b"", "1.4"),
        (b"%PDF-1.4", b"/Version/1.7", "1.7"),
        (b"%PDF-x.y", b"", "1.4"),
        (b"%PDF-2.0", b"", "2.0"),
    ],
)
def test_the_version_is_the_highest_that_is_claimed(paper, header, catalog, version):
    """By the header, or by a later change in the catalog; a header that says nothing is no reason to decline."""
    assert open_pdf(paper.document(catalog=catalog).replace(b"%PDF-1.7", header)).version == version
