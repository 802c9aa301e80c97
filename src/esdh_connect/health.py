"""
Tilstand: how an installation is – what waits, what is late, and what somebody should look at.

Everything here is a count, a time or a name of ours; nothing names a person. It is asked often, so it calls nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import attrs

from esdh_connect import wording
from esdh_connect.bell import Bell, BellHealth
from esdh_connect.channel import Channel, ChannelHealth, ReportsHealth, conduct_of
from esdh_connect.converter import Converter, ReportsProblem
from esdh_connect.dispatch import Lane
from esdh_connect.inbox import STUCK_AFTER
from esdh_connect.outbox import Figures, Gate, Outbox

__all__ = ["LATE", "Disk", "Finding", "Health", "examined"]

#: A letter that is due waits this long at most where a worker runs: single letters, and those of a mailing.
LATE = {Lane.SINGLE: timedelta(minutes=15), Lane.MAILING: timedelta(days=1)}
_DUTY_LATE = timedelta(hours=1)
#: To order a new certificate and have it put in place takes some weeks.
_CERTIFICATE_SOON = timedelta(days=30)
_DISK_LOW, _DISK_SHARE = 1_000_000_000, 10
#: A gate that a pace shuts is open again in a moment.
_PACE = "pace"


@attrs.frozen
class Disk:
    """The disk the outbox's file lies on, in bytes."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        """Tell whether there is less than a gigabyte left, on a small disk less than a tenth."""
        return self.free < min(_DISK_LOW, self.total // _DISK_SHARE)


@attrs.frozen
class Finding:
    """Something somebody should look at: ``what`` is a word for programs, ``text`` Danish for the administrator."""

    what: str
    text: str


@attrs.frozen
class Health:
    """
    How an installation is.

    ``shut`` are the gates that let nothing through, by channel, ``channels`` what the channels say of themselves,
    ``converters`` what those lack that lack something; ``disk`` is None where the outbox lies on a server, ``bell``
    where it could not be asked: then ``bell_error`` is the class of what it raised. ``training`` says that no letter
    leaves it, which is no finding: it is meant so.
    """

    at: datetime
    figures: Figures
    shut: Mapping[str, Gate] = attrs.field(factory=dict)
    channels: Mapping[str, ChannelHealth] = attrs.field(factory=dict)
    converters: Mapping[str, str] = attrs.field(factory=dict)
    disk: Disk | None = None
    bell: BellHealth | None = None
    bell_error: str = ""
    findings: tuple[Finding, ...] = ()
    training: bool = False

    @property
    def is_well(self) -> bool:
        """Tell whether nobody need look."""
        return not self.findings


def examined(
    outbox: Outbox, channels: Mapping[str, Channel], converters: Mapping[str, Converter], bell: Bell, now: datetime
) -> Health:
    """Look at everything. Raises StoreError where the outbox cannot be read."""
    rung, error = _bell(bell)
    lacking = {name: _lacks(one) for name, one in converters.items() if isinstance(one, ReportsProblem)}
    health = Health(
        at=now,
        figures=outbox.figures(now, STUCK_AFTER, channels.keys()),
        shut=_shut(outbox, channels, now),
        channels={name: _asked(one) for name, one in channels.items() if isinstance(one, ReportsHealth)},
        converters={name: problem for name, problem in lacking.items() if problem},
        disk=_disk(outbox.file),
        bell=rung,
        bell_error=error,
    )
    labels = {name: one.label for name, one in channels.items()}
    of_others = (*_of_channels(health, labels), *_of_converters(health), *_of_the_place(health))
    return attrs.evolve(health, findings=(*_of_letters(health), *_of_duties(health), *of_others))


def _asked(channel: ReportsHealth) -> ChannelHealth:
    try:
        return channel.health()
    except Exception as error:  # noqa: BLE001 - a channel that cannot tell is a finding, and hides no other
        return ChannelHealth(problem=f"kunne ikke sige, hvordan den har det ({type(error).__name__})")


def _shut(outbox: Outbox, channels: Mapping[str, Channel], now: datetime) -> dict[str, Gate]:
    behind: dict[str, list[str]] = {}
    for name, channel in channels.items():
        behind.setdefault(conduct_of(channel).gate or name, []).append(name)
    shut = [gate for gate in outbox.gates() if gate.is_shut(now) and gate.why != _PACE]
    return {name: gate for gate in shut for name in behind.get(gate.name, [gate.name])}


def _lacks(converter: ReportsProblem) -> str:
    try:
        return converter.problem()
    except Exception as error:  # noqa: BLE001 - as a channel that cannot tell
        return f"kunne ikke sige, hvordan den har det ({type(error).__name__})"


def _bell(bell: Bell) -> tuple[BellHealth | None, str]:
    try:
        return bell.health(), ""
    except Exception as error:  # noqa: BLE001 - its engine may be away: that is a finding, with the name of the error
        return None, type(error).__name__


def _disk(file: Path | None) -> Disk | None:
    if file is None:
        return None
    usage = shutil.disk_usage(file.parent)
    return Disk(usage.free, usage.total)


def _of_letters(health: Health) -> Iterator[Finding]:
    found = health.figures
    for lane, since in sorted(found.oldest.items()):
        if health.at - since > LATE[lane]:
            yield Finding("letters_waiting", wording.waiting(found.ready[lane], health.at - since))
    if found.stuck:
        yield Finding("letters_stuck", wording.stuck(found.stuck))
    if found.late:
        yield Finding("receipts_overdue", wording.receipts_overdue(found.late))
    if found.missed:
        yield Finding("facts_missed", wording.facts_missed(found.missed))
    if found.troubles:
        yield Finding("letters_for_a_person", wording.for_a_person(found.troubles))
    if found.unasked:
        yield Finding("proposals_missing", wording.proposals_missing(found.unasked))
    for channel, letters in found.stranded.items():
        yield Finding("channel_missing", wording.channel_missing(channel, letters))
    if found.damaged:
        yield Finding("lines_damaged", wording.damaged(found.damaged))


def _of_duties(health: Health) -> Iterator[Finding]:
    found = health.figures
    if found.duties_stuck:
        yield Finding("duties_stuck", wording.duties_stuck(found.duties_stuck))
    if found.oldest_duty is not None and health.at - found.oldest_duty > _DUTY_LATE:
        yield Finding("duties_waiting", wording.duties_waiting(found.duties, health.at - found.oldest_duty))


def _of_channels(health: Health, labels: Mapping[str, str]) -> Iterator[Finding]:
    for gate in dict.fromkeys(health.shut.values()):
        of_what, _, plugin = gate.name.partition(" ")
        behind = [labels.get(name, name) for name, its in health.shut.items() if its == gate]
        match of_what if plugin else "":
            case "source":
                yield Finding("source_away", wording.source_away(plugin, gate.opens_at))
            case "export":
                yield Finding("receiver_away", wording.receiver_away(plugin, gate.opens_at))
            case "telling":
                yield Finding("subscriber_away", wording.subscriber_away(plugin, gate.opens_at))
            case _:
                yield Finding("gate_shut", wording.gate_shut(behind, gate.opens_at))
    ending: dict[datetime, list[str]] = {}
    for name, one in health.channels.items():
        if one.problem:
            yield Finding("channel_problem", f"{labels[name]}: {one.problem}")
        if one.certificate_ends is not None and one.certificate_ends - health.at < _CERTIFICATE_SOON:
            ending.setdefault(one.certificate_ends, []).append(labels[name])
    for ends, names in ending.items():
        yield Finding("certificate_ends", wording.certificate_ends(names, ends, health.at))


def _of_converters(health: Health) -> Iterator[Finding]:
    for name, problem in health.converters.items():
        yield Finding("converter_problem", f"Konverteren »{name}«: {problem}")


def _of_the_place(health: Health) -> Iterator[Finding]:
    if health.disk is not None and health.disk.is_low:
        yield Finding("disk_low", wording.disk_low(health.disk.free))
    if health.bell is None:
        yield Finding("bell_away", wording.bell_away(health.bell_error))
    elif health.bell.stalled:
        yield Finding("bell_stalled", wording.bell_stalled(health.bell.stalled))
