"""
Looks at one hostile file, and lays it after a cover page, as a host does; tells what came of it and what it cost.

Run as `python -m hostile.measured NAME`, in a process of its own that may not have more than it is promised. The
children that repair are counted too.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from hostile.files import ALL
from hostile.writing import PAGE, pdf

from esdh_connect_bilag.engine import Declined, Part, Reason, Style, merge
from esdh_connect_bilag.preflight import preflight
from esdh_connect_bilag.repair import REPAIRS

COVER = Part("Brev", pdf({3: PAGE}))


def merged(content: bytes) -> dict[str, Any]:
    try:
        placed = merge([COVER, Part("Bilag", content)], Style("Brev"), repair=REPAIRS).placed[1]
    except Declined as declined:
        return {"reason": Reason(declined.reason)}
    return {"pages": placed.pages, "way": placed.way}


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
    ended, memory = cost()
    print(  # noqa: T201 - what it is run for
        json.dumps(
            {
                "findings": [finding.flaw.value for finding in report.findings],
                "stops": report.stops,
                "seconds": [looked - begun, ended - looked],
                "memory": memory,
                **made,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
