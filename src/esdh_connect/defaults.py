"""
The built-in plugin: what happens where neither the host nor a plugin decides otherwise.

It is registered first and so asked last. It takes the first allowed channel that reaches the recipient, lays PDFs
together with pypdf, and offers *Send digitalt* on finalized documents of departments that have a channel. Its bell
looks into the outbox by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import attrs

from esdh_connect import pdf
from esdh_connect.bell import Bell, Poll
from esdh_connect.channel import Channel, Limits
from esdh_connect.hookspecs import Action, hookimpl
from esdh_connect.model import PDF, Document, File, Letter, Place, Recipient
from esdh_connect.outbox import DocumentState
from esdh_connect.policy import Policy

__all__ = ["SEND", "Builtin", "consolidated"]

SEND = "send_digitalt"


@attrs.frozen(eq=False)
class Builtin:
    """The built-in plugin. ``channels_of`` and ``state_of`` are asked late: they belong to the installation."""

    channels_of: Callable[[Policy], Sequence[Channel]]
    state_of: Callable[[str], DocumentState | None]

    @hookimpl
    def register_bells(self) -> Sequence[Bell]:
        """Bring the one that needs nothing: it looks by itself."""
        return [Poll()]

    @hookimpl
    def choose_channel(self, recipient: Recipient, channels: Sequence[Channel]) -> Channel | None:  # noqa: ARG002
        """Take the first: the policy's order is the wish."""
        return channels[0] if channels else None

    @hookimpl
    def consolidate_letter(self, letter: Letter, limits: Limits, policy: Policy) -> Letter:
        """Lay neighbouring PDFs together where there are too many files, one bookmark for each document."""
        return consolidated(letter) if len(letter.files) > policy.most_files(limits.max_files) else letter

    @hookimpl
    def offer_actions(self, document: Document, policy: Policy) -> Sequence[Action]:
        """Offer *Send digitalt* where the department can send; disabled, with the reason, where it cannot yet."""
        if not any(channel.limits.max_files for channel in self.channels_of(policy)):
            return []
        reason = self._why_not(document)
        return [Action(SEND, "Send digitalt", enabled=not reason, reason=reason)]

    def _why_not(self, document: Document) -> str:
        state = self.state_of(document.id)
        if state is None or not (state.finalized or state.withdrawn):
            return "Dokumentet er ikke færdiggjort"
        if state.withdrawn:
            return "Dokumentet er trukket tilbage"
        if state.version != document.version:
            return "Der er en nyere version af dokumentet"
        return ""


def consolidated(letter: Letter) -> Letter:
    """Join each run of neighbouring PDFs; other files stay between them, so that the order stands."""
    files: list[File] = []
    for joinable, run in groupby(letter.files, key=lambda file: file.media_type == PDF):
        members = list(run)
        files += [_joined(members)] if joinable and len(members) > 1 else members
    return attrs.evolve(letter, files=tuple(files))


def _joined(files: Sequence[File]) -> File:
    content = pdf.merge([(_bookmark(file), file.content) for file in files], title=_bookmark(files[0]))
    places = tuple(_moved(files))
    return attrs.evolve(files[0], content=content, places=places, pages=sum(file.pages or 0 for file in files))


def _bookmark(file: File) -> str:
    return file.name.removesuffix(".pdf").removesuffix(".PDF")


def _moved(files: Sequence[File]) -> Iterator[Place]:
    before = 0
    for file in files:
        for place in file.places:
            yield attrs.evolve(place, first_page=(place.first_page or 1) + before)
        before += file.pages or 0
