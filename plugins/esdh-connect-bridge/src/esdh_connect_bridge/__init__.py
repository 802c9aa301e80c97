"""
Bro: a case system in any language as the host. Every hook of a case system is an HTTPS call to the vendor's program.

:class:`Bridge` is the plugin, and its attributes are its settings; ``openapi.json`` is what the host answers, and the
README tells what each is for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import attrs
from attrs.validators import and_, deep_iterable, ge, in_, le

from esdh_connect.diagnosis import Diagnosis
from esdh_connect.dispatch import Dispatch
from esdh_connect.errors import DeliveryError, NoRecipient, Objection, PlanError, UnreadableDocument
from esdh_connect.events import (
    DispatchCancelled,
    DispatchCommitted,
    DispatchDelivered,
    DispatchEvent,
    DispatchFailed,
    DispatchHeld,
    DispatchSent,
    DispatchUnresolved,
    NewEvents,
)
from esdh_connect.fence import leading_outside
from esdh_connect.hookspecs import hookimpl
from esdh_connect.ids import mask
from esdh_connect.model import Case, Colleague, Document, Party, Recipient
from esdh_connect.settings import Secret
from esdh_connect.signature import key
from esdh_connect_bridge import wire
from esdh_connect_bridge.calls import Calls, Refused, Unusable, called, trusting

__all__ = ["AUTHORITY", "Bridge", "Extra"]

#: What the authority of the host for testing calls itself.
AUTHORITY = "esdh-connect example host"
#: What a host may leave out.
Extra = Literal["parties", "approvers", "bundle", "events", "status"]


def _https(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{field.name}: an https address without user, query and fragment is expected")


def _proxy(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"{field.name}: the address of a proxy is expected, http://HOST:PORT")


@attrs.frozen(eq=False, kw_only=True)
class Bridge:
    """
    The host, and its settings ``[plugins.bridge]``.

    Raises SettingsError when it is made with a secret or a CA file that cannot be used, ValueError on a wrong value.
    The host itself is called when it is needed, and never at the start.
    """

    url: str = attrs.field(validator=_https)
    secret: Secret
    also: Secret | None = None
    has: tuple[Extra, ...] = attrs.field(default=(), validator=deep_iterable(in_(get_args(Extra))))
    system: str = ""
    seconds: int = attrs.field(default=30, validator=and_(ge(1), le(300)))
    file_seconds: int = attrs.field(default=120, validator=and_(ge(1), le(1800)))
    max_file_mb: int = attrs.field(default=100, validator=and_(ge(1), le(1000)))
    dialog_seconds: int = attrs.field(default=15, validator=and_(ge(1), le(120)))
    ca: Path | None = None
    proxy: str = attrs.field(default="", validator=_proxy, repr=False)
    calls: Calls = attrs.field(init=False, repr=False)

    @calls.default
    def _make_calls(self) -> Calls:
        secrets = (self.secret,) if self.also is None else (self.secret, self.also)
        for secret in secrets:
            key(secret)
        return called(
            self.url,
            secrets,
            trust=trusting(self.ca),
            proxy=self.proxy,
            seconds=self.seconds,
            file_seconds=self.file_seconds,
            max_file_mb=self.max_file_mb,
            dialog_seconds=self.dialog_seconds,
        )

    def leads_outside(self) -> str:
        """Say, in Danish, what of the settings is no host for testing on this machine; nothing where all is."""
        return "; ".join(leading_outside({"url": self.url, "proxy": self.proxy}, self.ca, AUTHORITY))

    # --- before the commit

    @hookimpl
    def read_document(self, document: Document) -> bytes | None:
        """Read exactly this version; another is refused by the host."""
        try:
            answer = self.calls.content("/document", {"document": wire.document_as(document)})
        except DeliveryError as error:
            if document.bundle and isinstance(error, Refused):
                return None  # somebody else may keep it: a document of a shared bundle may be a file of ours
            limit = "" if isinstance(error, Refused | Unusable) else f" (højst {self.max_file_mb} MB hentes)"
            danish = f"dokumentet »{document.name}« kunne ikke hentes: {_why(error)}{limit}"
            why = f"document {document.id}: {error}"
            raise UnreadableDocument(why, document=document.id, danish=danish) from None
        return None if answer is None else answer.content

    @hookimpl
    def find_bundle(self, name: str, departments: Sequence[str], at: datetime) -> Sequence[Document] | None:
        """Ask for a shared bundle, where the host keeps such."""
        if "bundle" not in self.has:
            return None
        return self._asked(
            "/bundle", {"name": name, "departments": [*departments], "at": at.isoformat()}, wire.documents_of
        )

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case) -> Recipient | None:
        """Ask who a party of this case is."""
        if not self._is_ours(party.system):
            return None
        if mask(party.id) != party.id:
            raise NoRecipient(
                "the id of a party may be a CPR number", danish="partens id i sagssystemet ligner et CPR-nummer"
            )
        said = {"party": wire.party_as(party), "case": wire.case_as(case)}
        return self._asked("/recipient", said, partial(wire.recipient_of, party), NoRecipient)

    @hookimpl
    def find_parties(self, case: Case) -> Sequence[Party] | None:
        """Ask who is a party of this case: a letter to somebody else is a concern."""
        if "parties" not in self.has or not self._is_ours(case.system):
            return None
        return self._asked("/parties", {"case": wire.case_as(case)}, wire.parties_of)

    @hookimpl
    def find_approvers(self, department: str, case: Case) -> Sequence[Colleague] | None:
        """Ask who can approve a letter of the department."""
        if "approvers" not in self.has or not self._is_ours(case.system):
            return None
        said = {"department": department, "case": wire.case_as(case)}
        return self._asked("/approvers", said, wire.colleagues_of)

    # --- after it

    @hookimpl
    def find_journal_entry(self, mark: str, case: Case) -> str | None:
        """Ask for what carries our mark on the case."""
        if not self._is_ours(case.system):
            return None
        return self.calls.asked("/journal/find", {"mark": mark, "case": wire.case_as(case)}, wire.id_of)

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str | None:
        """Put the letter on its case, unless it is there: the mark is looked for first, and is the key of the write."""
        case = dispatch.envelope.case
        if not self._is_ours(case.system):
            return None
        there = self.find_journal_entry(mark, case)
        if there is not None:
            return there
        entry = wire.Entry(wire.entry_as(dispatch, mark), dispatch.envelope.letter.files)
        return self.calls.written("/journal", entry, mark)

    @hookimpl
    def read_events(self, cursor: str) -> NewEvents | None:
        """Ask what happened to documents."""
        if "events" not in self.has:
            return None
        return self.calls.asked("/events", {"cursor": cursor or None}, wire.events_of)

    def _told(self, event: DispatchEvent) -> None:
        if "status" in self.has and self._is_ours(event.case.system):
            self.calls.told("/status", wire.happened_as(event))

    @hookimpl
    def dispatch_committed(self, event: DispatchCommitted) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def dispatch_held(self, event: DispatchHeld) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def dispatch_sent(self, event: DispatchSent) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def dispatch_delivered(self, event: DispatchDelivered) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def dispatch_failed(self, event: DispatchFailed) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def dispatch_unresolved(self, event: DispatchUnresolved) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def dispatch_cancelled(self, event: DispatchCancelled) -> None:
        """Tell it."""
        self._told(event)

    @hookimpl
    def examine_plugin(self, online: bool, at: datetime) -> Sequence[Diagnosis]:  # noqa: ARG002, FBT001 - the hook's own
        """Look at the secret and, if ``online``, at the way to the host and whether it lets us in."""
        from esdh_connect_bridge.examination import examined

        return tuple(examined(self, online=online))

    def _is_ours(self, system: str) -> bool:
        return not self.system or system in {"", self.system}

    def _asked(
        self,
        path: str,
        said: Mapping[str, Any],
        read: Callable[[wire.Row], wire.T],
        wrong: type[PlanError] = Objection,
    ) -> wire.T | None:
        """Ask before the commit, where what goes wrong is shown to whoever sends the letter. Raises ``wrong``."""
        try:
            return self.calls.asked(path, said, read)
        except DeliveryError as error:
            raise wrong(str(error), danish=_why(error)) from None


def _why(error: DeliveryError) -> str:
    return error.danish if isinstance(error, Refused | Unusable) else f"sagssystemet svarede ikke ({error.danish})"
