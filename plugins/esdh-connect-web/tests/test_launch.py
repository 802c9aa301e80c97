"""A launch token opens one dialog or session, once, from the page it was made for."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from esdh_connect_web import Person, Role, Web, launch_token
from esdh_connect_web.launch import LaunchRefused, Refusal, launched
from esdh_connect_web.tables import VISIT

HERE, HOST = "https://post.example", "https://esdh.example"
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})


def opened(hall, token, *, kind="pages", origin=HOST):
    return launched(hall.post, token, kind=kind, origin=origin)


def refusal(hall, token, **said):
    with pytest.raises(LaunchRefused) as caught:
        opened(hall, token, **said)
    return caught.value.refusal


def test_it_opens_what_it_was_made_for(hall):
    """With everything the host said: who, and which letter, in the documents' order."""
    request = hall.request()
    visit = opened(hall, hall.token(request), kind="dialog")
    assert (visit.errand.person, visit.errand.request, visit.errand.origin) == (BO, request, HOST)
    assert visit.step == 1


def test_it_opens_once(hall):
    """Of twenty at the same time one comes in."""
    token = hall.token()

    def enter(_):
        try:
            return opened(hall, token).step
        except LaunchRefused as error:
            return error.refusal

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(enter, range(20)))
    assert sorted(map(str, found)) == ["1", *["Refusal.USED"] * 19]


def test_it_lives_for_minutes(hall):
    """Five, where the settings say nothing else."""
    token, later = hall.token(), hall.token()
    hall.clock.move(seconds=299)
    assert opened(hall, token).step == 1
    hall.clock.move(seconds=1)
    assert refusal(hall, later) is Refusal.EXPIRED


def test_it_is_good_for_one_page_one_entrance_and_one_address(hall):
    """What is stolen is of no use elsewhere."""
    token = hall.token()
    assert refusal(hall, token, origin="https://evil.example") is Refusal.FOREIGN
    assert refusal(hall, token, origin="null") is Refusal.FOREIGN
    assert refusal(hall, token, origin="") is Refusal.FOREIGN
    assert refusal(hall, token, kind="dialog") is Refusal.ELSEWHERE
    hall.post.plugins.get("web").address = "https://other.example"
    assert refusal(hall, token) is Refusal.ELSEWHERE
    hall.post.plugins.get("web").address = HERE
    assert opened(hall, token).step == 1


def test_a_token_that_was_changed_is_none(hall):
    """Whichever sign it is, and whatever it is made into."""
    token = hall.token()
    said, code = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(said))
    longer = base64.urlsafe_b64encode(json.dumps([*claims[:-1], claims[-1] + 9999]).encode()).decode()
    broken = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(0, len(token), 7)]
    for wrong in [*broken, f"{longer}.{code}", said, f"{said}.", f".{code}", "é.é", "x" * 100_000, f"{said}.{code}0"]:
        assert refusal(hall, wrong) is Refusal.FORGED, wrong[:40]
    assert refusal(hall, "") is Refusal.MISSING
    assert opened(hall, token).step == 1


def test_it_holds_nothing_of_anybody(hall):
    """It stands in the host's page: no title, no name, no party and no number; nor does the table in clear."""
    request = hall.request(title="Byggetilladelse til Ane")
    token = hall.token(request)
    said = base64.urlsafe_b64decode(token.split(".")[0]).decode()
    with hall.post.store.reading() as connection:
        rows = repr(connection.execute(VISIT.select()).all())
    for secret in ("Ane", "Bygge", "part-0", "bo", "sag-1", "brev", "121212"):
        assert secret not in said + rows, secret


def test_the_host_is_told_what_it_got_wrong(hall):
    """These are the vendor's mistakes: they show while it is built."""
    with pytest.raises(ValueError, match="names no origin"):
        launch_token(hall.post, None, person=BO, origin="https://other.example")
    with pytest.raises(ValueError, match="does not work for kultur"):
        launch_token(hall.post, hall.request(department="kultur"), person=BO, origin=HOST)
    with pytest.raises(ValueError, match="never a CPR number"):
        launch_token(hall.post, None, person=Person("010190-1234"), origin=HOST)


def test_settings_that_could_not_be_meant_are_refused():
    """An origin with a path never matches what a browser says."""
    for origins in (["https://esdh.example/"], ["esdh.example"], ["https://Esdh.example"], ["*"]):
        with pytest.raises(ValueError, match="oprindelse"):
            Web(origins=origins)
    with pytest.raises(ValueError, match="adressen"):
        Web(address="post.example")
    assert Web(address="https://esdh.example/post").framed_by == ("https://esdh.example",)


def test_what_is_over_is_forgotten(hall):
    """A launch that nobody used, and a visit after its hours; who saw what stays for its days."""
    opened(hall, hall.token())
    hall.token()
    hall.browser(identify=lambda _: BO).get("/")
    hall.clock.move(hours=9)
    hall.post.erase_expired()
    with hall.post.store.reading() as connection:
        assert connection.execute(VISIT.select()).all() == []
    from esdh_connect_web.seen import Seen

    assert len(Seen(hall.post.store).lines()) == 1
    hall.clock.move(days=181)
    hall.post.erase_expired()
    assert Seen(hall.post.store).lines() == ()
