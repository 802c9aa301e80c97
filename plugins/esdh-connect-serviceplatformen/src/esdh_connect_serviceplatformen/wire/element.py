"""
XML on its way out: elements of text, and files that become base64 only while they are sent.

A letter of 70 MB must not cost hundreds of MB, so nobody ever holds its base64: the length is computed, and the
pieces are made one by one.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from itertools import groupby

import attrs

__all__ = ["Body", "Content", "Element", "boolean", "element", "leaf", "moment", "write"]

#: A multiple of three, so that the pieces of base64 can simply follow each other.
_PIECE = 48 * 1024
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@attrs.frozen
class Content:
    """The bytes of a file, to be written as base64."""

    data: bytes = attrs.field(repr=False)

    def __len__(self) -> int:
        """Give the number of characters it will take."""
        return 4 * -(-len(self.data) // 3)

    def __iter__(self) -> Iterator[bytes]:
        """Give the base64, in pieces of 64 KiB."""
        view = memoryview(self.data)
        for start in range(0, len(view), _PIECE):
            yield b64encode(view[start : start + _PIECE])


@attrs.frozen
class Element:
    """
    An element and what is in it.

    ``namespace`` None means that of the element around it. ``attributes`` are written as they stand: constants.
    """

    name: str
    children: tuple[Element | Content | str, ...] = attrs.field(repr=False)
    namespace: str | None = None
    attributes: str = ""


Child = Element | Content | str | None


def element(name: str, *children: Child, namespace: str | None = None, attributes: str = "") -> Element:
    """Make an element; children that are None are left out."""
    return Element(name, tuple(child for child in children if child is not None), namespace, attributes)


def leaf(name: str, text: str, namespace: str | None = None) -> Element | None:
    """Make an element of a text, and none of an empty one."""
    return element(name, text, namespace=namespace) if text else None


def boolean(value: bool) -> str:  # noqa: FBT001 - the value itself
    """Write xs:boolean."""
    return "true" if value else "false"


def moment(at: datetime) -> str:
    """Write an aware time as UTC in whole seconds, ``2025-06-01T08:00:00Z``: the one form of MeMo."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@attrs.frozen
class Body:
    """A written document: UTF-8, of known length, made anew each time it is read."""

    parts: tuple[bytes | Content, ...] = attrs.field(repr=False)

    def __len__(self) -> int:
        """Give the number of bytes."""
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes, in pieces of at most 64 KiB beside those of text."""
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part


def write(root: Element) -> Body:
    """Write a document."""
    tokens: list[str | Content] = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(root, "", tokens)
    return Body(tuple(_joined(tokens)))


def _joined(tokens: Iterable[str | Content]) -> Iterator[bytes | Content]:
    for is_content, some in groupby(tokens, lambda token: isinstance(token, Content)):
        if is_content:
            yield from some  # type: ignore[misc]
        else:
            yield "".join(some).encode()  # type: ignore[arg-type]


def _write(node: Element | Content | str, around: str, tokens: list[str | Content]) -> None:
    if isinstance(node, Content):
        tokens.append(node)
    elif isinstance(node, str):
        tokens.append(_escaped(node))
    else:
        namespace = around if node.namespace is None else node.namespace
        declared = f' xmlns="{namespace}"' if namespace != around else ""
        tokens.append(f"<{node.name}{declared}{node.attributes and ' ' + node.attributes}>")
        for child in node.children:
            _write(child, namespace, tokens)
        tokens.append(f"</{node.name}>")


def _escaped(text: str) -> str:
    """Escape what means something in XML; what cannot stand in XML at all (control characters) becomes a space."""
    return escape(_NOT_IN_XML.sub(" ", text), quote=False).replace("\r", "&#13;")
