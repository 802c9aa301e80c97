"""
F2-REST's own formats: resources in XML, the service index and queries in JSON, uploads as multipart/form-data.

Written after the manual »F2-REST Documentation« for F2 version 13. What cannot be read gives None or an error that
quotes nothing: any of it may name a citizen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree

if TYPE_CHECKING:
    from esdh_connect.http import Answer

__all__ = [
    "JSON",
    "RELATION",
    "XML",
    "Plain",
    "Thing",
    "Upload",
    "form",
    "instant",
    "json_of",
    "listed",
    "patch",
    "read_thing",
    "wall",
]

#: What names of relations begin with in F2; ``self``, ``up`` and ``down`` are the web's own.
RELATION = "http://cbrain.com/casefile/rel/"
XML = "application/vnd.cbrain.casefile+xml"
JSON = "application/json"
_PIECE = 1 << 16
_SAFE_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


@attrs.frozen(eq=False)
class Thing:
    """A resource, or a part of one. Nothing of it is shown."""

    element: etree._Element = attrs.field(repr=False)

    @property
    def kind(self) -> str:
        """Give the name of its element, say Matter."""
        return etree.QName(self.element).localname

    def text(self, name: str) -> str:
        """Give a property as text, "" where there is none."""
        found = next(_children(self.element, name), None)
        return "" if found is None else (found.text or "").strip()

    def flag(self, name: str) -> bool | None:
        """Give a property that is true or false; None where it is neither."""
        return {"true": True, "1": True, "false": False, "0": False}.get(self.text(name).casefold())

    def number(self, name: str) -> int | None:
        """Give a property that is a whole number; None where it is none."""
        text = self.text(name)
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None

    def parts(self, *names: str) -> tuple[Thing, ...]:
        """Give the parts at the end of this way, in order; the last name may be "" for all there are."""
        here = [self]
        for name in names:
            here = [Thing(child) for thing in here for child in _children(thing.element, name)]
        return tuple(here)

    def link(self, relation: str) -> str:
        """Give where a link of this relation leads, as it stands there; "" where there is none."""
        wanted = {relation, RELATION + relation}
        return next((one.get("href", "") for one in _children(self.element, "Link") if one.get("rel") in wanted), "")


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if name in {"", etree.QName(child).localname})


def read_thing(content: bytes) -> Thing | None:
    """Read a resource; None where it is no XML, or brings declarations of its own."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else Thing(root)


def json_of(answer: Answer) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read JSON. Raises the answer's own error where there is none."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        pass
    raise answer.unreadable("no JSON")


def patch(changes: Mapping[str, object]) -> bytes:
    """Write a JSON patch. F2 knows ``replace`` and nothing else."""
    return json.dumps(
        [{"op": "replace", "path": f"/{name}", "value": value} for name, value in changes.items()]
    ).encode()


@attrs.frozen(eq=False)
class Upload:
    """
    A file on its way into F2: pieces of bytes, and how many.

    Its name on the way is made up, with the ``ending`` F2 tells the type by; the ``title`` is what people see.
    """

    title: str = attrs.field(repr=False)
    description: str = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    ending: str

    @property
    def file_name(self) -> str:
        """Give the name on the way."""
        return f"fil{self.ending if _SAFE_ENDING.fullmatch(self.ending) else '.bin'}"

    @property
    def content_type(self) -> str:
        """Give the type of the body as a whole."""
        return f"multipart/form-data; boundary={self._boundary}"

    @cached_property
    def _boundary(self) -> str:
        """The same upload has the same bytes, whenever and wherever it is made anew."""
        return f"esdh-{sha256(self.title.encode() + sha256(self.content).digest()).hexdigest()[:48]}"

    def __len__(self) -> int:
        return sum(map(len, self._around)) + len(self.content)

    def __iter__(self) -> Iterator[bytes]:
        before, after = self._around
        yield before
        view = memoryview(self.content)
        for start in range(0, len(view), _PIECE):
            yield bytes(view[start : start + _PIECE])
        yield after

    @property
    def _around(self) -> tuple[bytes, bytes]:
        lines = []
        for name, value in (("Title", self.title), ("Description", self.description)):
            lines += [f"--{self._boundary}", f'Content-Disposition: form-data; name="{name}"']
            lines += ["Content-Type: text/plain; charset=utf-8", "", value]
        lines += [f"--{self._boundary}", f'Content-Disposition: form-data; name="File"; filename="{self.file_name}"']
        lines += ["Content-Type: application/octet-stream", "", ""]
        return "\r\n".join(lines).encode(), f"\r\n--{self._boundary}--\r\n".encode()


@attrs.frozen(eq=False)
class Plain:
    """A body that is there as a whole."""

    content: bytes = attrs.field(repr=False)
    content_type: str = JSON

    def __len__(self) -> int:
        return len(self.content)

    def __iter__(self) -> Iterator[bytes]:
        yield self.content


def form(values: Mapping[str, object]) -> Plain:
    """Write what a resource is made of, as JSON."""
    return Plain(json.dumps(values, ensure_ascii=False).encode())


def instant(text: str, zone: tzinfo) -> datetime | None:
    """
    Read a time; None where it is none.

    F2 writes none with a zone but in JSON of queries: without one it is the server's. Of the two times that an hour in
    October has, it is the earlier.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone)


def wall(at: datetime, zone: tzinfo) -> str:
    """Write a time as F2 wants it: the server's own, to the second, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def listed(said: object) -> Sequence[Mapping[str, Any]] | None:
    """Give the rows of a query's answer, ``{"value": […]}``; None where it is none. What is no row is left out."""
    rows = said.get("value") if isinstance(said, dict) else said
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else None
