"""
The library's log: structlog as the host configured it, with CPR numbers masked before they reach it.

A library never configures its host's logging, so the mask cannot be a configured processor alone: every value
passes :func:`masked` on its way. Hosts may put :func:`mask_processor` into their own chain as well. Where the host
uses no structlog, lines go to the standard logger ``esdh_connect``: left alone, structlog would print them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

import attrs
import structlog

from esdh_connect.ids import mask

__all__ = ["Log", "mask_processor", "masked"]

_NAME = "esdh_connect"


def masked(value: object) -> object:
    """Give ``value`` with every CPR number in it masked; containers are followed, other objects shown."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        text = f"{value:010d}"
        return value if mask(text) == text else mask(text)
    if isinstance(value, Mapping):
        return {mask(str(key)): masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    return mask(value if isinstance(value, str) else repr(value))


def mask_processor(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask every CPR number of an event: a structlog processor for the host's own chain."""
    return {mask(str(key)): masked(value) for key, value in event.items()}


@attrs.frozen
class Log:
    """A logger that masks; event names are words (``dispatch_sent``), values are bound by keyword."""

    values: Mapping[str, object] = attrs.field(factory=dict)

    def bind(self, **values: object) -> Log:
        """Give a logger that says these values in every line."""
        return Log({**self.values, **values})

    def debug(self, event: str, **values: object) -> None:
        """For the developer."""
        self._say("debug", event, values)

    def info(self, event: str, **values: object) -> None:
        """For the record."""
        self._say("info", event, values)

    def warning(self, event: str, **values: object) -> None:
        """For the operator, some day."""
        self._say("warning", event, values)

    def error(self, event: str, **values: object) -> None:
        """For the operator, now."""
        self._say("error", event, values)

    def _say(self, level: str, event: str, values: Mapping[str, object]) -> None:
        said = masked({**self.values, **values})
        getattr(_logger(), level)(mask(event), **dict(said))  # type: ignore[call-overload]


def _logger() -> Any:  # noqa: ANN401 - whatever the host made structlog give
    if structlog.is_configured():
        return structlog.get_logger(_NAME)
    shown = structlog.processors.KeyValueRenderer(key_order=["event"])
    return structlog.wrap_logger(
        logging.getLogger(_NAME),
        processors=[structlog.stdlib.filter_by_level, shown],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
