"""
SBSYS as the case system: documents, parties, journaling, notes, reminders and what happens to documents.

An example of a host adapter, by what is publicly known of SBSYS' WebAPI. :class:`Sbsys` is the plugin, and its
attributes are its settings; the README tells what each is for, and what was never tried against a real SBSYS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import attrs

from esdh_connect.diagnosis import Diagnosis
from esdh_connect.dispatch import Dispatch
from esdh_connect.events import DispatchDelivered, DispatchFailed, DispatchUnresolved, NewEvents
from esdh_connect.fence import leading_outside
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Case, Document, Party, Recipient
from esdh_connect.settings import Secret
from esdh_connect_sbsys.cases import case_number
from esdh_connect_sbsys.changes import Changes
from esdh_connect_sbsys.connection import Account, Connection, connected, trusting
from esdh_connect_sbsys.documents import files_of
from esdh_connect_sbsys.lookups import Names

__all__ = ["AUTHORITY", "Sbsys"]

#: What the authority of the SBSYS for testing calls itself.
AUTHORITY = "esdh-connect fake SBSYS"
_MB = 1_000_000
_LONGEST_OVERLAP, _LONGEST_SETTLE = 24 * 60, 24 * 3600


def _https(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{field.name}: an https address without user, query and fragment is expected")


def _proxy(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"{field.name}: the address of a proxy is expected, http://HOST:PORT")


def _between(least: int, most: int) -> Callable[[object, attrs.Attribute[int], int], None]:
    return attrs.validators.and_(attrs.validators.ge(least), attrs.validators.le(most))


@attrs.frozen(eq=False)
class Sbsys:
    """
    The host, and its settings ``[plugins.sbsys]``.

    Raises SettingsError when it is made with a CA file that cannot be used, ValueError on a wrong value. SBSYS itself
    is called when it is needed, and never at the start.
    """

    url: str = attrs.field(validator=_https)
    token_url: str = attrs.field(validator=_https)
    client_id: str = attrs.field(validator=attrs.validators.min_len(1))
    client_secret: Secret
    username: str = attrs.field(validator=attrs.validators.min_len(1))
    password: Secret
    reminder_type: str = attrs.field(validator=attrs.validators.min_len(1))
    document_art: str = attrs.field(default="Udgående", validator=attrs.validators.min_len(1))
    document_art_id: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(0)))
    document_art_path: str = attrs.field(default="", validator=attrs.validators.matches_re(r"([\w./-]+)?"))
    departments: Mapping[str, str] = attrs.field(factory=dict)
    changed_since: str = attrs.field(default="SidstAendretFra", validator=attrs.validators.matches_re(r"[A-Za-z]\w*"))
    overlap_minutes: int = attrs.field(default=10, validator=_between(1, _LONGEST_OVERLAP))
    settle_seconds: int = attrs.field(default=300, validator=_between(0, _LONGEST_SETTLE))
    max_file_mb: int = attrs.field(default=100, validator=_between(1, 1000))
    api_version: str = attrs.field(default="v10", validator=attrs.validators.matches_re(r"\w+"))
    system: str = attrs.field(default="sbsys", validator=attrs.validators.min_len(1))
    ca: Path | None = None
    proxy: str = attrs.field(default="", validator=_proxy, repr=False)
    _connection: Connection = attrs.field(init=False, repr=False)

    @_connection.default
    def _make_connection(self) -> Connection:
        names = Names(
            self.document_art, self.reminder_type, self.document_art_id, self.document_art_path, self.api_version
        )
        return connected(
            self.url,
            Account(self.token_url, self.client_id, self.client_secret, self.username, self.password),
            trust=trusting(self.ca),
            proxy=self.proxy,
            system=self.system,
            names=names,
            max_bytes=self.max_file_mb * _MB,
            settle=timedelta(seconds=self.settle_seconds),
        )

    # --- for the program that embeds it: what there is to choose from

    def case(self, number: int) -> Case | None:
        """Give a case by SBSYS' own number (``Id``, not ``Nummer``). Raises TemporaryFailure."""
        return self._connection.cases.case(number)

    def documents(self, case: Case) -> tuple[Document, ...]:
        """Give every file on a case, in SBSYS' order, each in its present version. Raises TemporaryFailure."""
        return self._connection.documents.of_case(case)

    def document(self, number: int) -> tuple[Document, ...]:
        """Give the files of one document, in their present versions. Raises TemporaryFailure."""
        return files_of(self._connection.documents.row(number) or {})

    def parties(self, case: Case) -> tuple[Party, ...]:
        """Give the parties of a case, in SBSYS' order. Raises TemporaryFailure."""
        return self._connection.cases.parties(case)

    def leads_outside(self) -> str:
        """Say, in Danish, what of the settings is no SBSYS for testing on this machine; nothing where all is."""
        addresses = {"url": self.url, "token_url": self.token_url, "proxy": self.proxy}
        return "; ".join(leading_outside(addresses, self.ca, AUTHORITY))

    # --- hooks

    @hookimpl
    def read_document(self, document: Document) -> bytes | None:
        """Read exactly this version; another is refused."""
        return self._connection.documents.read(document)

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case) -> Recipient | None:
        """Say who a party of this case is."""
        return self._connection.cases.recipient(party, case) if party.system == self.system else None

    @hookimpl
    def find_parties(self, case: Case) -> Sequence[Party] | None:
        """Say who is a party of this case: a letter to somebody else is a concern."""
        return self.parties(case) if self._is_ours(case) else None

    @hookimpl
    def find_journal_entry(self, mark: str, case: Case) -> str | None:
        """Look on the case for what carries our mark."""
        return self._connection.journal.find(mark, case) if self._is_ours(case) else None

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str | None:
        """Put the letter on its case."""
        return self._connection.journal.write(dispatch, mark) if self._is_ours(dispatch.envelope.case) else None

    @hookimpl
    def read_events(self, cursor: str) -> NewEvents | None:
        """Look which cases have changed, for the departments that are named; for none, nothing is read."""
        parts, overlap = self._connection, timedelta(minutes=self.overlap_minutes)
        changes = Changes(
            parts.api,
            parts.cases,
            parts.documents,
            self.departments,
            self.changed_since,
            overlap,
            parts.api.now,
            parts.patience,
        )
        return changes.read(cursor)

    @hookimpl
    def dispatch_delivered(self, event: DispatchDelivered) -> None:
        """Write a note on the case."""
        self._connection.notices.tell(event)

    @hookimpl
    def dispatch_failed(self, event: DispatchFailed) -> None:
        """Write a note on the case, and remind its caseworker."""
        self._connection.notices.tell(event)

    @hookimpl
    def dispatch_unresolved(self, event: DispatchUnresolved) -> None:
        """Remind the caseworker, where a person must look."""
        self._connection.notices.tell(event)

    @hookimpl
    def examine_plugin(self, online: bool, at: datetime) -> Sequence[Diagnosis]:  # noqa: ARG002, FBT001 - the hook's own
        """Look at the secrets and, if ``online``, at everything in SBSYS that is relied on. Nothing is written."""
        from esdh_connect_sbsys.examination import Examination

        examination = Examination(
            (self.client_secret, self.password),
            (self.token_url, self.url),
            trusting(self.ca),
            self.proxy,
            self._connection.api,
            self._connection.lookups,
            self.changed_since if self.departments else "",
            self._connection.patience.left_out,
        )
        return tuple(examination.made(online=online))

    def _is_ours(self, case: Case) -> bool:
        return case.system in {"", self.system} and case_number(case) is not None
