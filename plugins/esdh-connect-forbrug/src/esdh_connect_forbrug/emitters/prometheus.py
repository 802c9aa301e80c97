"""
Prometheus: counters in a text file, for node_exporter's textfile collector.

The file is the memory: what it says is read, added to and put in its place, so that a restart loses nothing. Numbers
are for operations; what is told twice after a crash counts twice here. Who counts letters reads the statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from esdh_connect import hookimpl
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.usage import Usage
from esdh_connect_forbrug.emitters.envelope import NAMES, Envelope
from esdh_connect_forbrug.emitters.examination import folder
from esdh_connect_forbrug.emitters.extras import need

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

__all__ = ["Prometheus"]

_EVENTS = "esdh_connect_usage_events"
_SECONDS, _DELIVERED = "esdh_connect_usage_delivery_seconds", "esdh_connect_usage_delivery_measured"
_LABELS = ("department", "type", "channel", "plugin")
_HELP = {
    _EVENTS: "What was used.",
    _SECONDS: "Seconds from the click to delivered, summed up.",
    _DELIVERED: "Letters of which that time is known.",
}
_Counts = dict[tuple[str, tuple[str, ...]], float]


@attrs.define(eq=False, kw_only=True)
class Prometheus:
    """Prometheus: ``path`` is the file, in node_exporter's folder; its name ends in ``.prom``."""

    path: Path

    def __attrs_post_init__(self) -> None:
        """See to it that node_exporter will read it. Raises ValueError, and PluginError without the extra."""
        need("prometheus_client", "prometheus")
        if self.path.suffix != ".prom":
            raise ValueError("path ends in .prom")

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Add to the file. Raises OSError."""
        from prometheus_client import write_to_textfile

        counts = self._read()
        for one in usage:
            _add(counts, one)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(self.path), _registry(counts))

    @hookimpl
    def examine_plugin(self) -> Sequence[Diagnosis]:
        """Look whether the file can be written."""
        return [folder("forbrug-prometheus", self.path)]

    def _read(self) -> _Counts:
        from prometheus_client.parser import text_string_to_metric_families

        counts: _Counts = {}
        with suppress(FileNotFoundError):
            for family in text_string_to_metric_families(self.path.read_text(encoding="utf-8")):
                for sample in family.samples:
                    name = sample.name.removesuffix("_total")
                    if name in _HELP:
                        counts[name, tuple(sample.labels.get(label, "") for label in _LABELS)] = sample.value
        return counts


def _add(counts: _Counts, usage: Usage) -> None:
    data = Envelope().event(usage)["data"]
    labels = (usage.department, NAMES[usage.kind], data.get("channel", ""), data.get("plugin", ""))
    more = {_EVENTS: 1.0}
    if "duration_ms" in data:
        more |= {_SECONDS: data["duration_ms"] / 1000, _DELIVERED: 1.0}
    for name, value in more.items():
        counts[name, labels] = counts.get((name, labels), 0.0) + value


def _registry(counts: _Counts) -> CollectorRegistry:
    from prometheus_client import CollectorRegistry, Counter

    registry = CollectorRegistry()
    for name, text in _HELP.items():
        counter = Counter(name, text, _LABELS, registry=registry)
        for labels in sorted(its for of, its in counts if of == name):
            counter.labels(*labels).inc(counts[name, labels])
    return registry
