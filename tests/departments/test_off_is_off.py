"""P6: a plugin that is off in the governing policy is never called; and the test would notice if it were."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from esdh_connect.delivery.telling import Teller
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Tree
from esdh_connect.testing.memory import MemoryOutbox
from tests.departments.off_is_off import PLUGINS, OffIsOff, OffIsOffInAFile

STEPS = 40


@pytest.mark.slow  # some hundred letters, each planned, committed, sent and told of, in memory and in files
@pytest.mark.parametrize(("machine", "examples"), [(OffIsOff, 60), (OffIsOffInAFile, 15)])
def test_off_is_off(machine, examples):
    """Random trees, random dated decisions, random moments; for what is under way the policy it was begun under."""
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=STEPS, deadline=None)
    )


def everybody(asked):
    return lambda self, policy: asked(self, attrs.evolve(policy, plugins=PLUGINS))


def whenever(said):
    return lambda self, id_, _at: said(self, id_, datetime(2099, 1, 1, tzinfo=UTC))


def nobody_knows(policy):
    return lambda self, version: attrs.evolve(policy(self, version), plugins=PLUGINS)


@pytest.mark.slow  # it takes some tries to find what is wrong
@pytest.mark.parametrize(
    ("where", "name", "mutant"),
    [
        (Plugins, "asked", everybody),
        (Tree, "said", whenever),
        (Teller, "_concerns", lambda _: lambda self, name, telling: self.plugins.listens(name, telling.event)),
        (MemoryOutbox, "policy", nobody_knows),
    ],
    ids=["everybody is asked", "a decision counts before its day", "everybody is told", "the version is not looked at"],
)
def test_it_would_be_noticed(monkeypatch, where, name, mutant):
    """The same machine on a program with one mistake fails."""
    monkeypatch.setattr(where, name, mutant(getattr(where, name)))
    tries = settings(
        max_examples=300, stateful_step_count=STEPS, deadline=None, phases=[Phase.generate], database=None,
        report_multiple_bugs=False,
    )  # fmt: skip
    with pytest.raises(AssertionError):
        run_state_machine_as_test(OffIsOff, settings=tries)
