"""Katalog: the bundles of an installation, read and written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

import attrs

from esdh_connect.errors import DamagedPayload
from esdh_connect.model import Document
from esdh_connect.outbox import Shelf
from esdh_connect_bilag.bundles.values import Bundle, Item, Version, split_mark

__all__ = ["Catalogue"]

_SEALED = "bilag:version"


@attrs.frozen(eq=False)
class Catalogue:
    """Reads and writes versions. SQLAlchemy is imported with the first of them."""

    store: Shelf

    def bundle(self, name: str) -> Bundle | None:
        """Give a bundle by its name."""
        from esdh_connect_bilag.tables import bundles

        with self.store.reading() as connection:
            rows = bundles.of(connection, name)
        return Bundle(name, self._versions(rows)) if rows else None

    def version(self, mark: str) -> Version | None:
        """Give a version by its mark."""
        name, number = split_mark(mark)
        bundle = self.bundle(name)
        return bundle.numbered(number) if bundle else None

    def everything(self) -> tuple[Bundle, ...]:
        """Give all bundles, by name."""
        from esdh_connect_bilag.tables import bundles

        with self.store.reading() as connection:
            rows = bundles.everything(connection)
        by_name = groupby(rows, key=lambda row: str(row["bundle"]))
        return tuple(Bundle(name, self._versions(list(its))) for name, its in by_name)

    def add(self, name: str, decide: Callable[[Bundle | None], Version]) -> Version | None:
        """
        Add the version that ``decide`` makes of the bundle as it is, in one transaction with a line in the audit log.

        None where somebody else made a bundle of this name a moment ago. What ``decide`` raises comes out, and nothing
        is stored then.
        """
        from esdh_connect_bilag.tables import bundles

        with self.store.transaction() as connection:
            bundles.alone(connection, name)
            rows = bundles.of(connection, name)
            made = decide(Bundle(name, self._versions(rows)) if rows else None)
            if not bundles.add(connection, self._row(made)):
                return None
            what = "retired" if made.is_retired else "made" if made.number == 1 else "changed"
            self.store.note(connection, f"bilag bundle {what}", made.mark, by=made.by, why=made.why)
        return made

    # --- rows

    def _row(self, version: Version) -> dict[str, Any]:
        private = {"by": version.by, "why": version.why, "items": [attrs.asdict(item) for item in version.items]}
        return {
            "bundle": version.bundle,
            "number": version.number,
            "title": version.title,
            "department": version.department,
            "in_force": version.in_force,
            "decided_at": version.decided_at,
            "private": self.store.sealed(f"{_SEALED}:{version.mark}", json.dumps(private, ensure_ascii=False)),
        }

    def _versions(self, rows: Iterable[Any]) -> tuple[Version, ...]:
        return tuple(map(self._version, rows))

    def _version(self, row: Mapping[Any, Any]) -> Version:
        version = Version(**{name: row[name] for name in _CLEAR}, by="", why="")
        try:
            private = json.loads(self.store.unsealed(f"{_SEALED}:{version.mark}", row["private"]))
        except DamagedPayload:
            return attrs.evolve(version, is_damaged=True)  # the other versions, and bundles, are as good as before
        return attrs.evolve(version, by=private["by"], why=private["why"], items=tuple(map(_item, private["items"])))


def _item(said: Mapping[str, Any]) -> Item:
    """Read an item; what another version of the library wrote of a document beside what is known here is left out."""
    known = {one.name for one in attrs.fields(Document)}
    document = Document(**{name: value for name, value in said["document"].items() if name in known})
    return Item(**{**said, "document": document})


_CLEAR = ("bundle", "number", "title", "department", "in_force", "decided_at")
