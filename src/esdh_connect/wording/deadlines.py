"""Frister: until when a letter is in time, and how long somebody may complain."""

from __future__ import annotations

from datetime import date

from esdh_connect.dispatch import Entry, ReceiptEvent, Status
from esdh_connect.legal_clock import Basis, ComplaintPeriod
from esdh_connect.wording.figures import day
from esdh_connect.wording.sentences import sentences

__all__ = ["complaint", "timing"]


def timing(latest: date, deadline: date, today: date, there: date, *, is_late: bool) -> str:
    """Tell until when a letter is in time for its ``deadline``, or that it is late; ``there`` is when it will come."""
    if not is_late:
        return f"Senest {'i dag' if latest == today else day(latest)} for at nå {day(deadline)}"
    if there <= deadline:
        return f"Det er sent: brevet når kun {day(deadline)}, hvis alt går glat. Det skulle være sendt {day(latest)}"
    return f"For sent til at nå {day(deadline)}: brevet ventes først fremme {day(there)}"


def complaint(period: ComplaintPeriod | None, entry: Entry | None = None) -> str:
    """
    Tell when the complaint period of a letter ends, what that is counted from, and how sure it is.

    ``entry`` is the letter: of one that failed after somebody said that it had come, that is told.
    """
    if period is None and entry is not None and _failed_after(entry):
        return "Klagefristen løber ikke: brevet blev meldt fremme, men fejlede bagefter. Se kvitteringerne."
    if period is None:
        return "Klagefristen løber ikke: intet viser endnu, at brevet er nået frem."
    weeks = "1 uge" if period.weeks == 1 else f"{period.weeks} uger"
    updated = "Posten har fortalt mere om brevet siden: se kvitteringerne, før fristen bruges" * period.is_updated
    match period.basis:
        case Basis.ARRIVED:
            told = f"Klagefristen er {weeks} fra {day(period.counted_from)}, da brevet var fremme"
            return sentences(f"{told}: til og med {day(period.earliest)}", updated)
        case Basis.POSTED:
            told = f"Klagefristen er {weeks} fra {day(period.counted_from)}, da brevet regnes for fremme"
            why = "Posten har brevet, men ingen har kvitteret for, at det er nået frem"
            return sentences(f"{told}: til og med {day(period.earliest)}", why, updated)
    told = "Klagefristen kan ikke gøres op: brevet er afsendt, men intet viser, at posten har det"
    return sentences(told, f"Den udløber tidligst {day(period.earliest)}", updated)


def _failed_after(entry: Entry) -> bool:
    """Tell whether a letter failed that somebody has said was there, or with the postal service."""
    came = {ReceiptEvent.DELIVERED, ReceiptEvent.WITH_POSTAL_SERVICE}
    return entry.status is Status.FAILED and any(one.event in came for one in entry.receipts)
