"""Whom it speaks to, how, and what becomes of an answer that is none."""

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import trustme

from esdh_connect.dispatch import Status
from esdh_connect.errors import NoRecipient, Objection, PlanError, SettingsError, TemporaryFailure, UnreadableDocument
from esdh_connect.events import DispatchFailed, DocumentFinalized, NewEvents
from esdh_connect.model import Case, Document, Party
from esdh_connect.patience import somebody_waits
from esdh_connect.settings import Secret
from esdh_connect_bridge.testing import SECRET

CASE, DOCUMENT, PARTY = Case("sag-1", "esdh"), Document("dok-1", "1", "Afgørelse.pdf"), Party("part-1", "esdh")
HOSTILE = ["html", "garbage", "huge", "redirect", "reset", "error", "closed", "wrong_address"]


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_answer_that_is_none_is_told_to_who_sends_the_letter(example, kind):
    """Nobody is made up of it, and no redirect is followed."""
    host = example.host()
    example.script.add("/recipient", kind)
    with pytest.raises(NoRecipient) as wrong:
        host.resolve_recipient(PARTY, CASE)
    assert wrong.value.danish.startswith("sagssystemet svarede ikke ")
    example.script.add("/parties", kind)
    with pytest.raises(Objection):
        host.find_parties(CASE)
    assert len(example.calls) == 2


@pytest.mark.parametrize("kind", ["redirect", "reset", "error", "closed", "wrong_address", "cut", "endless"])
def test_a_document_comes_whole_or_not_at_all(example, kind):
    """Cut off, with a length said before or with none: it would be half a letter."""
    document = Document(**example.records.add_document(b"%PDF-1.7" * 100))
    example.script.add("/document", kind)
    with pytest.raises(UnreadableDocument) as wrong:
        example.host().read_document(document)
    assert wrong.value.danish.startswith("dokumentet »Afgørelse.pdf« kunne ikke hentes: sagssystemet svarede ikke (")


def test_a_document_of_a_bundle_that_the_host_refuses_is_left_to_others(example):
    """It may be a file that the bundles keep; one of the host's own is refused with the host's words."""
    example.script.add("/document", "refused", times=2)
    assert example.host().read_document(Document("17", "1", "Vejledning.pdf", bundle="byggesag@3")) is None
    with pytest.raises(UnreadableDocument) as wrong:
        example.host().read_document(DOCUMENT)
    assert wrong.value.danish == ("dokumentet »Afgørelse.pdf« kunne ikke hentes: sagssystemet siger: »Det går ikke«")


def test_a_document_that_is_too_large_is_not_read_to_its_end(example):
    """The limit is told."""
    document = Document(**example.records.add_document(b"%PDF-1.7" * 200_000))
    with pytest.raises(UnreadableDocument, match="too large") as wrong:
        example.host(max_file_mb=1).read_document(document)
    assert "(højst 1 MB hentes)" in wrong.value.danish


@pytest.mark.parametrize("kind", ["slow", "hang"])
def test_nobody_is_waited_for_longer_than_the_settings_say(example, kind):
    """A line that stands still, and one that drips for ever."""
    example.script.add("/recipient", kind, seconds=20)
    before = datetime.now(UTC)
    with pytest.raises(NoRecipient):
        example.host(seconds=1).resolve_recipient(PARTY, CASE)
    assert (datetime.now(UTC) - before).total_seconds() < 10


def test_a_person_waits_once_for_all_that_is_asked(example):
    """A host that stands still takes its time from the same budget whatever it is asked, and nobody else's."""
    host, before = example.host(dialog_seconds=2), time.monotonic()
    for address in ("/recipient", "/parties", "/document"):
        example.script.add(address, "hang", seconds=20)
    with somebody_waits():
        for ask in (lambda: host.resolve_recipient(PARTY, CASE), lambda: host.find_parties(CASE)):
            with pytest.raises(PlanError):
                ask()
        with pytest.raises(UnreadableDocument, match="a person has waited 2 seconds"):
            host.read_document(DOCUMENT)
    assert time.monotonic() - before < 5
    assert len(example.calls) == 1
    assert host.find_journal_entry("m", CASE) is None


def test_a_few_wait_for_a_host_and_the_others_are_told_at_once(example):
    """So the pages have threads left; whoever comes when it answers again gets an answer."""
    host = example.host(dialog_seconds=5)
    example.script.add("/recipient", "hang", times=99, seconds=20)

    def asked(_):
        begin = time.monotonic()
        with somebody_waits(), pytest.raises(NoRecipient) as wrong:
            host.resolve_recipient(PARTY, CASE)
        return time.monotonic() - begin, str(wrong.value)

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(asked, range(30)))
    told = [seconds for seconds, why in answers if "12 calls wait for the host already" in why]
    assert len(told) == 18
    assert max(told) < 4
    with somebody_waits():
        assert host.find_journal_entry("m", CASE) is None


def test_what_the_host_says_to_a_person_is_shown_on_one_line(example):
    """Without what forges a line or turns it around, without numbers of people, and not for ever."""
    host = example.host()
    for said, shown in (
        ("Parten er\nslettet \u202eNU", "sagssystemet siger: »Parten er slettet NU«"),
        ("Personen 121212-1212 er død", "sagssystemet siger: »Personen xxxxxx-xxxx er død«"),
        ("…", "sagssystemet siger nej uden at sige hvorfor"),
        (17, "sagssystemet siger nej uden at sige hvorfor"),
        ("nej " * 900, "»nej nej"),
    ):
        example.script.add("/recipient", "refused", said=said)
        with pytest.raises(NoRecipient) as wrong:
            host.resolve_recipient(PARTY, CASE)
        assert shown in wrong.value.danish
        assert len(wrong.value.danish) < 340
        assert "Parten" not in str(wrong.value)


def test_a_party_whose_id_may_be_a_cpr_number_is_never_asked_for(example):
    """Nor taken from the host's list."""
    with pytest.raises(NoRecipient, match="may be a CPR number"):
        example.host().resolve_recipient(Party("121212-1212", "esdh"), CASE)
    assert example.calls == []
    example.records.cases["sag-1"] = ["1212121212"]
    with pytest.raises(Objection, match="may be a CPR number"):
        example.host().find_parties(CASE)


def test_what_is_another_systems_is_left_to_it(example):
    """Where `system` names whose cases these are."""
    host, other = example.host(system="acadre"), Case("sag-1", "sbsys")
    assert host.resolve_recipient(Party("part-1", "sbsys"), CASE) is None
    assert host.find_parties(other) is None
    assert host.find_journal_entry("m", other) is None
    assert example.calls == []


def test_what_the_host_leaves_out_is_not_asked_for(example):
    """Parties, bundles, events and what became of a letter."""
    host = example.host(has=())
    assert host.find_parties(CASE) is None
    assert host.find_bundle("byggesag", ["teknik"], datetime.now(UTC)) is None
    assert host.find_approvers("teknik", CASE) is None
    assert host.read_events("") is None
    host.dispatch_failed(failed())
    assert example.calls == []


def failed():
    return DispatchFailed("f-1", datetime.now(UTC), "teknik", "d-1", "digital_post", CASE, Status.FAILED, why="Væk")


def test_what_became_of_a_letter_is_told_until_it_is_heard(example):
    """Once is enough, twice does no harm, and what is not heard raises."""
    host = example.host()
    example.script.add("/status", "closed")
    with pytest.raises(TemporaryFailure):
        host.dispatch_failed(failed())
    host.dispatch_failed(failed())
    host.dispatch_failed(failed())
    [told] = example.records.told.values()
    assert (told["type"], told["status"], told["dispatch"], told["why"]) == ("failed", "failed", "d-1", "Væk")


def test_what_happened_is_an_event_of_ours(example):
    """With its document, its department and its time."""
    document = example.records.add_document(b"%PDF-1.7")
    id_ = example.records.happen("finalized", document)
    [event] = example.host().read_events("").events
    assert isinstance(event, DocumentFinalized)
    assert (event.id, event.department, event.document.id) == (id_, "teknik", document["id"])
    assert event.at.tzinfo is not None


def test_an_event_that_cannot_be_read_is_named(example):
    """It holds back all of its page: so which it is, and never what stands in it."""
    good = {"id": "h-1", "type": "finalized", "at": "2026-11-27T08:00:00Z", "department": "teknik"}
    good["document"] = {"id": "17", "version": "1"}
    example.say(json.dumps({"cursor": "2", "events": [good, {**good, "id": "h-2", "at": "i går"}]}).encode())
    with pytest.raises(TemporaryFailure, match=r"events\[1\], id h-2: at: this is none"):
        example.host().read_events("")


def test_null_is_what_is_left_out_and_a_mark_of_the_byte_order_does_no_harm(example):
    """Some languages write both by themselves."""
    fields = ("cpr", "cvr", "address", "attention", "circumstances")
    said = json.dumps({"name": "Frida", **dict.fromkeys(fields)}).encode()
    example.say(b"\xef\xbb\xbf" + said)
    assert example.host().resolve_recipient(PARTY, CASE).name == "Frida"
    example.say(b'{"cursor": "1", "events": null, "more": null}')
    assert example.host().read_events("") == NewEvents("1")


def test_a_wrong_secret_is_not_let_in(example):
    """And one that is exchanged signs beside the old until the host has it, too."""
    (example.folder / "host.secret").write_text("another secret, of the same length")
    with pytest.raises(NoRecipient, match="signature refused: is the secret the same on both sides"):
        example.host().resolve_recipient(PARTY, CASE)
    (example.folder / "old.secret").write_text(SECRET)
    host = example.host(also=Secret("file:old.secret", example.folder / "settings.toml"))
    assert host.find_journal_entry("m", CASE) is None


def test_a_certificate_of_another_authority_is_refused(example, tmp_path):
    """Nothing reaches who is not the host: no case, no party."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    for ca in (tmp_path / "other.pem", None):
        with pytest.raises(TemporaryFailure, match="not to be trusted"):
            example.host(ca=ca).find_journal_entry("m", CASE)
    assert example.calls == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://esdh.test"},
        {"url": "https://bo@esdh.test"},
        {"proxy": "proxy.test:8080"},
        {"seconds": 0},
        {"file_seconds": 1801},
        {"max_file_mb": 0},
        {"dialog_seconds": 0},
        {"has": ("partier",)},
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_once(example, wrong):
    """With its name in the message."""
    [name] = wrong
    with pytest.raises(ValueError, match=name):
        example.host(**wrong)


def test_a_secret_that_cannot_be_one_stops_the_start(example, tmp_path):
    """Too short, or not there; a CA file that is none as well."""
    (example.folder / "host.secret").write_text("kort")
    with pytest.raises(SettingsError, match="at least 24 bytes"):
        example.host()
    (example.folder / "host.secret").write_text(SECRET)
    (tmp_path / "ca.pem").write_text("not a certificate")
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        example.host(ca=tmp_path / "ca.pem")


def test_nothing_of_anybody_is_shown_by_anything(example, caplog):
    """Neither by the host nor by a log of everything that happens."""
    caplog.set_level(logging.DEBUG)
    case = example.records.add_case()
    party = Party(example.records.add_party(case, name="Frida Mortensen", cpr="1212121212"), "esdh")
    host = example.host()
    recipient = host.resolve_recipient(party, Case(case, "esdh", "Fridas carport"))
    example.script.add("/recipient", "error")
    with pytest.raises(NoRecipient) as wrong:
        host.resolve_recipient(party, Case(case, "esdh", "Fridas carport"))
    shown = f"{host!r} {recipient!r} {caplog.text} {wrong.value!r}"
    for secret in (SECRET, "1212121212", "121212-1212", "Frida"):
        assert secret not in shown
