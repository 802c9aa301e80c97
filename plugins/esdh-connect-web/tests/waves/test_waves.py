"""Waves on pages: the board, a start that is told before it is made, and experiences."""

from datetime import timedelta

import pytest
from administering import BO, CLARA, FIRST, KAJ, PER, WHAT, at_desk, at_wave, decide

from esdh_connect_forbrug.figures import Figures
from esdh_connect_forbrug.suppression import Parting
from esdh_connect_forbrug.tables import closing
from esdh_connect_rollout import State
from esdh_connect_rollout.profiles.profile import Profile

ANYWAY = {"anyway": "yes", "why": "vi er klar"}


def state(hall, waves, name=FIRST):
    return waves.show(name).state(hall.clock())


def publish(hall, month, **cells):
    """Have the statistics publish letters of a month: of one department, or of two that are merged."""
    parting = Parting({tuple(sorted(names.split("_"))): Figures({"fake": many}) for names, many in cells.items()})
    with hall.post.store.transaction() as connection:
        closing.close(connection, month, hall.clock(), {}, parting)


def test_a_start_is_told_before_it_is_made(hall, waves):
    """What happens in each department, and what is not ticked on the checklist; nothing until it is agreed to."""
    desk = at_wave(hall).press("/waves/move", kind="started")
    assert "Pluginet »titles« bliver slået til." in desk.main
    assert "Der er sendt et prøvebrev" in desk.main
    assert state(hall, waves) is State.PLANNED
    desk.press("/waves/move", why="vi er klar")
    assert 'href="#anyway"' in desk.text
    desk.press("/waves/move", why="", anyway="yes")
    assert 'href="#why"' in desk.text
    assert state(hall, waves) is State.PLANNED
    desk.press("/waves/move", why="vi er klar", anyway="yes")
    assert state(hall, waves) is State.RUNNING
    assert "titles" in hall.post.policy("kultur").plugins
    missing = sum(not one.is_done for one in waves.checklist(FIRST))
    told = f"sat i gang, selv om {missing} punkter på tjeklisten manglede"
    assert f"{told}, af Ada Administrator (ada): vi er klar" in desk.main
    assert waves.show(FIRST).acts[-1].by == "ada"


def test_a_start_that_lies_ahead_says_its_day(hall, waves):
    """On the button, before it is decided and after; until then it is stopped or withdrawn, and not rolled back."""
    waves.change(FIRST, starts=hall.clock() + timedelta(days=10), by="eva")
    desk = at_wave(hall)
    assert "Lad den begynde 3. december 2026" in desk.main
    assert "Sæt den på pause" not in desk.main
    assert "Rul den tilbage" not in desk.main
    desk.press("/waves/move", kind="started")
    assert "Den begynder af sig selv den 3. december 2026. Indtil da ændrer intet sig" in desk.main
    desk.press("/waves/move", **ANYWAY)
    assert "Det er besluttet, at den begynder af sig selv den 3. december 2026" in desk.main
    assert "sat til at begynde 3. december 2026" in desk.main
    assert state(hall, waves) is State.PREPARING
    desk.press("/waves/move", kind="paused")
    assert "Stop den, før den begynder" in desk.main
    desk.press("/waves/move", why="ferie").press("/waves/move", kind="rolled back")
    assert "Bølgen bliver aflyst for altid, før den er begyndt" in desk.main
    assert "besluttet i hånden" not in desk.main
    desk.press("/waves/move", why="ferie")
    assert "Trukket tilbage" in desk.main
    assert "trukket tilbage, før den begyndte, af Ada Administrator (ada): ferie" in desk.main


def test_a_wave_that_is_planned_is_put_off(hall, waves):
    """To a day that is asked for, with a reason; nothing else of it is changed."""
    desk = at_wave(hall).press("/waves/move", kind="changed")
    desk.press("/waves/move", why="certifikatet er ikke kommet")
    assert 'href="#since"' in desk.text
    desk.press("/waves/move", why="certifikatet er ikke kommet", since="2026-12-20").press("/waves/move")
    aim = waves.show(FIRST).aim
    assert (aim.starts.date().isoformat(), aim.goal, aim.departments) == ("2026-12-20", 200, ("kultur",))
    assert state(hall, waves) is State.PLANNED
    assert "planlagt om til 20. december 2026, af Ada Administrator (ada): certifikatet er ikke kommet" in desk.main


def test_whose_an_item_of_the_checklist_is(hall, waves):
    """What earlier waves have learnt stands under their names, with who wrote it."""
    waves.start(FIRST, by="eva")
    hall.clock.move(days=1)
    waves.note(FIRST, "Bestil certifikatet tre uger før", by="Eva Holm", department="kultur")
    waves.plan("Bølge 2", ["teknik"], starts=hall.clock(), owner="Bo", what=WHAT, by="eva")
    main = at_wave(hall, "bølge-2").main
    assert "Lært i Bølge 1: kultur" in main
    assert "Bestil certifikatet tre uger før erfaring, Eva Holm" in main
    assert "Lært i" not in at_wave(hall).main


def test_a_rollback_names_no_department_that_stays_as_it_is(hall, waves):
    """Those below were only kept from the wave: after it they are as they were."""
    decide(hall, {}, "musik", parent="kultur")
    waves.start(FIRST, by="eva")
    hall.clock.move(seconds=1)
    assert "musik" not in at_wave(hall).press("/waves/move", kind="rolled back").main


def test_a_wave_is_paused_goes_on_and_is_rolled_back(hall, waves):
    """A reason is asked for what takes back; each says first what it will do."""
    waves.start(FIRST, by="eva")
    desk = at_wave(hall).press("/waves/move", kind="paused")
    assert "Pluginet »titles« bliver slået fra." in desk.main
    desk.press("/waves/move", why="")
    assert 'href="#why"' in desk.text
    desk.press("/waves/move", why="nyt certifikat")
    assert state(hall, waves) is State.PAUSED
    assert hall.post.policy("kultur").plugins == frozenset()
    desk.press("/waves/move", kind="resumed").press("/waves/move")
    assert "titles" in hall.post.policy("kultur").plugins
    desk.press("/waves/move", kind="halfway").press("/waves/move")
    assert "0 af 1 afdelinger er begyndt" in desk.main
    desk.press("/waves/move", kind="halfway").press("/waves/move", why="vi kender svaret")
    desk.press("/waves/move", kind="finished").press("/waves/move")
    assert state(hall, waves) is State.FINISHED
    assert "Rul den tilbage" not in desk.main


def test_what_was_decided_by_hand_is_named_before_a_wave_is_rolled_back(hall, waves):
    """And stands, unless it is wanted otherwise – which is told first, too."""
    waves.start(FIRST, by="eva")
    hall.clock.move(seconds=1)
    decide(hall, {"plugins": ["titles", "notes"]})
    desk = at_wave(hall).press("/waves/move", kind="rolled back")
    desk.press("/waves/move", why="for tidligt", overwrite="yes")
    assert "Der er ikke gjort noget endnu" in desk.main
    assert state(hall, waves) is State.RUNNING
    desk.press("/waves/move", overwrite="yes")
    assert state(hall, waves) is State.ROLLED_BACK


def test_the_next_wave_waits_for_experiences(hall, waves):
    """The page says so, and leads to where they are written; or it is said why not."""
    waves.start(FIRST, by="eva")
    hall.clock.move(days=1)
    waves.plan("Bølge 2", ["teknik"], starts=hall.clock(), owner="Bo", what={"plugins": ["+titles"]}, by="eva")
    desk = at_wave(hall, "bølge-2")
    assert "Den kan ikke begynde endnu" in desk.main
    desk.press("/waves/move", kind="started")
    assert "Erfaringerne fra bølgen" in desk.main
    assert state(hall, waves, "Bølge 2") is State.PLANNED
    at_wave(hall).press("/waves/note", form=len(waves.checklist(FIRST)) - 1, do="skip", text="kun én afdeling")
    assert "Den kan ikke begynde endnu" not in at_wave(hall, "bølge-2").main
    at_wave(hall, "bølge-2").press("/waves/move", kind="started").press("/waves/move", **ANYWAY)
    assert state(hall, waves, "Bølge 2") is State.RUNNING


def note(desk, **said):
    forms = desk.answer.text.count('action="/waves/note"')
    at = next(n for n in range(forms) if desk.held("/waves/note", n)["do"] == ["note"])
    return desk.press("/waves/note", at, **said)


def test_experiences_are_written_and_difficulties_solved(hall, waves):
    """Who wrote what is shown; what cannot be written is told, and still stands in its field."""
    waves.start(FIRST, by="eva")
    desk = note(at_wave(hall), text="Bestil certifikatet tre uger før <b>nu</b>")
    assert "Ada Administrator" in desk.main
    assert "&lt;b&gt;nu&lt;/b&gt;" in desk.answer.text
    note(desk, text="Skabelonen mangler en returadresse", difficulty="yes", about="kultur")
    (hard,) = waves.show(FIRST).open_difficulties
    assert (hard.by, hard.department) == ("Ada Administrator", "kultur")
    desk.press("/waves/note", do="solve", number=str(hard.number), text="rettet i skabelonen")
    assert waves.show(FIRST).open_difficulties == ()
    assert "Løst: rettet i skabelonen" in desk.main
    note(desk, text="Ring til 121212-1212")
    assert "ligner et CPR-nummer" in desk.main
    assert "Ring til 121212-1212" in desk.text
    desk.press("/waves/note", do="check", item="skabeloner")
    assert "skabeloner" in waves.show(FIRST).checked


def test_a_wave_is_planned_from_who_is_easiest(hall, waves):
    """With the reason for each place; nothing changes in the department."""
    waves.learn([Profile("teknik", letters=420, addressable=0.98)], by="eva")
    desk = at_desk(hall).go("/waves/plan")
    assert "For taler" in desk.main or "oplyst" in desk.main
    assert "Kultur og Fritid" not in desk.main
    held = desk.held("/waves/plan")
    desk.press("/waves/plan", title="Bølge 2", owner="Bo", starts="2026-12-07", goal="mange")
    assert 'href="#departments"' in desk.text
    assert 'href="#goal"' in desk.text
    said = {"department": "teknik", "plugin": "titles", "channel": "nemsms", "goal": "1500"}
    desk.press("/waves/plan", title="Bølge 2", owner="Bo", starts="2026-12-07", **said)
    made = waves.show("Bølge 2")
    assert (made.aim.departments, made.aim.goal) == (("teknik",), 1500)
    assert dict(made.aim.what) == {"plugins": ["+titles"], "channels": ["+nemsms"]}
    assert hall.post.policy("teknik").plugins == {"letters"}
    assert "Bølge 2" in desk.go("/waves").main
    data = {**held, "title": "Bølge 2", "owner": "Bo", "starts": "2026-12-07", "department": "kultur"}
    desk.answer = desk.browser.post("/waves/plan", data=data)
    assert "Der er ikke planlagt noget" in desk.main


def test_two_who_press_the_same_button_start_it_once(hall, waves):
    """The second is told how it is; what was pressed on an old page is not done unseen."""
    first, second = (
        at_wave(hall).press("/waves/move", kind="started"),
        at_wave(hall).press("/waves/move", kind="started"),
    )
    first.press("/waves/move", **ANYWAY)
    acts = len(waves.show(FIRST).acts)
    second.press("/waves/move", **ANYWAY)
    assert "kan ikke sættes i gang" in second.main
    assert len(waves.show(FIRST).acts) == acts
    third = at_wave(hall).press("/waves/move", kind="paused")
    waves.note(FIRST, "Bestil certifikatet tre uger før", by="eva")
    third.press("/waves/move", why="ferie")
    assert "Der er ikke gjort noget endnu" in third.main


def test_a_consultant_looks_and_changes_nothing(hall, waves):
    """The others do not even look; an administrator of one department decides for no other."""
    clara = at_wave(hall, person=CLARA)
    assert "Eva Holm" in clara.main
    assert 'action="/waves/' not in clara.text
    assert "Planlæg en ny bølge" not in clara.go("/waves").main
    held = at_wave(hall).held("/waves/move")
    for person in (BO, KAJ):
        assert at_desk(hall, person).go("/waves").answer.status_code == 403
    for person in (BO, KAJ, CLARA):
        for path in ("/waves/move", "/waves/note", "/waves/plan"):
            data = {**held, "kind": "started", "do": "check", "item": "doctor"}
            assert at_desk(hall, person).browser.post(path, data=data).status_code == 403
    waves.start(FIRST, by="eva")
    hall.clock.move(days=1)
    waves.note(FIRST, "Bestil certifikatet tre uger før", by="eva")
    waves.plan("Bølge 2", ["teknik"], starts=hall.clock(), owner="Bo", what=WHAT, by="eva")
    per = at_wave(hall, person=PER)
    assert "Bølge 2" not in per.go("/waves").main
    assert per.go("/waves/wave?name=bølge-2").answer.status_code == 403
    data = {**at_wave(hall, person=PER).held("/waves/move"), "department": "teknik"}
    assert per.browser.post("/waves/plan", data=data).status_code == 403


@pytest.mark.parametrize("said", [{"kind": "noted"}, {"kind": ""}, {"wave": "nowhere"}, {"wave": ""}])
def test_a_button_there_is_not_is_refused(hall, waves, said):
    """With an answer, and nothing is done."""
    assert at_wave(hall).post("/waves/move", **{"kind": "started", **said}).status_code in (400, 404)
    assert at_wave(hall, "nowhere").answer.status_code == 404
    assert state(hall, waves) is State.PLANNED


def test_letters_are_those_of_the_statistics_and_what_is_shown_with_others_is_named(hall, waves):
    """A wave's own sum minus its departments in the statistics would be one department's, in which two may work."""
    waves.start(FIRST, by="eva")
    publish(hall, "2026-11", kultur=40)
    publish(hall, "2026-12", kultur_teknik=12)
    publish(hall, "2027-01", kultur=70)
    main = at_wave(hall).main.replace("\N{NO-BREAK SPACE}", " ")
    assert "110, til og med januar 2027" in main
    assert "Breve sendt herfra i januar 2027 70" in main
    assert "december 2026: Kultur og Fritid sammen med Teknik og Miljø." in main
    assert "december 2026: Kultur og Fritid sammen med Teknik og Miljø." in at_desk(hall).go("/waves").main
