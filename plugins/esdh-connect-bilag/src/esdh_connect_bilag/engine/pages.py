"""The page tree (ISO 32000-2, 7.7.3): which pages there are, in order, and what they inherit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from esdh_connect_bilag.engine.bounds import Declined, Reason
from esdh_connect_bilag.engine.syntax import read
from esdh_connect_bilag.engine.values import Ref, Value

if TYPE_CHECKING:
    from esdh_connect_bilag.engine.objects import Pdf

__all__ = ["Page", "PageTree", "read_branch", "read_page_tree", "read_pages"]

_INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")


@attrs.frozen
class Page:
    """A page: the number of its object, and its entries together with those it inherits."""

    number: int
    entries: dict[str, Value]


@attrs.define
class PageTree:
    """The tree as the merge needs it: nothing about a page but its number."""

    root: int
    pages: list[int] = attrs.Factory(list)
    nodes: dict[int, dict[str, Value]] = attrs.Factory(dict)  # the branches, as they are in the file
    counts: dict[int, int] = attrs.Factory(dict)  # the pages beneath each branch


def read_page_tree(pdf: Pdf) -> PageTree:
    """Walk the tree. Raises Declined when it is none, or bites its tail."""
    root = pdf.catalog.get("Pages")
    if not isinstance(root, Ref):
        raise Declined(Reason.DAMAGED, "no page tree")
    return read_branch(pdf, root.number)


def read_branch(pdf: Pdf, root: int) -> PageTree:
    """Walk a branch, as if it were the tree."""
    tree = PageTree(root)
    _visit(pdf, tree, root, 0)
    if root not in tree.nodes:
        raise Declined(Reason.DAMAGED, "a page where the page tree must be")
    if not tree.pages:
        raise Declined(Reason.NO_PAGES, "the file has no pages")
    return tree


def _visit(pdf: Pdf, tree: PageTree, number: int, depth: int) -> None:
    text, data = pdf.raw(number)
    if b"/Kids" not in text and b"#" not in text and text.startswith(b"<<") and data is None:
        _add(pdf, tree, number)  # most pages need not be read
        return
    node = read(text, depth=pdf.watch.bounds.depth)
    if not isinstance(node, dict) or data is not None:
        raise Declined(Reason.DAMAGED, "a page that is no dictionary")
    if "Kids" in node:
        _branch(pdf, tree, number, node, depth)
    else:
        _add(pdf, tree, number)


def _branch(pdf: Pdf, tree: PageTree, number: int, node: dict[str, Value], depth: int) -> None:
    if number in tree.nodes or depth > pdf.watch.bounds.depth:
        raise Declined(Reason.DAMAGED, "a page tree that is no tree")
    pdf.watch.tick()
    tree.nodes[number] = node
    before = len(tree.pages)
    for kid in pdf.array(node["Kids"]):
        if not isinstance(kid, Ref):
            raise Declined(Reason.DAMAGED, "a page that is not an object of its own")
        _visit(pdf, tree, kid.number, depth + 1)
    tree.counts[number] = len(tree.pages) - before


def _add(pdf: Pdf, tree: PageTree, number: int) -> None:
    tree.pages.append(number)
    if len(tree.pages) > pdf.watch.bounds.pages:
        raise Declined(Reason.TOO_MANY_PAGES, f"more than {pdf.watch.bounds.pages} pages")


def read_pages(pdf: Pdf) -> list[Page]:
    """Give the pages with all that they inherit. Raises Declined."""
    tree = read_page_tree(pdf)
    return list(_inherit(pdf, tree, tree.root, {}))


def _inherit(pdf: Pdf, tree: PageTree, number: int, above: dict[str, Value]) -> Iterator[Page]:
    node = tree.nodes.get(number)
    if node is None:
        yield Page(number, above | pdf.dictionary(Ref(number)))
        return
    inherited = above | {key: node[key] for key in _INHERITED if key in node}
    for kid in pdf.array(node.get("Kids")):
        if isinstance(kid, Ref):
            yield from _inherit(pdf, tree, kid.number, inherited)
