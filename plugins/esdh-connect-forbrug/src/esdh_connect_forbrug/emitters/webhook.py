"""Webhook: use is handed to a service of the municipality's own, over HTTPS, signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import attrs
from attrs.validators import gt

from esdh_connect import hookimpl
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.settings.secret import Secret
from esdh_connect.signature import key, signed
from esdh_connect.usage import Usage
from esdh_connect_forbrug.emitters.envelope import BATCH, EVENT, SOURCE, Envelope
from esdh_connect_forbrug.emitters.examination import way
from esdh_connect_forbrug.emitters.trust import trusting

__all__ = ["Webhook"]

_CALLS = UUID("5d4c8ad2-8a3a-5c0e-9c55-0d2f7d0e9b11")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _https(_: object, field: attrs.Attribute[str], url: str) -> None:
    """Refuse an address that is not https, or has somebody's name and password in it. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError(f"{field.name} is https://HOST/PATH, without a name or password in it")


@attrs.define(eq=False, kw_only=True)
class Webhook:
    """
    Webhook: POSTs CloudEvents to ``url``, signed with ``secret``.

    ``mode`` is whether a call carries many of them ("batch") or one ("single"). ``also`` signs too, while the secret
    is exchanged. A receiver has ``seconds`` for its answer; what is not a 2xx comes again, later.
    """

    url: str = attrs.field(validator=_https)
    secret: Secret
    also: Secret | None = None
    mode: Literal["batch", "single"] = "batch"
    ca: Path | None = None
    proxy: str = attrs.field(default="", repr=False)
    seconds: float = attrs.field(default=15.0, validator=gt(0))
    source: str = SOURCE
    now: Callable[[], datetime] = attrs.field(default=_utc_now, init=False, repr=False)
    _client: Any = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """See to it that what it needs can be read. Raises SettingsError."""
        from esdh_connect.http import Client

        for secret in self._secrets:
            key(secret)
        self._client = Client(
            trusting(self.ca),
            proxy=self.proxy,
            connect_timeout=min(10.0, self.seconds),
            short_patience=self.seconds,
            max_answer=65536,
        )

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Hand it over. Raises TemporaryFailure, with the time to wait that the receiver asked for."""
        envelope = Envelope(self.source)
        if self.mode == "batch":
            self._post(str(uuid5(_CALLS, " ".join(str(one.id) for one in usage))), envelope.batch(usage), BATCH)
            return
        for one in usage:
            self._post(str(one.id), envelope.written(one), EVENT)

    @hookimpl
    def examine_plugin(self, online: bool) -> Sequence[Diagnosis]:  # noqa: FBT001 - the hook's own argument
        """Go the way to the receiver."""
        return tuple(way("forbrug-webhook", self.url, trusting(self.ca), self.proxy)) if online else ()

    @property
    def _secrets(self) -> tuple[Secret, ...]:
        return (self.secret,) if self.also is None else (self.secret, self.also)

    def _post(self, call: str, body: bytes, media_type: str) -> None:
        headers = {"Content-Type": media_type, **signed(self._secrets, call, self.now(), [body])}
        refusal = self._client.ask(self.url, body=body, headers=headers).refusal()
        if refusal is not None:
            raise refusal
