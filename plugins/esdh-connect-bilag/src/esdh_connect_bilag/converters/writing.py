"""
PDF-skriver: the few pages that converters make themselves, tagged, and the same bytes every time.

A page has its contents marked in pieces; an element of the structure – a paragraph, a figure – names the pieces it is
made of, in the order they are read.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import attrs

__all__ = ["Element", "Link", "Name", "Page", "Ref", "Text", "Writer", "number", "packed"]

Value = object


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


class Ref(int):
    """The number of another object."""

    __slots__ = ()


class Text(str):
    """A text that people read."""

    __slots__ = ()


@attrs.frozen
class Page:
    """Side: its size in points, what is drawn on it, and what that uses."""

    width: float
    height: float
    contents: bytes = attrs.field(repr=False)
    resources: Mapping[str, Value]


@attrs.frozen
class Link:
    """A box on a page (left, bottom, right, top) that leads to a named place; ``alt`` says to where."""

    page: int
    box: tuple[float, float, float, float]
    to: bytes
    alt: str = attrs.field(repr=False)


@attrs.frozen
class Element:
    """
    An element of the structure: ``pieces`` are (page, mark) in reading order; ``alt`` says what a figure shows.

    ``kids`` are elements within it, which come after the pieces; ``link`` is what it is where that can be clicked on.
    """

    tag: str
    pieces: tuple[tuple[int, int], ...] = ()
    alt: str = ""
    kids: tuple[Element, ...] = ()
    link: Link | None = None

    @property
    def all(self) -> Iterator[Element]:
        """Give it, and all within it."""
        yield self
        for kid in self.kids:
            yield from kid.all


@attrs.define
class Writer:
    """Collects objects, which have numbers from ``first`` on, and writes the file."""

    first: int = 1
    _objects: list[bytes] = attrs.field(factory=list)

    @property
    def objects(self) -> Mapping[int, bytes]:
        """Give the objects by their numbers."""
        return dict(enumerate(self._objects, start=self.first))

    def add(self, value: Mapping[str, Value], stream: bytes | None = None) -> Ref:
        """Add an object: a dictionary, and its stream as it is."""
        return self._put(self._reserve(), value, stream)

    def add_packed(self, value: Mapping[str, Value], stream: bytes) -> Ref:
        """Add an object whose stream is to be compressed."""
        return self.add({**value, "Filter": Name("FlateDecode")}, packed(stream))

    def add_written(self, text: bytes) -> Ref:
        """Add an object that is written already."""
        ref = self._reserve()
        self._objects[ref - self.first] = text
        return ref

    def document(self, pages: Sequence[Page], elements: Sequence[Element], *, title: str, language: str) -> bytes:
        """Write the document of these pages."""
        root, tree = self._reserve(), self._reserve()
        links = [one.link for element in elements for one in element.all if one.link]
        boxes = {link: self._link(link, key) for key, link in enumerate(links, start=len(pages))}
        placed = [
            self._page(page, at, tree, [boxes[link] for link in links if link.page == at])
            for at, page in enumerate(pages)
        ]
        self._put(tree, {"Type": Name("Pages"), "Count": len(placed), "Kids": placed})
        catalog = {
            "Type": Name("Catalog"),
            "Pages": tree,
            "Lang": Text(language),
            "MarkInfo": {"Marked": True},
            "ViewerPreferences": {"DisplayDocTitle": True},
            "StructTreeRoot": self._structure(placed, elements, boxes),
        }
        self._put(root, catalog)
        info = self.add({"Title": Text(title), "Producer": Text("esdh_connect")})
        return self._written(root, info)

    def _link(self, link: Link, key: int) -> Ref:
        return self.add(
            {
                "Type": Name("Annot"),
                "Subtype": Name("Link"),
                "Rect": link.box,
                "Border": [0, 0, 0],
                "Dest": link.to,
                "Contents": Text(link.alt),
                "StructParent": key,
            }
        )

    def _page(self, page: Page, at: int, tree: Ref, links: Sequence[Ref]) -> Ref:
        contents = self.add_packed({}, page.contents)
        return self.add(
            {
                "Type": Name("Page"),
                "Parent": tree,
                "MediaBox": [0, 0, page.width, page.height],
                "Resources": page.resources,
                "Contents": contents,
                "StructParents": at,
                "Tabs": Name("S"),
                **({"Annots": links} if links else {}),
            }
        )

    def _structure(self, pages: Sequence[Ref], elements: Sequence[Element], boxes: Mapping[Link, Ref]) -> Ref:
        root, whole = self._reserve(), self._reserve()
        owners: dict[Element, Ref] = {}
        kids = [self._element(element, pages, whole, boxes, owners) for element in elements]
        marks: list[dict[int, Ref]] = [{} for _ in pages]
        for element, owner in owners.items():
            for page, mark in element.pieces:
                marks[page][mark] = owner
        rows = [[at, [on_page[mark] for mark in sorted(on_page)]] for at, on_page in enumerate(marks)]
        linked = {element.link: owner for element, owner in owners.items()}
        rows += [[key, linked[link]] for key, link in enumerate(boxes, start=len(pages))]
        parents = self.add({"Nums": [part for row in rows for part in row]})
        self._put(whole, {"Type": Name("StructElem"), "S": Name("Document"), "P": root, "K": kids})
        tree = {"Type": Name("StructTreeRoot"), "K": whole, "ParentTree": parents, "ParentTreeNextKey": len(rows)}
        return self._put(root, tree)

    def _element(
        self,
        element: Element,
        pages: Sequence[Ref],
        parent: Ref,
        boxes: Mapping[Link, Ref],
        owners: dict[Element, Ref],
    ) -> Ref:
        owner = owners[element] = self._reserve()
        kids: list[Value] = [{"Type": Name("MCR"), "Pg": pages[page], "MCID": mark} for page, mark in element.pieces]
        if element.link:
            kids.append({"Type": Name("OBJR"), "Pg": pages[element.link.page], "Obj": boxes[element.link]})
        kids += [self._element(kid, pages, owner, boxes, owners) for kid in element.kids]
        shown = {"Alt": Text(element.alt)} if element.alt else {}
        return self._put(owner, {"Type": Name("StructElem"), "S": Name(element.tag), "P": parent, "K": kids, **shown})

    def _reserve(self) -> Ref:
        self._objects.append(b"")
        return Ref(self.first + len(self._objects) - 1)

    def _put(self, ref: Ref, value: Mapping[str, Value], stream: bytes | None = None) -> Ref:
        if stream is None:
            self._objects[ref - self.first] = _written(value)
        else:
            head = _written({**value, "Length": len(stream)})
            self._objects[ref - self.first] = b"%b\nstream\n%b\nendstream" % (head, stream)
        return ref

    def _written(self, root: Ref, info: Ref) -> bytes:
        parts, at, offsets = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"], 15, []
        for number_, body in enumerate(self._objects, start=1):
            offsets.append(at)
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (number_, body))
            at += len(parts[-1])
        name = sha256(b"".join(parts)).digest()[:16]
        rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        trailer = {"Size": len(offsets) + 1, "Root": root, "Info": info, "ID": [name, name]}
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n%b\n" % (len(offsets) + 1, rows, _written(trailer)))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
        return b"".join(parts)


def packed(stream: bytes) -> bytes:
    """Compress a stream, for the filter FlateDecode."""
    return zlib.compress(stream, 9)


def number(value: float) -> str:
    """Write a number with at most four decimals."""
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _written(value: Value) -> bytes:
    for kind, write in _KINDS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"a PDF has no {type(value).__name__}")


def _hex(content: bytes) -> bytes:
    return b"<%b>" % content.hex().encode()


def _mapping(value: Mapping[str, Value]) -> bytes:
    return b"<<%b>>" % b"".join(b"/%b %b" % (key.encode(), _written(one)) for key, one in value.items())


#: The first that fits: a name is a text to Python, and true a number.
_KINDS: tuple[tuple[type[Any], Callable[[Any], bytes]], ...] = (
    (bool, lambda value: b"true" if value else b"false"),
    (Ref, lambda value: b"%d 0 R" % value),
    (int, lambda value: b"%d" % value),
    (float, lambda value: number(value).encode()),
    (Name, lambda value: b"/" + value.encode("ascii")),
    (str, lambda value: _hex(b"\xfe\xff" + value.encode("utf-16-be", "surrogatepass"))),
    (bytes, _hex),
    (Mapping, _mapping),
    (Sequence, lambda value: b"[%b]" % b" ".join(map(_written, value))),
)
