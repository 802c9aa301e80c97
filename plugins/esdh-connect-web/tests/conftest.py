"""A small town hall: an installation with the plugin, and browsers that come to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from starlette.testclient import TestClient

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request
from esdh_connect.model import Case, Party
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.training import Training
from esdh_connect_web import Person, Role, Web, launch_token, make_asgi_app

HERE = "https://post.example"
HOST = "https://esdh.example"
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})
ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})
CLARA = Person("clara", "Clara Konsulent", {Role.CONSULTANT}, {"*"})
SEAL = Seal(b"a secret of thirty-two bytes.....")


@attrs.frozen(eq=False)
class Hall:
    """An installation, and what its host and its channels were asked."""

    post: Connect
    host: FakeHost
    channel: FakeChannel
    paper: FakeChannel
    clock: FakeClock
    citizens: list[Party]

    def request(self, key: str = "dialog-1", *, parties: int = 1, **said: Any) -> Request:
        """A letter with two bilag."""
        documents = [self.host.document(id_, id_) for id_ in ("brev", "kort", "facade")]
        told = {"department": "teknik", "title": "Byggetilladelse", "documents": documents, **said}
        return Request(key, Case("sag-1", "fake", "Byggesag"), parties=self.citizens[:parties], **told)

    def browser(self, **said: Any) -> TestClient:
        return TestClient(make_asgi_app(self.post, **said), base_url=HERE, follow_redirects=False)

    def token(self, errand: Request | str | None = None, person: Person = BO) -> str:
        return launch_token(self.post, errand, person=person, origin=HOST)

    def opened(self, errand: Request | str | None = None, person: Person = BO, **said: Any) -> Dialog:
        """Open a dialog as the host page does."""
        browser = self.browser(**said)
        given = {"launch": self.token(errand or self.request(), person)}
        return Dialog(browser, browser.post("/send", data=given, headers={"Origin": HOST}))


@attrs.define(eq=False)
class Dialog:
    """A browser in a dialog, which posts what the page holds."""

    browser: TestClient
    answer: Any

    @property
    def text(self) -> str:
        return str(self.answer.text)

    @property
    def hidden(self) -> dict[str, list[str]]:
        return fields(self.text)

    def press(self, path: str, **more: str | list[str]) -> Dialog:
        """Post the form that leads there, or has a button that does, with what it holds; gives the next answer."""
        forms = re.findall(r"<form.*?</form>", self.text, re.DOTALL)
        buttons = re.search(rf'form="(\w+)" formaction="{path}"', self.text)
        marks = [f'action="{path}"', *([f'id="{buttons[1]}"'] if buttons else [])]
        there = [one for one in forms if any(mark in one for mark in marks)]
        held = fields(there[0]) if there else self.hidden
        return Dialog(self.browser, self.browser.post(path, data={**held, **more}))


def fields(html: str) -> dict[str, list[str]]:
    """What the hidden fields of a page hold, each once."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html):
        if value not in found.setdefault(name, []):
            found[name].append(value)
    return found


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def policy() -> dict[str, Any]:
    """What the department has beside its channels; a test may have its own."""
    return {"undo": timedelta(minutes=2)}


@pytest.fixture
def more() -> dict[str, object]:
    """Further plugins; a test may have its own."""
    return {}


@pytest.fixture
def training() -> Training | None:
    """In earnest, where a test says nothing else."""
    return None


@pytest.fixture
def hall(
    tmp_path: Path,
    clock: FakeClock,
    policy: dict[str, Any],
    more: dict[str, object],
    training: Training | None,
) -> Iterator[Hall]:
    host = FakeHost()
    channel = FakeChannel("digital_post", "Digital Post")
    paper = FakeChannel("fysisk_post", "Fysisk Post")
    store = Store.open(tmp_path / "outbox.db", SEAL, now=clock)
    post = installation(
        host=host,
        channels=[channel, paper],
        now=clock,
        outbox=store,
        policy=policy,
        training=training,
        more={"web": Web(address=HERE, origins=[HOST], language="browser"), **more},
    )
    numbers = ("1212121212", "0101901234", "0202915678")
    citizens = [host.person(f"part-{at}", number, f"Borger {at}") for at, number in enumerate(numbers)]
    yield Hall(post, host, channel, paper, clock, citizens)
    store.close()
