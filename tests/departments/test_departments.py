"""The door to departments: which there are, what holds, and how that is changed."""

from datetime import date, timedelta

import pytest

from esdh_connect.connect import Connect
from esdh_connect.departments import Department, PolicyChange, SenderProfile
from esdh_connect.errors import PolicyError, UnknownDepartment


def test_the_settings_are_taken_over_once(post, clock):
    """What they said is in the history, by »settings« or whoever it was; another start changes nothing."""
    assert [one.id for one in post.departments] == ["teknik", "kultur"]
    assert len(post.departments) == 2
    said = [PolicyChange(Department("teknik"), {"approval": True}, "settings", clock(), clock())]
    again = Connect(outbox=post.outbox, seal=post.seal, changes=said, now=clock)
    assert not again.policy("teknik").approval
    assert len(again.departments.history()) == 2


def test_what_is_far_above_is_inherited_and_lists_say_what_is_more(post, decide):
    """A tree of any depth; relative lists go on from what holds above, whatever that becomes."""
    decide("byggesag", "teknik")
    decide("nabohoering", "byggesag", channels=["+paper"])
    assert post.departments.lineage("nabohoering") == ("nabohoering", "byggesag", "teknik")
    assert post.policy("nabohoering").channels == ("fake", "paper")
    decide("teknik", channels=("digital", "fake"), sender=SenderProfile("Teknik og Miljø"))
    decide("byggesag", sender__replies="never")
    assert post.policy("nabohoering").channels == ("digital", "fake", "paper")
    assert post.policy("nabohoering").sender == SenderProfile("Teknik og Miljø", replies="never")
    assert [one.id for one in post.departments.children("teknik")] == ["byggesag"]
    assert [one.id for one in post.departments.children(None)] == ["teknik", "kultur"]


def test_a_department_is_not_called_by_a_cpr_number(post, decide):
    """Its id stands in the outbox, in logs and in events, for ever."""
    with pytest.raises(PolicyError, match="looks like a CPR number"):
        decide("1212121212", name="x")
    assert "1212121212" not in post.departments


def test_a_change_counts_from_its_day_and_leaves_the_past_as_it_was(post, decide, clock):
    """What held then is what holds when asked about then."""
    began = clock()
    decide("teknik", since=timedelta(days=2), approval=True)
    assert not post.policy("teknik").approval
    clock.move(days=3)
    assert post.policy("teknik").approval
    assert not post.departments.policy("teknik", began).approval
    origin = post.departments.origins("teknik")["approval"]
    assert (origin.change.by, origin.department, origin.inherited) == ("ida", "teknik", False)


def test_outside_its_dates_a_department_has_nothing(post, decide, clock):
    """Days in Denmark, the first and the last included."""
    decide("teknik", active_from=date(2026, 11, 24), active_until=date(2026, 11, 24))
    assert not post.policy("teknik").channels
    clock.time = clock.time.replace(hour=23)  # 24 November in Denmark
    assert post.policy("teknik").channels == ("fake",)
    clock.move(days=1)
    assert not post.policy("teknik").plugins


@pytest.mark.parametrize(
    ("id_", "what"),
    [
        ("teknik", {"parent": "teknik"}),
        ("teknik", {"parent": "byggesag"}),
        ("teknik", {"parent": "nowhere"}),
        ("teknik", {"plugins": ["leters"]}),
        ("teknik", {"plugins": ["+letters", "more"]}),
        ("teknik", {"aproval": True}),
        ("teknik", {"approval": "ja"}),
        ("teknik", {"undo": 100_000}),
        ("teknik", {"sender": {"labl": "x"}}),
        ("teknik", {"sender__contact_point": {"id": 7}}),
        ("teknik", {"product": "A4"}),
        (" ", {}),
    ],
)
def test_what_cannot_be_is_refused_in_danish(post, decide, id_, what):
    """And nothing of it is kept."""
    decide("byggesag", "teknik")
    with pytest.raises(PolicyError) as error:
        decide(id_, **what)
    assert error.value.danish
    assert len(post.departments.history()) == 3


def test_nobody_hears_of_a_department_that_is_not_there(post):
    """A name that was mistyped is not an empty department."""
    with pytest.raises(UnknownDepartment):
        post.departments.get("tekink")
    assert "tekink" not in post.departments


def test_the_past_is_not_decided_about(post, clock):
    """What held, held."""
    with pytest.raises(PolicyError):
        post.departments.change(
            [PolicyChange(Department("teknik"), {"approval": True}, "ida", clock(), clock() - timedelta(days=1))]
        )
