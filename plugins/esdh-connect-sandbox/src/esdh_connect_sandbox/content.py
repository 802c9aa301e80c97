"""
What is asked of a letter beyond its schema, in two groups, as far as the real services are known to sort them.

``refusal_of`` is answered at once, by Postkomponenten: the request itself is wrong. ``failure_of_message`` and
``failure_of_print`` come later, as a PostStatus *Fejlet*: Digital Post or the print supplier did not take the letter.
One real *Fejlet* with ``memo.invalid`` for an element out of order is public, so the message's own schema belongs
to the second group; the rest of this sorting is UNVERIFIED. Codes that begin with ``sandbox.`` are made up here,
because the real ones are not publicly known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from esdh_connect.ids import mask
from esdh_connect_sandbox.reading import Flaw, Letter
from esdh_connect_sandbox.values import VALUES, is_uuid

__all__ = ["MOST_BYTES", "failure_of_message", "failure_of_print", "recipient", "refusal_of"]

HEADER = "Message/MessageHeader"
BODY = "Message/MessageBody"
SHIPMENT = "ForsendelseISamling/ForsendelseI"

_MIB = 1024 * 1024
#: Postkomponenten's 99.5 MB, read as MiB and as the encoded message: 74 MiB of files are in production use.
MOST_MESSAGE = int(99.5 * _MIB)
#: 7 MiB of files, 9.8 MB encoded, are in production use; the real limit is not documented.
MOST_PRINT = 10_000_000
#: A body larger than this is not read to its end.
MOST_BYTES = MOST_MESSAGE + MOST_PRINT + _MIB

_PARTS = {
    "Digital Post": {"Message"},
    "NemSMS": {"Message"},
    "Fysisk Post": {"ForsendelseISamling"},
    "Automatisk Valg": {"Message", "ForsendelseISamling"},
}
_EXTENSIONS = frozenset(
    ".pdf .html .txt .doc .docx .rtf .bmp .gif .jpg .png .tif .xls .xlsx .odt .ods".split()  # noqa: SIM905
)
_TECHNICAL = _EXTENSIONS | {".xml"}  # seen in the official example, in a TechnicalDocument only
_DOCUMENTS = {"MainDocument": _EXTENSIONS, "AdditionalDocument": _EXTENSIONS, "TechnicalDocument": _TECHNICAL}
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\r\n\u00a0\u2000-\u200a\u2028\u205f\u2060\u3000]')
_FURTHEST = timedelta(days=365)  # the real limit is not documented
_NOWHERE = "9999"


def recipient(letter: Letter) -> tuple[str, str]:
    """Give the recipient of the message: type (CPR or CVR) and number."""
    return letter.text(f"{HEADER}/Recipient/idType"), letter.text(f"{HEADER}/Recipient/recipientID")


def refusal_of(letter: Letter, size: int, *, memos_only: bool) -> Flaw | None:
    """Tell why Postkomponenten answers HTTP 400; None where it takes the request of ``size`` bytes."""
    if envelope := letter.flaws.get("envelope"):
        return envelope
    return next(_refusals(letter, size, memos_only=memos_only), None)


def _refusals(letter: Letter, size: int, *, memos_only: bool) -> Iterator[Flaw]:
    code = letter.text("KombiValgKode")
    given = {part for part in ("Message", "ForsendelseISamling") if letter.has(part)}
    if given != _PARTS[code]:
        yield Flaw("sandbox.parts", f"{code} goes with {' and '.join(sorted(_PARTS[code]))}")
    if memos_only and "ForsendelseISamling" in given:
        yield Flaw("sandbox.parts", "/memos takes messages only")
    yield from _sizes(letter, size)
    if "Message" in given:
        yield from _message_refusals(letter, code)
    if flaw := letter.flaws.get("print"):
        yield flaw
    shipment = letter.text(f"{SHIPMENT}/AfsendelseIdentifikator")
    if mask(shipment) != shipment:
        yield Flaw("sandbox.identifier", "AfsendelseIdentifikator looks like a CPR number, and it travels in the open")


def _sizes(letter: Letter, size: int) -> Iterator[Flaw]:
    printed = letter.encoded("ForsendelseISamling")
    if printed > MOST_PRINT:
        yield Flaw("sandbox.too.large", f"the letter on paper is larger than {MOST_PRINT} bytes of base64")
    if size - printed > MOST_MESSAGE:
        yield Flaw("sandbox.too.large", f"the message is larger than {MOST_MESSAGE} bytes")


def _message_refusals(letter: Letter, code: str) -> Iterator[Flaw]:
    if not VALUES["uuid4"](letter.text(f"{HEADER}/messageUUID")):
        yield Flaw("memo.invalid", "messageUUID must be a UUID, version 4: without it no receipt can be sent")
    kind = letter.text(f"{HEADER}/messageType")
    if "memo" not in letter.flaws and (kind == "NEMSMS") != (code == "NemSMS"):
        yield Flaw("sandbox.parts", f"messageType {kind} does not go with {code}")


def failure_of_message(letter: Letter, today: date) -> Flaw | None:
    """Tell why Digital Post does not take the message; None where it does."""
    if flaw := letter.flaws.get("memo"):
        return flaw
    return next((flaw for rule in _RULES for flaw in rule(letter, today)), None)


def _kind(letter: Letter, _: date) -> Iterator[Flaw]:
    is_sms = letter.text(f"{HEADER}/messageType") == "NEMSMS"
    if is_sms and letter.has(BODY):
        yield Flaw("memo.invalid", "a NemSMS has no MessageBody")
    if not is_sms and not letter.has(BODY):
        yield Flaw("memo.invalid", "a Digital Post message has a MessageBody")
    asked = is_sms or letter.has(f"{HEADER}/notification")
    if asked and not letter.text(f"{HEADER}/notification").strip():
        yield Flaw("empty.notification.not.allowed", "notification is empty")


def _people(letter: Letter, _: date) -> Iterator[Flaw]:
    lengths = {"CPR": 10, "CVR": 8}
    for who, number in (("Sender", "senderID"), ("Recipient", "recipientID")):
        kind, digits = letter.text(f"{HEADER}/{who}/idType"), letter.text(f"{HEADER}/{who}/{number}")
        if not re.fullmatch(rf"[0-9]{{{lengths.get(kind, 0)}}}", digits) or kind not in lengths:
            yield Flaw("sandbox.id", f"{who}: idType is CPR with ten digits or CVR with eight")


def _contact_points(letter: Letter, _: date) -> Iterator[Flaw]:
    points = (text for path, texts in letter.texts.items() if path.endswith("/contactPointID") for text in texts)
    if not all(is_uuid(point) for point in points):
        yield Flaw("contact.point.id.format.not.allowed", "contactPointID is a UUID")


def _dates(letter: Letter, today: date) -> Iterator[Flaw]:
    written = letter.text(f"{HEADER}/doNotDeliverUntilDate").strip()
    if not written:
        return
    found = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", written)  # a time zone may follow
    until = date.fromisoformat(found[0]) if found else date.max if written[0] != "-" else date.min
    if until < today:
        yield Flaw("do.not.deliver.until.date.too.early", "doNotDeliverUntilDate is past")
    if until > today + _FURTHEST:
        yield Flaw("do.not.deliver.until.date.too.late", "doNotDeliverUntilDate is more than a year ahead")


def _files(letter: Letter, _: date) -> Iterator[Flaw]:
    for document, extensions in _DOCUMENTS.items():
        for name in letter.texts.get(f"{BODY}/{document}/File/filename", ()):
            yield from _file_name(name, extensions)
        if not all(letter.texts.get(f"{BODY}/{document}/File/encodingFormat", ())):
            yield Flaw("memo.invalid", "encodingFormat is empty")
        if any(not file.decoded for file in letter.files.get(f"{BODY}/{document}/File/content", ())):
            yield Flaw("file.empty.not.allowed", f"a file of {document} is empty")


def _file_name(name: str, extensions: frozenset[str]) -> Iterator[Flaw]:
    if _NOT_IN_NAMES.search(name):
        yield Flaw("sandbox.filename.not.allowed", "a filename holds a character that is not allowed")
    stem, dot, extension = name.rpartition(".")
    if not stem or dot + extension.lower() not in extensions:
        yield Flaw("file.extension.not.allowed", "a filename's extension is not allowed there")


def _links(letter: Letter, _: date) -> Iterator[Flaw]:
    links = (text for path, texts in letter.texts.items() if path.endswith("/EntryPoint/url") for text in texts)
    if not all(_is_https(link) for link in links):
        yield Flaw("sandbox.url.not.https", "the url of an action is absolute and https")


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


_Rule = Callable[[Letter, date], Iterator[Flaw]]
_RULES: tuple[_Rule, ...] = (_kind, _people, _contact_points, _dates, _files, _links)


def failure_of_print(letter: Letter) -> Flaw | None:
    """Tell why the print supplier does not take the letter on paper; None where it does."""
    if letter.text(f"{SHIPMENT}/FilformatNavn").lower() != "pdf":
        return Flaw("sandbox.format.not.pdf", "FilformatNavn is PDF")
    if not letter.encoded(f"{SHIPMENT}/MeddelelseIndholdData"):
        return Flaw("file.empty.not.allowed", "MeddelelseIndholdData is empty")
    address = f"{SHIPMENT}/ForsendelseModtager/ModtagerAdresse"
    if not letter.has(address):
        return Flaw("sandbox.address.missing", "ModtagerAdresse is missing")
    if letter.text(f"{address}/PostCodeIdentifier") == _NOWHERE:
        return Flaw("sandbox.address.unknown", f"no letter reaches post code {_NOWHERE}")
    return None
