"""Åbning: an installation as its settings file describes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from esdh_connect import plugins
from esdh_connect.log import Log
from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.settings import Settings, StoreServer

__all__ = ["opened", "utc_now"]

T = TypeVar("T")


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def opened(
    make: Callable[..., T],
    path: Path | str,
    *,
    host: object | None,
    outbox: Outbox | None,
    now: Callable[[], datetime],
) -> T:
    """
    Give what ``make`` makes of the parts that a settings file names; an ``outbox`` is taken in place of the file's.

    Raises ConfigurationError or OutboxError, and leaves nothing open then.
    """
    settings = Settings.load(path)
    seal = Seal(settings.secrets.installation_key(), settings.secrets.keys)
    log = Log()
    training = settings.training
    if training is not None:
        log.warning("training_mode", settings=settings.path.name)
    vetting = {} if training is None else {"may_load": plugins.vouch_at_all}
    loaded, broken = plugins.load(tuple(settings.plugins), settings.plugin, log, **vetting)
    lies_in = outbox or _store(settings.store, seal, now)
    try:
        return make(
            outbox=lies_in,
            seal=seal,
            changes=settings.policies(),
            sender=settings.sender,
            loaded=loaded,
            broken=broken,
            host=host,
            now=now,
            log=log,
            bell=settings.worker.bell,
            retention=settings.retention.payload,
            converted=settings.retention.converted,
            usage=settings.retention.usage,
            clock=settings.clock,
            training=training,
        )
    except BaseException:
        if outbox is None:
            lies_in.close()
        raise


def _store(place: Path | StoreServer, seal: Seal, now: Callable[[], datetime]) -> Outbox:
    from esdh_connect.store import Store  # SQLAlchemy takes a second: not for those who bring an outbox

    if isinstance(place, StoreServer):
        return Store.connect(place.url, seal, password=place.password.text if place.password else None, now=now)
    return Store.open(place, seal, now=now)
