"""Forside: the page of an e-mail itself – who, to whom, when, the text, and what is attached."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Sequence
from html import escape

import attrs

from esdh_connect import media, wording
from esdh_connect_bilag.converters.mails.message import Attached, Message

__all__ = ["Listed", "as_html", "as_text", "shown_within"]

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_CID = re.compile(r"""cid:([^"'\s)>]+)""", re.IGNORECASE)
#: So that no style of the message hides who wrote it.
_SEEN = "visibility: visible !important; position: static !important; color: black !important"
_BLOCK = f"display: block !important; {_SEEN}; background: white !important; font-family: sans-serif"
_ITEM = f"display: list-item !important; {_SEEN}"
_UNREAD = "[Mailens tekst kunne ikke læses]"


@attrs.frozen
class Listed:
    """A line of the list of what is attached; ``why`` is said where it is not in the PDF."""

    name: str = attrs.field(repr=False)
    why: str = ""


def shown_within(message: Message) -> frozenset[str]:
    """Give the ids of the pictures that stand in the text itself: these are not listed beside it."""
    return frozenset(_CID.findall(message.html))


def as_html(message: Message, listed: Sequence[Listed]) -> bytes:
    """Write the page as HTML."""
    top = f'<div style="{_BLOCK}; border-bottom: 1px solid black; padding-bottom: 3mm; margin-bottom: 5mm">'
    top += "".join(f'<div style="{_BLOCK}">{_bold(f"{name}:")} {escape(text)}</div>' for name, text in _heads(message))
    top += f"{_html_list(listed)}</div>"
    if message.html:
        body = _with_pictures(message.html, message.attached)
        found = _BODY.search(body)
        at = found.end() if found else 0
        # With a mark, because the message may say that it is written in something else.
        return f"{body[:at]}{top}{body[at:]}".encode("utf-8-sig", "replace")
    text = _UNREAD if message.unread else message.text
    shown = f'<pre style="white-space: pre-wrap; font-family: inherit">{escape(text)}</pre>'
    title = f"<title>{escape(message.subject or 'E-mail')}</title>"
    return f'<!DOCTYPE html><html lang="da"><head>{title}</head><body>{top}{shown}</body></html>'.encode()


def as_text(message: Message, listed: Sequence[Listed]) -> bytes:
    """Write the page as text, where nobody makes PDF of HTML here."""
    lines = [f"{name}: {text}" for name, text in _heads(message)]
    lines += [f"Vedhæftet: {one.name}{f' – {one.why}' if one.why else ''}" for one in listed]
    return "\n".join([*lines, "-" * 80, "", _UNREAD if message.unread else message.text]).encode("utf-8", "replace")


def _heads(message: Message) -> list[tuple[str, str]]:
    sent = wording.when(message.sent) if message.sent else message.date
    heads = [
        ("Fra", message.sender),
        ("Til", message.to),
        ("Cc", message.cc),
        ("Emne", message.subject),
        ("Dato", sent),
    ]
    return [(name, text) for name, text in heads if text or name != "Cc"]


def _html_list(listed: Sequence[Listed]) -> str:
    if not listed:
        return ""
    whys = (f" – {_bold(one.why)}" if one.why else "" for one in listed)
    rows = "".join(f'<li style="{_ITEM}">{escape(one.name)}{why}</li>' for one, why in zip(listed, whys, strict=True))
    return f'<div style="{_BLOCK}">{_bold("Vedhæftet:")}<ol style="{_BLOCK}; margin-top: 0">{rows}</ol></div>'


def _bold(text: str) -> str:
    return f'<b style="display: inline !important; {_SEEN}">{escape(text)}</b>'


def _with_pictures(html: str, attached: Collection[Attached]) -> str:
    """Put the pictures into the text that it calls by their ids."""
    known = {one.cid: one for one in attached if one.cid and one.message is None}

    def put(found: re.Match[str]) -> str:
        one = known.get(found[1])
        if one is None:
            return found[0]
        kind = media.recognized(one.content, one.media_type)
        return f"data:{kind};base64,{base64.b64encode(one.content).decode()}"

    return _CID.sub(put, html)
