"""How long the command line takes to start, against a bare click program in the same run."""

import subprocess
import sys
import time
from statistics import median

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
    ratio = median(mine / theirs for theirs, mine in pairs)
    print(f"bare click --help     {bare * 1000:6.0f} ms")
    print(f"esdh-connect --help   {ours * 1000:6.0f} ms   {ratio:.2f}×")


if __name__ == "__main__":
    main()
