"""The documents are what they look like: real PDFs with their fonts, the same bytes each time."""

from datetime import date
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from esdh_connect_demo import seed
from esdh_connect_demo.documents import conditions_pdf, facade_pdf, guidance_pdf, letter_pdf, site_plan_pdf
from esdh_connect_demo.documents.decisions import Addressee, building_permit
from esdh_connect_demo.documents.letters import danish_date

ON = date(2025, 11, 3)
TO = Addressee("Kære Åse Ærø", ("Åse Ærø", "Østerågade 1", "9991 Eksempelby"))
BILAG = ("Situationsplan", "Facadetegning", "Vilkår", "Vejledning om byggeri")
A4 = (595, 842)


def permit(at: int = 0) -> bytes:
    return letter_pdf(building_permit(seed._projects(ON)[at], TO, ON, BILAG))


@cache
def drawn(at: int = 0) -> dict[str, tuple[bytes, int]]:
    project = seed._projects(ON)[at]
    return {
        "permit": (permit(at), 2),
        "site plan": (site_plan_pdf(project, ON), 1),
        "facade": (facade_pdf(project, ON), 1),
        "conditions": (conditions_pdf(project, ON), 2),
        "guidance": (guidance_pdf(), 3),
    }


def text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def font_files(content: bytes) -> list[bool]:
    found = []
    for page in PdfReader(BytesIO(content)).pages:
        fonts = cast("dict[str, Any]", cast("dict[str, Any]", page["/Resources"])["/Font"])
        for font in fonts.values():
            descriptor = font.get_object().get("/FontDescriptor", DictionaryObject()).get_object()
            found.append("/FontFile2" in descriptor)
    return found


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("name", drawn())
def test_a_document_has_its_pages_in_a4_and_says_who_wrote_it_in_danish(name: str, at: int) -> None:
    """Pages, paper, title, author and language are what archives and screen readers go by."""
    content, pages = drawn(at)[name]
    pdf = PdfReader(BytesIO(content), strict=True)
    assert len(pdf.pages) == pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.pages} == {A4}
    assert pdf.metadata is not None
    assert pdf.metadata.title
    assert pdf.metadata.author == "Eksempel Kommune, Teknik og Miljø"
    assert str(pdf.root_object["/Lang"]) == "da-DK"


@pytest.mark.parametrize("name", drawn())
def test_all_fonts_are_embedded(name: str) -> None:
    """A printer has no fonts of its own that we may count on."""
    embedded = font_files(drawn()[name][0])
    assert embedded
    assert all(embedded)


@pytest.mark.parametrize("name", drawn())
def test_a_document_is_made_of_the_same_bytes_each_time(name: str) -> None:
    """Its SHA-256 stands in manifests, so it must not depend on the clock or on what was made before it."""
    assert sha256(drawn.__wrapped__()[name][0]).digest() == sha256(drawn()[name][0]).digest()


def test_the_guidance_is_the_same_in_every_case() -> None:
    """One bilag shared by three cases is one content."""
    assert len({drawn(at)["guidance"][0] for at in range(3)}) == 1
    assert len({drawn(at)["site plan"][0] for at in range(3)}) == 3


def test_the_letter_can_be_read_as_text() -> None:
    """The Danish letters come out as they went in, and nothing that a decision needs is missing."""
    words = text(permit())
    for expected in (
        "Åse Ærø",
        "Østerågade 1",
        "Byggetilladelse til carport på Solsikkevej 12",
        "3. november 2025",
        "Hvis du vil klage",
        "senest 4 uger",
        "Venlig hilsen",
        "Side 1 af 2",
        "Side 2 af 2",
    ):
        assert expected in words
    for title in BILAG:
        assert title in words


def test_the_letters_pages_say_that_it_is_invented() -> None:
    """Nobody can take a page of the demo for a real decision."""
    for page in PdfReader(BytesIO(permit())).pages:
        assert "Opdigtet eksempel" in page.extract_text()


def test_names_with_markup_in_them_stay_names() -> None:
    """What parties are called is text, not markup."""
    to = Addressee("Kære <b>Bo & Søn", ("<b>Bo & Søn", "Vej 1", "9991 Eksempelby"))
    assert text(letter_pdf(building_permit(seed._projects(ON)[0], to, ON, BILAG))).count("<b>Bo & Søn") == 2


@given(st.dates())
def test_a_date_is_written_as_letters_do(day: date) -> None:
    """Day without a leading zero, month as a word, year in full."""
    number, month, year = danish_date(day).split(" ")
    assert (number, year) == (f"{day.day}.", f"{day.year}")
    assert month.isalpha()
    assert month.islower()
