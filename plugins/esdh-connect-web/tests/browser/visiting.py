"""
Besøg: Eksempel Kommune, running, and people who come to it with a browser.

The case system is the one of `esdh-connect demo`, with a real installation, sandbox and outbox, served by uvicorn.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import attrs
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request

from esdh_connect import Connect
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.municipality import Municipality
from esdh_connect_demo.serving import listening, opened
from esdh_connect_demo.townhall import POST
from esdh_connect_sandbox import Sandbox

__all__ = ["CHROMIUM", "FLAGS", "LOCALES", "Town", "Visitor", "chromium_or_skip", "running_town"]

CHROMIUM = Path(os.environ.get("ESDH_CONNECT_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"da": "da-DK", "en": "en-GB"}
PATIENCE = 20_000


def chromium_or_skip() -> None:
    """Where there is no browser the tests say so; in CI they fail."""
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no Chromium here: `make servers` installs it")


@attrs.frozen(eq=False)
class Town:
    """The running case system, from inside."""

    address: str
    esdh: Municipality
    post: Connect
    sandbox: Sandbox


def _failed(request: Request) -> list[str]:
    """What could not be fetched; what was left because somebody went on is nothing."""
    return [] if "ERR_ABORTED" in (request.failure or "") else [f"failed: {request.url}"]


@contextmanager
def running_town(folder: Path) -> Iterator[Town]:
    """Start everything on a free port, and stop it at the end of the block. Pages are in a browser's own language."""
    folder.mkdir(parents=True, exist_ok=True)
    with listening(0) as listener, opened(Folder(folder), listener) as there:
        there.installation.post.plugins.get("web").language = "browser"
        config = uvicorn.Config(there.app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Town(there.address, there.esdh, there.installation.post, there.installation.sandbox)
        finally:
            server.should_exit = True
            thread.join()


@attrs.define(eq=False)
class Visitor:
    """Somebody at a browser of their own. Whatever goes wrong in it is kept in `troubles`."""

    town: Town
    context: BrowserContext
    page: Page
    troubles: list[str] = attrs.field(factory=list)

    @classmethod
    def arriving(cls, town: Town, browser: Browser, language: str, **more: Any) -> Visitor:
        """Come with a new browser. It takes scripts of tests in, which the pages' own policy forbids."""
        context = browser.new_context(
            locale=LOCALES[language], bypass_csp=True, viewport={"width": 1280, "height": 900}, **more
        )
        context.set_default_timeout(PATIENCE)
        visitor = cls(town, context, context.new_page())
        # Not the method itself: Playwright would write into its object, which has no room for that.
        context.on("page", lambda page: visitor.watch(page))  # noqa: PLW0108
        visitor.watch(visitor.page)
        return visitor

    def watch(self, page: Page) -> None:
        """Keep what goes wrong in a tab."""
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", lambda said: self.troubles.extend([f"console: {said.text}"] if said.type == "error" else []))
        page.on("requestfailed", lambda gone: self.troubles.extend(_failed(gone)))

    # --- in the case system

    def log_in(self, id_: str) -> Page:
        """Be one of the five."""
        self.page.goto(self.town.address)
        self.page.locator(f"button[value={id_}]").click()
        return self.page

    def go(self, path: str) -> Page:
        """Go to one of esdh_connect's own pages."""
        self.page.goto(self.town.address.rstrip("/") + POST + path)
        return self.page

    def case(self, id_: str) -> Page:
        """Open a case, and finalize what is drafted on it."""
        self.page.goto(f"{self.town.address}sager/{id_}")
        drafts = self.page.get_by_role("button", name=re.compile("^Færdiggør"))
        while drafts.count():
            drafts.first.click()
        return self.page

    # --- Send digitalt

    def dialog(self, button: str = "Send digitalt") -> Frame:
        """Press the button of the case: the dialog opens in a frame."""
        self.page.get_by_role("button", name=re.compile(f"^{button}")).first.click()
        handle = self.page.wait_for_selector("dialog[open] iframe")
        frame = handle.content_frame()
        assert frame is not None
        frame.wait_for_selector("h1")
        return frame

    def tab(self, button: str = "Send digitalt") -> Page:
        """The same without the case system's script: the dialog opens in a tab."""
        form = self.page.locator("esdh-send form", has=self.page.get_by_role("button", name=re.compile(f"^{button}")))
        with self.context.expect_page() as coming:
            form.first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        coming.value.wait_for_selector("h1")
        return coming.value
