"""The app works wherever it is mounted: every address in a page has the prefix of its mount."""

import re
from wsgiref.util import setup_testing_defaults

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from esdh_connect_web import Person, Role, make_asgi_app, make_wsgi_app

HERE, HOST = "https://post.example", "https://esdh.example"
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})


def addresses(html):
    found = re.findall(r'(?:href|src|action)="([^"]*)"', html)
    return [one for one in found if not one.startswith(("data:", "#"))]


def test_addresses_have_the_prefix_of_the_mount(hall):
    """Twice mounted, in a Starlette host that has routes of its own."""
    inner = Starlette(routes=[Mount("/post", make_asgi_app(hall.post))])
    browser = TestClient(Starlette(routes=[Mount("/esdh", inner)]), base_url=HERE)
    answer = browser.post("/esdh/post/open", data={"launch": hall.token()}, headers={"Origin": HOST})
    assert answer.status_code == 200
    assert addresses(answer.text)
    assert all(one.startswith("/esdh/post/") for one in addresses(answer.text))
    assert 'url=/esdh/post/"' in answer.text


def test_the_same_app_answers_in_a_wsgi_host(hall):
    """Who asks, the host says from what it has: its environ is there."""
    asked = []

    def identify(request):
        asked.append(request.scope["wsgi_environ"]["REMOTE_USER"])
        return BO

    environ = {"PATH_INFO": "/", "SCRIPT_NAME": "/post", "REMOTE_USER": "bo"}
    setup_testing_defaults(environ)
    started = []
    body = b"".join(make_wsgi_app(hall.post, identify=identify)(environ, lambda *said: started.append(said)))
    assert started[0][0].startswith("200")
    assert dict(started[0][1])["cache-control"] == "no-store"
    assert all(one.startswith("/post/") for one in addresses(body.decode()))
    assert asked == ["bo"]
