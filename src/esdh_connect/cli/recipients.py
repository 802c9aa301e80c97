"""
Modtagerliste: one recipient a line, as JSON, from a file or standard input – never as arguments, which others see.

.. code-block:: json

    {"cpr": "1212121212", "name": "Ane Prøve", "address": {"street": "Prøvevej", "number": "7", "post_code": "8000"}}

A wrong line is refused with its number and never with what stands in it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from esdh_connect.cli import talk
from esdh_connect.cli.exits import Exit, Stopped, did_you_mean
from esdh_connect.ids import Cpr, Cvr, InvalidId
from esdh_connect.model import Address

__all__ = ["LARGEST", "MOST", "STANDARD_INPUT", "Named", "parsed", "read"]

STANDARD_INPUT = "-"
#: Our own bounds: a larger mailing is a batch, and no work for a command line.
LARGEST = 4 * 1024 * 1024
MOST = 1000

_LONGEST = 255
_KEYS = ("cpr", "cvr", "name", "address")
_PARTS = tuple(field.name for field in attrs.fields(Address))
_FREE_LINES = 6
_COUNTRY = re.compile(r"[A-Z]{2}")


@attrs.frozen
class Named:
    """Modtager as the list has them."""

    id: Cpr | Cvr
    name: str = attrs.field(repr=False)
    address: Address | None = attrs.field(default=None, repr=False)


class _Wrong(Exception):
    """What is wrong with a line, in Danish."""


def read(source: str) -> bytes:
    """Read the list from a file or standard input. Raises Stopped where it is too large or not there."""
    try:
        if source == STANDARD_INPUT:
            if sys.stdin.isatty():
                talk.say("Skriv modtagerne, én på hver linje, og slut med Ctrl-D.")
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(LARGEST + 1)
    except OSError as error:
        raise _refused(f"modtagerlisten kan ikke læses: {error.strerror}") from error
    if len(content) > LARGEST:
        raise _refused(f"modtagerlisten fylder mere end {LARGEST // 1024 // 1024} MB")
    return content


def parsed(content: bytes) -> tuple[Named, ...]:
    """Read the lines. Raises Stopped at the first wrong one, where one is named twice, and where there are none."""
    found: dict[Cpr | Cvr, tuple[int, Named]] = {}
    for number, line in _lines(content):
        try:
            named = _named(_object(line))
        except _Wrong as wrong:
            raise _refused(f"linje {number} i modtagerlisten: {wrong}") from None
        if named.id in found:
            raise _refused(f"linje {number} i modtagerlisten: samme modtager som i linje {found[named.id][0]}")
        if len(found) == MOST:
            raise _refused(f"der er mere end {MOST} modtagere i listen")
        found[named.id] = number, named
    if not found:
        raise _refused("der er ingen modtagere i listen")
    return tuple(named for _, named in found.values())


def _refused(text: str) -> Stopped:
    return Stopped(Exit.USAGE, f"Der er ikke sendt noget: {text}")


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise _refused(f"linje {number} i modtagerlisten er ikke UTF-8") from None
        if text:
            yield number, text


def _object(line: str) -> Mapping[str, Any]:
    if line.startswith("["):
        raise _Wrong(
            "listen er en JSON-liste. Skriv én modtager på hver linje, uden [ ] omkring og komma imellem "
            "(»jq -c .[]« gør det)"
        )
    if line == "{":
        raise _Wrong("hver modtager skal stå på én linje (»jq -c .« gør det)")
    try:
        value = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _Wrong("det er ikke JSON") from None
    return _table(value, "modtageren", _KEYS)


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    known: dict[str, object] = {}
    for key, value in pairs:
        if key in known:
            raise _Wrong("en nøgle står der to gange")
        known[key] = value
    return known


def _table(value: object, what: str, keys: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong(f"{what} skal stå i {{ }}")
    for key in value.keys() - set(keys):
        hint = did_you_mean(key, keys) or f". Der kan stå: {', '.join(keys)}"
        raise _Wrong(f"{what} har en ukendt nøgle{hint}")
    return value


def _named(table: Mapping[str, Any]) -> Named:
    if ("cpr" in table) is ("cvr" in table):
        raise _Wrong("der skal stå enten »cpr« eller »cvr«")
    name = _text(table, "name")
    if not name:
        raise _Wrong("»name« mangler")
    return Named(_id(table), name, _address(table.get("address")))


def _id(table: Mapping[str, Any]) -> Cpr | Cvr:
    try:
        return Cpr.parse(_text(table, "cpr")) if "cpr" in table else Cvr.parse(_text(table, "cvr"))
    except InvalidId:
        form = "»cpr« er ikke et CPR-nummer" if "cpr" in table else "»cvr« er ikke et CVR-nummer"
        raise _Wrong(form) from None


def _address(value: object) -> Address | None:
    if value is None:
        return None
    table = _table(value, "»address«", _PARTS)
    parts = {key: _text(table, key) for key in table if key != "lines"}
    if parts.get("country") == "":
        del parts["country"]
    if not _COUNTRY.fullmatch(parts.get("country", "DK")):
        raise _Wrong("»country« er to store bogstaver, for eksempel DK")
    return Address(**parts, lines=_free_lines(table.get("lines")))


def _free_lines(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _FREE_LINES:
        raise _Wrong(f"»lines« er en liste med højst {_FREE_LINES} linjer")
    return tuple(_text({"lines": line}, "lines") for line in value)


def _text(table: Mapping[str, Any], key: str) -> str:
    """Give a text; numbers are refused, because JSON has dropped their leading zeros."""
    value = table.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(f"»{key}« skal være tekst i anførselstegn")
    text = value.strip()
    if len(text) > _LONGEST:
        raise _Wrong(f"»{key}« er længere end {_LONGEST} tegn")
    if not text.isprintable():
        raise _Wrong(f"»{key}« indeholder tegn, der ikke kan skrives på et brev")
    return text
