"""A host that is not in Python asks for tokens and counts, with a secret, in JSON."""

import json
import re
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from esdh_connect.dispatch import Remedy
from esdh_connect.errors import Rejected
from esdh_connect.model import Options
from esdh_connect.settings import Secret
from esdh_connect_web.description import described
from esdh_connect_web.launch import launched

HOST = "https://esdh.example"
SECRET = {"Authorization": "Bearer s3cret"}
WANTED: dict[str, Any] = {
    "person": {"id": "bo", "name": "Bo", "roles": ["caseworker"], "departments": ["teknik"]},
    "origin": HOST,
    "request": {
        "key": "dialog-1",
        "case": {"id": "sag-1"},
        "department": "teknik",
        "title": "Brev",
        "documents": [{"id": "brev", "name": "brev.pdf"}],
        "parties": [{"id": "part-0", "system": "fake"}],
        "options": {"mandatory": True, "not_before": "2026-12-01"},
    },
}


@pytest.fixture
def api(hall, tmp_path):
    (tmp_path / "api.secret").write_text("s3cret\n")
    (tmp_path / "api.secret").chmod(0o600)
    hall.post.plugins.get("web").api = Secret("file:api.secret", tmp_path / "esdh-connect.toml")
    hall.host.document("brev")
    return hall.browser()


def test_a_launch_is_what_the_host_asked_for(hall, api):
    """The same token as in Python: it opens the dialog of that person with that letter, and its wishes."""
    answer = api.post("/api/launch", json=WANTED, headers=SECRET)
    assert (answer.status_code, answer.json()["seconds"]) == (200, 300)
    errand = launched(hall.post, answer.json()["launch"], kind="dialog", origin=HOST).errand
    assert (errand.person.id, errand.request.title, errand.request.documents[0].name) == ("bo", "Brev", "brev.pdf")
    assert errand.request.options == Options(mandatory=True, not_before=date(2026, 12, 1))


def test_a_launch_may_be_for_the_pages_or_for_a_letter_there_is(hall, api):
    """Without either it is the pages; a letter nobody knows is one that could not be meant."""
    bare = {name: WANTED[name] for name in ("person", "origin")}
    pages = api.post("/api/launch", json=bare, headers=SECRET).json()["launch"]
    assert launched(hall.post, pages, kind="pages", origin=HOST).errand.kind == "pages"
    hall.opened().press("/send/go")
    letter = {**bare, "letter": hall.post.entries()[0].id}
    assert api.post("/api/launch", json=letter, headers=SECRET).status_code == 200
    assert api.post("/api/launch", json={**letter, "request": None}, headers=SECRET).status_code == 200
    assert api.post("/api/launch", json={**WANTED, "letter": None}, headers=SECRET).status_code == 200
    assert api.post("/api/launch", json={**bare, "letter": "x"}, headers=SECRET).status_code == 422


def test_a_host_says_that_somebody_is_logged_out(hall, api):
    """Their dialogs are over; that there are none, or nobody of that name, is no error."""
    dialog = hall.opened()
    assert api.post("/api/logout", json={"person": "bo"}, headers=SECRET).json() == {"ended": 1}
    assert api.post("/api/logout", json={"person": "bo"}, headers=SECRET).json() == {"ended": 0}
    assert dialog.press("/send/go").answer.status_code == 403
    for wrong in ({}, {"person": 1}, {"person": "bo", "more": 1}, [], "bo"):
        assert api.post("/api/logout", json=wrong, headers=SECRET).status_code == 422, wrong


def test_null_is_what_is_left_out(hall, api):
    """Some languages write all they have, and a byte order mark before it; a KLE number is read, too."""
    about = {"id": "sag-1", "system": None, "title": None, "kle": "27.18.02"}
    options = dict.fromkeys(("mandatory", "reply_by", "notification", "deadline"))
    request = {**WANTED["request"], "case": about, "options": options}
    wish = {**WANTED, "person": {**WANTED["person"], "language": None}, "request": request}
    body = b"\xef\xbb\xbf" + json.dumps(wish).encode()
    answer = api.post("/api/launch", content=body, headers=SECRET)
    assert answer.status_code == 200, answer.text
    errand = launched(hall.post, answer.json()["launch"], kind="dialog", origin=HOST).errand
    assert (str(errand.request.case.kle), errand.request.options) == ("27.18.02", Options())


def test_the_letters_of_a_wish_and_of_a_case_are_told(hall, api):
    """By ids of the host's, with what each has come to; no name, no title, no number."""
    hall.opened().press("/send/go")
    [entry] = hall.post.entries()
    by_key = api.post("/api/letters", json={"key": "dialog-1"}, headers=SECRET).json()
    by_case = api.post("/api/letters", json={"case": "sag-1", "key": None}, headers=SECRET).json()
    assert by_key == by_case
    [letter] = by_key["letters"]
    assert (letter["dispatch"], letter["status"], letter["standing"]) == (entry.id, "waiting", None)
    assert letter["party"] == {"id": "part-0", "system": "fake"}
    assert [one["id"] for one in letter["documents"]] == ["brev", "kort", "facade"]
    assert "Byggetilladelse" not in str(by_key)
    for nothing in ({"key": "dialog-2"}, {"case": "sag-2"}):
        answer = api.post("/api/letters", json=nothing, headers=SECRET).json()
        assert answer == {"letters": [], "complete": True}
    for wrong in ({}, {"key": ""}, {"key": "dialog-1", "case": "sag-1"}, {"key": 1}, []):
        assert api.post("/api/letters", json=wrong, headers=SECRET).status_code == 422, wrong


def test_an_address_or_a_method_there_is_not_is_told_to_a_program(api):
    """In JSON, as all else is."""
    wrong = (api.get("/api/launch"), api.post("/api/nothing"))
    assert [(one.status_code, one.json()["error"]) for one in wrong] == [(405, "method"), (404, "unknown")]
    assert wrong[0].headers["allow"] == "POST"


def test_the_secret_is_exchanged_without_a_pause(hall, api, tmp_path):
    """For a while two of them count."""
    (tmp_path / "new.secret").write_text("another")
    hall.post.plugins.get("web").api_also = Secret("file:new.secret", tmp_path / "esdh-connect.toml")
    for secret, status in (("s3cret", 200), ("another", 200), ("third", 401)):
        answer = api.get("/api/counts", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status


def test_nobody_without_the_secret_is_answered(hall, api):
    """Not even with what was wrong about the rest."""
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic s3cret"}, {"Authorization": "s3cret"}):
        answers = [api.post("/api/launch", content=b"{", headers=headers), api.get("/api/counts", headers=headers)]
        assert {one.status_code for one in answers} == {401}
        assert {one.text for one in answers} == {'{"error":"unauthorized"}'}
    hall.post.plugins.get("web").api = None
    assert api.get("/api/counts", headers=SECRET).status_code == 404


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"origin": "https://evil.example"}, "origin"),
        ({"person": {"id": "010190-1234"}}, "person"),
        ({"person": {"id": ""}}, "person"),
        ({"request": {**WANTED["request"], "parties": [{"id": "121212-1212"}]}}, "the id of a party"),
        ({"request": {**WANTED["request"], "parties": [{"id": "part-0"}, {"id": "0101901234"}]}}, "the id of a party"),
        ({"person": {"id": "bo", "roles": ["boss"]}}, "roles"),
        ({"person": {**WANTED["person"], "departments": ["kultur"]}}, "teknik"),
        ({"request": {"key": "x"}}, "case"),
        ({"request": {**WANTED["request"], "documents": []}}, "at least one document"),
        ({"request": {**WANTED["request"], "case": {"id": "010190-1234"}}}, "the id of a case"),
        ({"request": {**WANTED["request"], "documents": [{"id": "0101901234"}]}}, "the id of a document"),
        ({"request": {**WANTED["request"], "key": "0101901234"}}, "the key"),
        (
            {"request": {**WANTED["request"], "case": {"id": "sag-1", "kle": "1234"}}},
            "NN.NN.NN @ body.request.case.kle",
        ),
        ({"request": {**WANTED["request"], "options": {"not_before": "i dag"}}}, "a day as in 2026-12-01"),
        (
            {"request": {**WANTED["request"], "options": {"reply_by": "2026-12-01T12:00:00"}}},
            "offset from UTC is missing",
        ),
        (
            {"request": {**WANTED["request"], "options": {"post_category": "1234"}}},
            "body.request.options.post_category",
        ),
        ({"request": {**WANTED["request"], "parties": [{"id": "a"}, {"id": "a"}]}}, "number 1 is the same as number 0"),
        ({"person": {"id": "bo", "roles": ["boss"]}}, "one of caseworker, contact, administrator, consultant"),
        ({"person": {"id": "bo", "departments": ["teknik"]}}, "body.person.roles"),
        (
            {"person": {"id": "bo", "roles": ["consultant"], "departments": ["*"]}},
            "one of caseworker, contact is expected",
        ),
        ({"request": {**WANTED["request"], "tittel": "x"}}, "tittel"),
        ({"more": 1}, "more"),
        ({"letter": "x"}, "never both"),
        ({"request": None, "letter": ""}, "letter"),
        ({"person": {**WANTED["person"], "language": "de"}}, "language"),
    ],
)
def test_what_cannot_be_meant_is_named(api, change, where):
    """Where it stands and what is wrong; never what stands there."""
    answer = api.post("/api/launch", json={**WANTED, **change}, headers=SECRET)
    assert answer.status_code == 422
    assert where in str(answer.json()["problems"])
    assert "1234" not in answer.text
    assert not re.search(r"None|str\b|esdh_connect|datetime|Role", answer.text)


def test_waiting_letters_are_counted_by_department(hall, api):
    """By who must act; the answer names nobody."""
    dialog = hall.opened()
    hall.channel.fail_with.append(Rejected("no"))
    dialog.press("/send/go")
    hall.clock.move(minutes=3)
    hall.post.deliver()
    answer = api.get("/api/counts", headers=SECRET).json()
    none = dict.fromkeys(("administrator", "provider", "approval", "sent_back", "proposals"), 0)
    assert answer == {"departments": {"teknik": {"caseworker": 1, **none}}, "complete": True}


def test_the_counts_are_those_of_the_inbox(hall, api):
    """However many there are; a letter that somebody has dealt with is none of them."""
    for at in range(2):
        hall.channel.fail_with.append(Rejected("no"))
        hall.opened(hall.request(f"dialog-{at}")).press("/send/go")
        hall.clock.move(minutes=3)
        hall.post.deliver()
    counted = api.get("/api/counts", headers=SECRET).json()["departments"]["teknik"]["caseworker"]
    assert counted == len(hall.post.failures()) == 2
    hall.post.resolve(hall.post.failures()[0].entry.id, Remedy.SOLVED, by="bo", why="ringet")
    assert api.get("/api/counts", headers=SECRET).json()["departments"]["teknik"]["caseworker"] == 1


def test_the_description_says_what_there_is(hall, api):
    """Its paths are the routes, what it takes is taken, and its answers are as it says."""
    told = api.get("/api/openapi.json", headers=SECRET).json()
    assert told == json.loads(json.dumps(described(hall.post.plugins.get("web").address)))
    paths = {one.path for one in api.app.routes if one.path.startswith("/api/")}
    assert {*told["paths"], "/api/openapi.json"} == paths
    launch = {"$ref": "#/components/schemas/Launch", "components": told["components"]}
    Draft202012Validator(launch).validate(WANTED)
    wishes = {field.name for field in attrs.fields(Options)}
    assert set(told["components"]["schemas"]["Options"]["properties"]) <= wishes


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def places(value, here=()):
    yield here
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*here, key))


def replaced(value, where, by):
    if not where:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[where[0]] = replaced(copy[where[0]], where[1:], by)
    return copy


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(list(places(WANTED))), by=json_values)
def test_whatever_is_posted_gets_an_answer(api, where, by):
    """A token, or what is wrong with it: never something broken."""
    answer = api.post("/api/launch", json=replaced(WANTED, where, by), headers=SECRET)
    assert answer.status_code in (200, 422), answer.text


def test_a_body_that_is_no_json_or_too_large_is_refused(api):
    """Deeply nested, cut off, and of two megabytes."""
    for body in (b"", b"{", b"[" * 100_000, b"\xff\xfe", b"NaN "):
        assert api.post("/api/launch", content=body, headers=SECRET).status_code == 422, body[:9]
    assert api.post("/api/launch", content=b"x" * 2_000_000, headers=SECRET).status_code == 413
