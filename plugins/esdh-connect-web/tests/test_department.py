"""The page of a department, and what is changed there."""

import re
from datetime import timedelta

import pytest
from administering import KAJ, at_desk, decide, plugins


@pytest.fixture
def more():
    return plugins()


@pytest.fixture
def policy():
    return {"undo": timedelta(minutes=2), "plugins": ["letters"]}


def test_the_page_of_a_department_says_what_holds_and_where_it_comes_from(hall):
    """Inherited and own, with who, when and why; and what lies ahead for those above."""
    decide(hall, {"sender.label": "Byggesag <b>"}, "byg", parent="teknik", why="eget navn")
    decide(hall, {"approval": True}, "teknik", days=3, why="fire øjne")
    desk = at_desk(hall, KAJ).go("/department?id=byg")
    assert "Byggesag <b>" in desk.text
    assert "Byggesag &lt;b&gt;" in desk.answer.text
    assert "af ida: eget navn" in desk.main
    assert "fra »teknik«" in desk.main
    assert "besluttet for Teknik og Miljø" in desk.main
    assert "<form" not in re.search(r"<main.*</main>", desk.text, re.DOTALL)[0]


def test_an_undo_window_of_seconds_is_told_in_seconds(hall):
    """The quarter of a minute that it is written as says little."""
    decide(hall, {"undo": 0.25}, "teknik", why="kort")
    assert "0,25 (15 sekunder)" in at_desk(hall, KAJ).go("/department?id=teknik").main


def test_only_what_was_changed_is_decided(hall):
    """What somebody else has changed since, in another field, stays."""
    desk = at_desk(hall).go("/department?id=teknik")
    decide(hall, {"approval": True}, "teknik", why="fire øjne")
    desk.press("/department", **{"undo": "2,5", "sender.label": "Teknik"})
    assert "Fortrydelsesfrist i minutter: 2,5 (før: 2)" in desk.main
    assert "af ida: fire øjne" in desk.main
    desk.press("/departments/decide", why="prøve")
    policy = hall.post.policy("teknik")
    assert (policy.approval, policy.undo, policy.sender.label) == (True, timedelta(minutes=2.5), "Teknik")
    desk.go("/department?id=teknik").press("/department", undo="", approval="no")
    desk.press("/departments/decide", why="som før")
    policy = hall.post.policy("teknik")
    assert (policy.approval, policy.undo) == (False, timedelta(0))
    assert "Der er ikke rettet noget" in desk.go("/department?id=teknik").press("/department").main


@pytest.mark.parametrize(
    ("field", "text"), [("undo", "to"), ("undo", "nan"), ("undo", "9999"), ("active_from", "snart")]
)
def test_what_cannot_be_is_told_at_its_field(hall, field, text):
    """With what was written still there."""
    desk = at_desk(hall).go("/department?id=teknik").press("/department", **{field: text})
    assert f'href="#{field}"' in desk.text
    assert f'value="{text}"' in desk.text
    assert f"{field}-error" in desk.text


def test_channels_are_put_in_order_with_buttons(hall):
    """Each press shows the order as it would be; the last shows what it will do."""
    desk = at_desk(hall).go("/department/channels?id=teknik")
    desk.press("/department/channels", do="down digital_post")
    assert desk.held("/department/channels")["order"] == ["fysisk_post", "digital_post"]
    assert 'id="up-digital_post"' in desk.text
    assert hall.post.policy("teknik").channels == ("digital_post", "fysisk_post")
    desk.press("/department/channels", do="out fysisk_post").press("/department/channels", do="in fysisk_post")
    desk.press("/department/channels", do="up fysisk_post").press("/department/channels", do="go")
    assert "Kanalerne bliver: Fysisk Post, Digital Post" in desk.main
    desk.press("/departments/decide", why="papir først")
    assert hall.post.policy("teknik").channels == ("fysisk_post", "digital_post")
    desk.go("/department/channels?id=teknik").press("/department/channels", do="above")
    assert "Kanalerne bliver: ingen" in desk.main


def test_rules_of_the_gate_are_switched_on_and_off(hall):
    """Only those that were pressed: the rest follows the department above."""
    desk = at_desk(hall).go("/department?id=teknik")
    on = desk.held("/department/rules")["was"]
    desk.press("/department/rules", rule=[name for name in on if name not in ("dead", "draft")])
    desk.press("/departments/decide", why="egne skabeloner")
    assert set(on) - set(hall.post.policy("teknik").gate) == {"dead", "draft"}
    assert {"-dead", "-draft"} <= set(hall.post.departments.exported()["teknik"]["gate"])
    desk.press("/department/rules", rule=[name for name in on if name != "dead"])
    desk.press("/departments/decide", why="alligevel")
    assert "draft" in hall.post.policy("teknik").gate
    rest = [name for name in on if name != "dead"]
    assert "Der er ikke rettet noget" in desk.go("/department?id=teknik").press("/department/rules", rule=rest).main
