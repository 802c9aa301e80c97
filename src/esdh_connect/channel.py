"""
Kanal: the one seam to the outside. A channel declares its limits, tells whom it reaches, and sends.

Consolidation is no setting of a channel: it follows from the limits. A channel that takes one file gets one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

import attrs

from esdh_connect.dispatch import Dispatch, Receipt
from esdh_connect.errors import PlanError
from esdh_connect.model import Envelope, Recipient

__all__ = [
    "Channel",
    "ChannelHealth",
    "ChecksContent",
    "Conduct",
    "Limits",
    "ReportsHealth",
    "TakesQuestions",
    "conduct_of",
]


@attrs.frozen
class Limits:
    """
    What a channel takes, as a named, sourced and dated profile; see the shipped channels for examples.

    ``max_files`` counts the letter itself; ``max_bytes`` is for all files together and ``max_file_bytes``, where it is
    not 0, for each of them; both count base64 where ``as_base64`` says so. ``on_paper`` says that the letter is
    printed, ``signed_up_for`` that it reaches only those who are registered for it. ``media_types`` maps a media type
    to the file name extensions it may have. ``forbidden_in_names`` holds the characters a file name must not have:
    :mod:`esdh_connect.fit` replaces them and the plan says so.
    """

    source: str
    dated: date
    max_files: int
    max_bytes: int
    media_types: Mapping[str, tuple[str, ...]]
    as_base64: bool = False
    max_title: int = 256
    max_name: int = 256
    forbidden_in_names: str = ""
    max_text: int = 0
    on_paper: bool = False
    signed_up_for: bool = False
    max_file_bytes: int = 0


@attrs.frozen
class Conduct:
    """
    Adfærd: how the machine treats a channel while it hands letters over.

    ``dedup`` "proven" claims that a message UUID handed over twice within ``dedup_window`` makes one letter: only then
    is a letter whose outcome is unknown handed over again, with the same UUID and the same bytes. ``settle_within``
    is how long such a letter waits for its receipt, ``receipt_within`` how long one that was accepted does; after that
    a person is asked. ``lead`` is how long before its value date a letter is handed over (what was handed over cannot
    be recalled), ``per_second`` the most letters the provider wants, None where it does not say.

    Channels with the same ``gate`` go through one: to the same service, which wants so many letters of them together,
    and is left alone by all of them. Without one it is a channel's own.

    72 hours: receipts may be "many hours" late in busy periods (digitaliser.dk, 29 February 2024).
    """

    dedup: Literal["unproven", "proven"] = "unproven"
    dedup_window: timedelta = timedelta(days=1)
    settle_within: timedelta = timedelta(hours=72)
    receipt_within: timedelta = timedelta(hours=72)
    lead: timedelta = timedelta(days=1)
    per_second: float | None = None
    gate: str = ""


class Channel(Protocol):
    """
    Kanal: Digital Post, Fysisk Post, NemSMS, a folder.

    ``name`` is what policies call it, ``label`` what caseworkers do. It may have a :class:`Conduct` as ``conduct``.
    """

    @property
    def name(self) -> str:
        """Give the name policies use, unique in an installation."""

    @property
    def label(self) -> str:
        """Give the Danish name caseworkers know."""

    @property
    def limits(self) -> Limits:
        """Give what it takes."""

    def reaches(self, recipient: Recipient) -> bool:
        """
        Tell whether it reaches the recipient. False is an ordinary answer.

        Raises DeliveryError when it could not be found out: that is *unknown*, never *no*.
        """

    def send(self, dispatch: Dispatch) -> Receipt:
        """
        Hand the letter over and give the technical receipt (event ACCEPTED).

        Raises TemporaryFailure or Rejected where surely nothing was sent, else OutcomeUnknown. It is called at
        most once for each attempt and never retries by itself.
        """


@runtime_checkable
class ChecksContent(Protocol):
    """A channel that also has rules about the content: asked while planning, before anything has happened."""

    def problems(self, envelope: Envelope) -> Iterable[PlanError]:
        """Give what is wrong with this envelope, each with its Danish text; nothing where all is well."""


@attrs.frozen
class ChannelHealth:
    """
    Tilstand of a channel, as far as it knows without calling anybody.

    ``certificate_ends`` is the last moment of the certificate it shows; ``problem`` is Danish, for the administrator.
    """

    certificate_ends: datetime | None = None
    problem: str = ""


@runtime_checkable
class ReportsHealth(Protocol):
    """A channel that can tell how it is: asked by ``post.health()``, often, so it answers at once."""

    def health(self) -> ChannelHealth:
        """Tell how it is. Calls nobody."""


@runtime_checkable
class TakesQuestions(Protocol):
    """
    A channel whose service can be asked, without a letter, whether it takes letters now.

    After an outcome that nobody knows its letters wait until it says yes: else a service that is down for hours would
    make one letter after the other unresolved.
    """

    def ask(self) -> None:
        """Ask by the way that letters go. Raises TemporaryFailure while the service takes none."""


def conduct_of(channel: Channel | None) -> Conduct:
    """Give how to treat a channel: what it has as ``conduct``, or what :class:`Conduct` is made with."""
    conduct = getattr(channel, "conduct", None)
    return conduct if isinstance(conduct, Conduct) else Conduct()
