"""A letter that a second person sent back: in the inbox of whoever ordered it, until they have seen it."""

import re

import pytest

from esdh_connect.dispatch import Remedy
from esdh_connect.errors import Objection
from esdh_connect_web import Person, Role

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
EVA = Person("eva", "Eva Kollega", {Role.CONTACT}, {"teknik"})


def come(hall, person=BO):
    browser = hall.browser(identify=lambda _: person)
    browser.headers["Accept-Language"] = "da"
    return browser


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def policy():
    return {"approval": True}


def test_whoever_ordered_it_finds_it_with_who_why_and_one_button(hall):
    """Nothing was sent; it is off the list when they have seen it."""
    hall.opened(hall.request()).press("/send/go")
    [entry] = hall.post.entries()
    hall.post.send_back(entry.id, by="eva", why="forkert matrikel")
    browser = come(hall)
    page = browser.get("/failures")
    for said in (
        "Brevet blev sendt tilbage i stedet for at blive godkendt",
        "Hvem skal gøre noget: Den, der bestilte brevet",
        "af Bo Sagsbehandler (bo) Dig Der er ikke sendt noget: brevet blev ikke godkendt.",
        "Årsag: eva sendte det tilbage: forkert matrikel",
    ):
        assert said in text_of(page), said
    assert " Dig Der er" not in text_of(come(hall, EVA).get("/failures"))
    assert re.findall(r"/failures/[0-9a-f-]+/(\w+)", page.text) == ["seen"]
    token = re.search(r'name="esdh_token" value="([^"]+)"', page.text)[1]
    answer = browser.post(f"/failures/{entry.id}/seen", data={"esdh_token": token})
    assert "Brevet er taget af listen. Der er ikke sendt noget." in browser.get(answer.headers["location"]).text
    assert hall.post.failures() == ()


def test_nobody_else_sees_it_for_them(hall):
    """A colleague may take it off the list with a reason, in the inbox; whoever sent it back is not asked to."""
    hall.opened(hall.request()).press("/send/go")
    [entry] = hall.post.entries()
    dialog = hall.opened(entry.id, EVA).press("/send/back", why="forkert matrikel")
    assert "/send/mend" not in dialog.text
    colleague = come(hall, EVA)
    page = colleague.get("/failures")
    assert "Jeg har set det" not in page.text.replace("»Jeg har set det«", "")
    assert re.findall(r"/failures/[0-9a-f-]+/(\w+)", page.text) == ["solved"]
    token = re.search(r'name="esdh_token" value="([^"]+)"', page.text)[1]
    assert colleague.post(f"/failures/{entry.id}/seen", data={"esdh_token": token}).status_code == 403
    with pytest.raises(Objection, match="whoever ordered"):
        hall.post.resolve(entry.id, Remedy.SEEN, by="eva", why="")
    assert len(hall.post.failures()) == 1
    said = {"esdh_token": token, "why": "Bo er holdt op, jeg har overtaget sagen"}
    assert colleague.post(f"/failures/{entry.id}/solved", data=said).status_code == 303
    assert hall.post.failures() == ()


def test_who_has_sent_it_again_is_not_told_to(hall):
    """The same letter is on its way: what is said is that, and the button there is."""
    hall.opened(hall.request()).press("/send/go")
    [entry] = hall.post.entries()
    hall.post.send_back(entry.id, by="eva", why="forkert matrikel")
    hall.opened(hall.request("dialog-2")).press("/send/go")
    page = text_of(come(hall).get("/failures"))
    assert "forkert matrikel. Et brev med samme hoveddokument er siden bestilt" in page
    assert "send brevet derfra igen" not in page
    assert "tryk så »Jeg har set det«." in page
