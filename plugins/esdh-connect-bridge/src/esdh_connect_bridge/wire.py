"""
Formen: the values of the core as JSON, and back. The contract for people and programs is ``openapi.json``.

What says who gets a letter is read strictly: a word nobody knows there is refused, for a misspelt one would change
where the letter goes. What a host says beyond that is passed over. No error repeats what stood there.
"""

from __future__ import annotations

import json
from base64 import b64encode
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import attrs

from esdh_connect import events, wording
from esdh_connect.dispatch import Dispatch
from esdh_connect.events import DispatchEvent, DocumentEvent, NewEvents
from esdh_connect.ids import Cpr, Cvr, Gln, InvalidId, PNumber, mask
from esdh_connect.model import Address, Attention, Case, Circumstance, Colleague, Document, File, Party, Recipient
from esdh_connect.reasons import is_on_one_line

__all__ = [
    "EVENTS",
    "Entry",
    "Row",
    "T",
    "Unclear",
    "case_as",
    "colleagues_of",
    "document_as",
    "documents_of",
    "entry_as",
    "events_of",
    "happened_as",
    "id_of",
    "object_of",
    "parties_of",
    "party_as",
    "recipient_of",
]

T = TypeVar("T")
Row = Mapping[str, Any]

EVENTS: Mapping[str, type[DocumentEvent]] = {
    kind.__name__.removeprefix("Document").lower(): kind
    for kind in (
        events.DocumentCreated,
        events.DocumentChanged,
        events.DocumentFinalized,
        events.DocumentJournalized,
        events.DocumentWithdrawn,
        events.DocumentPrinted,
    )
}
_CHANNELS = {"digital_post": "Digital Post", "fysisk_post": "Fysisk Post", "nemsms": "NemSMS"}
_LONGEST_ID, _LONGEST_TEXT, _MOST = 200, 2000, 1000
#: In bytes; three of them are four letters of base64, so a piece ends where a letter does.
_PIECE = 3 << 16


class Unclear(ValueError):
    """An answer that is not what the contract says: where, and never what stood there."""


# --- read


def object_of(content: bytes) -> Row:
    """Read an object. Raises Unclear."""
    try:
        said = json.loads(content.removeprefix(BOM_UTF8))
    except (ValueError, RecursionError):
        raise Unclear("no JSON") from None
    if not isinstance(said, dict):
        raise Unclear("no JSON object")
    return said


def id_of(row: Row, name: str = "id") -> str:
    """Read a name of the host's own, which stands in the outbox and in logs. Raises Unclear."""
    text = _text(row, name)
    if not text.strip() or len(text) > _LONGEST_ID or not is_on_one_line(text):
        raise Unclear(f"{name}: 1 to {_LONGEST_ID} signs on one line are expected")
    return text


def parties_of(row: Row) -> tuple[Party, ...]:
    """Read the parties of a case. Raises Unclear."""
    found = tuple(dict.fromkeys(Party(id_of(one), _text(one, "system")) for one in _rows(row, "parties")))
    if any(mask(one.id) != one.id for one in found):
        raise Unclear("parties: the id of one may be a CPR number")
    return found


def colleagues_of(row: Row) -> tuple[Colleague, ...]:
    """Read who can approve. Raises Unclear."""
    return tuple(Colleague(id_of(one), _text(one, "name")) for one in _rows(row, "approvers"))


def documents_of(row: Row) -> tuple[Document, ...]:
    """Read the documents of a bundle. Raises Unclear."""
    return tuple(map(_document_of, _rows(row, "documents")))


def recipient_of(party: Party, row: Row) -> Recipient:
    """Read who a party is. Raises Unclear."""
    _only(row, ("name", "cpr", "cvr", "address", "attention", "circumstances"), "recipient")
    name, cpr, cvr = (_text(row, one) for one in ("name", "cpr", "cvr"))
    if not name.strip() or (cpr and cvr):
        raise Unclear("name: somebody has one" if not name.strip() else "cpr and cvr: a recipient has one of them")
    circumstances = _texts(row, "circumstances")
    if not {*circumstances} <= {one.value for one in Circumstance}:
        raise Unclear("circumstances: there is one that nobody knows")
    id_ = _parsed(Cpr.parse, cpr, "cpr") or _parsed(Cvr.parse, cvr, "cvr")
    address, attention = _inner(row, "address"), _inner(row, "attention")
    return Recipient(
        party,
        name,
        id_,
        None if address is None else _address_of(address),
        None if attention is None else _attention_of(attention),
        circumstances,
    )


def events_of(row: Row) -> NewEvents:
    """Read what happened since a cursor. Raises Unclear."""
    more = row.get("more")
    more = False if more is None else more
    if not isinstance(more, bool):
        raise Unclear("more: true or false is expected")
    return NewEvents(id_of(row, "cursor"), _each_event_of(_rows(row, "events")), more)


def _each_event_of(rows: list[Row]) -> Iterator[DocumentEvent]:
    """Read them. One that cannot be read holds back all of its page, so the error says which it is."""
    for at, row in enumerate(rows):
        try:
            yield _event_of(row)
        except Unclear as wrong:
            id_ = row.get("id")
            which = f", id {mask(id_[:_LONGEST_ID])}" if isinstance(id_, str) and is_on_one_line(id_) else ""
            why = f"events[{at}]{which}: {wrong}"
        else:
            continue
        raise Unclear(why)


def _event_of(row: Row) -> DocumentEvent:
    kind, document, case = EVENTS.get(_text(row, "type")), _inner(row, "document"), _inner(row, "case")
    if kind is None or document is None:
        raise Unclear("events: each has a document, and a type that there is")
    at = _parsed(datetime.fromisoformat, _text(row, "at"), "at")
    if at is None or at.tzinfo is None:
        raise Unclear("at: a time with its zone is expected")
    about = None if case is None else Case(id_of(case), _text(case, "system"), _text(case, "title"))
    return kind(id_of(row), at, id_of(row, "department"), _document_of(document), about)


def _document_of(row: Row) -> Document:
    given = {one: _text(row, one) for one in ("name", "media_type", "kind", "bundle") if _text(row, one)}
    return Document(id_of(row), id_of(row, "version"), **given)


def _address_of(row: Row) -> Address:
    names = [one.name for one in attrs.fields(Address) if one.name != "lines"]
    _only(row, (*names, "lines"), "address")
    return Address(**{one: _text(row, one) for one in names if row.get(one)}, lines=_texts(row, "lines"))


def _attention_of(row: Row) -> Attention:
    _only(row, ("person", "p_number", "gln", "email", "telephone"), "attention")
    return Attention(
        _text(row, "person"),
        _parsed(PNumber.parse, _text(row, "p_number"), "p_number"),
        _parsed(Gln.parse, _text(row, "gln"), "gln"),
        _text(row, "email"),
        _text(row, "telephone"),
    )


def _parsed(parse: Any, text: str, name: str) -> Any:  # noqa: ANN401 - whatever is parsed
    try:
        return parse(text) if text else None
    except (InvalidId, ValueError):
        raise Unclear(f"{name}: this is none") from None


def _only(row: Row, names: Iterable[str], where: str) -> None:
    if not row.keys() <= {*names}:
        raise Unclear(f"{where}: there is more in it than {', '.join(names)}")


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise Unclear(f"{name}: a text of at most {_LONGEST_TEXT} signs is expected")
    return value


def _texts(row: Row, name: str) -> list[str]:
    return [_text({name: one}, name) for one in _list(row, name)]


def _inner(row: Row, name: str) -> Row | None:
    value = row.get(name)
    if value is not None and not isinstance(value, dict):
        raise Unclear(f"{name}: an object is expected")
    return value


def _rows(row: Row, name: str) -> list[Row]:
    found = _list(row, name)
    if not all(isinstance(one, dict) for one in found):
        raise Unclear(f"{name}: a list of objects is expected")
    return found


def _list(row: Row, name: str) -> list[Any]:
    found = row.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or len(found) > _MOST:
        raise Unclear(f"{name}: a list of at most {_MOST} is expected")
    return found


# --- written


def case_as(case: Case) -> dict[str, Any]:
    """Give a case."""
    return {"id": case.id, "system": case.system, "title": mask(case.title), "kle": str(case.kle) if case.kle else None}


def party_as(party: Party) -> dict[str, Any]:
    """Give a party."""
    return {"id": party.id, "system": party.system}


def document_as(document: Document) -> dict[str, Any]:
    """Give a document."""
    return {**attrs.asdict(document), "name": mask(document.name)}


def happened_as(event: DispatchEvent) -> dict[str, Any]:
    """Give what became of a letter."""
    return {
        "id": event.id,
        "type": event.hook().removeprefix("dispatch_"),
        "at": event.at.isoformat(),
        "department": event.department,
        "dispatch": event.dispatch,
        "case": case_as(event.case),
        "channel": event.channel,
        "status": event.status.value,
        "why": mask(getattr(event, "why", "")) or None,
    }


def entry_as(dispatch: Dispatch, mark: str) -> dict[str, Any]:
    """Give what is to stand on the case of a letter, without its files. No CPR number leaves in it."""
    envelope, entry = dispatch.envelope, dispatch.entry
    channel = _CHANNELS.get(entry.channel, entry.channel)
    said = f"Brev med {channel} til {envelope.recipient.name}, bestilt {wording.when(entry.committed_at)}."
    return {
        "mark": mark,
        "case": case_as(envelope.case),
        "dispatch": entry.id,
        "department": entry.department,
        "channel": entry.channel,
        "recipient": {"party": party_as(envelope.recipient.party), "name": envelope.recipient.name},
        "title": mask(envelope.letter.title),
        "text": mask(said),
        "committed_at": entry.committed_at.isoformat(),
        "committed_by": entry.committed_by,
        "documents": [{"id": one.id, "version": one.version, "file": one.file} for one in dispatch.manifest.documents],
    }


@attrs.frozen
class Entry:
    """
    What is to stand on a case, with its files as base64. It is the same each time it is asked for, piece by piece.

    A letter may be 99.5 MB: nowhere is all of it made text at once.
    """

    said: Row = attrs.field(repr=False)
    files: tuple[File, ...] = attrs.field(repr=False)

    def __len__(self) -> int:
        """Give the number of bytes."""
        return sum(map(len, self))

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes, piece by piece."""
        yield _open(self.said) + b', "files": ['
        for at, file in enumerate(self.files):
            about = {"name": mask(file.name), "media_type": file.media_type, "size": file.size, "sha256": file.sha256}
            yield (b", " if at else b"") + _open(about) + b', "content": "'
            for begin in range(0, file.size, _PIECE):
                yield b64encode(file.content[begin : begin + _PIECE])
            yield b'"}'
        yield b"]}"


def _open(said: Row) -> bytes:
    """Give an object that more is to be written into."""
    return json.dumps(said, ensure_ascii=False).encode()[:-1]
