"""Letters that failed, in each way, and what is done about them in the failure inbox."""

from __future__ import annotations

import re
from uuid import uuid4

from correspondence import token_of

from esdh_connect.dispatch import Receipt, ReceiptEvent
from esdh_connect.errors import TemporaryFailure

__all__ = ["came_back", "failed", "form_of", "press", "set_aside", "text_of"]


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def failed(hall, *errors, key="dialog-1", **said):
    """A letter for which the provider answered with each of these errors."""
    hall.opened(hall.request(key, **said)).press("/send/go")
    hall.channel.fail_with.extend(errors)
    hall.clock.move(minutes=3)
    hall.post.deliver()
    return hall.post.entries()[0]


def came_back(hall, **said):
    entry = failed(hall, **said)
    hall.post.receive(
        Receipt(str(uuid4()), ReceiptEvent.FAILED, hall.clock(), entry.message_uuid, entry.channel, code="42")
    )
    return hall.post.entry(entry.id)


def set_aside(hall):
    entry = failed(hall, *[TemporaryFailure("later")] * 20)
    for _ in range(20):
        hall.clock.move(hours=12)
        hall.post.deliver()
    return hall.post.entry(entry.id)


def press(browser, entry, remedy, **said):
    """Press the button: in the list, or on the page that shows the new letter, with all that stands in its form."""
    page = browser.get(f"/failures/{entry.id}/{remedy.value}" if remedy.makes_a_letter else "/failures")
    return browser.post(f"/failures/{entry.id}/{remedy.value}", data={**form_of(page), **said})


def form_of(page):
    """What a page's forms say without anybody's doing; its token alone where it has none."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {"esdh_token": token_of(page), **dict(hidden)}
