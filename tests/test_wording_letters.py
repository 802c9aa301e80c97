"""What is told of a letter: whether it was sent, what happened, who must act, and what next."""

import re
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import facts, wording
from esdh_connect.dispatch import (
    DAMAGED,
    Act,
    Attempt,
    Deed,
    Entry,
    Hold,
    Outcome,
    Receipt,
    ReceiptEvent,
    Status,
    Work,
    ours,
    refusals,
)
from esdh_connect.model import Case

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
CPR = "1212121212"
NOT_SENT = "Der er ikke sendt noget"
UNKNOWN = "Det er uvist, om brevet er sendt: "
ATTEMPT = Attempt(UUID(int=1), NOW)


def entry(work: Work, *receipts: ReceiptEvent, outcome: Outcome | None = None, why: str = "", code: str = "") -> Entry:
    attempts = (attrs.evolve(ATTEMPT, outcome=outcome, code=code, detail="said in English"),) if outcome else ()
    told = tuple(
        Receipt(f"r{at}", event, NOW + timedelta(hours=at), UUID(int=2), code=code) for at, event in enumerate(receipts)
    )
    return Entry(
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
        due=NOW,
        attempts=attempts,
        receipts=told,
        stopped_because=why,
    )


def settled(one: Entry, deed: Deed) -> Entry:
    return attrs.evolve(one, settled=True, acts=(Act(deed, "ida", NOW, "ringet"),))


STORIES = {
    "held": (entry(Work.HELD), f"{NOT_SENT} endnu", "Sagsbehandleren kan stoppe"),
    "held by its time": (
        attrs.evolve(entry(Work.READY), due=NOW + timedelta(minutes=10)),
        f"{NOT_SENT} endnu: brevet holdes tilbage til 3. marts 2026 kl. 14.15",
        "Sagsbehandleren kan stoppe",
    ),
    "held for approval": (
        attrs.evolve(entry(Work.HELD), held_for=Hold.APPROVAL),
        f"{NOT_SENT} endnu: brevet venter på godkendelse",
        "En anden end den, der har bestilt brevet, skal godkende det",
    ),
    "passed on": (
        attrs.evolve(entry(Work.HELD), held_for=Hold.APPROVAL, acts=(Act(Deed.PASSED_ON, "ida", NOW, to="chefen"),)),
        f"{NOT_SENT} endnu: brevet venter på godkendelse",
        "chefen skal godkende det",
    ),
    "held for its mailing": (
        attrs.evolve(entry(Work.HELD), held_for=Hold.BATCH),
        f"{NOT_SENT} endnu: brevet er en del af en udsendelse",
        "Sagsbehandleren skal frigive",
    ),
    "held for its host": (
        attrs.evolve(entry(Work.HELD), held_for=Hold.HOST),
        f"{NOT_SENT} endnu: brevet venter på, at ESDH-systemet",
        "ingen skal gøre noget",
    ),
    "ready": (entry(Work.READY), f"{NOT_SENT} endnu: brevet ligger i udbakken", "ingen skal gøre noget"),
    "tried": (entry(Work.READY, outcome=Outcome.TEMPORARY), f"{NOT_SENT} endnu: 1 forsøg", "ingen skal gøre noget"),
    "sending": (
        attrs.evolve(entry(Work.SENDING), attempts=(ATTEMPT,)),
        "Brevet bliver sendt i dette øjeblik",
        "Ingen skal gøre noget",
    ),
    "accepted": (
        entry(Work.HANDED_OVER, ReceiptEvent.ACCEPTED, outcome=Outcome.ACCEPTED),
        "Brevet er sendt til leverandøren, men er ikke leveret endnu. Seneste kvittering: Modtaget af leverandøren",
        "senest 3. marts 2026 kl. 14.05, skal administratoren",
    ),
    "sent": (entry(Work.HANDED_OVER, ReceiptEvent.SENT), "Brevet er sendt med posten 3. marts 2026", "Ingen skal"),
    "delivered": (entry(Work.CLOSED, ReceiptEvent.DELIVERED), "Brevet er sendt og leveret 3. marts 2026", "Ingen skal"),
    "with the post": (entry(Work.CLOSED, ReceiptEvent.WITH_POSTAL_SERVICE), "Brevet er sendt: postvæsenet", "Ingen"),
    "failed": (entry(Work.CLOSED, ReceiptEvent.FAILED, code="4711"), "Brevet er sendt til", "Sagsbehandleren skal"),
    "recalled": (entry(Work.CLOSED, ReceiptEvent.RECALLED), "Brevet er sendt, men leveres", "Sagsbehandleren skal"),
    "both": (
        entry(Work.CLOSED, ReceiptEvent.DELIVERED, ReceiptEvent.FAILED),
        "Brevet er sendt, men kvitteringerne er uenige",
        "Sagsbehandleren skal spørge modtageren, før",
    ),
    "rejected": (
        entry(Work.CLOSED, outcome=Outcome.REJECTED, why="borgeren er fritaget", code="4711"),
        f"{NOT_SENT}: leverandøren afviste brevet. Årsag: borgeren er fritaget.",
        "Sagsbehandleren skal",
    ),
    "set aside": (entry(Work.SET_ASIDE, outcome=Outcome.TEMPORARY), f"{NOT_SENT}: brevet er lagt", "Administratoren"),
    "malformed": (
        entry(Work.CLOSED, outcome=Outcome.REJECTED, code=ours("memo.invalid")),
        f"{NOT_SENT}: leverandøren kan ikke læse brevet, sådan som programmet har lavet det.",
        "Administratoren skal",
    ),
    "damaged": (
        entry(Work.CLOSED, outcome=Outcome.REJECTED, code=DAMAGED),
        f"{NOT_SENT}: brevet ligger beskadiget",
        "Administratoren skal",
    ),
    "no receipt": (
        entry(Work.SET_ASIDE, ReceiptEvent.ACCEPTED, outcome=Outcome.ACCEPTED),
        "Brevet er sendt til leverandøren, som ikke har kvitteret for det i tide",
        "Administratoren skal spørge leverandøren",
    ),
    "no answer": (
        entry(Work.SET_ASIDE, outcome=Outcome.UNKNOWN),
        UNKNOWN,
        "Send ikke igen. Administratoren skal spørge leverandøren, om de har brevet",
    ),
    "going again": (entry(Work.READY, outcome=Outcome.UNKNOWN), UNKNOWN, "under det samme id, og ingen skal"),
    "given up": (
        settled(entry(Work.CLOSED, outcome=Outcome.UNKNOWN), Deed.SOLVED),
        UNKNOWN,
        "ida har markeret det som løst: ringet. Ingen skal gøre noget.",
    ),
    "followed": (
        settled(entry(Work.CLOSED, ReceiptEvent.FAILED), Deed.FOLLOWED),
        "Brevet er sendt til leverandøren, men kommer ikke frem",
        "ida har bestilt et nyt brev i stedet: ringet. Ingen skal gøre noget.",
    ),
    "refused and acknowledged": (
        entry(Work.CLOSED, ReceiptEvent.ACCEPTED, outcome=Outcome.REJECTED),
        f"{UNKNOWN}leverandøren afviste det, men har også kvitteret",
        "Sagsbehandleren skal spørge modtageren",
    ),
    "stopped in vain": (
        entry(Work.CANCELLED, ReceiptEvent.ACCEPTED),
        "Brevet er sendt, selv om det blev stoppet",
        "Sagsbehandleren skal afgøre",
    ),
    "cancelled": (
        entry(Work.CANCELLED, why=wording.cancelled_by("mette", "forkert bilag")),
        f"{NOT_SENT}: brevet blev stoppet i tide. Årsag: mette stoppede det: forkert bilag.",
        "Ingen skal gøre noget",
    ),
    "unresolved": (
        entry(Work.UNKNOWN, outcome=Outcome.UNKNOWN),
        UNKNOWN,
        "Send ikke igen; kommer der ingen kvittering senest 3. marts 2026 kl. 14.05, skal administratoren",
    ),
}


@pytest.mark.parametrize(("one", "opening", "who"), STORIES.values(), ids=STORIES)
def test_every_letter_explains_itself(one: Entry, opening: str, who: str) -> None:
    """Whether it was sent, what happened, and who must act."""
    text = wording.explain(one)
    assert text.startswith(opening)
    assert who in text
    assert text.endswith(".")


def test_no_two_stories_are_the_same_and_every_status_has_one() -> None:
    """What is told apart in the store is told apart on the screen."""
    assert len({wording.explain(one) for one, _, _ in STORIES.values()}) == len(STORIES)
    assert {one.status for one, _, _ in STORIES.values()} == set(Status)


def test_what_was_noted_for_the_log_is_not_shown_as_the_cause() -> None:
    """A rejection without a Danish text keeps its English one for the administrator."""
    one = entry(Work.CLOSED, outcome=Outcome.REJECTED, why="said in English")
    assert "Årsag" not in wording.explain(one)


entries = st.builds(
    entry,
    st.sampled_from(Work),
    outcome=st.none() | st.sampled_from(Outcome),
    why=st.sampled_from(["", f"{CPR} ringede", "det var forkert"]),
    code=st.sampled_from(["", "4711", CPR]),
)


@given(entries, st.lists(st.sampled_from(ReceiptEvent), max_size=4), st.randoms(use_true_random=False))
def test_any_entry_can_be_explained_whatever_order_its_receipts_came_in(
    one: Entry, events: list[ReceiptEvent], random: Random
) -> None:
    """And begins rightly, and shows no CPR number."""
    receipts = entry(Work.CLOSED, *events).receipts
    shuffled = list(receipts)
    random.shuffle(shuffled)
    text = wording.explain(attrs.evolve(one, receipts=receipts))
    assert wording.explain(attrs.evolve(one, receipts=tuple(shuffled))) == text
    assert re.match(rf"{NOT_SENT}|{UNKNOWN}|Brevet (er|bliver) sendt", text)
    assert CPR not in text


@given(entries, st.lists(st.sampled_from(ReceiptEvent), max_size=4))
def test_nobody_is_told_that_nothing_was_sent_when_something_may_have_been(
    one: Entry, events: list[ReceiptEvent]
) -> None:
    """A receipt, or an attempt that was accepted or may have been, forbids the sentence – unless it was refused."""
    one = attrs.evolve(one, receipts=entry(Work.CLOSED, *events).receipts)
    proof = set(events) - {ReceiptEvent.UPDATE, ReceiptEvent.UNKNOWN}
    maybe = {attempt.outcome for attempt in one.attempts} & {Outcome.ACCEPTED, Outcome.UNKNOWN}
    if (proof or maybe) and one.work in {Work.HANDED_OVER, Work.UNKNOWN, Work.CLOSED}:
        refused = any(attempt.outcome is Outcome.REJECTED for attempt in one.attempts)
        assert refused or not wording.explain(one).startswith(NOT_SENT)


@pytest.mark.parametrize("code", sorted(refusals._KNOWN))
def test_a_known_code_is_told_in_plain_danish_with_what_to_do(code):
    """Refused at once or later; the code itself comes last, for whoever is asked for help."""
    known = refusals.meaning(code)
    later = wording.explain(entry(Work.CLOSED, ReceiptEvent.FAILED, code=code))
    at_once = wording.explain(entry(Work.CLOSED, outcome=Outcome.REJECTED, why="sagt før", code=code))
    for told in (later, at_once):
        assert f", fordi {known.what}. " in told
        assert told.endswith(f"{known.todo}. Koden er {code}, hvis support spørger.")
    assert known.todo.startswith(("Sagsbehandleren skal", "Administratoren skal"))
    [failed, _] = facts.failed(entry(Work.CLOSED, ReceiptEvent.FAILED, code=code), NOW)
    assert known.what in failed.why
    assert code not in failed.why


def test_of_an_unknown_code_the_providers_own_words_come_first():
    """In quotes, on one line, not at length and without CPR numbers; the code is for support."""
    one = entry(Work.CLOSED, ReceiptEvent.FAILED, code="memo.recipient.unknown")
    words = f"Modtageren {CPR} findes\n ikke " + "og " * 200
    one = attrs.evolve(one, receipts=tuple(attrs.evolve(receipt, text=words) for receipt in one.receipts))
    told = wording.explain(one)
    assert told.startswith("Brevet er sendt til leverandøren, men kommer ikke frem. Leverandøren skriver: »Modtageren ")
    assert CPR not in told
    assert "findes ikke og og" in told
    assert "…«. " in told
    assert len(told) < 600
    assert told.endswith("Koden er memo.recipient.unknown, hvis support spørger.")
    [failed, _] = facts.failed(one, NOW)
    assert failed.why.endswith("Koden er memo.recipient.unknown, hvis support spørger")
    assert "Modtageren" not in failed.why


def test_the_word_for_two_that_look_alike_has_its_reason_beside_it():
    """Waiting for a person is no undo, and sent back is not undone; all else is its status alone."""
    plain = entry(Work.HELD)
    held = attrs.evolve(plain, held_for=Hold.APPROVAL)
    undone = attrs.evolve(held, work=Work.CANCELLED, acts=(Act(Deed.CANCELLED, "bo", NOW),))
    back = attrs.evolve(undone, acts=(Act(Deed.SENT_BACK, "eva", NOW, "forkert bilag"),))
    approved = attrs.evolve(held, work=Work.READY)
    assert [wording.standing(one) for one in (plain, held, undone, back, approved)] == [
        "Afventer",
        "Afventer – venter på godkendelse",
        "Afbrudt",
        "Afbrudt – sendt tilbage",
        "Afventer",
    ]
    in_vain = attrs.evolve(entry(Work.CANCELLED, ReceiptEvent.DELIVERED), acts=back.acts)
    assert wording.standing(in_vain) == "Afbrudt"
