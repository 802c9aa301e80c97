"""Undersøgelse: what the doctor asks an emitter – the way to its receiver, or the folder of its file."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

from esdh_connect import wording
from esdh_connect.diagnosis import Diagnosis, fine, warning

__all__ = ["folder", "way"]

_FOLDER, _WAY = "FB-001", "FB-010"


def way(plugin: str, url: str, trust: ssl.SSLContext, proxy: str = "") -> Iterator[Diagnosis]:
    """Go towards a receiver, as far as it goes; nothing is told to it. Letters do not stop for it: a warning."""
    from esdh_connect.http import walk

    for one in walk(url, trust, proxy=proxy):
        what = f"{plugin}, {one.place}: {one.step.value}"
        if one.is_well:
            yield fine(_WAY, f"{what} er i orden")
        elif one.distrusted:
            yield warning(
                _WAY,
                f"{what}: vi stoler ikke på certifikatet ({wording.system(one.error or OSError(one.why))})",
                "Skal dets udsteder stå som ca?",
            )
        else:
            yield warning(
                _WAY,
                f"{what} lykkes ikke ({wording.system(one.error or OSError(one.why))})",
                "Er adressen rigtig, og lukker firewallen igennem?",
            )


def folder(plugin: str, file: Path) -> Diagnosis:
    """Look whether a file can be written; its folder is made with the first one."""
    place = file.parent
    while not place.exists() and place != place.parent:
        place = place.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return fine(_FOLDER, f"{plugin}: der kan skrives i {place}")
    return warning(_FOLDER, f"{plugin}: der kan ikke skrives i {place}", "Giv den bruger, workeren kører som, lov.")
