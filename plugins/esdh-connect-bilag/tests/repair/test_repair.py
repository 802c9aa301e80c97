"""Damaged and encrypted files come back whole from a child process, or are declined with a reason; nothing hangs."""

import sys
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hostile.files import BOMBS, CYCLES
from hostile.writing import CATALOG, PAGE, pdf
from pypdf import PdfReader, PdfWriter

from esdh_connect_bilag.engine import Bounds, Declined, Part, Reason, open_pdf
from esdh_connect_bilag.repair import Mending, PagesLost, merge_with_pypdf, pages_claimed, with_pikepdf, with_pypdf

BOTH = pytest.mark.parametrize("way", [with_pypdf, with_pikepdf], ids=lambda way: way.name)
BOUNDS = Bounds()


def pages(content: bytes) -> int:
    return len(open_pdf(content).pages)


def encrypted(*, password: str = "", owner: str = "owner") -> bytes:
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(made, encryption=pikepdf.Encryption(user=password, owner=owner))
    return made.getvalue()


def damaged(pages: int = 1) -> bytes:
    """Its cross-reference lies ten bytes beside the truth; it may say it has more pages than it has."""
    return pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % pages}).replace(
        b"%PDF-1.7\n", b"%PDF-1.7\n%12345678\n"
    )


@BOTH
@pytest.mark.parametrize("content", [encrypted(), damaged()], ids=["encrypted", "damaged"])
def test_what_the_engine_declines_comes_back_as_what_it_takes(way: Mending, content: bytes) -> None:
    """Decrypted with the empty password or its cross-reference rebuilt, with the same pages."""
    with pytest.raises(Declined):
        open_pdf(content)
    (page,) = open_pdf(way(content, BOUNDS)).pages
    assert page.entries["MediaBox"] == [0, 0, 595, 842]


@BOTH
def test_the_same_file_is_mended_to_the_same_bytes(way: Mending) -> None:
    """A letter that went through a repair is as deterministic as any other."""
    assert way(damaged(), BOUNDS) == way(damaged(), BOUNDS)


@BOTH
def test_a_repair_that_loses_pages_is_no_repair(way: Mending) -> None:
    """Libraries drop what they cannot read without a word; the file's own count of its pages tells."""
    with pytest.raises(PagesLost) as lost:
        way(damaged(pages=7), BOUNDS)
    assert (lost.value.before, lost.value.after) == (7, 1)


def test_pages_of_an_earlier_version_are_not_missed_in_an_encrypted_file() -> None:
    """Its cross-reference is whole: what counts is the page tree it leads to, not every count in the file."""
    content = encrypted()
    assert pages_claimed(content + b"\n9 0 obj << /Kids [] /Count 9 >> endobj", BOUNDS) == 1


@BOTH
def test_a_file_that_needs_a_password_is_declined_as_locked(way: Mending) -> None:
    """The caseworker is told that it is locked, not that it is damaged."""
    with pytest.raises(Declined) as declined:
        way(encrypted(password="secret"), BOUNDS)
    assert declined.value.reason is Reason.ENCRYPTED


@BOTH
def test_what_is_no_pdf_is_declined_without_a_word_of_it(way: Mending) -> None:
    """Errors go into logs: what a library says of a file may quote it, so only the name of the exception is told."""
    with pytest.raises(Declined) as declined:
        way(b"%PDF-1.7 Hanne Jensen bor her", BOUNDS)
    assert declined.value.reason is Reason.DAMAGED
    assert "Hanne" not in str(declined.value)
    assert "Hanne" not in str(declined.value.__cause__)


def test_a_library_that_is_not_installed_is_said_to_be_unavailable() -> None:
    """The library pikepdf is an extra: without it the part is declined as not repaired, and no child is started."""
    with pytest.raises(Declined, match="not installed") as declined:
        Mending("no_such_library")(damaged(), BOUNDS)
    assert declined.value.reason is Reason.UNAVAILABLE


def test_a_child_that_cannot_be_started_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with a Python built in has perhaps no program to start: the part is declined, the letter not broken."""
    monkeypatch.setattr(sys, "executable", "/usr/sbin/webserver")
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    with pytest.raises(Declined, match="no Python to start") as declined:
        with_pypdf(damaged(), BOUNDS)
    assert declined.value.reason is Reason.UNAVAILABLE


@pytest.mark.parametrize("make", [BOMBS["billion_laughs"], CYCLES["kids_go_round"]], ids=["laughs", "cycle"])
@BOTH
def test_hostile_files_are_declined_by_both_ways(way: Mending, make) -> None:
    """A page tree that goes round, or is the same again and again, has no pages that anybody could count."""
    with pytest.raises(Declined):
        pages(way(make(), BOUNDS))


def test_pypdf_merges_the_whole_letter_as_the_last_way() -> None:
    """Each part has its bookmark and its pages; the way says that tags and layers did not come along."""
    parts = [Part("Brev", pdf()), Part("Låst", encrypted()), Part("Skadet", damaged())]
    merged = merge_with_pypdf(parts)
    assert [(placed.first_page, placed.pages, placed.way) for placed in merged.placed] == [
        (at, 1, "pypdf-merge") for at in range(3)
    ]
    outline: list[Any] = PdfReader(BytesIO(merged.content)).outline
    assert [item["/Title"] for item in outline] == ["Brev", "Låst", "Skadet"]


def test_nothing_that_acts_comes_through_the_last_way() -> None:
    """Scripts and launches of annotations, fields and the document are taken out there too."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    annotation = b"/Annots [<< /Subtype /Widget /T (f) /FT /Tx /Rect [0 0 9 9] /A %b /AA << /K %b >> >>]" % (
        script,
        script,
    )
    content = pdf(
        {
            1: CATALOG[:-2] + b"/OpenAction %b /Names << /JavaScript << /Names [(x) %b] >> >> >>" % (script, script),
            3: PAGE[:-2] + annotation + b" /AA << /O %b >> >>" % script,
        }
    )
    merged = merge_with_pypdf([Part("Brev", content)]).content
    assert b"JavaScript" in content
    assert b"JavaScript" not in merged
    assert b"alert" not in merged


def test_a_letter_that_pypdf_cannot_merge_is_declined() -> None:
    """There is no way after the last one."""
    with pytest.raises(Declined, match="pypdf-merge"):
        merge_with_pypdf([Part("Brev", pdf()), Part("Bilag", b"nothing")])


def test_mending_keeps_what_the_catalogue_leads_to() -> None:
    """Tags, layers and language are not lost where a file is decrypted."""
    layers = b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
    tagged = {
        1: CATALOG[:-2] + b"/Lang (da) /StructTreeRoot 5 0 R %b >>" % layers,
        5: b"<< /Type /StructTreeRoot /K 7 0 R >>",
        6: b"<< /Type /OCG /Name (skjult) >>",
        7: b"<< /S /P /P 5 0 R /Pg 3 0 R /K 0 >>",
    }
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(tagged))))
    writer.encrypt("", "owner")
    made = BytesIO()
    writer.write(made)
    for way in (with_pypdf, with_pikepdf):
        catalog = open_pdf(way(made.getvalue(), BOUNDS)).catalog
        assert {"Lang", "StructTreeRoot", "OCProperties"} <= catalog.keys()
