"""
What a PDF is made of (ISO 32000-2, 7.3), as Python values, and back again as text.

Numbers, booleans, null, arrays and dictionaries are Python's own. A string is `bytes`, a name is a `Name` with its
`#xx` already read, and the keys of a dictionary are names without the slash.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias, Union

import attrs

__all__ = ["Name", "Out", "Ref", "Stream", "Value", "Verbatim", "render", "string_of", "text_of"]


class Name(str):
    """A name, `/Like#20this`, as the characters it stands for."""

    __slots__ = ()


@attrs.frozen
class Ref:
    """A reference, `7 0 R`, in the numbers of the file it was read from. Generations say nothing that we need."""

    number: int


@attrs.frozen
class Out:
    """A reference in the numbers of the merged file."""

    number: int


@attrs.frozen
class Verbatim:
    """A token that the standard does not know, or PDF text made earlier: written as it is."""

    text: bytes


@attrs.frozen
class Stream:
    """A stream: its dictionary, and its data as they stand in the file."""

    entries: dict[str, Value]
    data: memoryview


Value: TypeAlias = Union[
    bool, int, float, bytes, Name, Ref, Out, Verbatim, Stream, "list[Value]", "dict[str, Value]", None
]

_ODD_IN_NAME = re.compile(rb"[^!\"$&'*+,\-.0-:;=?@A-Z\\^_`a-z|~]")
_ODD_IN_STRING = re.compile(rb"[()\\\r\n]")
_IN_STRING = {b"(": rb"\(", b")": rb"\)", b"\\": rb"\\", b"\r": rb"\r", b"\n": rb"\n"}


def render(value: Value, refer: Callable[[int], bytes]) -> bytes:
    """Write a value as PDF text. `refer` gives the text for a Ref's number."""
    parts: list[bytes] = []
    _write(value, refer, parts.append)
    return b"".join(parts)


def _write(value: Value, refer: Callable[[int], bytes], add: Callable[[bytes], None]) -> None:
    match value:
        case Ref(number):
            add(refer(number))
        case dict():
            add(b"<<")
            for key, entry in value.items():
                add(_name(key) + b" ")
                _write(entry, refer, add)
            add(b">>")
        case list():
            add(b"[")
            for index, entry in enumerate(value):
                if index:
                    add(b" ")
                _write(entry, refer, add)
            add(b"]")
        case _:
            add(_simple(value))


def _simple(value: Value) -> bytes:  # noqa: PLR0911 - one line for each kind
    match value:
        case Name():
            return _name(value)
        case bytes():
            return b"(" + _ODD_IN_STRING.sub(lambda found: _IN_STRING[found[0]], value) + b")"
        case bool():
            return b"true" if value else b"false"
        case int():
            return b"%d" % value
        case float():
            return _real(value)
        case Out(number):
            return b"%d 0 R" % number
        case Verbatim(text):
            return text
        case None:
            return b"null"
    raise TypeError(f"{type(value).__name__} has no text of its own")


@lru_cache(maxsize=4096)
def _name(name: str) -> bytes:
    return b"/" + _ODD_IN_NAME.sub(lambda found: b"#%02X" % found[0][0], name.encode("latin-1"))


def _real(value: float) -> bytes:
    text = repr(value)
    return (f"{value:.10f}".rstrip("0") if "e" in text else text).encode()


def text_of(string: bytes) -> str:
    """Read a text string (7.9.2.2): UTF-16, UTF-8, or PDFDocEncoding, of which we know what Latin-1 shares with it."""
    if string.startswith((b"\xfe\xff", b"\xff\xfe")):
        return string.decode("utf-16", "replace")
    if string.startswith(b"\xef\xbb\xbf"):
        return string[3:].decode("utf-8", "replace")
    return string.decode("latin-1").translate(_PDF_DOC)


def string_of(text: str) -> bytes:
    """Write a text string: ASCII where that is enough, UTF-16 otherwise, which every reader knows."""
    plain = text.encode("ascii", "replace")
    return plain if text_of(plain) == text else b"\xfe\xff" + text.encode("utf-16-be")


#: Where PDFDocEncoding (annex D.2) is not Latin-1.
_PDF_DOC = dict(zip(
    [*range(0x18, 0x20), *range(0x80, 0x9F), 0xA0],
    "˘ˇˆ˙˝˛˚˜•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž€",  # noqa: RUF001 - the very characters
    strict=True,
))  # fmt: skip
