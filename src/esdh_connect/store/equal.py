"""Ens breve: the same letter to the same recipient, found by its content, and refused where two come at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select

from esdh_connect.outbox import Draft, Overtaken
from esdh_connect.store import server
from esdh_connect.store.mailings import COUNTS
from esdh_connect.store.tables import DISPATCH

__all__ = ["LATEST", "SINCE", "refuse_overtaken"]

#: The id of the latest equal letter under another key, outside a batch, that went or will.
LATEST = (
    select(DISPATCH.c.id)
    .where(DISPATCH.c.content == bindparam("content"), DISPATCH.c.key != bindparam("key"))
    .where(DISPATCH.c.committed_at > bindparam("since"), COUNTS)
    .where(or_(DISPATCH.c.batch == "", DISPATCH.c.batch != bindparam("batch")))
    .order_by(DISPATCH.c.seq.desc())
    .limit(1)
)
_IT = select(DISPATCH.c.content).where(DISPATCH.c.id == bindparam("it")).scalar_subquery()
#: The ids of letters equal to one, under whatever key, that went or will, the latest first.
SINCE = (
    select(DISPATCH.c.id)
    .where(DISPATCH.c.content == _IT, DISPATCH.c.id != bindparam("it"))
    .where(DISPATCH.c.committed_at >= bindparam("since"), COUNTS)
    .order_by(DISPATCH.c.seq.desc())
    .limit(25)
)


def refuse_overtaken(connection: Connection, drafts: Sequence[Draft]) -> None:
    """
    Raise Overtaken where another equal letter is there than was found when it was planned.

    A file has one writer at a time. On a server whoever adds an equal letter waits here, to the end of the transaction.
    """
    looked = {one.content: (one.looked, one) for one in drafts if one.looked is not None}
    if server.is_server(connection):
        for content in sorted(looked):  # in one order, so that nobody waits for somebody who waits
            server.alone(connection, f"equal {content}")
    for content, (then, one) in looked.items():
        asked = {"content": content, "key": one.key, "since": then.since, "batch": one.entry.batch}
        if (connection.scalar(LATEST, asked) or "") != then.latest:
            raise Overtaken
