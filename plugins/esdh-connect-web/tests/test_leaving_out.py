"""Udelad en modtager: who gets the letter is arranged as its bilag are, and nobody is left out in silence."""

import re
from datetime import timedelta

import attrs
import pytest

from esdh_connect.dispatch import Concern
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Party
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.prices import Price


class Doubtful:
    """A plugin that has a doubt about each recipient it was told of."""

    def __init__(self):
        self.about = []

    @hookimpl
    def review_plan(self, plan, policy):
        there = {row.party for row in plan.rows}
        return [Concern("dead", f"{one.id} er død", one) for one in self.about if one in there]


@pytest.fixture
def doubtful():
    return Doubtful()


@pytest.fixture
def more(doubtful):
    return {"doubtful": doubtful, "forbrug": Forbrug(prices=[Price("2026-01-01", 14.0, 1.6)])}


@pytest.fixture
def policy():
    """A letter may not go twice here, as it may not in a town hall."""
    return {"undo": timedelta(minutes=2), "gate": ("same_letter",)}


def rows(page):
    """What stands about each recipient, as it is read."""
    table = re.search(r"<tbody.*?</tbody>", page.text, re.DOTALL)[0]
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip()
        for one in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]


def got(hall):
    return sorted(hall.post.cover(one.id).recipient.name for one in hall.post.entries())


def test_the_letter_goes_to_those_who_are_left(hall):
    """The page, the button and the price are about them; who is left out stays in sight, in their place."""
    dialog = hall.opened(hall.request(parties=3))
    assert "Anslået pris: 4,80" in dialog.text
    out = dialog.press("/send/arrange", move="omit-1")
    assert "Send til 2 modtagere" in out.text
    assert "Anslået pris: 3,20" in out.text
    assert rows(out)[1].startswith("Borger 1 ")
    assert rows(out)[1].endswith("Udeladt: der sendes ikke noget hertil nu. Tag med igen Borger 1")
    assert "Modtageren er udeladt." in out.text
    after = out.press("/send/go")
    assert got(hall) == ["Borger 0", "Borger 2"]
    assert "Ikke alle har fået brevet" in after.text


def test_those_who_are_left_out_can_be_taken_in_again(hall):
    """The focus goes to the button that undoes it, and back; the last one cannot be left out."""
    out = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-0")
    assert re.search(r'value="include-0"[^>]* autofocus', out.text)
    alone = out.press("/send/arrange", move="omit-2")
    assert 'value="omit-' not in alone.text
    assert ">Send digitalt</span>" in alone.text
    assert alone.press("/send/arrange", move="omit-1").answer.status_code == 400
    back = alone.press("/send/status").press("/send/arrange", move="include-0")
    assert re.search(r'value="omit-0"[^>]* autofocus', back.text)
    back.press("/send/go")
    assert got(hall) == ["Borger 0", "Borger 1"]


def test_a_letter_to_one_has_nobody_to_leave_out(hall):
    """Its page is as it always was."""
    assert "omit-" not in hall.opened().text


def test_reasons_are_asked_for_those_who_are_left_and_what_was_written_stays(hall, doubtful):
    """Nobody says why a letter is sent to somebody it is not sent to."""
    doubtful.about = [hall.citizens[0], hall.citizens[2]]
    dialog = hall.opened(hall.request(parties=3))
    assert dialog.text.count("<textarea") == 2
    out = dialog.press("/send/arrange", move="omit-0", **{"why-0": "", "why-1": "boet skal have det"})
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", out.text) == ["boet skal have det"]
    out.press("/send/go", **{"why-0": "boet skal have det"})
    assert got(hall) == ["Borger 1", "Borger 2"]


def test_a_reason_is_there_again_with_whom_it_is_about(hall, doubtful):
    """It was written, so it is not lost; and nothing is overridden by it while they are left out."""
    doubtful.about = [hall.citizens[0]]
    said = {"why-0": "boet skal have det"}
    out = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-0", **said)
    assert "<textarea" not in out.text
    back = out.press("/send/arrange", move="out-1").press("/send/arrange", move="include-0")
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", back.text) == ["boet skal have det"]
    assert 'name="kept"' not in back.text
    out.press("/send/status").press("/send/arrange", move="omit-0").press("/send/go")
    assert [one.acts for one in hall.post.entries()] == [(), ()]


def test_who_cannot_get_it_can_be_left_out(hall):
    """Then all who are left can."""
    for channel in (hall.channel, hall.paper):
        channel.reached["part-1"] = False
    out = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-1")
    assert "Send til 2 modtagere" in out.text
    shown = out.press("/send/arrange", move="omit-0")
    assert shown.press("/send/file", file="0.0").answer.status_code == 200
    assert shown.press("/send/file", file="1.0").answer.status_code == 404


def test_ready_ones_are_named_by_who_they_are(hall):
    """One is left out and one cannot get it: the button sends to the third, whatever row that is."""
    for channel in (hall.channel, hall.paper):
        channel.reached["part-1"] = False
    out = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-0")
    assert "Send til den 1, der kan få det" in out.text
    out.press("/send/go", only="ready")
    assert got(hall) == ["Borger 2"]


def test_those_who_were_left_out_can_get_it_later(hall):
    """The others have it, so what is in it is settled; and each of those who are left can be left out again."""
    after = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-1")
    after = after.press("/send/arrange", move="omit-2").press("/send/go")
    rest = after.press("/send/rest")
    assert "Send til 2 modtagere" in rest.text
    assert 'value="out-1"' not in rest.text
    only = rest.press("/send/arrange", move="omit-1")
    assert "Brevet er bestilt tidligere." in rows(only)[0]
    only.press("/send/go")
    assert got(hall) == ["Borger 0", "Borger 2"]
    hall.opened(hall.request(parties=3)).press("/send/rest").press("/send/go")
    assert got(hall) == ["Borger 0", "Borger 1", "Borger 2"]


def test_of_several_one_who_was_undone_gets_it_alone(hall):
    """In a dialog of its own, and nobody has to say why the others get theirs twice."""
    hall.opened(hall.request(parties=3)).press("/send/go")
    undone = next(one for one in hall.post.entries() if hall.post.cover(one.id).recipient.name == "Borger 1")
    hall.post.cancel(undone.id, by="bo")
    hall.clock.move(minutes=3)
    hall.post.deliver()
    again = hall.opened(hall.request("dialog-2", parties=3))
    assert again.text.count("<textarea") == 2
    alone = again.press("/send/arrange", move="omit-0").press("/send/arrange", move="omit-2")
    assert "<textarea" not in alone.text
    alone.press("/send/go")
    assert [one.recipient.name for one in map(hall.post.cover, ids(hall, "dialog-2"))] == ["Borger 1"]


def test_one_whose_letter_was_stopped_is_told_so_among_those_who_are_left(hall):
    """Nothing more is sent to them under the same wish; the page says where it can be done."""
    after = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-2").press("/send/go")
    stopped = next(one for one in hall.post.entries() if hall.post.cover(one.id).recipient.name == "Borger 0")
    hall.post.cancel(stopped.id, by="bo")
    rest = rows(after.press("/send/rest"))
    assert "Brevet er stoppet. Luk, og åbn igen fra sagen, hvis det alligevel skal sendes hertil." in rest[0]
    assert "Brevet er bestilt tidligere." in rest[1]


def ids(hall, key):
    return [one.id for one in hall.post.committed(key)]


def test_an_older_page_sends_to_nobody_else_than_it_showed(hall):
    """In another tab somebody was left out since: the letter is shown as it is now, and not ordered."""
    first = hall.opened(hall.request(parties=3))
    first.press("/send/arrange", move="omit-0")
    late = first.press("/send/go")
    assert hall.post.entries() == ()
    assert "Siden var ikke den nyeste" in late.text


def test_an_unknown_party_that_is_left_out_is_still_a_line(hall):
    """Without a name, and it can be taken in again."""
    parties = [*hall.citizens[:2], Party("ukendt", "fake")]
    out = hall.opened(attrs.evolve(hall.request(), parties=parties)).press("/send/arrange", move="omit-2")
    assert "Ukendt modtager" in rows(out)[2]
    assert 'value="include-2"' in out.text


def test_a_double_click_orders_it_once(hall):
    """With somebody left out, too."""
    out = hall.opened(hall.request(parties=3)).press("/send/arrange", move="omit-1")
    out.press("/send/go")
    hall.clock.time += timedelta(seconds=1)
    assert "Fortryd" in out.press("/send/go").text
    assert len(hall.post.entries()) == 2
