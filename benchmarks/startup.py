"""How long the command line takes to start, against a bare click program in the same run."""

import subprocess
import sys
import time
from statistics import median

from figures import at_most, show

BARE = "import click\n@click.group()\ndef main():\n    pass\nmain(['--help'])\n"
ROUNDS = 15


def seconds(*command: str) -> float:
    """Run it once."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main() -> None:
    """Interleave the two, so that what else the machine does falls on both."""
    pairs = [(seconds("-c", BARE), seconds("-m", "esdh_connect.cli", "--help")) for _ in range(ROUNDS)]
    bare, ours = (median(column) for column in zip(*pairs, strict=True))
    times = median(mine / theirs for theirs, mine in pairs)
    show("bare click --help", f"{bare * 1000:.0f} ms")
    show("esdh-connect --help", f"{ours * 1000:.0f} ms", f"{times:.2f}× bare click", goal=at_most(2, "×"), figure=times)


if __name__ == "__main__":
    main()
