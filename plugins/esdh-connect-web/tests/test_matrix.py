"""The matrix: what is on where, and a press of a switch."""

import re
from datetime import timedelta

import pytest
from administering import ADA, at_desk, decide, plugins
from desk import Desk, asked

from esdh_connect.departments import Department, PolicyChange
from esdh_connect.testing.installation import installation
from esdh_connect_web import make_asgi_app
from esdh_connect_web.administration.matrix import Matrix


@pytest.fixture
def more():
    return plugins()


@pytest.fixture
def policy():
    return {"undo": timedelta(minutes=2), "plugins": ["letters"]}


def test_a_switch_shows_what_holds_and_who_said_so(hall):
    """Its own decision, one of a department above, and nobody's; in lists that say it all and in those that do not."""
    decide(hall, {"plugins": ["+titles"]}, "byg", parent="teknik")
    decide(hall, {"plugins": ["notes"]}, "vej", parent="teknik")
    decide(hall, {"plugins": ["-titles"]}, "skilte", parent="byg")
    grid = Matrix(hall.post, hall.clock())
    for one in hall.post.departments:
        policy = hall.post.policy(one.id)
        assert {cell.plugin for cell in grid.cells(one.id) if cell.is_on} == policy.plugins & {
            "letters",
            "notes",
            "titles",
        }
    assert [(cell.plugin, cell.is_on, cell.source) for cell in grid.cells("skilte")] == [
        ("letters", True, "teknik"),
        ("notes", False, "teknik"),
        ("titles", False, "skilte"),
    ]
    assert [cell.is_own for cell in grid.cells("vej")] == [True, True, True]
    assert grid.cell("byg", "titles").change.why == "prøve"
    text = at_desk(hall).go("/plugins").text
    assert 'id="cell-titles-byg"' in text
    assert text.count('role="switch"') == 3 * len(hall.post.departments)
    assert "web" in re.search(r"Der for hele installationen[^<]*", text)[0]


def test_a_press_changes_nothing_before_it_is_decided(hall):
    """It says what it will do – also with what is under way – and asks why."""
    hall.post.commit(hall.post.plan(hall.request()), by="bo")
    before = hall.post.departments.history()
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="-letters teknik")
    assert "Pluginet »letters« bliver slået fra." in desk.main
    assert "1 forsendelse er undervejs og bliver sendt." in desk.main
    assert hall.post.departments.history() == before

    desk.press("/departments/decide", why="nyt certifikat på vej")
    assert hall.post.policy("teknik").plugins == frozenset()
    (made,) = hall.post.departments.history()[len(before) :]
    assert (made.by, made.why, dict(made.what)) == ("ada", "nyt certifikat på vej", {"plugins": ("-letters",)})
    assert "Det er besluttet." in desk.main
    assert "af Ada Administrator (ada): nyt certifikat på vej" in desk.main


def test_the_focus_is_back_at_the_switch_which_tells_what_was_decided(hall):
    """By the address alone: it works without scripts."""
    desk = at_desk(hall).go("/plugins?q=kult").press("/plugins", cell="+titles kultur")
    answer = desk.post("/departments/decide", why="fordi")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("#cell-titles-kultur")
    assert asked(answer.headers["location"])["q"] == "kult"
    desk.go(answer.headers["location"])
    (button,) = re.findall(r'<button[^>]*id="cell-titles-kultur"[^>]*>', desk.text)
    assert 'aria-checked="true"' in button
    assert 'aria-describedby="decided"' in button
    assert 'id="decided"' in desk.text


def test_a_channel_is_switched_on_with_its_plugin(hall):
    """Offered where the department has none of the plugin's; what it does is told again before it is decided."""
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="+letters kultur")
    assert "Afdelingen har ingen kanal" in desk.main
    desk.press("/departments/decide", why="bølge 2", channel="digital_post")
    assert "Der er ikke besluttet noget endnu" in desk.main
    assert "Kanalerne bliver: Digital Post" in desk.main
    assert hall.post.policy("kultur").plugins == frozenset()
    desk.press("/departments/decide")
    assert hall.post.policy("kultur").channels == ("digital_post",)


def test_many_departments_are_found_and_shown_in_parts(hall):
    """Eighty of them, 25 on a page; a search finds those of a name."""
    now = hall.clock()
    hall.post.departments.change(
        [PolicyChange(Department(f"afd-{at:02}", f"Afdeling {at:02}"), {}, "ida", now, now) for at in range(80)]
    )
    desk = at_desk(hall).go("/plugins")
    assert desk.text.count('<th scope="row" class="esdh-depth') == 25
    assert desk.go("/plugins?page=4").text.count('<th scope="row" class="esdh-depth') == 7
    assert desk.go("/plugins?page=99999999").answer.status_code == 200
    assert desk.go("/plugins?q=afdeling+42").text.count('role="switch"') == 3
    assert "Ingen afdeling hedder sådan." in desk.go("/plugins?q=nothing").main


def test_what_is_searched_for_stands_in_the_address_once_it_was_looked_at(hall):
    """A name does, so that a page can be gone on to; a CPR number never, and nothing longer than a name."""
    desk = at_desk(hall).go("/plugins")
    answer = desk.post("/plugins/find", q="Kultur")
    assert (answer.status_code, answer.headers["location"]) == (303, "/plugins?q=Kultur")
    for unfit in ("010190-1234", "x" * 101):
        answer = desk.go("/plugins").post("/plugins/find", q=unfit)
        assert answer.status_code == 422
        assert unfit not in desk.text
        assert 'href="#q"' in desk.text
        assert desk.go(f"/plugins?q={unfit}").answer.status_code == 422
        assert unfit not in desk.text
        answer = desk.post("/plugins", q=unfit, cell="+titles kultur")
        assert unfit not in desk.text


def test_what_was_decided_is_said_where_the_switch_is(hall):
    """The page opens at the switch: whatever stands above it is out of sight there."""
    desk = at_desk(hall).go("/plugins").press("/plugins", cell="+titles kultur")
    desk.press("/departments/decide", why="fordi")
    cell = desk.text.split('id="cell-titles-kultur"')[1].split("</td>")[0]
    assert "besluttet" in cell
    assert desk.text.count("esdh-done") == 1


def test_a_plugin_that_is_gone_and_still_on_has_a_column(hall):
    """So that it can be switched off; it says that it is not loaded."""
    decide(hall, {"plugins": ["+titles"]})
    without = {name: hall.post.plugins.get(name) for name in ("web", "notes")}
    later = installation(
        host=hall.host, channels=[hall.channel, hall.paper], now=hall.clock, outbox=hall.post.outbox, more=without
    )
    desk = Desk(Desk.browser_of(make_asgi_app(later, identify=lambda _: ADA))).go("/plugins")
    assert "titles ikke indlæst" in desk.main
    desk.press("/plugins", cell="-titles kultur").press("/departments/decide", why="er væk")
    assert later.policy("kultur").plugins == frozenset()
    assert "titles ikke indlæst" not in desk.main
