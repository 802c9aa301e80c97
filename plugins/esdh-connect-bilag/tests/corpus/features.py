"""What a reader can use in a PDF beside its pages, found by pikepdf, which is only a reader here; and what was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

#: Elements of the tag structure that are looked at; the largest real file has 9 000.
MANY = 100_000
#: Taken out on purpose: they act by themselves, or lead out of the letter.
TAKEN_OUT = {"/Movie", "/Sound", "/Screen", "/RichMedia", "/3D", "/FileAttachment"}
SCHEMES = ("http:", "https:", "mailto:", "tel:")

Things = Counter[tuple[Hashable, ...]]


class Found:
    """One document and what is in it; a thing that stands on a page begins with that page's number, or with None."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.root = document.Root
        self.pages = [page.obj for page in document.pages]
        self.numbers = {page.objgen: at for at, page in reversed(list(enumerate(self.pages)))}
        self.names = dict(_names(self.root))
        self._roles = _deep(document.Root, "/StructTreeRoot", "/RoleMap")

    def page(self, target: Any) -> int | None:
        """The page that a destination leads to, by name or not."""
        for _ in range(3):
            if isinstance(target, Dictionary):
                target = target.get("/D")
            elif target is not None and not isinstance(target, Array):
                target = self.names.get(str(target))
        if isinstance(target, Array) and len(target) and isinstance(target[0], Dictionary):
            return self.numbers.get(target[0].objgen)
        return None

    def role(self, kind: str) -> str:
        """What a kind of tag is in the end: two documents may call different things the same."""
        for _ in range(10):
            meant = _deep(self._roles, kind)
            if meant is None:
                break
            kind = str(meant)
        return kind

    def annotations(self) -> Iterator[tuple[int, Any]]:
        for at, page in enumerate(self.pages):
            several = page.get("/Annots")
            for one in several if isinstance(several, Array) else ():
                if isinstance(one, Dictionary):
                    yield at, one


def _names(root: Any) -> Iterator[tuple[str, Any]]:
    old = root.get("/Dests")
    if isinstance(old, Dictionary):
        yield from ((str(name), old.get(name)) for name in old.keys())  # noqa: SIM118 - not a dict
    waiting, seen = [_deep(root, "/Names", "/Dests")], 0
    while waiting and seen < MANY:
        node, seen = waiting.pop(), seen + 1
        if not isinstance(node, Dictionary):
            continue
        waiting += list(_array(node.get("/Kids")))
        pairs = list(_array(node.get("/Names")))
        yield from ((str(name), target) for name, target in zip(pairs[::2], pairs[1::2], strict=False))


def _deep(thing: Any, *keys: str) -> Any:
    for key in keys:
        thing = thing.get(key) if isinstance(thing, Dictionary) else None
    return thing


def _array(thing: Any) -> Any:
    return thing if isinstance(thing, Array) else ()


def _target(annotation: Any) -> Any:
    if "/Dest" in annotation:
        return annotation.get("/Dest")
    return _deep(annotation, "/A", "/D") if _deep(annotation, "/A", "/S") == Name.GoTo else None


def links(found: Found) -> Things:
    """From where to where, with an explicit target."""
    return _links(found, lambda target: isinstance(target, Array))


def names(found: Found) -> Things:
    """The same for targets that have a name, and are found in the end."""
    return _links(found, lambda target: target is not None and not isinstance(target, Array))


def _links(found: Found, wanted: Callable[[Any], bool]) -> Things:
    targets = ((at, _target(one)) for at, one in found.annotations())
    pairs = ((at, found.page(target)) for at, target in targets if wanted(target))
    return Counter((at, "to", page) for at, page in pairs if page is not None)


def addresses(found: Found) -> Things:
    said = ((at, str(_deep(one, "/A", "/URI"))) for at, one in found.annotations() if _deep(one, "/A", "/URI"))
    return Counter((at, said) for at, said in said if said.lower().startswith(SCHEMES))


def marked_up(found: Found) -> Things:
    kinds = ((at, str(one.get("/Subtype"))) for at, one in found.annotations())
    return Counter((at, kind) for at, kind in kinds if kind not in TAKEN_OUT)


def outline(found: Found) -> Things:
    """Title and page of each bookmark that leads to a page."""
    items: Things = Counter()
    seen: set[tuple[int, int]] = set()
    waiting = [_deep(found.root, "/Outlines", "/First")]
    while waiting and len(seen) < MANY:
        item = waiting.pop()
        if not isinstance(item, Dictionary) or item.objgen in seen:
            continue
        seen.add(item.objgen)
        page = found.page(_target(item))
        if page is not None:
            items[page, "bookmark", str(item.get("/Title", ""))] += 1
        waiting += [item.get("/Next"), item.get("/First")]
    return items


def fields(found: Found) -> Things:
    """Kind, last part of the name, and value of each field that is reached from the form."""
    items: Things = Counter()
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, str | None]] = [(one, None) for one in _array(_deep(found.root, "/AcroForm", "/Fields"))]
    while waiting and len(seen) < MANY:
        field, kind = waiting.pop()
        if not isinstance(field, Dictionary) or field.objgen in seen:
            continue
        seen.add(field.objgen)
        kind = str(field.get("/FT")) if "/FT" in field else kind
        kids = [kid for kid in _array(field.get("/Kids")) if isinstance(kid, Dictionary) and "/T" in kid]
        if not kids and "/T" in field:
            value = "" if kind == "/Sig" else _value(field.get("/V"))  # a signature does not survive any merge
            items[None, kind, str(field.get("/T")), value] += 1
        waiting += [(kid, kind) for kid in kids]
    return items


def _value(value: Any) -> str:
    return "" if value is None else "…" if isinstance(value, (Array, Dictionary)) else str(value)


def labels(found: Found) -> Things:
    """Style, prefix and number of each page that has a label."""
    ranges, waiting, seen = {}, [found.root.get("/PageLabels")], 0
    while waiting and seen < MANY:
        node, seen = waiting.pop(), seen + 1
        if isinstance(node, Dictionary):
            waiting += list(_array(node.get("/Kids")))
            pairs = list(_array(node.get("/Nums")))
            ranges |= {int(at): label for at, label in zip(pairs[::2], pairs[1::2], strict=False)}
    items, current, first = Counter(), None, 0
    for at in range(len(found.pages)):
        current, first = (ranges[at], at) if at in ranges else (current, first)
        if isinstance(current, Dictionary):
            number = int(current.get("/St", 1)) + at - first if "/S" in current else 0
            items[at, str(current.get("/S", "")), str(current.get("/P", "")), number] += 1
    return items


def layers(found: Found) -> Things:
    """Name of each layer, and whether it is shown at first."""
    default = _deep(found.root, "/OCProperties", "/D")
    groups = [one for one in _array(_deep(found.root, "/OCProperties", "/OCGs")) if isinstance(one, Dictionary)]
    on, off = (
        {one.objgen for one in _array(_deep(default, key)) if isinstance(one, Dictionary)} for key in ("/ON", "/OFF")
    )
    shown = _deep(default, "/BaseState") != Name.OFF
    return Counter(
        (None, str(one.get("/Name", "")), one.objgen not in off if shown else one.objgen in on) for one in groups
    )


def tags(found: Found) -> Things:
    """Kind and page of each element that is reached from the root of the tag structure."""
    items, seen, waiting = Counter(), set(), [_deep(found.root, "/StructTreeRoot", "/K")]
    while waiting and len(seen) < MANY:
        element = waiting.pop()
        if isinstance(element, Array):
            waiting += list(element)
        elif isinstance(element, Dictionary) and "/S" in element and element.objgen not in seen:
            seen.add(element.objgen if element.is_indirect else (id(element), -1))
            page = element.get("/Pg")
            at = found.numbers.get(page.objgen) if isinstance(page, Dictionary) else None
            items[at, "tag", found.role(str(element.get("/S")))] += 1
            waiting.append(element.get("/K"))
    return items


def tagged_pages(found: Found) -> Things:
    """Pages whose marks are found in the parent tree, without which nothing can be read aloud from them."""
    keys, waiting, seen = set(), [_deep(found.root, "/StructTreeRoot", "/ParentTree")], 0
    while waiting and seen < MANY:
        node, seen = waiting.pop(), seen + 1
        if isinstance(node, Dictionary):
            waiting += list(_array(node.get("/Kids")))
            keys |= {int(key) for key in list(_array(node.get("/Nums")))[::2]}
    marked = ((at, page.get("/StructParents")) for at, page in enumerate(found.pages))
    return Counter((at, "marks") for at, key in marked if key is not None and int(key) in keys)


FEATURES: dict[str, Callable[[Found], Things]] = {
    "links": links,
    "names": names,
    "addresses": addresses,
    "annotations": marked_up,
    "outline": outline,
    "fields": fields,
    "labels": labels,
    "layers": layers,
    "tags": tags,
    "tagged pages": tagged_pages,
}


def features(content: bytes) -> dict[str, Things]:
    """What there is of each; where pikepdf cannot read the file, or a part of it, nothing is known of that."""
    found: dict[str, Things] = {}
    with suppress(pikepdf.PdfError, pikepdf.PasswordError), pikepdf.open(BytesIO(content)) as document:
        all_of_it = Found(document)
        for name, of in FEATURES.items():
            with suppress(pikepdf.PdfError, ValueError, TypeError, RuntimeError):
                found[name] = of(all_of_it)
    return {name: things for name, things in found.items() if things}


def kept(before: dict[str, Things], after: dict[str, Things], first_page: int) -> dict[str, bool]:
    """Whether each is there in what the file became a part of, from that page on; a name may have become a link."""
    there = {**after, "names": after.get("names", Counter()) + after.get("links", Counter())}
    return {name: _moved(things, first_page) <= there.get(name, Counter()) for name, things in before.items()}


def _moved(things: Things, by: int) -> Things:
    moved: Things = Counter()
    for (page, *rest), count in things.items():
        target = [rest[0], rest[1] + by] if rest[0] == "to" else rest  # type: ignore[operator]
        moved[None if page is None else page + by, *target] += count  # type: ignore[operator]
    return moved
