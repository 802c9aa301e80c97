"""The merged file as a whole: its catalog, and what stands above the parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from esdh_connect_bilag.engine.checking import check
from esdh_connect_bilag.engine.conformance import Claim, agreed_claim, agreed_intents
from esdh_connect_bilag.engine.copying import Copied, Place
from esdh_connect_bilag.engine.forms import Form, name_parent, write_form, write_parent
from esdh_connect_bilag.engine.graft import Body
from esdh_connect_bilag.engine.labels import write_labels
from esdh_connect_bilag.engine.layers import write_layers
from esdh_connect_bilag.engine.metadata import write_info, write_xmp
from esdh_connect_bilag.engine.outlines import write_bookmark
from esdh_connect_bilag.engine.parts import Part, Style
from esdh_connect_bilag.engine.references import pieces_of
from esdh_connect_bilag.engine.structure import Structure, write_element, write_leaf, write_structure
from esdh_connect_bilag.engine.values import Name, Out, Value, render, string_of
from esdh_connect_bilag.engine.vocabulary import Vocabulary
from esdh_connect_bilag.engine.writing import slim, write

__all__ = ["Assembly"]

_CATALOG, _PAGES, _OUTLINES, _STRUCTURE, _DOCUMENT, _PARENTS, _FORM, _INFO, _METADATA = map(Out, range(1, 10))
_RESERVED: Final = 9
_EACH: Final = 5  # numbers that a part needs above itself
_OLDEST, _OLDEST_PACKED = "1.4", "1.5"  # versions that know all that we write


class Assembly:
    """Takes copied parts in, one after another, and writes the file."""

    def __init__(self, parts: list[Part], style: Style) -> None:
        self._parts = parts
        self._style = style
        self._copied: list[Copied] = []

    @property
    def place(self) -> Place:
        """Where the next part comes."""
        first = _RESERVED + 1 + _EACH * len(self._copied)
        bookmark, element, fields, *_ = map(Out, range(first, first + _EACH))
        last = self._copied[-1] if self._copied else None
        return Place(
            first_page=sum(part.pages for part in self._copied),
            next_number=last.next_number if last else _RESERVED + 1 + _EACH * len(self._parts),
            next_key=last.next_key if last else 0,
            pages=_PAGES,
            bookmark=bookmark,
            element=element,
            fields=fields,
            others=self._others,
            forms=self._forms,
            vocabulary=last.vocabulary if last else Vocabulary(),
        )

    def add(self, copied: Copied) -> None:
        """Take the next part in."""
        self._copied.append(copied)

    def write(self) -> bytes:
        """Write the file, and check it. Raises Broken when it is not what it must be."""
        claim = self._claim()
        bodies = [Body(out.number, _cut(value), data) for out, value, data in self._above(claim)]
        bodies += [body for part in self._copied for body in part.bodies]
        if self._style.small:
            bodies = slim(bodies)
        packed = self._style.small and claim.part != "1"
        version = max([_OLDEST_PACKED if packed else _OLDEST, *(part.version for part in self._copied)])
        trailer = b"/Root %d 0 R/Info %d 0 R" % (bodies[0].number, bodies[1].number)
        content = write(bodies, version, trailer, packed=packed)
        check(content, bodies, self._copied)
        return content

    def _above(self, claim: Claim) -> Iterator[tuple[Out, Value, memoryview | None]]:
        yield _CATALOG, self._catalog(), None
        yield _INFO, write_info(self._style), None
        xmp = write_xmp(self._style, claim)
        yield _METADATA, {"Type": Name("Metadata"), "Subtype": Name("XML"), "Length": len(xmp)}, memoryview(xmp)
        kids = [part.root for part in self._copied]
        yield _PAGES, {"Type": Name("Pages"), "Kids": kids, "Count": sum(part.pages for part in self._copied)}, None
        for out, value in [*self._bookmarks(), *self._form(), *self._structure(), *self._arrivals()]:
            yield out, value, None

    def _catalog(self) -> dict[str, Value]:
        entries: dict[str, Value] = {
            "Type": Name("Catalog"),
            "Pages": _PAGES,
            "Outlines": _OUTLINES,
            "PageMode": Name("UseOutlines"),
            "ViewerPreferences": {"DisplayDocTitle": True},
            "Lang": string_of(self._style.language),
            "Metadata": _METADATA,
        }
        optional: dict[str, Value] = {
            "PageLabels": write_labels([part.labels for part in self._copied]),
            "AcroForm": _FORM if self._forms else None,
            "OCProperties": self._layers(),
            "OutputIntents": self._intents,
            "Threads": [thread for part in self._copied for thread in part.threads],
            "Extensions": {key: each for part in reversed(self._copied) for key, each in part.extensions.items()},
        }
        if any(part.structure for part in self._copied):
            optional |= {"StructTreeRoot": _STRUCTURE, "MarkInfo": self._marked()}
        return entries | {key: value for key, value in optional.items() if value}

    def _marked(self) -> dict[str, Value]:
        """Say that the file is tagged; and where a part is not, that it is not tagged throughout (14.7.1)."""
        return {"Marked": True} if self._tagged else {"Marked": True, "Suspects": True}

    @property
    def _tagged(self) -> bool:
        return all(part.structure for part in self._copied)

    @property
    def _intents(self) -> list[Value] | None:
        agreed = agreed_intents([part.intents for part in self._copied])
        return None if agreed is None else [intent.value for intent in agreed]

    def _claim(self) -> Claim:
        claims = [part.claim for part in self._copied]
        return agreed_claim(claims, intents=self._intents is not None, tagged=self._tagged)

    @property
    def _forms(self) -> list[Form]:
        return [part.form for part in self._copied if part.form]

    def _layers(self) -> Value:
        layers = [(part.title, copied.layers) for part, copied in self._pairs if copied.layers]
        return write_layers(layers) if layers else None

    @property
    def _pairs(self) -> list[tuple[Part, Copied]]:
        return list(zip(self._parts, self._copied, strict=True))

    def _numbers(self, index: int) -> tuple[Out, ...]:
        first = _RESERVED + 1 + _EACH * index
        return tuple(map(Out, range(first, first + _EACH)))

    def _bookmarks(self) -> Iterator[tuple[Out, Value]]:
        items: list[Value] = [self._numbers(index)[0] for index in range(len(self._parts))]
        yield _OUTLINES, {"Type": Name("Outlines"), "First": items[0], "Last": items[-1], "Count": len(items)}
        for index, (part, copied) in enumerate(self._pairs):
            around: dict[str, Value] = {"Parent": _OUTLINES}
            around |= {"Prev": items[index - 1]} if index else {}
            around |= {"Next": items[index + 1]} if index + 1 < len(items) else {}
            bookmark = write_bookmark(part.bookmark or part.title, copied.first_page, copied.outline, around=around)
            yield self._numbers(index)[0], bookmark

    @property
    def _others(self) -> dict[bytes, Value]:
        """Give what the next part calls the first pages of all: they are not copied yet, so of an object each."""
        leads = self._parts[len(self._copied)].leads
        return {b"part:%d" % at: self._numbers(at)[4] for at in range(len(self._parts))} if leads else {}

    def _arrivals(self) -> Iterator[tuple[Out, Value]]:
        for index, copied in enumerate(self._copied if any(part.leads for part in self._parts) else ()):
            yield self._numbers(index)[4], [copied.first_page, Name("Fit")]

    def _form(self) -> Iterator[tuple[Out, Value]]:
        if not self._forms:
            return
        first = self._forms[0]
        fields, taken = list(first.fields), set(first.names)
        for index, (part, copied) in enumerate(self._pairs):
            if copied.form and copied.form.fields and copied.form is not first:
                parent, name = self._numbers(index)[2], name_parent(index, taken)
                yield parent, write_parent(name, part.title, copied.form)
                fields.append(parent)
                taken.add(name)
        yield _FORM, write_form(self._forms, fields)

    def _structure(self) -> Iterator[tuple[Out, Value]]:
        structures: list[Structure] = []
        elements: list[Value] = []
        leaves: list[Value] = []
        for index, (part, copied) in enumerate(self._pairs):
            if structure := copied.structure:
                _, element, _, leaf, _ = self._numbers(index)
                yield element, write_element(part.title, structure, _DOCUMENT)
                elements.append(element)
                structures.append(structure)
                if structure.parents:
                    yield leaf, write_leaf(structure)
                    leaves.append(leaf)
        if structures:
            last = self._copied[-1]
            yield _PARENTS, {"Kids": leaves} if leaves else {"Nums": []}
            yield _DOCUMENT, {"Type": Name("StructElem"), "S": Name("Document"), "P": _STRUCTURE, "K": elements}
            yield _STRUCTURE, write_structure(structures, last.vocabulary, _DOCUMENT, _PARENTS, last.next_key)


def _cut(value: Value) -> list[bytes]:
    pieces = pieces_of(render(value, _nothing))
    pieces[1::2] = [digits + b" 0 R" for digits in pieces[1::2]]
    return pieces


def _nothing(_number: int) -> bytes:
    return b"null"
