"""
The support matrix of docs/plugins.md, from what the distributions of this repository say of themselves.

``python -m tests.support_matrix`` writes it into the page.
"""

import re
from importlib.metadata import entry_points
from pathlib import Path

from esdh_connect.catalogue import card_of, hooks_of, vouches
from esdh_connect.hookspecs import PROJECT

PAGE = Path(__file__).parents[1] / "docs" / "plugins.md"
HEAD = (
    "| plugin | pakke | udgave | licens | modenhed | øvelse | hooks | kommandoer |\n|---|---|---|---|---|---|---|---|\n"
)


def matrix() -> str:
    """A row for each plugin that a distribution of ours brings."""
    rows = []
    for point in sorted(entry_points(group=PROJECT), key=lambda point: point.name):
        if point.module.startswith("esdh_connect_"):
            card = card_of(point)
            practises = "ja" if vouches(point.load()) else "nej"
            hooks = " ".join(f"`{name}`" for name in hooks_of(point.load()))
            commands = " ".join(f"`{name}`" for name in card.commands)
            said = (card.distribution, card.version, card.licence, card.support)
            its = (f"`{card.name}`", *said, practises, hooks, commands)
            rows.append(f"| {' | '.join(its)} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(r"\| plugin \|.*\n(\|.*\n)*", lambda _: matrix(), text), encoding="utf-8")
