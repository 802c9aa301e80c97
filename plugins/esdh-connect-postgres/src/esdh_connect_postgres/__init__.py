"""
PostgreSQL for esdh_connect: many workers on many machines.

The outbox on PostgreSQL is the core's own code; what is here is the driver it needs, procrastinate as a bell for its
workers, and a server to test with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from esdh_connect.errors import PluginError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.settings import Secret, same_as

if TYPE_CHECKING:
    from esdh_connect.bell import Bell

__all__ = ["Postgres"]


@attrs.frozen(eq=False)
class Postgres:
    """
    PostgreSQL. Brings the bell ``procrastinate``.

    ``url`` is the database the outbox lies in and ``password`` what its user needs: those of ``[store]``.
    """

    url: str = attrs.field(default="", repr=False, metadata=same_as("store", "url"))
    password: Secret | None = attrs.field(default=None, metadata=same_as("store", "password"))

    def leads_outside(self) -> str:
        """Nothing but rings, to the database that the outbox lies in."""
        return ""

    @hookimpl
    def register_bells(self) -> Sequence[Bell]:
        """Bring procrastinate. It connects when it runs, and not before. Raises PluginError without a database."""
        if not self.url:
            raise PluginError(
                "the outbox lies in a file: procrastinate needs the url of a server in [store]",
                plugin="postgres",
                danish="udbakken ligger i en fil; pluginet »postgres« skal bruge en database: skriv url under [store]",
            )
        from esdh_connect_postgres.bell import Procrastinate  # with its engine, which takes its time to import

        return [Procrastinate(self.url, self.password.text if self.password else None)]
