"""
No CPR number leaves the message: a day in the browser with everything logged, and every artefact of it searched.

The app is served by a real server with its access log on; SQL and its parameters are logged too. The errors of the
provider and of the host quote numbers on purpose.
"""

import logging
import re
import socket
from html import unescape
from threading import Thread
from urllib.parse import urljoin, urlsplit

import attrs
import httpx2
import pytest
import uvicorn
from starlette.routing import Route

from esdh_connect.errors import OutcomeUnknown, Rejected
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.reports import Form
from esdh_connect_web import Person, Role, make_asgi_app

CPRS = ("1212121212", "0101901234", "0202915678", "1503851111", "2412772222", "6101800000")
QUOTING = "the recipient 010190-1234 is not known, nor are 0202915678 and 150385 1111"
HOST = {"Origin": "https://esdh.example"}
EVERYBODY = Person("alle", "Alle Roller", set(Role), {"*"})
MOST_PAGES = 150
#: What a browser is sent to by a page: links alone, as nothing else is an address.
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')


def spellings(cpr):
    """Give it as it may be written."""
    return (cpr, f"{cpr[:6]}-{cpr[6:]}", f"{cpr[:6]} {cpr[6:]}", f"{cpr[:6]}%2D{cpr[6:]}", f"{cpr[:6]}+{cpr[6:]}")


MARKS = [mark.encode() for cpr in CPRS for mark in spellings(cpr)]


def found_in(artefacts):
    """Give the names of what holds a test CPR, in content or in the name itself."""
    return [name for name, content in artefacts if any(mark in content or mark in name.encode() for mark in MARKS)]


@attrs.define(eq=False)
class Day:
    """What was asked and answered: each address with what came back. ``pages`` are those there are without a name."""

    client: httpx2.Client
    pages: list[str]
    answers: list[tuple[str, bytes]] = attrs.field(factory=list)

    def ask(self, method, path, **said):
        answer = self.client.request(method, path, **said)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append((f"headers of {method} {path}", headers.encode()))
        self.answers.append((f"{method} {path}", answer.content))
        return answer

    def walk(self, ahead):
        """Ask for these pages, and follow every link there is on them."""
        known, ahead = set(), list(ahead)
        while ahead and len(known) < MOST_PAGES:
            path = ahead.pop(0)
            if path in known:
                continue
            known.add(path)
            answer = self.ask("GET", path)
            assert answer.status_code < 500, path
            for link in map(unescape, LINK.findall(answer.text)):
                there = urlsplit(urljoin(f"http://here{path}", link))
                if there.netloc == "here" and not there.path.startswith("/static"):
                    ahead.append(f"{there.path}?{there.query}" if there.query else there.path)
        return known


@pytest.fixture
def more():
    return {"forbrug": Forbrug()}


@pytest.fixture
def log(tmp_path):
    """Everything that is logged by anybody, at its most talkative, into a file."""
    path = tmp_path / "everything.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    names = ("", "esdh_connect", "sqlalchemy", "sqlalchemy.engine", "uvicorn", "uvicorn.access", "uvicorn.error")
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).propagate = True
    logging.getLogger().addHandler(handler)
    yield path
    logging.getLogger().removeHandler(handler)
    handler.close()
    for name, (level, propagate) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate


@pytest.fixture
def day(log, hall):
    """The app served with its access log, and a client of it."""

    def identify(request):
        return EVERYBODY if "broken" not in request.headers else int(QUOTING)

    app = make_asgi_app(hall.post, identify=identify)
    pages = [one.path for one in app.routes if isinstance(one, Route) and "{" not in one.path and "GET" in one.methods]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, log_config=None, access_log=True, lifespan="off", timeout_keep_alive=600)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        with httpx2.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield Day(client, pages)
        server.should_exit = True
        thread.join()


def hidden(html):
    """What the hidden fields of a page hold."""
    found = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html):
        found.setdefault(name, []).append(unescape(value))
    return found


def form(html, path):
    """What the form that leads there holds."""
    return hidden(next(one for one in re.findall(r"<form.*?</form>", html, re.DOTALL) if f'action="{path}"' in one))


def test_no_artefact_of_a_day_in_the_browser_holds_a_test_cpr(day, hall, log, tmp_path):
    """Dialog, sent, failed, unresolved, broken; then every page there is, and the files of statistics."""
    citizens = [hall.host.person(f"borger-{at}", cpr, f"Borger {at}") for at, cpr in enumerate(CPRS)]
    hall.channel.fail_with[:] = [
        Rejected(QUOTING, code="recipient", danish=QUOTING),
        OutcomeUnknown(QUOTING),
        ValueError(QUOTING),
    ]
    wish = attrs.evolve(hall.request(), parties=tuple(citizens))
    page = day.ask("POST", "/send", data={"launch": hall.token(wish, EVERYBODY)}, headers=HOST)
    assert page.text.count("Borger ") >= len(CPRS)
    page = day.ask("POST", "/send/go", data=form(page.text, "/send/go"))
    assert "Brevet er bestilt" in page.text
    hall.clock.move(minutes=3)
    for _ in range(20):
        hall.post.deliver()
    day.ask("POST", "/send/status", data=form(page.text, "/send/status") if "/send/status" in page.text else {})
    statuses = {entry.status.value for entry in hall.post.entries()}
    assert statuses == {"in_progress", "failed", "unresolved"}

    seen = day.walk(day.pages)
    for one in Form:
        day.ask("GET", f"/statistics/file?form={one.value}")
    day.ask("GET", "/statistics/meeting/file?form=html")
    day.ask("GET", "/nowhere")
    day.ask("POST", "/send", data={"launch": QUOTING}, headers=HOST)
    refused = day.ask("POST", "/not-started/reason", data={"department": "teknik", "note": CPRS[0]})
    assert refused.status_code == 403  # no token
    assert day.ask("GET", "/statistics", headers={"broken": "yes"}).status_code == 500

    assert {"/", "/statistics", "/not-started"} <= seen
    everything = [(str(path), path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()]
    assert b"GET /statistics" in log.read_bytes()  # the access log is in it, and what broke
    assert b"web_page_failed" in log.read_bytes()
    assert b"INSERT INTO" in log.read_bytes()
    assert any(name.endswith("outbox.db") for name, _ in everything)
    # A proof pack is a copy of the message, with the recipient's number by purpose: so the search finds what is there.
    packs = [f"GET {path}" for path in seen if path.endswith("/proof")]
    assert len(packs) == len(CPRS)
    assert sorted(found_in([*everything, *day.answers])) == sorted(packs)


def test_the_search_would_find_one():
    """In any spelling, in an address as well as in what came back."""
    kept = [("GET /a?x=010190%2D1234 200", b""), ("GET /b 200", b"<title>121212-1212</title>"), ("GET /c 200", b"xxx")]
    assert found_in(kept) == ["GET /a?x=010190%2D1234 200", "GET /b 200"]
