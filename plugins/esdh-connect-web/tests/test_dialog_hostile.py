"""The dialog is not to be broken, misled or got into: what it is given is text, and who may not is refused."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from esdh_connect.policy import PolicyChange
from esdh_connect_web import Person, Role
from esdh_connect_web.forms import form_token
from esdh_connect_web.protection import Step
from esdh_connect_web.site import Site


def fields(html):
    """What the hidden fields of a page hold."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))


def test_markup_in_a_title_and_in_a_name_is_shown_as_it_is(hall):
    """It is text wherever it comes from."""
    evil = "<script>alert(1)</script>\"'>"
    party = hall.host.person("evil", "2412772222", f"Bo {evil}")
    document = hall.host.document("evil", "x", name=f"../../etc/{evil}.pdf")
    request = hall.request(title=evil, documents=[document])
    dialog = hall.opened(type(request)("evil", request.case, "teknik", evil, [document], [party]))
    after = dialog.press("/send/go")
    for page in (dialog, after):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text


def test_a_file_has_a_name_without_a_path(hall):
    """Also where the host's has one; and nothing that a browser would run is shown."""
    document = hall.host.document("x", "x", name='..\\..\\a/b/../Afgørelse "1"\r\nSet-Cookie: x.pdf')
    dialog = hall.opened(hall.request(documents=[document]))
    answer = dialog.press("/send/file", file="0.0").answer
    said = answer.headers["content-disposition"]
    assert said.startswith("inline; filename*=UTF-8''")
    assert "/" not in said.split("''")[1]
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_dialog_is_over_after_its_hours(hall):
    """It says that nothing was sent; so does one that never was."""
    dialog = hall.opened()
    hall.clock.move(hours=8, seconds=1)
    assert dialog.press("/send/go").answer.status_code == 403
    for token in ("", "x", "a.1.b", dialog.hidden["esdh_token"][0].replace(".1.", ".2.")):
        assert hall.browser().post("/send/go", data={"esdh_token": token}).status_code == 403
    assert hall.post.entries() == ()


def test_a_form_from_another_site_is_refused_in_a_dialog_too(hall):
    """The token is in the page, and the page is framed."""
    dialog = hall.opened()
    answer = dialog.browser.post("/send/go", data=dialog.hidden, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert hall.post.entries() == ()


def test_who_may_send_no_letters_opens_no_dialog(hall):
    """A role that sees figures, and a department that is another's by now."""
    clara = Person("clara", roles={Role.CONSULTANT}, departments={"*"})
    assert hall.opened(person=clara).answer.status_code == 403
    bare = Person("bo", departments={"*"})
    assert hall.opened(person=bare).answer.status_code == 403


def test_what_breaks_in_a_dialog_says_first_whether_anything_was_sent(hall):
    """Before the letter was ordered, and after; and it leads back to the dialog."""

    def boom(call):
        raise ZeroDivisionError

    dialog = hall.opened()
    step = Step(site=Site(hall.post), name="boom", path="/boom", post=boom, stale=boom, reads=True)
    steps = [Route(f"/send/{name}", boom, name=f"send-{name}") for name in ("status", "language")]
    more = [*steps, Mount("/static", boom, name="static")]
    broken = TestClient(Starlette(routes=[step.route, *more]), base_url="https://post.example")
    before = broken.post("/boom", data=dialog.hidden)
    assert before.status_code == 500
    assert "Der er ikke sendt noget." in before.text
    assert [fields(before.text)["esdh_token"]] == dialog.hidden["esdh_token"]
    dialog.press("/send/go")
    assert "Brevet er bestilt." in broken.post("/boom", data=dialog.hidden).text


def test_a_name_that_is_no_text_breaks_nothing(hall):
    """A file system may hold half a sign."""
    document = hall.host.document("x", "x", name="brev \udce6.pdf")
    dialog = hall.opened(hall.request(documents=[document], title="Svar \udce6"))
    assert dialog.answer.status_code == 200
    assert dialog.press("/send/file", file="0.0").answer.status_code == 200
    assert dialog.press("/send/go").answer.status_code == 200


def test_a_key_of_another_department_shows_nothing_of_its_letter(hall):
    """Somebody guessed it, or a host counts from one in each of its modules."""
    hall.opened().press("/send/go")
    letters = hall.post.plugins.owners["digital_post"]
    now = hall.clock()
    kultur = hall.post.departments.get("kultur")
    what = {"plugins": [letters], "channels": ["digital_post"]}
    hall.post.departments.change([PolicyChange(kultur, what, "ada", now, now)])
    ida = Person("ida", "Ida", {Role.CASEWORKER}, {"kultur"})
    dialog = hall.opened(hall.request(department="kultur"), ida)
    assert dialog.answer.status_code == 403
    assert "Borger" not in dialog.text
    assert "Der er ikke sendt noget." in dialog.text


FIELDS = (
    "move",
    "order",
    "file",
    "letter",
    "manifest",
    "fingerprint",
    "only",
    "ready",
    "doubt",
    "why-0",
    "why",
    "to",
    "lang",
)
texts = st.text(max_size=30) | st.sampled_from(["up-1", "order", "2,1", "0.0", "ready", "0", "night@0", "999999", "da"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_is_posted_gets_an_answer(hall, when):
    """With a good token, to every address of the dialog, before and after the letter is ordered: nothing breaks."""
    dialog = hall.opened()
    if when == "after":
        dialog = dialog.press("/send/go")
    paths = [one.path for one in dialog.browser.app.routes if isinstance(getattr(one, "endpoint", None), Step)]
    visits, name = Site(hall.post).visits, dialog.hidden["esdh_token"][0].partition(".")[0]

    @settings(max_examples=60, deadline=None)
    @example({"doubt": "no such id", "why-0": "because"}, "/send/go")
    @given(data=st.dictionaries(st.sampled_from(FIELDS), texts, max_size=6), path=st.sampled_from(paths))
    def holds(data, path):
        token = form_token(hall.post, visits.find(name))
        answer = dialog.browser.post(path, data={"esdh_token": token, **data})
        assert answer.status_code in (200, 400, 404, 409), (path, answer.text)
        assert len(hall.post.committed("dialog-1")) == (when == "after")

    holds()
