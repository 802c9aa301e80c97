"""
Fortegnelse: which plugins are installed, and what each of them is and can do.

What is not named in the settings is not imported to be listed: a distribution says enough of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from itertools import chain

import attrs

from esdh_connect.channel import Channel
from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Diagnosis, Level
from esdh_connect.health import Health
from esdh_connect.hookspecs import PROJECT

__all__ = ["COMMANDS", "Card", "capabilities", "card_of", "condition", "described", "hooks_of", "installed", "vouches"]

#: The group of entry points that commands stand in.
COMMANDS = "esdh_connect.commands"
_LICENCES = ("License-Expression", "License")
#: What a distribution says of itself in its classifier »Development Status«.
_SUPPORT = {
    "1": "planlagt",
    "2": "forsøg",
    "3": "forsøg",
    "4": "afprøvning",
    "5": "drift",
    "6": "drift",
    "7": "ophørt",
}


@attrs.frozen
class Card:
    """
    Kort: one plugin. ``support`` is how far its makers say that it is, in Danish; empty where they do not.

    ``hooks``, ``channels`` and ``converters`` are known of what is loaded; ``problem`` says why it is not, where the
    settings name it. ``departments`` have it on now. ``training`` says whether it vouches for itself there; None
    where it is not loaded.
    """

    name: str
    distribution: str
    version: str
    licence: str
    summary: str
    support: str
    commands: tuple[str, ...] = ()
    loaded: bool = False
    problem: str = ""
    hooks: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    converters: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    training: bool | None = None


def installed() -> tuple[Card, ...]:
    """Give a card for each plugin that is installed, by name. Nothing is imported."""
    return tuple(card_of(point) for point in sorted(entry_points(group=PROJECT), key=lambda point: point.name))


def card_of(point: EntryPoint) -> Card:
    """Give what the distribution of a plugin says of itself."""
    its = point.dist
    if its is None:
        return Card(point.name, "", "", "", "", "")
    said, commands = its.metadata, its.entry_points.select(group=COMMANDS)
    classifiers = said.get_all("Classifier") or ()
    return Card(
        name=point.name,
        distribution=its.name,
        version=its.version,
        licence=next((said[one] for one in _LICENCES if one in said), ""),
        summary=said["Summary"] if "Summary" in said else "",  # noqa: SIM401 - it has no get of its own type
        support=_support(classifiers),
        commands=tuple(sorted(command.name for command in commands)),
    )


def _support(classifiers: Iterable[str]) -> str:
    levels = [one.rpartition(":: ")[2][:1] for one in classifiers if one.startswith("Development Status ::")]
    return _SUPPORT.get(levels[0], "") if levels else ""


def described(post: Connect) -> tuple[Card, ...]:
    """Give the cards of all that is installed, with what the installation knows of those it has loaded."""
    return tuple(_in_use(card, post) for card in installed())


def _in_use(card: Card, post: Connect) -> Card:
    broken = {one.name: str(one.error) for one in post.plugins.broken}
    if card.name not in post.plugins.names:
        return attrs.evolve(card, problem=broken.get(card.name, ""))
    return attrs.evolve(
        card,
        loaded=True,
        hooks=post.plugins.hooks_of(card.name),
        channels=tuple(_of(card.name, post.plugins.channels, post.plugins.owners)),
        converters=tuple(_of(card.name, post.plugins.converters, post.plugins.makers)),
        departments=tuple(one.id for one in post.departments if card.name in post.policy(one.id).plugins),
        training=vouches(type(post.plugins.get(card.name))),
    )


def vouches(plugin: type) -> bool:
    """Tell whether a plugin's class can say that nothing leads outside: then it may load in training."""
    return callable(getattr(plugin, "leads_outside", None))


def condition(card: Card, post: Connect, health: Health | None = None) -> tuple[str, ...]:
    """
    Give what is wrong with a loaded plugin, in Danish: as its channels, its converters and itself tell. Offline.

    ``health`` is what :meth:`Connect.health` has just told, where several are asked about.
    """
    health = health or post.health()
    of_channels = [health.channels[name].problem for name in card.channels if name in health.channels]
    of_converters = [health.converters[name] for name in card.converters if name in health.converters]
    of_its_own = [_examined(examine, health.at) for name, examine in post.plugins.examiners if name == card.name]
    return tuple(dict.fromkeys(filter(None, (*of_channels, *of_converters, *chain(*of_its_own)))))


def _examined(examine: Callable[[bool, datetime], Sequence[Diagnosis]], at: datetime) -> tuple[str, ...]:
    try:
        return tuple(one.text for one in examine(False, at) if one.level is not Level.FINE)  # noqa: FBT003 - the hook's own
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything: that is what was found
        return (f"kunne ikke undersøges ({type(error).__name__})",)


def _of(plugin: str, brought: Iterable[str], owners: dict[str, str]) -> Iterator[str]:
    return (name for name in brought if owners[name] == plugin)


def hooks_of(plugin: type) -> tuple[str, ...]:
    """Give the hooks a plugin's class implements, in the order of their names."""
    marked = (name for name in dir(plugin) if hasattr(getattr(plugin, name, None), f"{PROJECT}_impl"))
    return tuple(sorted(marked))


def capabilities(channel: Channel) -> dict[str, object]:
    """Give what a channel takes, for programs."""
    limits = channel.limits
    return {
        "name": channel.name,
        "label": channel.label,
        "files": limits.max_files,
        "bytes": limits.max_bytes,
        "paper": limits.on_paper,
        "media_types": sorted(limits.media_types),
    }
