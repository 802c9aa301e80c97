"""Tips on pages: who gives them, who reads them, and what becomes of them."""

from datetime import timedelta

import pytest
from administering import BO, CLARA, FIRST, KAJ, PER, WHAT, at_desk, at_wave, plugins

from esdh_connect_rollout import Rollout
from esdh_connect_web.seen import Seen


def test_a_tip_is_nobodys_unless_it_is_signed(hall, waves):
    """Anybody may give one; nothing says who was there, not even the log of who saw what."""
    waves.start(FIRST, by="eva")
    for person in (BO, KAJ, CLARA):
        desk = at_desk(hall, person).go("/tip").press("/tip", text="Lad en kollega sidde med den første dag")
        assert "Tak" in desk.main
    at_desk(hall, BO).go("/tip").press("/tip", text="Skriv til mig om skabeloner", sign="yes")
    assert [one.by for one in waves.tips()] == ["", "", "", "Bo Sagsbehandler"]
    assert Seen(hall.post.store).lines() == ()
    assert "uden navn" in at_desk(hall).go("/tips").main
    assert waves.show(FIRST).notes == ()
    assert at_desk(hall, KAJ).go("/tip").post("/tip", text="x y z", department="kultur").status_code == 403
    assert "Skriv det, andre kan have brug for" in at_desk(hall, BO).go("/tip").press("/tip", text="…").main


def test_a_tip_is_given_where_the_letter_was_sent(hall, waves):
    """Once a wave is there, folded away; nobody is named, a CPR number is refused and the text stands there still."""
    waves.start(FIRST, by="eva")
    waves.skip(FIRST, by="eva", why="kun én afdeling")
    dialog = hall.opened(hall.request()).press("/send/go")
    assert "Har du et tip?" not in dialog.text
    mine = "Bølge 2: teknik"
    waves.plan(mine, ["teknik"], starts=hall.clock(), owner="Eva Holm", what=WHAT, by="eva", goal=200)
    waves.start(mine, by="eva")
    dialog = dialog.press("/send/status")
    assert '<details class="details">\n  <summary class="details-summary">Har du et tip?' in dialog.text
    refused = dialog.press("/send/tip", tip="Borgeren 0101901234 ringede")
    assert "Tippet er ikke givet" in refused.text
    assert ">Borgeren 0101901234 ringede</textarea>" in refused.text
    refused = refused.press("/send/tip", tip="…")
    assert "Skriv det, andre kan have brug for" in refused.text
    support = "Ring til support på 12 34 56 78"
    asked = refused.press("/send/tip", tip=support)
    assert "Tag det ud, hvis det er en persons" in asked.text
    assert waves.tips() == ()
    given = asked.press("/send/tip", tip=support, nobody="yes")
    assert "Tak" in given.text
    given = given.press("/send/status").press("/send/tip", tip="Se bilagene igennem først")
    assert "Tak" in given.text
    assert ">Se bilagene igennem først</textarea>" not in given.text
    [first, note] = waves.show(mine).notes
    assert first.text == support
    assert (note.text, note.by, note.department) == ("Se bilagene igennem først", "", "teknik")
    assert {one.what for one in Seen(hall.post.store).lines()} == {"send POST", "send-go POST", "send-status POST"}


@pytest.mark.parametrize("more", [plugins(), {"rollout": Rollout(), **plugins()}])
def test_without_waves_no_tip_is_asked_for_in_the_dialog(hall):
    """None is in the settings, or none has begun."""
    assert "Har du et tip?" not in hall.opened(hall.request()).press("/send/go").text


@pytest.mark.parametrize(
    "text", ["Ring til 12 34 56 78 om skabeloner", "Ring til 12345678", "Skriv til bo@example.dk om skabeloner"]
)
def test_a_tip_that_leads_to_somebody_is_asked_about(hall, waves, text):
    """It may be a support line: whoever gives it says so; nothing is kept before that."""
    waves.start(FIRST, by="eva")
    desk = at_desk(hall, BO).go("/tip").press("/tip", text=text)
    assert "Tag det ud, hvis det er en persons" in desk.main
    assert text in desk.text
    assert waves.tips() == ()
    assert "Tak" in desk.press("/tip", nobody="yes").main
    assert waves.tips()[0].text == text


def test_tips_are_read_by_department(hall, waves):
    """By administrators, consultants and contacts, of the departments they work for; by no caseworker."""
    waves.start(FIRST, by="eva")
    assert "Ingen har givet et tip endnu" in at_desk(hall, CLARA).go("/tips").main
    waves.tip("Lad en kollega sidde med <b>den</b> første dag", department="kultur")
    waves.tip("Skriv skabelonerne om først", department="teknik", by="Bo Sagsbehandler")
    waves.tip("Hold det på et teammøde")
    desk = at_desk(hall, CLARA).go("/waves").go("/tips")
    assert "3 tip er givet" in desk.main
    assert "Lad en kollega sidde med &lt;b&gt;den&lt;/b&gt; første dag" in desk.answer.text
    assert "uden navn, 23. november 2026, Bølge 1: kultur" in desk.main
    assert "Bo Sagsbehandler, 23. november 2026 venter" in desk.main
    assert "Ikke om en bestemt afdeling" in desk.main
    assert "teammøde" not in desk.go("/tips?department=kultur").main
    assert "Skriv skabelonerne" not in at_desk(hall, PER).go("/tips").main
    assert "Læs tippene" in at_desk(hall, KAJ).go("/tip").main
    mine = at_desk(hall, KAJ).go("/tips").main
    assert ("Skriv skabelonerne" in mine, "Lad en kollega" in mine, "teammøde" in mine) == (True, False, False)
    assert at_desk(hall, BO).go("/tips").answer.status_code == 403
    assert "Læs tippene" not in at_desk(hall, BO).go("/tip").main


def test_a_tip_is_on_the_checklist_when_somebody_takes_it_along(hall, waves):
    """Junk is put aside with a reason and kept; who does not work for the department decides nothing."""
    waves.start(FIRST, by="eva")
    good, junk = waves.tip("Hold det på et teammøde"), waves.tip("asdf qwer", department="teknik")
    second = "Bølge 2: teknik"
    waves.plan(second, ["teknik"], starts=hall.clock() + timedelta(days=9), owner="Eva", what=WHAT, by="eva")
    assert "teammøde" not in at_wave(hall, "bølge-2-teknik").main
    desk = at_desk(hall, CLARA).go("/tips")
    assert "2 af dem venter" in desk.main
    desk.post("/tips", do="take", number=str(good.number))
    page = at_wave(hall, "bølge-2-teknik").main
    assert "Tip, der ikke handler om en bestemt bølge" in page
    assert "teammøde" in page
    desk = at_desk(hall, KAJ).go("/tips")
    assert "Skriv, hvorfor tippet ikke er relevant" in desk.post("/tips", do="dismiss", number=str(junk.number)).text
    desk.post("/tips", do="dismiss", number=str(junk.number), why="siger ikke noget")
    assert "siger ikke noget" in desk.go("/tips").main
    assert desk.post("/tips", do="take", number=str(good.number)).status_code == 404
    assert "asdf" not in at_wave(hall, "bølge-2-teknik").main
