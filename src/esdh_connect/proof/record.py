"""What is known of a letter, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.channel import Channel
from esdh_connect.dispatch import Cover, Dispatch, Entry
from esdh_connect.errors import DamagedPayload
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.legal_clock import COMPLAINT_WEEKS, ComplaintPeriod, LegalClock
from esdh_connect.model import Options
from esdh_connect.outbox import Line, Outbox

__all__ = ["Record", "moment", "plain"]


@attrs.frozen
class Deadlines:
    """
    Frister: by when the letter was to be there, until when it could be sent for that, and the complaint period.

    ``weeks`` of the complaint period are those that most laws have; ``complaint`` None: nothing shows that it runs.
    """

    wanted: date | None = None
    latest_safe: date | None = None
    complaint: ComplaintPeriod | None = None

    @classmethod
    def of(cls, entry: Entry, options: Options, channel: Channel | None, clock: LegalClock) -> Deadlines:
        """Reckon them."""
        latest = None
        if options.deadline is not None and channel is not None:
            latest = clock.latest_safe(channel, options.deadline, options.post_category)
        return cls(options.deadline, latest, clock.complaint_period(entry, options, channel, COMPLAINT_WEEKS))


@attrs.frozen
class Record:
    """A letter as it lies in the outbox: what of it opens, and what is wrong with the rest."""

    entry: Entry
    lines: Sequence[Line]
    cover: Cover | None
    dispatch: Dispatch | None
    channel: str = ""
    deadlines: Deadlines = Deadlines()
    is_training: bool = False

    @classmethod
    def read(cls, outbox: Outbox, id_: str, channels: Mapping[str, Channel], clock: LegalClock) -> Record:
        """
        Read it, with the label of its channel, and its deadlines as ``clock`` has them. Raises UnknownDispatch.

        What was erased or is damaged is None.
        """
        entry, cover, dispatch = outbox.entry(id_), None, None
        try:
            cover = outbox.cover(id_)
            dispatch = outbox.dispatch(id_)
        except DamagedPayload:
            pass  # said in the pack: what is left is worth having
        channel = channels.get(entry.channel)
        deadlines = Deadlines.of(entry, cover.options if cover else Options(), channel, clock)
        lines = tuple(outbox.audit.of(id_))
        return cls(entry, lines, cover, dispatch, channel.label if channel else "", deadlines)

    def damage(self) -> Iterator[str]:
        """Say in Danish what is not as it was, or not there."""
        if self.cover is None:
            yield "Brevets indhold og følgeseddel er slettet eller beskadiget og kan ikke vises."
        elif self.dispatch is None:
            yield "Brevets filer er slettet eller beskadiget og kan ikke vises."
        else:
            yield from self._differing(self.dispatch)
        for line in self.lines:
            if not line.is_sound:
                yield f"Revisionsloggens linje {line.number} om brevet er ændret eller flyttet."
        numbers = [line.number for line in self.lines]
        if numbers != list(range(len(numbers))):
            yield "Der mangler linjer om brevet i revisionsloggen."
        if not numbers:
            yield "Revisionsloggen har ingen linjer om brevet."

    def _differing(self, dispatch: Dispatch) -> Iterator[str]:
        files, written = dispatch.envelope.letter.files, dispatch.manifest.files
        if len(files) != len(written):
            yield f"Brevet har {len(files)} filer, og følgesedlen {len(written)}."
        for at, (file, said) in enumerate(zip(files, written, strict=False), start=1):
            if (sha256(file.content).hexdigest(), len(file.content)) != (said.sha256, said.size):
                yield f"Fil {at} er ikke den, der står på følgesedlen: dens SHA-256 er en anden."


def moment(at: datetime) -> dict[str, str]:
    """Give a time twice: in UTC and in Denmark."""
    local = at.astimezone(ZoneInfo("Europe/Copenhagen"))
    return {"utc": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "dansk": local.isoformat()}


def plain(value: Any) -> Any:  # noqa: ANN401 - values of all kinds
    """Give a value as JSON has it; contents of files and raw answers are left to files of their own."""
    return attrs.asdict(
        value,
        filter=lambda field, _: field.name not in ("content", "raw"),
        value_serializer=lambda _, __, one: _simple(one),
    )


def _simple(value: Any) -> Any:  # noqa: ANN401, PLR0911 - a table
    match value:
        case Enum():
            return value.value
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Cpr():
            return value.reveal()
        case Cvr():
            return value.digits
        case UUID():
            return str(value)
        case frozenset():
            return sorted(value)
    return value
