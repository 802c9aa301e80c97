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
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.exits import Exit, Stopped, did_you_mean
from esdh_connect.ids import Cpr, Cvr, InvalidId
from esdh_connect.model import Address, Circumstance
from esdh_connect.pipes import refuse_pipe

__all__ = [
    "KEYS",
    "LARGEST",
    "MOST",
    "STANDARD_INPUT",
    "Named",
    "Wrong",
    "decoded",
    "lines",
    "named",
    "parsed",
    "read",
    "table",
    "text",
]

STANDARD_INPUT = "-"
#: Our own bounds for what is shown recipient by recipient: a larger list is a mailing, for ``send-many``.
LARGEST = 4 * 1024 * 1024
MOST = 1000
#: What a line may hold.
KEYS = ("cpr", "cvr", "name", "address", "circumstances")

_LONGEST = 255
_PARTS = tuple(field.name for field in attrs.fields(Address))
_FREE_LINES = 6
_COUNTRY = re.compile(r"[A-Z]{2}")


@attrs.frozen
class Named:
    """Modtager as the list has them."""

    id: Cpr | Cvr
    name: str = attrs.field(repr=False)
    address: Address | None = attrs.field(default=None, repr=False)
    circumstances: frozenset[Circumstance] = attrs.field(default=frozenset(), repr=False)


class Wrong(Exception):
    """What is wrong with a line, in Danish."""


def read(source: str) -> bytes:
    """Read the list from a file or standard input. Raises Stopped where it is too large or not there."""
    try:
        if source == STANDARD_INPUT:
            if sys.stdin.isatty():
                talk.say("Skriv modtagerne, én på hver linje, og slut med Ctrl-D.")
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            refuse_pipe(Path(source))
            with Path(source).open("rb") as file:
                content = file.read(LARGEST + 1)
    except OSError as error:
        raise _refused(f"modtagerlisten kan ikke læses ({wording.system(error)})") from error
    if len(content) > LARGEST:
        raise _refused(f"modtagerlisten fylder mere end {LARGEST // 1024 // 1024} MB")
    return content


def parsed(content: bytes) -> tuple[Named, ...]:
    """Read the lines. Raises Stopped at the first wrong one, where one is named twice, and where there are none."""
    found: dict[Cpr | Cvr, tuple[int, Named]] = {}
    for number, line in lines(content.split(b"\n")):
        try:
            one = named(table(line))
        except Wrong as wrong:
            raise _refused(f"linje {number} i modtagerlisten: {wrong}") from None
        if one.id in found:
            raise _refused(f"linje {number} i modtagerlisten: samme modtager som i linje {found[one.id][0]}")
        if len(found) == MOST:
            raise _refused(f"der er mere end {MOST} modtagere i listen: det er en masseforsendelse (send-many)")
        found[one.id] = number, one
    if not found:
        raise _refused("der er ingen modtagere i listen")
    return tuple(one for _, one in found.values())


def _refused(text: str) -> Stopped:
    return Stopped(Exit.USAGE, f"Der er ikke sendt noget: {text}")


def lines(content: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    """Give the lines that hold something, with their numbers. Raises Stopped where one is no text."""
    for number, line in enumerate(content, start=1):
        try:
            text = decoded(line)
        except Wrong as wrong:
            raise _refused(f"linje {number} i modtagerlisten {wrong}") from None
        if text:
            yield number, text


def decoded(line: bytes) -> str:
    """Read a line as text. Raises Wrong."""
    try:
        return line.removeprefix(BOM_UTF8).decode().strip()
    except UnicodeDecodeError:
        raise Wrong("er ikke UTF-8") from None


def table(line: str, what: str = "modtageren", keys: Iterable[str] = KEYS) -> Mapping[str, Any]:
    """Read a line that is one JSON object with these keys. Raises Wrong."""
    if line.startswith("["):
        raise Wrong(
            "listen er en JSON-liste. Skriv én modtager på hver linje, uden [ ] omkring og komma imellem "
            "(»jq -c .[]« gør det)"
        )
    if line == "{":
        raise Wrong("hver modtager skal stå på én linje (»jq -c .« gør det)")
    try:
        value = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Wrong("det er ikke JSON") from None
    return _table(value, what, keys)


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    known: dict[str, object] = {}
    for key, value in pairs:
        if key in known:
            raise Wrong("en nøgle står der to gange")
        known[key] = value
    return known


def _table(value: object, what: str, keys: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"{what} skal stå i {{ }}")
    for key in value.keys() - set(keys):
        hint = did_you_mean(key, keys) or f". Der kan stå: {', '.join(keys)}"
        raise Wrong(f"{what} har en ukendt nøgle{hint}")
    return value


def named(table: Mapping[str, Any]) -> Named:
    """Read a recipient. Raises Wrong."""
    if ("cpr" in table) is ("cvr" in table):
        raise Wrong("der skal stå enten »cpr« eller »cvr«")
    name = text(table, "name")
    if not name:
        raise Wrong("»name« mangler")
    return Named(_id(table), name, _address(table.get("address")), _circumstances(table.get("circumstances")))


def _id(table: Mapping[str, Any]) -> Cpr | Cvr:
    try:
        return Cpr.parse(text(table, "cpr")) if "cpr" in table else Cvr.parse(text(table, "cvr"))
    except InvalidId:
        form = "»cpr« er ikke et CPR-nummer" if "cpr" in table else "»cvr« er ikke et CVR-nummer"
        raise Wrong(form) from None


def _circumstances(value: object) -> frozenset[Circumstance]:
    known = [one.value for one in Circumstance]
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(one in known for one in value):
        raise Wrong(f"»circumstances« er en liste; der kan stå: {', '.join(known)}")
    return frozenset(map(Circumstance, value))


def _address(value: object) -> Address | None:
    if value is None:
        return None
    table = _table(value, "»address«", _PARTS)
    parts = {key: text(table, key) for key in table if key != "lines"}
    if parts.get("country") == "":
        del parts["country"]
    if not _COUNTRY.fullmatch(parts.get("country", "DK")):
        raise Wrong("»country« er to store bogstaver, for eksempel DK")
    return Address(**parts, lines=_free_lines(table.get("lines")))


def _free_lines(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _FREE_LINES:
        raise Wrong(f"»lines« er en liste med højst {_FREE_LINES} linjer")
    return tuple(text({"lines": line}, "lines") for line in value)


def text(table: Mapping[str, Any], key: str) -> str:
    """Give a text. Raises Wrong; numbers are refused, because JSON has dropped their leading zeros."""
    value = table.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Wrong(f"»{key}« skal være tekst i anførselstegn")
    found = value.strip()
    if len(found) > _LONGEST:
        raise Wrong(f"»{key}« er længere end {_LONGEST} tegn")
    if not found.isprintable():
        raise Wrong(f"»{key}« indeholder tegn, der ikke kan skrives på et brev")
    return found
