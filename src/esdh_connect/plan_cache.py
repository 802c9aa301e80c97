"""Huskeseddel (cache): what plans made one after the other share: a letter to thousands is laid together once."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from esdh_connect.dispatch import Entry, Looked, Manifest, Reason, Request
from esdh_connect.errors import PlanError
from esdh_connect.model import Case, Document, Letter, Party, Source
from esdh_connect.outbox import DocumentState
from esdh_connect.shared import Shared

__all__ = ["Packed", "PlanCache"]


@attrs.frozen
class Packed:
    """A letter made to fit a channel, its manifest, and what was done to it, in Danish."""

    letter: Letter
    manifest: Manifest
    notes: tuple[str, ...] = ()


@attrs.define
class PlanCache:
    """
    What plans made one after the other share: the letter last read and laid together, where the next is the same.

    It holds one letter and no more. What failed is tried again. ``looks_back`` says whether equal letters sent lately
    speak against one; those of ``batch``, the mailing it is planned for, do not: its overview counts them. Nor does the
    letter it ``follows``, in whose place it goes; but what was sent since that one was ordered does, however long ago.
    """

    looks_back: bool = True
    batch: str = ""
    follows: Entry | None = None
    looked: dict[Party, Looked] = attrs.field(factory=dict, init=False)
    states: dict[str, DocumentState | None] = attrs.field(factory=dict, init=False)
    _parties: tuple[Case, tuple[Party, ...] | None] | None = attrs.field(default=None, init=False)
    _of: object = attrs.field(default=None, init=False)
    sources: dict[Document, Source] = attrs.field(factory=dict, init=False)
    packed: dict[str, Packed | PlanError] = attrs.field(factory=dict, init=False)
    reasons: dict[object, tuple[Reason, ...]] = attrs.field(factory=dict, init=False)
    shared: Shared = attrs.field(factory=Shared, init=False)

    def parties_of(self, case: Case, find: Callable[[Case], tuple[Party, ...] | None]) -> tuple[Party, ...] | None:
        """Give who the parties of a case are: asked once for letters in a row of the same one."""
        if self._parties is None or self._parties[0] != case:
            self._parties = case, find(case)
        return self._parties[1]

    def look_again(self) -> None:
        """Forget what documents and cases were like a moment ago: the host may have told of a new version."""
        self.states, self._parties = {}, None

    def turn_to(self, request: Request, version: str) -> None:
        """Forget what the next request does not share."""
        same = (request.documents, request.title, version)
        if self._of != same:
            self._of, self.sources = same, {}
        kept = self.packed if self.sources else {}
        self.packed = {name: one for name, one in kept.items() if isinstance(one, Packed)}
