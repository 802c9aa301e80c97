"""
Tags (ISO 32000-2, 14.7): the structure of each part, kept whole, beneath one root.

The root of a part's structure *becomes* an element of type Part: its children point to it already. The keys of the
parent tree get an offset for each part. Words that two parts use in different ways (types, classes, ids) are renamed
in the later one.
"""

from __future__ import annotations

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.trees import read_names, read_numbers
from esdh_connect_bilag.engine.values import Name, Out, Value, Verbatim, string_of
from esdh_connect_bilag.engine.vocabulary import Vocabulary, Words

__all__ = ["Structure", "read_structure", "write_element", "write_leaf", "write_structure"]


@attrs.frozen
class Structure:
    """The structure of one part."""

    kids: list[Value]
    parents: dict[int, Verbatim]
    keys: tuple[int, int] | None  # the lowest and the highest of the parents
    leaf: Value  # of the parent tree, where that is written already
    ids: dict[bytes, Value]
    namespaces: list[Value]
    language: str
    words: Words


def read_structure(graft: Graft, vocabulary: Vocabulary, offset: int, language: str) -> Structure | None:
    """Have the structure of a part copied, with `offset` added to each key of its parent tree."""
    pdf = graft.pdf
    if "StructTreeRoot" not in pdf.catalog:
        return None
    root = pdf.dictionary(pdf.catalog["StructTreeRoot"])
    graft.structure = offset
    ids = read_names(pdf, root.get("IDTree"))
    roles = {key: pdf.resolve(value) for key, value in pdf.dictionary(root.get("RoleMap")).items()}
    classes = {key: graft.moved(value) for key, value in pdf.dictionary(root.get("ClassMap")).items()}
    words = Words({key: value for key, value in roles.items() if value != key}, classes, frozenset(ids))
    renamed = vocabulary.learn(words)
    if renamed:
        graft.treat(renamed.wanted, renamed.treat)
    kids = root.get("K")
    found = pdf.resolve(kids)
    parents = read_numbers(pdf, root.get("ParentTree"))
    graft.highest_key = max([graft.highest_key, *(key + offset for key in parents)])
    return Structure(
        [graft.taken(kid) for kid in (found if isinstance(found, list) else [] if found is None else [kids])],
        {key + offset: Verbatim(graft.numbers.render(value)) for key, value in parents.items()},  # long lists
        (min(parents) + offset, max(parents) + offset) if parents else None,
        None,
        {renamed.id(key): graft.moved(value) for key, value in ids.items()},
        [graft.moved(value) for value in pdf.array(root.get("Namespaces"))],
        language,
        words.called(renamed),
    )


def write_element(title: str, structure: Structure, parent: Out) -> dict[str, Value]:
    """Write the element that holds a part."""
    entries: dict[str, Value] = {"Type": Name("StructElem"), "S": Name("Part"), "P": parent, "T": string_of(title)}
    if structure.language:
        entries["Lang"] = string_of(structure.language)
    return {**entries, "K": structure.kids}


def write_leaf(structure: Structure) -> dict[str, Value]:
    """Write the part's leaf of the parent tree (14.7.5.4)."""
    limits: list[Value] = list(structure.keys or ())
    numbers: list[Value] = [each for pair in structure.parents.items() for each in pair]
    return {"Limits": limits, "Nums": numbers}


def write_structure(
    structures: list[Structure], vocabulary: Vocabulary, document: Out, parents: Out, next_key: int
) -> dict[str, Value]:
    """Write the root (14.7.2)."""
    entries: dict[str, Value] = {
        "Type": Name("StructTreeRoot"),
        "K": [document],
        "ParentTree": parents,
        "ParentTreeNextKey": next_key,
    }
    if vocabulary.roles:
        entries["RoleMap"] = dict(vocabulary.roles)
    if vocabulary.classes:
        entries["ClassMap"] = dict(vocabulary.classes)
    ids = sorted((key, value) for structure in structures for key, value in structure.ids.items())
    if ids:
        entries["IDTree"] = {"Names": [each for pair in ids for each in pair]}
    if namespaces := [each for structure in structures for each in structure.namespaces]:
        entries["Namespaces"] = namespaces
    return entries
