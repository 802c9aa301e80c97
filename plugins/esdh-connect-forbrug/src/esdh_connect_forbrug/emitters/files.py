"""Filer: use as JSON Lines for programs, and as CSV for people with a Danish Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
from attrs.validators import ge

from esdh_connect import hookimpl
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.usage import Usage
from esdh_connect_forbrug.emitters.envelope import NAMES, SOURCE, Envelope
from esdh_connect_forbrug.emitters.examination import folder
from esdh_connect_forbrug.emitters.series import Series

__all__ = ["Csv", "JsonLines"]

_DANISH = ZoneInfo("Europe/Copenhagen")
_MEGABYTE = 1 << 20


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.define(eq=False, kw_only=True)
class _Files:
    """What both kinds of files have in common: where they lie, and when the next one begins."""

    path: Path
    source: str = SOURCE
    max_megabytes: int = attrs.field(default=64, validator=ge(1))
    fsync: bool = True
    keep_days: int = attrs.field(default=0, validator=ge(0))
    now: Callable[[], datetime] = attrs.field(default=_utc_now, init=False, repr=False)

    @property
    def _today(self) -> date:
        return self.now().astimezone(_DANISH).date()

    def _erased(self, series: Series) -> int:
        return series.erase(self._today - timedelta(days=self.keep_days)) if self.keep_days else 0


@attrs.define(eq=False, kw_only=True)
class JsonLines(_Files):
    """
    JSON Lines: one CloudEvent a line, in files that are only ever added to.

    ``path`` names the files (a day is put into each name); a day's next file begins at ``max_megabytes``. With
    ``fsync`` nothing counts as handed over before it is on the disk. Files older than ``keep_days`` are deleted; 0
    keeps them for ever.
    """

    @property
    def _series(self) -> Series:
        return Series(self.path, self.max_megabytes * _MEGABYTE, sync=self.fsync)

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Add lines. Raises OSError."""
        envelope = Envelope(self.source)
        self._series.add([envelope.written(one) + b"\n" for one in usage], self._today)

    @hookimpl
    def erase_expired(self) -> int:
        """Delete files that are too old."""
        return self._erased(self._series)

    @hookimpl
    def examine_plugin(self) -> Sequence[Diagnosis]:
        """Look whether files can be written."""
        return [folder("forbrug-jsonl", self.path)]


@attrs.define(eq=False, kw_only=True)
class Csv(_Files):
    """
    CSV for people: a Danish Excel opens it by a double click, and no cell is a formula.

    The settings are those of the JSON Lines.
    """

    @property
    def _series(self) -> Series:
        return Series(self.path, self.max_megabytes * _MEGABYTE, sync=self.fsync, head=HEAD)

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Add lines. Raises OSError."""
        self._series.add([_row(_cells(one, self.source)) for one in usage], self._today)

    @hookimpl
    def erase_expired(self) -> int:
        """Delete files that are too old."""
        return self._erased(self._series)

    @hookimpl
    def examine_plugin(self) -> Sequence[Diagnosis]:
        """Look whether files can be written."""
        return [folder("forbrug-csv", self.path)]


#: The columns, and where their cells come from in the event.
_COLUMNS = {
    "Id": "",
    "Tidspunkt": "",
    "Kilde": "",
    "Afdeling": "",
    "Hændelse": "",
    "Kanal": "channel",
    "Plugin": "plugin",
    "Dokumenter": "documents",
    "Filer": "files",
    "Sider": "pages",
    "Bytes": "bytes",
    "Sekunder": "duration_ms",
    "Årsag": "cause",
}
_DANISH_NAMES = {
    "letter.sent": "Afsendt",
    "letter.delivered": "Leveret",
    "letter.failed": "Fejlet",
    "letter.cancelled": "Afbrudt",
    "document.printed": "Printet lokalt",
    "dialog.opened": "Dialog åbnet",
    "action.unused": "Tilbudt, ikke brugt",
}
#: In their wide forms too, which some versions of Excel take for the same.
_BEGIN_FORMULAS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def _cells(usage: Usage, source: str) -> list[str]:
    data = Envelope(source).event(usage)["data"]
    told = {key: _seconds(value) if key == "duration_ms" else str(value) for key, value in data.items()}
    at = usage.at.astimezone(_DANISH).strftime("%Y-%m-%d %H:%M:%S")
    first = [str(usage.id), at, source, usage.department, _DANISH_NAMES[NAMES[usage.kind]]]
    return [*first, *(told.get(key, "") for key in _COLUMNS.values() if key)]


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000},{milliseconds % 1000:03d}"


def _row(cells: Sequence[str]) -> bytes:
    """Write a line: a semicolon between cells, and an apostrophe before what Excel would take for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    """Keep a cell on its line, so that a line of the file is one of the table, and a text."""
    line = " ".join(cell.split())
    return f"'{line}" if line.startswith(_BEGIN_FORMULAS) else line


HEAD = b"\xef\xbb\xbf" + _row(list(_COLUMNS))
