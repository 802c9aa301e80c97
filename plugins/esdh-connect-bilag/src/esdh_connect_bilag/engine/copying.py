"""A part becomes ready-made objects of the merged file, and what the file must say of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from esdh_connect_bilag.engine.bounds import Bounds
from esdh_connect_bilag.engine.conformance import Claim, Intent, read_claim, read_intents
from esdh_connect_bilag.engine.forms import Before, Form, read_form
from esdh_connect_bilag.engine.graft import Body, Graft
from esdh_connect_bilag.engine.labels import Labels, read_labels
from esdh_connect_bilag.engine.layers import Layers, read_layers
from esdh_connect_bilag.engine.objects import Pdf, open_pdf
from esdh_connect_bilag.engine.outlines import Outline, read_outline
from esdh_connect_bilag.engine.pages import PageTree, read_page_tree
from esdh_connect_bilag.engine.parts import Part, Removal
from esdh_connect_bilag.engine.structure import Structure, read_structure
from esdh_connect_bilag.engine.values import Out, Ref, Value, text_of
from esdh_connect_bilag.engine.vocabulary import Vocabulary

__all__ = ["PAGES", "Above", "Copied", "Place", "copy_part"]

#: The root of all pages has the same number in every file.
PAGES = Out(2)


@attrs.frozen
class Place:
    """Where in the merged file a part comes: what it must know of those before it, and its reserved numbers."""

    next_number: int
    next_key: int  # of the parent tree
    bookmark: Out
    element: Out
    forms: Before
    vocabulary: Vocabulary
    others: Mapping[bytes, Value] = MappingProxyType({})  # where this part leads to in others, by name


@attrs.frozen
class Above:
    """What the merged file must say of a part above its pages."""

    root: Value
    first_page: Value
    pages: int
    outline: Outline | None
    form: Form | None
    layers: Layers | None
    structure: Structure | None
    labels: Labels
    threads: list[Value]
    extensions: dict[str, Value]
    intents: list[Intent]
    claim: Claim
    version: str
    removed: tuple[Removal, ...]


@attrs.frozen
class Copied:
    """A part as the merged file has it, and what the next one must know."""

    above: Above
    bodies: list[Body]
    vocabulary: Vocabulary
    next_number: int
    next_key: int


def copy_part(part: Part, content: bytes | memoryview, place: Place, bounds: Bounds) -> Copied:
    """Copy all that the pages, bookmarks, fields, layers and tags of a part reach. Raises Declined."""
    pdf = open_pdf(content, bounds)
    catalog, tree = pdf.catalog, read_page_tree(pdf)
    graft = Graft(pdf, tree, place.next_number, _known(pdf, place), place.others)
    _edit_page_tree(graft, tree)
    graft.sanitiser.treat_catalog()
    vocabulary = place.vocabulary.copy()
    above = Above(
        root=graft.moved(Ref(tree.root)),
        first_page=graft.moved(Ref(tree.pages[0])),
        pages=len(tree.pages),
        outline=read_outline(graft),
        form=read_form(graft, place.forms),
        layers=read_layers(graft),
        structure=read_structure(graft, vocabulary, place.next_key, _language(pdf, part)),
        labels=read_labels(graft),
        threads=[graft.moved(thread) for thread in pdf.array(catalog.get("Threads"))],
        extensions={key: graft.moved(each) for key, each in pdf.dictionary(catalog.get("Extensions")).items()},
        intents=read_intents(graft),
        claim=read_claim(pdf),
        version=pdf.version,
        removed=(),
    )
    # Only now is known all that must come along; and only after it what numbers, keys and removals there were.
    bodies = graft.copy()
    removed = tuple(Removal(what, count) for what, count in sorted(graft.sanitiser.removed.items()))
    next_key = max(place.next_key, graft.highest_key + 1)
    return Copied(attrs.evolve(above, removed=removed), bodies, vocabulary, graft.numbers.next, next_key)


def _known(pdf: Pdf, place: Place) -> dict[int, bytes]:
    """Tell what has its number before anything is copied. The catalog is not copied at all."""
    known = {}
    if isinstance(root := pdf.trailer.get("Root"), Ref):
        known[root.number] = b"null"
    for key, becomes in (("Outlines", place.bookmark), ("StructTreeRoot", place.element)):
        if isinstance(root := pdf.catalog.get(key), Ref):
            known[root.number] = b"%d 0 R" % becomes.number
    return known


def _edit_page_tree(graft: Graft, tree: PageTree) -> None:
    """Hang the tree beneath the root of all, and mend what it says of its size."""
    for number, node in tree.nodes.items():
        if number == tree.root or node.get("Count") != tree.counts[number]:
            graft.edits[number] = {**node, "Count": tree.counts[number]}
    graft.edits[tree.root] = {**tree.nodes[tree.root], "Count": tree.counts[tree.root], "Parent": PAGES}


def _language(pdf: Pdf, part: Part) -> str:
    language = pdf.resolve(pdf.catalog.get("Lang"))
    return (text_of(language) if isinstance(language, bytes) else "") or part.language
