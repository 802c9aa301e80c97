"""The dialog in the frame of another site: no cookie of the host's, and no session of it that could be asked."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
import uvicorn
from examining import picture
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from visiting import Visitor

from esdh_connect_demo.people import EMPLOYEES
from esdh_connect_web import end_visits, launch_token, make_asgi_app
from esdh_connect_web.site import STATIC

CASE = """<!doctype html><title>En sag</title>
<script src="{pages}/static/esdh-send.js" defer></script>
<esdh-send launch-url="/start"><form method="post" action="{pages}/send" target="_blank">
<input type="hidden" name="launch"><button>Se brevet</button></form></esdh-send>"""


@contextmanager
def served(app: Starlette) -> Iterator[int]:
    """Serve an app on a free port, and stop it at the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def framed(town, chromium):
    """Mette sees in a page of 127.0.0.1 what became of a letter that failed; ours are on localhost."""
    [entry] = town.post.entries(case="BYG-0127")
    said = {}

    def start(_):
        person = EMPLOYEES["mkj"].person
        return PlainTextResponse(launch_token(town.post, entry.id, person=person, origin=said["origin"]))

    routes = [Route("/", lambda _: HTMLResponse(said["page"])), Route("/start", start, methods=["POST"])]
    ours = Starlette(routes=[Mount("/post", make_asgi_app(town.post))])
    with served(ours) as port, served(Starlette(routes=routes)) as theirs:
        said["origin"] = f"http://127.0.0.1:{theirs}"
        said["page"] = CASE.format(pages=f"http://localhost:{port}/post")
        town.post.plugins.get("web").origins = (said["origin"],)
        visitor = Visitor.arriving(town, chromium, "da")
        visitor.page.goto(f"{said['origin']}/")
        yield visitor, visitor.dialog("Se brevet")
        visitor.context.close()


def test_from_a_failed_letter_a_session_of_the_same_person_begins(framed):
    """In a tab of its own, whose address holds the id of the letter and nothing else."""
    mette, dialog = framed
    with mette.context.expect_page() as coming:
        dialog.get_by_role("button", name=re.compile("^Ret modtageren")).click()
    page = coming.value
    page.get_by_role("heading", name=re.compile("^Ret modtageren")).wait_for()

    assert re.search(r"/failures/[^/?#]+/change_recipient$", page.url)
    assert "Mette Kjærgård" in page.locator(".esdh-person").inner_text()


@pytest.mark.parametrize("how", ["back", "over"])
def test_what_is_not_of_the_visit_closes_too(framed, how):
    """Somebody went back, or was logged out: the page says so, and its button and Escape reach the host's page."""
    mette, dialog = framed
    if how == "over":
        end_visits(mette.town.post, "mkj")
    dialog.get_by_role("button", name="Opdatér").click()
    dialog.get_by_role("button", name="Opdatér" if how == "back" else "Luk").wait_for()
    if how == "back":
        mette.page.wait_for_function("history.length > 2")
        mette.page.evaluate("history.back()")
    told = {"back": "Siden kan ikke vises igen", "over": "Dialogen er slut"}
    dialog.get_by_role("heading", name=told[how]).wait_for()
    if how == "back":
        dialog.get_by_role("button", name="Luk").click()
    else:
        dialog.locator("#close").press("Escape")
    mette.page.wait_for_selector("dialog", state="detached")


@pytest.fixture
def slow(town, chromium):
    """A case page with a strict policy of its own, and a service that answers when the event is set."""
    answers = Event()

    def send(_):
        answers.wait(20)
        here = "<script>parent.postMessage({ type: 'esdh-here' }, '*')</script>"  # as each page of ours does
        return HTMLResponse(f"<!doctype html><title>Her</title><h1>Her er den</h1>{here}")

    routes = [Route("/post/send", send, methods=["POST"]), Mount("/post/static", StaticFiles(directory=STATIC))]
    with served(Starlette(routes=routes)) as port:
        pages = f"http://localhost:{port}/post"
        policy = (
            f"default-src 'none'; script-src {pages}/; frame-src {pages}/; form-action {pages}/; connect-src 'self'"
        )

        def case(_):
            return HTMLResponse(CASE.format(pages=pages), headers={"Content-Security-Policy": policy})

        start = Route("/start", lambda _: PlainTextResponse("x"), methods=["POST"])
        with served(Starlette(routes=[Route("/", case), start])) as theirs:
            visitor = Visitor.arriving(town, chromium, "da")
            visitor.page.goto(f"http://127.0.0.1:{theirs}/")
            yield visitor.page, answers
            answers.set()
            visitor.context.close()


def test_who_waits_for_the_dialog_is_told_so_and_can_leave_it(slow):
    """The frame has nothing yet: that it is fetched, and a button which closes it and gives the focus back."""
    page, answers = slow
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.get_by_role("button", name="Se brevet").click()
    page.get_by_role("status").get_by_text("Henter …").wait_for()
    picture(page, "waiting-for-the-frame", whole=False)
    page.get_by_role("button", name="Luk").click()
    page.locator("dialog").wait_for(state="detached")  # the browser tells that it is closed a moment later
    assert page.evaluate("document.activeElement.textContent") == "Se brevet"

    page.get_by_role("button", name="Se brevet").click()
    page.get_by_text("Henter …").wait_for()
    answers.set()
    page.frame_locator("dialog iframe").get_by_role("heading", name="Her er den").wait_for()
    page.get_by_text("Henter …").wait_for(state="detached")
    assert page.locator("dialog iframe").evaluate("one => one.clientHeight") > 300
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    assert [one for one in faults if "Content Security" in one] == []
