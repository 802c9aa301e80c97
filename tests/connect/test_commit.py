"""The key: one letter, once – and the whole way, from the finalized document to the receipt."""

import threading
from base64 import b64encode
from datetime import timedelta
from uuid import uuid4

import attrs
import pytest

from esdh_connect import opening
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Receipt, ReceiptEvent, Status, Work
from esdh_connect.errors import KeyReused, SettingsError
from esdh_connect.events import DocumentFinalized
from esdh_connect.model import Case
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import UsageKind

CASE = Case("2026-17", "fake")


def told(kind, document, clock, department="teknik", **more):
    return kind(id=str(uuid4()), at=clock(), department=department, document=document, case=CASE, **more)


def receipt(entry, event, clock):
    return Receipt(str(uuid4()), event, clock(), entry.message_uuid, entry.channel)


def statuses(post):
    return [entry.status for entry in post.entries()]


def test_a_letter_goes_all_the_way(esdh_connect, esdh_host, esdh_channel, esdh_clock, letter):
    """Finalized, offered, planned, committed, sent, delivered, journalized and counted."""
    post, main = esdh_connect, letter.documents[0]
    post.tell(told(DocumentFinalized, main, esdh_clock))
    [action] = post.actions(main, actor="u1", department="teknik")
    assert (action.label, action.enabled) == ("Send digitalt", True)

    plan = post.plan(letter)
    [row] = plan.rows
    assert row.error is None
    assert [(one.channel, one.taken) for one in row.reasons] == [("fake", True)]
    assert row.manifest.extent.documents, row.manifest.extent.files == (3, 1)
    assert esdh_channel.sent == []

    done = post.commit(plan, by="u1")
    assert statuses(post) == [Status.WAITING]
    post.deliver()

    [sent] = esdh_channel.sent
    assert sent.envelope.letter.files == row.envelope.letter.files
    assert sent.manifest == row.manifest
    assert sent.message_uuid == done.entries[0].message_uuid
    assert statuses(post) == [Status.IN_PROGRESS]
    assert list(esdh_host.journal.values()) == [sent.id]

    post.receive(receipt(sent.entry, ReceiptEvent.DELIVERED, esdh_clock))
    post.deliver()
    assert statuses(post) == [Status.DELIVERED]
    assert post.entry(sent.id).work is Work.CLOSED
    counts = post.usage(esdh_clock() - timedelta(days=1), esdh_clock() + timedelta(days=1))
    assert counts == {("teknik", UsageKind.SENT, "fake"): 1, ("teknik", UsageKind.DELIVERED, "fake"): 1}


def test_committing_twice_sends_once(esdh_connect, esdh_channel, letter):
    """A double click gives the first outcome."""
    plan = esdh_connect.plan(letter)
    first = esdh_connect.commit(plan, by="u1")

    again = esdh_connect.commit(plan, by="u1")
    esdh_connect.deliver()

    assert again.repeated
    assert not first.repeated
    assert [one.id for one in again.entries] == [one.id for one in first.entries]
    assert len(esdh_channel.sent) == 1


def test_two_tabs_at_once_make_one_letter(esdh_connect, esdh_channel, letter):
    """Eight threads commit the same plan."""
    plan = esdh_connect.plan(letter)
    barrier, given = threading.Barrier(8), []

    def click():
        barrier.wait()
        given.append(esdh_connect.commit(plan, by="u1").entries[0].id)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    esdh_connect.deliver()

    assert len(given) == 8
    assert len(set(given)) == 1
    assert len(esdh_channel.sent) == 1


def test_a_repeated_key_gives_the_first_outcome_though_the_world_has_changed(esdh_connect, esdh_channel, letter):
    """The rows are not planned again: the recipient may be exempt by now."""
    plan = esdh_connect.plan(letter)
    first = esdh_connect.commit(plan, by="u1")
    esdh_channel.reached["p1"] = False

    again = esdh_connect.commit(letter, by="u1", expect=plan.fingerprint)

    assert again.entries[0].id == first.entries[0].id


def test_the_same_key_with_another_letter_is_an_error(esdh_connect, esdh_channel, letter):
    """Not silence, and not a second letter (P2)."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    other = attrs.evolve(letter, title="En anden titel")

    with pytest.raises(KeyReused):
        esdh_connect.commit(esdh_connect.plan(other), by="u1")

    assert len(esdh_connect.entries()) == 1


def test_the_same_key_for_other_people_is_an_error_too(esdh_connect, esdh_host, letter):
    """A key names one wish, recipients included."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    other = attrs.evolve(letter, parties=(esdh_host.person("p2", "0202915678"),))

    with pytest.raises(KeyReused):
        esdh_connect.commit(esdh_connect.plan(other), by="u1")


def test_a_key_is_not_stored_as_it_is(esdh_connect, letter):
    """Nor is anything else of the host's that could name a person."""
    entry = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries[0]

    assert "dialog-1" not in repr(entry)


def test_nobody_is_no_choice(esdh_connect, esdh_host, letter):
    """An empty choice was committed by nobody before; who is named twice, or is a stranger, is said to be."""
    plan, ane = esdh_connect.plan(letter), letter.parties[0]
    stranger = esdh_host.person("p9", "1212121212")
    for only in ([], [ane, ane], [stranger], [ane, stranger]):
        with pytest.raises(ValueError, match="only="):
            esdh_connect.commit(plan, by="u1", only=only)
    assert esdh_connect.entries() == ()


def test_an_installation_that_does_not_start_lets_go_of_its_outbox(tmp_path, monkeypatch):
    """Where something that was loaded breaks a rule the outbox was opened already."""
    closed = []

    class Opened(MemoryOutbox):
        def close(self):
            closed.append(self)

    (tmp_path / "secret").write_text(b64encode(bytes(32)).decode())
    (tmp_path / "secret").chmod(0o600)
    settings = tmp_path / "esdh-connect.toml"
    keys = ("schema = 1", 'secrets.installation = "file:secret"', 'store.path = "outbox.db"', 'worker.bell = "nobody"')
    settings.write_text("\n".join([*keys, "[sender]", 'name = "Eksempel Kommune"', 'cvr = "55133018"', ""]))
    monkeypatch.setattr(opening, "_store", lambda *_: Opened())
    with pytest.raises(SettingsError):
        Connect.from_settings(settings)
    assert len(closed) == 1
