"""What the library asks of shared bundles, and tells: the part of the plugin that answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from esdh_connect import wording
from esdh_connect.dispatch import Plan
from esdh_connect.errors import DamagedPayload
from esdh_connect.events import DispatchCommitted
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Document
from esdh_connect.outbox import Shelf
from esdh_connect.tables import Tables
from esdh_connect_bilag.bundles import checking, files
from esdh_connect_bilag.bundles.catalogue import Catalogue
from esdh_connect_bilag.bundles.errors import BundleRefused
from esdh_connect_bilag.bundles.learning import Learning
from esdh_connect_bilag.bundles.values import Version, name_of, split_mark

__all__ = ["SharedBundles"]


@attrs.define(eq=False)
class SharedBundles:
    """Answers the hooks. It has a store from the moment it is asked for its tables."""

    _store: Shelf = attrs.field(init=False, repr=False)

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_bilag.tables import TABLES

        self._store = store
        return TABLES

    @hookimpl
    def find_bundle(self, name: str, departments: Sequence[str], at: datetime) -> Sequence[Document] | None:
        """Give the documents in force. Raises BundleRefused where there are none any more, or not yet."""
        try:
            bundle = Catalogue(self._store).bundle(name_of(name))
        except ValueError:
            return None
        if bundle is None:
            return None
        current = bundle.at(at)
        if current is None or not current.items:
            raise _unused(current, bundle.versions[-1])
        return current.documents if current.department in departments else None

    @hookimpl
    def read_document(self, document: Document) -> bytes | None:
        """Read a document of a bundle that no case system knows, from its file."""
        version = Catalogue(self._store).version(document.bundle) if document.bundle else None
        path = files.of(version.items, document) if version else None
        return files.read(path) if path else None

    @hookimpl
    def review_plan(self, plan: Plan) -> Sequence[str]:
        """Stop a letter that has documents of a bundle which are not those in force, or not what was recorded."""
        for mark in checking.marks_of(plan.request.documents):
            checking.check(plan, mark, Catalogue(self._store).bundle(split_mark(mark)[0]))
        return ()

    @hookimpl
    def dispatch_committed(self, event: DispatchCommitted) -> None:
        """Learn which attachments go together."""
        try:
            cover = self._store.cover(event.dispatch)
        except DamagedPayload:
            return  # erased before this was told: there is nothing left to learn from
        Learning(self._store).count(self._store.entry(event.dispatch), cover)

    @hookimpl
    def erase_expired(self, now: datetime) -> int:  # noqa: ARG002 - for what stands on this
        """Forget what was learnt of letters that are too old."""
        return Learning(self._store).forget()


def _unused(current: Version | None, last: Version) -> BundleRefused:
    if current is None:
        return BundleRefused(
            f"{last.bundle} is not in force yet",
            danish=f"bilagspakken »{last.title}« gælder først fra {wording.when(last.in_force)}",
        )
    if current.is_damaged:
        return BundleRefused(
            f"{current.mark} does not open",
            danish=f"bilagspakken »{current.title}« er beskadiget og kan ikke læses. Lav en ny version af den",
        )
    return BundleRefused(
        f"{current.bundle} is retired",
        danish=f"bilagspakken »{current.title}« er taget ud af brug {wording.when(current.in_force)}",
    )
