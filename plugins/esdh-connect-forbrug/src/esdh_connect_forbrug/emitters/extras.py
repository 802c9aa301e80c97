"""Ekstra pakker: what an emitter needs beside the plugin is said by name at start, not found missing in the night."""

from __future__ import annotations

from importlib import import_module

from esdh_connect.errors import PluginError

__all__ = ["need"]


def need(module: str, extra: str) -> None:
    """Import what the emitter stands on. Raises PluginError with the command that installs it."""
    try:
        import_module(module)
    except ImportError as error:
        install = f'pip install "esdh-connect-forbrug[{extra}]"'
        raise PluginError(
            f"{module} is not installed: {install}",
            plugin=f"forbrug-{extra}",
            danish=f"pakken {module} er ikke installeret: {install}",
        ) from error
