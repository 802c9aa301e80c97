"""Text: every character is seen, or told."""

from contextlib import suppress

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esdh_connect.converter import Original
from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag.converters.texts import Texts

DANISH = "Blåbærgrød på øen: ÆØÅ æøå é ü ß € § ½ « » – …"


def made(text, max_pages=100):
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return Texts(max_pages).convert(Original("Notat.txt", "text/plain", content, None))


def seen(converted):
    """The text of each page, as a reader copies it."""
    document = pypdfium2.PdfDocument(converted.content)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def letters(text):
    return "".join(text.split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_danish_is_seen_whatever_it_was_written_in(encoding):
    """With a mark, without one, and as Windows does."""
    assert letters(seen(made(DANISH.encode(encoding)))[0]) == letters(DANISH)
    assert made(DANISH.encode(encoding)).findings == ()


def test_latin_1_is_read(structure):
    """What old systems write."""
    assert letters(seen(made("Rødgrød".encode("latin-1")))[0]) == "Rødgrød"


def test_letters_made_of_two_signs_are_one():
    """As a Mac writes them."""
    assert letters(seen(made("bla\u030abær"))[0]) == "blåbær"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_categories=["Cc", "Cf"]), max_size=500))
@settings(max_examples=40)
def test_every_latin_letter_is_seen(text):
    """In its order, and nothing is told to be missing."""
    if not text.strip():
        return
    converted = made(text)

    assert letters("".join(seen(converted))).replace("\ufffe", "-") == letters(text)
    assert converted.findings == ()


@given(st.text(min_size=1, max_size=200))
@settings(max_examples=60)
def test_every_character_is_seen_or_told(text):
    """Nothing disappears: what cannot be shown is counted."""
    try:
        converted = made(text)
    except UnreadableDocument:
        assert not text.strip() or all(not sign.isprintable() for sign in text)
        return
    shown = "".join(seen(converted))
    for finding in converted.findings:
        assert finding.id == "signs_missing"
        assert finding.acts == "caseworker"
        assert int(finding.text.split()[0]) == shown.count("\ufffd")


def test_what_cannot_be_shown_is_named():
    """By its number, so that somebody can find it."""
    [finding] = made("Hej 😀 og שלום").findings

    assert finding.text.startswith("5 tegn kan ikke vises")
    assert "U+1F600" in finding.text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a" * 200, ["a" * 80, "a" * 80, "a" * 40]),
        ("ord " * 30, ["ord " * 20, "ord " * 10]),
        ("  indrykket", ["  indrykket"]),
        ("a\tb\n12345678\tc", ["a       b", "12345678        c"]),
        (f"{' ' * 90}x", [" " * 80, " " * 10 + "x"]),
    ],
)
def test_lines_break_at_words_and_columns_stay(text, lines):
    """At eighty; a tab goes to the next eighth."""
    shown = "".join(seen(made(text)))

    assert [letters(line) for line in shown.split("\n") if line.strip()] == [
        letters(one) for one in lines if one.strip()
    ]


def test_a_long_text_has_many_pages_and_a_form_feed_begins_one(structure):
    """In their order; each paragraph is one, also across a page."""
    converted = made("\n".join(f"linje {at}" for at in range(120)) + "\n\n\fsidste side")
    pages = seen(converted)

    assert len(pages) == 4
    assert pages[0].split("\n")[0] == "linje 0"
    assert "linje 119" in pages[2]
    assert pages[3].strip() == "sidste side"
    assert structure(converted.content) == [("P", ""), ("P", "")]


def test_the_same_text_gives_the_same_bytes_and_its_font_lies_in_the_file():
    """No machine shows it otherwise."""
    converted = made(DANISH)

    assert made(DANISH) == converted
    assert b"/FontFile2" in converted.content
    assert b"DejaVuSansMono" in converted.content


@pytest.mark.parametrize(("text", "said"), [(" \n\t", "ikke noget"), ("\n" * 60 * 101 + "x", "der er plads til 100")])
def test_what_is_no_letter_is_refused(text, said):
    """Nothing at all, and a book."""
    with pytest.raises(UnreadableDocument) as refused:
        made(text)

    assert said in refused.value.danish


@given(st.binary(min_size=1, max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_text_or_refused(content):
    """Nothing else comes out."""
    pdf = b"%PDF-"
    with suppress(UnreadableDocument):
        pdf = made(content).content
    assert pdf.startswith(b"%PDF-")
