"""Channels come in the order a wave names them, and what is taken back or goes on stands exactly as it stood."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esdh_connect.policy import PolicyChange
from esdh_connect_rollout.waves.acts import Kind

from .conftest import Town, founded

CHANNELS = ("a", "b", "c", "fake")
IDS = ("teknik", "byg", "vej", "kultur")
orders = st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True)
lists = (
    st.none() | orders | orders.flatmap(lambda names: st.tuples(*(st.sampled_from((f"+{n}", f"-{n}")) for n in names)))
)
plugins = st.sampled_from([None, ["letters"], ["-letters", "-rollout"], ["+letters"]])
hands = st.lists(
    st.tuples(
        st.sampled_from(IDS),
        st.fixed_dictionaries({}, optional={"channels": lists, "plugins": plugins, "approval": st.booleans()}),
        st.sampled_from([0, 0, 0, 2, 5]),
    ),
    max_size=4,
)
named = st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True)
aims = st.one_of(
    st.builds(lambda ones: {"plugins": ["+letters"], "channels": [f"+{one}" for one in ones]}, orders),
    st.builds(lambda ones: {"channels": ones, "approval": True}, orders),
)
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def by_hand(here: Town, decided: list[tuple[str, dict[str, Any], int]]) -> None:
    for id_, what, days in decided:
        here.clock.move(seconds=1)
        now = here.clock()
        about = here.post.departments.get(id_)
        here.post.departments.change([PolicyChange(about, what, "bo", now, now + timedelta(days=days), "i hånden")])
    here.clock.move(seconds=1)


def seen(here: Town, days: tuple[int, ...] = (0, 1, 3, 6, 9)) -> list[Any]:
    """What departments say, and what holds, now and on days that lie ahead."""
    moments = [here.clock().replace(hour=23) + timedelta(days=day) for day in days]
    departments = here.post.departments
    return [
        (departments.exported(at), {one.id: departments.policy(one.id, at) for one in departments}) for at in moments
    ]


@given(hands, named, aims, st.sampled_from([0, 1, 4]))
@slow
def test_a_wave_that_is_rolled_back_leaves_every_list_as_it_was(before, ids, what, days):
    """On every day: whatever was decided before it, and whenever that counts from."""
    with founded() as here:
        by_hand(here, before)
        was = seen(here)
        name = here.plan("Bølge 1", *ids, what=what, days=days)
        here.waves.start(name, by="eva")
        here.clock.move(seconds=1)
        assert here.waves.rollback(name, by="eva", why="det gik ikke").kept == ()
        assert seen(here) == was


@given(hands, hands, named, aims, st.sampled_from([0, 1, 4]))
@slow
def test_a_wave_that_goes_on_has_every_list_as_it_was(before, after, ids, what, days):
    """A pause leaves no trace: not even where something was changed by hand before it."""
    with founded() as here:
        by_hand(here, before)
        name = here.plan("Bølge 1", *ids, what=what, days=days)
        here.waves.start(name, by="eva")
        by_hand(here, after)
        was = seen(here)
        here.waves.pause(name, by="eva", why="ferie")
        here.clock.move(seconds=1)
        here.waves.resume(name, by="eva")
        assert seen(here) == was


def test_channels_come_in_the_order_the_wave_names_them(here):
    """Also where one of them was there before; and a department follows the one above it where it can."""
    here.by_hand("teknik", channels=["paper", "other"])
    what = {"plugins": ["+letters"], "channels": ["+fake", "+paper"]}
    here.clock.move(seconds=1)
    here.running("Bølge 1", "byg", "kultur", what=what)
    assert here.post.policy("byg").channels == ("fake", "paper", "other")
    assert here.post.policy("kultur").channels == ("fake", "paper")
    assert here.post.departments.exported()["kultur"]["channels"] == ["+fake", "+paper"]
    here.clock.move(seconds=1)
    here.by_hand("byg", channels=["+late"])
    before = here.policies()
    for act, said in ((here.waves.pause, {"why": "ferie"}), (here.waves.resume, {})):
        here.clock.move(days=1)
        act("Bølge 1", by="eva", **said)
    assert here.policies() == before


def test_a_wave_that_begins_earlier_than_was_said_first_stays_begun(here):
    """The day it was to begin on, and was paused for, comes and changes nothing."""
    name = here.plan("Bølge 1", "byg", days=10)
    here.waves.start(name, by="eva")
    here.clock.move(days=1)
    here.waves.pause(name, by="eva", why="Bo er syg")
    here.clock.move(days=1)
    here.waves.resume(name, by="eva", since=here.clock() + timedelta(days=1))
    for day in range(12):
        here.clock.move(days=1)
        assert here.is_on("byg"), day
        if day == 2:  # while the day of the first start lies ahead still: it is withdrawn once
            here.waves.pause(name, by="eva", why="ferie")
            here.clock.move(hours=1)
            here.waves.resume(name, by="eva")
    assert sum("withdrawn" in one.what for one in here.post.departments.history("byg")) == 1


def test_what_is_said_by_hand_after_a_wave_was_called_off_stands_on_its_day_too(here):
    """What was to come is withdrawn; nothing is left of it that comes on the day after all."""
    name = here.plan("Bølge 1", "byg", days=10)
    here.waves.start(name, by="eva")
    here.clock.move(days=1)
    told = [one.text for one in here.waves.foresee(name, Kind.ROLLED_BACK)]
    assert told[0] == "Det, der var besluttet for en senere dag, bliver trukket tilbage."
    assert "Det, der skulle ske fra 3. december 2026 kl. 10.00, sker ikke: Pluginet »letters« bliver slået til." in told
    here.waves.rollback(name, by="eva", why="vi venter")
    here.clock.move(days=1)
    here.by_hand("byg", plugins=["+letters"], channels=["+other"])
    here.clock.move(days=30)
    policy = here.post.policy("byg")
    assert (policy.plugins, policy.channels) == ({"letters"}, ("other",))


def test_what_is_said_by_hand_during_a_pause_gives_way_when_the_wave_goes_on(here):
    """For what the wave brings; the rest of it stands."""
    name = here.running("Bølge 1", "byg")
    here.clock.move(days=1)
    here.waves.pause(name, by="eva", why="ferie")
    here.clock.move(days=1)
    here.by_hand("byg", plugins=["-letters"], channels=["other"], approval=True)
    here.clock.move(days=1)
    assert any("letters" in one.text for one in here.waves.foresee(name, Kind.RESUMED))
    here.waves.resume(name, by="eva")
    policy = here.post.policy("byg")
    assert ("letters" in policy.plugins, policy.channels, policy.approval) == (True, ("other", "fake"), True)
