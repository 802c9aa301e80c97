"""Fitting: every document survives in its place and order, and the result fits or is refused with the figures."""

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.channel import Limits
from esdh_connect.defaults import consolidated
from esdh_connect.dispatch import Manifest
from esdh_connect.errors import DoesNotFit, UnreadableDocument
from esdh_connect.fit import fit
from esdh_connect.model import PDF, Document, Letter, Source
from esdh_connect.testing.fakes import pdf_of

FORBIDDEN = '<>:"/\\|?*\r\n\xa0'
TEXT = "text/plain"
LIMITS = Limits("test", date(2026, 1, 1), 3, 100_000, {PDF: (".pdf",), TEXT: (".txt",)}, forbidden_in_names=FORBIDDEN)


def source(name, *, media_type=PDF, pages=1):
    content = pdf_of(*[f"{name} {page}" for page in range(pages)]) if media_type == PDF else name.encode() or b"-"
    return Source(Document(f"id-{name}", "1", name, media_type), content, pages if media_type == PDF else None)


def fitted(sources, limits=LIMITS, wanted=1, title="Afgørelse"):
    return fit(
        Letter.of(title, sources),
        limits,
        consolidate=lambda letter, _: consolidated(letter) if len(letter.files) > wanted else None,
    )


@given(
    st.lists(
        st.tuples(st.text(min_size=0, max_size=300), st.sampled_from([PDF, PDF, TEXT]), st.integers(1, 3)),
        min_size=1,
        max_size=8,
    )
)
def test_every_document_has_exactly_one_place_in_order_or_the_letter_is_refused(chosen):
    """Whatever the names, types and numbers of pages (P1)."""
    sources = [source(name, media_type=kind, pages=pages) for name, kind, pages in chosen]
    try:
        letter = fitted(sources).letter
    except DoesNotFit:
        runs = sum(1 for at, (_, kind, _) in enumerate(chosen) if kind != PDF or at == 0 or chosen[at - 1][1] != PDF)
        assert runs > LIMITS.max_files
        return

    manifest = Manifest.of(sources, letter)

    assert [one.id for one in manifest.documents] == [one.document.id for one in sources]
    assert [one.sha256 for one in manifest.documents] == [one.sha256 for one in sources]
    assert sum(file.pages or 0 for file in manifest.files) == sum(one.pages or 0 for one in sources)
    names = [file.name.casefold() for file in letter.files]
    assert len(set(names)) == len(names)
    for file in letter.files:
        assert not set(file.name) & set(FORBIDDEN)
        assert 0 < len(file.name) <= LIMITS.max_name
        assert file.name.casefold().endswith(LIMITS.media_types[file.media_type])


def test_several_pdfs_become_one_and_the_plan_says_so():
    """The letter keeps its name; each document its place."""
    result = fitted([source("Afgørelse", pages=2), source("Bilag 1"), source("Bilag 2", pages=3)])

    assert [(file.name, file.pages) for file in result.letter.files] == [("Afgørelse.pdf", 6)]
    assert [(place.first_page, place.pages) for place in result.letter.main.places] == [(1, 2), (3, 1), (4, 3)]
    assert result.notes == ("3 dokumenter er lagt sammen i 1 fil",)


def test_a_single_document_is_sent_byte_for_byte():
    """There is nothing to lay together."""
    only = source("brev.pdf")

    assert fitted([only]).letter.main.content is only.content


def test_equal_names_are_told_apart_and_the_plan_says_so():
    """Two bilag called the same are two bilag."""
    result = fitted([source("brev.pdf"), source("a.txt", media_type=TEXT), source("A.TXT", media_type=TEXT)], wanted=3)

    assert [file.name for file in result.letter.files] == ["brev.pdf", "a.txt", "A (2).TXT"]
    assert any("A (2).TXT" in note for note in result.notes)


def test_a_wrong_file_name_is_mended_visibly():
    """Characters Digital Post refuses become a hyphen."""
    result = fitted([source('Notat: "4/5"?.pdf')])

    assert result.letter.main.name == "Notat- -4-5-.pdf"
    assert result.notes == ('filnavnet »Notat: "4/5"?.pdf« er rettet til »Notat- -4-5-.pdf«',)


def test_a_title_that_is_too_long_is_refused_with_the_figures():
    """Never cut silently."""
    with pytest.raises(DoesNotFit) as caught:
        fitted([source("brev")], title="x" * 257)

    assert (caught.value.limit, caught.value.actual) == ("256", "257")


def test_too_large_files_are_refused_with_by_how_much_and_which_weighs_what():
    """Counted as base64 where the channel says so."""
    limits = attrs.evolve(LIMITS, max_bytes=700, as_base64=True)

    with pytest.raises(DoesNotFit, match="of 700") as caught:
        fitted([source("brev")], limits)

    assert "»brev.pdf«" in caught.value.danish


def test_a_file_that_is_larger_than_each_may_be_is_refused_by_name():
    """Where the channel has a limit for each."""
    limits = attrs.evolve(LIMITS, max_file_bytes=700, as_base64=True)

    with pytest.raises(DoesNotFit, match="in one file of 700") as caught:
        fitted([source("brev")], limits)

    assert "»brev.pdf«" in caught.value.danish


def test_a_type_the_channel_does_not_take_is_refused_by_name():
    """The caseworker is told which file and what to do."""
    with pytest.raises(DoesNotFit) as caught:
        fitted([source("brev"), source("ark", media_type="application/x-unknown")])

    assert "»ark«" in caught.value.danish


def test_an_answer_that_loses_a_bilag_is_refused():
    """A consolidation plugin is checked, not believed."""
    letter = Letter.of("x", [source("a"), source("b")])

    with pytest.raises(DoesNotFit, match="lost or moved"):
        fit(letter, LIMITS, consolidate=lambda given, _: Letter(given.title, given.files[:1]))


def test_a_file_that_is_changed_in_silence_is_refused():
    """What the manifest says of a document is what happened to it (P1)."""
    letter = Letter.of("x", [source("a")])
    changed = attrs.evolve(letter.main, content=pdf_of("b"))
    said = attrs.evolve(changed, places=(attrs.evolve(changed.places[0], changes=("made safe",)),))

    with pytest.raises(DoesNotFit, match="do not say how"):
        fit(letter, LIMITS, consolidate=lambda given, _: attrs.evolve(given, files=(changed,)))
    assert fit(letter, LIMITS, consolidate=lambda given, _: attrs.evolve(given, files=(said,))).letter.files == (said,)


def test_a_damaged_pdf_stops_the_letter_and_is_named():
    """It is not left out, and not sent as it is."""
    bad = Source(Document("b", "1", "b.pdf"), b"%PDF-1.7 nothing more", 1)

    with pytest.raises(UnreadableDocument) as caught:
        fitted([source("a"), bad])

    assert caught.value.document == "b"
