"""What dispatches carry, sealed in chunks: never more of it in memory than the letter itself and a few chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Connection, bindparam, select

from esdh_connect.dispatch import Entry, Request
from esdh_connect.model import Envelope
from esdh_connect.outbox import Draft
from esdh_connect.shared import Shared
from esdh_connect.store import codec
from esdh_connect.store.codec import Carried, decode, encode
from esdh_connect.store.loading import load
from esdh_connect.store.tables import PAYLOAD

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["carried", "put", "rows", "wish", "with_contents"]

_CHUNKS = (
    select(PAYLOAD.c.sealed)
    .where(PAYLOAD.c.dispatch == bindparam("dispatch"), PAYLOAD.c.part == bindparam("part"))
    .order_by(PAYLOAD.c.chunk)
)
_LETTER = "letter"
_WISH = "wish"
#: Small rows go to the database together, and a big one alone.
_TOGETHER = 4 * 1024 * 1024


def rows(drafts: Sequence[Draft], keys: Mapping[str, DataKey]) -> Iterable[dict[str, Any]]:
    """Seal what the drafts carry, as rows: at once, or each when it is asked for where together they are large."""
    sealed = _sealed(drafts, keys)
    return sealed if sum(draft.entry.extent.size for draft in drafts) > _TOGETHER else list(sealed)


def _sealed(drafts: Iterable[Draft], keys: Mapping[str, DataKey]) -> Iterator[dict[str, Any]]:
    shared = Shared()
    for draft in drafts:
        id_, key = draft.entry.id, keys[draft.entry.id]
        for part, data in _parts(draft, shared):
            for number, chunk in enumerate(key.seal(part, data)):
                yield {"dispatch": id_, "part": part, "chunk": number, "sealed": chunk}


def put(connection: Connection, sealed: Iterable[dict[str, Any]]) -> None:
    """Store these rows."""
    waiting: list[dict[str, Any]] = []
    size = 0
    for row in sealed:
        waiting.append(row)
        size += len(row["sealed"])
        if size > _TOGETHER:
            load(connection, PAYLOAD, waiting)
            waiting, size = [], 0
    load(connection, PAYLOAD, waiting)


def _parts(draft: Draft, shared: Shared) -> Iterator[tuple[str, bytes]]:
    yield _LETTER, codec.carried(draft, shared)
    for at, file in enumerate(draft.envelope.letter.files):
        yield _file(at), file.content
    if draft.wish is not None:
        yield _WISH, encode(draft.wish)


def _file(at: int) -> str:
    return f"file:{at}"


def carried(connection: Connection, key: DataKey, dispatch: str) -> Carried:
    """Give what a dispatch carries, without the contents. Raises DamagedPayload."""
    return decode(_opened(connection, key, dispatch, _LETTER, large=False), Carried)


def wish(connection: Connection, key: DataKey, dispatch: str) -> Request | None:
    """Give the wish a dispatch came from; None where none was kept. Raises DamagedPayload."""
    its = (PAYLOAD.c.dispatch == dispatch) & (PAYLOAD.c.part == _WISH)
    if connection.scalar(select(PAYLOAD.c.id).where(its).limit(1)) is None:
        return None
    return decode(_opened(connection, key, dispatch, _WISH, large=False), Request)


def with_contents(connection: Connection, key: DataKey, entry: Entry, envelope: Envelope) -> Envelope:
    """Give the envelope with the contents of its files. Raises DamagedPayload."""
    large = entry.extent.size > _TOGETHER
    files = tuple(
        attrs.evolve(file, content=_opened(connection, key, entry.id, _file(at), large=large))
        for at, file in enumerate(envelope.letter.files)
    )
    return attrs.evolve(envelope, letter=attrs.evolve(envelope.letter, files=files))


def _opened(connection: Connection, key: DataKey, dispatch: str, part: str, *, large: bool) -> bytes:
    its = {"dispatch": dispatch, "part": part}
    # Chunk by chunk from the database: a driver that fetched them all would hold a large letter twice.
    with connection.execute(_CHUNKS, its, execution_options={"yield_per": 1} if large else {}) as rows:
        return key.open(part, rows.scalars())
