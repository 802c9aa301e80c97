"""A department, what holds there, and one decision about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.model import Address, ContactPoint, Options, Printing, Sender
from esdh_connect.policy.rules import RULES

__all__ = ["HERE", "Department", "Policy", "PolicyChange", "SenderProfile"]

#: Dates in a policy are days in Denmark.
HERE = ZoneInfo("Europe/Copenhagen")


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


def _rules(names: Iterable[str]) -> tuple[str, ...]:
    """Give those there are, in their order: what was stored may name one of another version."""
    wanted = set(names)
    return tuple(name for name in RULES if name in wanted)


@attrs.frozen
class Department:
    """Afdeling. ``id`` is the host's; ``parent`` the id of the department it inherits from."""

    id: str
    name: str = ""
    parent: str | None = None


@attrs.frozen
class SenderProfile:
    """
    Afsenderprofil: how a department's letters tell whom they are from, on top of the installation's sender.

    ``label`` stands where the authority's name would; ``contact_point`` is where answers go, ``return_address`` where
    paper goes that cannot be delivered. ``replies`` says whether Digital Post lets the recipient answer: as each letter
    wishes, never, or always.
    """

    label: str = ""
    contact_point: ContactPoint | None = None
    return_address: Address | None = None
    replies: Literal["as_wished", "never", "always"] = "as_wished"

    def of(self, sender: Sender) -> Sender:
        """Give the installation's sender as this department's letters have it."""
        return attrs.evolve(
            sender,
            name=self.label or sender.name,
            contact_point=self.contact_point or sender.contact_point,
        )

    def ruled(self, options: Options) -> Options:
        """Give the wishes for a letter with this department's rule for answers."""
        if self.replies == "as_wished":
            return options
        return attrs.evolve(options, reply_allowed=self.replies == "always")


@attrs.frozen
class Policy:
    """
    What holds for one department at one moment.

    ``plugins`` is an allow-list of plugin names; ``channels`` the channel names in order of preference;
    ``consolidate`` says that letter and bilag are laid together in one PDF wherever they can be; ``approval`` that a
    second person approves each letter (godkendelse) before it leaves. ``product`` is what the print supplier calls the
    letters' paper and envelope, ``cost_centre`` (konteringsgruppe) who is billed; ``undo`` how long a dialog lets
    letters be regretted; ``gate`` names the rules of the safety gate (sikkerhedsport) that are on. Outside its dates
    (days in Denmark, both included) a department has no plugins and no channels.
    """

    department: Department
    plugins: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    channels: tuple[str, ...] = attrs.field(default=(), converter=_order)
    consolidate: bool = True
    approval: bool = False
    values: Mapping[str, Any] = attrs.field(factory=dict)
    sender: SenderProfile = SenderProfile()
    product: str = ""
    cost_centre: str = ""
    undo: timedelta = timedelta(0)
    gate: tuple[str, ...] = attrs.field(default=RULES, converter=_rules)
    active_from: date | None = None
    active_until: date | None = None

    def of(self, plugin: str) -> Any:  # noqa: ANN401 - a plugin's own table; only the plugin knows what is in it
        """Give what this department has set for ``plugin``, as plain data, or None."""
        return self.values.get(plugin)

    def most_files(self, channel: int) -> int:
        """Give how many files a letter may have, where the channel takes so many."""
        return min(1, channel) if self.consolidate else channel

    @property
    def printing(self) -> Printing:
        """Give what remote print is told beside the letter."""
        return Printing(self.product, self.cost_centre, self.sender.return_address)

    def is_active(self, at: datetime) -> bool:
        """Tell whether the aware time ``at`` is within its dates."""
        day = at.astimezone(HERE).date()
        began = self.active_from is None or self.active_from <= day
        return began and (self.active_until is None or day <= self.active_until)

    @cached_property
    def version(self) -> str:
        """Give a short digest of the content: equal policies have equal versions, in every process."""
        content = {field.name: _plain(getattr(self, field.name)) for field in attrs.fields(Policy)}
        content |= {"department": self.department.id, "undo": self.undo.total_seconds()}
        if self.gate == RULES:  # a policy from before there was a gate is the same policy still
            del content["gate"]
        return sha256(json.dumps(content).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a plugin's own values are of all kinds
    """Give a value as JSON has it, the same in every process: ``repr`` has sets in any order, and leaves things out."""
    if attrs.has(type(value)):
        return [type(value).__qualname__, _plain(attrs.asdict(value, recurse=False))]
    if isinstance(value, Mapping):
        return sorted(([_plain(key), _plain(one)] for key, one in value.items()), key=json.dumps)
    if isinstance(value, AbstractSet):
        return sorted((_plain(one) for one in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float) else repr(value)


@attrs.frozen
class PolicyChange:
    """
    One decision about one department.

    ``what`` maps attributes of :class:`Policy` to their new values: ``plugins``, ``channels`` and ``gate`` to a new
    list, or to one that says only what is more or less (``("+bilag", "-letters")``); ``values.bilag`` to what holds for
    one plugin; ``sender`` to a profile as a whole, ``sender.label`` to a part of it; ``name`` and ``parent`` to what
    the department is from then on. None is to have it as the department above has it. ``withdrawn`` lists when
    decisions about the department were made that do not count yet, and shall not.

    ``department`` says of one that nobody had heard of what it is called and where it belongs. ``decided_at`` and
    ``in_force`` are aware times; a later decision about the same day wins.
    """

    department: Department
    what: Mapping[str, Any]
    by: str
    decided_at: datetime
    in_force: datetime
    why: str = ""
