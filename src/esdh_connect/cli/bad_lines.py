"""
Forkerte linjer: what of a list is not in order – named, and left out in a file of its own where that is wished.

The file has the lines as they stand, CPR numbers and all, so only its owner can read it. It lies beside the list,
where the lines' own files are looked for, and it never overwrites anything: it may have been mended.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from esdh_connect import wording
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.letters import Checked, Letters
from esdh_connect.cli.show import counted

__all__ = ["named", "refuse", "refuse_place", "write"]

_SHOWN = 10
_NOTHING = "Der er ikke sendt noget"
_LINE = ("linje", "linjer")


def named(wrong: Mapping[int, str]) -> Iterator[str]:
    """Name the first of them, and count the rest."""
    first = sorted(wrong)[:_SHOWN]
    yield from (f"linje {number} i listen: {wrong[number]}" for number in first)
    if len(wrong) > _SHOWN:
        yield f"… og {counted(len(wrong) - _SHOWN, *_LINE)} til"


def refuse(checked: Checked) -> None:
    """Refuse a list that is not in order. Raises Stopped."""
    if checked.wrong:
        first, *others = named(checked.wrong)
        hint = f"--bad-lines FIL sender resten ({counted(checked.good)}) og lægger dem i FIL, så de kan rettes"
        raise Stopped(Exit.USAGE, "\n".join([f"{_NOTHING}: {first}", *others, hint]))


def refuse_place(path: Path, letters: Letters) -> None:
    """Refuse a place where they cannot be put, before anything is done. Raises Stopped."""
    if path.resolve().parent != letters.path.resolve().parent:
        text = "--bad-lines skal ligge i samme mappe som listen: det er dér, linjernes filer bliver fundet"
        raise Stopped(Exit.USAGE, f"{_NOTHING}: {text}")
    if path.exists() and not _holds(path, letters):
        raise _in_the_way(path)


def write(path: Path, letters: Letters) -> None:
    """Write them; once, however often it is asked for. Raises Stopped."""
    part = path.with_name(f"{path.name}.del")
    try:
        part.unlink(missing_ok=True)  # a run that was killed left it
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(opened, "wb") as file:
            file.writelines(letters.bad_lines())
        if path.exists():
            refuse_place(path, letters)
        part.replace(path)
    except OSError as error:
        raise Stopped(Exit.FAILED, f"{_NOTHING}: {path} kan ikke skrives ({wording.system(error)})") from error
    finally:
        part.unlink(missing_ok=True)


def _holds(path: Path, letters: Letters) -> bool:
    """Tell whether it has them as they are: the same command ran before."""
    with path.open("rb") as file:
        return all(file.readline() == line for line in letters.bad_lines()) and not file.read(1)


def _in_the_way(path: Path) -> Stopped:
    return Stopped(Exit.FAILED, f"{_NOTHING}: {path} findes allerede og bliver ikke overskrevet")
