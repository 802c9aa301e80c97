"""Health: what waits, what is late, and what somebody should look at."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import attrs
import pytest

from esdh_connect import hookimpl, metrics, progress
from esdh_connect.bell import BellHealth, Poll
from esdh_connect.channel import ChannelHealth
from esdh_connect.dispatch import Lane, Receipt, ReceiptEvent, Request
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.health import Disk, examined
from esdh_connect.model import Case
from esdh_connect.testing.fakes import FakeChannel, FakeConverter, FakeConverters, FakeHost
from esdh_connect.testing.installation import installation

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Telling(FakeChannel):
    """A channel that tells how it is: what ``says`` says, or raises."""

    says = ChannelHealth()

    def health(self):
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


class Ringing(Poll):
    """A bell whose engine says this of it, or does not answer."""

    says: object = BellHealth()

    def health(self):
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def found(post):
    return {one.what: one.text for one in post.health().findings}


def commit(post, *requests):
    return [entry for one in requests for entry in post.commit(post.plan(one), by="bo").entries]


def test_all_is_well_where_nothing_waits(esdh_connect):
    """And where what waits has not waited long."""
    assert esdh_connect.health().is_well


def test_a_letter_that_nobody_sends_is_noticed(esdh_connect, esdh_clock, letter):
    """After a quarter of an hour: then no worker runs."""
    commit(esdh_connect, letter)
    esdh_clock.move(minutes=15)
    assert found(esdh_connect) == {}
    esdh_clock.move(seconds=1)
    assert found(esdh_connect) == {
        "letters_waiting": "1 brev venter; det ældste har ventet i 16 minutter. Kører der en worker?"
    }
    esdh_connect.deliver()
    assert found(esdh_connect) == {}


def test_a_mailing_may_take_its_time(esdh_connect, esdh_clock, requests):
    """A day; and one that waits for its release is where it should be."""
    esdh_connect.commit_many(requests, batch="rotter", expect=7, by="ida", first=3)
    esdh_clock.move(hours=24)
    health = esdh_connect.health()
    assert (health.is_well, health.figures.ready) == (True, {Lane.MAILING: 3})
    esdh_clock.move(hours=1)
    assert list(found(esdh_connect)) == ["letters_waiting"]


def test_what_is_overdue_is_noticed(esdh_connect, esdh_clock, esdh_channel, requests):
    """A receipt that should have come, and a letter that a person must see to."""
    esdh_channel.fail_with = [Rejected(code="17"), OutcomeUnknown("the line went dead")]
    commit(esdh_connect, *requests[:3])
    esdh_connect.deliver()
    assert list(found(esdh_connect)) == ["letters_for_a_person"]
    esdh_clock.move(hours=73)
    assert found(esdh_connect)["receipts_overdue"].startswith("2 breve mangler en kvittering")


def test_a_letter_whose_worker_died_is_noticed(esdh_connect, esdh_clock, letter):
    """It has been under way for longer than an answer takes."""
    [entry] = commit(esdh_connect, letter)
    start = partial(progress.started, transaction_id=UUID(int=1), now=esdh_clock())
    esdh_connect.outbox.claim(esdh_clock(), start, lambda _: None)
    esdh_clock.move(minutes=20)
    assert list(found(esdh_connect)) == ["letters_stuck"]
    assert esdh_connect.entry(entry.id).work.value == "sending"


class Busy(FakeHost):
    """A case system that writes nothing, and says so."""

    @hookimpl
    def journalize_dispatch(self, dispatch, mark):
        raise TemporaryFailure("not now")


def test_a_host_that_does_not_journalize_is_noticed(esdh_channel, esdh_clock):
    """What it owes waits an hour; and what was tried again and again goes no further by itself."""
    host = Busy()
    post = installation(host=host, channels=[esdh_channel], now=esdh_clock)
    brev, ane = host.document("brev"), host.person("p", "0101901234")
    commit(post, Request("k", Case("sag", "fake"), "teknik", "Brev", [brev], [ane]))
    post.deliver()
    assert (post.health().figures.duties, found(post)) == (1, {})
    esdh_clock.move(hours=2)
    assert found(post) == {
        "duties_waiting": "1 journalisering venter; den ældste har ventet i 2 timer. Svarer ESDH-systemet?"
    }
    for _ in range(7):
        post.deliver()
        esdh_clock.move(hours=1)
    assert list(found(post)) == ["duties_stuck"]


def test_a_channel_that_is_left_alone_is_noticed(esdh_connect, esdh_clock, esdh_channel, letter):
    """Until its gate opens; a pace is no fault."""
    esdh_channel.fail_with = [TemporaryFailure(retry_after=10 * MINUTE)]
    commit(esdh_connect, letter)
    esdh_connect.deliver()
    esdh_connect.outbox.shut("another", esdh_clock(), esdh_clock() + HOUR, "pace")
    assert found(esdh_connect)["gate_shut"].startswith("Prøvekanal har fejlet eller bedt om ro")
    assert [*esdh_connect.health().shut] == ["fake"]
    esdh_clock.move(minutes=10)
    assert found(esdh_connect) == {}


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (40 * DAY, None),
        (29 * DAY + HOUR, "Certifikatet til Digital Post, NemSMS udløber om 29 dage ("),
        (DAY + HOUR, "udløber om en dag ("),
        (HOUR, "udløber i dag ("),
        (-HOUR, "Certifikatet til Digital Post, NemSMS udløb "),
    ],
)
def test_a_certificate_is_noticed_a_month_before_it_ends(esdh_clock, left, words):
    """Once for all the channels that show it."""
    channels = [Telling("digital_post", "Digital Post"), Telling("nemsms", "NemSMS"), FakeChannel("paper", "Papir")]
    for one in channels[:2]:
        one.says = ChannelHealth(certificate_ends=esdh_clock() + left)
    post = installation(host=FakeHost(), channels=channels, now=esdh_clock)
    assert words is None or words in found(post)["certificate_ends"]
    assert post.health().is_well is (words is None)
    assert list(post.health().channels) == ["digital_post", "nemsms"]


def test_a_channel_that_cannot_tell_hides_no_other(esdh_clock):
    """What it raises, and what it says is wrong, is a finding."""
    channels = [Telling("a", "A"), Telling("b", "B")]
    channels[0].says, channels[1].says = RuntimeError("0101901234"), ChannelHealth(problem="er ikke sat op")
    texts = [one.text for one in installation(host=None, channels=channels, now=esdh_clock).health().findings]
    assert texts == ["A: kunne ikke sige, hvordan den har det (RuntimeError)", "B: er ikke sat op"]


def test_a_converter_that_lacks_something_is_noticed(esdh_host, esdh_channel, esdh_clock):
    """Before a caseworker meets it; one that lacks nothing, or says nothing, is no finding."""

    class Lacking(FakeConverter):
        def problem(self):
            if self.name == "ill":
                raise OSError
            return "LibreOffice er ikke installeret" if self.name == "office" else ""

    converters = [FakeConverter(), Lacking("office", takes=()), Lacking("well", takes=()), Lacking("ill", takes=())]
    more = {"making": FakeConverters(converters)}
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more=more) as post:
        assert [(one.what, one.text) for one in post.health().findings] == [
            ("converter_problem", "Konverteren »office«: LibreOffice er ikke installeret"),
            ("converter_problem", "Konverteren »ill«: kunne ikke sige, hvordan den har det (OSError)"),
        ]


@pytest.mark.parametrize(
    ("says", "what"),
    [(BellHealth(unheard=5), []), (BellHealth(stalled=2), ["bell_stalled"]), (OSError("gone"), ["bell_away"])],
)
def test_a_bell_that_is_not_well_is_noticed(esdh_connect, esdh_clock, says, what):
    """Rings that wait are no fault; workers that died are, and an engine that does not answer."""
    bell = Ringing()
    object.__setattr__(bell, "says", says)
    health = examined(esdh_connect.outbox, {}, {}, bell, esdh_clock())
    assert [one.what for one in health.findings] == what


@pytest.mark.parametrize(
    ("free", "total", "low"), [(2e9, 1e12, False), (9e8, 1e12, True), (9e8, 2e9, False), (1e8, 2e9, True)]
)
def test_a_disk_is_low_below_a_gigabyte_or_a_tenth(free, total, low):
    """Whichever is less: small machines have small disks."""
    assert Disk(int(free), int(total)).is_low is low


def test_a_file_has_a_disk_and_memory_has_none(esdh_connect):
    """What there is not is not told of."""
    disk = esdh_connect.health().disk
    assert (disk is None) is (getattr(esdh_connect.outbox, "file", None) is None)


def test_receipts_of_strangers_are_counted_and_no_fault(esdh_connect, esdh_clock, letter):
    """They may be another system's; many of them are worth a look at the figures."""
    stranger = attrs.evolve(commit(esdh_connect, letter)[0], message_uuid=UUID(int=7))
    esdh_connect.receive(Receipt("r", ReceiptEvent.DELIVERED, esdh_clock(), stranger.message_uuid, "fake"))
    health = esdh_connect.health()
    assert (health.figures.unmatched, health.is_well) == (1, True)


# --- metrics


def test_metrics_are_open_metrics(esdh_connect, esdh_clock, esdh_channel, requests):
    """Each gauge with its type and help, samples with numbers, and an end."""
    esdh_connect.commit_many(requests, batch="rotter", expect=7, by="ida", first=3)
    esdh_connect.outbox.shut('fa"ke', esdh_clock(), esdh_clock() + MINUTE, "asked")
    esdh_clock.move(seconds=30)
    lines = metrics.written(esdh_connect.health()).splitlines()
    assert lines[-1] == "# EOF"
    assert 'esdh_connect_letters_ready{lane="batch"} 3' in lines
    assert 'esdh_connect_letters_ready{lane="single"} 0' in lines
    assert 'esdh_connect_oldest_letter_seconds{lane="batch"} 30' in lines
    assert 'esdh_connect_letters_held{reason="batch"} 4' in lines
    assert 'esdh_connect_gate_shut_seconds{channel="fa\\"ke"} 30' in lines
    assert "esdh_connect_findings 1" in lines
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert all(line.startswith("#") or line.partition("{")[0].split()[0] in names for line in lines)


def test_metrics_name_no_person(esdh_connect, requests):
    """Labels are lanes, reasons and channels."""
    commit(esdh_connect, *requests)
    text = metrics.written(esdh_connect.health())
    assert not any(word in text for word in ("Prøve", "0101901234", "sag-1", '"bo"'))
