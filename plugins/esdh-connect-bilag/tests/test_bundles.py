"""Shared bundles: made, changed, retired, used by those below, and the same at the commit as when they were shown."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from esdh_connect import wording
from esdh_connect.errors import Objection, UnreadableDocument
from esdh_connect.model import Document
from esdh_connect.outbox import Outbox
from esdh_connect.testing.fakes import pdf_of
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_bilag.bundles import BundleRefused, UnknownBundle

TITLE = "Byggesag – standardbilag"


@pytest.fixture
def made(here):
    """With a bundle of two documents, owned by teknik."""
    here.bundles.make(TITLE, here.documents("klage", "kort"), department="teknik", by="bo", why="alle får dem")
    return here


# --- making


def test_a_reason_is_one_line(made) -> None:
    """Another would forge a line where it is shown; nothing is made, changed, retired or refused then."""
    lines = {"by": "bo", "why": "alle får dem\r2. Trukket tilbage"}
    for act in (
        partial(made.bundles.make, "Ny", made.documents("klage"), department="teknik"),
        partial(made.bundles.change, TITLE, made.documents("kort")),
        partial(made.bundles.retire, TITLE),
        partial(made.bundles.refuse, "et forslag"),
    ):
        with pytest.raises(ValueError, match="one line"):
            act(**lines)
    assert [len(one.versions) for one in made.bundles.list()] == [1]


def test_a_bundle_is_what_was_put_into_it(made) -> None:
    """In that order, with what each document was: hash, size and pages; and who decided it, when and why."""
    [bundle] = made.bundles.list()
    [version] = bundle.versions
    assert (bundle.name, version.number, version.title) == ("byggesag-standardbilag", 1, TITLE)
    assert (version.by, version.why, version.decided_at, version.department) == (
        "bo",
        "alle får dem",
        made.clock(),
        "teknik",
    )
    assert [(one.document.id, one.pages) for one in version.items] == [("klage", 1), ("kort", 1)]
    assert version.items[0].size == len(made.host.contents["klage", "1"])


@pytest.mark.parametrize("name", ["byggesag-standardbilag", TITLE, "BYGGESAG standardbilag"])
def test_it_is_found_by_its_name_or_its_title(made, name: str) -> None:
    """As people write it."""
    assert made.bundles.show(name).name == "byggesag-standardbilag"
    assert len(made.bundles.documents(name, department="teknik")) == 2


def test_one_that_is_not_there_is_told_kindly(made) -> None:
    """With the words that were typed."""
    with pytest.raises(UnknownBundle) as refused:
        made.bundles.show("Vejsag")
    assert wording.of(refused.value) == "Der er ikke sendt noget: der er ingen bilagspakke, der hedder »Vejsag«."
    with pytest.raises(Objection):
        made.bundles.documents("Vejsag", department="teknik")


@pytest.mark.parametrize("title", ["", "–", "x" * 101, "Sag 121212-1212", "1212121212"])
def test_a_title_that_is_none_is_refused(here, title: str) -> None:
    """It is stored in clear: no CPR number is in it."""
    with pytest.raises(BundleRefused):
        here.bundles.make(title, here.documents("klage"), department="teknik", by="bo")


def test_a_bundle_that_is_there_is_not_made_again(made) -> None:
    """It is changed, or called something else."""
    with pytest.raises(BundleRefused, match="there is a bundle"):
        made.bundles.make("Byggesag standardbilag", made.documents("plan"), department="byg", by="bo")


def test_what_cannot_be_read_is_not_put_into_one(here) -> None:
    """Nor nothing, nor the same twice, nor more than anybody looks through."""
    with pytest.raises(UnreadableDocument):
        here.bundles.make(TITLE, [Document("gone")], department="teknik", by="bo")
    [klage] = here.documents("klage")
    here.host.contents["samme", "1"] = here.host.contents["klage", "1"]
    for documents in ([], [klage] * 51, [klage, Document("samme")]):
        with pytest.raises(BundleRefused):
            here.bundles.make(TITLE, documents, department="teknik", by="bo")
    assert here.bundles.list() == ()


def test_a_department_without_the_plugin_has_no_bundles(here) -> None:
    """Off is off for what is new."""
    with pytest.raises(BundleRefused, match="kultur"):
        here.bundles.make(TITLE, here.documents("klage"), department="kultur", by="bo")


def test_of_two_who_make_one_of_the_same_name_at_once_one_is_told(here) -> None:
    """Also where neither saw the other's."""
    ready, documents = Barrier(2), here.documents("klage")

    def make(by: str) -> bool:
        ready.wait()
        try:
            return bool(here.bundles.make(TITLE, documents, department="teknik", by=by))
        except BundleRefused:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, "ab")) == [False, True]
    assert len(here.bundles.show(TITLE).versions) == 1


def test_changes_at_once_are_each_a_version(made) -> None:
    """None is lost, and none overwrites another."""
    ready, documents = Barrier(4), made.documents("plan")

    def change(by: str) -> int:
        ready.wait()
        return made.bundles.change(TITLE, documents, by=by).number

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(change, "abcd")) == [2, 3, 4, 5]


# --- versions


def test_the_version_in_force_is_taken(made) -> None:
    """One that counts from a later day comes into force by itself, and the past stays what it was."""
    day = made.clock() + timedelta(days=7)
    made.bundles.change(TITLE, made.documents("klage", "plan"), by="eva", since=day)
    before = made.bundles.documents(TITLE, department="teknik")
    made.clock.move(days=7)
    after = made.bundles.documents(TITLE, department="teknik")
    assert [(one.id, one.bundle) for one in before] == [
        ("klage", "byggesag-standardbilag@1"),
        ("kort", "byggesag-standardbilag@1"),
    ]
    assert [(one.id, one.bundle) for one in after] == [
        ("klage", "byggesag-standardbilag@2"),
        ("plan", "byggesag-standardbilag@2"),
    ]
    assert made.bundles.in_force(TITLE, day - timedelta(seconds=1)).number == 1
    assert made.bundles.in_force(TITLE, made.clock() - timedelta(days=30)) is None


def test_nobody_changes_what_was_in_force(made) -> None:
    """Letters were sent with it."""
    with pytest.raises(BundleRefused, match="before it was decided"):
        made.bundles.change(TITLE, made.documents("plan"), by="eva", since=made.clock() - timedelta(days=1))


def test_one_that_does_not_count_yet_cannot_be_used(here) -> None:
    """It is told from when it can."""
    day = here.clock() + timedelta(days=7)
    here.bundles.make(TITLE, here.documents("klage"), department="teknik", by="bo", since=day)
    with pytest.raises(BundleRefused) as refused:
        here.bundles.documents(TITLE, department="teknik")
    assert "gælder først fra 30. november 2026" in wording.of(refused.value)


def test_a_retired_bundle_cannot_be_used_until_it_is_changed(made) -> None:
    """Its versions stay; a new one puts it in use again."""
    made.bundles.retire(TITLE, by="eva", why="kommunen har fået et nyt kort")
    with pytest.raises(BundleRefused) as refused:
        made.bundles.documents(TITLE, department="teknik")
    assert "taget ud af brug 23. november 2026" in wording.of(refused.value)
    with pytest.raises(BundleRefused, match="retired"):
        made.bundles.retire(TITLE, by="eva")
    made.clock.move(minutes=1)
    made.bundles.change(TITLE, made.documents("kort"), by="eva")
    assert [one.bundle for one in made.bundles.documents(TITLE, department="teknik")] == ["byggesag-standardbilag@3"]


def test_a_bundle_is_found_by_others_as_it_was_written(made, outbox: Outbox, found: Callable) -> None:
    """Another process of the installation reads every version alike."""
    made.bundles.change(TITLE, made.documents("plan"), by="eva", title="Byggesag, nye bilag", department="byg")
    assert found(outbox).bundles.show(TITLE) == made.bundles.show(TITLE)


# --- departments


@pytest.mark.parametrize(("department", "may"), [("teknik", True), ("byg", True), ("vej", True), ("kultur", False)])
def test_departments_below_the_owner_use_it(made, department: str, may: bool) -> None:
    """And others do not see it."""
    assert bool(made.bundles.list(department)) is may
    if may:
        assert made.bundles.documents(TITLE, department=department)
    else:
        with pytest.raises(Objection, match="kultur"):
            made.bundles.documents(TITLE, department=department)


def test_departments_above_and_beside_the_owner_do_not(made) -> None:
    """What is made for one place is not proposed everywhere."""
    made.bundles.make("Kun byg", made.documents("tegning"), department="byg", by="bo")
    assert [one.name for one in made.bundles.list("byg")] == ["byggesag-standardbilag", "kun-byg"]
    for other in ("teknik", "vej"):
        assert [one.name for one in made.bundles.list(other)] == ["byggesag-standardbilag"]
        with pytest.raises(Objection):
            made.bundles.documents("Kun byg", department=other)


# --- files that no case system knows


def test_a_file_is_read_where_it_lies(here, tmp_path: Path) -> None:
    """It is a document like any other, whoever is the host."""
    path = tmp_path / "klagevejledning.pdf"
    path.write_bytes(pdf_of("klag", "her"))
    version = here.bundles.make(TITLE, [path], department="teknik", by="bo")
    assert [(one.document.name, one.pages) for one in version.items] == [("klagevejledning.pdf", 2)]
    here.send(*here.bundles.documents(TITLE, department="teknik"))
    [sent] = here.channel.sent
    assert [one.name for one in sent.manifest.documents] == ["brev.pdf", "klagevejledning.pdf"]


def test_a_file_that_changed_is_not_sent(here, tmp_path: Path) -> None:
    """Nor one that is gone."""
    path = tmp_path / "klagevejledning.pdf"
    path.write_bytes(pdf_of("klag"))
    here.bundles.make(TITLE, [path], department="teknik", by="bo")
    shared = here.bundles.documents(TITLE, department="teknik")
    path.write_bytes(pdf_of("klag ikke"))
    [row] = here.plan(*shared).rows
    assert "indholdet er et andet" in wording.of(row.error)
    path.unlink()
    [row] = here.plan(*shared).rows
    assert isinstance(row.error, UnreadableDocument)
    with pytest.raises(UnreadableDocument):
        here.bundles.make("Andet", [path], department="teknik", by="bo")


# --- what is kept


def test_every_decision_stands_in_the_audit_log(made, outbox: Outbox) -> None:
    """With who and why; what was decided before is never written over."""
    if isinstance(outbox, MemoryOutbox):
        pytest.skip("no audit log in memory")
    first = made.bundles.show(TITLE).versions[0]
    made.clock.move(minutes=1)
    made.bundles.change(TITLE, made.documents("plan"), by="eva", why="nyt kort")
    made.bundles.retire(TITLE, by="ida")
    made.post.deliver()
    lines = [(one.what, one.about, one.by, one.why) for one in made.post.audit.of("") if one.what.startswith("bilag")]
    assert lines == [
        ("bilag bundle made", "byggesag-standardbilag@1", "bo", "alle får dem"),
        ("bilag bundle changed", "byggesag-standardbilag@2", "eva", "nyt kort"),
        ("bilag bundle retired", "byggesag-standardbilag@3", "ida", ""),
    ]
    assert made.post.audit.verify().is_whole
    assert made.bundles.show(TITLE).versions[0] == first


def test_a_version_that_is_damaged_stops_only_itself(made, outbox):
    """Other bundles are as good as before, and a new version puts this one in use again."""
    made.bundles.make("Vejsag", made.documents("vej"), department="vej", by="bo")
    with made.post.store.transaction() as connection:
        where = "WHERE bundle = 'byggesag-standardbilag'"
        connection.execute(text(f"UPDATE esdh_connect_bilag_version SET private = :x {where}"), {"x": b"x"})  # noqa: S608
    assert [one.versions[0].is_damaged for one in made.bundles.list()] == [True, False]
    assert made.bundles.documents("Vejsag", department="vej")
    with pytest.raises(BundleRefused, match="does not open") as refused:
        made.bundles.documents(TITLE, department="teknik")
    assert "er beskadiget og kan ikke læses" in wording.of(refused.value)
    made.clock.move(minutes=1)
    made.bundles.change(TITLE, made.documents("klage"), by="eva")
    assert made.bundles.documents(TITLE, department="teknik")


def test_nobody_reads_in_the_database_who_decided_or_what_documents_are_called(made, outbox: Outbox) -> None:
    """The title of the bundle stands there, and whose it is."""
    with made.post.store.reading() as connection:
        [row] = connection.execute(text("SELECT * FROM esdh_connect_bilag_version")).all()
    shown = b" ".join(bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row)
    assert TITLE.encode() in shown
    for secret in (b"klage", b"alle f", b'"bo"'):
        assert secret not in shown
