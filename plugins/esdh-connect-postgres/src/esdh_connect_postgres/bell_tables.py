"""
The tables of procrastinate: made, brought up to date by its own migrations, or refused.

procrastinate keeps no account of them, so we do: the comment on its table of jobs names the last migration that is in
them. Tables without it were made by somebody else, and are left to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import psycopg
from procrastinate.schema import SchemaManager

from esdh_connect.errors import PluginError

__all__ = ["keep", "migrations"]

_LOCK = "SELECT pg_advisory_lock(hashtextextended('esdh_connect:procrastinate', 0))"
_MARK = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL, obj_description(to_regclass('procrastinate_jobs'))"
_OURS = "esdh_connect: up to "


async def keep(connection: psycopg.AsyncConnection[Any]) -> None:
    """
    Make them, or bring them up to date. Raises PluginError where they are of a newer procrastinate than is installed.

    Each migration is a transaction of its own, because some cannot be together; killed between two, the next worker
    goes on. The lock ends with the connection, which commits by itself.
    """
    await connection.execute(_LOCK)
    there, mark = await (await connection.execute(_MARK)).fetchone() or (False, None)
    known = migrations()
    if not there:
        await _step(connection, SchemaManager.get_schema(), known[-1].name)
    elif mark is not None and mark.startswith(_OURS):
        latest = mark.removeprefix(_OURS)
        if latest > known[-1].name:
            raise _too_new(latest, known[-1].name)
        for path in known:
            if path.name > latest:
                await _step(connection, path.read_text(encoding="utf-8"), path.name)


def migrations() -> list[Path]:
    """Give procrastinate's migrations, in the order of their names, which is theirs."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def _step(connection: psycopg.AsyncConnection[Any], statements: str, name: str) -> None:
    """Run what procrastinate wrote, and note that it is in them."""
    async with connection.transaction():
        await connection.execute(cast("Any", statements))
        await connection.execute(cast("Any", f"COMMENT ON TABLE procrastinate_jobs IS '{_OURS}{name}'"))


def _too_new(found: str, known: str) -> PluginError:
    return PluginError(
        f"the tables of procrastinate have the migration {found}; the one that is installed knows them up to {known}",
        plugin="postgres",
        danish="procrastinates tabeller er lavet af en nyere procrastinate end den, der er installeret her. "
        "Administratoren skal installere den nyere",
    )
