"""Udrulning for esdh_connect: plugins are switched on department by department, in waves, the easiest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esdh_connect_rollout.plugin import Rollout

__all__ = ["Rollout"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from esdh_connect_rollout.plugin import Rollout

    return Rollout
