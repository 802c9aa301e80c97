"""Name trees and number trees (ISO 32000-2, 7.9.6 and 7.9.7), read flat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from esdh_connect_bilag.engine.bounds import Declined, Reason
from esdh_connect_bilag.engine.values import Ref, Value

if TYPE_CHECKING:
    from esdh_connect_bilag.engine.objects import Pdf

__all__ = ["read_names", "read_numbers"]


def read_names(pdf: Pdf, root: Value) -> dict[bytes, Value]:
    """Read a name tree. Of equal names the first counts."""
    found: dict[bytes, Value] = {}
    for key, value in _leaves(pdf, root, "Names", set(), 0):
        if isinstance(key, bytes):
            found.setdefault(key, value)
    return found


def read_numbers(pdf: Pdf, root: Value) -> dict[int, Value]:
    """Read a number tree, in the order of its numbers. Of equal numbers the first counts."""
    found: dict[int, Value] = {}
    for key, value in _leaves(pdf, root, "Nums", set(), 0):
        if isinstance(key, int) and key >= 0:
            found.setdefault(key, value)
    return dict(sorted(found.items()))


def _leaves(pdf: Pdf, node: Value, key: str, seen: set[int], depth: int) -> Iterator[tuple[Value, Value]]:
    if depth > pdf.watch.bounds.depth:
        raise Declined(Reason.TOO_DEEP, "a name tree or number tree")
    if isinstance(node, Ref):
        if node.number in seen:
            return
        seen.add(node.number)
    entries = pdf.dictionary(node)
    pairs = pdf.array(entries.get(key))
    pdf.watch.tick(1 + len(pairs))
    yield from zip(pairs[::2], pairs[1::2], strict=False)
    for kid in pdf.array(entries.get("Kids")):
        if isinstance(kid, Ref):  # 7.9.6 wants them indirect, and only so they cannot lead in circles
            yield from _leaves(pdf, kid, key, seen, depth + 1)
