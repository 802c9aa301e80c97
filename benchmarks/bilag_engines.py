"""Everybody who lays PDFs together here: ours in its two settings, and the peers as their documentation has it."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from figures import CannotRun

from esdh_connect_bilag.engine import Facts, Pack, Part, Style, merge

__all__ = ["ENGINES", "FLOOR", "LARGE", "OURS", "PYPDF", "SMALL", "WARM", "Engine", "cost", "warm_up"]

Engine = Callable[[Sequence[Path], Path], None]
OURS, SMALL, PYPDF, FLOOR = "ours", "ours, small", "pypdf append", "read all, write all"
WARM, READ = "ours, packs warm", "ours, packs warm, bilag read and hashed"
LARGE = "pikepdf add_pages_from"
WARNED = 3  # qpdf's exit code when it did it and warns


def _ours(*, small: bool) -> Engine:
    def lay(files: Sequence[Path], made: Path) -> None:
        parts = [Part(f"Bilag {at}", file.read_bytes()) for at, file in enumerate(files)]
        made.write_bytes(merge(parts, Style("Brev", small=small)).content)

    return lay


class _Packs(dict[bytes, Facts | Pack]):
    """Lays together with packs, and keeps them: all but the letter, which is another each time."""

    put = dict.__setitem__

    def __init__(self, *, reads: bool) -> None:
        super().__init__()
        self._reads = reads
        self._known: dict[Path, Part] = {}

    def __call__(self, files: Sequence[Path], made: Path) -> None:
        """Lay them together; the bilag are read and hashed each time, or known as a mailing knows them."""
        letter, *bilag = files
        parts = [Part("Brev", letter.read_bytes()), *map(self._part, bilag)]
        made.write_bytes(merge(parts, Style("Brev"), shelf=self).content)

    def _part(self, file: Path) -> Part:
        if self._reads:
            return Part("Bilag", file.read_bytes(), as_pack=True)
        if file not in self._known:
            content = file.read_bytes()
            self._known[file] = Part("Bilag", content, as_pack=True, digest=sha256(content).digest())
        return self._known[file]


def _pypdf(files: Sequence[Path], made: Path) -> None:
    from pypdf import PdfWriter

    with PdfWriter() as writer:
        for file in files:
            writer.append(file)
        writer.write(made)


def _pikepdf(files: Sequence[Path], made: Path) -> None:
    import pikepdf

    with pikepdf.new() as whole:
        for file in files:
            with pikepdf.open(file) as source:
                whole.add_pages_from(source)
        whole.save(made)


def _pypdfium2(files: Sequence[Path], made: Path) -> None:
    from pypdfium2 import PdfDocument

    whole = PdfDocument.new()
    for file in files:
        source = PdfDocument(file)
        whole.import_pages(source)
        source.close()
    whole.save(made)
    whole.close()


def _floor(files: Sequence[Path], made: Path) -> None:
    with made.open("wb") as out:
        out.writelines([file.read_bytes() for file in files])


def _command(*words: str, after: Sequence[str] = ()) -> Engine:
    def run(files: Sequence[Path], made: Path) -> None:
        command = [word.replace("MADE", str(made)) for word in words]
        try:
            done = subprocess.run(
                [*command, *map(str, files), *after, *_last(made, after)], capture_output=True, check=False
            )
        except OSError as why:
            raise CannotRun(f"{words[0]} is not installed (Debian: qpdf, mupdf-tools)") from why
        if done.returncode not in (0, WARNED):
            raise CannotRun(f"{words[0]} ended with {done.returncode}")

    return run


def _last(made: Path, after: Sequence[str]) -> list[str]:
    return [str(made)] if after else []


ENGINES: dict[str, Engine] = {
    PYPDF: _pypdf,
    OURS: _ours(small=False),
    SMALL: _ours(small=True),
    WARM: _Packs(reads=False),
    READ: _Packs(reads=True),
    LARGE: _pikepdf,
    "pypdfium2 import_pages": _pypdfium2,
    "qpdf": _command("qpdf", "--empty", "--pages", after=["--"]),
    "mutool merge": _command("mutool", "merge", "-o", "MADE"),
    FLOOR: _floor,
}


def cost(engine: Engine, files: Sequence[Path], made: Path) -> tuple[float, float]:
    """Lay them together once; gives milliseconds of a processor, children included, and of the clock."""
    before, began = _used(), time.perf_counter()
    engine(files, made)
    return 1000 * (_used() - before), 1000 * (time.perf_counter() - began)


def _used() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def warm_up(files: Sequence[Path], made: Path) -> None:
    """Have everybody import what they need, so that no round pays for it."""
    for engine in ENGINES.values():
        try:
            engine(files, made)
        except CannotRun:
            continue
