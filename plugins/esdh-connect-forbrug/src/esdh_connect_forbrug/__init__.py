"""Forbrug for esdh_connect: use is counted department by department, told on and shown, and never names a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esdh_connect_forbrug.plugin import Forbrug

__all__ = ["Forbrug"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from esdh_connect_forbrug.plugin import Forbrug

    return Forbrug
