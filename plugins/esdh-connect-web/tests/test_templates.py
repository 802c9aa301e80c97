"""The macros: escaped, told to screen readers, and with class names that there is a look for."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import FileSystemLoader
from jinja2.exceptions import UndefinedError

from esdh_connect_web.rendering import environment, icon
from esdh_connect_web.texts import language

HOME = Path(__file__).parents[1]
PACKAGE = HOME / "src" / "esdh_connect_web"
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
STATIC = PACKAGE / "static"


CALLER = SimpleNamespace(
    known=True,
    person=SimpleNamespace(shown="Mette Holm"),
)


def gallery(code: str, *, framed: bool = False, **changes: object) -> str:
    """Every macro once, as a page of its own or in a frame."""
    made = environment(language(code))
    made.loader = FileSystemLoader([PACKAGE / "templates", HOME / "tests" / "gallery"])
    values = {
        "title": "Send digitalt",
        "asset": lambda name: f"/static/{name}",
        "call": CALLER,
        "framed": framed,
        "here": "/here",
        "path": lambda name: f"/{name}",
        "token": "t",
        "token_field": "token",
        "menu": [("/", "Forsendelser", True), ("/b", "Statistik", False)],
        "rows": [("Afgørelse", "Anders And", "delivered", 4)],
        "shares": [("Borgerservice", 0.91)],
        "address": lambda number: f"?page={number}",
        "now": datetime(2026, 11, 27, 8, 41, tzinfo=UTC),
    }
    return made.get_template("page.html").render(values | changes)


@pytest.mark.parametrize("framed", [True, False])
@pytest.mark.parametrize("code", ["da", "en"])
def test_every_id_that_is_pointed_at_is_there_once(code, framed):
    """Labels, hints, errors and links within the page lead somewhere."""
    page = gallery(code, framed=framed)
    ids = re.findall(r'\sid="([^"]+)"', page)
    pointed = re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"', page)
    skips = re.findall(r'href="#([^"]+)"', page)

    assert len(ids) == len(set(ids))
    assert {name for names in pointed for name in names.split()} <= set(ids)
    assert set(skips) - {"a", "b"} <= set(ids)


@pytest.mark.parametrize("code", ["da", "en"])
def test_a_page_says_which_language_it_is_in(code):
    """A screen reader would read Danish as English otherwise; a Danish sentence in an English page says so too."""
    page = gallery(code)

    assert f'<html lang="{code}">' in page
    assert ('<span lang="da">Fordi modtageren er fritaget.</span>' in page) == (code == "en")


def test_a_frame_has_no_header_of_its_own():
    """The case system around it has one."""
    assert "<header" in gallery("da")
    assert "<header" not in gallery("da", framed=True)


def test_what_a_page_is_given_is_text_and_never_markup():
    """A title, a name and a file may hold anything."""
    evil = '"><script>alert(1)</script>'
    page = gallery("da", title=evil, rows=[(evil, evil, evil, 1)], shares=[(evil, 0.5)])

    assert "<script>" not in page
    assert page.count("&lt;script&gt;") >= 6


def test_a_name_that_a_page_does_not_give_is_an_error():
    """An empty place in a letter's page would be read as a fact."""
    with pytest.raises(UndefinedError, match="nothing_like_it"):
        environment(language("da")).from_string("{{ nothing_like_it }}").render()


def test_every_class_has_a_look():
    """In the design system or in our own stylesheet: a misspelt one shows nowhere else."""
    styled = (STATIC / "fds" / "css" / "dkfds.min.css").read_text() + "".join(
        one.read_text() for one in STATIC.glob("*.css")
    )
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styled)) | {"esdh-page"}
    used = {
        (path.name, name)
        for path in TEMPLATES
        for names in re.findall(r'\sclass="([^"]*)"', re.sub(r"\{%.*?%\}", " ", path.read_text()))
        for name in re.sub(r"\S*\{\{.*?\}\}\S*", " ", names).split()
    }
    assert {(where, name) for where, name in used if name not in known} == set()


def test_an_icon_is_decoration_unless_it_says_something():
    """The word beside it is read once."""
    assert 'aria-hidden="true"' in icon("send")
    assert 'role="img" aria-label="Send &lt;it&gt;"' in icon("send", "Send <it>")
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_our_own_stylesheet_is_small_and_calls_for_nothing_from_elsewhere():
    """The look is the design system's."""
    css = (STATIC / "esdh.css").read_text()

    assert len(css.splitlines()) <= 300
    assert not re.search(r"@import|https?:|url\(", css)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_form_puts_into_an_address_what_somebody_writes(template):
    """What is written may be a CPR number, and addresses stand in logs and histories: such forms are posted."""
    text = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
        if 'method="post"' not in form.split(">")[0]:
            assert not re.search(r"\b(?:input|textarea|date_field)\(|<textarea|<input(?![^>]*hidden)", form), form
