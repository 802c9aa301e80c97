"""
Bilagspakke as values: a bundle is its versions, and which of them is in force follows from their dates.

Nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import attrs

from esdh_connect.ids import mask
from esdh_connect.model import Document

__all__ = ["LONGEST", "MOST", "Bundle", "Item", "Version", "in_force", "mark_of", "name_of", "split_mark"]

#: Documents in a bundle, at most: what a person still looks through.
MOST = 50
#: Signs in a title, at most.
LONGEST = 100


@attrs.frozen
class Item:
    """
    Bilag of a bundle: the document, and what it was when the version was made.

    ``path`` is where its file lies, for one that no case system knows.
    """

    document: Document
    sha256: str
    size: int
    pages: int | None
    path: str = attrs.field(default="", repr=False)


@attrs.frozen
class Version:
    """
    Version of a bundle: who decided what, when, why, and from when it counts. Without items the bundle is retired.

    ``department`` owns it from then on. One that does not open any more ``is_damaged``, and has no items either.
    """

    bundle: str
    number: int
    title: str
    department: str
    in_force: datetime
    decided_at: datetime
    by: str = attrs.field(repr=False)
    why: str = attrs.field(repr=False)
    items: tuple[Item, ...] = ()
    is_damaged: bool = False

    @property
    def is_retired(self) -> bool:
        """Tell whether the bundle is not to be used while this version is in force."""
        return not self.items and not self.is_damaged

    @property
    def mark(self) -> str:
        """Give the name of bundle and version, as the manifest has it."""
        return mark_of(self.bundle, self.number)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Give the documents for a request, each with the mark."""
        return tuple(attrs.evolve(item.document, bundle=self.mark) for item in self.items)

    @property
    def size(self) -> int:
        """Give how many bytes the documents have."""
        return sum(item.size for item in self.items)


def in_force(versions: Iterable[Version], at: datetime) -> Version | None:
    """
    Give the version in force at the aware time ``at``; None before the first.

    The one that came into force last counts, and of those of one moment the one that was decided last. Who retires a
    bundle takes back what was planned for later. The order of ``versions`` does not matter.
    """
    begun = [one for one in _standing(versions) if one.in_force <= at]
    return max(begun, key=_by_date, default=None)


def _by_date(version: Version) -> tuple[datetime, int]:
    return version.in_force, version.number


def _standing(versions: Iterable[Version]) -> list[Version]:
    """Give the versions that no later decision to retire the bundle has taken back."""
    known = tuple(versions)
    ends = [one for one in known if one.is_retired]
    return [one for one in known if not any(end.number > one.number and end.in_force <= one.in_force for end in ends)]


@attrs.frozen
class Bundle:
    """Bilagspakke: all its versions, the oldest first."""

    name: str
    versions: tuple[Version, ...]

    def at(self, at: datetime) -> Version | None:
        """Give the version in force then; None before the first."""
        return in_force(self.versions, at)

    def planned(self, at: datetime) -> tuple[Version, ...]:
        """Give the versions that come into force later, in that order."""
        return tuple(sorted((one for one in _standing(self.versions) if one.in_force > at), key=_by_date))

    def numbered(self, number: int) -> Version | None:
        """Give a version by its number."""
        return next((one for one in self.versions if one.number == number), None)


# --- names


def name_of(title: str) -> str:
    """
    Give the name a title leads to: "Byggesag – standardbilag" is ``byggesag-standardbilag``.

    Raises ValueError where nothing is left, where it is too long, or where it holds what may be a CPR number: it is
    stored in clear.
    """
    name = re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
    if not name or len(title) > LONGEST or mask(title) != title or mask(name) != name:
        raise ValueError("a bundle has a title of at most 100 signs, with letters or figures and no CPR number")
    return name


def mark_of(name: str, number: int) -> str:
    """Name a version of a bundle."""
    return f"{name}@{number}"


def split_mark(mark: str) -> tuple[str, int]:
    """Give name and number of a mark; number 0, which no version has, where it is none."""
    name, _, number = mark.rpartition("@")
    return (name, int(number)) if number.isascii() and number.isdigit() else (mark, 0)
