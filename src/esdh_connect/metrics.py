"""
Målinger: an installation's health as OpenMetrics text, for Prometheus and what reads the same.

Labels are lanes, reasons and channels, never departments' people or letters. The names are a promise; they stand in
docs/health.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from esdh_connect.dispatch import Lane
from esdh_connect.health import Health

__all__ = ["CONTENT_TYPE", "written"]

#: The media type of the text.
CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_LANES = {Lane.SINGLE: "single", Lane.MAILING: "batch"}


@attrs.frozen
class _Gauge:
    name: str
    help: str
    samples: Iterable[tuple[Mapping[str, str], float]]


def written(health: Health) -> str:
    """Write it."""
    lines = [line for gauge in (*_letters(health), *_around(health)) for line in _lines(gauge)]
    return "\n".join([*lines, "# EOF", ""])


def _lines(gauge: _Gauge) -> Iterator[str]:
    name = f"esdh_connect_{gauge.name}"
    yield f"# TYPE {name} gauge"
    yield f"# HELP {name} {gauge.help}"
    for labels, value in gauge.samples:
        marked = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels.items())
        yield f"{name}{{{marked}}} {value:g}" if marked else f"{name} {value:g}"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _one(value: float | None) -> Iterable[tuple[Mapping[str, str], float]]:
    return [] if value is None else [({}, value)]


def _letters(health: Health) -> Iterator[_Gauge]:
    found = health.figures
    ready = [({"lane": word}, found.ready.get(lane, 0)) for lane, word in _LANES.items()]
    oldest = [({"lane": word}, _since(found.oldest.get(lane), health.at)) for lane, word in _LANES.items()]
    held = [({"reason": reason.value}, letters) for reason, letters in found.held.items()]
    stranded = [({"channel": name}, letters) for name, letters in found.stranded.items()]
    yield _Gauge("letters_ready", "Letters that are due.", ready)
    yield _Gauge("oldest_letter_seconds", "How long the oldest letter that is due has waited.", oldest)
    yield _Gauge("letters_held", "Letters held, by what they wait for.", held)
    yield _Gauge("letters_sending", "Letters being handed over.", _one(found.sending))
    yield _Gauge("letters_stuck", "Letters being handed over for longer than an answer takes.", _one(found.stuck))
    yield _Gauge("letters_handed_over", "Letters that wait for a receipt.", _one(found.handed_over))
    yield _Gauge("letters_unknown", "Letters whose outcome nobody knows.", _one(found.unknown))
    yield _Gauge("receipts_overdue", "Letters whose receipt should have come.", _one(found.late))
    yield _Gauge("letters_for_a_person", "Letters that go no further by themselves.", _one(found.troubles))
    yield _Gauge("letters_stranded", "Letters that are due, of a channel no plugin has here.", stranded)
    yield _Gauge("events_unasked", "Events of a week a plugin could propose nothing for.", _one(found.unasked))
    yield _Gauge("lines_damaged", "Lines of the outbox that nobody can read.", _one(found.damaged))
    yield _Gauge("receipts_unmatched", "Receipts of letters that are not here.", _one(found.unmatched))
    yield _Gauge("facts_missed", "Facts that did not open and were told to nobody, lately.", _one(found.missed))
    yield _Gauge("duties_open", "Letters the host has not journalized yet.", _one(found.duties))
    yield _Gauge("duties_stuck", "Of these, those that go no further by themselves.", _one(found.duties_stuck))
    oldest_duty = _one(_since(found.oldest_duty, health.at))
    yield _Gauge("oldest_duty_seconds", "How long the oldest journaling that is due has waited.", oldest_duty)


def _around(health: Health) -> Iterator[_Gauge]:
    shut = [({"channel": name}, _until(gate.opens_at, health.at)) for name, gate in health.shut.items()]
    ending = [
        ({"channel": name}, _until(one.certificate_ends, health.at))
        for name, one in health.channels.items()
        if one.certificate_ends is not None
    ]
    bell = health.bell
    yield _Gauge("gate_shut_seconds", "How much longer nothing goes through a channel.", shut)
    yield _Gauge("certificate_seconds", "How much longer a channel's certificate is valid.", ending)
    yield _Gauge("disk_free_bytes", "Room on the disk of the outbox.", _one(health.disk.free if health.disk else None))
    yield _Gauge("bell_unheard", "Rings that no worker has heard yet.", _one(bell.unheard if bell else None))
    yield _Gauge("bell_stalled", "Rings heard by a worker that died.", _one(bell.stalled if bell else None))
    yield _Gauge(
        "training", "1 where no letter leaves the installation: it is one to learn with.", _one(health.training)
    )
    yield _Gauge("findings", "Things that somebody should look at.", _one(len(health.findings)))


def _since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment is not None else 0.0


def _until(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()
