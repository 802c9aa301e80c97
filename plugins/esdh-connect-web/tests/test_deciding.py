"""A decision: what is asked, two at once, and what nobody should send."""

import re
from datetime import timedelta

import pytest
from administering import IDA, at_desk, decide, plugins


@pytest.fixture
def more():
    return plugins()


@pytest.fixture
def policy():
    return {"undo": timedelta(minutes=2), "plugins": ["letters"]}


# --- what is asked


def test_why_is_asked_and_never_a_number_of_somebody(hall):
    """The page is shown again with what was written, and says what to put right; nothing is decided."""
    before = hall.post.departments.history()
    for why in ("", " … ", "fordi 121212-1212 bad om det", "x" * 501):
        desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
        desk.press("/departments/decide", why=why)
        assert 'href="#why"' in desk.text
        assert "error-summary-heading" in desk.text
    assert hall.post.departments.history() == before


def test_a_day_that_is_past_or_none_is_not_taken(hall):
    """What held, held."""
    for day in ("2026-11-22", "i morgen", "0001-01-01", "2026-13-01"):
        desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
        desk.press("/departments/decide", why="fordi", since=day)
        assert 'href="#since"' in desk.text, day
    assert hall.post.policy("kultur").plugins == frozenset()


def test_a_later_day_is_told_of_before_it_is_decided_and_can_be_withdrawn(hall):
    """Nothing changes until then; the department's page shows it, and takes it back."""
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
    desk.press("/departments/decide", why="bølge 2", since="2026-12-01")
    assert "Der er ikke besluttet noget endnu" in desk.main
    assert "Fra 1. december 2026" in desk.main
    desk.press("/departments/decide")
    assert "ændres 01.12.2026" in desk.main
    assert hall.post.policy("kultur").plugins == frozenset()
    later = hall.clock() + timedelta(days=10)
    assert hall.post.departments.policy("kultur", later).plugins == {"titles"}

    hall.clock.move(seconds=1)
    desk.go("/department?id=kultur").press("/department/withdraw")
    assert "bliver trukket tilbage" in desk.main
    desk.press("/departments/decide", why="udsat")
    assert hall.post.departments.policy("kultur", later).plugins == frozenset()
    assert "Det, der kommer" not in desk.main
    assert "trukket tilbage" in desk.main
    assert "ændres" not in desk.go("/plugins").main


def test_a_decision_whose_day_has_come_is_not_withdrawn(hall):
    """The page was open for too long."""
    decide(hall, {"plugins": ["+titles"]}, days=1)
    desk = at_desk(hall).go("/department?id=kultur")
    hall.clock.move(days=2)
    token = at_desk(hall).go("/department?id=kultur").held("/department")["esdh_token"]
    desk.post("/department/withdraw", esdh_token=token)
    assert "der er ikke ændret noget" in desk.main
    assert hall.post.policy("kultur").plugins == {"titles"}


def test_what_is_withdrawn_is_told_before_it_is_decided(hall):
    """What was decided, for when and by whom, and each thing that does not come, a name and a place among them."""
    decide(hall, {"name": "Sang og musik", "parent": "teknik"}, days=10, why="ny plan")
    desk = at_desk(hall).go("/department?id=kultur").press("/department/withdraw")
    assert "Træk tilbage, hvad der er besluttet fra 3. december 2026 kl. " in desk.main
    assert "Navn: Sang og musik; overordnet afdeling: Teknik og Miljø" in desk.main
    assert "af ida, gælder fra 03.12.2026: ny plan" in desk.main
    assert "sker ikke: Navnet bliver »Sang og musik«" in desk.main
    assert "sker ikke: Den kommer til at høre under »Teknik og Miljø«." in desk.main
    assert "trukket tilbage, hvad der" not in desk.main.lower()
    assert 'name="since"' not in desk.text
    desk.press("/departments/decide", why="udsat", since="2026-11-30")
    assert hall.post.departments.history("kultur")[-1].in_force == hall.clock()
    assert hall.post.departments.get("kultur", hall.clock() + timedelta(days=20)).name != "Sang og musik"


# --- two at once


def test_the_second_of_two_is_told_what_changed_meanwhile(hall):
    """Before anything of theirs is decided; then they decide it, or leave it."""
    ada, ida = at_desk(hall).go("/plugins"), at_desk(hall, IDA).go("/plugins")
    ada.press("/plugins", cell="+titles kultur")
    ida.press("/plugins", cell="+notes kultur").press("/departments/decide", why="bølge 2")
    ada.press("/departments/decide", why="bølge 3")
    assert "andre har besluttet noget imens" in ada.main
    assert "af Ida Administrator (ida): bølge 2" in ada.main
    assert hall.post.policy("kultur").plugins == {"notes"}
    ada.press("/departments/decide")
    assert hall.post.policy("kultur").plugins == {"notes", "titles"}


def test_what_the_reader_decided_in_another_window_is_not_said_to_be_of_others(hall):
    """It is told all the same: they may have forgotten it."""
    ada, too = at_desk(hall).go("/plugins"), at_desk(hall).go("/plugins")
    ada.press("/plugins", cell="+titles kultur")
    too.press("/plugins", cell="+notes kultur").press("/departments/decide", why="bølge 2")
    ada.press("/departments/decide", why="bølge 3")
    assert "noget andet blev besluttet imens" in ada.main
    assert "andre har" not in ada.main
    assert "af andre" not in ada.main
    assert "af Ada Administrator" in ada.main


def test_two_who_want_the_same_decide_it_once(hall):
    """The second is told that it is so, and who did it."""
    ada, ida = at_desk(hall).go("/plugins"), at_desk(hall, IDA).go("/plugins")
    ida.press("/plugins", cell="+titles kultur").press("/departments/decide", why="bølge 2")
    made = len(hall.post.departments.history())
    ada.press("/plugins", cell="+titles kultur")
    assert "Det er allerede sådan" in ada.main
    assert "af Ida Administrator (ida): bølge 2" in ada.main
    assert len(hall.post.departments.history()) == made


def test_a_decision_about_another_department_disturbs_nobody(hall):
    """One above or below does."""
    ada = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
    decide(hall, {"undo": 5}, "teknik")
    ada.press("/departments/decide", why="bølge 3")
    assert hall.post.policy("kultur").plugins == {"titles"}
    decide(hall, {}, "byg", parent="teknik")
    ada.go("/plugins").press("/plugins", cell="+titles byg")
    decide(hall, {"undo": 6}, "teknik")
    ada.press("/departments/decide", why="bølge 3")
    assert "andre har besluttet noget imens" in ada.main


# --- what nobody should send


@pytest.mark.parametrize(
    "changed",
    [
        {"what": "x"},
        {"what": "[]"},
        {"what": "[" * 10_000},
        {"what": '{"plugins": "' + "x" * 30_000 + '"}'},
        {"seen": "-1"},
        {"seen": ""},
        {"back": "https://evil.example/"},
        {"back": "//evil.example"},
        {"back": "/\\evil.example"},
    ],
    ids=str,
)
def test_a_form_that_was_tampered_with_is_refused(hall, changed):
    """With an answer, and nothing is decided."""
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
    answer = desk.post("/departments/decide", why="fordi", **changed)
    assert answer.status_code == 400
    assert hall.post.policy("kultur").plugins == frozenset()


@pytest.mark.parametrize(
    "what", ['{"plugins": ["+nowhere"]}', '{"nothing": 1}', '{"undo": "x"}', '{"parent": "kultur"}']
)
def test_what_cannot_be_decided_says_so(hall, what):
    """As the command line does."""
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
    assert desk.post("/departments/decide", why="fordi", what=what).status_code == 409


def test_a_page_that_is_opened_by_hand_leads_on(hall):
    """It cannot be shown again: there is a way to the overview."""
    desk = at_desk(hall).go("/departments/decide")
    assert desk.answer.status_code == 405
    assert "Til overblikket" in desk.main


def test_what_is_missing_is_said_by_the_page_and_not_by_the_browser(hall):
    """A browser says it in its own language; whoever listens hears of it all the same."""
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
    assert not re.search(r"<(?:input|textarea|select)[^>]* required", desk.text)
    assert re.search(r'<textarea[^>]* name="why"[^>]* aria-required="true"', desk.text)


@pytest.mark.parametrize("cell", ["", "letters teknik", "+", "+letters", "+ teknik", "-letters"])
def test_a_switch_there_is_not_is_refused(hall, cell):
    """Before anything is asked of it."""
    assert at_desk(hall).go("/plugins").post("/plugins", cell=cell).status_code == 400


@pytest.mark.parametrize("id_", ["a/b", "50%", "q?x=1#y", "æøå", "..", "sag+1"])
def test_a_department_may_be_called_anything(hall, id_):
    """Its page is found, its switch works, and its name is never markup."""
    decide(hall, {"name": "<script>alert(1)</script>"}, id_)
    desk = at_desk(hall).go("/departments")
    links = re.findall(r'href="(/department\?id=[^"]*)"', desk.answer.text)
    assert [desk.go(link).answer.status_code for link in links] == [200] * len(links)
    assert "<script>alert" not in desk.go("/plugins").answer.text
    desk.press("/plugins", cell=f"+titles {id_}").press("/departments/decide", why="fordi")
    assert hall.post.policy(id_).plugins == {"titles"}
    assert desk.answer.status_code == 200
