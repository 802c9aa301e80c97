"""Udrulning for esdh_connect: plugins are switched on department by department, in waves, the easiest first."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esdh_connect_rollout.door import Waves
    from esdh_connect_rollout.plugin import Rollout

__all__ = ["Rollout", "Waves"]

_HOMES = {"Rollout": "plugin", "Waves": "door"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
