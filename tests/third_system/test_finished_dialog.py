"""Sagskabet's button opens the finished dialog, without a browser: what its forms say is what is posted."""

import attrs
import pytest
from lxml import html
from werkzeug.test import Client

from tests.third_system.app import create_app
from tests.third_system.caseworker import Town
from tests.third_system.finished_dialog import BUTTON, ORIGIN, SETTINGS, with_dialog


@pytest.fixture(scope="module")
def settings_more():
    """What the settings say besides."""
    return SETTINGS


@attrs.define(eq=False)
class Frame:
    """The frame of the dialog: the page it shows, and what is pressed in it."""

    client: Client
    page: html.HtmlElement = attrs.field(init=False)

    def open(self, document: str, *to: str) -> "Frame":
        token = self.client.post(f"/dokument/{document}/launch", query_string={"to": to}, base_url=ORIGIN).text
        return self.post("/post/send", {"launch": token})

    def press(self, action: str, **fields: str) -> "Frame":
        """Send the form that goes there, as it is filled in and with these fields too."""
        form = next(form for form in self.page.forms if form.action == action)
        return self.post(action, dict(form.form_values()) | fields)

    def post(self, address: str, fields: dict[str, str]) -> "Frame":
        answer = self.client.post(address, data=fields, base_url=ORIGIN, headers={"Origin": ORIGIN})
        assert answer.status_code == 200, answer.text
        self.page = html.fromstring(answer.text)
        return self

    @property
    def result(self) -> str:
        """What it tells the page around it."""
        return self.page.xpath("string(//meta[@name='esdh-result']/@content)")

    @property
    def text(self) -> str:
        return " ".join(self.page.find("body").text_content().split())


@pytest.fixture
def frame(town: Town):
    return Frame(Client(with_dialog(create_app(town.book, town.post, BUTTON), town.book, town.post)))


def test_the_button_is_on_the_case(town, frame, finalized):
    """Where the letter is finalized; and what it says of addresses is there."""
    case, document = finalized
    page = html.fromstring(frame.client.get(f"/sag/{case}", base_url=ORIGIN).text)
    assert page.xpath("string(//esdh-send/@launch-url)") == f"/dokument/{document}/launch"
    script = frame.client.get(page.xpath("string(//script/@src)").removeprefix(ORIGIN), base_url=ORIGIN)
    assert "customElements.define" in script.text


def test_the_finished_dialog_sends_it(town, frame, finalized):
    """Two presses; then the letter is on the case, and opened again the dialog tells what became of it."""
    case, document = finalized
    assert frame.open(document).result == "opened"
    assert "Frida Mortensen" in frame.text
    assert frame.press("/post/send/go").result == "ordered"
    assert "er sendt til Frida Mortensen." in town.until(case, "<b>Leveret</b>")
    assert frame.open(document).result == "status"
    assert "Leveret" in frame.text


def test_the_finished_dialog_asks_why(town, frame, finalized):
    """A letter to somebody who is no party of the case is not ordered before there is a reason."""
    case, document = finalized
    assert "modtageren er ikke part" in frame.open(document, town.book.new_person("Åge Sørensen", "0101901234")).text
    assert frame.press("/post/send/go").result != "ordered"
    assert town.post.entries(case=case) == ()
    assert frame.press("/post/send/go", **{"why-0": "værgen får en kopi"}).result == "ordered"
    town.until(case, "er sendt til Åge Sørensen.")
