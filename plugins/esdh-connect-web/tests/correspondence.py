"""Letters of the town hall, ordered and sent, and whoever comes to look at them."""

from __future__ import annotations

import re
from uuid import uuid4

import attrs

from esdh_connect.dispatch import Receipt, ReceiptEvent
from esdh_connect_web import Person, Role

__all__ = ["BO", "KAJ", "come", "ordered", "sent", "titles", "token_of"]

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
KAJ = Person("kaj", "Kaj Kultur", {Role.CASEWORKER}, {"kultur"})


def come(hall, person=BO, language="da"):
    browser = hall.browser(identify=lambda _: person)
    browser.headers["Accept-Language"] = language
    return browser


def token_of(page):
    return re.search(r'name="esdh_token" value="([^"]+)"', page.text)[1]


def ordered(hall, key="dialog-1", *, by="bo", **said):
    wish = attrs.evolve(hall.request(key), **said)
    return hall.post.commit(
        wish, by=by, expect=hall.post.plan(wish).fingerprint, hold=hall.post.policy("teknik").undo
    ).entries[0]


def sent(hall, event=ReceiptEvent.DELIVERED, **said):
    entry = ordered(hall, **said)
    hall.clock.move(minutes=3)
    hall.post.deliver()
    hall.post.receive(Receipt(str(uuid4()), event, hall.clock(), entry.message_uuid, entry.channel, code="7"))
    return hall.post.entry(entry.id)


def titles(page):
    return re.findall(r'<th scope="row"><a href="/letters/[^"]+">([^<]+)</a>', page.text)
