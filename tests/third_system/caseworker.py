"""What a caseworker does with Sagskabet, in the tests."""

from html import unescape
from re import findall
from time import sleep

import attrs
import pytest
from flask.testing import FlaskClient

from esdh_connect import Connect
from esdh_connect.testing.fakes import pdf_of
from tests.third_system.casebook import Casebook


@attrs.frozen(eq=False)
class Town:
    """Sagskabet while it runs: a browser on it, and its job runner."""

    book: Casebook
    post: Connect
    browser: FlaskClient

    def page(self, address: str) -> str:
        return unescape(self.browser.get(address).text)

    def written(self, name: str = "Afgørelse.pdf") -> tuple[str, str]:
        case = self.book.new_case()
        self.book.add_party(case, self.book.new_person("Frida Mortensen", "1212121212"))
        return case, self.book.new_document(case, name, pdf_of("Afgørelse"))

    def until(self, case: str, text: str) -> str:
        """Deliver, as the job runner does, until the case shows this."""
        for _ in range(200):
            self.post.deliver()
            if text in (page := self.page(f"/sag/{case}")):
                return page
            sleep(0.05)
        pytest.fail(f"the case never showed {text!r}: {page}")


@attrs.define(eq=False)
class Dialog:
    """A caseworker at the confirm page."""

    town: Town
    address: str
    page: str = ""
    status: int = 0

    def look(self, *more: str) -> "Dialog":
        """Open it; `more` are persons who get the letter in place of the parties."""
        return self._got(self.town.browser.get(self.address, query_string={"to": more}))

    def press(self, **fields: str) -> "Dialog":
        hidden = {name: findall(f'name="{name}" value="([^"]*)"', self.page) for name in ("key", "to")}
        return self._got(self.town.browser.post(self.address, data=hidden | fields))

    @property
    def fingerprint(self) -> str:
        """What the button *Send* says; there is none where nothing can be sent."""
        return next(iter(findall('name="expect" value="([^"]*)"', self.page)), "")

    def _got(self, answer) -> "Dialog":
        self.status = answer.status_code
        if self.status != 302:  # a browser that is sent on may still be told to press once more
            self.page = unescape(answer.text)
        return self
