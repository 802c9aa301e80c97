"""
What a Serviceplatformen answers to a letter it has already: the contract test for ``dedup`` and ``duplicate_codes``.

What the real SF1601 does is not publicly known. So this runs against the sandbox in each of its three manners, and
against exttest where ESDH_CONNECT_EXTTEST names a folder with ``settings.toml`` (a certificate that counts there) and
``recipient.json`` ({"cpr": …, "name": …}, a test citizen). Then it sends some ten letters to that citizen and writes
what was answered to ``answers.json`` beside them: what to set, and what to tell us.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import attrs
import pytest

from esdh_connect.dispatch import Attempt, Outcome, Receipt
from esdh_connect.errors import DeliveryError, OutcomeUnknown
from esdh_connect.ids import Cpr
from esdh_connect.settings import Settings
from esdh_connect.testing.dispatches import CITIZEN, dispatch, envelope
from esdh_connect_serviceplatformen import Serviceplatformen, wire
from esdh_connect_serviceplatformen.outcome import receipt_of
from esdh_connect_serviceplatformen.wire import kombi

sandboxes = pytest.importorskip("esdh_connect_sandbox", reason="esdh-connect-sandbox is not installed")
EXTTEST = os.environ.get("ESDH_CONNECT_EXTTEST", "")


@attrs.frozen
class Target:
    """Where letters go, to whom, and what was answered."""

    channel: object
    recipient: object
    answers: dict[str, list[str]] = attrs.field(factory=dict)

    def letter(self, **said):
        return dispatch(self.channel.name, envelope(self.channel.limits, self.recipient, **said))

    def hand_over(self, experiment, one):
        """Hand it over, note what was answered, and give what our channel takes that for."""
        body = wire.request(kombi.DIGITAL_POST, wire.message(one, self.channel.kle_version))
        answer = self.channel.service.hand_over(body, one.transaction_id)
        said = wire.read_response(answer.content)
        shown = f"HTTP {answer.status} {said.result} {said.fault} {said.advice}" if said else f"HTTP {answer.status}"
        self.answers.setdefault(experiment, []).append(shown.strip())
        try:
            return receipt_of(answer, one, self.channel.name, self.channel.duplicates)
        except DeliveryError as error:
            return error


@pytest.fixture(params=["accept", "refuse", "invalid", "exttest"])
def target(request, tmp_path):
    """The sandbox in one of its manners, or the test environment of the real one."""
    if request.param == "exttest":
        if not EXTTEST:
            pytest.skip("ESDH_CONNECT_EXTTEST names no folder: the real test environment is not asked")
        yield from exttest(Path(EXTTEST))
        return
    with sandboxes.Sandbox(tmp_path) as sandbox:
        sandbox.script.duplicate = request.param
        yield Target(digital_post(sandbox.settings), CITIZEN)


def digital_post(settings):
    return Settings.load(settings).plugin("serviceplatformen", Serviceplatformen).register_channels()[0]


def exttest(folder):
    known = json.loads((folder / "recipient.json").read_text(encoding="utf-8"))
    recipient = attrs.evolve(CITIZEN, name=known["name"], id=Cpr.parse(known["cpr"]))
    target = Target(digital_post(folder / "settings.toml"), recipient)
    yield target
    with (folder / "answers.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": datetime.now(UTC).isoformat(), **target.answers}) + "\n")


def taken_for(target, experiment, first, second):
    """What the second handing over was taken for, after a first one that was taken."""
    assert isinstance(target.hand_over(experiment, first), Receipt)
    return target.hand_over(experiment, second)


def as_retry(target, one):
    """The same letter in another attempt, after one whose answer was lost."""
    lost = attrs.evolve(one.entry.attempts[0], outcome=Outcome.UNKNOWN)
    transaction = target.letter().transaction_id
    entry = attrs.evolve(one.entry, attempts=(lost, Attempt(transaction, lost.started_at)))
    return attrs.evolve(one, entry=entry, transaction_id=transaction)


def test_the_same_letter_again(target):
    """Taken, or left unresolved; never a refusal, which would have it sent as a new one."""
    one = target.letter()
    second = taken_for(target, "same uuid, same bytes", one, as_retry(target, one))
    assert isinstance(second, Receipt | OutcomeUnknown)


def test_the_same_letter_twice_at_once(target):
    """As two workers would that do not know of each other: one of them hears that it was taken."""
    one = target.letter()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(partial(target.hand_over, "same uuid, at once"), [one, as_retry(target, one)]))
    assert any(isinstance(answer, Receipt) for answer in both)


def test_another_letter_under_the_same_uuid(target):
    """We never do that; what it would be answered tells what the service compares."""
    one, other = target.letter(), target.letter(title="Et andet brev")
    entry = attrs.evolve(other.entry, message_uuid=one.message_uuid)
    taken_for(target, "same uuid, other bytes", one, attrs.evolve(other, entry=entry))
    assert len(target.answers["same uuid, other bytes"]) == 2


def test_another_letter_in_the_same_transaction(target):
    """A transaction id names one call; whether it is looked at is not known either."""
    one, other = target.letter(), target.letter()
    same = attrs.evolve(other, transaction_id=one.transaction_id)
    taken_for(target, "same transaction, other letter", one, same)
    assert len(target.answers["same transaction, other letter"]) == 2
