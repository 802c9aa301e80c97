"""Forbindelse: all that speaks with SBSYS, put together from the settings; made once, and shared by all threads."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError, TemporaryFailure
from esdh_connect_sbsys.api import Api
from esdh_connect_sbsys.cases import Cases
from esdh_connect_sbsys.documents import Documents
from esdh_connect_sbsys.journal import Journal, Settling
from esdh_connect_sbsys.lookups import Lookups, Names
from esdh_connect_sbsys.notices import Notices
from esdh_connect_sbsys.patience import Patience

if TYPE_CHECKING:
    from esdh_connect.settings import Secret

__all__ = ["Account", "Connection", "connected", "trusting", "utc_now"]

#: Of an answer in JSON: the list of a large case, and SBSYS' description of itself.
_MOST_JSON = 32 * 1024 * 1024
#: Seconds: for what is in JSON, for a file to come, and for the answer to one that was sent.
_PATIENCE, _FILE_PATIENCE, _UPLOAD_PATIENCE = 30.0, 120.0, 300.0


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def trusting(ca: Path | None) -> ssl.SSLContext:
    """Make a context that trusts ``ca``, by default what the system trusts. Raises SettingsError."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        why = "not a certificate" if isinstance(error, ssl.SSLError) else error.strerror
        told = "den er ikke et certifikat" if isinstance(error, ssl.SSLError) else wording.system(error)
        raise SettingsError(f"ca, {ca}: {why}", danish=f"ca: filen {ca} kan ikke bruges ({told})") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@attrs.frozen
class Account:
    """Who we are to SBSIP: the program and its user there."""

    token_url: str
    client_id: str
    client_secret: Secret
    username: str
    password: Secret

    def form(self) -> dict[str, str]:
        """Give the password grant. The secrets are read each time, so that exchanged ones count without a restart."""
        return {
            "grant_type": "password",
            **self.refreshing(),
            "username": self.username,
            "password": _text(self.password),
        }

    def refreshing(self) -> dict[str, str]:
        """Give what goes with a refresh token."""
        return {"client_id": self.client_id, "client_secret": _text(self.client_secret)}


def _text(secret: Secret) -> str:
    """Read a secret. Raises TemporaryFailure where there is none now: what waits goes on when it is back."""
    try:
        return secret.text()
    except SettingsError as error:
        why, danish = f"our access to SBSYS cannot be read: {error}", "adgangen til SBSYS kan ikke læses"
    raise TemporaryFailure(why, danish=danish)


@attrs.frozen(eq=False)
class Connection:
    """The parts of the adapter, on one SBSYS."""

    api: Api
    cases: Cases
    documents: Documents
    lookups: Lookups
    journal: Journal
    notices: Notices
    patience: Patience


def connected(  # noqa: PLR0913 - each is a setting
    url: str,
    account: Account,
    *,
    trust: ssl.SSLContext,
    proxy: str,
    system: str,
    names: Names,
    max_bytes: int,
    settle: timedelta,
    now: Callable[[], datetime] = utc_now,
) -> Connection:
    """Put the parts together. Nobody is called."""
    from esdh_connect.http import Client, Endpoint, Tokens

    client = Client(trust, proxy=proxy, patience=_PATIENCE, short_patience=_PATIENCE, max_answer=_MOST_JSON, now=now)
    files = attrs.evolve(client, patience=_UPLOAD_PATIENCE, short_patience=_FILE_PATIENCE, max_answer=max_bytes)
    endpoint = Endpoint(client, lambda: account.token_url, account.form, now, refreshing=account.refreshing)
    api = Api(url, Tokens(endpoint, now), client, files, now)
    cases, lookups, settling = Cases(api, system), Lookups(api, names, now), Settling(settle, now)
    journal = Journal(api, lookups, settling)
    notices = Notices(api, cases, journal, lookups, settling, now)
    return Connection(api, cases, Documents(api, max_bytes), lookups, journal, notices, Patience(now))
