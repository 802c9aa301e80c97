"""Letters over the sandbox, by mutual TLS, against the loop a user would write with python_serviceplatformen."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median

from figures import CannotRun, at_least, at_most, in_turns, is_long, named, ratio, show
from pypdf import PdfWriter
from pypdf.generic import StreamObject
from servers import sandbox

from esdh_connect.testing.fakes import pdf_of

LETTERS, ROUNDS = (500, 5) if is_long() else (100, 3)
BIG = 50_000_000
PEERS = Path(__file__).with_name("peers")


def child(script: str, *arguments: object) -> list[float]:
    """Run one of the scripts, and give the figures it prints. Raises CannotRun."""
    command = [sys.executable, str(PEERS / f"{script}.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        raise CannotRun((done.stderr.strip() or "no words").splitlines()[-1])
    return [float(figure) for figure in done.stdout.splitlines()[-1].split()]


def heavy(path: Path) -> Path:
    """Write a PDF of one page and fifty million bytes."""
    writer, ballast = PdfWriter(), StreamObject()
    writer.add_blank_page(595, 842)
    ballast.set_data(Random(1).randbytes(BIG))  # noqa: S311
    writer._add_object(ballast)  # noqa: SLF001
    written = BytesIO()
    writer.write(written)
    path.write_bytes(written.getvalue())
    return path


def rate(script: str, at: int) -> float:
    """Send small letters through a sandbox of its own."""
    with sandbox() as where:
        (where / "small.pdf").write_bytes(pdf_of("Kære borger", "x" * 1000))
        return child(script, where, "send", LETTERS)[at]


def speed() -> None:
    """Compare how many small letters leave in a second."""
    found = in_turns(
        ROUNDS,
        {
            "python_serviceplatformen: look up, send": lambda: rate("loop", 0),
            "ours: plan, commit as a mailing, deliver": lambda: rate("ours", 0),
            "ours: deliver, eight at a time": lambda: rate("ours", 1),
        },
    )
    theirs = next(iter(found.values()))
    for name, rates in found.items():
        times = ratio(rates, theirs)
        goal = at_least(5, "×") if "deliver" in name else None
        show(name, f"{median(rates):,.0f} /s", f"{times:.1f}× the loop" if goal else "", goal=goal, figure=times)


def memory() -> None:
    """Compare the most memory each needs for one big letter."""
    with sandbox() as where:
        (where / "small.pdf").write_bytes(pdf_of("Kære borger"))
        big = heavy(where / "big.pdf")
        theirs = child("loop", where, "big", big)[0]
        show("python_serviceplatformen, one of 50 MB", f"{theirs:,.0f} MB", "at most")
        for name, verb, what in (("ours, plan and commit", "commit", big), ("ours, deliver", "deliver", "-")):
            mine = child("ours", where, verb, what)[0]
            goal = at_most(0.333)
            show(name, f"{mine:,.0f} MB", f"{mine / theirs:.2f} of the loop's", goal=goal, figure=mine / theirs)


def main() -> None:
    """Speed, then memory."""
    speed()
    try:
        memory()
    except CannotRun as why:
        named("memory for one letter of 50 MB", why)


if __name__ == "__main__":
    main()
