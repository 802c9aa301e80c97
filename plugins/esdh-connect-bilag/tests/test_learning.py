"""What is learnt of letters: each once, without a name, for a while, and nothing of few."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, select, text

from esdh_connect import wording
from esdh_connect.dispatch import Cover
from esdh_connect.events import DispatchCommitted
from esdh_connect.ids import Kle
from esdh_connect.model import Case
from esdh_connect.outbox import Shelf
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeClock, pdf_of
from esdh_connect.testing.letters import draft
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.bundles import BundleRefused
from esdh_connect_bilag.bundles.learning import Learning
from esdh_connect_bilag.tables import TABLES

PEOPLE = ("bo", "eva", "ida", "ole", "pia")
KINDS = ("letter", "piece", "salt", "refusal")

#: Delivers, and dies where the plugin has counted the letter but nobody knows yet that it was told.
_BEGIN = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import conftest
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeClock
from sqlalchemy import event, Engine

clock = FakeClock()
store = Store.open(Path(sys.argv[1]), conftest.SEAL, now=clock)

@event.listens_for(Engine, f"{sys.argv[4]}_cursor_execute")
def die(_connection, _cursor, statement, *_):
    if statement.startswith(sys.argv[3]):
        os._exit(9)

here = conftest.town(store, clock)
"""
DYING = _BEGIN + "here.post.deliver()"
#: Makes a bundle, and dies where the version is written but not the line that tells of it.
DECIDING = _BEGIN + "here.bundles.make('Kort', [Path(sys.argv[5]) / 'kort.pdf'], department='teknik', by='bo')"
SEAL = Seal(b"a secret of thirty-two bytes.....")


@pytest.fixture
def known(here):
    """Five people have each sent the same three bilag twice, on cases about building permits."""
    documents = here.documents("klage", "kort", "vejledning")
    here.send_often(*documents, times=2, by=PEOPLE, case=Case("sag-1", kle=Kle.parse("02.34.02")))
    return here


def rows(here, table):
    with here.post.store.reading() as connection:
        return connection.execute(
            select(Table(f"esdh_connect_bilag_{table}", MetaData(), autoload_with=connection))
        ).all()


def test_what_is_sent_together_is_suggested(known):
    """In a sentence, with what a bundle would have saved, and the names a letter that is still there had."""
    [found] = known.bundles.suggestions()
    size = sum(len(known.host.contents[one, "1"]) for one in ("klage", "kort", "vejledning"))
    assert (found.department, found.kle, found.letters, found.pages, found.size) == ("teknik", "02.34.02", 10, 3, size)
    assert found.text == (
        "disse 3 bilag blev sendt sammen 10 gange de sidste 90 dage – lav dem til ét? Det havde sparet 20 valg af "
        f"bilag og {wording.size(10 * size)}, der blev lagt sammen på ny"
    )
    assert {one.id for one in known.bundles.pieces(found)} == {"klage", "kort", "vejledning"}
    assert known.bundles.suggestions("kultur") == ()
    [timed] = known.bundles.suggestions("teknik", rate=size)
    assert timed.saving.seconds == 10


def test_a_suggestion_becomes_a_bundle_and_is_none_any_more(known):
    """Made of the documents it found."""
    [found] = known.bundles.suggestions()
    known.bundles.make("Byggesag", known.bundles.pieces(found), department="teknik", by="bo")
    assert known.bundles.suggestions() == ()
    shared = known.bundles.documents("Byggesag", department="teknik")
    known.send(*shared)
    assert len(rows(known, "letter")) == 10  # what comes from a bundle teaches nothing


def test_departments_and_subjects_learn_apart(known):
    """What one sends says nothing of another, and their digests of one attachment differ."""
    documents = known.documents("klage", "kort", "vejledning")
    known.send_often(*documents, times=2, by=PEOPLE, department="byg")
    known.send_often(*documents, times=2, by=PEOPLE, case=Case("sag-2"))
    found = known.bundles.suggestions()
    assert [(one.department, one.kle) for one in found] == [("byg", ""), ("teknik", ""), ("teknik", "02.34.02")]
    assert not set(found[0].pieces) & set(found[1].pieces)
    assert found[1].pieces == found[2].pieces
    assert len({one.id for one in found}) == 3


def test_a_letter_told_twice_counts_once(known):
    """Facts are told at least once."""
    [plugin] = [one for one in known.post.plugins._members.values() if isinstance(one, Bilag)]
    for entry in known.post.entries():
        told = {"id": "x", "at": known.clock(), "department": entry.department, "dispatch": entry.id}
        plugin.dispatch_committed(DispatchCommitted(**told, channel="fake", case=entry.case, status=entry.status))
    assert len(rows(known, "letter")) == 10
    assert known.bundles.suggestions()[0].letters == 10


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(0, 20))
@settings(max_examples=25)
def test_letters_told_in_any_order_and_number_count_once(told, again):
    """Whatever is told twice, and whichever process tells it."""
    clock, outbox = FakeClock(), MemoryOutbox()
    outbox.keep("bilag", TABLES)
    letters = [draft(f"{at}", documents=("brev", "a", "b", f"c{at}"), at=clock()) for at in range(6)]
    for at in (*told, *told[:again]):
        cover = Cover(letters[at].envelope.recipient, "", letters[at].manifest)
        Learning(Shelf(outbox, SEAL.digest, clock)).count(letters[at].entry, cover)
    with outbox.reading() as connection:
        kept = list(connection.execute(text("SELECT id FROM esdh_connect_bilag_letter")))
        pieces = list(connection.execute(text("SELECT id FROM esdh_connect_bilag_piece")))
    assert len(kept) == len(set(told))
    assert len(pieces) == len(set(told)) + 2 * bool(told)


def test_a_mailing_counts_once(here):
    """However many letters it has: somebody chose the attachments once."""
    documents = here.documents("klage", "kort")
    letters = [here.letter(*documents) for _ in range(4)]
    here.post.commit_many(letters, batch="rotter", expect=4, by="bo")
    here.post.deliver()
    assert len(rows(here, "letter")) == 1


def test_what_has_no_company_is_not_kept(here):
    """A letter with one bilag, or none, teaches nothing."""
    here.send()
    here.send(*here.documents("klage"))
    here.send(*here.documents("klage"), *here.documents("klage"))
    assert rows(here, "letter") == []


def test_nothing_is_shown_of_fewer_than_five_people(here):
    """However often four of them send it."""
    documents = here.documents("klage", "kort")
    here.send_often(*documents, times=5, by=PEOPLE[:4])
    assert here.bundles.suggestions() == ()
    here.send(*documents, by="pia")
    assert [one.letters for one in here.bundles.suggestions()] == [21]


# --- what is kept


def test_no_name_no_hash_and_no_letter_is_kept(known):
    """Only keyed digests, sizes, the day, the department and the subject; not even the database's owner learns who."""
    [found] = known.bundles.suggestions()
    known.bundles.refuse(found.id, by="bo", why="kortet skifter")
    kept = b" ".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for table in KINDS
        for row in rows(known, table)
        for value in row
    )
    entries = known.post.entries()
    hashes = [one.sha256 for one in known.post.cover(entries[0].id).manifest.documents]
    secrets = [*PEOPLE, *hashes, "klage", "kort.pdf", "kortet", "sag-1", *(one.id for one in entries)]
    assert [one for one in secrets if one.encode() in kept] == []
    assert all(str(row.at).endswith("T00:00:00.000000Z") for row in rows(known, "letter"))


def test_pseudonyms_cannot_be_resolved_when_the_month_is_over(known):
    """What they are made with is destroyed; the same person has another one in the next month."""
    before = {row.sender for row in rows(known, "letter")}
    assert (len(before), len(rows(known, "salt"))) == (5, 1)
    [old] = rows(known, "salt")
    known.clock.move(days=10)
    known.send(*known.documents("klage", "kort"), by="bo")
    [new] = rows(known, "salt")
    assert (old.month, new.month) == ("2026-11", "2026-12")
    assert bytes(old.salt) != bytes(new.salt)
    assert len({row.sender for row in rows(known, "letter")} - before) == 1


def test_a_letter_of_a_month_that_is_over_counts_for_nobody(here):
    """Committed in November and told in December, it counts, but says nothing of how many people there are."""
    here.post.commit(here.plan(*here.documents("klage", "kort")), by="bo")
    here.clock.move(days=10)
    here.post.deliver()
    assert [row.sender for row in rows(here, "letter")] == [""]
    assert rows(here, "salt") == []


def test_what_is_learnt_is_forgotten(known):
    """After 90 days a letter does not count, and when the worker comes by nothing of it is kept."""
    known.clock.move(days=90)
    known.post.deliver()
    assert (len(rows(known, "letter")), rows(known, "salt")) == (10, [])
    known.clock.move(days=1)
    assert known.bundles.suggestions() == ()
    known.post.deliver()
    assert [rows(known, table) for table in ("letter", "piece", "salt")] == [[], [], []]


def test_a_letter_that_was_erased_before_it_was_told_teaches_nothing(here, outbox):
    """There is nothing left to learn from, and the next fact is told."""
    if not isinstance(outbox, Store):
        pytest.skip("erased letters lose their facts with them, but for one that is under way")
    [entry] = here.post.commit(here.plan(*here.documents("klage", "kort")), by="bo").entries
    with outbox.transaction() as connection:
        connection.execute(text("DELETE FROM esdh_connect_data_key WHERE owner = :id"), {"id": entry.id})
    [plugin] = [one for one in here.post.plugins._members.values() if isinstance(one, Bilag)]
    told = {"id": "x", "at": here.clock(), "department": "teknik", "dispatch": entry.id}
    plugin.dispatch_committed(DispatchCommitted(**told, channel="fake", case=entry.case, status=entry.status))
    assert rows(here, "letter") == []


# --- refusing


def test_a_refused_suggestion_stays_away(known):
    """Also with one bilag fewer or more, for good; in another department it is a question of its own."""
    [found] = known.bundles.suggestions()
    assert known.bundles.refuse(found.id, by="bo", why="kortet skifter") == found
    more = known.documents("klage", "kort", "vejledning", "plan")
    case = Case("sag-1", kle=Kle.parse("02.34.02"))
    known.send_often(*more, times=2, by=PEOPLE, case=case)
    known.send_often(*more[:2], times=2, by=PEOPLE, case=case)
    known.send_often(*more[:2], times=2, by=PEOPLE, department="byg")
    assert [one.department for one in known.bundles.suggestions()] == ["byg"]
    with pytest.raises(BundleRefused):
        known.bundles.refuse(found.id, by="bo")
    with pytest.raises(BundleRefused):
        known.bundles.refuse("nothing", by="bo")


def test_who_refused_stands_in_the_audit_log(known, outbox):
    """With why."""
    if not isinstance(outbox, Store):
        pytest.skip("no audit log in memory")
    [found] = known.bundles.suggestions()
    known.bundles.refuse(found.id, by="bo", why="kortet skifter")
    last = known.post.audit.of("")[-1]
    assert (last.what, last.about, last.by, last.why) == (
        "bilag suggestion refused",
        found.id,
        "bo",
        "kortet skifter",
    )


# --- killed in between


@pytest.mark.parametrize("statement", ["INSERT INTO esdh_connect_bilag_letter", "UPDATE esdh_connect_subscriber"])
def test_a_process_that_dies_in_between_counts_each_letter_once(tmp_path, clock, found, statement):
    """Before it was counted, or when it was and nobody had noted that it was told."""
    path = tmp_path / "outbox.db"
    store = Store.open(path, SEAL, now=clock)
    here = found(store)
    here.post.commit(here.plan(*here.documents("klage", "kort")), by="bo")
    tests = str(Path(__file__).parent)
    died = subprocess.run([sys.executable, "-c", DYING, str(path), tests, statement, "before"], check=False, timeout=60)
    assert died.returncode == 9
    assert len(rows(here, "letter")) == (statement.startswith("UPDATE"))
    here.post.deliver()
    assert len(rows(here, "letter")) == 1
    store.close()


def test_a_decision_is_stored_with_its_line_in_the_audit_log_or_not_at_all(tmp_path, clock, found):
    """Killed between the two, neither is there."""
    path = tmp_path / "outbox.db"
    store = Store.open(path, SEAL, now=clock)
    here = found(store)
    (tmp_path / "kort.pdf").write_bytes(pdf_of("kort"))
    tests = str(Path(__file__).parent)
    words = [sys.executable, "-c", DECIDING, str(path), tests]
    half = [*words, "INSERT INTO esdh_connect_bilag_version", "after", str(tmp_path)]
    assert subprocess.run(half, check=False, timeout=60).returncode == 9
    assert (here.bundles.list(), decisions(here)) == ((), [])
    assert subprocess.run([*words, "nothing", "after", str(tmp_path)], check=False, timeout=60).returncode == 0
    assert [one.name for one in here.bundles.list()] == ["kort"]
    assert decisions(here) == ["bilag bundle made"]
    store.close()


def decisions(here):
    """Give what was decided of bundles, as the audit log has it."""
    return [one.what for one in here.post.audit.of("") if one.what.startswith("bilag")]
