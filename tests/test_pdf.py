"""PDF: laid together in order, the same bytes each time, and nothing hostile gets further than an error of ours."""

from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from esdh_connect import pdf
from esdh_connect.errors import UnreadableDocument
from esdh_connect.testing.fakes import pdf_of

PARTS = [("Afgørelse", pdf_of("one", "two")), ("Bilag 1", pdf_of("three")), ("Bilag 2", pdf_of("four", "five"))]


def test_pages_come_in_order_as_another_reader_sees_them():
    """Read back with pdfium, not with what wrote it."""
    document = pypdfium2.PdfDocument(pdf.merge(PARTS, title="Afgørelse"))

    texts = [page.get_textpage().get_text_bounded().strip() for page in document]

    assert texts == ["one", "two", "three", "four", "five"]


def test_there_is_one_bookmark_for_each_part_and_it_opens_its_first_page():
    """The bookmarks are shown when the file is opened; title and language are set."""
    reader = PdfReader(BytesIO(pdf.merge(PARTS, title="Afgørelse")))

    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]

    assert marks == [("Afgørelse", 0), ("Bilag 1", 2), ("Bilag 2", 3)]
    assert reader.page_mode == "/UseOutlines"
    assert reader.metadata.title == "Afgørelse"
    assert reader.root_object["/Lang"] == "da"


def test_the_same_parts_give_the_same_bytes():
    """So that preview, approval and archive agree (P7)."""
    assert pdf.merge(PARTS, title="x") == pdf.merge(PARTS, title="x")


def test_a_part_keeps_its_own_bookmarks_beneath_its_own():
    """A bilag that is a bundle stays one."""
    inner = pdf.merge(PARTS[:2], title="Bundt")

    reader = PdfReader(BytesIO(pdf.merge([("Brev", PARTS[0][1]), ("Bundt", inner)], title="x")))

    assert reader.outline[1].title == "Bundt"
    assert [mark.title for mark in reader.outline[2]] == ["Afgørelse", "Bilag 1"]


def locked():
    writer = PdfWriter()
    writer.append(BytesIO(pdf_of("secret")))
    writer.encrypt("a password", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_locked_pdf_is_refused_in_plain_words():
    """It needs a password nobody has given."""
    with pytest.raises(UnreadableDocument) as caught:
        pdf.count_pages(locked())

    assert "adgangskode" in caught.value.danish


def test_a_pdf_without_pages_is_refused():
    """Nothing to send is not a letter."""
    with pytest.raises(UnreadableDocument, match="no pages"):
        pdf.count_pages(pdf_of())


@given(st.data())
def test_whatever_is_broken_ends_in_our_error_or_in_pages(data):
    """Cut, overwritten or made up: never another exception."""
    whole = bytearray(PARTS[0][1])
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
        if not whole:
            break
    try:
        pages = pdf.count_pages(bytes(whole))
    except UnreadableDocument:
        return

    assert pages > 0
