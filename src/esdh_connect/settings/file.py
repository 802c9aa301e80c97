"""The settings file as text: reading it, and finding the line a key stands on, which no TOML reader tells."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError
from esdh_connect.pipes import refuse_pipe

__all__ = ["Keys", "Problem", "SettingsFile", "dotted", "lines_of"]

#: Where something stands: keys of tables and positions in lists, from the top.
Keys = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


@attrs.frozen
class Problem:
    """What is wrong at ``keys``, in English for the log and in Danish for the operator; never with the value."""

    keys: Keys
    english: str
    danish: str


@attrs.frozen
class SettingsFile:
    """A settings file that could be read, and the tables in it."""

    path: Path
    text: str = attrs.field(repr=False)
    tables: Mapping[str, Any] = attrs.field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file. Raises SettingsError where there is none, or it is no TOML in UTF-8."""
        text = _text(path)
        try:
            return cls(path, text, tomllib.loads(text))
        except (ValueError, RecursionError) as error:
            raise _syntax_error(path, error) from None  # the original may quote the line

    def error(self, *problems: Problem) -> SettingsError:
        """Make one error of all problems, a line each."""
        lines = lines_of(self.text)
        places = [_place(self.path, problem.keys, lines) for problem in problems]
        return SettingsError(
            "\n".join(f"{place}: {one.english}" for place, one in zip(places, problems, strict=True)),
            danish="\n".join(f"{place}: {one.danish}" for place, one in zip(places, problems, strict=True)),
        )

    def line_with(self, text: str) -> int | None:
        """Give the first line that holds ``text``, counted from 1."""
        return next((at for at, line in enumerate(self.text.split("\n"), 1) if text in line), None)


def dotted(keys: Keys) -> str:
    """Write keys as TOML would: ``departments."Børn & Unge".channels[0]``."""
    shown = "".join(f"[{key}]" if isinstance(key, int) else f".{_quoted(key)}" for key in keys)
    return shown.removeprefix(".")


def lines_of(text: str) -> dict[Keys, int]:
    """
    Give the line, counted from 1, on which each key of a valid TOML text begins.

    Statements of TOML begin and end with a line: each is read alone, with the reader itself, so that quoting,
    dotted keys and strings over several lines need no second understanding of TOML.
    """
    lines: dict[Keys, int] = {}
    counts: dict[Keys, int] = {}
    table: Keys = ()
    for line, is_header, said in _statements(text):
        if is_header:
            table = _header(said, counts)
            lines[table] = line
        for keys in _above(table) if is_header else _all_keys(said, table):
            lines.setdefault(keys, line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, bool, dict[str, Any]]]:
    """Give each statement's first line, whether it is the header of a table, and what it says."""
    begun, first = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        first = first if begun else number
        begun += f"{line}\n"
        try:
            said = tomllib.loads(begun)
        except tomllib.TOMLDecodeError:
            continue  # it goes on in the next line
        if said:
            yield first, begun.lstrip().startswith("["), said
        begun = ""


def _header(tables: Mapping[str, Any], counts: dict[Keys, int]) -> Keys:
    """Give the keys of the table that ``[a.b]`` or ``[[a.b]]`` opens, with the positions that lists among them have."""
    keys: Keys = ()
    inner: Any = tables
    while isinstance(inner, dict) and inner:
        ((key, inner),) = inner.items()
        keys = (*keys, key)
        if isinstance(inner, list):
            counts[keys] = counts.get(keys, -1) + 1
        if keys in counts:
            keys = (*keys, counts[keys])
    return keys


def _all_keys(value: Any, keys: Keys) -> Iterator[Keys]:  # noqa: ANN401 - whatever stands in a TOML file
    if keys:
        yield keys
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _all_keys(one, (*keys, key))


def _above(keys: Keys) -> Iterator[Keys]:
    return (keys[:length] for length in range(1, len(keys)))


def _text(path: Path) -> str:
    try:
        refuse_pipe(path)
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise SettingsError(
            f"{path}: there is no such settings file; `esdh-connect init` makes one",
            danish=f"{path}: indstillingsfilen findes ikke; »esdh-connect init« laver en",
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(
            f"{path}: the settings file is not UTF-8 text; save it as UTF-8",
            danish=f"{path}: indstillingsfilen er ikke UTF-8-tekst; gem den som UTF-8",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{path}: the settings file cannot be read: {error.strerror}",
            danish=f"{path}: indstillingsfilen kan ikke læses ({wording.system(error)})",
        ) from error


def _syntax_error(path: Path, error: Exception) -> SettingsError:
    found = _SYNTAX.fullmatch(str(error))
    what = found["what"] if found and isinstance(error, tomllib.TOMLDecodeError) else "a value cannot be read"
    line = f":{found['line']}" if found and found["line"] else ""
    column = f", tegn {found['column']}" if found and found["column"] else ""
    return SettingsError(
        f"{path}{line}: not valid TOML: {what}", danish=f"{path}{line}: det her er ikke gyldig TOML{column} ({what})"
    )


def _place(path: Path, keys: Keys, lines: Mapping[Keys, int]) -> str:
    known = next((keys[:length] for length in range(len(keys), 0, -1) if keys[:length] in lines), None)
    line = f":{lines[known]}" if known else ""
    return f"{path}{line}: {dotted(keys)}"


def _quoted(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
