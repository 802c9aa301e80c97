"""Udveje: what a person can do about a letter that goes no further by itself."""

from __future__ import annotations

from enum import Enum

from esdh_connect.dispatch.letters import Entry
from esdh_connect.dispatch.status import Status, Work

__all__ = ["Owner", "Remedy", "owner_of", "remedies_of"]


class Owner(Enum):
    """Who must act: the caseworker (sagsbehandler), the administrator, or the provider (leverandør)."""

    CASEWORKER = "caseworker"
    ADMINISTRATOR = "administrator"
    PROVIDER = "provider"


class Remedy(Enum):
    """
    What can be done: RETRY and CONFIRM go on with this letter, the next three make a new one after it.

    SOLVED does nothing but take it off the list.
    """

    RETRY = "retry"
    CONFIRM = "confirm"
    SEND_AGAIN = "send_again"
    SEND_AS_PRINT = "send_as_print"
    CHANGE_RECIPIENT = "change_recipient"
    SOLVED = "solved"


def remedies_of(entry: Entry) -> tuple[Remedy, ...]:
    """Give what can be done about a letter, the best first; nothing where it needs nobody."""
    if not entry.needs_person:
        return ()
    if entry.status is Status.UNRESOLVED:  # nothing new may be made of it: it may be there
        return (Remedy.CONFIRM, Remedy.RETRY, Remedy.SOLVED)
    if entry.status is not Status.FAILED:
        return (Remedy.SOLVED, Remedy.CONFIRM)
    anew = (Remedy.SEND_AGAIN, Remedy.SEND_AS_PRINT, Remedy.CHANGE_RECIPIENT)
    return (Remedy.RETRY, *anew, Remedy.SOLVED) if entry.work is Work.SET_ASIDE else (*anew, Remedy.SOLVED)


def owner_of(entry: Entry) -> Owner | None:
    """Tell who must act; None where nobody must."""
    if not entry.needs_person:
        return None
    if entry.status is Status.FAILED:
        return Owner.ADMINISTRATOR if entry.work is Work.SET_ASIDE else Owner.CASEWORKER
    return Owner.PROVIDER
