"""
Plugins: loading them by name, and asking them – a typed face over pluggy.

A plugin is loaded only if the settings name it, and asked in a department only if the department's policy lists
it. pluggy's own subsets are deny-lists, which a plugin registered later slips into; so there is one small manager
per distinct set of enabled plugins. The host and the built-in plugin are in every set; the host answers first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

import attrs
import pluggy

from esdh_connect import hookspecs
from esdh_connect.bell import Bell
from esdh_connect.channel import Channel, Conduct, conduct_of
from esdh_connect.converter import Converter
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.errors import PluginError, SettingsError, StoreError
from esdh_connect.events import FACTS, DocumentEvent, Event, NewEvents
from esdh_connect.hookspecs import PROJECT
from esdh_connect.log import Log
from esdh_connect.model import Colleague
from esdh_connect.outbox import EXPORTS
from esdh_connect.plugins.asked import Asked
from esdh_connect.plugins.loading import Broken, Shelving, load
from esdh_connect.plugins.practising import Fenced, of_host, vouch_at_all, vouched
from esdh_connect.plugins.registered import REGISTER, brought
from esdh_connect.policy import Policy
from esdh_connect.usage import Usage

__all__ = ["BUILTIN", "HOST", "Asked", "Broken", "Plugins", "Shelving", "load", "vouch_at_all"]

BUILTIN = "esdh_connect"
HOST = "host"
#: What is asked for the whole installation: a plugin of these alone is no department's to switch on.
_OF_ALL = frozenset({"register_bells", "register_tables", "erase_expired", "examine_plugin"})
_CACHED_SETS = 64


class Plugins:
    """All loaded plugins of an installation."""

    def __init__(
        self,
        builtin: object,
        loaded: Mapping[str, object],
        host: object | None,
        broken: tuple[Broken, ...] = (),
        keeping: Shelving | None = None,
        *,
        training: bool = False,
        log: Log = Log(),
    ) -> None:
        self._log = log
        if training:
            loaded, unvouched = vouched(loaded)
            host, broken = of_host(host, HOST), (*broken, *unvouched)
        members: dict[str, object] = {}
        #: What each has registered, by hook and then by its name.
        self._brought: dict[str, dict[str, Sequence[Any]]] = {hook: {} for hook in REGISTER}
        unsound = self._vetted(loaded, keeping, members)
        self._members = {BUILTIN: builtin, **members, **({HOST: host} if host is not None else {})}
        self._always = frozenset({BUILTIN, HOST})
        self._sets: dict[frozenset[str], Asked] = {}
        self.broken = (*broken, *unsound)
        self._everyone = self._manager(frozenset(self._members))
        if keeping and host is not None:
            keeping.ask(self._manager(frozenset({HOST})), HOST)
        for name in self._always & self._members.keys():
            self._ask(self._manager(frozenset({name})))
        self.channels: dict[str, Channel]
        self.converters: dict[str, Converter]
        self._bells: dict[str, Bell]
        self.channels, self.owners = self._registered("register_channels", "channels")
        if training:
            self.channels = {name: cast("Channel", Fenced(one)) for name, one in self.channels.items()}
        self.converters, self.makers = self._registered("register_converters", "converters")
        self._bells, _ = self._registered("register_bells", "bells")

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of all that are loaded, the built-in one and the host among them."""
        return tuple(self._members)

    def get(self, name: str) -> object | None:
        """Give the plugin that is loaded under this name, with its settings; None where there is none."""
        return self._members.get(name)

    @property
    def named(self) -> frozenset[str]:
        """Give the names the settings give, those that could not be used among them: what a department can have on."""
        return frozenset({*self._members, *(one.name for one in self.broken)} - self._always)

    def values_of(self, name: str) -> type | None:
        """Give the attrs class a plugin declares for what a department sets for it; None where it declares none."""
        kind = getattr(self._members.get(name), "department_values", None)
        return kind if isinstance(kind, type) and attrs.has(kind) else None

    def value_label(self, plugin: str, value: str) -> str:
        """Give what a plugin calls a value that a department can set, in Danish; its own name where it says none."""
        kind = self.values_of(plugin)
        said = (one.metadata.get("label") for one in (attrs.fields(kind) if kind else ()) if one.alias == value)
        return str(next(said, "") or value)

    def when_off(self, name: str) -> str:
        """Give what a plugin says of a department that has it off, in whole Danish sentences; "" where it says none."""
        return str(getattr(self._members.get(name), "when_off", ""))

    @property
    def listeners(self) -> tuple[str, ...]:
        """Give the names of those who want to hear any fact at all, the host among them."""
        heard = {
            implementation.plugin_name
            for name in FACTS
            for implementation in getattr(self._everyone.hook, name).get_hookimpls()
        }
        return tuple(name for name in self._members if name in heard)

    def hooks_of(self, name: str) -> tuple[str, ...]:
        """Give the hooks that the loaded plugin of this name implements, by name."""
        callers = self._everyone.get_hookcallers(self._members[name]) or []
        return tuple(sorted(caller.name for caller in callers))

    def asked(self, policy: Policy) -> Asked:
        """Give the face of the plugins that this policy enables."""
        asked = self._sets.get(policy.plugins)
        if asked is None:
            if len(self._sets) >= _CACHED_SETS:
                self._sets.pop(next(iter(self._sets)))
            asked = self._sets[policy.plugins] = Asked(self._manager(policy.plugins | self._always), self._log)
        return asked

    def channels_of(self, policy: Policy) -> tuple[Channel, ...]:
        """Give the channels a policy allows, in its order: those it names, of plugins it enables."""
        return tuple(
            self.channels[name]
            for name in policy.channels
            if name in self.channels and self._acts(self.owners[name], policy)
        )

    def converters_of(self, policy: Policy) -> tuple[Converter, ...]:
        """Give the converters of the plugins a policy enables: the host's first, then in the order of the settings."""
        names = [name for name, owner in self.makers.items() if self._acts(owner, policy)]
        return tuple(self.converters[name] for name in sorted(names, key=lambda name: self.makers[name] != HOST))

    def _acts(self, owner: str, policy: Policy) -> bool:
        return owner in policy.plugins or owner in self._always

    def conduct(self, channel: str) -> Conduct:
        """Give how the channel of this name wants to be treated."""
        return conduct_of(self.channels.get(channel))

    @property
    def gates(self) -> Mapping[str, str]:
        """Give through which gate the letters of each channel go."""
        return {name: self.gate(name) for name in self.channels}

    def gate(self, channel: str) -> str:
        """Give through which gate the letters of this channel go."""
        return self.conduct(channel).gate or channel

    def find_colleague(self, id: str) -> Colleague | None:  # noqa: A002 - the field's own word
        """Ask everybody, whatever departments have on, what somebody who works here is called."""
        return Asked(self._everyone, self._log).find_colleague(id)

    @property
    def has_journal(self) -> bool:
        """Tell whether anybody at all puts letters on cases: a process without a host may have nobody."""
        return bool(self._everyone.hook.journalize_dispatch.get_hookimpls())

    @property
    def erasers(self) -> tuple[tuple[str, Callable[[datetime], int | None]], ...]:
        """Give those that keep something which must go one day, each with what erases it."""
        found = self._everyone.hook.erase_expired.get_hookimpls()
        return tuple((one.plugin_name, partial(_erased, one)) for one in found)

    @property
    def examiners(self) -> tuple[tuple[str, Callable[[bool, datetime], Sequence[Diagnosis]]], ...]:
        """Give those that can say what is wrong with what they need, each with what examines it."""
        found = self._everyone.hook.examine_plugin.get_hookimpls()
        return tuple((one.plugin_name, partial(_examined, one)) for one in found)

    @property
    def exporters(self) -> Mapping[str, str]:
        """Give those who hand on what was used, by what each is called in the outbox: it has a position of its own."""
        found = self._everyone.hook.export_usage.get_hookimpls()
        return {f"{EXPORTS}{one.plugin_name}": one.plugin_name for one in found}

    def export(self, name: str, usage: Sequence[Usage]) -> None:
        """Have one plugin hand on what was used. Whatever it raises comes out."""
        for one in self._everyone.hook.export_usage.get_hookimpls():
            if one.plugin_name == name:
                one.function(*([usage] if one.argnames else []))

    @property
    def sources(self) -> Mapping[str, str]:
        """Give those that are read for what happens to documents, by what each is called in the outbox."""
        found = self._everyone.hook.read_events.get_hookimpls()
        return {f"source {one.plugin_name}": one.plugin_name for one in found}

    def read(self, name: str, cursor: str) -> NewEvents:
        """Read one source. Whatever it raises comes out; PluginError for an answer that is none."""
        for one in self._everyone.hook.read_events.get_hookimpls():
            if one.plugin_name == name:
                page: object = one.function(*([cursor] if one.argnames else []))
                if isinstance(page, NewEvents) and all(isinstance(event, DocumentEvent) for event in page.events):
                    return page
                if page is not None:
                    raise PluginError(f"read_events answered with {type(page).__name__}", plugin=name)
        return NewEvents(cursor)

    def is_always_on(self, name: str) -> bool:
        """Tell whether this is the host or the built-in plugin, which are never off."""
        return name in self._always

    def is_of_all(self, name: str) -> bool:
        """Tell whether a loaded plugin is there for the whole installation, so that no department has it on or off."""
        return name in self._members and _OF_ALL.issuperset(self.hooks_of(name))

    def listens(self, name: str, event: Event) -> bool:
        """Tell whether this plugin has an implementation of the event's hook."""
        return self._implementation(name, event) is not None

    def tell(self, name: str, event: Event, actor: str | None = None) -> None:
        """
        Tell one plugin one fact, and the ``actor`` where it asks for one.

        Whatever it raises comes out: the caller tells nobody else in this call.
        """
        implementation = self._implementation(name, event)
        if implementation is not None:
            known = {"event": event, "actor": actor}
            implementation.function(*(known[argument] for argument in implementation.argnames))

    def _implementation(self, name: str, event: Event) -> pluggy.HookImpl | None:
        caller = getattr(self._everyone.hook, event.hook())
        found = [one for one in caller.get_hookimpls() if one.plugin_name == name]
        return found[0] if found else None

    def _manager(self, names: frozenset[str]) -> pluggy.PluginManager:
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(hookspecs)
        for name, plugin in self._members.items():
            if name in names:
                _register(manager, name, plugin)
        return manager

    def bell(self, name: str) -> Bell:
        """Give the bell of this name. Raises SettingsError where no loaded plugin brings it."""
        if name not in self._bells:
            known = ", ".join(sorted(self._bells))
            raise SettingsError(
                f"worker.bell: no loaded plugin brings the bell {name!r}; there are: {known}",
                danish=f"worker.bell: intet indlæst plugin har klokken »{name}«; der er: {known}",
            )
        return self._bells[name]

    def _registered(self, hook: str, what: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Give what the plugins bring by its name, and who brings it."""
        found: dict[str, Any] = {}
        owners: dict[str, str] = {}
        for owner in self._members:
            for one in self._brought[hook].get(owner, ()):
                if one.name in found:
                    both = f"{owners[one.name]} and {owner}"
                    raise PluginError(f"two {what} are called {one.name!r}: from {both}", plugin=owner)
                found[one.name], owners[one.name] = one, owner
        return found, owners

    def _ask(self, manager: pluggy.PluginManager) -> None:
        for hook, its in self._brought.items():
            its.update(brought(manager, hook))

    def _vetted(
        self, loaded: Mapping[str, object], keeping: Shelving | None, members: dict[str, object]
    ) -> tuple[Broken, ...]:
        """
        Try each plugin alone, so that one that breaks the rules is left out and the others go on.

        A database that fails is nobody's fault here, and stops the start: StoreError.
        """
        broken: list[Broken] = []
        for name, plugin in loaded.items():
            manager = pluggy.PluginManager(PROJECT)
            manager.add_hookspecs(hookspecs)
            try:
                _register(manager, name, plugin)
                self._ask(manager)
                if keeping:
                    keeping.ask(manager, name)
            except StoreError:
                raise
            except PluginError as error:
                broken.append(Broken(name, error))
            except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it is reported, not swallowed
                broken.append(Broken(name, PluginError(f"raised at start: {error!r}", plugin=name)))
            else:
                members[name] = plugin
        return tuple(broken)


def _erased(implementation: pluggy.HookImpl, now: datetime) -> int | None:
    count: int | None = implementation.function(*([now] if implementation.argnames else []))  # type: ignore[assignment]
    return count


def _examined(implementation: pluggy.HookImpl, online: bool, at: datetime) -> Sequence[Diagnosis]:  # noqa: FBT001
    given = {"online": online, "at": at}
    found: Any = implementation.function(*(given[one] for one in implementation.argnames)) or ()
    return tuple(one for one in found if isinstance(one, Diagnosis))


def _register(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    if isinstance(plugin, type):
        raise PluginError(f"{plugin.__name__} is a class; register an instance", plugin=name)
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(str(error), plugin=name) from error
    for caller in manager.get_hookcallers(plugin) or []:
        wraps = any(one.plugin_name == name and (one.wrapper or one.hookwrapper) for one in caller.get_hookimpls())
        if wraps and caller.name in FACTS:
            raise PluginError(f"{caller.name} is a fact: it cannot be wrapped", plugin=name)
