"""Why something cannot be done to a letter, what the operating system says, and the words of the audit log."""

import errno
import socket
import ssl
from datetime import UTC, datetime, timedelta
from uuid import UUID

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Act, Attempt, Deed, Entry, Hold, Outcome, Receipt, ReceiptEvent, Work
from esdh_connect.model import Case

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
DUE = "3. marts 2026 kl. 15.05"


def entry(work: Work, *, outcome: Outcome | None = None, receipt: ReceiptEvent | None = None, **more: object) -> Entry:
    attempts = (Attempt(UUID(int=1), NOW, NOW, outcome),) if outcome else ()
    receipts = (Receipt("r", receipt, NOW, UUID(int=2)),) if receipt else ()
    plain = Entry(
        id="d1",
        message_uuid=UUID(int=2),
        channel="digital_post",
        department="demo",
        case=Case("sag-1"),
        work=work,
        policy_version="v",
        fingerprint="",
        committed_at=NOW,
        committed_by="mette",
        due=NOW + timedelta(hours=1),
        attempts=attempts,
        receipts=receipts,
    )
    return attrs.evolve(plain, **more)


def dealt_with(deed: Deed) -> dict[str, object]:
    return {"settled": True, "acts": (Act(deed, "ida", NOW, "ringet"),)}


TOO_LATE = {
    "approval": (entry(Work.HELD, held_for=Hold.APPROVAL), "brevet venter på godkendelse"),
    "batch": (entry(Work.HELD, held_for=Hold.BATCH), "brevet venter på, at dets udsendelse frigives"),
    "host": (entry(Work.HELD, held_for=Hold.HOST), "brevet venter på, at ESDH-systemet"),
    "held": (entry(Work.HELD), f"brevet holdes tilbage til {DUE}"),
    "ready": (entry(Work.READY), "brevet ligger i udbakken"),
    "going again": (entry(Work.READY, outcome=Outcome.UNKNOWN), "det samme brev afleveres igen af sig selv"),
    "sending": (entry(Work.SENDING), "brevet bliver sendt i dette øjeblik"),
    "no answer yet": (
        entry(Work.UNKNOWN, outcome=Outcome.UNKNOWN),
        f"Er der ingen kvittering {DUE}, kommer brevet i fejlbakken, og så kan det bekræftes eller prøves igen",
    ),
    "no receipt yet": (entry(Work.HANDED_OVER, receipt=ReceiptEvent.ACCEPTED), f"Er den ikke kommet {DUE}"),
    "posted": (entry(Work.HANDED_OVER, receipt=ReceiptEvent.SENT), "brevet er »Afsendt«"),
    "set aside": (entry(Work.SET_ASIDE, outcome=Outcome.TEMPORARY), "I fejlbakken står, hvad der kan"),
    "failed": (entry(Work.CLOSED, receipt=ReceiptEvent.FAILED), "I fejlbakken står, hvad der kan"),
    "followed": (
        entry(Work.CLOSED, receipt=ReceiptEvent.FAILED, **dealt_with(Deed.FOLLOWED)),
        "det er allerede gjort af ida 3. marts 2026 kl. 14.05: et nyt brev er bestilt i stedet",
    ),
    "solved": (
        entry(Work.CLOSED, receipt=ReceiptEvent.FAILED, **dealt_with(Deed.SOLVED)),
        "det er allerede gjort af ida 3. marts 2026 kl. 14.05: det er markeret som løst",
    ),
    "delivered": (entry(Work.CLOSED, receipt=ReceiptEvent.DELIVERED), "brevet er »Leveret«"),
    "cancelled": (entry(Work.CANCELLED), "brevet er stoppet"),
}


@pytest.mark.parametrize(("one", "why"), TOO_LATE.values(), ids=TOO_LATE)
def test_what_cannot_be_done_is_said_with_the_reason(one: Entry, why: str) -> None:
    """And with when it can, or what can be done instead."""
    told = wording.too_late(one)
    assert told.startswith(("det kan ikke lade sig gøre: ", "det er allerede gjort af "))
    assert why in told


def test_a_letter_whose_time_has_come_is_not_held_back() -> None:
    """Not by the clock where it is known, nor by a due time that is that of its release."""
    one = entry(Work.READY)
    assert "holdes tilbage" in wording.explain(one)
    assert "holdes tilbage" in wording.explain(one, NOW)
    assert "brevet ligger i udbakken" in wording.explain(one, NOW + timedelta(hours=2))
    released = entry(Work.READY, due=NOW + timedelta(microseconds=9), acts=(Act(Deed.APPROVED, "chefen", NOW),))
    assert "brevet ligger i udbakken" in wording.explain(released)


@pytest.mark.parametrize("why", ["", "  "])
def test_an_empty_reason_leaves_no_colon_behind(why: str) -> None:
    """Whoever did it stands alone."""
    assert wording.sent_back_by("ida", why) == "ida sendte det tilbage"
    assert wording.cancelled_by("ida", why) == "ida stoppede det"
    assert wording.act(Act(Deed.RETRIED, "ida", NOW, why)) == "ida lod det samme brev prøves igen"


def test_what_a_person_did_is_told_after_their_name_was_erased() -> None:
    """As a whole sentence."""
    assert wording.act(Act(Deed.APPROVED, "", NOW)) == "En, hvis navn er slettet, godkendte det"


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOENT, "findes ikke"), (errno.EISDIR, "det er en mappe"), (errno.EACCES, "adgang nægtet")],
)
def test_the_operating_system_speaks_danish(number: int, told: str) -> None:
    """In the sentences that people read."""
    assert wording.system(OSError(number, "in English", "file")) == told


def test_an_error_without_words_is_named() -> None:
    """So that it can be looked up."""
    assert wording.system(OSError(errno.ENOTTY, "Not a typewriter")) == "styresystemets fejl ENOTTY"
    assert wording.system(OSError("no number")) == "fejlen OSError"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "ingen svarer dér"),
        (TimeoutError("timed out"), "der kom intet svar i tide"),
        (socket.gaierror(-2, "Name or service not known"), "navnet findes ikke"),
        (OSError("Tunnel connection failed: 403 Forbidden"), "svaret var 403"),
        (ssl.SSLError(1, "wrong version number"), "der kan ikke krypteres med det"),
    ],
)
def test_what_went_wrong_on_a_network_is_danish_too(error, told):
    """No English of the operating system, of OpenSSL or of a proxy stands in a Danish sentence."""
    assert wording.system(error) == told


@pytest.mark.parametrize(
    ("code", "told"), [(10, "det er udløbet"), (62, "det er udstedt til et andet navn"), (77, "77")]
)
def test_why_a_certificate_is_not_trusted_is_danish(code, told):
    """By OpenSSL's number; one that is not known is told as that."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    assert told in wording.system(error)


WORDS = [
    *(f"deed {one.value}" for one in Deed),
    *(f"receipt {one.value}" for one in ReceiptEvent),
    *(f"work {one.value}->{other.value}" for one in Work for other in Work),
    *(f"duty {one}" for one in ("done", "again", "postponed", "unknown")),
    "committed",
    "erased",
]


def test_every_line_of_the_audit_log_has_danish_words() -> None:
    """Except those of a later version, which keep their code word alone."""
    assert all(map(wording.logged, WORDS))
    assert wording.logged("work held->ready") == "Holdes tilbage → Klar til afsendelse"
    assert [wording.logged(what) for what in ("", "deed later", "duty later", "more of it")] == [""] * 4


def test_every_outcome_of_an_attempt_has_danish_words() -> None:
    """None is told as another."""
    assert len({wording.outcome(one) for one in Outcome}) == len(Outcome)
