"""Øvelse: which plugins load in training mode, and what is left of a host that does not vouch for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esdh_connect.channel import Channel
from esdh_connect.errors import PluginError, SettingsError
from esdh_connect.fence import fenced
from esdh_connect.hookspecs import PROJECT
from esdh_connect.plugins.loading import Broken

__all__ = ["Fenced", "Muted", "of_host", "vouch_at_all", "vouched"]

#: What a host is asked in training that does not vouch for itself: what decides, before anything happens. It is told
#: nothing of letters, and puts none on a case.
ASKED = frozenset(
    {
        "read_document",
        "resolve_recipient",
        "find_parties",
        "find_approvers",
        "find_colleague",
        "find_bundle",
        "choose_channel",
        "consolidate_letter",
        "offer_actions",
        "review_plan",
        "request_letters",
        "was_committed",
        "read_events",
        "register_converters",
        "register_tables",
        "register_bells",
        "examine_plugin",
        "erase_expired",
    }
)
#: What a channel may have that is called while letters are under way.
_CALLED = ("reaches", "send", "problems", "health", "ask")


class Muted:
    """A host as training has it where it does not vouch for itself: only what decides is left."""

    def __init__(self, host: object) -> None:
        for name in dir(host):
            if name in ASKED and hasattr(getattr(host, name), f"{PROJECT}_impl"):
                setattr(self, name, getattr(host, name))


class Fenced:
    """A channel out of which nothing leads but to this machine."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        for name in _CALLED:
            if hasattr(channel, name):
                setattr(self, name, fenced(getattr(channel, name)))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the channel has
        """Give what the channel has."""
        return getattr(self._channel, name)


def vouch_at_all(name: str, kind: type) -> None:
    """Refuse a plugin that cannot vouch for itself, before it is built. Raises PluginError."""
    if not hasattr(kind, "leads_outside"):
        raise _left_out(name)


def _left_out(name: str) -> PluginError:
    return PluginError(
        "left out in training: it does not vouch, with leads_outside, for nothing of it leading out of this machine",
        plugin=name,
        danish="er udeladt i øvelse, for det siger ikke om sig selv, at intet af det forlader maskinen",
    )


def vouched(loaded: Mapping[str, object]) -> tuple[dict[str, object], tuple[Broken, ...]]:
    """
    Give the plugins that may load in training, and those that are left out.

    Raises SettingsError where one says that something of it leads outside: nobody meant to practise with that.
    """
    inside = {name: plugin for name, plugin in loaded.items() if _vouches(name, plugin)}
    return inside, tuple(Broken(name, _left_out(name)) for name in loaded if name not in inside)


def of_host(host: object | None, name: str) -> object | None:
    """Give the host as training has it. Raises SettingsError as :func:`vouched` does."""
    return host if host is None or _vouches(name, host) else Muted(host)


def _vouches(name: str, plugin: object) -> bool:
    said = getattr(plugin, "leads_outside", None)
    if not callable(said):
        return False
    why = said()
    if not isinstance(why, str):
        raise PluginError(f"leads_outside answered with {type(why).__name__}, not with a text", plugin=name)
    if why:
        raise SettingsError(
            f"mode is training, and the plugin {name!r} leads outside: {why}",
            danish=f"mode er »training«, men pluginet »{name}« fører ud af øvelsen: {why}",
        )
    return True
