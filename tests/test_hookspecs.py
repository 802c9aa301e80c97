"""The surface keeps its rules: the grammar of a hook tells its kind, and every fact has its event."""

import inspect
import re

import pytest

from esdh_connect import hookspecs
from esdh_connect.events import FACTS

HOOKS = {
    name: function
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and hasattr(function, f"{hookspecs.PROJECT}_spec")
}
DUTIES = {"find_journal_entry", "journalize_dispatch", "was_committed"}
FIRST = DUTIES | {
    "choose_channel",
    "consolidate_letter",
    "find_approvers",
    "find_bundle",
    "find_colleague",
    "find_parties",
    "read_document",
    "resolve_recipient",
}


def test_there_are_hooks():
    """Or the tests below would prove nothing."""
    assert len(HOOKS) > 20


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_one_of_three_grammars(name):
    """register_<nouns>, <noun>_<participle> for facts, <verb>_<noun> for the rest."""
    if name in FACTS:
        assert re.fullmatch(r"(document|dispatch|receipt|usage|policy)_(\w+(ed|t|n)|held)", name)
    elif name.startswith("register_"):
        assert name.endswith("s")
    else:
        assert re.fullmatch(
            r"(was|read|resolve|choose|consolidate|offer|review|request|find|journalize|erase|examine|export)_[a-z_]+",
            name,
        )


@pytest.mark.parametrize("name", HOOKS)
def test_only_decisions_and_duties_stop_at_the_first_answer(name):
    """Everybody else is heard."""
    options = getattr(HOOKS[name], f"{hookspecs.PROJECT}_spec")

    assert bool(options.get("firstresult")) is (name in FIRST)


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_takes_exactly_its_event(name):
    """The event's class and the hook have the same name; who did what was used stands beside it."""
    beside = ["actor"] if name == "usage_recorded" else []
    assert list(inspect.signature(HOOKS[name]).parameters) == ["event", *beside]
    assert FACTS[name].hook() == name


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_typed_and_says_its_danish_word(name):
    """Annotations on every argument and the answer, and a docstring of at most five lines."""
    signature = inspect.signature(HOOKS[name])

    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())
    assert HOOKS[name].__doc__
    assert len(HOOKS[name].__doc__.splitlines()) <= 5
