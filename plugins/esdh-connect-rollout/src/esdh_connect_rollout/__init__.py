"""Udrulning for esdh_connect: plugins are switched on department by department, in waves, the easiest first."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esdh_connect_rollout.door import Waves
    from esdh_connect_rollout.errors import UnknownWave, WaveRefused
    from esdh_connect_rollout.plugin import Rollout
    from esdh_connect_rollout.profiles.profile import Profile
    from esdh_connect_rollout.suggestions.findings import found
    from esdh_connect_rollout.suggestions.reasons import reason
    from esdh_connect_rollout.waves.acts import Kind
    from esdh_connect_rollout.waves.states import State

__all__ = ["Kind", "Profile", "Rollout", "State", "UnknownWave", "WaveRefused", "Waves", "found", "reason"]

_HOMES = {
    "Kind": "waves.acts",
    "Profile": "profiles.profile",
    "Rollout": "plugin",
    "State": "waves.states",
    "UnknownWave": "errors",
    "WaveRefused": "errors",
    "Waves": "door",
    "found": "suggestions.findings",
    "reason": "suggestions.reasons",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
