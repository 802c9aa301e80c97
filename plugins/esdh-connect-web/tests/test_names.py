"""What people are called where the host does not say: what it said when they came here last."""

import re
from datetime import timedelta

import attrs
import pytest

from esdh_connect_web import Person, Role

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})


@pytest.fixture
def policy():
    return {"approval": True}


def who(hall, entry, person=EVA):
    page = hall.browser(identify=lambda _: person).get(f"/letters/{entry.id}")
    return re.search(r"</time> – ([^<]+) bestilte det", page.text)[1]


def test_whoever_came_here_has_their_name_and_the_id_beside_it(hall):
    """From the dialog, or the pages; a new name counts, and none takes away the old one."""
    hall.opened(hall.request(), BO).press("/send/go")
    [entry] = hall.post.entries()
    assert who(hall, entry) == "Bo Sagsbehandler (bo)"
    app = hall.browser(identify=lambda _: attrs.evolve(BO, name="Bo Nygift"))
    app.get("/")
    assert who(hall, entry) == "Bo Nygift (bo)"
    hall.browser(identify=lambda _: attrs.evolve(BO, name="")).get("/")
    assert who(hall, entry) == "Bo Nygift (bo)"


def test_of_whoever_was_never_here_there_is_the_id(hall):
    """As their program gave it."""
    wish = hall.request()
    [entry] = hall.post.commit(hall.post.plan(wish), by="zoe").entries
    assert who(hall, entry) == "zoe"


def test_a_name_is_sealed_and_forgotten(hall, tmp_path):
    """It stands nowhere in clear; of somebody who stays away it is erased, like who saw what."""
    browser = hall.browser(identify=lambda _: BO)
    browser.get("/")
    names = browser.app.routes[0].endpoint.site.remembered
    hall.clock.move(days=100)
    browser.get("/")
    hall.clock.move(days=100)
    hall.post.plugins.get("web").erase_expired(hall.clock())
    assert names.name("bo") == "Bo Sagsbehandler"
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("outbox.db*"))
    assert b"Sagsbehandler" not in kept
    hall.clock.move(days=100)
    hall.post.plugins.get("web").erase_expired(hall.clock() + timedelta(seconds=1))
    assert names.name("bo") == ""
