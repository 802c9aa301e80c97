"""E-mail → PDF: the message, then everything attached to it that can be shown, each with a bookmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

import attrs

from esdh_connect import media
from esdh_connect.converter import Converted, Original
from esdh_connect.errors import DoesNotFit, PlanError, UnreadableDocument
from esdh_connect.model import Finding
from esdh_connect_bilag import apart
from esdh_connect_bilag.converters.failing import unreadable, versions
from esdh_connect_bilag.converters.mails.cover import Listed, as_html, as_text, shown_within
from esdh_connect_bilag.converters.mails.message import Attached, Message

__all__ = ["Laid", "Lay", "Mails", "NotLaid"]

_OUTLOOK = "application/vnd.ms-outlook"
_WORKER = "esdh_connect_bilag.converters.mails.worker"
_MB = 1024 * 1024
_EMPTY = "den er tom eller kan ikke læses her"


class NotLaid(Exception):
    """The part at this index cannot be laid together with the others; the text is Danish."""

    def __init__(self, index: int, danish: str) -> None:
        super().__init__(danish)
        self.index = index


@attrs.frozen
class Laid:
    """PDFs laid together, and for each of them what was repaired or taken out."""

    content: bytes
    findings: tuple[tuple[Finding, ...], ...]


#: Lays PDFs (bookmark, bytes) together under a title. Raises NotLaid.
Lay = Callable[[str, Sequence[tuple[str, bytes]]], Laid]


@attrs.frozen
class _Part:
    """
    What is attached, as it goes in: its PDF, or why there is none.

    ``why`` is for whoever sends it, and says what to do; ``shown`` stands on the page, which the recipient reads.
    """

    name: str
    content: bytes = b""
    why: str = ""
    shown: str = "den kan ikke vises i en PDF"
    findings: tuple[Finding, ...] = ()

    @property
    def listed(self) -> Listed:
        return Listed(self.name, self.why and f"ikke med: {self.shown}")


@attrs.frozen
class Mails:
    """The converter of e-mails. ``lay`` is the engine."""

    lay: Lay
    max_parts: int
    max_depth: int
    seconds: int
    name: str = "mail"
    takes: tuple[str, ...] = ("message/rfc822", _OUTLOOK)

    @property
    def version(self) -> str:
        """Give what decides the result, as far as it is ours: what is attached is made by others."""
        return versions("3", "python-oxmsg")

    def problem(self) -> str:
        """Tell whether Outlook's files can be read; others need nothing."""
        return "" if find_spec("oxmsg") else "Outlooks mails kan ikke læses: pip install esdh-connect-bilag[msg]"

    def convert(self, original: Original) -> Converted:
        """Make the PDF. Raises UnreadableDocument."""
        outlook = original.media_type == _OUTLOOK
        if outlook and (problem := self.problem()):
            raise UnreadableDocument("python-oxmsg is not installed", danish=problem)
        message = self._read(original.content, outlook=outlook)
        title = media.stem(original.name, original.media_type)
        return self._made(message, title, original)

    def _read(self, content: bytes, *, outlook: bool) -> Message:
        order = {"outlook": outlook, "max_depth": self.max_depth, "max_parts": self.max_parts}
        confines = apart.Confines(memory=512 * _MB + 10 * len(content), processor=self.seconds, clock=2 * self.seconds)
        try:
            answer = apart.asked(_WORKER, order, content, confines)
        except apart.Failed as error:
            raise unreadable(error, "mailen") from error
        return Message.read(answer.said, answer.parts)

    def _made(self, message: Message, title: str, original: Original) -> Converted:
        within = shown_within(message)
        parts = [self._part(one, original) for one in message.attached if one.cid not in within]
        while True:
            page = _page(message, title, [part.listed for part in parts], original)
            laid = [part for part in parts if part.content]
            pages = [(message.subject or title, page.content), *((part.name, part.content) for part in laid)]
            try:
                whole = self.lay(title, pages) if laid else Laid(page.content, ((),))
            except NotLaid as error:
                if not error.index:
                    raise UnreadableDocument(str(error), danish=str(error)) from error
                at = parts.index(laid[error.index - 1])
                parts[at] = _Part(parts[at].name, why=str(error))
                continue
            for part, found in zip(laid, whole.findings[1:], strict=True):
                parts[parts.index(part)] = attrs.evolve(part, findings=(*part.findings, *found))
            return Converted(whole.content, (*page.findings, *_findings(message, parts)))

    def _part(self, one: Attached, original: Original) -> _Part:
        try:
            if one.message is not None:
                made = self._made(one.message, one.name, original)
            elif not one.content:
                return _Part(one.name, why=_EMPTY, shown=_EMPTY)
            else:
                made = self._within(one, original)
        except DoesNotFit:
            kind = media.recognized(one.content, one.media_type, one.name) or one.media_type
            told = f"det er {media.described(kind)}, som ikke kan vises i en PDF"
            return _Part(one.name, why=told, shown=told)
        except PlanError as error:
            return _Part(one.name, why=_unnamed(error, one.name))
        return _Part(one.name, made.content, findings=made.findings)

    def _within(self, one: Attached, original: Original) -> Converted:
        kind = media.recognized(one.content, one.media_type, one.name)
        if kind in self.takes:
            message = self._read(one.content, outlook=kind == _OUTLOOK)
            return self._made(message, one.name, original)
        return original.convert(one.name, one.content, one.media_type)


def _page(message: Message, title: str, listed: Sequence[Listed], original: Original) -> Converted:
    """Make the page of the message itself. What goes wrong does not name files that nobody but us has seen."""
    name = f"{title}.html"
    try:
        return original.convert(name, as_html(message, listed), "text/html")
    except DoesNotFit as error:  # nobody makes PDF of HTML here
        if message.html and not message.text:
            raise DoesNotFit(str(error), limit=error.limit, actual=error.actual, danish=_is_html(original)) from error
        return original.convert(f"{title}.txt", as_text(message, listed), "text/plain")
    except UnreadableDocument as error:
        named = f"dokumentet »{name}« kan ikke laves om til PDF: "
        raise UnreadableDocument(str(error), danish=error.danish.removeprefix(named)) from error


def _is_html(original: Original) -> str:
    return (
        f"»{original.name}« er en mail, der er skrevet som en webside, og her er intet, der kan lave den om til PDF. "
        "Gem den som PDF, og vælg PDF-filen i stedet"
    )


def _unnamed(error: PlanError, name: str) -> str:
    """Give why a file cannot be used, where its name is told already."""
    return error.danish.replace(f"dokumentet »{name}« ", "den ", 1)


def _findings(message: Message, parts: Sequence[_Part]) -> Iterator[Finding]:
    if message.unread:
        yield Finding(
            "mail_unread", "er en mail, hvis tekst ikke kunne læses. Gem den som PDF i Outlook", acts="caseworker"
        )
    for part in parts:
        if part.why:
            text = f"er en mail, og det vedhæftede »{part.name}« er ikke med: {part.why}"
            yield Finding("part_missing", text, acts="caseworker")
        for one in part.findings:
            yield attrs.evolve(one, text=f"(vedhæftet »{part.name}«) {one.text}")
