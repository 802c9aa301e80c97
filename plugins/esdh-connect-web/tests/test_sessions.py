"""The pages beside a host: a session begins with a launch token."""

import re

from esdh_connect_web import Person, Role
from esdh_connect_web.forms import form_token, session_token
from esdh_connect_web.launch import launched

HOST = {"Origin": "https://esdh.example"}


def test_a_session_begins_with_a_launch(hall):
    """Its cookie goes nowhere but to our own pages, and no script reads it."""
    browser = hall.browser()
    answer = browser.post("/open", data={"launch": hall.token()}, headers=HOST)
    assert answer.status_code == 200
    said = answer.headers["set-cookie"]
    assert said.startswith("__Host-esdh_connect=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= {part.strip() for part in said.split(";")}
    assert 'content="0; url=/"' in answer.text
    assert browser.get("/").status_code == 200


def test_a_session_ends(hall):
    """After its hours, whatever the browser still has."""
    browser = hall.browser()
    browser.post("/open", data={"launch": hall.token()}, headers=HOST)
    hall.clock.move(hours=8, seconds=1)
    assert browser.get("/").status_code == 401


def test_a_session_is_ended_by_whoever_has_it(hall):
    """Its cookie opens nothing then, also where somebody kept it; the host's own session is the host's."""
    browser = hall.browser()
    browser.post("/open", data={"launch": hall.token()}, headers=HOST)
    kept = browser.cookies["__Host-esdh_connect"]
    token = re.search(r'action="/leave".*?value="([^"]+)"', browser.get("/").text, re.DOTALL)[1]
    assert browser.post("/leave", data={"esdh_token": "x"}).status_code == 403
    assert "Du er logget ud" in browser.post("/leave", data={"esdh_token": token}).text
    assert hall.browser().get("/", headers={"Cookie": f"__Host-esdh_connect={kept}"}).status_code == 401
    assert "/leave" not in hall.browser(identify=lambda _: Person("bo", roles={Role.CASEWORKER})).get("/").text


def test_a_cookie_that_was_made_up_is_none(hall):
    """Nor is the name of a dialog one, or the form token of it."""
    visit = launched(hall.post, hall.token(hall.request()), kind="dialog", origin="https://esdh.example")
    form = form_token(hall.post, visit)
    for cookie in ("x", "", form, ".".join(form.split(".")[::2]), "a.b", session_token(hall.post, visit)):
        answer = hall.browser().get("/", headers={"Cookie": f"__Host-esdh_connect={cookie}"})
        assert answer.status_code == 401, cookie


def test_a_launch_that_opens_nothing_says_what_to_do(hall):
    """Expired, used and foreign ones differ in what somebody reads, and never is a session begun."""
    used = hall.token()
    hall.browser().post("/open", data={"launch": used}, headers=HOST)
    told = set()
    for token, headers in ((used, HOST), (hall.token(), {"Origin": "https://evil.example"}), ("", HOST), ("x", HOST)):
        answer = hall.browser().post("/open", data={"launch": token}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        told.add(answer.text)
    assert len(told) == 4
    assert hall.browser().get(f"/open?launch={hall.token()}").status_code == 405
