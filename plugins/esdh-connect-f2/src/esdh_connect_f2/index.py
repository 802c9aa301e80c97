"""
Tjenesteoversigt: the one address that is known, and the links that F2 says lead on from there.

»URLs should never be hard coded«, says the manual: they are read at run time, kept for a while, and read again when
one of them leads nowhere. A link to any other place than where the index lies is not followed – a token would go there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

import attrs

from esdh_connect.errors import TemporaryFailure
from esdh_connect_f2.refusal import problem
from esdh_connect_f2.wire import RELATION, json_of

if TYPE_CHECKING:
    from esdh_connect.http import Answer

__all__ = ["Index", "Stray", "filled", "origin"]

_KEPT = timedelta(hours=1)
#: An index that was read so recently is not read again because something is missing.
_FRESH = timedelta(minutes=1)
_MOST_LINKS = 2000
_LONGEST_LINK = 4096
_PLACE = re.compile(r"\{(\w+)\}")


class Stray(TemporaryFailure):
    """A link leads somewhere else than to the F2 of the settings, and was not followed: to ``where``."""

    where = ""


def origin(url: str) -> tuple[str, str, int]:
    """Give scheme, host and port of an address: who is there. Nobody, where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "", "", 0
    return parts.scheme, (parts.hostname or "").casefold(), port


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill a URL template. Raises Stray where it wants a value that we do not have."""
    wanted = set(_PLACE.findall(template))
    if not wanted <= values.keys():
        raise Stray(f"a template of F2 wants {', '.join(sorted(wanted - values.keys()))}", danish="F2 er lavet om")
    return _PLACE.sub(lambda found: quote(values[found[1]], safe=""), template)


@attrs.define(eq=False)
class Index:
    """
    The service index at ``url``. ``ask`` reads it, without a token: the way to one is in it.

    Threads that need it wait for the one that reads.
    """

    url: str
    ask: Callable[[str], Answer] = attrs.field(repr=False)
    now: Callable[[], datetime] = attrs.field(repr=False)
    _links: Mapping[str, str] = attrs.field(factory=dict, init=False, repr=False)
    _read_at: datetime | None = attrs.field(default=None, init=False, repr=False)
    _doubted: bool = attrs.field(default=False, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def mine(self, href: str, beside: str = "") -> str:
        """Give a link as a whole address, ``beside`` the one it was found at. Raises Stray where it leads elsewhere."""
        try:
            whole = urljoin(beside or self.url, href)
            here = origin(whole) == origin(self.url) and urlsplit(whole).username is None
        except ValueError:
            here = False
        if not href or len(href) > _LONGEST_LINK or not here:
            stray = Stray(
                f"a link from {_shown(beside or self.url)} leads to {_shown(href) or 'nowhere'}: not followed",
                danish="F2 henviser til en anden adresse end den i indstillingerne",
            )
            stray.where = _shown(href)
            raise stray
        return whole

    def href(self, relation: str) -> str:
        """Give where a relation leads, or its template. Raises TemporaryFailure where the index cannot be read."""
        found = self._current(relation).get(RELATION + relation, "")
        if not found:
            raise TemporaryFailure(f"F2's service index has no {relation}", danish="F2 kan ikke det, der skal bruges")
        return self.mine(found)

    def doubt(self) -> None:
        """Have it read anew at the next chance: something was not where it says."""
        with self._lock:
            self._doubted = True

    def relations(self) -> frozenset[str]:
        """Give what it has, without what all of them begin with. Raises TemporaryFailure."""
        return frozenset(one.removeprefix(RELATION) for one in self._current(""))

    def _current(self, relation: str) -> Mapping[str, str]:
        with self._lock:
            age = None if self._read_at is None else self.now() - self._read_at
            missing = self._doubted or (relation and RELATION + relation not in self._links)
            if age is None or not timedelta() <= age < _KEPT or (missing and age >= _FRESH):
                self._links = self._read()
                self._read_at, self._doubted = self.now(), False
            return self._links

    def _read(self) -> Mapping[str, str]:
        answer = self.ask(self.url)
        refusal = problem(answer)
        if refusal is not None:
            raise TemporaryFailure(f"the service index: {refusal}", danish="F2's tjenesteoversigt kan ikke læses")
        said = json_of(answer)
        if not isinstance(said, dict):
            raise answer.unreadable("no object of links")
        rows = [(name, one.get("href")) for name, one in said.items() if isinstance(one, dict)]
        return {name: href for name, href in rows[:_MOST_LINKS] if isinstance(href, str)}


def _shown(url: str) -> str:
    scheme, host, port = origin(url) if "//" in url else ("", "", 0)
    return f"{scheme}://{host}:{port}" if host else ""
