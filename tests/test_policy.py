"""Policy: a pure fold over decisions, the same whatever order they are given in."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.errors import PolicyError
from esdh_connect.policy import Department, Policy, PolicyChange, Tree, checked, combined, fold, lineage, plain

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


# --- lists that say what is more and what is less

_YEAR = timedelta(days=365)
NAMES = st.lists(st.sampled_from("abcde"), unique=True)
WHOLE_LISTS = NAMES.map(tuple)
MORE_OR_LESS = NAMES.filter(bool).flatmap(
    lambda names: st.tuples(*(st.sampled_from((f"+{one}", f"-{one}")) for one in names))
)


@given(WHOLE_LISTS, MORE_OR_LESS | WHOLE_LISTS, MORE_OR_LESS | WHOLE_LISTS)
def test_lists_can_be_laid_together_in_any_grouping(first, second, third):
    """What a department has said so far is one list, over whatever holds above it."""
    one, other = combined(combined(first, second), third), combined(first, combined(second, third))
    assert set(one) == set(other)
    if not any(name.startswith("-") for name in (*second, *third)):  # put back, a name is where it is above
        assert one == other


@given(WHOLE_LISTS, MORE_OR_LESS)
def test_what_is_more_is_there_once_and_what_is_less_is_not(names, said):
    """The order of what stays is kept; what is new comes last."""
    found = combined(names, said)
    assert set(found) == (set(names) | {one[1:] for one in said if one[0] == "+"}) - {
        one[1:] for one in said if one[0] == "-"
    }
    assert len(set(found)) == len(found)
    assert [one for one in found if one in names] == [one for one in names if one in found]


@given(st.none() | WHOLE_LISTS | MORE_OR_LESS, st.none() | WHOLE_LISTS | MORE_OR_LESS, st.data())
def test_what_is_taken_out_of_a_list_and_put_back_stands_where_it_stood(above, own, data):
    """Whoever switches something off for a day finds the order as it was."""
    days = (START + timedelta(days=day) for day in range(9))
    begun = [
        PolicyChange(about, {"channels": said}, "u1", at, at)
        for about, said, at in ((WHOLE, above, next(days)), (PART, own, next(days)))
    ]
    before = fold(begun, PART, next(days)).channels
    taken = data.draw(st.lists(st.sampled_from(before), unique=True) if before else st.just([]))
    off = [PolicyChange(PART, {"channels": [f"-{one}"]}, "u1", at, at) for one, at in zip(taken, days, strict=False)]
    assert fold([*begun, *off], PART, START + timedelta(days=300)).channels == tuple(
        one for one in before if one not in taken
    )
    back = data.draw(st.permutations(taken))
    on = [PolicyChange(PART, {"channels": [f"+{one}" for one in back]}, "u1", at, at) for at in [START + _YEAR] if back]
    assert fold([*begun, *off, *on], PART, START + 2 * _YEAR).channels == before


@given(st.lists(changes, unique_by=lambda one: one.decided_at), st.data())
def test_what_is_withdrawn_before_it_counts_never_does(ones, data):
    """All else is as if it had not been decided; and what counted already did."""
    at = START + timedelta(days=10)
    about = [one for one in ones if one.department.id == PART.id]
    gone = data.draw(st.lists(st.sampled_from(about), unique_by=id) if about else st.just([]))
    withdrawal = PolicyChange(PART, {"withdrawn": [one.decided_at.isoformat() for one in gone]}, "u1", at, at)
    left = [one for one in ones if one not in gone or one.in_force <= at]
    for day in (9, 10, 11, 15, 30):
        later = START + timedelta(days=day)
        kept = left if day >= 10 else ones
        assert fold([*ones, withdrawal], PART, later) == fold(kept, PART, later)
    assert checked(plain(checked(withdrawal.what))) == checked(withdrawal.what)


# --- the tree

IDS = ("a", "b", "c", "d")
decisions = st.builds(
    PolicyChange,
    department=st.sampled_from([Department(one) for one in IDS]),
    what=st.fixed_dictionaries(
        {},
        optional={
            "plugins": st.none() | WHOLE_LISTS | MORE_OR_LESS,
            "parent": st.sampled_from(("", *IDS)),
            "approval": st.none() | st.booleans(),
            "sender.label": st.none() | st.sampled_from(("x", "y")),
        },
    ),
    by=st.just("u1"),
    decided_at=st.integers(0, 10**6).map(lambda seconds: START + timedelta(seconds=seconds)),
    in_force=st.integers(0, 20).map(lambda days: START + timedelta(days=days)),
)


@given(st.lists(decisions, unique_by=lambda one: one.decided_at), st.data())
def test_a_tree_depends_on_no_order_and_on_nothing_that_comes_later(ones, data):
    """Also where departments are moved about, and where the moves make circles, which nobody lets in."""
    at = START + timedelta(days=data.draw(st.integers(0, 20)))
    known = [one for one in ones if one.in_force <= at]
    shuffled = Tree(data.draw(st.permutations(ones)))
    later = Tree(known).more(one for one in ones if one not in known)
    for id_ in IDS:
        policy = Tree(ones).policy(id_, at)
        assert policy == shuffled.policy(id_, at) == Tree(known).policy(id_, at) == later.policy(id_, at)
        assert policy == fold(ones, Tree(ones).department(id_, at), at)
        assert set(Tree(ones).origins(id_, at)) - {"parent"} == set(shuffled.origins(id_, at)) - {"parent"}


@given(st.lists(decisions, unique_by=lambda one: one.decided_at))
def test_between_two_moments_of_a_tree_nothing_changes(ones):
    """So that what was folded once can be given again until the next."""
    tree = Tree(ones)
    for begins, ends in pairwise([*tree.moments, START + timedelta(days=400)]):
        for id_ in IDS:
            assert tree.policy(id_, begins) == tree.policy(id_, ends - timedelta(microseconds=1))


def test_the_nearest_that_says_something_counts():
    """Every attribute by itself, each part of a sender profile too, down a tree of any depth."""
    chain = [Department(f"{at}", parent=f"{at - 1}" if at else None) for at in range(50)]
    ones = [PolicyChange(one, {}, "u1", START, START) for one in chain]
    ones.append(PolicyChange(chain[0], {"sender": {"label": "Top", "replies": "never"}}, "u1", START, START))
    ones.append(PolicyChange(chain[40], {"sender.label": "Middle", "values": {"x": {"y": 1}}}, "u1", START, START))
    deepest = Tree(ones).policy("49", START)

    assert (deepest.sender.label, deepest.sender.replies, deepest.of("x")) == ("Middle", "never", {"y": 1})
    assert Tree(ones).policy("39", START).sender.label == "Top"
    assert lineage(chain, "49") == Tree(ones).lineage("49", START)
    assert lineage([Department("a", parent="b"), Department("b", parent="a")], "a") == ("a", "b")


@given(decisions)
def test_what_a_change_says_can_be_written_down_and_read_again(one):
    """As JSON."""
    assert checked(json.loads(json.dumps(plain(checked(one.what))))) == checked(one.what)


@pytest.mark.parametrize(
    ("what", "danish"),
    [
        ({"aproval": True}, "en afdeling har ikke noget, der hedder »aproval« – mente du »approval«?"),
        ({"plugins": "letters"}, "plugins: her skal stå en liste"),
        ({"channels": ["a", "a"]}, "channels: et navn står der to gange"),
        ({"undo": -1}, "undo: her skal stå 0 minutter til et døgn"),
        ({"active_from": "4.1.2027"}, "active_from: en dato skrives som 2027-01-04"),
        ({"sender.replies": "sometimes"}, "sender.replies: her skal stå en af: as_wished, never, always"),
        ({"sender": {"lable": "x"}}, "sender: »lable« hører ikke til her"),
        ({"sender.contact_point": {"label": "Byg"}}, "sender.contact_point: id mangler"),
        ({"values": {"x": object()}}, "values.x: object kan ikke gemmes"),
    ],
)
def test_what_does_not_fit_is_said_in_danish(what, danish):
    """With the attribute's name."""
    with pytest.raises(PolicyError) as error:
        checked(what)
    assert error.value.danish.startswith(danish)
