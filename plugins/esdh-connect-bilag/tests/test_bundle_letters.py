"""Letters with documents of a bundle: named in the manifest, and the same at the commit as when they were shown."""

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Remedy
from esdh_connect.errors import Objection, PlanChanged, Rejected, UnreadableDocument
from esdh_connect.events import DocumentChanged
from esdh_connect.testing.fakes import pdf_of

TITLE = "Byggesag – standardbilag"


@pytest.fixture
def made(here):
    """With a bundle of two documents, owned by teknik."""
    here.bundles.make(TITLE, here.documents("klage", "kort"), department="teknik", by="bo", why="alle får dem")
    return here


def test_the_manifest_names_the_bundle(made) -> None:
    """In its place among the other documents, in the plan and in what is kept of the letter."""
    [first, last] = made.documents("første", "sidste")
    shared = made.bundles.documents(TITLE, department="teknik")
    letter = made.letter(first, *shared, last)
    plan = made.post.plan(letter)
    assert plan.is_clear
    [entry] = made.post.commit(plan, by="bo").entries
    named = [(one.id, one.bundle) for one in made.post.cover(entry.id).manifest.documents]
    mark = "byggesag-standardbilag@1"
    assert named == [("brev", ""), ("første", ""), ("klage", mark), ("kort", mark), ("sidste", "")]


def test_a_letter_shown_with_an_older_version_is_not_committed(made) -> None:
    """The bundle is named, and both versions."""
    plan = made.plan(*made.bundles.documents(TITLE, department="teknik"))
    made.clock.move(minutes=1)
    made.bundles.change(TITLE, made.documents("plan"), by="eva")
    with pytest.raises(PlanChanged) as refused:
        made.post.commit(plan, by="bo")
    assert refused.value.changes == ("byggesag-standardbilag",)
    assert wording.of(refused.value) == (
        "Der er ikke sendt noget: bilagspakken »Byggesag – standardbilag« er nu i version 2, ikke 1. "
        "Åbn brevet igen, så det får de nye bilag."
    )
    assert made.post.entries() == ()


def test_a_letter_shown_with_a_bundle_that_was_retired_is_not_committed(made) -> None:
    """It says what to do."""
    plan = made.plan(*made.bundles.documents(TITLE, department="teknik"))
    made.clock.move(minutes=1)
    made.bundles.retire(TITLE, by="eva")
    with pytest.raises(PlanChanged) as refused:
        made.post.commit(plan, by="bo")
    assert "er taget ud af brug" in wording.of(refused.value)


def test_a_document_that_has_a_newer_version_needs_a_new_bundle(made):
    """Which is what the caseworker is told, because opening the letter again would not help."""
    kort = made.bundles.documents(TITLE, department="teknik")[1]
    made.post.tell(DocumentChanged("e-1", made.clock(), "teknik", attrs.evolve(kort, version="2", bundle="")))
    [row] = made.plan(*made.bundles.documents(TITLE, department="teknik")).rows
    assert isinstance(row.error, PlanChanged)
    assert "Lav en ny version af bilagspakken byggesag-standardbilag" in wording.of(row.error)


def test_what_was_committed_stays_what_it_was(made) -> None:
    """A new version changes letters that are made after it."""
    plan = made.plan(*made.bundles.documents(TITLE, department="teknik"))
    [entry] = made.post.commit(plan, by="bo").entries
    made.clock.move(minutes=1)
    made.bundles.change(TITLE, made.documents("plan"), by="eva")
    assert made.post.commit(plan, by="bo").entries == (entry,)
    made.post.deliver()
    [sent] = made.channel.sent
    assert {one.bundle for one in sent.manifest.documents} == {"", "byggesag-standardbilag@1"}


def test_contents_that_are_not_what_was_recorded_are_refused(made) -> None:
    """The host gives other bytes for the same version: that is no longer the bilag somebody put into the bundle."""
    shared = made.bundles.documents(TITLE, department="teknik")
    made.host.contents["kort", "1"] = pdf_of("et andet kort")
    [row] = made.plan(*shared).rows
    assert isinstance(row.error, UnreadableDocument)
    assert row.error.document == "kort"
    assert "»kort.pdf« er ikke længere det, der blev lagt i bilagspakken" in wording.of(row.error)


@pytest.mark.parametrize("change", ["one is missing", "another order", "one more", "no such version", "no such bundle"])
def test_documents_that_are_not_the_bundles_do_not_go_under_its_name(made, change: str) -> None:
    """What the manifest says of a letter is true."""
    klage, kort = made.bundles.documents(TITLE, department="teknik")
    [other] = made.documents("andet")
    given = {
        "one is missing": [klage],
        "another order": [kort, klage],
        "one more": [klage, kort, attrs.evolve(other, bundle=klage.bundle)],
        "no such version": [attrs.evolve(one, bundle="byggesag-standardbilag@7") for one in (klage, kort)],
        "no such bundle": [attrs.evolve(one, bundle="x") for one in (klage, kort)],
    }
    [row] = made.plan(*given[change]).rows
    assert isinstance(row.error, Objection)


def test_a_letter_that_failed_goes_again_as_it_was(made) -> None:
    """Whatever the bundle is by now: what was chosen then is what goes, and it is still named."""
    made.channel.fail_with = [Rejected("no", code="1")]
    id_ = made.send(*made.bundles.documents(TITLE, department="teknik"))
    made.clock.move(minutes=1)
    made.bundles.change(TITLE, made.documents("plan"), by="eva")
    again = made.post.resolve(id_, Remedy.SEND_AGAIN, by="bo", why="prøver igen")
    assert again.parent == id_
    named = [one.bundle for one in made.post.cover(again.id).manifest.documents]
    assert named == ["", "byggesag-standardbilag@1", "byggesag-standardbilag@1"]
