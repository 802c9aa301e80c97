"""Whoever approves a letter is told of the same letter beside it, and of what was overridden; as it is by now."""

import re
from datetime import timedelta

import pytest
from correspondence import come, ordered, token_of

from esdh_connect.dispatch import Concern, Override
from esdh_connect.hookspecs import hookimpl
from esdh_connect_web import Person, Role

EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})


class Doubter:
    """A rule with a doubt about every letter."""

    @hookimpl
    def review_plan(self, plan):
        return [Concern("house.address", "adressen er gammel")]


@pytest.fixture
def policy():
    return {"undo": timedelta(0), "approval": True}


def shown(page, do="approve"):
    return {"esdh_token": token_of(page), "do": do, "shown": re.search(r'name="shown" value="([^"]*)"', page.text)[1]}


def test_the_same_letter_beside_it_stands_above_the_button(hall):
    """Whichever of the two was ordered first, and with what became of it."""
    first, second, eva = ordered(hall, "first"), ordered(hall, "second"), come(hall, EVA)
    for entry in (first, second):
        page = eva.get(f"/letters/{entry.id}").text
        assert "Et brev med samme hoveddokument er også bestilt til modtageren" in page
        assert "Det venter på godkendelse." in page
        assert page.index("er også bestilt") < page.index('value="approve"')
    eva.post(f"/letters/{first.id}", data=shown(eva.get(f"/letters/{first.id}")))
    hall.post.deliver()
    assert "Det er på vej." in eva.get(f"/letters/{second.id}").text
    assert "er også bestilt" not in eva.get(f"/letters/{first.id}").text


def test_what_has_come_since_it_was_shown_is_shown_first(hall):
    """Two approve one each at the same time: the second sees that the first letter is on its way, before it goes."""
    first, second, eva = ordered(hall, "first"), ordered(hall, "second"), come(hall, EVA)
    old = shown(eva.get(f"/letters/{second.id}"))
    hall.post.approve(first.id, by="ida")
    hall.post.deliver()
    refused = eva.post(f"/letters/{second.id}", data=old)
    assert (refused.status_code, "der er noget nyt om det" in refused.text) == (409, True)
    assert hall.post.entry(second.id).needs_approval
    assert eva.post(f"/letters/{second.id}", data=shown(refused)).status_code == 303
    assert not hall.post.entry(second.id).needs_approval


def test_the_dialog_says_it_too(hall):
    """It opens at a letter that waits, from the case."""
    ordered(hall, "first")
    entry = ordered(hall, "second")
    dialog = hall.opened(entry.id, EVA)
    assert dialog.text.index("er også bestilt") < dialog.text.index('action="/send/approve"')
    refused = dialog.press("/send/approve", shown="another")
    assert (refused.answer.status_code, "der er noget nyt om det" in refused.text) == (409, True)
    hall.opened(entry.id, EVA).press("/send/approve")
    assert not hall.post.entry(entry.id).needs_approval


class TestOverridden:
    """Something was said to a doubt."""

    @pytest.fixture
    def more(self):
        return {"doubter": Doubter()}

    def test_what_was_overridden_stands_above_the_button(self, hall):
        """With who did, and why."""
        wish, said = hall.request(), [Override("house.address", "den er rigtig")]
        plan = hall.post.plan(wish, overrides=said)
        [entry] = hall.post.commit(plan, by="bo", overrides=said).entries
        page = come(hall, EVA).get(f"/letters/{entry.id}").text
        assert page.index("den er rigtig") < page.index('value="approve"')
        assert "(adressen er gammel)" in page
