"""Page labels (ISO 32000-2, 12.4.2): each part keeps its own, and may have words before them."""

from __future__ import annotations

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.trees import read_numbers
from esdh_connect_bilag.engine.values import Name, Value, string_of, text_of

__all__ = ["Labels", "read_labels", "write_labels"]


@attrs.frozen
class Labels:
    """The labels of one part: from which of its pages on which kind counts."""

    ranges: dict[int, dict[str, Value]]


def read_labels(graft: Graft) -> Labels:
    """Read the labels of a part."""
    pdf = graft.pdf
    found = read_numbers(pdf, pdf.catalog.get("PageLabels"))
    ranges = {page: pdf.dictionary(label) for page, label in found.items() if page < len(graft.tree.pages)}
    return Labels({page: _plain(graft, label) for page, label in ranges.items()})


def _plain(graft: Graft, label: dict[str, Value]) -> dict[str, Value]:
    return {key: graft.pdf.resolve(label[key]) for key in ("S", "P", "St") if key in label}


def write_labels(parts: list[tuple[int, str, Labels]]) -> dict[str, Value] | None:
    """
    Write the labels as one number tree, from the first page of each part and the words before its labels.

    None where no part has any, and pages are simply counted.
    """
    if not any(labels.ranges or prefix for _, prefix, labels in parts):
        return None
    numbers: list[Value] = []
    for first_page, prefix, labels in parts:
        # A part without labels goes on counting; one with words before them begins anew.
        start = 1 if prefix or labels.ranges else first_page + 1
        counted: dict[str, Value] = {"S": Name("D"), "St": start}
        for page, label in {0: counted, **labels.ranges}.items():
            numbers += [first_page + page, _prefixed(label, prefix)]
    return {"Nums": numbers}


def _prefixed(label: dict[str, Value], prefix: str) -> dict[str, Value]:
    own = label.get("P")
    words = prefix + (text_of(own) if isinstance(own, bytes) else "")
    return {**label, "P": string_of(words)} if words else label
