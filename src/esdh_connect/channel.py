"""
Kanal: the one seam to the outside. A channel declares its limits, tells whom it reaches, and sends.

Consolidation is no setting of a channel: it follows from the limits. A channel that takes one file gets one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, runtime_checkable

import attrs

from esdh_connect.dispatch import Dispatch, Receipt
from esdh_connect.errors import PlanError
from esdh_connect.model import Envelope, Recipient

__all__ = ["Channel", "ChecksContent", "Limits"]


@attrs.frozen
class Limits:
    """
    What a channel takes, as a named, sourced and dated profile; see the shipped channels for examples.

    ``max_files`` counts the letter itself; ``max_bytes`` is for all files together, and counts them as base64
    where ``as_base64`` says so. ``media_types`` maps a media type to the file name extensions it may have.
    ``forbidden_in_names`` holds the characters a file name must not have: :mod:`esdh_connect.fit` replaces them
    and the plan says so.
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


class Channel(Protocol):
    """
    Kanal: Digital Post, Fysisk Post, NemSMS, a folder.

    ``name`` is what policies call it, ``label`` what caseworkers do.
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
