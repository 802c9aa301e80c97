"""What was decided about departments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs

from esdh_connect.dispatch import Work
from esdh_connect.events import PolicyChanged
from esdh_connect.model import Address, ContactPoint
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department, Policy, PolicyChange, checked
from esdh_connect.testing.letters import NOON, POLICY, draft
from esdh_connect.testing.outbox.happenings import add

__all__ = ["Decisions"]

_TEKNIK = Department("teknik", "Teknik og Miljø")
_BYGGESAG = Department("byggesag", "Byggesag", "teknik")
_EVERYTHING = {
    "plugins": ["+letters", "-bilag"],
    "channels": ("fake",),
    "consolidate": False,
    "approval": True,
    "undo": timedelta(minutes=10),
    "active_from": date(2026, 11, 1),
    "active_until": None,
    "sender.label": "Teknik og Miljø",
    "sender.contact_point": ContactPoint("241d39f6-998e-4929-b198-ccacbbf4b330", "Byg"),
    "sender.return_address": Address(street="Rådhuspladsen", number="1", post_code="7700", lines=("en", "to")),
    "sender.replies": "never",
    "product": "77",
    "cost_centre": "4711",
    "values.letters": {"sizes": ["A4", 3, True], "deep": {"x": 1.5}},
}


def _change(department: Department = _TEKNIK, by: str = "ida", why: str = "bølge 1", **what: object) -> PolicyChange:
    return PolicyChange(department, checked(what), by, NOON, NOON + timedelta(days=1), why)


def _fact(number: int = 1) -> PolicyChanged:
    return PolicyChanged(f"policy/{number}", NOON, "teknik", ("approval",), NOON + timedelta(days=1))


class Decisions:
    """Decisions are kept for good, as they were made and in one order for everybody."""

    def test_what_was_decided_is_given_as_it_was_decided(self, outbox: Outbox) -> None:
        """Every attribute a policy has, who, why and when; and of a department what it was introduced with."""
        made = (attrs.evolve(_change(), what=checked(_EVERYTHING)), _change(_BYGGESAG, approval=True))
        assert outbox.decide(made, [], 0)
        assert outbox.decided() == made
        assert outbox.decided(1) == made[1:]
        assert outbox.decisions() == len(made)

    def test_who_decides_has_seen_what_was_decided(self, outbox: Outbox) -> None:
        """Of two that decide at once one is told so, and nothing of hers is kept."""
        assert (outbox.decisions(), outbox.decided()) == (0, ())
        outbox.install("letters")
        assert outbox.decide([_change(by="ida")], [(_fact(), POLICY)], 0)
        assert not outbox.decide([_change(by="bo"), _change(by="bo")], [(_fact(2), POLICY)], 0)
        assert not outbox.decide([_change(by="bo")], [], 7)
        assert [one.by for one in outbox.decided()] == ["ida"]
        assert [telling.event for telling in outbox.unheard("letters")] == [_fact()]

    def test_the_fact_is_told_to_whom_the_decision_has_on(self, outbox: Outbox) -> None:
        """It is governed by the policy it was stored under, which is kept with it."""
        outbox.install("letters")
        governing = Policy(_TEKNIK, frozenset({"bilag"}), undo=timedelta(minutes=5), active_from=date(2026, 1, 1))
        outbox.decide([_change(approval=True)], [(_fact(), governing)], 0)
        [telling] = outbox.unheard("letters")
        assert (telling.event, telling.plugins) == (_fact(), governing.plugins)
        assert outbox.policy(governing.version) == governing

    def test_what_has_not_left_is_counted(self, outbox: Outbox) -> None:
        """By department and channel: what a decision does not touch any more."""
        add(outbox, draft("1"), draft("2", work=Work.HELD), draft("3", department="kultur"))
        assert outbox.under_way() == {("teknik", "fake"): 2, ("kultur", "fake"): 1}

    def test_decisions_outlive_the_process(self, outbox: Outbox, reopen: Callable[[], Outbox]) -> None:
        """All of them."""
        made = (_change(approval=True), _change(_BYGGESAG))
        outbox.decide(made, [], 0)
        assert reopen().decided() == made
