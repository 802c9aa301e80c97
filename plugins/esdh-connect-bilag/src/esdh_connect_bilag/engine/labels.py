"""Page labels (ISO 32000-2, 12.4.2): each part keeps its own, and may have words before them."""

from __future__ import annotations

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.trees import read_numbers
from esdh_connect_bilag.engine.values import Name, Value, string_of, text_of

__all__ = ["Labels", "read_labels", "write_labels"]

_Ranges = dict[int, dict[str, Value]]


@attrs.frozen
class Labels:
    """The labels of one part: from which of its pages on which kind counts."""

    first_page: int
    prefix: str
    ranges: _Ranges


def read_labels(graft: Graft, first_page: int, prefix: str) -> Labels:
    """Read the labels of a part."""
    pdf = graft.pdf
    found = read_numbers(pdf, pdf.catalog.get("PageLabels"))
    ranges = {page: pdf.dictionary(label) for page, label in found.items() if page < len(graft.tree.pages)}
    return Labels(first_page, prefix, {page: _plain(graft, label) for page, label in ranges.items()})


def _plain(graft: Graft, label: dict[str, Value]) -> dict[str, Value]:
    return {key: graft.pdf.resolve(label[key]) for key in ("S", "P", "St") if key in label}


def write_labels(parts: list[Labels]) -> dict[str, Value] | None:
    """Write the labels as one number tree; None where no part has any, and pages are simply counted."""
    if not any(labels.ranges or labels.prefix for labels in parts):
        return None
    numbers: list[Value] = []
    for labels in parts:
        for page, label in _complete(labels).items():
            numbers += [labels.first_page + page, _prefixed(label, labels.prefix)]
    return {"Nums": numbers}


def _complete(labels: Labels) -> _Ranges:
    """A part without labels goes on counting; one with words before them begins anew."""
    start = 1 if labels.prefix or labels.ranges else labels.first_page + 1
    return {0: {"S": Name("D"), "St": start}, **labels.ranges}


def _prefixed(label: dict[str, Value], prefix: str) -> dict[str, Value]:
    own = label.get("P")
    words = prefix + (text_of(own) if isinstance(own, bytes) else "")
    return {**label, "P": string_of(words)} if words else label
