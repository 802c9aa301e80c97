"""
Brevliste: one letter a line, as JSON – a recipient, and what is that letter's own.

.. code-block:: json

    {"cpr": "1212121212", "name": "Ane Prøve", "title": "Rottebekæmpelse", "files": ["ane.pdf", "kort.pdf"]}

What a line does not say is said once for all of them. The list is read from the beginning each time it is needed,
so that a list of a hundred thousand takes no more memory than one of ten.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from esdh_connect import wording
from esdh_connect.cli import recipients, wish
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.recipients import Named, Wrong
from esdh_connect.dispatch import Request
from esdh_connect.ids import mask
from esdh_connect.model import Case, Document, Options
from esdh_connect.pipes import refuse_pipe
from esdh_connect.seal import Seal

__all__ = ["Checked", "Common", "Letters", "Window"]

_KEYS = (*recipients.KEYS, "title", "files", "case")
#: So many requests are under way at most between being made and being planned, and some more.
_WINDOW = 1000
K = TypeVar("K")
V = TypeVar("V")


class Window(OrderedDict[K, V]):
    """A mapping that forgets the oldest."""

    def __setitem__(self, key: K, value: V) -> None:
        """Remember one more."""
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > _WINDOW:
            self.popitem(last=False)


@attrs.frozen(kw_only=True)
class Common:
    """What holds for every letter whose line does not say otherwise."""

    batch: str
    department: str
    title: str = attrs.field(default="", repr=False)
    files: tuple[Path, ...] = attrs.field(default=(), repr=False)
    case: str = ""
    options: Options = attrs.field(default=Options(), repr=False)


@attrs.frozen
class _Line:
    named: Named
    title: str = attrs.field(repr=False)
    files: tuple[Path, ...] = attrs.field(repr=False)
    case: str


@attrs.frozen
class Checked:
    """A list before anything is done: how many letters are in order, and by its number what is wrong with a line."""

    good: int
    wrong: Mapping[int, str]


@attrs.frozen(eq=False)
class Letters:
    """
    The list, and the command line's own host for it, which knows the letters being planned and no others.

    ``without`` has the numbers of the lines that are left out.
    """

    path: Path
    common: Common
    seal: Seal
    desk: wish.Desk = attrs.field(factory=lambda: wish.Desk(Window(), Window()))
    without: frozenset[int] = frozenset()

    def checked(self) -> Checked:
        """Read the whole list, and tell how much of it is in order. Raises Stopped where it cannot be read."""
        good, wrong = 0, {}
        known: dict[Path, str] = {}
        for number, line in self._lines():
            try:
                self._refuse_files(self._line(line), known)
            except Wrong as error:
                wrong[number] = mask(str(error))
            else:
                good += 1
        return Checked(good, wrong)

    def bad_lines(self) -> Iterator[bytes]:
        """Give the lines that are left out, as they stand in the list."""
        for number, line in self._lines():
            if number in self.without:
                yield line.removeprefix(BOM_UTF8).strip() + b"\n"

    def __iter__(self) -> Iterator[Request]:
        """Give the letters one after the other. Raises Stopped where the list or a file is not what it was."""
        last: tuple[tuple[Path, ...], dict[Document, Path]] = ((), {})
        for number, text in self._lines():
            if number in self.without:
                continue
            try:
                line = self._line(text)
            except Wrong as error:
                raise _refused(f"linje {number} i listen: {error}") from None
            if line.files != last[0]:
                last = (line.files, wish.documents(line.files))
            yield self._request(line, last[1])

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        try:
            refuse_pipe(self.path)
            with self.path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if line.removeprefix(BOM_UTF8).strip():
                        yield number, line
        except OSError as error:
            raise _refused(f"listen kan ikke læses ({wording.system(error)})") from error

    def _line(self, line: bytes) -> _Line:
        table = dict(recipients.table(recipients.decoded(line), "brevet", _KEYS))
        title = recipients.text(table, "title") or self.common.title
        files = self._files(table) or self.common.files
        case = recipients.text(table, "case") or self.common.case
        if not title:
            raise Wrong("»title« mangler, og --title er ikke skrevet")
        if not files:
            raise Wrong("»files« mangler, og kommandoen nævner ingen filer")
        if mask(case) != case or any(mask(path.name) != path.name for path in files):
            raise Wrong("sagens id og filernes navne må ikke indeholde et CPR-nummer")
        return _Line(recipients.named(table), title, files, case)

    def _files(self, table: Mapping[str, Any]) -> tuple[Path, ...]:
        named = table.get("files")
        if named is None:
            return ()
        if not isinstance(named, list) or not all(isinstance(one, str) and one.strip() for one in named):
            raise Wrong("»files« er en liste med filnavne")
        return tuple(self.path.parent / one for one in named)

    def _refuse_files(self, line: _Line, known: dict[Path, str]) -> None:
        """Refuse a file that cannot be taken, before anything is done: each is looked at once."""
        if len(known) > _WINDOW:
            known.clear()
        for path in line.files:
            if path not in known:
                known[path] = wish.wrong_with(path)
            if known[path]:
                raise Wrong(known[path])
        if len({path.resolve() for path in line.files}) < len(line.files):
            raise Wrong("en fil er nævnt to gange")

    def _request(self, line: _Line, documents: Mapping[Document, Path]) -> Request:
        known = wish.parties([line.named], self.seal)
        request = Request(
            key="-",
            case=Case(line.case, wish.SYSTEM),
            department=self.common.department,
            title=line.title,
            documents=tuple(documents),
            parties=tuple(known),
            options=self.common.options,
        )
        self.desk.files.update({document.id: path for document, path in documents.items()})  # type: ignore[attr-defined]
        self.desk.recipients.update(known)  # type: ignore[attr-defined]
        name = json.dumps([self.common.batch, wish.wish_key(request, known, self.seal)])
        return attrs.evolve(request, key=self.seal.digest("cli-mailing", name))


def _refused(text: str) -> Stopped:
    return Stopped(Exit.USAGE, f"Der er ikke sendt noget: {text}")
