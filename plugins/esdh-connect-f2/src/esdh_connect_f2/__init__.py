"""
cBrain F2 as the case system of an installation, by its REST service.

:class:`F2` is a host: ``Connect.from_settings("esdh-connect.toml", host=F2(…))``. :class:`F2Plugin` is the same as a
plugin, set up in the settings file alone: for those who have no program of their own around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.diagnosis import Diagnosis
from esdh_connect.dispatch import Dispatch
from esdh_connect.errors import DeliveryError, Objection
from esdh_connect.events import DispatchDelivered, DispatchFailed, DispatchUnresolved, NewEvents
from esdh_connect.fence import leading_outside
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Case, Document, Party, Recipient
from esdh_connect.outbox import Shelf
from esdh_connect.settings import Secret
from esdh_connect_f2.access import Identified, InSession, ServiceUser
from esdh_connect_f2.cases import Cases
from esdh_connect_f2.happenings import Happenings
from esdh_connect_f2.journal import Journal
from esdh_connect_f2.notes import Notes
from esdh_connect_f2.once import KEPT, Addresses, Once
from esdh_connect_f2.people import SYSTEM
from esdh_connect_f2.service import Service, Way

if TYPE_CHECKING:
    from esdh_connect.tables import Tables

__all__ = ["AUTHORITY", "F2", "Cases", "F2Plugin"]

#: What the authority of the F2 for testing calls itself.
AUTHORITY = "esdh-connect-f2 testing"


def _https(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{field.name}: an https address without user, query and fragment is expected")


def _proxy(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"{field.name}: the address of a proxy is expected, http://HOST:PORT")


def _zone(_plugin: object, field: attrs.Attribute[str], name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(f"{field.name}: a time zone like Europe/Copenhagen is expected") from error


def _name(_plugin: object, field: attrs.Attribute[str], name: str) -> None:
    if not re.fullmatch(r"(\w[\w.-]*)?", name):
        raise ValueError(f"{field.name}: a name of letters, digits, hyphens and full stops is expected")


def _between(least: int, most: int) -> Callable[[object, attrs.Attribute[int], int], None]:
    return attrs.validators.and_(attrs.validators.ge(least), attrs.validators.le(most))


def _is_ours(case: Case) -> bool:
    """Cases of other systems are left to their own plugins."""
    return case.system in {"", SYSTEM}


@attrs.frozen(eq=False)
class F2:
    """
    The host, and its settings; the README tells what each of them is for.

    Raises ValueError on a wrong address, SettingsError on a CA file that cannot be used.
    """

    url: str = attrs.field(validator=_https)
    client_id: str = attrs.field(validator=attrs.validators.min_len(1))
    client_secret: Secret
    username: str = attrs.field(validator=attrs.validators.min_len(1))
    password: Secret | None = None
    organization: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    ca: Path | None = None
    proxy: str = attrs.field(default="", validator=_proxy, repr=False)
    time_zone: str = attrs.field(default="Europe/Copenhagen", validator=_zone)
    max_megabytes: int = attrs.field(default=100, validator=_between(1, 1000))
    matter_type: Literal["Outbound", "Internal"] = "Outbound"
    notes: bool = True
    alerts: bool = True
    events_query: str = attrs.field(default="", validator=_name)
    events_department: str = ""
    events_overlap_minutes: int = attrs.field(default=10, validator=_between(1, 1440))
    events_first_days: int = attrs.field(default=1, validator=_between(1, 30))
    _service: Service = attrs.field(init=False, repr=False)
    _addresses: Addresses = attrs.field(init=False, repr=False)

    #: How an installation calls us: it names our tables for it.
    owner: ClassVar[Literal["host", "f2"]] = "host"

    @_service.default
    def _make_service(self) -> Service:
        most = self.max_megabytes * 1_000_000
        way = Way(self.url, self.client_id, self.client_secret, self.ca, self.proxy, most)
        return Service(way, ServiceUser(self.username, self.password, self.organization))

    @_addresses.default
    def _make_addresses(self) -> Addresses:
        return Addresses(self.owner)

    # --- for a program around it

    @property
    def cases(self) -> Cases:
        """Cases, parties and documents, as our own user in F2 may see them."""
        return Cases(self._service)

    def acting(self, *, session: str = "", id_token: str = "") -> Cases:
        """
        Give cases, parties and documents as somebody at a screen may see them.

        By the id of their F2 session, which a »WebPush« task hands over, or an identity token that F2 trusts. Raises
        ValueError unless it is one of them.
        """
        if bool(session) == bool(id_token):
            raise ValueError("a session or an id_token is expected, one of them")
        return Cases(self._service.acting(InSession(session) if session else Identified(id_token)))

    def leads_outside(self) -> str:
        """Say, in Danish, what of the settings is no F2 for testing on this machine; nothing where all is."""
        addresses = {"url": self.url, "proxy": self.proxy}
        return "; ".join(leading_outside(addresses, self.ca, AUTHORITY))

    # --- hooks

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the table of one-time addresses, and use it."""
        from esdh_connect_f2.tables import TABLES

        self._addresses.lie_on(store)
        return TABLES[self.owner]

    @hookimpl
    def read_document(self, document: Document) -> bytes | None:
        """Give the bytes, in exactly the version asked for."""
        return self.cases.content(document)

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case) -> Recipient | None:
        """Tell who a party of the case is."""
        return self.cases.recipient(party, case)

    @hookimpl
    def find_parties(self, case: Case) -> Sequence[Party] | None:
        """Tell who is a party of the case (sagens parter)."""
        if not _is_ours(case):
            return None
        try:
            return self.cases.parties(case)
        except DeliveryError as error:
            why = Objection(str(error), danish=f"sagens parter kunne ikke hentes fra F2: {error.danish}")
        raise why

    @hookimpl
    def find_journal_entry(self, mark: str, case: Case) -> str | None:
        """Look for the matter with our mark: there and whole, or not."""
        return self._journal.found(mark, case) if _is_ours(case) else None

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str | None:
        """Make a matter on the case, with the files as they went out."""
        return self._journal.written(dispatch, mark) if _is_ours(dispatch.envelope.case) else None

    @hookimpl
    def dispatch_delivered(self, event: DispatchDelivered) -> None:
        """Write it in a note."""
        if self.notes and _is_ours(event.case):
            self._notes.delivered(event)

    @hookimpl
    def dispatch_failed(self, event: DispatchFailed) -> None:
        """Write it in a note, and alert whoever is responsible."""
        if self.notes and _is_ours(event.case):
            self._notes.failed(event)

    @hookimpl
    def dispatch_unresolved(self, event: DispatchUnresolved) -> None:
        """Write it in a note where a person must find out, and alert whoever is responsible."""
        if self.notes and _is_ours(event.case):
            self._notes.unresolved(event)

    @hookimpl
    def read_events(self, cursor: str) -> NewEvents | None:
        """Ask the query of the settings what happened."""
        return self._happenings.read(cursor) if self._happenings else None

    @hookimpl
    def erase_expired(self, now: datetime) -> int:
        """Forget one-time addresses of long ago."""
        return self._addresses.forget_old(now - KEPT)

    @hookimpl
    def examine_plugin(self, online: bool, at: datetime) -> Sequence[Diagnosis]:  # noqa: ARG002, FBT001 - the hook's own
        """Look at the secrets and, if ``online``, go the way to F2, step by step."""
        from esdh_connect_f2.examination import examined

        return tuple(examined(self._service, (self.client_secret, self.password), self._happenings, online=online))

    @property
    def _once(self) -> Once:
        return Once(self._service, self._addresses)

    @property
    def _journal(self) -> Journal:
        return Journal(self.cases, self._once, ZoneInfo(self.time_zone), self.matter_type)

    @property
    def _notes(self) -> Notes:
        return Notes(self.cases, self._once, self._journal, ZoneInfo(self.time_zone), self.alerts, self._service.now)

    @property
    def _happenings(self) -> Happenings | None:
        if not self.events_query:
            return None
        return Happenings(
            self._service,
            self.events_query,
            ZoneInfo(self.time_zone),
            self.events_department,
            timedelta(minutes=self.events_overlap_minutes),
            timedelta(days=self.events_first_days),
        )


class F2Plugin(F2):
    """F2 as a plugin: ``[plugins.f2]`` in the settings, and in the departments that have their cases there."""

    owner: ClassVar[Literal["host", "f2"]] = "f2"
