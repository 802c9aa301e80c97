"""Policy: a pure fold over decisions, the same whatever order they are given in."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.policy import Department, Policy, PolicyChange, fold

START = datetime(2026, 1, 1, tzinfo=UTC)
WHOLE = Department("teknik")
PART = Department("byggesag", parent="teknik")

changes = st.builds(
    PolicyChange,
    department=st.sampled_from([WHOLE, PART, Department("kultur")]),
    what=st.fixed_dictionaries({}, optional={"plugins": st.sets(st.sampled_from("abc")), "consolidate": st.booleans()}),
    by=st.just("u1"),
    decided_at=st.integers(0, 10**6).map(lambda seconds: START + timedelta(seconds=seconds)),
    in_force=st.integers(0, 20).map(lambda days: START + timedelta(days=days)),
)


@given(
    st.lists(changes, unique_by=lambda change: change.decided_at).flatmap(
        lambda ones: st.tuples(st.just(ones), st.permutations(ones))
    )
)
def test_the_order_of_the_changes_does_not_matter(both):
    """What was decided is a set."""
    given_, shuffled = both

    assert fold(given_, PART, START + timedelta(days=10)) == fold(shuffled, PART, START + timedelta(days=10))


@given(st.lists(changes), st.integers(0, 20))
def test_what_is_decided_for_later_or_elsewhere_changes_nothing_now(ones, days):
    """A wave is a change with a start date."""
    now = START + timedelta(days=days)
    concerns = [one for one in ones if one.in_force <= now and one.department.id in ("teknik", "byggesag")]

    assert fold(ones, PART, now) == fold(concerns, PART, now)


def test_a_department_inherits_and_overrides():
    """The parent's word first, then its own, whenever each was decided."""
    ones = [
        PolicyChange(PART, {"channels": ["paper"]}, "u1", START, START),
        PolicyChange(WHOLE, {"channels": ["digital"], "plugins": ["letters"]}, "u1", START, START + timedelta(days=1)),
    ]
    policy = fold(ones, PART, START + timedelta(days=2))

    assert policy.channels == ("paper",)
    assert policy.plugins == {"letters"}


PROGRAM = """
import attrs
from datetime import date
from enum import Enum
from esdh_connect.policy import Department, Policy

Size = Enum("Size", "A4 A3")

@attrs.frozen
class Value:
    kinds: frozenset = frozenset("abcdef")
    more: dict = attrs.field(factory=lambda: {"x": {"p", "q", "r"}, "on": date(2027, 1, 1), "size": Size.A4})
    hidden: str = attrs.field(default="", repr=False)

print(*(Policy(Department("t"), values={"x": Value(hidden=one)}).version for one in ("", "other")))
"""


def test_the_version_is_the_same_in_every_process():
    """Planned in one and committed in another; what a plugin does not show is part of it."""
    found = set()
    for seed in ("1", "2", "3"):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}
        )
        found.add(run.stdout)
    assert len(found) == 1
    one, other = found.pop().split()
    assert one != other


def test_equal_policies_have_equal_versions_and_others_do_not():
    """The version is what a commit stores."""
    one = Policy(PART, ["a", "b"], ["x"], values={"a": 1})

    assert one.version == Policy(PART, ["b", "a"], ["x"], values={"a": 1}).version
    others = [
        Policy(PART, ["a"], ["x"]),
        Policy(WHOLE, ["a", "b"], ["x"]),
        Policy(PART, ["a", "b"], ["y"], consolidate=False),
    ]
    assert len({one.version, *(other.version for other in others)}) == 4
