"""What plugins register: asked once, at start, and looked at before anybody relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pluggy

from esdh_connect.errors import PluginError

__all__ = ["REGISTER", "brought"]

#: What each thing that is registered must have.
REGISTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "register_channels": ("name", "label", "limits", "reaches", "send"),
        "register_converters": ("name", "version", "takes", "convert"),
        "register_bells": ("name", "ring", "run", "health"),
    }
)


def brought(manager: pluggy.PluginManager, hook: str) -> Iterator[tuple[str, Sequence[Any]]]:
    """Ask each plugin of the manager; gives its name and what it brings. Raises PluginError for what is none of it."""
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        answer: Any = implementation.function()
        yield implementation.plugin_name, _checked(answer, hook, implementation.plugin_name)


def _checked(answer: Any, hook: str, owner: str) -> Sequence[Any]:  # noqa: ANN401 - a plugin may answer anything
    if answer is None:
        return ()
    if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
        raise PluginError(f"{hook} answered with {type(answer).__name__}, not with a list", plugin=owner)
    for one in answer:
        missing = [name for name in REGISTER[hook] if not hasattr(one, name)]
        if missing:
            raise PluginError(f"{hook} brought a {type(one).__name__} without {', '.join(missing)}", plugin=owner)
    return answer
