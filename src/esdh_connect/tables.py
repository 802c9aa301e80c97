"""
Tabeller: what a plugin keeps, and kinds of columns that read as they should be written.

This module imports SQLAlchemy, which takes a second: a plugin imports it from its own module ``tables`` alone, and
that when it is asked ``register_tables``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import Enum
from importlib.resources import files
from pathlib import Path

import attrs
from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, TypeDecorator

from esdh_connect.errors import DamagedRow, PluginError

__all__ = ["DAMAGED", "LONG", "NAMING", "Moment", "Span", "Tables", "Word", "prefix_of"]

#: How constraints and indexes are called, so that a revision can name them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
#: A whole number of 64 bits. SQLite counts up in INTEGER alone, which has 64 bits there.
LONG = BigInteger().with_variant(Integer, "sqlite")

#: What a caseworker reads where the file itself cannot be read any more.
DAMAGED = "udbakkens fil er beskadiget. Sig det til driften"


class Moment(TypeDecorator[datetime]):
    """A time as ISO 8601 text in UTC with microseconds: people can read it, and it sorts."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time has a zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read it, aware. Raises DamagedRow for what is no time: nobody but a failing disk writes that."""
        try:
            return None if value is None else datetime.fromisoformat(value)
        except ValueError as error:
            raise DamagedRow("a time in the outbox is damaged", danish=DAMAGED) from error


class Span(TypeDecorator[timedelta]):
    """A length of time in whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Write it."""
        return None if value is None else value // timedelta.resolution

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:  # noqa: ARG002
        """Read it."""
        return None if value is None else value * timedelta.resolution


class Word(TypeDecorator[Enum]):
    """One of ``kind``, as its own word."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it."""
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Enum | None:  # noqa: ARG002
        """Read it. Raises DamagedRow for a word that is none of them."""
        try:
            return None if value is None else self.kind(value)
        except ValueError as error:
            raise DamagedRow("a state in the outbox is damaged", danish=DAMAGED) from error


# --- what a plugin keeps

_REVISION = re.compile(r"r([0-9]{4})_\w+\.py")


def prefix_of(owner: str) -> str:
    """Give what every name in the database of the plugin ``owner`` begins with."""
    return f"esdh_connect_{re.sub(r'[^a-z0-9]', '_', owner.lower())}_"


@attrs.frozen(eq=False)
class Tables:
    """
    Tabeller of one plugin, which the store makes and brings up to date beside its own.

    ``metadata`` has them all, each named with :func:`prefix_of` the plugin, and best with the convention ``NAMING``.
    ``migrations`` is the name of the package with its Alembic revisions, in modules called ``r0001_what_it_brings``
    and so on, whose ``revision`` is that number. All revisions together must give what ``metadata`` has:
    :class:`esdh_connect.testing.tables.TablesSuite` shows it.
    """

    metadata: MetaData
    migrations: str

    @property
    def revisions(self) -> Path:
        """Give the folder of the revisions. Raises PluginError where there is no such package."""
        try:
            return Path(str(files(self.migrations)))
        except (ImportError, TypeError) as error:
            raise PluginError(f"{self.migrations} cannot be imported: {error!r}") from error

    @property
    def version(self) -> str:
        """Give the number of the latest revision. Raises PluginError where there is none."""
        numbers = [found[1] for path in self.revisions.iterdir() if (found := _REVISION.fullmatch(path.name))]
        if not numbers:
            raise PluginError(f"{self.migrations} has no revision: it begins with a module r0001_…")
        return max(numbers)

    def refuse_strange(self, owner: str) -> None:
        """Raise PluginError where a table is not named for the plugin, or as that in which its version stands."""
        prefix = prefix_of(owner)
        taken = f"{prefix}schema"
        strange = [name for name in self.metadata.tables if not name.startswith(prefix) or name == taken]
        if strange:
            raise PluginError(
                f"the table {strange[0]!r} is not its own: names begin with {prefix!r}, and {taken!r} is the store's",
                plugin=owner,
            )
