"""Kinds of columns that read as they should be written, and say where a disk has failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum

from sqlalchemy import BigInteger, Dialect, String, TypeDecorator

from esdh_connect.errors import StoreError

__all__ = ["DAMAGED", "Moment", "Span", "Word"]

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
        """Read it, aware. Raises StoreError for what is no time: nobody but a failing disk writes that."""
        try:
            return None if value is None else datetime.fromisoformat(value)
        except ValueError as error:
            raise StoreError("a time in the outbox is damaged", danish=DAMAGED) from error


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
        """Read it. Raises StoreError for a word that is none of them."""
        try:
            return None if value is None else self.kind(value)
        except ValueError as error:
            raise StoreError("a state in the outbox is damaged", danish=DAMAGED) from error
