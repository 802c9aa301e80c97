"""After the commit: journaling once, facts told to each alone, reminders beside letters."""

from datetime import timedelta
from uuid import uuid4

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Cause, Owner, Receipt, ReceiptEvent, Remedy, Work
from esdh_connect.errors import (
    Rejected,
    TemporaryFailure,
)
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Options
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox


def receipt(entry, event, clock):
    return Receipt(str(uuid4()), event, clock(), entry.message_uuid, entry.channel)


def statuses(post):
    return [entry.status for entry in post.entries()]


def test_journaling_looks_for_its_mark_before_every_repeat(esdh_connect, esdh_host, esdh_clock, letter):
    """The host wrote the entry but its answer was lost: there must not be two."""
    esdh_host.journal_fails = 1
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    esdh_connect.deliver()
    esdh_clock.move(minutes=5)
    esdh_connect.deliver()
    esdh_clock.move(minutes=5)
    esdh_connect.deliver()

    assert len(esdh_host.journal) == 1
    assert [hook for hook, _ in esdh_host.calls if "journal" in hook] == ["journalize_dispatch", "find_journal_entry"]


def test_looking_for_the_mark_is_told_which_case_it_is_on(esdh_channel, esdh_clock, letter):
    """Many case systems cannot search all they have, and list what is on one case."""
    looked = []

    class Host(FakeHost):
        @hookimpl
        def find_journal_entry(self, mark, case):
            looked.append((mark, case))
            return "note-1"

    host = Host(journal_fails=1)
    document, party = host.document("d1"), host.person("p1", "0101901234")
    post = installation(host=host, channels=[esdh_channel], now=esdh_clock)
    request = attrs.evolve(letter, documents=(document,), parties=(party,))
    [entry] = post.commit(post.plan(request), by="u1").entries
    post.deliver()
    esdh_clock.move(minutes=5)
    post.deliver()

    assert looked == [(entry.id, request.case)]


def test_a_host_that_asks_for_time_is_left_alone_so_long(esdh_channel, esdh_clock, letter):
    """429 with Retry-After: asked any sooner, it would only be busier."""

    class Host(FakeHost):
        @hookimpl
        def journalize_dispatch(self, mark):
            self.calls.append(("journalize_dispatch", mark))
            raise TemporaryFailure("429", retry_after=timedelta(hours=2))

    host = Host()
    document, party = host.document("d1"), host.person("p1", "0101901234")
    post = installation(host=host, channels=[esdh_channel], now=esdh_clock)
    post.commit(post.plan(attrs.evolve(letter, documents=(document,), parties=(party,))), by="u1")

    def times(**later):
        esdh_clock.move(**later)
        post.deliver()
        return sum(hook == "journalize_dispatch" for hook, _ in host.calls)

    assert [times(), times(minutes=119), times(minutes=2)] == [1, 1, 2]


def test_a_process_without_a_host_leaves_the_journaling_and_the_facts_to_one_with(
    esdh_host, esdh_channel, esdh_clock, letter
):
    """The command line may drain a case system's outbox."""
    outbox, heard = MemoryOutbox(), Listens()

    class Host(FakeHost):
        @hookimpl
        def dispatch_sent(self, event):
            heard.heard.append(event.hook())

    host = Host(esdh_host.contents, esdh_host.recipients)
    with_host = installation(host=host, channels=[esdh_channel], now=esdh_clock, outbox=outbox)
    with_host.commit(with_host.plan(letter), by="u1")
    installation(host=None, channels=[esdh_channel], now=esdh_clock, outbox=outbox).deliver()
    assert len(esdh_channel.sent) == 1
    assert (host.journal, heard.heard) == ({}, [])

    with_host.deliver()
    assert (len(host.journal), heard.heard) == (1, ["dispatch_sent"])


def test_where_nobody_journalizes_nothing_is_owed(esdh_channel, esdh_clock, letter, esdh_host):
    """The duty does not exist for a letter that was committed without a host to do it."""

    class Reads:
        @hookimpl
        def read_document(self, document):
            return esdh_host.read_document(document)

        @hookimpl
        def resolve_recipient(self, party, case):
            return esdh_host.resolve_recipient(party, case)

    post = installation(host=Reads(), channels=[esdh_channel], now=esdh_clock)
    post.commit(post.plan(letter), by="u1")
    post.deliver()

    assert post.outbox.duties(esdh_clock()) == ()


class Listens:
    """A subscriber that remembers what it heard."""

    def __init__(self):
        self.heard, self.fails = [], 0

    @hookimpl
    def dispatch_committed(self, event):
        self._hear(event)

    @hookimpl
    def dispatch_sent(self, event):
        self._hear(event)

    @hookimpl
    def dispatch_delivered(self, event):
        self._hear(event)

    def _hear(self, event):
        if self.fails:
            self.fails -= 1
            raise ConnectionError("not now")
        self.heard.append(event.hook())


def test_a_host_that_refuses_a_letter_is_not_asked_again(esdh_channel, esdh_clock, letter):
    """A closed case: a caseworker reads why at once, and when it is open says that it is to be tried again."""

    class Host(FakeHost):
        closed = True

        @hookimpl
        def journalize_dispatch(self, dispatch, mark):
            if self.closed:
                self.calls.append(("journalize_dispatch", mark))
                raise Rejected("409", code="closed", danish="sagen er\nlukket")
            return super().journalize_dispatch(dispatch, mark)

    host = Host()
    document, party = host.document("d1"), host.person("p1", "0101901234")
    post = installation(host=host, channels=[esdh_channel], now=esdh_clock)
    request = attrs.evolve(letter, documents=(document,), parties=(party,))
    [entry] = post.commit(post.plan(request), by="u1").entries
    for _ in range(5):
        post.deliver()
        esdh_clock.move(hours=1)
    assert [call for call in host.calls if call[0] == "journalize_dispatch"] == [("journalize_dispatch", entry.id)]
    [trouble] = post.failures()
    assert (trouble.kind, trouble.owner) == (Cause.JOURNAL_REFUSED, Owner.CASEWORKER)
    assert "står ikke på sagen: ESDH-systemet sagde nej: »sagen er lukket«. " in trouble.text
    assert post.failures_about(entry.id) == (trouble,)

    host.closed = False
    post.resolve(entry.id, Remedy.JOURNALIZE, by="ida", why="sagen er åbnet")
    assert post.deliver().journalized == 1
    assert (post.failures(), list(host.journal.values())) == ((), [entry.id])


def test_a_subscriber_that_raises_is_told_again_and_silences_nobody(esdh_host, esdh_channel, esdh_clock, letter):
    """In order, and the others hear at once."""
    stubborn, calm = Listens(), Listens()
    stubborn.fails = 2
    post = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"stubborn": stubborn, "calm": calm}
    )
    [entry] = post.commit(post.plan(letter), by="u1").entries
    post.deliver()
    assert calm.heard == ["dispatch_committed", "dispatch_sent"]
    assert stubborn.heard == []

    post.receive(receipt(entry, ReceiptEvent.DELIVERED, esdh_clock))
    for _ in range(2):
        esdh_clock.move(minutes=1)
        post.deliver()

    expected = ["dispatch_committed", "dispatch_sent", "dispatch_delivered"]
    assert [calm.heard, stubborn.heard] == [expected, expected]


def test_a_subscriber_that_is_off_passes_over_the_fact_for_good(esdh_host, esdh_channel, esdh_clock, letter):
    """The policy under which the letter was committed decides (P6)."""
    off = Listens()
    post = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"off": off}, policy={"plugins": ["letters"]}
    )
    post.commit(post.plan(letter), by="u1")
    post.deliver()

    assert off.heard == []


def reminding(host, clock):
    letters = FakeChannel("digital", "Digital Post")
    texts = FakeChannel("sms", "NemSMS", attrs.evolve(GENEROUS, max_files=0, max_text=150, signed_up_for=True))
    return installation(host=host, channels=[letters, texts], now=clock), letters, texts


def test_a_reminder_goes_beside_the_letter(esdh_host, esdh_clock, letter):
    """After it, and only to those it reaches."""
    post, letters, texts = reminding(esdh_host, esdh_clock)
    wish = attrs.evolve(letter, options=Options(reminder="Der ligger post til dig."))
    post.commit(post.plan(wish), by="u1")
    post.deliver()

    assert len(letters.sent) == 1
    assert [one.envelope.options.reminder for one in texts.sent] == ["Der ligger post til dig."]
    texts.reached["p1"] = False
    [alone] = post.plan(attrs.evolve(wish, key="k2")).rows
    assert alone.warnings[-1] == "påmindelsen bliver ikke sendt: ikke tilmeldt NemSMS"


@pytest.mark.parametrize("how", ["cancelled", "refused", "stopped with its mailing"])
def test_a_dated_reminder_ends_with_its_letter(esdh_host, esdh_clock, letter, how):
    """At once, not when its day has come: nobody is told that it will go."""
    post, letters, texts = reminding(esdh_host, esdh_clock)
    day = (esdh_clock() + timedelta(days=20)).date() if how != "refused" else None
    wish = attrs.evolve(letter, options=Options(reminder="Husk.", not_before=day))
    if how == "stopped with its mailing":
        post.commit_many([wish], batch="udsendelse", expect=1, by="u1")
        assert post.stop_batch("udsendelse", by="u1", why="fortrudt").stopped == 1
    else:
        entry, _ = post.commit(post.plan(wish), by="u1").entries
        if how == "cancelled":
            assert post.cancel(entry.id, by="u1", why="fortrudt")
        else:
            letters.fail_with.append(Rejected("no"))
            post.deliver(limit=1)
    reminder, _ = post.outbox.entries()
    assert (reminder.beside is not None, reminder.work) == (True, Work.CANCELLED)
    assert wording.explain(reminder).startswith("Der er ikke sendt noget")
    assert not post.stoppable(reminder.id)
    esdh_clock.move(days=21)
    post.deliver()
    assert texts.sent == []


def test_a_reminder_never_goes_instead_of_the_letter(esdh_host, esdh_clock, letter):
    """A refused letter takes it along."""
    post, letters, texts = reminding(esdh_host, esdh_clock)
    letters.fail_with.append(Rejected("no"))
    post.commit(post.plan(attrs.evolve(letter, options=Options(reminder="Husk."))), by="u1")
    for _ in range(3):
        post.deliver()
        esdh_clock.move(minutes=1)

    assert texts.sent == []
    assert sorted(status.value for status in statuses(post)) == ["cancelled", "failed"]
