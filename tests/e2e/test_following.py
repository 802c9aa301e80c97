"""A letter that did not come through goes on paper, through the real channels."""

from datetime import UTC, datetime

from esdh_connect import Receipt
from esdh_connect.dispatch import ReceiptEvent, Remedy, Status


def test_what_the_mailbox_does_not_take_is_printed_whole(town):
    """Digital Post says that it failed; the same three pages go as Fysisk Post, once, and come through."""
    [entry] = town.post.commit(town.letter(), by="u1").entries
    assert town.deliver_until(lambda: town.post.entry(entry.id).status is Status.DELIVERED)
    town.post.receive(Receipt("late", ReceiptEvent.FAILED, datetime.now(UTC), entry.message_uuid, "digital_post"))
    [trouble] = town.post.failures()
    assert (trouble.entry.id, trouble.entry.channel) == (entry.id, "digital_post")

    child, again = (
        town.post.resolve(entry.id, Remedy.SEND_AS_PRINT, by="ida", why="hun kan ikke læse det") for _ in range(2)
    )

    assert (child.id, child.channel) == (again.id, "fysisk_post")
    assert town.deliver_until(lambda: town.post.entry(child.id).status is Status.DELIVERED)
    before, after = town.post.cover(entry.id).manifest, town.post.cover(child.id).manifest
    assert [one.sha256 for one in after.documents] == [one.sha256 for one in before.documents]
    assert sum(one.pages for one in after.files) == 3
    assert town.post.failures() == ()
    assert sorted(town.host.journal.values()) == sorted([entry.id, child.id])
