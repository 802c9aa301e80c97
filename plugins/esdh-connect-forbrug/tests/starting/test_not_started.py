"""Who has not started is seen, asked why, and helped – and left alone where there is no need."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.errors import PolicyError, Rejected, UnknownDepartment
from esdh_connect.usage import UsageKind
from esdh_connect.workdays import Workdays
from esdh_connect_forbrug.starting import AnswerRefused, Hurdle, Reason, Step
from esdh_connect_forbrug.starting.suggesting import suggested

CLOSED = Workdays(("06-05", "12-24", "12-31"))
TODAY = date(2026, 11, 23)


# --- who is asked


def test_a_department_that_is_in_use_has_no_reason_to_give(here):
    """Nor one that could not send for so long: it would stand nowhere. Nothing is noted."""
    here.send("byg")
    for id_, text in (("byg", "»Byg« er i gang"), ("ny", "»Ny« har ikke kunnet sende i 30 arbejdsdage")):
        with pytest.raises(AnswerRefused) as refused:
            here.door.answer(id_, Reason.OTHER, by="Mette")
        assert text in refused.value.danish
        assert here.door.history(id_) == ()


# --- working days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 2), False),  # Skærtorsdag
        (date(2026, 5, 1), True),  # what was Store Bededag until 2023
        (date(2026, 6, 5), False),  # Grundlovsdag, closed by the settings
        (date(2026, 12, 24), False),
        (date(2026, 12, 23), True),
        (date(2026, 11, 21), False),  # a Saturday
    ],
)
def test_a_working_day_is_one_on_which_people_are_at_work(day, works):
    """Danish holidays, weekends, and the days this municipality is closed."""
    assert (day in CLOSED) is works


def test_a_closed_day_of_one_year_is_open_in_the_next():
    """A bridging day, for instance."""
    closed = Workdays(("2026-05-15",))
    assert (date(2026, 5, 15) in closed, date(2028, 5, 15) in closed) == (False, True)


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_so_many_working_days_lie_between(day, days):
    """Counted one by one; over Christmas and Easter too."""
    first = CLOSED.before(day, days)
    between = [first + timedelta(days=at) for at in range((day - first).days)]
    assert sum(one in CLOSED for one in between) == days
    if day in CLOSED:
        assert CLOSED.after(first, days) == day


# --- departments


def test_who_could_send_all_that_time_and_did_not_is_on_the_list(here):
    """Not who sent, not who cannot, and not who was switched on last week."""
    here.send("byg")

    assert sorted(here.waiting) == ["kultur", "vej"]
    assert here.one("vej").reason == "Ikke oplyst"


def test_a_letter_is_forgotten_after_thirty_working_days(here):
    """Then the department is on the list again."""
    here.send("byg")
    here.clock.move(days=49)  # thirty working days after that week, with Christmas among them, are more
    assert "byg" not in here.waiting
    here.clock.move(days=7)
    assert "byg" in here.waiting
    assert sorted(here.waiting) == ["byg", "kultur", "ny", "vej"]


def test_one_that_stopped_is_told_apart_from_one_that_never_began(here):
    """Once a month in which it was in use is published."""
    for user in ("ane", "bo", "cilla", "dan", "eva"):
        here.send("byg", by=user)
    here.clock.move(days=60)
    here.post.deliver()
    assert (here.one("byg").has_begun, here.one("vej").has_begun) == (True, False)


def test_a_department_with_no_need_leaves_the_list_without_blame(here):
    """It is told beside it, and comes back when its answer changes."""
    here.door.answer("vej", Reason.NO_NEED, by="Mette")

    assert here.waiting == ["byg", "kultur"]
    assert [(one.department, one.reason) for one in here.door.excused()] == [("vej", "Intet behov i jobfunktionen")]
    here.door.answer("vej", Reason.OTHER, by="Mette", note="Vi skriver alligevel breve")
    assert here.one("vej").reason == "Andet"
    assert [one.reason for one in here.door.history("vej")] == [Reason.NO_NEED, Reason.OTHER]


def test_what_is_planned_for_later_comes_back_on_its_day(here):
    """And not before."""
    here.door.answer("vej", Reason.LATER, by="Mette", until=TODAY + timedelta(days=3))
    assert "vej" not in here.waiting
    here.clock.move(days=3)
    assert here.one("vej").reason == "Planlagt senere"


def test_the_most_urgent_is_first(here):
    """A next step that should have been taken, then who has not said anything, then steps to come."""
    soon, late = Step("Ringe", "Jens", TODAY + timedelta(days=5)), Step("Kursus", "Jens", TODAY - timedelta(days=1))
    here.door.answer("byg", Reason.STARTUP, by="Mette", hurdle=Hurdle.TRAINING, step=soon)
    here.door.answer("kultur", Reason.STARTUP, by="Mette", hurdle=Hurdle.CERTIFICATE, step=late)

    assert here.waiting == ["kultur", "vej", "byg"]
    assert here.one("kultur").reason == "Opstartsvanskeligheder: certifikat"
    assert here.one("kultur").answer.step == late


@pytest.mark.parametrize(
    "said",
    [
        {"reason": Reason.NO_NEED, "hurdle": Hurdle.TIME},
        {"reason": Reason.LATER},
        {"reason": Reason.OTHER, "until": TODAY},
        {"reason": Reason.OTHER, "step": Step("", "Jens", TODAY)},
        {"reason": Reason.OTHER, "by": " "},
        {"reason": Reason.OTHER, "note": "x" * 501},
        {"reason": Reason.OTHER, "note": "borgeren 121212-1212 ringede"},
        {"reason": Reason.OTHER, "note": "borgeren 0101 90 1234 ringede"},
        {"reason": Reason.LATER, "until": TODAY},
        {"reason": Reason.LATER, "until": TODAY - timedelta(days=300)},
        {"reason": Reason.OTHER, "user": "bo"},
    ],
)
def test_what_does_not_fit_together_is_refused_and_nothing_is_noted(here, said):
    """A person's number is nobody's reason."""
    with pytest.raises(AnswerRefused) as refused:
        here.door.answer("vej", **({"by": "Mette"} | said))
    assert refused.value.danish
    assert here.door.history("vej") == ()


def test_a_department_that_is_not_there_cannot_answer(here):
    """Nothing is noted for nobody."""
    with pytest.raises(UnknownDepartment):
        here.door.answer("nowhere", Reason.OTHER, by="Mette")
    assert issubclass(AnswerRefused, PolicyError)


def test_answers_are_forgotten_but_for_the_last(here):
    """After two years, by the clock of the installation."""
    for reason in (Reason.OTHER, Reason.UNTOLD):
        here.door.answer("vej", reason, by="Mette")
    here.clock.move(days=25 * 31)
    here.post.deliver()
    assert [one.reason for one in here.door.history("vej")] == [Reason.UNTOLD]


# --- what the system saw


def test_failed_tries_of_the_last_week_are_told_as_a_question(here):
    """Without a number, for that would be one of fewer than five people; and never as a reason."""
    here.channel.fail_with = [Rejected("no"), Rejected("no")]
    here.send("vej")
    here.clock.move(days=7)
    assert here.one("vej").suggestion == "Mislykkede forsøg i ugen før – certifikat?"
    here.send("vej")
    here.clock.move(days=7)
    assert here.one("vej").suggestion == "Mislykkede forsøg i ugen før – certifikat?"
    assert here.one("vej").reason == "Ikke oplyst"
    here.clock.move(days=7)
    assert here.one("vej").suggestion == ""


@given(st.dictionaries(st.sampled_from(UsageKind), st.integers(0, 100)))
def test_a_suggestion_is_a_question_without_a_number(seen):
    """Whatever was seen."""
    text = suggested(seen)
    assert text == "" or text.endswith("?")
    assert not any(sign.isdigit() for sign in text)
