"""Nobody sees or does anything that nobody said they may."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from esdh_connect_web import Person, Role, make_asgi_app
from esdh_connect_web.app import Assets
from esdh_connect_web.call import Refused
from esdh_connect_web.machines import Machine
from esdh_connect_web.pages import language
from esdh_connect_web.protection import Entrance, Guard, Page, Step
from esdh_connect_web.site import STATIC, Site

HERE, HOST = "https://post.example", "https://esdh.example"
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})


def routes(app: Starlette) -> list[Route]:
    return [one for one in app.routes if isinstance(one, Route)]


def test_every_route_there_is_passes_a_guard(hall):
    """Beside them there are the static files, which hold nothing of anybody."""
    app = make_asgi_app(hall.post)
    assert [type(one.app) for one in app.routes if not isinstance(one, Route)] == [Assets]
    assert [one.name for one in app.routes if not isinstance(one, Route | Mount)] == []
    assert {type(one.endpoint) for one in routes(app)} <= {Page, Entrance, Step, Machine}
    assert routes(app)


def test_no_page_is_shown_to_somebody_unknown(hall):
    """Whatever the method, and with a form too: 401, 403 or 405, and nothing of what the page holds."""
    browser = hall.browser()
    for route in routes(browser.app):
        path = route.path.replace("{", "").replace("}", "")
        answers = [browser.get(path), browser.post(path, data={"letter": "x"}), browser.put(path)]
        allowed = {404, 405} if isinstance(route.endpoint, Machine) else {401, 403, 405}
        assert {one.status_code for one in answers} <= allowed, route.name
        assert all(f"200 {route.name}" != f"{one.status_code} {route.name}" for one in answers)


def test_no_page_is_shown_to_somebody_without_any_role(hall):
    """The host knows them, and has said nothing of what they may."""
    browser = hall.browser(identify=lambda _: Person("gæst", departments={"*"}))
    for route in routes(browser.app):
        if isinstance(route.endpoint, Page):
            assert browser.get(route.path).status_code in (403, 405), route.name


def test_pages_take_no_part_in_somebody_elses_page(hall):
    """Every answer says what the browser may do with it: also a refusal, a missing page and a static file's absence."""
    browser = hall.browser(identify=lambda _: BO)
    for answer in (browser.get("/"), browser.get("/nowhere"), browser.post("/"), hall.browser().get("/")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]


def test_nothing_on_a_page_runs_or_styles_inside_it(hall):
    """The policy would stop it, and the page would be broken."""
    for answer in (hall.browser(identify=lambda _: ADA).get("/"), hall.browser().get("/")):
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text


# --- a page of its own


@pytest.fixture
def noted():
    """What the forms of the page below were asked."""
    return []


@pytest.fixture
def page(hall, noted):
    """Give a browser for a page with a form, as it is seen by somebody."""

    def show(call):
        call.require(call.query("department") or "teknik")
        return call.answer("front.html", waiting=[])

    def take(call):
        what = call.field("what")
        if what == "boom":
            raise ZeroDivisionError("010190-1234 divided")
        if what == "no":
            call.saw("letter-1")
            call.refuse()
        noted.append((call.person.id, what, call.fields("which")))
        call.saw("letter-1")
        return call.see("probe")

    def browser(person, **said):
        site = Site(hall.post, lambda _: person)
        assets = Mount("/static", Assets(directory=STATIC), name="static")
        guard = Page(site=site, name="probe", path="/probe", to={Role.CASEWORKER}, get=show, post=take, **said)
        front = Page(site=site, name="front", path="/", to={Role.CASEWORKER}, get=show)
        return TestClient(
            Starlette(routes=[guard.route, front.route, assets, *(one.route for one in language.routes(site))]),
            base_url=HERE,
            follow_redirects=False,
        )

    return browser


def token(hall, person=BO, at=None):
    from esdh_connect_web.forms import page_token

    return page_token(hall.post, person.id, at or hall.clock())


def test_a_form_is_taken_from_whoever_it_was_given_to(hall, page, noted):
    """And sends the browser on to a page, which reloading shows again without doing it again."""
    answer = page(BO).post("/probe", data={"esdh_token": token(hall), "what": "solve", "which": ["a", "b"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/probe")
    assert noted == [("bo", "solve", ("a", "b"))]


def test_a_form_of_another_of_nobody_and_of_yesterday_is_refused(hall, page, noted):
    """Each of them gets an answer and nothing happens."""
    good = token(hall)
    hall.clock.move(hours=13)
    for wrong in (good, "", "x", "1.x", token(hall, ADA), token(hall)[:-1] + "0x", f"9999999999.{good.split('.')[1]}"):
        answer = page(BO).post("/probe", data={"esdh_token": wrong, "what": "solve"})
        assert answer.status_code == 403, wrong
    assert noted == []


def test_a_form_that_another_site_posted_is_refused(hall, page, noted):
    """Even with the page's token: the browser tells where it came from."""
    for site in ("cross-site", "same-site"):
        data = {"esdh_token": token(hall), "what": "solve"}
        assert page(BO).post("/probe", data=data, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert noted == []


def test_a_form_that_is_too_large_is_not_read(hall, page, noted):
    """A file of a gigabyte is stopped at the first megabyte, and what cannot be read is not guessed at."""
    data = {"esdh_token": token(hall), "what": "x" * 2_000_000}
    assert page(BO).post("/probe", data=data).status_code == 413
    many = {"esdh_token": token(hall), **{f"f{at}": "x" for at in range(2001)}}
    assert page(BO).post("/probe", data=many).status_code in (400, 413)
    broken = page(BO).post("/probe", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=y"})
    assert broken.status_code in (400, 403)
    assert noted == []
    assert page(BO, most=5_000_000).post("/probe", data=data).status_code == 303


def test_what_breaks_has_an_id_and_shows_nothing_of_anybody(hall, page, caplog):
    """Support finds the same id in the log; neither has a CPR number."""
    answer = page(BO).post("/probe", data={"esdh_token": token(hall), "what": "boom"})
    assert answer.status_code == 500
    (line,) = [one.getMessage() for one in caplog.records if "web_page_failed" in one.getMessage()]
    id_ = line.split(" id='")[1].split("'")[0]
    assert id_ in answer.text
    assert "ZeroDivisionError" in line
    assert "1234" not in line + answer.text
    assert "Traceback" not in answer.text


def test_who_saw_and_did_what_is_written_down(hall, page):
    """With what it was about; a refusal too. It is a log of its own, and who it was is sealed."""
    page(BO).get("/probe")
    page(BO).post("/probe", data={"esdh_token": token(hall), "what": "solve"})
    page(BO).post("/probe", data={"esdh_token": token(hall), "what": "no"})
    page(ADA).get("/probe")
    lines = Site(hall.post).seen.lines()
    assert [(one.who, one.what, one.about) for one in reversed(lines)] == [
        ("bo", "probe GET", ""),
        ("bo", "probe POST", "letter-1"),
        ("bo", "probe refused", "letter-1"),
        ("ada", "probe refused", ""),
    ]
    assert len(Site(hall.post).seen.lines("letter-1")) == 2


def test_a_department_that_is_not_theirs_is_refused(hall, page):
    """Also one that nobody has set up."""
    for department in ("kultur", "nowhere"):
        assert page(BO).get(f"/probe?department={department}").status_code == 403
    assert page(BO).get("/probe?department=teknik").status_code == 200


def test_a_guard_says_no_in_the_readers_language(hall, page):
    """Danish unless somebody reads English."""
    other = Person("eve", "Eve", {Role.CASEWORKER}, {"kultur"}, language="en")
    assert 'lang="en"' in page(other).get("/probe").text
    assert 'lang="da"' in page(Person("eve", roles={Role.CASEWORKER})).get("/probe").text


def test_what_is_refused_is_an_error_of_its_own_and_a_guard_is_abstract(hall):
    """A guard without an answer cannot be made by mistake."""
    assert issubclass(Refused, Exception)
    with pytest.raises(TypeError):
        Guard(site=Site(hall.post), name="x", path="/x")
