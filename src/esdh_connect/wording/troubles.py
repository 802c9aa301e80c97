"""Fejlbakken: what is wrong, whose it is, and what the buttons say."""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect.dispatch import Act, Cause, Deed, Entry, Owner, Remedy, Status
from esdh_connect.ids import mask
from esdh_connect.reasons import on_one_line
from esdh_connect.wording.figures import when
from esdh_connect.wording.gate import whereabouts
from esdh_connect.wording.letters import explain, not_approved
from esdh_connect.wording.sentences import NOT_SENT, sentences

__all__ = ["act", "cause", "deed", "owner", "remedy", "sent_beside", "sent_since", "trouble"]

_CAUSES: Mapping[Cause, str] = {
    Cause.REFUSED: "Leverandøren afviste brevet",
    Cause.MALFORMED: "Programmet har lavet brevet forkert",
    Cause.DAMAGED: "Brevet ligger beskadiget i udbakken",
    Cause.GAVE_UP: "Brevet kunne ikke afleveres",
    Cause.NO_ANSWER: "Leverandørens svar nåede ikke frem",
    Cause.NO_RECEIPT: "Leverandøren har ikke kvitteret i tide",
    Cause.NOT_DELIVERED: "Brevet kom ikke frem",
    Cause.RECALLED: "Brevet blev kaldt tilbage",
    Cause.CONTRADICTED: "Leverandørens svar er uenige",
    Cause.STOPPED_IN_VAIN: "Brevet blev stoppet, men er sendt",
    Cause.SENT_BACK: "Brevet blev sendt tilbage i stedet for at blive godkendt",
    Cause.HOST_SILENT: "ESDH-systemet siger ikke, om det, brevet hører til, blev gemt",
    Cause.JOURNAL_UNKNOWN: "Det er uvist, om brevet står på sagen",
    Cause.JOURNAL_REFUSED: "ESDH-systemet vil ikke have brevet på sagen",
    Cause.JOURNAL_FAILING: "Brevet kan ikke journaliseres",
}
_OWNERS: Mapping[Owner, str] = {
    Owner.CASEWORKER: "Sagsbehandleren",
    Owner.ADMINISTRATOR: "Administratoren",
    Owner.PROVIDER: "Leverandøren, som administratoren spørger",
}
_REMEDIES: Mapping[Remedy, str] = {
    Remedy.RETRY: "Prøv det samme brev igen",
    Remedy.CONFIRM: "Leverandøren har det",
    Remedy.SEND_AGAIN: "Send brevet igen",
    Remedy.SEND_AS_PRINT: "Send brevet som fysisk post",
    Remedy.CHANGE_RECIPIENT: "Ret modtageren, og send igen",
    Remedy.SOLVED: "Markér som løst",
    Remedy.SEEN: "Jeg har set det",
    Remedy.RELEASE: "Det blev gemt: send brevet",
    Remedy.WITHDRAW: "Det blev ikke gemt: stop brevet",
    Remedy.JOURNALED: "Det står på sagen",
    Remedy.JOURNALIZE: "Det står ikke på sagen: journalisér igen",
}
#: What is wrong beside the letter itself, which :func:`explain` does not know of.
_BESIDE: Mapping[Cause, tuple[str, ...]] = {
    Cause.HOST_SILENT: (
        f"{NOT_SENT} endnu: brevet venter på, at ESDH-systemet siger, om det, brevet hører til, blev gemt",
        "Administratoren skal se efter i ESDH-systemet, og så sende brevet eller stoppe det",
    ),
    Cause.JOURNAL_UNKNOWN: (
        "Brevet er sendt, men det er uvist, om det står på sagen: ESDH-systemets svar nåede ikke frem",
        "Sagsbehandleren skal se efter på sagen",
    ),
    Cause.JOURNAL_REFUSED: (
        "Brevet er sendt, men står ikke på sagen: ESDH-systemet sagde nej{why}",
        "Det prøves ikke igen af sig selv. Sagsbehandleren skal få det rettet i ESDH-systemet, og så journalisere igen",
    ),
    Cause.JOURNAL_FAILING: (
        "Brevet er sendt, men står ikke på sagen: det er prøvet flere gange, og ESDH-systemet tager det ikke",
        "Administratoren skal finde årsagen, og så journalisere igen",
    ),
}


_DEEDS: Mapping[Deed, str] = {
    Deed.APPROVED: "godkendte det",
    Deed.SENT_BACK: "sendte det tilbage",
    Deed.PASSED_ON: "lod en anden godkende det",
    Deed.RELEASED: "frigav det",
    Deed.CANCELLED: "stoppede det",
    Deed.RETRIED: "lod det samme brev prøves igen",
    Deed.CONFIRMED: "bekræftede, at leverandøren har det",
    Deed.FOLLOWED: "bestilte et nyt brev i stedet",
    Deed.REOPENED: "tog det op igen",
    Deed.SOLVED: "markerede det som løst",
    Deed.JOURNALED: "så, at det står på sagen",
    Deed.JOURNALIZED_AGAIN: "bad om, at det journaliseres igen",
    Deed.OVERRODE: "bestilte det trods en betænkelighed",
}


def act(act: Act) -> str:
    """Tell what somebody did to a letter, and why."""
    to = f" ({act.to})" if act.to else ""
    to += f" ({act.seen or act.concern})" if act.concern else ""
    why = f": {act.why}" if act.why.strip() else ""
    return mask(on_one_line(f"{act.by or 'En, hvis navn er slettet,'} {deed(act.deed)}{to}{why}"))


def deed(deed: Deed) -> str:
    """Tell what was done, after the name of who did it."""
    return _DEEDS[deed]


def cause(cause: Cause) -> str:
    """Tell in a few words what is wrong."""
    return _CAUSES[cause]


def owner(owner: Owner) -> str:
    """Tell who must act."""
    return _OWNERS[owner]


def remedy(remedy: Remedy, cause: Cause | None = None) -> str:
    """Give what stands on the button; where the provider was asked, the same act says what it answered."""
    if (remedy, cause) == (Remedy.RETRY, Cause.NO_ANSWER):
        return "Leverandøren har det ikke: prøv igen"
    return _REMEDIES[remedy]


def sent_since(again: Entry) -> str:
    """Tell that the same letter was ordered to the same recipient, later, and what became of it."""
    at, by = when(again.committed_at), again.committed_by
    ordered = f"Et brev med samme hoveddokument er siden bestilt til modtageren {at} af {by}"
    return sentences(ordered, whereabouts(again))


def sent_beside(other: Entry) -> str:
    """Tell that the same letter was ordered to the same recipient as well, and what became of it."""
    at, by = when(other.committed_at), other.committed_by
    ordered = f"Et brev med samme hoveddokument er også bestilt til modtageren {at} af {by}"
    return sentences(ordered, whereabouts(other))


def trouble(entry: Entry, cause: Cause, next_: Remedy, why: str = "", again: Entry | None = None) -> str:
    """
    Tell whether anything was sent, what happened and ``why``, who must act, and the one thing to do next.

    Where the same letter was ordered ``again`` since, that is what counts.
    """
    said = f": »{on_one_line(why)}«" if why else ""
    told = sentences(*(one.replace("{why}", said) for one in _BESIDE[cause])) if cause in _BESIDE else explain(entry)
    step = f"»{remedy(next_, cause)}«"
    if again is not None:
        told = f"{not_approved(entry) if cause is Cause.SENT_BACK else told} {sent_since(again)}"
        if again.status in (Status.WAITING, Status.IN_PROGRESS):
            step = f"vent, og se, hvad der bliver af det; tryk så {step}"
    elif cause is Cause.NO_ANSWER:  # neither button may be pressed before somebody has asked
        step = f"spørg leverandøren, og vælg »{remedy(Remedy.RETRY, cause)}« eller {step}"
    elif cause is Cause.SENT_BACK:
        step = f"ret det på sagen, og tryk så {step}"
    return mask(f"{told} Næste skridt: {step}.")
