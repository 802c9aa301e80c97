"""What dispatches carry, sealed in chunks: never more of it in memory than the letter itself and a few chunks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Connection, bindparam, select

from esdh_connect.dispatch import Dispatch, Entry, Request
from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import Draft
from esdh_connect.shared import Shared
from esdh_connect.store import codec
from esdh_connect.store.codec import Carried, decode, encode
from esdh_connect.store.loading import load
from esdh_connect.store.tables import PAYLOAD

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["Chunks", "carried", "dispatch", "fetched", "gone", "put", "rows", "stored", "wish"]

_CHUNKS = (
    select(PAYLOAD.c.sealed)
    .where(PAYLOAD.c.dispatch == bindparam("dispatch"), PAYLOAD.c.part == bindparam("part"))
    .order_by(PAYLOAD.c.chunk)
)
_CHUNKS_OF = (
    select(PAYLOAD.c.dispatch, PAYLOAD.c.part, PAYLOAD.c.sealed)
    .where(PAYLOAD.c.dispatch.in_(bindparam("dispatches", expanding=True)), PAYLOAD.c.part != bindparam("wish"))
    .order_by(PAYLOAD.c.dispatch, PAYLOAD.c.part, PAYLOAD.c.chunk)
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


#: Gives the sealed chunks of a part.
Chunks = Callable[[str], Iterable[bytes]]


def gone(dispatch: str) -> DamagedPayload:
    """Give the error for a letter whose key is not there any more."""
    return DamagedPayload(
        f"the key to what dispatch {dispatch} carried was erased or is damaged",
        danish="brevets indhold er slettet eller beskadiget",
    )


def carried(key: DataKey, chunks: Chunks) -> Carried:
    """Give what a dispatch carries, without the contents. Raises DamagedPayload."""
    return decode(key.open(_LETTER, chunks(_LETTER)), Carried)


def dispatch(entry: Entry, key: DataKey, chunks: Chunks) -> Dispatch:
    """Give the dispatch with its contents. Raises DamagedPayload."""
    its = carried(key, chunks)
    files = tuple(
        attrs.evolve(file, content=key.open(_file(at), chunks(_file(at))))
        for at, file in enumerate(its.envelope.letter.files)
    )
    envelope = attrs.evolve(its.envelope, letter=attrs.evolve(its.envelope.letter, files=files))
    transaction = entry.attempts[-1].transaction_id if entry.attempts else entry.message_uuid
    return Dispatch(entry, envelope, its.manifest, transaction)


def stored(connection: Connection, id_: str, size: int = 0) -> Chunks:
    """
    Give where the chunks of one letter are, which weighs so much.

    Those of a large one come from the database one by one: a driver that fetched them all would hold it twice.
    """
    return partial(_chunks_of, connection, id_, large=size > _TOGETHER)


def _chunks_of(connection: Connection, id_: str, part: str, *, large: bool = False) -> Iterator[bytes]:
    one_by_one = {"yield_per": 1} if large else {}
    with connection.execute(_CHUNKS, {"dispatch": id_, "part": part}, execution_options=one_by_one) as rows:
        yield from rows.scalars()


def fetched(connection: Connection, ids: Collection[str]) -> dict[str, Chunks]:
    """Give the chunks of these letters, which are small enough to be held all at once."""
    found: dict[str, dict[str, list[bytes]]] = {id_: defaultdict(list) for id_ in ids}
    if ids:
        for id_, part, chunk in connection.execute(_CHUNKS_OF, {"dispatches": list(ids), "wish": _WISH}):
            found[id_][part].append(chunk)
    return {id_: parts.__getitem__ for id_, parts in found.items()}


def wish(connection: Connection, key: DataKey, dispatch: str) -> Request | None:
    """Give the wish a dispatch came from; None where none was kept. Raises DamagedPayload."""
    its = (PAYLOAD.c.dispatch == dispatch) & (PAYLOAD.c.part == _WISH)
    if connection.scalar(select(PAYLOAD.c.id).where(its).limit(1)) is None:
        return None
    return decode(key.open(_WISH, _chunks_of(connection, dispatch, _WISH)), Request)
