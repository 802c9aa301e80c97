"""Tilstand: what the administrator reads of an installation that somebody should look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from esdh_connect.wording.figures import number, size, span, when

__all__ = [
    "bell_away",
    "bell_stalled",
    "certificate_ends",
    "channel_missing",
    "damaged",
    "disk_low",
    "duties_stuck",
    "duties_waiting",
    "facts_missed",
    "for_a_person",
    "gate_shut",
    "proposals_missing",
    "receipts_overdue",
    "receiver_away",
    "source_away",
    "stuck",
    "subscriber_away",
    "waiting",
]


def waiting(letters: int, since: timedelta) -> str:
    """Tell that letters are not sent."""
    return f"{_letters(letters)} venter; det ældste har ventet i {span(since)}. Kører der en worker?"


def stuck(letters: int) -> str:
    """Tell that no answer came to what was begun."""
    return f"{_letters(letters)} har været ved at blive sendt for længe. Kører der en worker, og svarer leverandøren?"


def receipts_overdue(letters: int) -> str:
    """Tell that receipts are missing."""
    return f"{_letters(letters)} mangler en kvittering, som skulle være kommet. Tages der imod kvitteringer?"


def for_a_person(letters: int) -> str:
    """Tell that letters go no further by themselves."""
    return f"{_letters(letters)} kommer ikke videre af sig selv: en person skal tage stilling"


def channel_missing(channel: str, letters: int) -> str:
    """Tell that letters wait for a channel that no plugin has here."""
    return f"{_letters(letters)} venter på kanalen »{channel}«, som ingen plugins har her. Mangler der et plugin?"


def proposals_missing(documents: int) -> str:
    """Tell that a plugin could not be asked what it would send."""
    one = "1 færdiggjort dokument" if documents == 1 else f"{number(documents)} færdiggjorte dokumenter"
    return f"{one} har et plugin ikke kunnet foreslå breve til den seneste uge. Se i loggen, hvorfor"


def damaged(letters: int) -> str:
    """Tell that the disk has failed."""
    return f"{_letters(letters)} står beskadiget i udbakken og sendes ikke. Se på disken, og find en sikkerhedskopi"


def duties_stuck(duties: int) -> str:
    """Tell that the host does not journalize."""
    return f"{_duties(duties)} kommer ikke videre af sig selv: se efter i ESDH-systemet"


def duties_waiting(duties: int, since: timedelta) -> str:
    """Tell that nobody journalizes."""
    return f"{_duties(duties)} venter; den ældste har ventet i {span(since)}. Svarer ESDH-systemet?"


def facts_missed(facts: int) -> str:
    """Tell that stored facts do not open any more."""
    what = "1 hændelse er beskadiget" if facts == 1 else f"{number(facts)} hændelser er beskadigede"
    return f"{what} i udbakken og er ikke fortalt videre. Loggen siger hvilke"


def gate_shut(channels: Sequence[str], opens_at: datetime) -> str:
    """Tell that a channel, or several of one service, are left alone for a while."""
    return f"{', '.join(channels)} har fejlet eller bedt om ro: der sendes ikke noget før {when(opens_at)}"


def source_away(plugin: str, again_at: datetime) -> str:
    """Tell that a host cannot be read for what happens to its documents."""
    return f"»{plugin}« kan ikke læses for hændelser: nye og ændrede dokumenter opdages ikke før {when(again_at)}"


def receiver_away(plugin: str, again_at: datetime) -> str:
    """Tell that a receiver of usage does not answer."""
    return f"»{plugin}« kan ikke aflevere forbrug: det prøves igen {when(again_at)}, og intet går tabt"


def subscriber_away(plugin: str, again_at: datetime) -> str:
    """Tell that a plugin that hears what happens fails at it."""
    return f"»{plugin}« fejler ved at høre, hvad der er sket: det prøves igen {when(again_at)}, og intet går tabt"


def certificate_ends(channels: Sequence[str], ends: datetime, now: datetime) -> str:
    """Tell that a certificate must be renewed."""
    which = ", ".join(channels)
    if ends <= now:
        return f"Certifikatet til {which} udløb {when(ends)}: der kan ikke sendes noget, før der er et nyt"
    days = (ends - now).days
    left = "i dag" if days == 0 else "om en dag" if days == 1 else f"om {days} dage"
    return f"Certifikatet til {which} udløber {left} ({when(ends)}). Bestil et nyt"


def disk_low(free: int) -> str:
    """Tell that the disk is nearly full."""
    return f"Der er kun {size(free)} plads på udbakkens disk"


def bell_away(error: str) -> str:
    """Tell that the worker engine does not answer."""
    return f"Klokken, som vækker workere, kan ikke spørges ({error}). Breve sendes alligevel, men måske senere"


def bell_stalled(rings: int) -> str:
    """Tell that workers died."""
    return f"{number(rings)} ringninger blev taget af en worker, som ikke blev færdig. Breve sendes alligevel"


def _letters(count: int) -> str:
    return "1 brev" if count == 1 else f"{number(count)} breve"


def _duties(count: int) -> str:
    return "1 journalisering" if count == 1 else f"{number(count)} journaliseringer"
