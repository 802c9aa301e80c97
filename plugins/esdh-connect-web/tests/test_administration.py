"""Administration: what an administrator should know, and who may see and change what."""

import re
from datetime import timedelta

import pytest
from administering import BO, CLARA, KAJ, PER, at_desk, plugins

from esdh_connect_web.seen import Seen

OURS = ("/plugins", "/plugins/facts", "/doctor", "/department/channels?id=teknik")


@pytest.fixture
def more():
    return plugins()


@pytest.fixture
def policy():
    return {"undo": timedelta(minutes=2), "plugins": ["letters"]}


# --- what should be known


def test_a_certificate_that_ends_is_told_on_each_page_and_looked_up_once_a_minute(hall):
    """Calmly, with a way to what was found; a contact is not told."""
    looks = hall.post.plugins.channels["nemsms"].looks
    desk = at_desk(hall)
    for path in (*OURS, "/departments", "/department?id=teknik"):
        assert "ertifikat" in re.search(r'<p class="esdh-watch">.*?</p>', desk.go(path).text, re.DOTALL)[0], path
    looked = len(looks)
    desk.go("/plugins").go("/departments")
    assert len(looks) == looked
    hall.clock.move(seconds=61)
    desk.go("/plugins")
    assert len(looks) > looked
    assert "esdh-watch" not in at_desk(hall, KAJ).go("/departments").text


def test_what_was_found_says_who_must_act(hall):
    """And leads to the department it is about."""
    desk = at_desk(hall).go("/doctor")
    assert "Kultur og Fritid har ingen kanal" in desk.main
    assert "Skal se på det: dig som administrator. Nummer: ESDH-W043." in desk.main
    assert "/department?id=kultur" in desk.text


def test_facts_of_a_plugin_tell_when_it_last_had_a_letter_taken(hall):
    """None before the first."""
    from esdh_connect_web.administration.facts import successes

    assert successes(hall.post.entries()) == {}
    hall.post.commit(hall.post.plan(hall.request()), by="bo")
    hall.post.deliver()
    hall.clock.move(minutes=5)
    hall.post.deliver()
    assert successes(hall.post.entries()).keys() == {"letters"}
    assert "esdh-connect-web" in at_desk(hall).go("/plugins/facts").main


# --- who may


@pytest.mark.parametrize("person", [BO, CLARA, KAJ], ids=lambda one: one.id)
def test_only_an_administrator_sees_and_changes(hall, person):
    """Everybody else is refused, and it is written down."""
    held = at_desk(hall).go("/plugins").held("/plugins")
    desk = at_desk(hall, person)
    for path in OURS:
        assert desk.go(path).answer.status_code == 403, path
    for path in ("/plugins", "/departments/decide", "/department/withdraw", "/department/channels"):
        assert desk.browser.post(path, data={**held, "cell": "-letters teknik"}).status_code == 403, path
    assert hall.post.policy("teknik").plugins == {"letters"}
    assert (person.id, "matrix refused") in {(one.who, one.what) for one in Seen(hall.post.store).lines()}


def test_a_contact_sees_their_own_department_and_changes_nothing(hall):
    """Nor does anybody see a department they do not work for, or one there is not."""
    kaj = at_desk(hall, KAJ)
    assert "Kultur" not in kaj.go("/departments").main
    assert kaj.go("/department?id=teknik").answer.status_code == 200
    for id_ in ("kultur", "nowhere", ""):
        assert kaj.go(f"/department?id={id_}").answer.status_code == 403
    held = kaj.go("/").held("/language")
    for path in ("/department", "/department/withdraw"):
        data = {"esdh_token": held["esdh_token"], "department": "teknik", "seen": "2", "undo": "9", "was-undo": ""}
        assert kaj.browser.post(path, data=data).status_code == 403
    assert at_desk(hall).go("/department?id=nowhere").answer.status_code == 404


def test_an_administrator_of_one_department_decides_in_no_other(hall):
    """Whatever the form says."""
    per = at_desk(hall, PER).go("/plugins")
    assert "Teknik" not in per.main
    assert per.post("/plugins", cell="-letters teknik").status_code == 403
    per.go("/plugins").press("/plugins", cell="+titles kultur")
    assert per.post("/departments/decide", department="teknik", why="fordi").status_code == 403
    assert hall.post.policy("teknik").plugins == {"letters"}
