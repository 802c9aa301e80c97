"""Where the outbox lies: a file of its own, or a database on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import attrs

from esdh_connect.settings.file import Problem
from esdh_connect.settings.secret import Secret

__all__ = ["StoreServer", "StoreSettings"]

_SCHEMES = frozenset({"postgresql", "postgresql+psycopg"})
_FORM = "postgresql+psycopg://USER@HOST:PORT/DATABASE"
_SECRET = frozenset({"password", "sslpassword"})


@attrs.frozen
class StoreServer:
    """Server: a database on PostgreSQL. ``password`` is read at each new connection."""

    url: str
    password: Secret | None = None


@attrs.frozen
class StoreSettings:
    """What the file says of the outbox: ``path``, or ``url`` and perhaps ``password``, or nothing."""

    path: Path | None = None
    url: str | None = None
    password: Secret | None = None

    def place(self, beside: Path) -> Path | StoreServer:
        """Give where the outbox lies: ``beside`` where the file does not say."""
        return StoreServer(self.url, self.password) if self.url is not None else self.path or beside

    def problems(self) -> Iterator[Problem]:
        """Give what is wrong with it. No value is repeated: there may be a password in it."""
        if self.url is not None and self.path is not None:
            yield Problem(
                ("store", "url"), "there is a path too: only one of them", "der står også en path: kun én af dem"
            )
        if self.url is None and self.password is not None:
            yield Problem(
                ("store", "password"), "goes with a url, and there is none", "hører til en url, og der er ingen"
            )
        if self.url is not None:
            yield from _problems(self.url)


def _problems(url: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        given = (parts.password is not None) or bool(_SECRET & parse_qs(parts.query).keys())
        fits = parts.scheme in _SCHEMES and parts.path.strip("/") != "" and (parts.port or 1) > 0
    except ValueError:
        given, fits = False, False
    if given:
        yield Problem(
            ("store", "url"),
            'a secret never stands in this file itself: write password = "file:PATH" or "env:NAME"',
            'en hemmelighed må ikke stå i selve filen: skriv password = "file:STI" eller "env:NAVN"',
        )
    elif not fits:
        yield Problem(("store", "url"), f"{_FORM} is expected", f"her skal stå {_FORM}")
