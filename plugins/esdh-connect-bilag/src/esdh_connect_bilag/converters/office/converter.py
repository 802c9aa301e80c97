"""LibreOffice, for one document at a time."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import attrs

from esdh_connect.converter import Converted, Original
from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag import apart
from esdh_connect_bilag.converters.failing import unreadable
from esdh_connect_bilag.converters.office import profile
from esdh_connect_bilag.converters.office.traces import findings

__all__ = ["LibreOffice"]

_MB = 1024 * 1024
_PLACES = ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*", "/usr/local/lib/libreoffice")
_PROGRAM = "program/soffice.bin"
#: What it ends with when it has made its profile and wants to begin again, which is what its own starter does.
_ONCE_MORE = 81
_PREFIX = "esdh-connect-office-"
#: A folder that a process left behind when it was killed; no document takes so long.
_LEFT_BEHIND = 3600
_WRITER, _CALC, _IMPRESS = "writer", "calc", "impress"
_OOXML, _ODF = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
#: The program for a media type, the ending of its files, and the filter that reads them. It is named, because
#: LibreOffice takes what it does not know for text, and prints it.
_TAKES = {
    "application/msword": (_WRITER, "doc", "MS Word 97"),
    "application/rtf": (_WRITER, "rtf", "Rich Text Format"),
    f"{_OOXML}.wordprocessingml.document": (_WRITER, "docx", "MS Word 2007 XML"),
    "application/vnd.ms-word.document.macroenabled.12": (_WRITER, "docm", "MS Word 2007 XML VBA"),
    f"{_ODF}.text": (_WRITER, "odt", "writer8"),
    "application/vnd.ms-excel": (_CALC, "xls", "MS Excel 97"),
    f"{_OOXML}.spreadsheetml.sheet": (_CALC, "xlsx", "Calc MS Excel 2007 XML"),
    "application/vnd.ms-excel.sheet.macroenabled.12": (_CALC, "xlsm", "Calc MS Excel 2007 VBA XML"),
    f"{_ODF}.spreadsheet": (_CALC, "ods", "calc8"),
    "application/vnd.ms-powerpoint": (_IMPRESS, "ppt", "MS PowerPoint 97"),
    f"{_OOXML}.presentationml.presentation": (_IMPRESS, "pptx", "Impress MS PowerPoint 2007 XML"),
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": (
        _IMPRESS,
        "pptm",
        "Impress MS PowerPoint 2007 XML VBA",
    ),
    f"{_ODF}.presentation": (_IMPRESS, "odp", "impress8"),
}
#: LibreOffice 7 has no tags for sheets, and would claim PDF/UA all the same.
_TAGGED = {_WRITER, _IMPRESS}
_EXPORT = {
    "UseTaggedPDF": True,
    "ExportBookmarks": True,
    "ExportNotes": False,
    "ExportFormFields": False,
    "UseLosslessCompression": True,
    "ReduceImageResolution": False,
}


@attrs.frozen
class LibreOffice:
    """The converter of Office and OpenDocument files."""

    program: Path | None
    seconds: int
    memory_mb: int
    output_mb: int
    name: str = "office"
    takes: tuple[str, ...] = tuple(_TAKES)

    @property
    def version(self) -> str:
        """Give what decides the result: LibreOffice's own build, and what it is told."""
        return f"2 {_build(self._found())} {sha256(json.dumps(_EXPORT).encode()).hexdigest()[:8]}"

    def problem(self) -> str:
        """Tell whether LibreOffice is there."""
        if self._found() is not None:
            return ""
        asked = f" ({self.program})" if self.program else ""
        return f"LibreOffice er ikke installeret{asked}: libreoffice-writer-nogui, -calc-nogui og -impress-nogui"

    def convert(self, original: Original) -> Converted:
        """Make a PDF of it. Raises UnreadableDocument."""
        program = self._found()
        if program is None:
            raise UnreadableDocument("LibreOffice is not installed", danish=self.problem())
        with _folder() as folder:
            try:
                made = self._made(program, folder, original)
            except apart.Failed as error:
                raise unreadable(error, "dokumentet") from error
        return Converted(made, findings(original, is_sheet=_TAKES[original.media_type][0] == _CALC))

    def _made(self, program: Path, folder: Path, original: Original) -> bytes:
        kind, ending, reader = _TAKES[original.media_type]
        document = folder / f"dokument.{ending}"
        document.write_bytes(original.content)
        profile.write(folder / "profile")
        command = _command(program, folder, document, kind, reader)
        self._run(command, folder)
        made = document.with_suffix(".pdf")
        if not made.is_file():
            raise UnreadableDocument(
                "LibreOffice made nothing of it",
                danish="LibreOffice kunne ikke åbne det: det er beskadiget eller låst med adgangskode. Åbn det, og gem "
                "det som PDF",
            )
        return made.read_bytes()

    def _run(self, command: Sequence[str], folder: Path) -> None:
        confines = apart.Confines(
            memory=self.memory_mb * _MB, processor=self.seconds, clock=self.seconds, output=self.output_mb * _MB
        )
        environment = {**profile.ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder)}
        code, _ = apart.run(command, confines, folder=folder, environment=environment)
        if code == _ONCE_MORE:
            apart.run(command, confines, folder=folder, environment=environment)

    def _found(self) -> Path | None:
        if self.program is not None:
            return self.program if self.program.is_file() else None
        places = chain.from_iterable(sorted(Path("/").glob(place.strip("/"))) for place in _PLACES)
        return next((place / _PROGRAM for place in places if (place / _PROGRAM).is_file()), None)


def _command(program: Path, folder: Path, document: Path, kind: str, reader: str) -> list[str]:
    wishes = {**_EXPORT, "PDFUACompliance": kind in _TAGGED}
    told = {name: {"type": "boolean", "value": str(value).lower()} for name, value in wishes.items()}
    switches = ("headless", "invisible", "norestore", "nodefault", "nologo", "nolockcheck", "nofirststartwizard")
    return [
        str(program),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *(f"--{switch}" for switch in switches),
        f"--infilter={reader}",
        "--convert-to",
        f"pdf:{kind}_pdf_Export:{json.dumps(told)}",
        "--outdir",
        str(folder),
        str(document),
    ]


def _build(program: Path | None) -> str:
    """Give LibreOffice's own name of its build: an update of it is another program."""
    if program is None:
        return "missing"
    versions = program.with_name("versionrc")
    text = versions.read_text(encoding="utf-8", errors="replace") if versions.is_file() else ""
    lines = dict(line.partition("=")[::2] for line in text.splitlines())
    return f"{lines.get('buildid', '')} {program.stat().st_mtime_ns}"


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder for one document, for ourselves alone, after those are gone that somebody killed left behind."""
    for left in Path(gettempdir()).glob(f"{_PREFIX}*"):
        if time.time() - left.stat(follow_symlinks=False).st_mtime > _LEFT_BEHIND:
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
