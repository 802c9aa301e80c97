"""Loading: plugins by name from what is installed, and the tables they keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

import attrs
import pluggy

from esdh_connect.errors import PluginError, SettingsError
from esdh_connect.hookspecs import PROJECT
from esdh_connect.log import Log
from esdh_connect.outbox import Shelf

if TYPE_CHECKING:
    from esdh_connect.tables import Tables

__all__ = ["Broken", "Shelving", "load"]


@attrs.frozen
class Broken:
    """A plugin that was named but could not be used. The others go on without it."""

    name: str
    error: PluginError


def load(
    names: Sequence[str],
    build: Callable[[str, type], object],
    log: Log,
    may_load: Callable[[str, type], object] = lambda *_: None,
) -> tuple[dict[str, object], tuple[Broken, ...]]:
    """
    Import the plugins of these names and build each from its settings, where ``may_load`` raises no PluginError first.

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
            kind = _imported(offered[name])
            may_load(name, kind)
            loaded[name] = build(name, kind)
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


@attrs.frozen
class Shelving:
    """Has the tables of plugins made, by ``keep``, and hands them the ``shelf`` where these are."""

    shelf: Shelf
    keep: Callable[[str, Tables], None]

    def ask(self, manager: pluggy.PluginManager, name: str) -> None:
        """Ask the one plugin of the manager for its tables. Raises PluginError where they cannot be kept."""
        for tables in manager.hook.register_tables(store=self.shelf):
            self.keep(name, tables)
