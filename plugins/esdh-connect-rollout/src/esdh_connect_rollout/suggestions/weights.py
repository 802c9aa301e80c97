"""Vægte: how much each thing that is known of a department counts when they are put in order."""

from __future__ import annotations

from math import isfinite
from typing import Any

import attrs

__all__ = ["CLEAN", "Weights"]

#: What becomes a PDF without anything being lost, or anybody having to look.
CLEAN = ("pdf", "docx", "odt", "rtf", "txt", "jpg", "jpeg", "png", "tif", "tiff", "eml", "html")


def _sane(_self: object, field: attrs.Attribute[Any], value: float) -> None:
    if not isfinite(value) or value < 0:
        raise ValueError(f"{field.name} must be a number from 0 up")


def _weight(default: float) -> Any:  # noqa: ANN401 - an attrs field
    return attrs.field(default=default, validator=_sane, converter=float)


@attrs.frozen
class Weights:
    """
    Vægte; 0 leaves something out. The first three are the effect, the others how little it takes.

    ``letters`` a month · ``addressable`` recipients · ``attachments`` that recur · ``types`` that become PDF cleanly ·
    ``findings`` of doctor · ``contact`` who is named.
    """

    letters: float = _weight(3)
    addressable: float = _weight(2)
    attachments: float = _weight(1)
    types: float = _weight(2)
    findings: float = _weight(2)
    contact: float = _weight(1)
