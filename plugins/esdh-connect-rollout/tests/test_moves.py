"""Waves are moved on along the table, and what they bring is dated changes of departments."""

from datetime import timedelta

import attrs
import pytest

from esdh_connect.dispatch import Request
from esdh_connect.errors import PolicyError, UnknownDepartment
from esdh_connect.model import Case
from esdh_connect_rollout.errors import UnknownWave, WaveRefused
from esdh_connect_rollout.waves.acts import Kind
from esdh_connect_rollout.waves.states import MOVES, State


def state(town, name):
    return town.waves.show(name).state(town.clock())


def test_a_wave_goes_from_planned_to_finished(kept):
    """Each step is somebody's, and what it brought stays when it is over."""
    name = kept.plan("Bølge 1", "byg", "ydelse")
    assert state(kept, name) is State.PLANNED
    kept.waves.prepare(name, by="eva")
    assert state(kept, name) is State.PREPARING
    assert not kept.is_on("byg")
    kept.waves.start(name, by="eva", why="alt er klart")
    assert state(kept, name) is State.RUNNING
    assert kept.is_on("byg")
    assert kept.is_on("ydelse")
    kept.waves.halfway(name, by="eva", why="vi vil vide det nu")
    kept.waves.finish(name, by="eva")
    assert state(kept, name) is State.FINISHED
    assert kept.is_on("byg")
    history = [(act.kind, act.by) for act in kept.waves.show(name).acts]
    assert history == [
        (Kind.PLANNED, "eva"), (Kind.PREPARED, "eva"), (Kind.STARTED, "eva"), (Kind.HALFWAY, "eva"),
        (Kind.FINISHED, "eva"),
    ]  # fmt: skip


def test_a_wave_begins_by_itself_on_its_day(kept):
    """It was decided before; then nobody has to be there."""
    name = kept.plan("Bølge 1", "byg", days=10)
    kept.waves.start(name, by="eva")
    assert state(kept, name) is State.PREPARING
    assert not kept.is_on("byg")
    kept.clock.move(days=9, hours=23)
    assert not kept.is_on("byg")
    kept.clock.move(hours=1)
    assert state(kept, name) is State.RUNNING
    assert kept.is_on("byg")
    with pytest.raises(WaveRefused):
        kept.waves.start(name, by="eva")


def test_what_lies_ahead_is_not_decided_twice(here):
    """It is paused first, and then another day can be said."""
    name = here.plan("Bølge 1", "byg", days=10)
    here.waves.start(name, by="eva")
    with pytest.raises(WaveRefused, match="begins by itself") as refused:
        here.waves.start(name, by="eva")
    assert "begynder af sig selv 3. december 2026" in refused.value.danish
    here.waves.pause(name, by="eva", why="Bo er syg")
    here.clock.move(days=12)
    assert (state(here, name), here.is_on("byg")) == (State.PAUSED, False)
    here.waves.resume(name, by="eva", since=here.clock() + timedelta(days=5))
    assert (state(here, name), here.is_on("byg")) == (State.PREPARING, False)
    here.clock.move(days=5)
    assert (state(here, name), here.is_on("byg")) == (State.RUNNING, True)


def test_a_paused_wave_is_off_until_it_goes_on(kept):
    """It comes back to where it was."""
    name = kept.running("Bølge 1", "byg")
    kept.clock.move(days=1)
    kept.waves.halfway(name, by="eva", why="prøve")
    kept.waves.pause(name, by="eva", why="certifikatet er udløbet")
    assert (state(kept, name), kept.is_on("byg")) == (State.PAUSED, False)
    kept.clock.move(days=1)
    kept.waves.resume(name, by="eva")
    assert (state(kept, name), kept.is_on("byg")) == (State.HALFWAY, True)


def test_a_wave_that_is_rolled_back_leaves_departments_as_they_were(kept):
    """Down to the version of their policies."""
    kept.by_hand("byg", consolidate=False, channels=["other"])
    before = kept.policies()
    kept.clock.move(hours=1)
    name = kept.running("Bølge 1", "byg", "borger")
    kept.clock.move(hours=1)
    assert kept.policies() != before
    moved = kept.waves.rollback(name, by="eva", why="det gik ikke")
    assert moved.kept == ()
    assert kept.policies() == before
    assert {id_: one.version for id_, one in kept.policies().items()} == {
        id_: one.version for id_, one in before.items()
    }
    assert moved.wave.state(kept.clock()) is State.ROLLED_BACK


def test_a_wave_that_lies_ahead_is_rolled_back_before_it_begins(here):
    """Its day comes, and nothing happens."""
    before = here.policies()
    name = here.plan("Bølge 1", "byg", days=3)
    here.waves.start(name, by="eva")
    here.waves.rollback(name, by="eva", why="vi venter et år")
    here.clock.move(days=4)
    assert here.policies() == before


def test_what_was_changed_by_hand_meanwhile_is_named_and_stands(kept):
    """Nobody's decision is overwritten silently; it can be, where somebody says so."""
    name = kept.running("Bølge 1", "byg", "ydelse")
    kept.clock.move(days=1)
    change = kept.by_hand("byg", channels=["fake", "other"])
    moved = kept.waves.rollback(name, by="eva", why="det gik ikke")
    [left] = moved.kept
    assert (left.department, left.attribute, left.change.by) == ("byg", "channels", change.by)
    assert kept.post.policy("byg").channels == ("fake", "other")
    assert not kept.is_on("byg")
    assert kept.post.policy("ydelse").channels == ()


def test_what_was_changed_by_hand_is_taken_back_too_where_that_is_said(here):
    """Then what the wave decided is as before it, however often it was changed; the rest of what came stands."""
    before = here.post.policy("byg")
    name = here.running("Bølge 1", "byg")
    for channels in (["fake", "other"], ["other"]):
        here.clock.move(days=1)
        here.by_hand("byg", channels=channels, approval=True)
    assert here.waves.rollback(name, by="eva", why="det gik ikke", overwrite=True).kept == ()
    assert here.post.policy("byg") == attrs.evolve(before, approval=True)


def test_something_else_that_was_changed_by_hand_is_no_obstacle(here):
    """Another plugin that was switched on meanwhile stays on, and the wave's goes."""
    name = here.running("Bølge 1", "byg")
    here.clock.move(days=1)
    here.by_hand("byg", approval=True)
    assert here.waves.rollback(name, by="eva", why="det gik ikke").kept == ()
    assert not here.is_on("byg")
    assert here.post.policy("byg").approval


def test_letters_under_way_are_never_dropped(kept):
    """They were committed while the department was on, and they go all the way."""
    name = kept.running("Bølge 1", "byg")
    wish = kept.send("byg")
    held = kept.host.document("d", "d")
    plan = kept.post.plan(Request("k", Case("s", "fake"), "byg", "Brev", [held], [kept.citizen]))
    kept.post.commit(plan, by="bo", hold=timedelta(hours=1))
    foreseen = kept.waves.foresee(name, Kind.ROLLED_BACK)
    assert any("1 forsendelse er undervejs og bliver sendt" in one.text for one in foreseen)
    kept.waves.rollback(name, by="eva", why="det gik ikke")
    kept.clock.move(hours=2)
    kept.post.deliver()
    assert len(kept.channel.sent) == len(wish) + 1


def test_starting_says_first_what_it_will_do(here):
    """For each department, in words; and nothing has happened then."""
    name = here.plan("Bølge 1", "teknik", "ydelse", days=3)
    told = here.waves.foresee(name)
    assert {one.department for one in told} == {"teknik", "ydelse"}
    assert any("Pluginet »letters« bliver slået til" in one.text for one in told)
    assert not any("ikke ændret" in one.text for one in told)
    assert len(here.waves.show(name).acts) == 1


def test_a_wave_is_planned_for_today_at_the_earliest(here):
    """Else it would come before those that have taught something; what is changed of it later keeps its day."""
    with pytest.raises(WaveRefused, match="that day is past") as refused:
        here.plan("Bølge 1", "byg", days=-1)
    assert "en bølge kan ikke begynde 22. november 2026" in refused.value.danish
    name = here.plan("Bølge 1", "byg")
    with pytest.raises(WaveRefused, match="that day is past"):
        here.waves.change(name, by="eva", starts=here.clock() - timedelta(days=1))
    here.clock.move(days=3)
    assert here.waves.change(name, by="eva", goal=200).aim.goal == 200


def test_before_a_wave_is_finished_it_is_said_what_is_open(here):
    """And that there is no way back."""
    name = here.running("Bølge 1", "byg", "vej")
    here.send("byg")
    final, waiting, missing = here.waves.leaves_open(name)
    assert "Det er endeligt" in final
    assert waiting == "1 af 2 afdelinger har ikke sendt et brev endnu: Vej og Park."
    assert missing.startswith("På tjeklisten mangler 6: Hver afdeling har en kontaktperson; ")
    here.send("vej")
    for item in here.waves.checklist(name):
        here.waves.check(name, item.key, by="eva")
    assert here.waves.leaves_open(name) == (final,)


def test_a_day_that_is_past_is_refused(here):
    """Today is not past, however late it is."""
    name = here.plan("Bølge 1", "byg", days=3)
    for days in (1, 2):
        with pytest.raises(WaveRefused, match="that day is past"):
            here.waves.start(name, by="eva", since=here.clock() - timedelta(days=days))
    here.waves.start(name, by="eva", since=here.clock().replace(hour=1))
    assert here.is_on("byg")


def test_a_department_is_in_one_open_wave(here):
    """Whoever plans is told which."""
    here.plan("Bølge 1", "byg", "vej")
    with pytest.raises(WaveRefused) as refused:
        here.plan("Bølge 2", "vej", "ydelse")
    assert "»vej« er allerede i bølgen »Bølge 1«" in refused.value.danish
    second = here.plan("Bølge 2", "ydelse")
    with pytest.raises(WaveRefused):
        here.waves.change(second, by="eva", departments=["ydelse", "byg"])
    here.waves.rollback("Bølge 1", by="eva", why="aflyst")
    here.waves.change(second, by="eva", departments=["ydelse", "byg"], goal=200)
    assert here.waves.show(second).aim.departments == ("ydelse", "byg")


def test_half_of_the_departments_make_it_halfway(here):
    """Before that it takes a reason."""
    name = here.running("Bølge 1", "byg", "vej", "ydelse")
    here.send("byg")
    with pytest.raises(WaveRefused) as refused:
        here.waves.halfway(name, by="eva")
    assert "1 af 3 afdelinger er begyndt" in refused.value.danish
    assert not here.waves.review(name).is_due
    here.send("vej")
    here.waves.note(name, "Skabelonen mangler returadresse", by="eva", difficulty=True)
    here.waves.halfway(name, by="eva")
    review = here.waves.review(name)
    assert review.is_due
    assert [one.text for one in review.difficulties] == ["Skabelonen mangler returadresse"]


@pytest.mark.parametrize(
    ("departments", "said", "error"),
    [
        (("byg",), {"owner": " "}, "en bølge har en ejer"),
        ((), {}, "mindst én afdeling"),
        (("byg", "byg"), {}, "hver kun én gang"),
        (("byg",), {"what": {}}, "en bølge slår noget til"),
        (("byg",), {"goal": 0}, "mindst 1"),
        (("byg",), {"by": ""}, "hvem der gør det"),
        (("byg",), {"why": "121212-1212 klagede"}, "ligner et CPR-nummer"),
        (("byg",), {"what": {"plugins": ["+findes-ikke"]}}, "står ikke i indstillingerne"),
        (("byg",), {"what": {"chanels": []}}, "mente du »channels«"),
    ],
)
def test_a_wave_that_cannot_be_is_refused_in_danish(here, departments, said, error):
    """And nothing is kept of it."""
    with pytest.raises(PolicyError) as refused:
        here.plan("Bølge 1", *departments, **said)
    assert error in refused.value.danish
    assert here.waves.list() == ()


def test_a_wave_or_department_that_is_not_there_is_said(here):
    """With those there are."""
    here.plan("Bølge 1", "byg")
    with pytest.raises(UnknownDepartment):
        here.plan("Bølge 2", "bgy")
    with pytest.raises(WaveRefused, match="there is a wave"):
        here.plan("bølge – 1", "vej")
    for title in ("", "Bølge 121212-1212", "x" * 101):
        with pytest.raises(WaveRefused):
            here.plan(title, "vej")
    with pytest.raises(UnknownWave) as unknown:
        here.waves.prepare("Bølge 7", by="eva")
    assert "Der er: bølge-1" in unknown.value.danish


#: How a wave comes into each state.
WAYS = {
    State.PLANNED: [],
    State.PREPARING: [Kind.PREPARED],
    State.RUNNING: [Kind.STARTED],
    State.HALFWAY: [Kind.STARTED, Kind.HALFWAY],
    State.PAUSED: [Kind.STARTED, Kind.PAUSED],
    State.FINISHED: [Kind.STARTED, Kind.HALFWAY, Kind.FINISHED],
    State.ROLLED_BACK: [Kind.ROLLED_BACK],
}


@pytest.mark.parametrize("wanted", WAYS)
def test_only_what_the_table_allows_can_be_done(here, wanted):
    """In every state, every act; a refusal names the state."""
    do = {
        Kind.PREPARED: lambda name: here.waves.prepare(name, by="eva"),
        Kind.STARTED: lambda name: here.waves.start(name, by="eva"),
        Kind.PAUSED: lambda name: here.waves.pause(name, by="eva", why="x"),
        Kind.RESUMED: lambda name: here.waves.resume(name, by="eva"),
        Kind.HALFWAY: lambda name: here.waves.halfway(name, by="eva", why="x"),
        Kind.FINISHED: lambda name: here.waves.finish(name, by="eva"),
        Kind.ROLLED_BACK: lambda name: here.waves.rollback(name, by="eva", why="x"),
    }
    for kind, act in do.items():
        name = here.plan(f"Bølge {kind.value}", "byg")
        here.waves.skip(name, by="eva", why="prøve")
        for step in WAYS[wanted]:
            do[step](name)
        assert state(here, name) is wanted
        if kind in MOVES[wanted]:
            act(name)
        else:
            with pytest.raises(WaveRefused, match=wanted.name):
                act(name)
        if state(here, name) not in {State.FINISHED, State.ROLLED_BACK}:
            here.waves.rollback(name, by="eva", why="prøve")
