"""What the store's files show, what damage does, and what is left when a letter is erased."""

import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from esdh_connect import deeds
from esdh_connect.converter import Converted
from esdh_connect.dispatch import Act, Deed, Entry, ReceiptEvent, Work
from esdh_connect.errors import DamagedPayload, WrongSecret
from esdh_connect.events import DispatchCommitted, DocumentFinalized, FactDamaged
from esdh_connect.model import Finding
from esdh_connect.outbox import Change, Proposal
from esdh_connect.seal import Seal
from esdh_connect.store import Store, converted
from esdh_connect.store.engine import journal_mode
from esdh_connect.testing.letters import NOON, POLICY, SECRETS, draft, receipt, request, seen
from esdh_connect.testing.outbox.happenings import STOP, accept, add, cancel, claim, fail, received, reject, start

Files = Callable[[], dict[str, bytes]]


# --- what the file shows


def live_a_full_life(store: Store) -> None:
    """Everything that can hold a name is stored once, in every state."""
    store.install("plugin")
    letters = [draft(str(number)) for number in range(4)]
    add(store, *letters)
    sent = claim(store).entry
    store.change(sent.id, accept(sent))
    store.receive(receipt(sent, ReceiptEvent.DELIVERED), received)
    store.change(claim(store).id, reject())
    store.change(claim(store).id, fail())
    store.change(letters[3].entry.id, cancel(f"{SECRETS[2]} ringede"))
    store.receive(receipt(draft("nobody's").entry), received)
    event = seen(DocumentFinalized)
    store.tell(event, POLICY)
    store.treated(event, [Proposal("forslag", event.id, request(), NOON)])
    store.close_proposal("forslag", by=SECRETS[-1], why=f"{SECRETS[2]} er flyttet")
    (duty,) = [one for one in store.duties(NOON) if one.dispatch == sent.id]
    store.duty_postponed(duty.mark, NOON, f"no case {SECRETS[4]}", begun=True)
    act = Act(Deed.SOLVED, SECRETS[-1], NOON, f"{SECRETS[2]} har ringet", SECRETS[-1])
    made = Converted(" ".join(SECRETS).encode(), (Finding("x", SECRETS[2], done=SECRETS[0]),))
    store.keep_converted("0" * 64, f"word {SECRETS[0]}", made, NOON)
    (failed,) = store.troubles()
    store.change(failed.id, lambda entry: deeds.solved(entry, act))


def test_no_byte_of_the_database_shows_a_person(store: Store, files: Files) -> None:
    """CPR numbers, names, titles and file names are sealed: not in the file, not in its journal, in no encoding."""
    live_a_full_life(store)
    shown = {
        (name, secret)
        for name, content in files().items()
        for secret in SECRETS
        for spelling in (secret.encode(), secret.encode("latin-1"), secret.encode("utf-16-le"), ascii(secret).encode())
        if spelling.strip(b"'") in content
    }
    assert shown == set()


def test_the_journal_is_looked_at_too(store: Store, files: Files) -> None:
    """Ids are in clear, in the file and in its journal: the search above does not come to nothing by itself."""
    live_a_full_life(store)
    ids = [draft(str(number)).entry.id.encode() for number in range(4)]
    found = {name for name, content in files().items() if any(id_ in content for id_ in ids)}
    journal = "journal" if journal_mode(sqlite3.sqlite_version_info) == "PERSIST" else "wal"
    assert found == {"outbox.db", f"outbox.db-{journal}"}


def test_files_are_for_their_owner_alone(store: Store, path: Path) -> None:
    """Nobody else on the machine reads the outbox, its journal or its lock."""
    add(store, draft("1"))
    with store.dispatching():
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert {"outbox.db", "outbox.db.lock"} < modes.keys()
    assert set(modes.values()) == {0o600}


def test_another_secret_opens_nothing(store: Store, open_store: Callable[..., Store]) -> None:
    """A wrong secret is found at the start, and not when the first letter is to be sent."""
    add(store, draft("1"))
    with pytest.raises(WrongSecret):
        open_store(with_seal=Seal(b"another secret of thirty-two bytes or more"))
    assert open_store().entry(draft("1").entry.id) == draft("1").entry


def test_two_letters_cannot_change_contents(store: Store) -> None:
    """What is sealed is bound to its letter: who writes in the database makes it unreadable, not somebody else's."""
    one, two = draft("1"), draft("2")
    add(store, one, two)
    with store.transaction() as connection:
        move = text("UPDATE esdh_connect_payload SET dispatch = :to WHERE dispatch = :of")
        for of, to in ((one.entry.id, "-"), (two.entry.id, one.entry.id), ("-", two.entry.id)):
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            connection.execute(move, {"of": of, "to": to})
    with pytest.raises(DamagedPayload):
        store.dispatch(one.entry.id)


# --- damage


def test_what_was_converted_and_does_not_open_is_made_again(store: Store) -> None:
    """It is a cache: damage to it costs a conversion."""
    one, two = Converted(b"one"), Converted(b"two")
    store.keep_converted("a", "how", one, NOON)
    with store.transaction() as connection:
        connection.execute(text("UPDATE esdh_connect_converted SET content = :rubbish"), {"rubbish": bytes(40)})
    assert store.converted("a", "how") is None
    assert store.keep_converted("a", "how", two, NOON) == two
    assert store.converted("a", "how") == two


def test_what_was_converted_takes_no_more_than_its_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest makes way, and what is larger than the room is not kept at all."""
    monkeypatch.setattr(converted, "MOST", 250)
    for at in range(4):
        store.keep_converted(str(at), "how", Converted(bytes(100)), NOON + timedelta(minutes=at))
    store.keep_converted("large", "how", Converted(bytes(251)), NOON)
    kept = [name for name in ("0", "1", "2", "3", "large") if store.converted(name, "how")]
    assert kept == ["2", "3"]


def solve(entry: Entry) -> Change | None:
    return deeds.solved(entry, Act(Deed.SOLVED, SECRETS[-1], NOON, "sendt med posten"))


def spoil(store: Store, statement: str, dispatch: str) -> None:
    with store.transaction() as connection:
        connection.execute(text(statement), {"dispatch": dispatch, "rubbish": b"\x00\x00\x00\x20" + bytes(32)})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE esdh_connect_payload SET sealed = :rubbish WHERE dispatch = :dispatch",
        "DELETE FROM esdh_connect_payload WHERE dispatch = :dispatch AND part = 'file:0'",
        "UPDATE esdh_connect_data_key SET wrapped = :rubbish WHERE owner = :dispatch",
        "UPDATE esdh_connect_dispatch SET private = :rubbish WHERE id = :dispatch",
    ],
)
def test_a_damaged_letter_stops_only_itself(store: Store, statement: str) -> None:
    """It is never sent, the lists go on showing it, and the next letter leaves."""
    bad, good = draft("1"), draft("2")
    add(store, bad, good)
    spoil(store, statement, bad.entry.id)
    assert {entry.id for entry in store.entries()} == {bad.entry.id, good.entry.id}
    if "private" not in statement:
        taken = store.claim(NOON, start(), STOP)
        with pytest.raises(DamagedPayload):
            store.dispatch(taken.id)
        assert [entry.id for entry in store.orphaned("another")] == [bad.entry.id]
    else:
        assert claim(store).entry.case.title == "[kan ikke læses]"
    assert claim(store).id == good.entry.id
    store.change(bad.entry.id, fail())
    assert store.entry(bad.entry.id).work is Work.UNKNOWN


def test_a_damaged_event_still_stops_its_letters(store: Store) -> None:
    """What an event does stands in clear; only the names are gone."""
    event = seen(DocumentFinalized)
    store.tell(event, POLICY)
    spoil(store, "UPDATE esdh_connect_document_event SET data = :rubbish WHERE id <> :dispatch", "")
    (found,) = store.untreated()
    assert (found.id, found.at, found.document.id) == (event.id, event.at, "doc-1")
    store.treated(found, [])
    assert store.untreated() == ()


def test_a_damaged_fact_stops_no_other(store: Store) -> None:
    """It is told to nobody, but given as what it is; those behind it come in their turn."""
    drafts = [draft(str(number)) for number in range(5)]
    store.install("plugin")
    add(store, *drafts)
    spoil(store, "UPDATE esdh_connect_fact SET data = :rubbish WHERE seq < 4 AND :dispatch = ''", "")
    heard = store.unheard("plugin", limit=4)
    assert [type(told.event) for told in heard] == [FactDamaged] * 3 + [DispatchCommitted]
    assert {(told.event.name, told.event.department) for told in heard[:3] if isinstance(told.event, FactDamaged)} == {
        ("dispatch_committed", "teknik")
    }
    store.heard("plugin", heard[-1].position)
    assert len(store.unheard("plugin")) == 1


def test_a_damaged_proposal_stops_no_other(store: Store) -> None:
    """It is on no list, because nobody could decide about it; the others are."""
    event = seen(DocumentFinalized)
    store.tell(event, POLICY)
    made = [Proposal(name, event.id, request(name), NOON) for name in ("1", "2")]
    store.treated(event, made)
    spoil(store, "UPDATE esdh_connect_proposal SET request = :rubbish WHERE id = '1' AND :dispatch = ''", "")
    assert store.proposals() == (made[1],)


# --- erasing


def test_an_erased_letter_names_nobody(store: Store, files: Files) -> None:
    """Its key and what it sealed are gone from every file; what happened to it, and the figures, stay."""
    one, other = draft("1"), draft("2")
    add(store, one, other)
    under_way = claim(store).entry
    store.change(under_way.id, accept(under_way))
    store.receive(receipt(under_way, ReceiptEvent.DELIVERED), received)
    store.duty_done(one.entry.id, "journal-1")
    with store.transaction() as connection:
        query = text("SELECT wrapped FROM esdh_connect_data_key WHERE owner = :dispatch")
        key = connection.scalar(query, {"dispatch": one.entry.id})
    assert key in files()["outbox.db"]
    before = store.entry(one.entry.id)
    store.erase(one.entry.id)
    assert not any(key in content for content in files().values())
    after = store.entry(one.entry.id)
    assert (after.case.title, after.committed_by) == ("", "")
    assert {(told.text, told.raw) for told in after.receipts} == {("", b"")}
    assert (after.status, after.attempts) == (before.status, before.attempts)
    assert store.usage(NOON, NOON + timedelta(hours=1)).total() == 2
    with pytest.raises(DamagedPayload):
        store.dispatch(one.entry.id)
    assert store.dispatch(other.entry.id).envelope == other.envelope


def test_an_erased_letter_still_takes_receipts(store: Store) -> None:
    """A provider may be very late."""
    add(store, draft("1"))
    store.change(claim(store).id, reject())
    (entry,) = store.entries()
    store.change(entry.id, solve)
    store.erase(entry.id)
    told = receipt(entry, ReceiptEvent.FAILED)
    store.receive(told, received)
    assert store.entry(entry.id).receipts == (told,)


def test_a_letter_that_is_not_over_is_not_erased(store: Store) -> None:
    """What may still be sent, must be journalized, or waits for a person, is needed."""
    add(store, draft("1"), draft("2"), draft("3"))
    delivered, failed = claim(store).entry, claim(store).entry
    store.change(delivered.id, accept(delivered))
    store.receive(receipt(delivered, ReceiptEvent.DELIVERED), received)
    store.change(failed.id, reject())
    for id_, why in ((draft("3").entry.id, "ready"), (delivered.id, "journalized"), (failed.id, "person")):
        with pytest.raises(ValueError, match=f"{why}.* not over"):
            store.erase(id_)
    store.duty_done(delivered.id, "journal-1")
    store.change(failed.id, solve)
    for id_ in (delivered.id, failed.id):
        store.erase(id_)


def test_an_erased_letter_shows_no_byte_of_what_it_carried(store: Store, files: Files, path: Path) -> None:
    """Not in the file, not in its journal, and nothing that was sealed opens with a key that is left anywhere."""
    content = b"%PDF-1.7 kanariefugl " * 5000
    add(store, draft("1", contents=[content]))
    taken = claim(store).entry
    store.change(taken.id, accept(taken))
    store.receive(receipt(taken, ReceiptEvent.DELIVERED), received)
    store.duty_postponed(taken.id, NOON, SECRETS[2], begun=True)
    store.duty_done(taken.id, "journal-1")
    with store.transaction() as connection:
        sealed = [row[0] for row in connection.execute(text("SELECT sealed FROM esdh_connect_payload"))]
        key = connection.scalar(text("SELECT wrapped FROM esdh_connect_data_key WHERE owner = :of"), {"of": taken.id})
    assert any(sealed[-1][-500:] in one for one in files().values())
    store.erase(taken.id, by=SECRETS[-1], why=f"{SECRETS[2]} bad om det")
    lying = b"".join(files().values())
    gone = [key, b"kanariefugl", *(one[at : at + 64] for one in sealed for at in range(0, len(one) - 64, 4096))]
    assert [one for one in gone if one in lying] == []
    assert not any(secret.encode() in lying for secret in SECRETS)
