"""The figures of the documentation: what each engine made of the real files, and how much of each thing it kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from corpus.features import FEATURES

ENGINES = {"ours": "esdh-connect-bilag", "pypdf": "pypdf", "pikepdf": "pikepdf", "qpdf": "qpdf"}
ENDS = {
    "whole": "good, and everything kept",
    "good": "good: opens, right pages, same pictures",
    "pictures": "a picture differs",
    "pages": "wrong number of pages",
    "unreadable": "does not open",
    "refused": "refused",
    "unjudged": "the file itself does not open",
    "hang": "hangs",
    "crash": "crashes",
}
_TOLD = ("refused", "unjudged", "unreadable", "hang", "crash")

Row = dict[str, Any]


def end(answer: Row) -> str:
    """How it ended; `whole` is good too."""
    for told in _TOLD:
        if told in answer:
            return told
    if not answer["pages"]:
        return "pages"
    if not answer["pictures"]:
        return "pictures"
    return "whole" if all(answer["kept"].values()) else "good"


def ends(rows: Iterable[Row], engine: str) -> Counter[str]:
    return Counter(end(row[engine]) for row in rows)


def good(rows: Iterable[Row], engine: str) -> int:
    counted = ends(rows, engine)
    return counted["good"] + counted["whole"]


def retained(rows: Iterable[Row], engine: str, feature: str) -> int:
    """Of how many files the engine kept it."""
    return sum(row[engine].get("kept", {}).get(feature, False) for row in rows)


def having(rows: Iterable[Row], feature: str) -> int:
    """How many files have it: those that at least one engine could be asked about."""
    return sum(any(feature in row[engine].get("kept", {}) for engine in ENGINES) for row in rows)


def tables(rows: Sequence[Row]) -> str:
    """Two tables in Markdown; no time and no size is in them, so that they are the same on every machine."""
    counts = {engine: ends(rows, engine) for engine in ENGINES}
    lines = [f"| of {len(rows)} files | " + " | ".join(ENGINES.values()) + " |", "|---|" + "---|" * len(ENGINES)]
    for name, words in ENDS.items():
        cells = [good(rows, engine) if name == "good" else counts[engine][name] for engine in ENGINES]
        lines.append(f"| {words} | " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        "| kept | files with it | " + " | ".join(ENGINES.values()) + " |",
        "|---|---|" + "---|" * len(ENGINES),
    ]
    for feature in FEATURES:
        count = having(rows, feature)
        kept = [f"{100 * retained(rows, engine, feature) // count} %" for engine in ENGINES]
        lines.append(f"| {feature} | {count} | " + " | ".join(kept) + " |")
    return "\n".join(lines) + "\n"
