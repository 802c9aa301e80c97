"""A line that only a failing disk can have written stops no other."""

import pytest
from sqlalchemy import text

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, ReceiptEvent, Request, Status
from esdh_connect.errors import DamagedRow
from esdh_connect.model import Case
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import receipt

DAMAGE = {
    "uuid": "UPDATE esdh_connect_dispatch SET message_uuid = 'zz' WHERE id = :id",
    "word": "UPDATE esdh_connect_dispatch SET held_for = 'zz' WHERE id = :id",
    "time": "UPDATE esdh_connect_dispatch SET committed_at = 'zz' WHERE id = :id",
    "act": "INSERT INTO esdh_connect_act (dispatch, number, deed, at) VALUES (:id, 0, 'zz', 'zz')",
}


@pytest.fixture
def post(store: Store, esdh_host: FakeHost, esdh_channel: FakeChannel, esdh_clock: FakeClock) -> Connect:
    return installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store)


@pytest.fixture
def letters(post: Connect, esdh_host: FakeHost) -> list[Entry]:
    """Three, of which the first is going to be damaged."""
    person = esdh_host.person("p", "0101901234")
    wishes = [Request(f"k{at}", Case("1"), "teknik", "T", [esdh_host.document(f"d{at}")], [person]) for at in range(3)]
    return [entry for wish in wishes for entry in post.commit(post.plan(wish), by="bo").entries]


def spoil(store: Store, entry: Entry, how: str) -> None:
    with store.transaction() as connection:
        connection.execute(text(DAMAGE[how]), {"id": entry.id})


@pytest.mark.parametrize("how", DAMAGE)
def test_the_others_are_sent_and_listed(store, post, letters, esdh_channel, esdh_clock, how) -> None:
    """The damaged one is left alone, and counted; who asks for it is told."""
    broken, *others = letters
    spoil(store, broken, how)
    for _ in range(2):
        post.deliver()
        esdh_clock.move(days=4)
    assert [one.id for one in esdh_channel.sent] == [entry.id for entry in others]
    assert {entry.id for entry in post.entries()} == {entry.id for entry in others}
    assert [one.entry.id for one in post.failures()] == [entry.id for entry in others]
    assert (post.health().figures.damaged, post.health().figures.ready) == (1, {})
    assert "lines_damaged" in {one.what for one in post.health().findings}
    with pytest.raises(DamagedRow):
        post.entry(broken.id)


def test_a_list_finds_it_too(store, post, letters, caplog) -> None:
    """Where nobody delivers; it is said once in the log."""
    spoil(store, letters[0], "word")
    for _ in range(3):
        assert len(post.entries()) == 2
    assert post.health().figures.damaged == 1
    assert caplog.text.count("line_damaged") == 1


def test_a_damaged_line_of_a_mailing_holds_nobody_up(store, esdh_host, esdh_channel, esdh_clock) -> None:
    """The rest is released, and stopped."""
    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store)
    brev, person = esdh_host.document("brev"), esdh_host.person("p", "0101901234")
    mailing = [Request(f"m{at}", Case(str(at)), "teknik", "T", [brev], [person]) for at in range(4)]
    post.commit_many(mailing, batch="Rotter", expect=4, by="bo", first=0)
    spoil(store, post.committed("m0")[0], "act")
    assert post.release_batch("Rotter", by="bo") == 3
    post.deliver()
    assert len(esdh_channel.sent) == 3


@pytest.mark.parametrize("how", ["word", "act"])
def test_a_receipt_for_it_is_kept_and_others_are_taken(store, post, letters, how) -> None:
    """The provider is told that it came; early ones of sound letters find them past it."""
    post.deliver()
    broken, sound, _ = letters
    spoil(store, broken, how)
    told = receipt(broken, ReceiptEvent.DELIVERED)
    assert post.receive(told) is None
    assert store.unmatched() == (told,)
    assert post.receive(receipt(sound, ReceiptEvent.DELIVERED)).status is Status.DELIVERED
    post.deliver()
    assert store.unmatched() == (told,)
