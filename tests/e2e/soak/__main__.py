"""``python -m tests.e2e.soak --letters 10000 --kills 1000``: what ``make soak`` runs."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.e2e.soak.judge import verdict
from tests.e2e.soak.lab import Lab


def main() -> int:
    """Run it, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with Lab(Path(folder), asked.letters, asked.seed) as lab:
            lab.run(asked.kills)
        found = verdict(lab.folder, lab.settings, asked.letters)
        sys.stdout.write(
            f"seed {asked.seed}, {lab.seconds:.0f} s, {sum(lab.kills.values())} kills: {lab.kills}\n{found}\n"
        )
    return not found.is_clean


if __name__ == "__main__":
    sys.exit(main())
