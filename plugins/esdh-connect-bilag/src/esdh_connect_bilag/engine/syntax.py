"""Reading PDF text (ISO 32000-2, 7.2 and 7.3): tokens, strings, names, and the values made of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from esdh_connect_bilag.engine.bounds import Declined, Reason
from esdh_connect_bilag.engine.values import Name, Ref, Value, Verbatim

__all__ = ["REFERENCE", "SPACE", "SPACES", "end_of_string", "plain_names", "read", "read_at"]

SPACES = b"\0\t\n\f\r "
SPACE = rb"[\0\t\n\f\r ]"
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"

#: `12 0 R`. Possessive throughout: a string of 80 000 hexadecimal digits must not be walked once for each of them.
REFERENCE = rb"\b([0-9]{1,10}+)" + SPACE + rb"++[0-9]{1,5}+" + SPACE + rb"++R\b"

_TOKEN = re.compile(
    SPACE + rb"*+(?:%[^\r\n]*+" + SPACE + rb"*+)*+(?:"
    rb"/(" + _REGULAR + rb"*+)"  # 1 a name
    rb"|" + REFERENCE +  # 2
    rb"|([+-]?[0-9]++)(?!" + _REGULAR + rb")"  # 3 an integer
    rb"|([+-]?(?:[0-9]++\.[0-9]*+|\.[0-9]++))(?!" + _REGULAR + rb")"  # 4 a real
    rb"|\(([^()\\\r]*+)\)"  # 5 a string with nothing to unescape
    rb"|(<<|\[)"  # 6
    rb"|(>>|\])"  # 7
    rb"|(\()"  # 8 a string with escapes, or parentheses within
    rb"|<([0-9A-Fa-f\0\t\n\f\r ]*+)>"  # 9 a string in hexadecimal
    rb"|(" + _REGULAR + rb"++))"  # 10 true, false, null, or nothing that we know
)  # fmt: skip
_NAME, _REF, _INTEGER, _REAL, _STRING, _OPENING, _CLOSING, _LONG_STRING, _HEX, _WORD = range(1, 11)

_WORDS: dict[bytes, Value] = {b"true": True, b"false": False, b"null": None}
_PARENTHESIS = re.compile(rb"[()]|\\.", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r": b"", b"\n": b"", b"\r\n": b""}
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_LONGEST_NUMBER = 19
_MOST_TOKENS = 2_000_000  # a second of work


def read(text: bytes, *, depth: int = 100) -> Value:
    """Read the one value that the text begins with. Raises Declined."""
    return read_at(text, 0, depth=depth)[0]


def read_at(text: bytes, position: int, *, depth: int = 100) -> tuple[Value, int]:
    """Read the value at a position, and tell where it ends. Raises Declined."""
    open_ones: list[list[Value]] = []
    for _ in range(_MOST_TOKENS):
        found = _TOKEN.match(text, position)
        if found is None:
            raise Declined(Reason.DAMAGED, "a value ends too soon")
        position, kind = found.end(), found.lastindex or 0
        value: Value
        if kind == _NAME:
            value = _name(found[_NAME])
        elif kind == _OPENING:
            open_ones.append([])
            if len(open_ones) > depth:
                raise Declined(Reason.TOO_DEEP, f"values within values, more than {depth} deep")
            continue
        elif kind == _CLOSING:
            value = _close(open_ones, found[_CLOSING])
        elif kind == _LONG_STRING:
            end = end_of_string(text, position)
            value, position = _unescaped(text[position : end - 1]), end
        else:
            value = _READ[kind](found[kind])
        if not open_ones:
            return value, position
        open_ones[-1].append(value)
    raise Declined(Reason.TOO_LARGE, f"a value of more than {_MOST_TOKENS} words")


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


def _reference(digits: bytes) -> Value:
    return Ref(int(digits))


def _integer(digits: bytes) -> Value:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else Verbatim(digits)


def _real(digits: bytes) -> Value:
    return float(digits) if len(digits) <= _LONGEST_NUMBER else Verbatim(digits)


def _string(string: bytes) -> Value:
    return string


def _hexadecimal(digits: bytes) -> Value:
    plain = digits.translate(None, SPACES).decode()
    return bytes.fromhex(plain + "0" * (len(plain) % 2))


def _word(word: bytes) -> Value:
    return _WORDS[word] if word in _WORDS else Verbatim(word)


_READ: dict[int, Callable[[bytes], Value]] = {
    _REF: _reference,
    _INTEGER: _integer,
    _REAL: _real,
    _STRING: _string,
    _HEX: _hexadecimal,
    _WORD: _word,
}


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
