"""Indlæsning: the plugins that the settings name are imported and built, and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points

import attrs

from esdh_connect.errors import PluginError, SettingsError
from esdh_connect.hookspecs import PROJECT
from esdh_connect.log import Log

__all__ = ["Broken", "load"]


@attrs.frozen
class Broken:
    """A plugin that was named but could not be used. The others go on without it."""

    name: str
    error: PluginError


def load(
    names: Sequence[str], build: Callable[[str, type], object], log: Log
) -> tuple[dict[str, object], tuple[Broken, ...]]:
    """
    Import the plugins of these names and build each from its settings.

    Nothing else that is installed is imported. A name that no installed distribution offers, and settings that
    do not fit, are SettingsError; a plugin that cannot be imported or built is reported as Broken.
    """
    offered = {point.name: point for point in entry_points(group=PROJECT)}
    loaded: dict[str, object] = {}
    broken: list[Broken] = []
    for name in names:
        if name not in offered:
            raise SettingsError(
                f"no installed distribution offers the plugin {name!r}; installed: {sorted(offered) or 'none'}",
                danish=f"pluginet »{name}« er ikke installeret",
            )
        try:
            loaded[name] = build(name, _imported(offered[name]))
        except PluginError as error:
            log.error("plugin_broken", plugin=name, error=str(error))
            broken.append(Broken(name, error))
    return loaded, tuple(broken)


def _imported(point: EntryPoint) -> type:
    try:
        plugin = point.load()
    except Exception as error:
        raise PluginError(f"{point.value} cannot be imported: {error!r}", plugin=point.name) from error
    if not isinstance(plugin, type):
        raise PluginError(f"{point.value} is not a class", plugin=point.name)
    return plugin
