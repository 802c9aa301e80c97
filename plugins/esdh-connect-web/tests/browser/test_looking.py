"""Pages that are there whoever comes, the macros that all pages are made of, and the case system around them."""

from pathlib import Path

import pytest
from examining import page_checks
from jinja2 import FileSystemLoader
from visiting import Visitor

import esdh_connect_web
from esdh_connect_web.rendering import environment
from esdh_connect_web.texts import language as spoken

TEMPLATES = Path(esdh_connect_web.__file__).parent / "templates"
GALLERY = Path(__file__).parents[1] / "gallery"
EVERYBODY = ("mkj", "oae", "lda", "sba", "rho")


def gallery(town, visitor: Visitor, language: str, *, framed: bool) -> None:
    """Every macro once, in a page of the running app: its stylesheets are the real ones."""
    made = environment(spoken(language))
    made.loader = FileSystemLoader([TEMPLATES, GALLERY])
    address = f"{town.address}post/gallery"
    values = {
        "address": lambda number: f"?page={number}",
        "asset": lambda name: f"/post/static/{name}",
        "call": _Caller,
        "framed": framed,
        "here": "/here",
        "menu": [("/", "Forsendelser", True), ("/b", "Statistik", False), ("/c", "Administration", False)],
        "now": town.post.store.now(),
        "path": lambda name: f"/{name}",
        "rows": [
            ("Afgørelse om byggetilladelse", "Langnavnsen-Efternavnsen, Annemarie Birgitte", "delivered", 4),
            ("Partshøring", "Bo", "unresolved", 1234),
        ],
        "shares": [("Borgerservice", 0.91), ("Teknik og Miljø", 0.4), ("Jobcenter", 0)],
        "title": "Send digitalt",
        "token": "t",
        "token_field": "token",
    }
    page = made.get_template("page.html").render(values)
    visitor.context.route(address, lambda route: route.fulfill(body=page, content_type="text/html; charset=utf-8"))
    visitor.page.goto(address)


class _Caller:
    known = True

    class person:  # noqa: N801 - as an attribute
        shown = "Mette Holm"

    class request:  # noqa: N801
        class url:  # noqa: N801
            path = "/here"


@pytest.mark.parametrize("framed", [False, True], ids=["page", "frame"])
def test_every_macro(shared_town, visiting, language, framed):
    """What a page is made of is right before it is in one."""
    mette = visiting(shared_town, "mkj", language)
    gallery(shared_town, mette, language, framed=framed)
    page_checks(mette.page, f"gallery-{'frame' if framed else 'page'}")


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_front_page_of_everybody(shared_town, visiting, language, who):
    """Each sees what there is for them."""
    visitor = visiting(shared_town, who, language)
    page_checks(visitor.go("/"), f"front-{who}")


def test_a_page_that_is_not_there(shared_town, visiting, language):
    """It says so, in the look of all others."""
    visitor = visiting(shared_town, "mkj", language)
    visitor.go("/nowhere")
    visitor.troubles.clear()  # the browser's own word on a 404
    page_checks(visitor.page, "nowhere")


def test_nobody_is_told_what_to_do(shared_town, visiting, language):
    """Who is not logged in any more."""
    visitor = visiting(shared_town, "mkj", language)
    visitor.context.clear_cookies()
    visitor.go("/")
    visitor.troubles.clear()
    page_checks(visitor.page, "nobody")


def test_a_dialog_that_is_closed(shared_town, visiting, language):
    """In a tab of its own it says what to do with that."""
    visitor = visiting(shared_town, "mkj", language)
    visitor.case("BYG-0114")
    page = visitor.tab()
    with page.expect_navigation():
        page.locator("#close").click()
    page_checks(page, "closed")


@pytest.mark.parametrize("path", ["", "sager", "sager/BYG-0121", "sager/BYG-0140", "nowhere"])
def test_the_case_system_around_them(shared_town, visiting, path):
    """It has a look of its own, and is Danish."""
    visitor = visiting(shared_town, "mkj")
    visitor.page.goto(shared_town.address + path)
    visitor.troubles.clear()
    page_checks(visitor.page, f"host-{path.replace('/', '-') or 'welcome'}")
