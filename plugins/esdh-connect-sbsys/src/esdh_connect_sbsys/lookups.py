"""
Opslag: numbers that differ from one installation of SBSYS to the next. They are looked up by name, and never guessed.

SBSYS describes its own interface (Swagger). From that we know which addresses there are, and what its searches take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

import attrs

from esdh_connect.errors import TemporaryFailure
from esdh_connect.log import Log
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api

__all__ = ["Described", "Lookups", "Names"]

T = TypeVar("T")

#: Where versions of SBSYS have their description.
_PLACES = ("swagger/docs/{version}", "swagger/{version}/swagger.json", "docs/{version}")
#: What somebody renames in SBSYS counts after this long without a restart.
_KEPT = timedelta(hours=1)
_MOST_SHOWN = 12
#: A document from far below: references that lead in circles end somewhere.
_DEEPEST = 20


@attrs.frozen
class Described:
    """What SBSYS says of its interface: its title and version, and its description as it came."""

    title: str
    raw: wire.Row = attrs.field(repr=False)

    @property
    def paths(self) -> tuple[str, ...]:
        """Give the addresses, without a first slash, as SBSYS spells them."""
        found = self.raw.get("paths")
        return tuple(str(path).lstrip("/") for path in found) if isinstance(found, Mapping) else ()

    def has(self, path: str) -> bool:
        """Tell whether there is this address; what stands in braces may be called anything."""
        return _shape(path) in {_shape(one) for one in self.paths}

    def lists(self, word: str) -> str:
        """Give the address without anything to fill in that ends in a word beginning so, or nothing."""
        found = sorted(
            (one for one in self.paths if "{" not in one and one.rpartition("/")[2].casefold().startswith(word)),
            key=len,
        )
        return found[0] if found else ""

    def mentions(self, field: str) -> bool:
        """Tell whether any value of the interface has a field of this name."""
        return _mentions(self.raw, field, _DEEPEST)


@attrs.frozen
class Names:
    """What the administrator calls things in SBSYS. ``art_id`` and ``art_path`` stand in place of a look-up."""

    art: str
    reminder: str
    art_id: int | None = None
    art_path: str = ""
    version: str = "v10"


@attrs.define(eq=False)
class _Kept:
    values: dict[str, tuple[datetime, Any]] = attrs.field(factory=dict)
    lock: Any = attrs.field(factory=Lock)


@attrs.frozen(eq=False)
class Lookups:
    """Looks things up, and keeps what it found for an hour."""

    api: Api
    names: Names
    now: Callable[[], datetime]
    log: Log = Log()
    _kept: _Kept = attrs.field(factory=_Kept, init=False, repr=False)

    def described(self) -> Described | None:
        """Give SBSYS' own description; None where it has none at the known places. Raises TemporaryFailure."""
        return self._once("described", self._described)

    def art(self) -> wire.Row:
        """Give the DokumentArt of letters that go out. Raises TemporaryFailure where it cannot be looked up."""
        if self.names.art_id is not None:
            return {"Id": self.names.art_id}
        return self._once("art", self._art)

    def arts(self) -> tuple[wire.Row, ...]:
        """Give all kinds of documents there are. Raises TemporaryFailure."""
        path = self.names.art_path
        if not path:
            described = self.described()
            path = described.lists("dokumentart") if described else ""
        if not path:
            raise TemporaryFailure(
                "SBSYS does not say where its DokumentArt are listed: set document_art_path or document_art_id",
                danish="SBSYS fortæller ikke, hvor dokumentarterne står. Sæt document_art_path eller document_art_id",
            )
        return self.api.rows(path)

    def reminder(self) -> wire.Row:
        """Give the ErindringType of reminders about letters. Raises TemporaryFailure."""
        return self._once("reminder", self._reminder)

    def _art(self) -> wire.Row:
        return _named(self.arts(), self.names.art, "dokumentart")

    def _reminder(self) -> wire.Row:
        return _named(self.api.rows("api/erindring/typer"), self.names.reminder, "erindringstype")

    def _described(self) -> Described | None:
        for place in _PLACES:
            raw = self.api.get(place.format(version=self.names.version))
            if isinstance(raw, Mapping):
                info = wire.inner(raw, "info")
                title = f"{wire.text(info, 'title')} {wire.text(info, 'version')}".strip() or self.names.version
                self.log.info("sbsys_interface", title=title, paths=len(wire.inner(raw, "paths")))
                return Described(title, raw)
        return None

    def _once(self, what: str, look: Callable[[], T]) -> T:
        with self._kept.lock:
            found = self._kept.values.get(what)
        if found is not None and timedelta() <= self.now() - found[0] < _KEPT:
            kept: T = found[1]
            return kept
        value = look()
        with self._kept.lock:
            self._kept.values[what] = (self.now(), value)
        return value


def _named(rows: tuple[wire.Row, ...], name: str, what: str) -> wire.Row:
    """Give number and name of the one row that is called so. Raises TemporaryFailure that says which there are."""
    found = [row for row in rows if wire.text(row, "Navn").casefold() == name.strip().casefold()]
    ids = {wire.number(row, *wire.ID) for row in found} - {None}
    if len(ids) == 1:
        return {"Id": ids.pop(), "Navn": wire.text(found[0], "Navn")}
    there = ", ".join(sorted({wire.text(row, "Navn") for row in rows} - {""})[:_MOST_SHOWN]) or "ingen"
    how = "findes ikke" if not ids else "findes flere gange"
    raise TemporaryFailure(
        f"SBSYS has {len(ids)} {what} called {name!r}; there is: {there}",
        danish=f"SBSYS: {what} »{name}« {how}; der er: {there}",
    )


def _shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part.casefold() for part in path.strip("/").split("/"))


def _mentions(said: object, field: str, deep: int) -> bool:
    if deep == 0:
        return False
    if isinstance(said, Mapping):
        return field in said or any(_mentions(one, field, deep - 1) for one in said.values())
    return isinstance(said, list) and any(_mentions(one, field, deep - 1) for one in said)
