"""Reading PDF text (ISO 32000-2, 7.2 and 7.3): tokens, strings, names, and the values made of them."""

from __future__ import annotations

import re
from functools import lru_cache

from esdh_connect_bilag.engine.bounds import Declined, Reason
from esdh_connect_bilag.engine.values import Name, Ref, Value, Verbatim

__all__ = ["REFERENCE", "SPACE", "SPACES", "end_of_string", "plain_names", "read", "read_at"]

SPACES = b"\0\t\n\f\r "
SPACE = rb"[\0\t\n\f\r ]"
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"

#: `12 0 R`. Possessive throughout: a string of 80 000 hexadecimal digits must not be walked once for each of them.
REFERENCE = rb"(?<![0-9])([0-9]{1,10}+)" + SPACE + rb"++[0-9]{1,5}+" + SPACE + rb"++R(?!" + _REGULAR + rb")"

_TOKEN = re.compile(
    rb"(?:" + SPACE + rb"++|%[^\r\n]*+)*+(?:"
    rb"/(" + _REGULAR + rb"*+)"  # 1 a name
    rb"|" + REFERENCE +  # 2
    rb"|([+-]?[0-9]++)(?!" + _REGULAR + rb")"  # 3 an integer
    rb"|([+-]?(?:[0-9]++\.[0-9]*+|\.[0-9]++))(?!" + _REGULAR + rb")"  # 4 a real
    rb"|\(([^()\\\r]*+)\)"  # 5 a string with nothing to unescape
    rb"|(<<|>>|[\[\]])"  # 6
    rb"|(\()"  # 7 a string with escapes, or parentheses within
    rb"|<([0-9A-Fa-f\0\t\n\f\r ]*+)>"  # 8 a string in hexadecimal
    rb"|(" + _REGULAR + rb"++))"  # 9 true, false, null, or nothing that we know
)  # fmt: skip
_NAME, _REF, _INTEGER, _REAL, _STRING, _BRACKET, _LONG_STRING, _HEX, _WORD = range(1, 10)

_WORDS: dict[bytes, Value] = {b"true": True, b"false": False, b"null": None}
_PARENTHESIS = re.compile(rb"[()]|\\.", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r": b"", b"\n": b"", b"\r\n": b""}
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_INTEGER_DIGITS = 19


def read(text: bytes, *, depth: int = 100) -> Value:
    """Read the one value that the text begins with. Raises Declined."""
    return read_at(text, 0, depth=depth)[0]


def read_at(text: bytes, position: int, *, depth: int = 100) -> tuple[Value, int]:
    """Read the value at a position, and tell where it ends. Raises Declined."""
    open_ones: list[list[Value]] = []
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            raise Declined(Reason.DAMAGED, "a value ends too soon")
        position, kind = found.end(), found.lastindex
        if kind == _BRACKET and found[6] in {b"<<", b"["}:
            open_ones.append([])
            if len(open_ones) > depth:
                raise Declined(Reason.TOO_DEEP, f"values within values, more than {depth} deep")
            continue
        if kind == _BRACKET:
            value = _close(open_ones, found[6])
        elif kind == _LONG_STRING:
            end = end_of_string(text, position)
            value, position = _unescaped(text[position : end - 1]), end
        else:
            value = _simple(kind, found[kind or 0])
        if not open_ones:
            return value, position
        open_ones[-1].append(value)


def _close(open_ones: list[list[Value]], bracket: bytes) -> Value:
    if not open_ones:
        raise Declined(Reason.DAMAGED, "a bracket closes nothing")
    items = open_ones.pop()
    if bracket == b"]":
        return items
    keys, values = items[::2], items[1::2]
    if len(keys) != len(values):
        raise Declined(Reason.DAMAGED, "a dictionary has a key without a value")
    entries: dict[str, Value] = {}
    for key, value in zip(keys, values, strict=True):
        if not isinstance(key, Name):
            raise Declined(Reason.DAMAGED, "a dictionary has a key that is no name")
        entries[key] = value
    return entries


def _simple(kind: int | None, token: bytes) -> Value:  # noqa: PLR0911 - one line for each kind of token
    if kind == _NAME:
        return _name(token)
    if kind == _REF:
        return Ref(int(token))
    if kind == _INTEGER:
        return int(token) if len(token) <= _INTEGER_DIGITS else Verbatim(token)
    if kind == _REAL:
        return float(token) if len(token) <= _INTEGER_DIGITS else Verbatim(token)
    if kind == _STRING:
        return token
    if kind == _HEX:
        digits = token.translate(None, SPACES).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _WORDS.get(token, Verbatim(token))


@lru_cache(maxsize=4096)
def _name(token: bytes) -> Name:
    return Name(plain_names(token).decode("latin-1"))


def plain_names(text: bytes) -> bytes:
    """Read `#xx` in names. `/J#53` is `/JS`: nothing is to be looked for in text before this."""
    return _HASH.sub(lambda found: bytes.fromhex(found[1].decode()), text) if b"#" in text else text


def end_of_string(text: bytes, position: int) -> int:
    """Tell where a literal string ends, from a position after its `(`. Raises Declined when it does not."""
    level = 1
    for found in _PARENTHESIS.finditer(text, position):
        level += {b"(": 1, b")": -1}.get(found[0], 0)
        if not level:
            return found.end()
    raise Declined(Reason.DAMAGED, "a string does not end")


def _unescaped(string: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        code = found[1]
        if code is None:  # an end of line in a string is \n, however it was written
            return b"\n"
        if code[:1].isdigit() and code[:1] < b"8":
            return bytes([int(code, 8) & 255])
        return _ESCAPED.get(code, code)

    return _ESCAPE.sub(plain, string)
