"""The same app in every kind of host keeps the same promises."""

import re

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from esdh_connect_web import Person, Role, make_asgi_app, make_wsgi_app
from esdh_connect_web.django_view import make_django_view

HERE, HOST = "https://post.example", "https://esdh.example"
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
VIEWS = {}


def in_starlette(hall):
    return TestClient(Starlette(routes=[Mount("/esdh/post", make_asgi_app(hall.post))]), base_url=HERE)


def in_wsgi(app):
    return httpx2.Client(transport=httpx2.WSGITransport(app=app), base_url=HERE)


def in_flask(hall):
    flask = pytest.importorskip("flask")
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    host = flask.Flask("host")
    return in_wsgi(DispatcherMiddleware(host.wsgi_app, {"/esdh/post": make_wsgi_app(hall.post)}))


def view(request, path):
    """Django knows its addresses once in a process: this leads to the view of whoever asks now."""
    return VIEWS["now"](request, path)


view.csrf_exempt = True


def in_django(hall):
    django = pytest.importorskip("django")
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import re_path

    if not settings.configured:
        middleware = ["django.middleware.csrf.CsrfViewMiddleware"]
        settings.configure(
            ALLOWED_HOSTS=["*"],
            ROOT_URLCONF=(re_path(r"^esdh/post(?P<path>/.*)$", view),),
            MIDDLEWARE=middleware,
            SECRET_KEY="a secret of a host in a test",
        )
        django.setup()
    VIEWS["now"] = make_django_view(hall.post)
    return in_wsgi(WSGIHandler())


@pytest.fixture(params=[in_starlette, in_flask, in_django], ids=["starlette", "flask", "django"])
def browser(request, hall):
    with request.param(hall) as browser:
        yield browser


def held(text, path):
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if f'action="{path}"' in one)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_a_letter_is_sent_from_it(hall, browser):
    """Every address has the mount's prefix, and æøå is what it was."""
    token = hall.token(hall.request(title="Påbud om høring æøå"))
    page = browser.post("/esdh/post/send", data={"launch": token}, headers={"Origin": HOST})
    assert page.status_code == 200
    assert "Påbud om høring æøå" in page.text
    addresses = re.findall(r'(?:href|src|action|formaction)="([^"#]+)"', page.text)
    assert {one for one in addresses if not one.startswith(("/esdh/post/", "data:"))} == set()
    seen = browser.post("/esdh/post/send/file", data={**held(page.text, "/esdh/post/send/file"), "file": "0.0"})
    after = browser.post("/esdh/post/send/go", data=held(page.text, "/esdh/post/send/go"))
    assert after.status_code == 200
    (entry,) = hall.post.entries()
    assert seen.content == hall.post.dispatch(entry.id).envelope.letter.files[0].content
    assert seen.headers["content-type"] == "application/pdf"


def test_its_headers_come_through(hall, browser):
    """Whatever the host adds, these are there; so is the cookie of a session."""
    answer = browser.post("/esdh/post/open", data={"launch": hall.token()}, headers={"Origin": HOST})
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert browser.get("/esdh/post/").status_code == 200


def test_a_stylesheet_is_there(browser):
    """With its type, and kept by the browser for a while."""
    answer = browser.get("/esdh/post/static/esdh.css")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/css")
    assert "max-age" in answer.headers["cache-control"]


def test_what_there_is_not_is_a_page_of_ours(browser):
    """And a launch that opens nothing says so."""
    assert browser.get("/esdh/post/nowhere").status_code == 404
    assert browser.post("/esdh/post/send", data={"launch": "x"}, headers={"Origin": HOST}).status_code == 403


def test_thirty_megabytes_are_refused_and_the_next_is_answered(hall, browser):
    """It is not read to its end, and nothing hangs."""
    answer = browser.post("/esdh/post/send", data={"launch": "x" * 30_000_000}, headers={"Origin": HOST})
    assert answer.status_code == 413
    assert browser.get("/esdh/post/nowhere").status_code == 404
