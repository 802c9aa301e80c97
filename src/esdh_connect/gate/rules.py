"""Regler: the gate's own, each by the name a department switches it on and off by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import attrs

from esdh_connect.dispatch import Concern, Plan
from esdh_connect.gate.circumstances import dead, emigrated, protected_address, under_15, unknown_address
from esdh_connect.gate.drafts import draft
from esdh_connect.gate.evidence import Evidence
from esdh_connect.gate.mismatch import name_mismatch, unread
from esdh_connect.gate.parties import not_a_party, too_many_recipients
from esdh_connect.gate.repeats import same_letter
from esdh_connect.gate.titles import title_tells

__all__ = ["AGAIN", "ALL", "judged", "remarked"]

Rule = Callable[[Evidence], Iterator[Concern]]

ALL: Mapping[str, Rule] = MappingProxyType(
    {
        rule.__name__: rule
        for rule in (
            not_a_party,
            protected_address,
            dead,
            emigrated,
            under_15,
            unknown_address,
            same_letter,
            title_tells,
            name_mismatch,
            draft,
            too_many_recipients,
        )
    }
)
#: What is asked when a letter goes once more to the same recipient: what it says was judged when it went first.
AGAIN = frozenset({"protected_address", "dead", "emigrated", "under_15", "unknown_address", "same_letter"})


def judged(seen: Evidence, *, again: bool = False) -> list[Concern]:
    """Ask every rule that the department has on."""
    on = [name for name in seen.policy.gate if not again or name in AGAIN]
    return [concern for name in on if name in ALL for concern in ALL[name](seen)]


def remarked(plan: Plan, seen: Evidence, *, again: bool = False) -> Plan:
    """Give the plan with what a rule that is on could not find out, as warnings: it stops nothing."""
    said = dict(unread(seen)) if name_mismatch.__name__ in seen.policy.gate and not again else {}
    if not said:
        return plan
    rows = (
        attrs.evolve(row, warnings=(*row.warnings, said[row.party])) if row.party in said and not row.reminder else row
        for row in plan.rows
    )
    return attrs.evolve(plan, rows=tuple(rows))
