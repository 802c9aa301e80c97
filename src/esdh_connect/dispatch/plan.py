"""Ønske og plan: the wish to send, and who would get what and how before anything has happened."""

from __future__ import annotations

from datetime import date, datetime

import attrs

from esdh_connect.dispatch.concerns import Concern, Override
from esdh_connect.dispatch.manifest import Manifest
from esdh_connect.errors import PlanError
from esdh_connect.model import Case, Document, Envelope, Options, Party, Recipient, Sender

__all__ = ["Looked", "Plan", "Reason", "Request", "Row"]


@attrs.frozen
class Request:
    """
    The wish to send: these documents (the first is the letter, the rest its bilag) to these parties.

    ``key`` is the host's name for *this* wish, one per opened dialog: the same key never makes a second letter.
    ``sender`` None means the installation's own.
    """

    key: str = attrs.field(repr=False)
    case: Case
    department: str
    title: str = attrs.field(repr=False)
    documents: tuple[Document, ...] = attrs.field(converter=tuple[Document, ...])
    parties: tuple[Party, ...] = attrs.field(converter=tuple[Party, ...])
    sender: Sender | None = None
    options: Options = Options()

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be a letter. Raises ValueError: this is the host's mistake, not the caseworker's."""
        if not self.key or not self.documents or not self.parties:
            raise ValueError("a request has a key, at least one document and at least one party")
        if len(set(self.parties)) != len(self.parties):
            raise ValueError("a request names each party once")


@attrs.frozen
class Reason:
    """Why a channel was taken or skipped: ``why`` is Danish, for the caseworker. ``taken`` None means *unknown*."""

    channel: str
    taken: bool | None
    why: str


@attrs.frozen
class Looked:
    """What was found when equal letters were looked for: the ``latest`` committed after ``since``; "" for none."""

    since: datetime
    latest: str = ""


@attrs.frozen
class Row:
    """
    One recipient's line of a plan: what will happen, or ``error``, and why each channel was taken or skipped.

    ``envelope`` holds exactly the bytes that will go. ``reminder`` marks the NemSMS beside the letter. Where the wish
    has a deadline, ``latest_safe`` is the last day on which the letter leaves in time for it, and ``timing`` says so
    in Danish; where that day is past, it stands among the ``warnings`` too. ``concerns`` is all that speaks
    against the letter, and ``overrides`` what a person has said to it: while one is ``open``, ``error`` is an
    Objection. ``meant`` is who it would have gone to, where a test person gets it instead (training). ``looked``
    is there where the gate looked for equal letters: none may come between that and the commit.
    """

    party: Party
    recipient: Recipient | None = None
    channel: str = ""
    envelope: Envelope | None = attrs.field(default=None, repr=False)
    manifest: Manifest | None = attrs.field(default=None, repr=False)
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    error: PlanError | None = None
    reminder: bool = False
    latest_safe: date | None = None
    timing: str = ""
    meant: Recipient | None = attrs.field(default=None, repr=False)
    concerns: tuple[Concern, ...] = ()
    overrides: tuple[Override, ...] = ()
    looked: Looked | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def open(self) -> tuple[Concern, ...]:
        """Give the concerns that nobody has overridden."""
        return tuple(one for one in self.concerns if not any(said.meets(one) for said in self.overrides))


@attrs.frozen
class Plan:
    """
    Who gets what and how, before anything has happened.

    ``fingerprint`` is a string of short keyed digests, one per part, so that a difference has a name.
    """

    request: Request
    rows: tuple[Row, ...]
    fingerprint: str
    policy_version: str
    made_at: datetime

    @property
    def is_clear(self) -> bool:
        """Tell whether every row can be sent."""
        return all(row.error is None for row in self.rows)
