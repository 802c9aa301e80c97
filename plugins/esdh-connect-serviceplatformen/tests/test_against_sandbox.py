"""From end to end against the sandbox: look-ups, the three channels, what goes wrong, and the receipts."""

import time
from datetime import UTC, datetime

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Outcome, ReceiptEvent, Request
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Case, Options
from esdh_connect.settings import Settings
from esdh_connect.testing.channel import ChannelSuite
from esdh_connect.testing.dispatches import CITIZEN, dispatch, envelope
from esdh_connect.testing.fakes import FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect_serviceplatformen import Serviceplatformen
from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app

sandboxes = pytest.importorskip("esdh_connect_sandbox", reason="esdh-connect-sandbox is not installed")


@pytest.fixture(scope="module")
def stored():
    """What our endpoint was told."""
    return []


@pytest.fixture(scope="module")
def running(tmp_path_factory, stored):
    """One sandbox for all, for it takes a while to start; it pushes its receipts to our endpoint."""
    with (
        serving(poststatus_app(stored.append)) as url,
        sandboxes.Sandbox(tmp_path_factory.mktemp("sandbox"), push_url=url, delay=0.02) as sandbox,
    ):
        yield sandbox


@pytest.fixture
def sandbox(running):
    """Nothing goes wrong in it, unless a test says so."""
    running.script.clear()
    running.script.duplicate = "accept"
    return running


def about(one, entries):
    """Those of the sandbox's entries that are about this letter."""
    return [entry for entry in entries if str(one.message_uuid) in (entry.message, entry.shipment)]


def loaded(sandbox, **changes):
    plugin = Settings.load(sandbox.settings).plugin("serviceplatformen", Serviceplatformen)
    return attrs.evolve(plugin, **changes)


@pytest.fixture
def channels(sandbox):
    """The channels, as the sandbox's own settings make them."""
    return {channel.name: channel for channel in loaded(sandbox).register_channels()}


def letter(channel, recipient=CITIZEN, **said):
    return dispatch(channel.name, envelope(channel.limits, recipient, **said))


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class TestDigitalPost(ChannelSuite):
    @pytest.fixture
    def channel(self, channels):
        return channels["digital_post"]


class TestFysiskPost(ChannelSuite):
    @pytest.fixture
    def channel(self, channels):
        return channels["fysisk_post"]


class TestNemSms(ChannelSuite):
    @pytest.fixture
    def channel(self, channels):
        return channels["nemsms"]


def test_people_and_companies_are_looked_up(channels):
    """A replacement number reaches nobody, and nobody is asked."""
    digital_post = channels["digital_post"]
    assert digital_post.reaches(CITIZEN) is True
    assert digital_post.reaches(attrs.evolve(CITIZEN, id=Cvr("13748136"))) in {True, False}
    assert digital_post.reaches(attrs.evolve(CITIZEN, id=Cpr("6101800000"))) is False


@pytest.mark.parametrize("name", ["digital_post", "fysisk_post", "nemsms"])
def test_what_arrives_is_what_was_written(sandbox, channels, name):
    """Byte for byte, and once."""
    one = letter(channels[name])
    channels[name].send(one)
    (entry,) = about(one, sandbox.received())
    assert entry.transaction == str(one.transaction_id)
    assert entry.size == len(sandbox.body(entry))
    assert str(one.message_uuid).encode() in sandbox.body(entry)


@pytest.mark.parametrize(
    ("name", "last"), [("digital_post", ReceiptEvent.DELIVERED), ("fysisk_post", ReceiptEvent.WITH_POSTAL_SERVICE)]
)
def test_receipts_are_pushed_to_our_endpoint(stored, channels, name, last):
    """The last of them says that the letter is there; all are about our letter, in one vocabulary."""
    one = letter(channels[name])
    channels[name].send(one)
    wait_for(lambda: any(told.event is last for told in stored if told.message_uuid == one.message_uuid))
    ours = [told for told in stored if told.message_uuid == one.message_uuid]
    assert {told.channel for told in ours} == {name}
    assert ReceiptEvent.UNKNOWN not in {told.event for told in ours}
    assert len({told.id for told in ours}) == len(ours) > 1


FAULTS = {
    "unauthorized": TemporaryFailure,
    "too_many": TemporaryFailure,
    "server_error_before": OutcomeUnknown,
    "server_error_after": OutcomeUnknown,
    "reset_before": OutcomeUnknown,
    "reset_after": OutcomeUnknown,
    "html": OutcomeUnknown,
    "wrong_xml": OutcomeUnknown,
    "not_received": OutcomeUnknown,
    "refuse": Rejected,
}


@pytest.mark.parametrize("kind", FAULTS)
def test_what_goes_wrong_is_sorted_by_what_may_have_happened(sandbox, channels, kind):
    """Above all: whatever was taken is never called refused or not sent."""
    sandbox.script.read({"fault": [{"on": "kombi", "kind": kind}]})
    one = letter(channels["digital_post"])
    with pytest.raises(FAULTS[kind]) as caught:
        channels["digital_post"].send(one)
    assert not about(one, sandbox.received()) or type(caught.value) is OutcomeUnknown


@pytest.mark.parametrize("on", ["sts", "token"])
@pytest.mark.parametrize(
    "kind", ["unauthorized", "too_many", "unavailable", "server_error_before", "reset_before", "html"]
)
def test_without_access_nothing_is_sent(sandbox, channels, on, kind):
    """And the next attempt has it again."""
    sandbox.script.read({"fault": [{"on": on, "kind": kind}]})
    one = letter(channels["digital_post"])
    with pytest.raises(TemporaryFailure):
        channels["digital_post"].send(one)
    assert about(one, sandbox.requests()) == []
    channels["digital_post"].send(one)
    assert len(about(one, sandbox.received())) == 1


@pytest.mark.parametrize("duplicate", ["refuse", "invalid"])
def test_a_repeated_letter_is_never_called_refused(sandbox, channels, duplicate):
    """How the real service answers one is not known; neither form of refusal invites a second letter."""
    sandbox.script.duplicate = duplicate
    one = letter(channels["digital_post"])
    channels["digital_post"].send(one)
    lost = attrs.evolve(one.entry.attempts[0], outcome=Outcome.UNKNOWN)
    again = attrs.evolve(one, entry=attrs.evolve(one.entry, attempts=(lost, *one.entry.attempts)))
    with pytest.raises(OutcomeUnknown):
        channels["digital_post"].send(again)
    assert len(about(one, sandbox.received())) == 1


def test_the_same_letter_twice_is_the_same_bytes(sandbox, channels):
    """Handed over again after a failure, hours later, by another process: the same message."""
    one = letter(channels["digital_post"])
    channels["digital_post"].send(one)
    loaded(sandbox).register_channels()[0].send(one)
    first, second = about(one, sandbox.received())
    assert sandbox.body(first) == sandbox.body(second)


def test_a_letter_on_its_whole_way(tmp_path):
    """Planned, committed, delivered and received: the caseworker sees »Leveret«, and it is on the case once."""
    with sandboxes.Sandbox(tmp_path, delay=0.02) as sandbox:
        host = FakeHost()
        post = installation(
            host=host,
            channels=[],
            now=lambda: datetime.now(UTC),
            policy={"plugins": ["serviceplatformen"], "channels": ["digital_post", "fysisk_post", "nemsms"]},
            more={"serviceplatformen": loaded(sandbox)},
        )
        request = Request(
            key="k1",
            case=Case("sag-1", "prøve"),
            department="teknik",
            title="Afgørelse: øvrige sager",
            documents=(host.document("brev", "side 1", "side 2"), host.document("bilag", "side 1")),
            parties=(host.person("p1", "1212121212"),),
            options=Options(mandatory=True, reminder="Der er post til dig."),
        )
        with serving(poststatus_app(post.receive)) as url:
            sandbox.push_to(url)
            plan = post.plan(request)
            assert [(row.channel, row.error) for row in plan.rows] == [("digital_post", None), ("nemsms", None)]
            letter_, reminder = post.commit(plan, by="bo").entries
            post.deliver()
            wait_for(lambda: wording.status(post.entry(letter_.id).status) == "Leveret")
            assert [entry.kombi for entry in sandbox.received()] == ["Digital Post", "NemSMS"]
    assert reminder.beside == letter_.id
    assert [about for hook, about in host.calls if hook == "journalize_dispatch"].count(letter_.id) == 1
