"""
OpenTelemetry: metrics by its API alone. What becomes of them is the business of whoever set up an SDK.

For operations: without an SDK nothing is kept, and what is told twice after a crash counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from esdh_connect import hookimpl
from esdh_connect.usage import Usage
from esdh_connect_forbrug.emitters.envelope import NAMES, Envelope
from esdh_connect_forbrug.emitters.extras import need

__all__ = ["OpenTelemetry"]


@attrs.define(eq=False, kw_only=True)
class OpenTelemetry:
    """OpenTelemetry: ``meter`` is the name the instruments are found under."""

    meter: str = "esdh_connect_forbrug"
    _events: Any = attrs.field(init=False, repr=False)
    _seconds: Any = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Make the instruments. Raises PluginError without the extra."""
        need("opentelemetry.metrics", "opentelemetry")
        from opentelemetry.metrics import get_meter

        meter = get_meter(self.meter)
        self._events = meter.create_counter("esdh_connect.usage.events", "{event}", "What was used.")
        self._seconds = meter.create_histogram(
            "esdh_connect.usage.delivery", "s", "From the click to delivered, where that is known."
        )

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Count it."""
        for one in usage:
            data = Envelope().event(one)["data"]
            labels = {"department": one.department, "type": NAMES[one.kind]}
            labels |= {key: data[key] for key in ("channel", "plugin") if key in data}
            self._events.add(1, labels)
            if "duration_ms" in data:
                self._seconds.record(data["duration_ms"] / 1000, labels)
