"""What a file must say above a part's pages, written down as PDF text, and read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from esdh_connect_bilag.engine.conformance import Claim, Intent
from esdh_connect_bilag.engine.copying import Above
from esdh_connect_bilag.engine.forms import Form
from esdh_connect_bilag.engine.labels import Labels
from esdh_connect_bilag.engine.layers import Layers
from esdh_connect_bilag.engine.outlines import Outline
from esdh_connect_bilag.engine.parts import Removal, Removed
from esdh_connect_bilag.engine.structure import Structure
from esdh_connect_bilag.engine.syntax import read
from esdh_connect_bilag.engine.values import Name, Out, Ref, Value, render
from esdh_connect_bilag.engine.vocabulary import Words

__all__ = ["read_above", "write_above"]

T = TypeVar("T")
U = TypeVar("U")

_DEEP = 1000  # what was read within the bounds of a part, and a little
#: Values as they were read: what they are was settled when they were written.
_Entries = dict[str, Any]


def write_above(above: Above) -> bytes:
    """Write it. References are to the merged file's objects."""
    entries: dict[str, Value] = {
        "Root": above.root,
        "First": above.first_page,
        "Pages": above.pages,
        "Outline": _maybe(above.outline, _outline),
        "Form": _maybe(above.form, _form),
        "Layers": _maybe(above.layers, _layers),
        "Structure": _maybe(above.structure, _structure),
        "Labels": [each for pair in above.labels.ranges.items() for each in pair],
        "Threads": above.threads,
        "Extensions": above.extensions,
        "Intents": [[Name(each.key[0]), each.key[1], each.value] for each in above.intents],
        "Claim": [above.claim.part.encode(), above.claim.level.encode(), above.claim.ua.encode()],
        "Version": above.version.encode(),
        "Removed": [[each.what.value.encode(), each.count] for each in above.removed],
    }
    return render(entries, _none)


def _maybe(value: T | None, write: Callable[[T], U]) -> U | None:
    return None if value is None else write(value)


def _outline(outline: Outline) -> Value:
    return [outline.first, outline.last, outline.visible]


def _form(form: Form) -> Value:
    names: list[Value] = [name.encode() for name in sorted(form.names)]
    resources: dict[str, Value] = {kind: dict(each) for kind, each in form.resources.items()}
    return [form.fields, names, resources, form.inherited, form.regenerate]


def _layers(layers: Layers) -> Value:
    return [layers.groups, layers.off, layers.order, dict(layers.lists), layers.intents]


def _structure(structure: Structure) -> Value:
    ids: list[Value] = [each for pair in structure.ids.items() for each in pair]
    known: list[Value] = [*sorted(structure.words.ids)]
    keys, words = structure.keys, structure.words
    return {
        "K": structure.kids,
        "Keys": list(keys) if keys else None,
        "Leaf": structure.leaf,
        "Ids": ids,
        "Namespaces": structure.namespaces,
        "Lang": structure.language.encode(),
        "Roles": words.roles,
        "Classes": words.classes,
        "Words": known,
    }


def _none(_number: int) -> bytes:
    return b"null"


def read_above(text: bytes) -> Above:
    """Read what `write_above` wrote."""
    entries: _Entries = _moved(read(text, depth=_DEEP))
    labels = entries["Labels"]
    return Above(
        root=entries["Root"],
        first_page=entries["First"],
        pages=entries["Pages"],
        outline=_maybe(entries["Outline"], lambda it: Outline(*it)),
        form=_maybe(entries["Form"], _read_form),
        layers=_maybe(entries["Layers"], lambda it: Layers(*it)),
        structure=_maybe(entries["Structure"], _read_structure),
        labels=Labels(dict(zip(labels[::2], labels[1::2], strict=True))),
        threads=entries["Threads"],
        extensions=entries["Extensions"],
        intents=[Intent((str(kind), digest), value) for kind, digest, value in entries["Intents"]],
        claim=Claim(*(each.decode() for each in entries["Claim"])),
        version=entries["Version"].decode(),
        removed=tuple(Removal(Removed(what.decode()), count) for what, count in entries["Removed"]),
    )


def _read_form(written: list[Any]) -> Form:
    fields, names, resources, inherited, regenerate = written
    return Form(fields, frozenset(name.decode() for name in names), resources, inherited, regenerate)


def _read_structure(entries: _Entries) -> Structure:
    ids, keys = entries["Ids"], entries["Keys"]
    return Structure(
        kids=entries["K"],
        parents={},
        keys=tuple(keys) if keys else None,
        leaf=entries["Leaf"],
        ids=dict(zip(ids[::2], ids[1::2], strict=True)),
        namespaces=entries["Namespaces"],
        language=entries["Lang"].decode(),
        words=Words(entries["Roles"], entries["Classes"], frozenset(entries["Words"])),
    )


def _moved(value: Value) -> Any:  # noqa: ANN401 - see above
    """Give what refers to the merged file's objects as that."""
    match value:
        case Ref(number):
            return Out(number)
        case list():
            return [_moved(each) for each in value]
        case dict():
            return {key: _moved(each) for key, each in value.items()}
    return value
