"""The merged file as a whole: its catalog, and what stands above the parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, count
from operator import itemgetter
from typing import Final

from esdh_connect_bilag.engine.checking import check, note
from esdh_connect_bilag.engine.conformance import Claim, agreed_claim, agreed_intents
from esdh_connect_bilag.engine.copying import Above, Copied, Place
from esdh_connect_bilag.engine.deduplication import slim, weigh
from esdh_connect_bilag.engine.forms import Before, Form, name_parent, write_form, write_parent
from esdh_connect_bilag.engine.graft import Body
from esdh_connect_bilag.engine.labels import write_labels
from esdh_connect_bilag.engine.layers import write_layers
from esdh_connect_bilag.engine.metadata import write_info, write_xmp
from esdh_connect_bilag.engine.outlines import write_bookmark
from esdh_connect_bilag.engine.packs import EACH, HIGH, Facts, Pack, Variant
from esdh_connect_bilag.engine.parts import Part, Style
from esdh_connect_bilag.engine.references import cut
from esdh_connect_bilag.engine.structure import write_element, write_leaf, write_structure
from esdh_connect_bilag.engine.values import Name, Out, Value, render, string_of
from esdh_connect_bilag.engine.vocabulary import Vocabulary
from esdh_connect_bilag.engine.writing import write, write_small

__all__ = ["Assembly"]

_CATALOG, _PAGES, _OUTLINES, _STRUCTURE, _DOCUMENT, _PARENTS, _FORM, _INFO, _METADATA = map(Out, range(1, 10))
_RESERVED: Final = 9
_OLDEST, _OLDEST_SMALL = "1.4", "1.5"  # versions that know all that we write


class Assembly:
    """Takes copied parts and packs in, one after another, and writes the file."""

    def __init__(self, parts: Sequence[Part], style: Style) -> None:
        self._parts = parts
        self._style = style
        self._aboves: list[Above] = []
        self._bodies: list[Body] = []
        self._pages = 0
        self._forms: list[Form] = []
        self._fonts: frozenset[str] = frozenset()
        self._packs: dict[int, Pack] = {}  # by the number of the part
        self._common: dict[bytes, int] = {}  # what is in the packs: its number, by its digest
        self._next_base = _RESERVED + 1
        self._vocabulary = Vocabulary()
        # Where there are packs, numbers and keys of what is laid in afresh come after theirs.
        first = HIGH if any(part.as_pack for part in parts) else 0
        self._first = max(first, _RESERVED + 1)
        self._next_number = self._first + EACH * len(parts)
        self._next_key = first

    @property
    def place(self) -> Place:
        """Where the next part comes."""
        index = len(self._aboves)
        bookmark, element, fields, *_ = self._numbers(index)
        forms = self._forms
        return Place(
            next_number=self._next_number,
            next_key=self._next_key,
            bookmark=bookmark,
            element=element,
            forms=Before(fields if forms else None, self._fonts, f".{len(forms)}"),
            vocabulary=self._vocabulary,
            others=self._others,
        )

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return self._pages

    def add(self, copied: Copied) -> None:
        """Take the next part in."""
        self._take(copied.above)
        self._bodies += copied.bodies
        self._vocabulary = copied.vocabulary
        self._next_number, self._next_key = copied.next_number, copied.next_key

    @property
    def plain(self) -> Variant:
        """The variant of the next part's pack, where nothing is in its way."""
        return Variant(self._next_base)

    def variant(self, facts: Facts) -> Variant:
        """Tell which variant of the next part's pack goes with what is here."""
        return Variant(
            self._next_base,
            under_parent=facts.has_form and bool(self._forms),
            fonts=facts.fonts & self._fonts,
            words=self._vocabulary.clash(facts.words),
            stored=frozenset((each, self._common[each]) for each in facts.common & self._common.keys()),
        )

    def link(self, pack: Pack) -> None:
        """Take the next part in as a pack, of the variant that goes with what is here."""
        self._packs[len(self._aboves)] = pack
        self._take(pack.above)
        self._next_base = pack.base + pack.span
        self._common |= pack.common
        if pack.above.structure:
            self._vocabulary.take(pack.above.structure.words)

    def _take(self, above: Above) -> None:
        self._aboves.append(above)
        self._pages += above.pages
        if above.form:
            self._forms.append(above.form)
            self._fonts |= above.form.fonts

    @property
    def takes_packs(self) -> bool:
        """Whether the file may be written with the packs that are in it: PDF/A-1 knows no object streams."""
        return not self._packs or self._claim().part != "1"

    def write(self, elsewhere: Collection[Out] = ()) -> bytes:
        """Write the file, and check it. Raises Broken when it is not what it must be; `elsewhere` as `check`."""
        claim = self._claim()
        bodies = [Body(out.number, cut(render(value, _nothing)), data) for out, value, data in self._above(claim)]
        bodies += self._bodies
        self._bodies = []
        packs, numbers = list(self._packs.values()), count(1)
        if self._style.small:
            weigh(bodies)
        if packs:
            numbers = count(self._next_base)
            bodies, _ = slim(bodies, lambda it: it.number if it.number < HIGH else next(numbers), self._common)
        elif self._style.small:
            bodies, _ = slim(bodies, lambda _body: next(numbers), {})
        is_small = bool(packs) or (self._style.small and claim.part != "1")
        version = max([_OLDEST_SMALL if is_small else _OLDEST, *(above.version for above in self._aboves)])
        trailer = b"/Root %d 0 R/Info %d 0 R" % (bodies[0].number, bodies[2].number)
        noted = note(bodies, self._aboves)
        if is_small:
            content = write_small(bodies, version, trailer, packs=packs, numbers=numbers)
        else:
            content = write(bodies, version, trailer)
        check(content, noted, self._aboves, packs, elsewhere=elsewhere)
        return content

    def _above(self, claim: Claim) -> Iterator[tuple[Out, Value, memoryview | None]]:
        yield _CATALOG, self._catalog(), None
        kids = [above.root for above in self._aboves]
        yield _PAGES, {"Type": Name("Pages"), "Kids": kids, "Count": self.pages}, None
        yield _INFO, write_info(self._style), None
        xmp = write_xmp(self._style, claim)
        yield _METADATA, {"Type": Name("Metadata"), "Subtype": Name("XML"), "Length": len(xmp)}, memoryview(xmp)
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
            "PageLabels": self._labels(),
            "AcroForm": _FORM if self._forms else None,
            "OCProperties": self._layers(),
            "OutputIntents": self._intents,
            "Threads": [thread for part in self._aboves for thread in part.threads],
            "Extensions": {key: each for part in reversed(self._aboves) for key, each in part.extensions.items()},
        }
        if any(part.structure for part in self._aboves):
            optional |= {"StructTreeRoot": _STRUCTURE, "MarkInfo": self._marked()}
        return entries | {key: value for key, value in optional.items() if value}

    def _labels(self) -> dict[str, Value] | None:
        starts = accumulate((above.pages for above in self._aboves), initial=0)
        pairs = zip(starts, self._pairs, strict=False)
        return write_labels([(start, part.label, above.labels) for start, (part, above) in pairs])

    def _marked(self) -> dict[str, Value]:
        """Say that the file is tagged; and where a part is not, that it is not tagged throughout (14.7.1)."""
        return {"Marked": True} if self._tagged else {"Marked": True, "Suspects": True}

    @property
    def _tagged(self) -> bool:
        return all(part.structure for part in self._aboves)

    @property
    def _intents(self) -> list[Value] | None:
        agreed = agreed_intents([part.intents for part in self._aboves])
        return None if agreed is None else [intent.value for intent in agreed]

    def _claim(self) -> Claim:
        claims = [part.claim for part in self._aboves]
        return agreed_claim(claims, intents=self._intents is not None, tagged=self._tagged)

    def _layers(self) -> Value:
        layers = [(part.title, above.layers) for part, above in self._pairs if above.layers]
        return write_layers(layers) if layers else None

    @property
    def _pairs(self) -> list[tuple[Part, Above]]:
        return list(zip(self._parts, self._aboves, strict=True))

    def _numbers(self, index: int) -> tuple[Out, ...]:
        if index in self._packs:
            return self._packs[index].outer
        first = self._first + EACH * index
        return tuple(map(Out, range(first, first + EACH)))

    def _bookmarks(self) -> Iterator[tuple[Out, Value]]:
        items: list[Value] = [self._numbers(index)[0] for index in range(len(self._parts))]
        yield _OUTLINES, {"Type": Name("Outlines"), "First": items[0], "Last": items[-1], "Count": len(items)}
        for index, (part, above) in enumerate(self._pairs):
            around: dict[str, Value] = {"Parent": _OUTLINES}
            around |= {"Prev": items[index - 1]} if index else {}
            around |= {"Next": items[index + 1]} if index + 1 < len(items) else {}
            bookmark = write_bookmark(part.bookmark or part.title, above.first_page, above.outline, around=around)
            yield self._numbers(index)[0], bookmark

    @property
    def _others(self) -> dict[bytes, Value]:
        """Give what the next part calls the first pages of all: they are not copied yet, so of an object each."""
        leads = self._parts[len(self._aboves)].leads
        return {b"part:%d" % at: self._arrival(at) for at in range(len(self._parts))} if leads else {}

    def _arrivals(self) -> Iterator[tuple[Out, Value]]:
        for index, above in enumerate(self._aboves if any(part.leads for part in self._parts) else ()):
            yield self._arrival(index), [above.first_page, Name("Fit")]

    def _arrival(self, index: int) -> Out:
        """Number where a part begins. It is named before anybody knows whether that part becomes a pack."""
        return Out(self._first + EACH * index + 4)

    def _form(self) -> Iterator[tuple[Out, Value]]:
        if not self._forms:
            return
        first = self._forms[0]
        fields, taken = list(first.fields), set(first.names)
        for index, (part, above) in enumerate(self._pairs):
            if above.form and above.form.fields and above.form is not first:
                parent, name = self._numbers(index)[2], name_parent(index, taken)
                yield parent, write_parent(name, part.title, above.form)
                fields.append(parent)
                taken.add(name)
        yield _FORM, write_form(self._forms, fields)

    def _structure(self) -> Iterator[tuple[Out, Value]]:
        structures = [above.structure for above in self._aboves if above.structure]
        elements: list[Value] = []
        leaves: list[tuple[tuple[int, int], Value]] = []
        for index, (part, above) in enumerate(self._pairs):
            if structure := above.structure:
                _, element, _, leaf, _ = self._numbers(index)
                yield element, write_element(part.title, structure, _DOCUMENT)
                elements.append(element)
                if structure.keys:
                    leaves.append((structure.keys, structure.leaf or leaf))
                if structure.parents:
                    yield leaf, write_leaf(structure)
        if structures:
            next_key = max([self._next_key, *(pack.base + pack.span for pack in self._packs.values())])
            kids: list[Value] = [leaf for _, leaf in sorted(leaves, key=itemgetter(0))]
            yield _PARENTS, {"Kids": kids} if kids else {"Nums": []}
            yield _DOCUMENT, {"Type": Name("StructElem"), "S": Name("Document"), "P": _STRUCTURE, "K": elements}
            yield _STRUCTURE, write_structure(structures, self._vocabulary, _DOCUMENT, _PARENTS, next_key)


def _nothing(_number: int) -> bytes:
    return b"null"
