"""
Looks at one hostile file, lays it after a cover page, and has it as a bilag; tells what came of it and what it cost.

Run as `python -m hostile.measured NAME`, in a process of its own that may not have more than it is promised. The
children that repair are counted too.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path
from typing import Any

from hostile.files import ALL
from hostile.writing import PAGE, pdf

from esdh_connect.channel import Limits
from esdh_connect.errors import PlanError
from esdh_connect.model import PDF, File, Letter, Place
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.engine import Declined, Part, Reason, Style, merge
from esdh_connect_bilag.preflight import Paper, preflight
from esdh_connect_bilag.repair import REPAIRS

COVER = Part("Brev", pdf({3: PAGE}))


def merged(content: bytes) -> dict[str, Any]:
    try:
        placed = merge([COVER, Part("Bilag", content)], Style("Brev"), repair=REPAIRS).placed[1]
    except Declined as declined:
        return {"reason": Reason(declined.reason)}
    return {"pages": placed.pages, "way": placed.way}


def letter(content: bytes) -> dict[str, Any]:
    """What becomes of it as a bilag that is printed with a stamp, with all that this takes."""
    files = [File(f"{at}.pdf", PDF, one, (Place(at, 1, 1),)) for at, one in enumerate((bytes(COVER.content), content))]
    limits = Limits("test", date(2026, 1, 1), 1, 10**9, {PDF: (".pdf",)}, on_paper=True)
    try:
        made = consolidate(Letter("Brev", tuple(files)), limits, Layout(stamp=True), paper=Paper())
    except PlanError as error:
        return {"refused": error.danish}
    return {"placed": made.main.places[1].pages}


def cost() -> tuple[float, int]:
    """Seconds of a processor, and the most memory that one process had, in bytes; children included."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = sum(it.ru_utime + it.ru_stime for it in (own, children))
    # Not our own ru_maxrss: that is never less than what the process that started us had, a whole test run.
    status = Path("/proc/self/status").read_text()
    peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    return seconds, max(peak, children.ru_maxrss) * 1024


def main(name: str) -> None:
    content = ALL[name]()
    begun, _ = cost()
    report = preflight(content, repair=REPAIRS)
    looked, _ = cost()
    made = merged(content)
    ended, _ = cost()
    as_letter = letter(content)
    whole, memory = cost()
    print(  # noqa: T201 - what it is run for
        json.dumps(
            {
                "findings": [finding.flaw.value for finding in report.findings],
                "stops": report.stops,
                "seconds": [looked - begun, ended - looked, whole - ended],
                "memory": memory,
                **made,
                **as_letter,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
