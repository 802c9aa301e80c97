"""
A browser, and Eksempel Kommune to visit with it. Both are started once for each file.

Not once for all: while Playwright is there, an event loop runs in this thread, and other tests that start one fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from visiting import CHROMIUM, FLAGS, Town, Visitor, chromium_or_skip, running_town


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    chromium_or_skip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """For tests that only look."""
    with running_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """For tests that change something."""
    with running_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture(params=["da", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visiting(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Come as one of the five: `visiting(town, "mkj", "da")`. What went wrong in the browser fails the test."""
    come: list[Visitor] = []

    def visit(town: Town, id_: str, language: str = "da", **more: object) -> Visitor:
        visitor = Visitor.arriving(town, chromium, language, **more)
        come.append(visitor)
        visitor.log_in(id_)
        return visitor

    yield visit
    troubles = [trouble for one in come for trouble in one.troubles]
    for one in come:
        one.context.close()
    assert troubles == []
