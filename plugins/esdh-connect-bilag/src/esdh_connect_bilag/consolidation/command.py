"""``esdh-connect consolidate``: a letter and its bilag become one PDF, here and now, without an installation."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import attrs
import click

from esdh_connect import wording
from esdh_connect.channel import Limits
from esdh_connect.cli import files, talk, wish
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.options import as_json, refuse_cpr, verbose
from esdh_connect.errors import PlanError
from esdh_connect.ids import mask
from esdh_connect.model import PDF, Finding, Letter, Place
from esdh_connect_bilag.consolidation import letter as letters
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.converters import Converters
from esdh_connect_bilag.converters.office import Office
from esdh_connect_bilag.preflight import Paper

__all__ = ["consolidate"]

_LIMITS = Limits("esdh-connect consolidate", date(2026, 11, 1), 1, 1 << 40, {PDF: (".pdf",)})
_FILE = click.Path(path_type=Path)
_NOTHING = "Filen er ikke skrevet"
_PART, _LEFT_AFTER = ".del", 60.0  # seconds, which no file takes to write
_CODES = """\b
Slutkoder:
  0  filen er skrevet
  1  filen er ikke skrevet: der står hvorfor, og hvad der kan gøres
  2  kommandoen er skrevet forkert
"""


@click.command(cls=Command, epilog=_CODES)
@click.argument("out", metavar="UD", type=_FILE)
@click.argument("letter", metavar="BREV", type=_FILE)
@click.argument("bilag", metavar="BILAG...", nargs=-1, required=True, type=_FILE)
@click.option("--title", metavar="TEKST", default="", help="Titlen på den samlede fil. Ellers brevets navn.")
@click.option("--stamp", is_flag=True, help="Skriv »Bilag 2 · side 3 af 7« under hver side i bilagene.")
@click.option("--no-overview", is_flag=True, help="Uden bilagsoversigt. Ellers er den med fra to bilag.")
@click.option(
    "--paper", is_flag=True, help="Til print på begge sider: hvert bilag på et nyt ark, og hvad der ikke er A4."
)
@as_json
@verbose
def consolidate(
    out: Path, letter: Path, bilag: tuple[Path, ...], *,
    title: str, stamp: bool, no_overview: bool, paper: bool, as_json: bool,
) -> int:  # fmt: skip
    """
    Saml BREV og BILAG i én PDF, filen UD.

    Det, der ikke er PDF, laves om til det. Alt bliver set efter først, og der står, hvad der blev fundet, repareret og
    taget ud. UD bliver aldrig overskrevet, og den skrives kun, hvis alt kan komme med.
    """
    paths = {f"fil {at}": str(path) for at, path in enumerate((out, letter, *bilag))}
    layout = Layout(overview_from=0, stamp=stamp) if no_overview else Layout(stamp=stamp)
    try:
        refuse_cpr({"--title": title} | paths, nothing=_NOTHING)
        whole = _written(out, (letter, *bilag), title, layout, on_paper=paper)
    except Stopped as stopped:
        if as_json:
            talk.json_data({"out": None, "error": mask(stopped.text)})
        raise
    names = [path.name for path in (letter, *bilag)]
    if as_json:
        talk.json_data(_plain(out, whole, names))
    else:
        talk.data(_lines(out, whole, names))
    return Exit.DONE


def _written(out: Path, paths: Sequence[Path], title: str, layout: Layout, *, on_paper: bool) -> Letter:
    """Lay the letter together, and write it. Raises Stopped where there is no file then."""
    try:
        whole = _laid(paths, title, layout, on_paper=on_paper)
    except PlanError as error:
        raise Stopped(Exit.FAILED, f"{_NOTHING}: {error.danish.rstrip('.')}.") from error
    _write(out, whole.main.content)
    return whole


def _laid(paths: Sequence[Path], title: str, layout: Layout, *, on_paper: bool) -> Letter:
    return files.fitted(
        title or paths[0].stem,
        wish.documents(paths, nothing=_NOTHING),
        attrs.evolve(_LIMITS, on_paper=on_paper),
        [*Converters().all(), *Office().register_converters()],
        consolidate=partial(letters.consolidate, layout=layout, paper=Paper()),
        now=datetime.now(UTC),
    )


def _write(out: Path, content: bytes) -> None:
    """Write the whole file or none: under another name, and then in its place. Raises Stopped."""
    part = None
    try:
        opened, part = mkstemp(prefix=f"{out.name}.", suffix=_PART, dir=out.parent)  # another run has its own
        with os.fdopen(opened, "wb") as file:
            file.write(content)
        os.link(part, out)  # which fails where there is one
    except FileExistsError as error:
        raise Stopped(Exit.FAILED, f"{out} findes allerede og bliver ikke overskrevet.") from error
    except OSError as error:
        raise Stopped(Exit.FAILED, f"{out} kan ikke skrives ({wording.system(error)}).") from error
    finally:
        if part is not None:
            Path(part).unlink(missing_ok=True)
        _clear(out)


def _clear(out: Path) -> None:
    """Take away what runs left that were killed while they wrote the same file: it holds a letter."""
    with suppress(OSError):
        for part in out.parent.glob(f"{glob.escape(out.name)}.*{_PART}"):
            if time.time() - part.stat().st_mtime > _LEFT_AFTER:
                part.unlink()


def _lines(out: Path, letter: Letter, names: Sequence[str]) -> Iterator[str]:
    file = letter.main
    yield f"{out}: {_pages(file.pages)}, {wording.size(file.size)}"
    yield from (f"    {_placed(place, names)}" for place in file.places)
    for one in letter.findings:
        about = "" if one.document is None else f"»{names[one.document]}«: "
        yield f"    {wording.for_whom(one)}: {talk.on_one_line(about + one.text + (one.done and f' ({one.done})'))}"


def _placed(place: Place, names: Sequence[str]) -> str:
    changes = ", ".join(map(wording.change, place.changes))
    if place.document is None:
        return f"side {place.first_page}: {changes}, {_pages(place.pages)}"
    name = talk.on_one_line(names[place.document])
    return f"side {place.first_page}: {name}, {_pages(place.pages)}{f' ({changes})' if changes else ''}"


def _pages(pages: int | None) -> str:
    return f"{pages} side{'' if pages == 1 else 'r'}"


def _plain(out: Path, letter: Letter, names: Sequence[str]) -> dict[str, Any]:
    file = letter.main
    return {
        "out": str(out),
        "sha256": file.sha256,
        "size": file.size,
        "pages": file.pages,
        "places": [_plain_place(place, names) for place in file.places],
        "findings": [_plain_finding(one) for one in letter.findings],
    }


def _plain_place(place: Place, names: Sequence[str]) -> dict[str, Any]:
    name = None if place.document is None else mask(names[place.document])
    return {**attrs.asdict(place), "changes": list(place.changes), "name": name}


def _plain_finding(one: Finding) -> dict[str, Any]:
    return {**attrs.asdict(one), "text": mask(one.text)}
