"""The three channels against a service that says what it is told to."""

import traceback

import attrs
import pytest

from esdh_connect.dispatch import Outcome, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.testing.channel import ChannelSuite
from esdh_connect.testing.dispatches import CITIZEN, NOBODY, dispatch, envelope

KOMBI = "/service/KombiPostAfsend_1/kombi"
COMPANY = attrs.evolve(CITIZEN, name="Prøve ApS", id=Cvr("13748136"))
REPLACEMENT = attrs.evolve(CITIZEN, id=Cpr("6101800000"))


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


class TestProvenDigitalPost(ChannelSuite):
    """Where handing the same message over again was proven to make no second letter."""

    @pytest.fixture
    def channel(self, plugin):
        return plugin(dedup="proven").register_channels()[0]


def letter(channel, recipient=CITIZEN):
    return dispatch(channel.name, envelope(channel.limits, recipient))


# --- look-ups


@pytest.mark.parametrize(("name", "register"), [("digital_post", "digitalpost"), ("nemsms", "nemsms")])
@pytest.mark.parametrize(
    ("recipient", "query"),
    [(CITIZEN, {"cprNumber": ["1212121212"]}), (COMPANY, {"cvrNumber": ["13748136"]})],
    ids=["citizen", "company"],
)
def test_each_register_is_asked_for_itself(fake, channels, name, register, recipient, query):
    """Digital Post and NemSMS are two registers, and know citizens and companies."""
    for reached in (True, False):
        fake.reached = reached
        assert channels[name].reaches(recipient) is reached
    call = fake.calls[-1]
    assert (call.method, call.path, call.query) == ("GET", f"/service/PostForespoerg_1/{register}", query)
    assert call.headers["authorization"] == "Holder-of-key access-1"


@pytest.mark.parametrize("recipient", [REPLACEMENT, NOBODY], ids=["replacement number", "no number"])
def test_nobody_is_asked_about_those_no_register_knows(fake, channels, recipient):
    """An erstatningspersonnummer stands in no register: no number leaves the house for nothing."""
    assert channels["digital_post"].reaches(recipient) is False
    assert channels["nemsms"].reaches(recipient) is False
    assert fake.calls == []


def test_paper_reaches_whoever_has_an_address(fake, channels):
    """Nobody is asked."""
    assert channels["fysisk_post"].reaches(REPLACEMENT) is True
    assert channels["fysisk_post"].reaches(NOBODY) is False
    assert fake.calls == []


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, "1212121212"), (404, ""), (401, "x"), (200, '{"result": "yes"}'), (200, "[]"), (200, "<html>")],
)
def test_a_look_up_that_fails_is_neither_yes_nor_no(fake, channels, status, content):
    """And nobody's number is in what is said of it."""
    fake.reply("/service/PostForespoerg_1/digitalpost", status, content)
    with pytest.raises(TemporaryFailure) as caught:
        channels["digital_post"].reaches(CITIZEN)
    assert "1212121212" not in "".join(traceback.format_exception(caught.value)) + caught.value.danish


# --- letters


@pytest.mark.parametrize("name", ["digital_post", "fysisk_post", "nemsms"])
def test_a_letter_is_one_call_with_the_attempts_own_number(fake, channels, name):
    """Its x-TransaktionsId was stored before; the time is UTC; the length is known beforehand."""
    one = letter(channels[name])
    receipt = channels[name].send(one)
    (call,) = [call for call in fake.calls if call.path == KOMBI]
    assert call.headers["x-transaktionsid"] == str(one.transaction_id)
    assert call.headers["x-transaktionstid"].endswith("Z")
    assert call.headers["content-type"].startswith("application/xml")
    assert int(call.headers["content-length"]) == len(call.body)
    assert "transfer-encoding" not in call.headers
    assert (receipt.id, receipt.word) == ("kombi/00000001-a457-4ad3-8952-ed8f18a1676a", "Received")
    assert b"TransmissionID" in receipt.raw


RESULT = "<kombi_response><Result>{}</Result>{}</kombi_response>"
ADVICE = "<A><AdvisTekst>{}</AdvisTekst></A>"
FAULT = "<Fejl><FejlId>7</FejlId><FejlKode>{}</FejlKode><FejlTekst>{}</FejlTekst></Fejl>"
OUTCOMES = {
    "received, in any case of letters": (200, RESULT.format("True", ADVICE.format("RECEIVED")), None),
    "true, without a word": (200, RESULT.format("true", ""), OutcomeUnknown),
    "true, with another word": (200, RESULT.format("true", ADVICE.format("Queued")), OutcomeUnknown),
    "true, and a fault": (
        200,
        RESULT.format("true", ADVICE.format("Received") + FAULT.format("x", "")),
        OutcomeUnknown,
    ),
    "true, with HTTP 400": (400, RESULT.format("true", ADVICE.format("Received")), OutcomeUnknown),
    "false": (200, RESULT.format("false", ""), Rejected),
    "false, with a code": (200, RESULT.format("false", FAULT.format("memo.invalid", "")), Rejected),
    "a code alone": (200, f"<kombi_response>{FAULT.format('file.empty.not.allowed', '')}</kombi_response>", Rejected),
    "a code, with HTTP 400": (400, RESULT.format("false", FAULT.format("memo.invalid", "")), Rejected),
    "a code, with HTTP 500": (500, RESULT.format("false", FAULT.format("memo.invalid", "")), OutcomeUnknown),
    "a page": (200, "<html><body>Welcome</body></html>", OutcomeUnknown),
    "nothing": (200, "", OutcomeUnknown),
    "another document": (200, "<other><Result>true</Result></other>", OutcomeUnknown),
    "a document type": (200, "<!DOCTYPE x []>" + RESULT.format("true", ADVICE.format("Received")), OutcomeUnknown),
    "HTTP 400 alone": (400, "", Rejected),
    "HTTP 409 alone": (409, "", OutcomeUnknown),
    "HTTP 401": (401, RESULT.format("false", ""), TemporaryFailure),
    "HTTP 429": (429, RESULT.format("false", ""), TemporaryFailure),
    "HTTP 503": (503, "", OutcomeUnknown),
    "sounds like a duplicate": (
        200,
        RESULT.format("false", FAULT.format("17", "MessageUUID already used")),
        OutcomeUnknown,
    ),
    "sounds like a duplicate, HTTP 400": (
        400,
        RESULT.format("false", FAULT.format("message.duplicate", "")),
        OutcomeUnknown,
    ),
    "sounds like a duplicate, HTTP 409": (409, RESULT.format("false", FAULT.format("conflict", "")), OutcomeUnknown),
}


@pytest.mark.parametrize("seen", OUTCOMES)
def test_what_the_answer_means_for_a_letter(fake, channels, seen):
    """Taken only where it says so; refused only where it says so; a duplicate is never a refusal."""
    status, content, expected = OUTCOMES[seen]
    channel = channels["digital_post"]
    fake.reply(KOMBI, status, content)
    if expected is None:
        assert channel.send(letter(channel)).event is ReceiptEvent.ACCEPTED
    else:
        with pytest.raises(expected) as caught:
            channel.send(letter(channel))
        assert type(caught.value) is expected
        assert caught.value.danish
    assert fake.paths().count(KOMBI) == 1


def test_a_refusal_has_the_services_code_and_says_it_in_danish(fake, channels):
    """The text may quote the letter, so it stays where it is."""
    fake.reply(KOMBI, 200, RESULT.format("false", FAULT.format("file.extension.not.allowed", "brev til 1212121212")))
    with pytest.raises(Rejected) as caught:
        channels["digital_post"].send(letter(channels["digital_post"]))
    assert (caught.value.code, caught.value.ours) == ("file.extension.not.allowed", False)
    assert "type" in caught.value.danish
    assert "brev til" not in str(caught.value) + caught.value.danish


def test_a_message_that_cannot_be_read_is_of_our_own_making(fake, channels):
    """The administrator must act: no caseworker can mend it."""
    fake.reply(KOMBI, 200, RESULT.format("false", FAULT.format("memo.invalid", "")))
    with pytest.raises(Rejected) as caught:
        channels["digital_post"].send(letter(channels["digital_post"]))
    assert caught.value.ours


def test_a_code_that_is_no_code_is_made_one(fake, channels):
    """What the other end puts there is shown and logged."""
    fake.reply(KOMBI, 200, RESULT.format("false", FAULT.format(f"bad 121212-1212 {'x' * 500}", "")))
    with pytest.raises(Rejected) as caught:
        channels["digital_post"].send(letter(channels["digital_post"]))
    assert caught.value.code.startswith("bad_xxxxxx-xxxx_")
    assert len(caught.value.code) <= 70


def test_a_code_known_to_mean_a_duplicate_is_an_acceptance(fake, plugin):
    """The operator has seen in the test environment that it means: this message was taken before."""
    (digital_post, *_) = plugin(duplicate_codes=("message.uuid.used",)).register_channels()
    fake.reply(KOMBI, 409, RESULT.format("false", FAULT.format("message.uuid.used", "")))
    receipt = digital_post.send(letter(digital_post))
    assert (receipt.event, receipt.code) == (ReceiptEvent.ACCEPTED, "message.uuid.used")


@pytest.mark.parametrize(
    ("status", "content"), [(200, RESULT.format("false", FAULT.format("memo.invalid", ""))), (400, ""), (413, "")]
)
@pytest.mark.parametrize("earlier", [Outcome.UNKNOWN, Outcome.ACCEPTED])
def test_a_refusal_of_what_may_be_there_settles_nothing(fake, channels, status, content, earlier):
    """Whatever the code: it may be the service's way to say that it has this letter already."""
    one = letter(channels["digital_post"])
    lost = attrs.evolve(one.entry.attempts[0], outcome=earlier)
    again = attrs.evolve(one, entry=attrs.evolve(one.entry, attempts=(lost, *one.entry.attempts)))
    fake.reply(KOMBI, status, content)
    with pytest.raises(OutcomeUnknown):
        channels["digital_post"].send(again)


def test_a_refused_token_is_fetched_anew(fake, channels):
    """401 is said before the letter is read; the next attempt has a new assertion and a new token."""
    fake.reply(KOMBI, 401)
    one = letter(channels["digital_post"])
    with pytest.raises(TemporaryFailure):
        channels["digital_post"].send(one)
    channels["digital_post"].send(one)
    first, second = [call for call in fake.calls if call.path == KOMBI]
    assert (first.headers["authorization"], second.headers["authorization"]) == (
        "Holder-of-key access-1",
        "Holder-of-key access-2",
    )
    assert first.body == second.body


@pytest.mark.parametrize("name", ["digital_post", "nemsms"])
def test_a_letter_planning_would_have_refused_is_not_sent(fake, channels, name):
    """The last look before the line."""
    with pytest.raises(Rejected, match="neither CPR nor CVR"):
        channels[name].send(letter(channels[name], NOBODY))
    assert KOMBI not in fake.paths()


@pytest.mark.parametrize("name", ["digital_post", "fysisk_post", "nemsms"])
@pytest.mark.parametrize(("status", "is_open"), [(405, True), (200, True), (500, True), (503, False), (502, False)])
def test_the_service_is_asked_by_the_way_that_letters_go(fake, channels, name, status, is_open):
    """With a token and no letter; whatever it says of the question, somebody is there."""
    fake.reply(KOMBI, status, "")
    if is_open:
        channels[name].ask()
    else:
        with pytest.raises(TemporaryFailure):
            channels[name].ask()
    [asked] = [call for call in fake.calls if call.path == KOMBI]
    assert (asked.method, asked.body, "authorization" in asked.headers) == ("GET", b"", True)
