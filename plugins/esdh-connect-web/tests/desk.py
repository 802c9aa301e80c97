"""A desk: somebody at a browser on the pages, who presses what is there. Works without scripts, as the pages do."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
from starlette.applications import Starlette
from starlette.testclient import TestClient

__all__ = ["Desk", "asked"]

HERE = "https://post.example"


@attrs.define(eq=False)
class Desk:
    """What somebody sees, and where they go from there."""

    browser: TestClient
    answer: Any = None

    @staticmethod
    def browser_of(app: Starlette) -> TestClient:
        return TestClient(app, base_url=HERE, follow_redirects=False)

    @property
    def text(self) -> str:
        return html.unescape(str(self.answer.text))

    @property
    def main(self) -> str:
        """The page without its head and menu, as it is read."""
        found = re.search(r"<main.*?</main>", self.text, re.DOTALL)
        assert found, self.text
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))

    def go(self, path: str) -> Desk:
        self.answer = self.browser.get(path.partition("#")[0])
        return self

    def press(self, action: str, form: int = 0, **said: str | list[str]) -> Desk:
        """Post one of the forms that lead there with what it holds and what is written, and follow where it leads."""
        self.post(action, form, **said)
        if self.answer.status_code == 303:
            self.go(self.answer.headers["location"])
        return self

    def post(self, action: str, form: int = 0, **said: str | list[str]) -> Any:
        self.answer = self.browser.post(action, data={**self.held(action, form), **said})
        return self.answer

    def held(self, action: str, form: int = 0) -> dict[str, list[str]]:
        """What the fields of a form hold."""
        forms = re.findall(
            rf'<form[^>]*method="post" action="{re.escape(action)}".*?</form>', self.answer.text, re.DOTALL
        )
        assert len(forms) > form, f"there is no form {form} that leads to {action}"
        found: dict[str, list[str]] = {}
        for name, value in _fields(forms[form]):
            found.setdefault(name, []).append(html.unescape(value))
        return found


def _fields(form: str) -> list[tuple[str, str]]:
    inputs = re.findall(r'<input[^>]*type="(?:hidden|text|date|number|search)"[^>]*>', form)
    pairs = [(re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in inputs]
    chosen = [
        (
            name,
            (re.findall(r'<option value="([^"]*)" selected', inner) or re.findall(r'<option value="([^"]*)"', inner))[
                0
            ],
        )
        for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL)
    ]
    texts = re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    return [(name[1], value[1]) for name, value in pairs if name and value] + chosen + texts


def asked(address: str) -> dict[str, str]:
    """What an address asks for."""
    return dict(parse_qsl(urlsplit(address).query))
