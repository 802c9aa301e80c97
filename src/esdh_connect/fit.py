"""
Make a letter fit a channel: letter + limits → letter, or DoesNotFit. Pure.

What can be mended without harm is mended, and said: file names. What would change the letter is not: a title
too long or a file too large is refused with the figures. Somebody is asked to look at the files and to lay them
together, and the answer is checked: every document in its place, in its order, and no byte changed in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath

import attrs

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import File, Letter

__all__ = ["Consolidate", "Fitted", "fit"]

#: Asked for every letter that has files; None where there is nothing to do, or nobody who can.
Consolidate = Callable[[Letter, Limits], Letter | None]

_BASE64_OUT, _BASE64_IN = 4, 3


@attrs.frozen
class Fitted:
    """The letter as it goes out, and what was done to it, in Danish."""

    letter: Letter
    notes: tuple[str, ...] = ()


def fit(letter: Letter, limits: Limits, *, consolidate: Consolidate) -> Fitted:
    """
    Make the letter fit, in at most ``limits.max_files`` files.

    Raises DoesNotFit with the limit and the figure, or whatever ``consolidate`` raises.
    """
    _check_title(letter, limits)
    named, notes = _with_good_names(letter, limits)
    fitted = _consolidated(named, limits, consolidate) if named.files else named
    if len(fitted.files) < len(named.files):
        notes = (*notes, _consolidation_note(named, fitted))
    _check_files(fitted, limits)
    return Fitted(fitted, notes)


def _check_title(letter: Letter, limits: Limits) -> None:
    if len(letter.title) > limits.max_title:
        raise DoesNotFit(
            f"the title has {len(letter.title)} characters of {limits.max_title}",
            limit=str(limits.max_title),
            actual=str(len(letter.title)),
            danish=f"titlen er på {len(letter.title)} tegn; der er plads til {limits.max_title}. Gør den kortere",
        )


def _consolidated(letter: Letter, limits: Limits, consolidate: Consolidate) -> Letter:
    fitted = consolidate(letter, limits) or letter
    if _order(fitted) != _order(letter):
        raise DoesNotFit("consolidation lost or moved a document", danish="sammenlægningen mangler et bilag")
    _check_said(letter, fitted)
    if len(fitted.files) > limits.max_files:
        raise DoesNotFit(
            f"{len(fitted.files)} files, the channel takes {limits.max_files}",
            limit=str(limits.max_files),
            actual=str(len(fitted.files)),
            danish=f"brevet fylder {len(fitted.files)} filer, som ikke kan lægges sammen; "
            f"kanalen tager {limits.max_files}. Lav de andre filer om til PDF",
        )
    return fitted


def _check_said(before: Letter, after: Letter) -> None:
    """Raise DoesNotFit where a file has the places that one had, and not its bytes: then a change was not said."""
    known = {file.places: file.content for file in before.files}
    for file in after.files:
        if known.get(file.places, file.content) != file.content:
            raise DoesNotFit(
                f"{file.name} was changed, and its places do not say how",
                danish=f"»{file.name}« blev ændret, uden at det blev sagt hvordan. Spørg administratoren",
            )


def _order(letter: Letter) -> list[int]:
    return [place.document for file in letter.files for place in file.places if place.document is not None]


def _consolidation_note(before: Letter, after: Letter) -> str:
    joined, files = len(before.files), len(after.files)
    return f"{joined} dokumenter er lagt sammen i {'1 fil' if files == 1 else f'{files} filer'}"


def _check_files(letter: Letter, limits: Limits) -> None:
    for file in letter.files:
        if file.media_type not in limits.media_types:
            raise DoesNotFit(
                f"the channel does not take {file.media_type}",
                limit="media_types",
                actual=file.media_type,
                danish=f"filen »{file.name}« er af en type, kanalen ikke tager ({file.media_type}). Lav den om til PDF",
            )
        if limits.max_file_bytes and _weight(file, limits) > limits.max_file_bytes:
            raise _too_large_file(file, limits)
    size = sum(_weight(file, limits) for file in letter.files)
    if size > limits.max_bytes:
        raise DoesNotFit(
            f"{size} bytes of {limits.max_bytes}",
            limit=str(limits.max_bytes),
            actual=str(size),
            danish=_too_large(letter, limits, size),
        )


def _too_large_file(file: File, limits: Limits) -> DoesNotFit:
    size, room = _weight(file, limits), limits.max_file_bytes
    return DoesNotFit(
        f"{size} bytes in one file of {room}",
        limit=str(room),
        actual=str(size),
        danish=f"filen »{file.name}« fylder {_megabytes(size)}; der er plads til {_megabytes(room)} i hver fil",
    )


def _weight(file: File, limits: Limits) -> int:
    return -(-file.size // _BASE64_IN) * _BASE64_OUT if limits.as_base64 else file.size


def _too_large(letter: Letter, limits: Limits, size: int) -> str:
    parts = ", ".join(f"»{file.name}« {_megabytes(_weight(file, limits))}" for file in letter.files)
    over = _megabytes(size - limits.max_bytes)
    how = " (som de fylder i forsendelsen)" if limits.as_base64 else ""
    return f"filerne fylder {over} for meget{how}; der er plads til {_megabytes(limits.max_bytes)}: {parts}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _with_good_names(letter: Letter, limits: Limits) -> tuple[Letter, tuple[str, ...]]:
    files: list[File] = []
    notes: list[str] = []
    taken: set[str] = set()
    for file in letter.files:
        name = _unique(_good_name(file, limits), taken, limits.max_name)
        taken.add(name.casefold())
        if PurePosixPath(name).stem != file.name and name != file.name:
            notes.append(f"filnavnet »{file.name}« er rettet til »{name}«")
        files.append(attrs.evolve(file, name=name))
    return attrs.evolve(letter, files=tuple(files)), tuple(notes)


def _good_name(file: File, limits: Limits) -> str:
    printable = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in file.name)
    name = (
        re.sub(f"[{re.escape(limits.forbidden_in_names)}]+", "-", printable) if limits.forbidden_in_names else printable
    )
    name = name.strip(" .") or "dokument"
    extensions = limits.media_types.get(file.media_type, ())
    if extensions and not name.casefold().endswith(extensions):
        name += extensions[0]
    return _shortened(name, limits.max_name)


def _shortened(name: str, length: int, suffix: str = "") -> str:
    extension = PurePosixPath(name).suffix
    stem = name[: len(name) - len(extension)]
    return stem[: length - len(suffix) - len(extension)].rstrip(" .") + suffix + extension


def _unique(name: str, taken: set[str], length: int) -> str:
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = _shortened(name, length, f" ({number})")
    return candidate
