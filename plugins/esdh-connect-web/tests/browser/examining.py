"""
Eftersyn: what is asked of every page, in both languages and in every state.

`page_checks(page, name)` is called by each test of a page when it shows what it is to show. It leaves pictures in the
folder `screenshots`, to be looked at: machines do not see what is ugly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

__all__ = ["SCREENSHOTS", "focus_is_seen", "page_checks", "picture", "script", "tabbing_is_seen"]

HERE = Path(__file__).parent
SCREENSHOTS = Path(os.environ.get("ESDH_CONNECT_SCREENSHOTS", HERE / "screenshots"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE, NARROW = (1280, 900), (375, 812), (320, 640)
MOST_STOPS = 250
MOST_PARTS = 5  # a field for a date: day, month, year, and the calendar
TALLEST = 6000
CPR = re.compile(r"(?<!\d)\d{6}-?\d{4}(?!\d)")


def script() -> str:
    """What a page under test has beside its own scripts."""
    return (HERE / "axe.min.js").read_text() + (HERE / "examining.js").read_text()


def page_checks(page: Page, name: str) -> None:
    """
    Look at a page as it stands now, in every way that can be asked of it; fails with all that is wrong.

    `name` is what its pictures are called. The page stays where it is: nothing is loaded anew.
    """
    page.evaluate(script())
    language = page.evaluate("document.documentElement.lang")
    at = f"{name}-{language}"
    wrong = [*_said(page), *_axe(page)]
    with _window(page, WIDE):
        wrong += _asked(page, "plain", "wide", "cut")
        picture(page, f"{at}-{WIDE[0]}")
        wrong += _large_text(page)
        wrong += _tabbing(page)
    with _window(page, PHONE):
        picture(page, f"{at}-{PHONE[0]}")
    with _window(page, NARROW):
        wrong += _asked(page, "wide", "cut", "small")
    if language == "da":
        _other_media(page, at)
    assert not wrong, f"{at}:\n" + "\n".join(f"  {one}" for one in wrong)


def focus_is_seen(page: Page) -> None:
    """After an action the focus is somewhere: a keyboard goes on from there."""
    page.evaluate(script())
    assert page.evaluate("examining.lost()") == []


def tabbing_is_seen(page: Page) -> None:
    """Whatever gets the focus lies in sight, in the window as it is."""
    page.evaluate(script())
    assert list(_tabbing(page)) == []


def _said(page: Page) -> Iterator[str]:
    """Title and address tell nobody of a person."""
    for what, text in (("title", page.title()), ("address", page.url)):
        if CPR.search(text):
            yield f"the {what} holds a CPR number"
    if not page.title().strip():
        yield "the page has no title"


def _axe(page: Page) -> Iterator[str]:
    """Ask in a window as tall as the page: what lies under the foot that stays in sight can be scrolled out of it."""
    size = page.viewport_size
    width, height = (size["width"], size["height"]) if size else WIDE
    with _window(page, (width, max(height, page.evaluate("document.documentElement.scrollHeight")))):
        found = page.evaluate("rules => axe.run(document, {runOnly: rules, iframes: false})", RULES)
    for violation in found["violations"]:
        for node in violation["nodes"]:
            why = "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
            yield f"axe {violation['id']}: {node['html'][:160]} – {why[:240]}"


def _asked(page: Page, *names: str) -> list[str]:
    width = page.viewport_size["width"] if page.viewport_size else 0
    return [f"at {width} px: {one}" for name in names for one in page.evaluate(f"examining.{name}()")]


def _large_text(page: Page) -> list[str]:
    """Text of twice the size, as a reader's browser has it."""
    page.evaluate("document.documentElement.style.fontSize = '125%'")  # the design system's is 62.5 %
    try:
        return [f"with 200 % text: {one}" for one in page.evaluate("[...examining.wide(), ...examining.cut()]")]
    finally:
        page.evaluate("document.documentElement.removeAttribute('style')")


def _tabbing(page: Page) -> Iterator[str]:
    """With Tab alone through the page: in its order, seen, and never trapped."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0); getSelection().removeAllRanges()")
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    before, stayed = -1, 0
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("examining.focused()")
        if stop is None:
            return
        if stop["at"] == before:
            stayed += 1
            if stayed < MOST_PARTS:
                continue
            yield f"Tab does not leave {stop['name']}"
            return
        if stop["index"] > 0 or stop["at"] < before:
            if stop["at"] < before and stop["index"] <= 0:
                return  # around, and at the beginning again
            yield f"Tab comes out of order to {stop['name']}"
        if not stop["seen"]:
            yield f"what has the focus is hidden by something: {stop['name']}"
        if not stop["marked"]:
            yield f"one cannot see that it has the focus: {stop['name']}"
        before, stayed = stop["at"], 0
    yield f"the page has more than {MOST_STOPS} stops for Tab"


@contextmanager
def _window(page: Page, size: tuple[int, int]) -> Iterator[None]:
    before = page.viewport_size
    page.set_viewport_size({"width": size[0], "height": size[1]})
    yield
    if before:
        page.set_viewport_size(before)


def _other_media(page: Page, at: str) -> None:
    """Pictures in the colours of the reader's system, and on paper, where what can be pressed is gone."""
    with _window(page, WIDE):
        page.emulate_media(forced_colors="active")
        picture(page, f"{at}-forced")
        page.emulate_media(forced_colors="none", media="print")
        picture(page, f"{at}-print")
        pressed = page.evaluate("examining.pressed()")
        page.emulate_media(media="screen")
    assert pressed == [], f"{at}: on paper there is something to press"


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep a picture of a page, or of the window as it stands."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    if not whole:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")
        return
    width, height = page.viewport_size["width"], page.evaluate("document.documentElement.scrollHeight")
    with _window(page, (width, min(height, TALLEST))):  # so that what keeps in sight is at its place
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, animations="disabled")
