"""Mass sending: exactly what was confirmed, once, whatever is wrong with the list and whenever it was cut off."""

from datetime import timedelta

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import Deed, Lane, Status, Work
from esdh_connect.errors import BatchDiffers, OutcomeUnknown
from esdh_connect.events import DispatchCommitted
from esdh_connect.mailing import Step
from esdh_connect.model import Options
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation

BATCH = "Rottebekæmpelse 2027"


class Cut(Exception):
    """The list ends here, as a process does."""


def commit(post, requests, expect=7, **how):
    return post.commit_many(requests, batch=BATCH, expect=expect, by="ida", chunk=3, **how)


def works(post):
    [batch] = post.batches(BATCH)
    return dict(batch.work)


def test_a_mailing_is_sent_when_its_count_is_right(esdh_connect, esdh_channel, requests):
    """All of it, once, in the lane behind single letters; who confirmed it is kept with each."""
    done = commit(esdh_connect, iter(requests))
    assert (done.fresh, done.known, done.released, done.problems) == (7, 0, 7, ())
    esdh_connect.deliver()
    assert [one.envelope.recipient.party.id for one in esdh_channel.sent] == [f"p{at}" for at in range(7)]
    entry = esdh_connect.entry(esdh_channel.sent[0].id)
    assert (entry.lane, entry.batch, entry.committed_by) == (Lane.MAILING, BATCH, "ida")
    assert [(act.deed, act.by) for act in entry.acts] == [(Deed.RELEASED, "ida")]
    seen = {"work": {Work.HANDED_OVER: 7}, "status": {Status.IN_PROGRESS: 7}}
    assert esdh_connect.batches() == (done.batch and attrs.evolve(done.batch, **seen),)


@pytest.mark.parametrize("as_iterable", [list, iter])
@pytest.mark.parametrize("expect", [6, 8])
def test_a_wrong_count_sends_nothing(esdh_connect, esdh_channel, requests, as_iterable, expect):
    """Whether the list is too short or too long, and whether or not its length is known at once."""
    with pytest.raises(BatchDiffers) as raised:
        commit(esdh_connect, as_iterable(requests), expect=expect)
    esdh_connect.deliver()
    assert esdh_channel.sent == []
    lie = 0 if as_iterable is list else 6 if expect == 6 else 7
    assert (raised.value.letters, raised.value.held) == (min(lie, 7), min(lie, 7))
    assert wording.of(raised.value).startswith("Der er ikke sendt noget nyt: listen har ")
    assert len(esdh_connect.entries()) == lie


def test_a_surplus_is_not_even_committed(esdh_connect, requests):
    """What comes after the confirmed count stays out of the outbox; confirmed anew, the whole list goes."""
    with pytest.raises(BatchDiffers):
        commit(esdh_connect, iter(requests), expect=4)
    assert works(esdh_connect) == {Work.HELD: 3}
    assert commit(esdh_connect, iter(requests)).released == 7


def test_what_is_not_as_shown_sends_nothing(esdh_connect, esdh_channel, requests):
    """With the overview's fingerprint the count alone does not do."""
    shown = esdh_connect.overview(esdh_connect.plan_many(requests))
    esdh_channel.reached["p3"] = False
    with pytest.raises(BatchDiffers, match="overview"):
        commit(esdh_connect, requests, fingerprint=shown.fingerprint)
    esdh_connect.deliver()
    assert esdh_channel.sent == []
    again = esdh_connect.overview(esdh_connect.plan_many(requests))
    assert commit(esdh_connect, requests, fingerprint=again.fingerprint).released == 6


def test_a_letter_of_an_earlier_list_is_not_let_go_with_this_one(esdh_connect, mail, requests):
    """A batch that holds something else than the list is for a person to look at."""
    with pytest.raises(BatchDiffers):
        commit(esdh_connect, iter([*requests[:5], mail(99)]))
    with pytest.raises(BatchDiffers, match="1 letters of the batch are not in the list"):
        commit(esdh_connect, requests)
    assert works(esdh_connect) == {Work.HELD: 8}


@pytest.mark.parametrize("cut_at", range(8))
def test_a_mailing_that_was_cut_off_goes_on_where_it_was(esdh_connect, esdh_host, esdh_channel, requests, cut_at):
    """The same call again commits only what is missing, plans nothing anew, and each letter is sent once."""
    shown = esdh_connect.overview(esdh_connect.plan_many(requests))

    def cut_off():
        yield from requests[:cut_at]
        raise Cut

    with pytest.raises(Cut):
        commit(esdh_connect, cut_off(), fingerprint=shown.fingerprint)
    esdh_connect.deliver()
    assert esdh_channel.sent == []
    there = len(esdh_connect.entries())
    del esdh_host.calls[:]
    done = commit(esdh_connect, iter(requests), fingerprint=shown.fingerprint)
    assert (done.known, done.fresh, done.released) == (there, 7 - there, 7)
    planned = [what for name, what in esdh_host.calls if name == "resolve_recipient"]
    assert len(planned) == 7 - there
    esdh_connect.deliver()
    assert commit(esdh_connect, requests).fresh == 0
    esdh_connect.deliver()
    assert sorted(one.envelope.recipient.party.id for one in esdh_channel.sent) == [f"p{at}" for at in range(7)]


def test_a_release_that_was_cut_off_goes_on_where_it_was(esdh_connect, esdh_channel, requests):
    """Killed between two chunks of the release, the same call again releases the rest."""

    def killed(step):
        if step == Step("released", 3, 7):
            raise Cut

    with pytest.raises(Cut):
        commit(esdh_connect, requests, progress=killed)
    assert works(esdh_connect) == {Work.READY: 3, Work.HELD: 4}
    done = commit(esdh_connect, requests)
    assert (done.fresh, done.released) == (0, 4)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 7


def test_what_cannot_be_planned_stops_only_itself(esdh_connect, esdh_host, esdh_channel, requests):
    """It is reported, it counts as asked for, and when its cause is gone the same call sends it too."""
    esdh_channel.reached["p2"] = False
    stranger = esdh_host.recipients.pop(requests[4].parties[0])
    done = commit(esdh_connect, requests)
    assert (done.fresh, done.released) == (5, 5)
    assert [(one.error, one.count, one.examples[0][0]) for one in done.problems] == [
        ("NoChannel", 1, 3),
        ("NoRecipient", 1, 5),
    ]
    esdh_host.recipients[stranger.party] = stranger
    again = commit(esdh_connect, requests)
    assert (again.known, again.fresh, again.released) == (5, 1, 1)


def test_a_key_that_was_used_for_another_letter_stops_only_itself(esdh_connect, requests):
    """The other letter stands, and is not part of this mailing."""
    other = attrs.evolve(requests[1], title="Mus")
    esdh_connect.commit(esdh_connect.plan(other), by="bo")
    twice = [*requests[:6], requests[0]]
    done = commit(esdh_connect, twice)
    assert [(one.error, [number for number, _ in one.examples]) for one in done.problems] == [("KeyReused", [2, 7])]
    assert (done.fresh, works(esdh_connect)) == (5, {Work.READY: 5})


def test_a_letter_that_was_sent_alone_is_not_sent_with_the_mailing(esdh_connect, requests):
    """Its key gives its first outcome."""
    esdh_connect.commit(esdh_connect.plan(requests[1]), by="bo")
    done = commit(esdh_connect, requests)
    assert (done.fresh, done.known, done.released) == (6, 1, 6)


def test_the_first_go_and_the_rest_waits_for_its_release(esdh_connect, esdh_channel, requests):
    """However often the same call is made; then somebody releases the rest, and is named for it."""
    assert commit(esdh_connect, requests, first=2).released == 2
    assert commit(esdh_connect, requests, first=2).released == 0
    esdh_connect.deliver()
    assert [one.envelope.recipient.party.id for one in esdh_channel.sent] == ["p0", "p1"]
    with pytest.raises(BatchDiffers):
        esdh_connect.release_batch(BATCH, by="bo", expect=4)
    assert esdh_connect.release_batch(BATCH, by="bo", expect=5, chunk=2) == 5
    assert esdh_connect.release_batch(BATCH, by="bo") == 0
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 7
    assert esdh_connect.entry(esdh_channel.sent[6].id).acts[0].by == "bo"


def test_nobody_is_told_of_a_letter_before_it_is_released(esdh_connect, requests):
    """A mailing that waits asks nobody for anything; released letters are told of as committed."""
    esdh_connect.outbox.install("plugin")
    with pytest.raises(BatchDiffers):
        commit(esdh_connect, iter(requests), expect=8)
    assert esdh_connect.outbox.unheard("plugin") == ()
    commit(esdh_connect, requests)
    told = [one.event for one in esdh_connect.outbox.unheard("plugin")]
    assert {type(event) for event in told} == {DispatchCommitted}
    assert len(told) == 7


def test_a_letter_that_is_urgent_overtakes_a_mailing(esdh_connect, mail, esdh_channel, requests):
    """A single letter goes first though the mailing is older."""
    commit(esdh_connect, requests)
    urgent = mail(99, key="dialog-1")
    esdh_connect.commit(esdh_connect.plan(urgent), by="bo")
    esdh_connect.deliver(1)
    assert [one.envelope.recipient.party.id for one in esdh_channel.sent] == ["p99"]


def test_a_mailing_waits_for_its_value_date(esdh_host, esdh_channel, esdh_clock, requests):
    """Released is not sent: a letter that is not to come before a day is kept until then."""
    channel = attrs.evolve(esdh_channel, conduct=Conduct(lead=timedelta(0)))
    post = installation(host=esdh_host, channels=[channel], now=esdh_clock)
    day = (esdh_clock() + timedelta(days=3)).date()
    commit(post, [attrs.evolve(one, options=Options(not_before=day)) for one in requests])
    post.deliver()
    assert channel.sent == []
    esdh_clock.move(hours=72)
    post.deliver()
    assert len(channel.sent) == 7


def test_a_mailing_can_be_regretted(esdh_connect, esdh_channel, esdh_clock, requests):
    """``hold`` counts from the release."""
    commit(esdh_connect, requests, hold=timedelta(minutes=10))
    esdh_connect.deliver()
    assert esdh_channel.sent == []
    esdh_clock.move(minutes=10)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 7


def test_reminders_are_no_letters_of_a_mailing(esdh_host, esdh_channel, esdh_clock, requests):
    """They go beside their letters and are not counted with them."""
    sms = FakeChannel("sms", "SMS", limits=attrs.evolve(esdh_channel.limits, max_files=0))
    post = installation(host=esdh_host, channels=[esdh_channel, sms], now=esdh_clock)
    reminded = [attrs.evolve(one, options=Options(reminder="Der er post")) for one in requests]
    shown = post.overview(post.plan_many(reminded))
    assert (shown.count, shown.letters, shown.reminders) == (7, 7, 7)
    done = commit(post, reminded, fingerprint=shown.fingerprint)
    assert (done.fresh, done.released) == (7, 7)
    post.deliver()
    assert (len(esdh_channel.sent), len(sms.sent)) == (7, 7)


def test_it_tells_how_far_it_is(esdh_connect, requests):
    """First what is committed, then what is released."""
    steps = []
    commit(esdh_connect, requests, progress=steps.append)
    assert steps == [Step(what, done, 7) for what in ("committed", "released") for done in (3, 6, 7)]


@pytest.mark.parametrize("name", ["", "  ", "0101901234", "Brev til 010190-1234", "to\nlinjer", "x" * 101])
def test_the_name_of_a_batch_names_no_person(esdh_connect, requests, name):
    """It stands in logs, figures and on pages."""
    with pytest.raises(ValueError, match="batch"):
        esdh_connect.commit_many(requests, batch=name, expect=7, by="ida")
    assert esdh_connect.entries() == ()


def test_a_released_mailing_has_the_outcomes_of_its_letters(esdh_connect, esdh_channel, requests):
    """One that comes to nothing is counted, and stops no other."""
    esdh_channel.fail_with = [OutcomeUnknown("the line went dead")]
    commit(esdh_connect, requests)
    esdh_connect.deliver()
    assert works(esdh_connect) == {Work.UNKNOWN: 1, Work.HANDED_OVER: 6}
    assert {entry.status for entry in esdh_connect.entries()} == {Status.UNRESOLVED, Status.IN_PROGRESS}
