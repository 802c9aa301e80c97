"""The store: an outbox in a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from esdh_connect.converter import Converted
from esdh_connect.dispatch import Cover, Dispatch, Entry, Request, Work
from esdh_connect.errors import DamagedPayload
from esdh_connect.events import Event
from esdh_connect.outbox import Decide, Draft, Ring, other_kind
from esdh_connect.policy import Policy
from esdh_connect.store import (
    converted,
    entries,
    equal,
    erasure,
    forgetting,
    lines,
    payload,
    place,
    policies,
    schema,
    server,
)
from esdh_connect.store.audit import Note, Said
from esdh_connect.store.database import enter, of_host, stored_once
from esdh_connect.store.drafts import Written, refusing_taken, written
from esdh_connect.store.engine import forget_journal
from esdh_connect.store.mailings import rung
from esdh_connect.store.rotation import Rotation, waiting
from esdh_connect.store.searching import Searches
from esdh_connect.store.tables import DISPATCH, PURPOSE
from esdh_connect.store.traffic import BY_ID
from esdh_connect.store.trail import AuditTrail
from esdh_connect.store.vault import opened, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey, Seal

__all__ = ["Store"]


class Store(Searches):
    """
    Lager: an :class:`esdh_connect.outbox.Outbox` in a SQLite file of its own, or in the host's database.

    Every method may raise StoreError: the database could not be read or written, and nothing was stored.
    """

    # --- the commit

    def add(
        self,
        drafts: Sequence[Draft],
        facts: Sequence[Event],
        policy: Policy,
        *,
        connection: object | None = None,
        ring: Ring | None = None,
    ) -> None:
        """
        Add all drafts with their facts, or none.

        Raises KeyTaken, Overtaken; ValueError for a connection of another kind.
        A disk that is nearly full is StoreError: what is there already could not be sent, and answers not be kept.
        On the host's ``connection`` errors of the database stay the host's own, as its other statements raise them.
        """
        self._refuse_full(drafts)
        if connection is None:
            self._keep_beforehand(policy)
            new = self._written(drafts, facts, policy)
            with refusing_taken(drafts, self._reading()), self.transaction() as ours:
                schema.refuse_outdated(ours)
                self._add(ours, new, policy)
                _rung(ours, drafts, ring)
            self._known_policies.add(policy.version)
        else:
            theirs = of_host(connection)
            enter(theirs)
            schema.refuse_outdated(theirs)
            self._keep_beforehand(policy)
            new = self._written(drafts, facts, policy)
            with refusing_taken(drafts, nullcontext(theirs)), theirs.begin_nested():
                self._add(theirs, new, policy)
            _rung(theirs, drafts, ring)

    def _refuse_full(self, drafts: Sequence[Draft]) -> None:
        if self._file is not None:
            place.refuse_full(self._file, sum(draft.entry.extent.size for draft in drafts))

    def _keep_beforehand(self, policy: Policy) -> None:
        """Keep a new policy apart, on a server: else everybody under it waits for the first to commit."""
        if server.is_server(self._engine) and policy.version not in self._known_policies:
            with self.transaction() as connection:
                policies.keep(connection, policy)
            self._known_policies.add(policy.version)

    def _written(self, drafts: Sequence[Draft], facts: Iterable[Event], policy: Policy) -> Written:
        return written(drafts, facts, policy.version, self._vault, self._now())

    def _add(self, connection: Connection, new: Written, policy: Policy) -> None:
        entries.refuse_astray(connection, new.drafts)
        equal.refuse_overtaken(connection, new.drafts)
        if policy.version not in self._known_policies:
            policies.keep(connection, policy)
        new.store(connection, self._vault, policy.version)

    def succeed(
        self,
        id: str,  # noqa: A002 - the protocol's word
        decide: Decide,
        drafts: Sequence[Draft],
        facts: Sequence[Event],
        policy: Policy,
        *,
        ring: Ring | None = None,
    ) -> tuple[Entry, ...]:
        """Add the drafts that take an entry's place, and apply ``decide`` to it. Raises KeyTaken."""
        self._refuse_full(drafts)
        self._keep_beforehand(policy)
        new = self._written(drafts, facts, policy)
        with refusing_taken(drafts, self._reading()), self.transaction() as connection:
            schema.refuse_outdated(connection)
            line = self._line(connection, BY_ID.with_for_update(), id)
            self._add(connection, new, policy)
            self._apply(connection, line, decide(line.entry))
            _rung(connection, drafts, ring)
        return tuple(draft.entry for draft in drafts)

    def committed(self, key: str) -> Mapping[str, Entry]:
        """Give the entries of this key digest, by recipient digest."""
        with self._reading() as connection:
            its = DISPATCH.c.key == key
            found = lines.entries(connection, self._vault, select(DISPATCH).where(its).order_by(DISPATCH.c.seq))
            names = connection.execute(select(DISPATCH.c.id, DISPATCH.c.recipient).where(its))
            recipients = {row.id: row.recipient for row in names}
            return {recipients[entry.id]: entry for entry in found}

    def identical(self, content: str, key: str, since: datetime, *, batch: str = "") -> Entry | None:
        """Give the latest equal letter under another key, outside the batch, that went or will."""
        asked = {"content": content, "key": key, "since": since, "batch": batch}
        with self._reading() as connection:
            found = connection.scalar(equal.LATEST, asked)
            return None if found is None else self._one(connection, BY_ID, found)

    def equal(self, id: str, since: datetime) -> tuple[Entry, ...]:  # noqa: A002
        """Give the latest letters equal to this one that went or will, oldest first."""
        with self._reading() as connection:
            found = connection.scalars(equal.SINCE, {"it": id, "since": since}).all()
            return tuple(self._one(connection, BY_ID, one) for one in reversed(found))

    # --- reading

    def entry(self, id: str) -> Entry:  # noqa: A002
        """Give one entry."""
        with self._reading() as connection:
            return self._one(connection, BY_ID, id)

    def entries(self, *, department: str | None = None, case: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """Give the newest entries first."""
        query = select(DISPATCH).order_by(DISPATCH.c.seq.desc()).limit(limit)
        if department is not None:
            query = query.where(DISPATCH.c.department == department)
        if case is not None:
            query = query.where(DISPATCH.c.case_id == case)
        return self._found(query)

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what the dispatch carries, without the contents. Raises DamagedPayload."""
        with self._reading() as connection:
            carried = payload.carried(self._key(connection, id), payload.stored(connection, id))
        return Cover.of(carried.envelope, carried.manifest, carried.reasons)

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """
        Give the dispatch with its contents. Raises DamagedPayload.

        Its transaction id is that of the latest attempt; where there was none, the message's own UUID.
        """
        with self._reading() as connection:
            entry = self._one(connection, BY_ID, id)
            return payload.dispatch(entry, self._key(connection, id), payload.stored(connection, id, entry.extent.size))

    def wish(self, id: str) -> Request | None:  # noqa: A002
        """Give the wish a held letter came from; None where none was kept. Raises DamagedPayload."""
        with self._reading() as connection:
            return payload.wish(connection, self._key(connection, id), id)

    def begin(self, *, training: bool) -> None:
        """Note once and for all whether this outbox is one of training. Raises StoreError for the other kind."""
        found = self._purpose()
        if found is None:
            with self.transaction() as connection:
                stored_once(connection, insert(PURPOSE), {"id": 1, "training": training})
            found = self._purpose()
        if found is not training:
            raise other_kind(training=training)

    def _purpose(self) -> bool | None:
        with self._reading() as connection:
            return connection.scalar(select(PURPOSE.c.training))

    # --- what plugins keep

    def sealed(self, part: str, text: str) -> bytes:
        """Seal a text under the outbox's own key."""
        return sealed(self._vault.own, f"kept:{part}", text)

    def unsealed(self, part: str, column: bytes) -> str:
        """Open it. Raises DamagedPayload."""
        return opened(self._vault.own, f"kept:{part}", column, str)

    def note(self, connection: object, what: str, about: str = "", *, by: str = "", why: str = "") -> None:
        """Write a line that belongs to no letter. Raises TypeError for a connection of another kind."""
        if not isinstance(connection, Connection):
            raise TypeError(f"connection is a SQLAlchemy Connection, not {type(connection).__name__}")
        self._pen(connection).note_outbox(Note(what, about, Said(by, why)))

    # --- what was converted

    def converted(self, original: str, how: str) -> Converted | None:
        """Give what was made of the bytes with this SHA-256 in this way; None where it is not kept."""
        with self._reading() as connection:
            return converted.find(connection, self._vault, original, how)

    def keep_converted(self, original: str, how: str, made: Converted, now: datetime) -> Converted:
        """Keep what was made; gives what another process kept a moment ago, else ``made``."""
        with self.transaction() as connection:
            return converted.keep(connection, self._vault, original, how, made, now=now)

    def forget_converted(self, until: datetime) -> int:
        """Erase what was kept at ``until`` or before; gives how many there were."""
        with self._reading() as connection:
            if not converted.any_before(connection, until):
                return 0
        with self.transaction() as connection:
            count = converted.forget(connection, until)
        self._forget()
        return count

    # --- the end of it

    @property
    def audit(self) -> AuditTrail:
        """Give the audit log."""
        return AuditTrail(self.transaction, self._reading, self._vault)

    def link_audit(self, *, at_least: int = 1) -> int:
        """Give lines of the audit log that have none their place in the chain; gives how many."""
        return self.audit.link(at_least=at_least)

    def erase(self, id: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """
        Erase what a dispatch that is over tells of people; ids, states and times stay.

        Its data key is deleted, so that nothing of it opens again. Raises ValueError where somebody still has
        something to do with it. What is erased already stays so, and nothing is noted again.
        """
        with self.transaction() as connection:
            entry = self._one(connection, BY_ID.with_for_update(), id)
            if erasure.is_erased(connection, id):
                return
            erasure.refuse_unfinished(connection, entry)
            self._forget_converted(connection, id)
            erasure.erase(connection, id)
            self._pen(connection).note(id, Note("erased", said=Said(by, why)), self._vault.own)
        self._forget()

    def erasable(self, until: datetime, limit: int = 100) -> tuple[str, ...]:
        """Give the dispatches that nobody has had anything to do with since ``until``, the longest first."""
        with self._reading() as connection:
            return tuple(connection.scalars(erasure.erasable(until, limit)))

    def forget(self, until: datetime, limit: int = 100) -> int:
        """Forget what was kept beside letters, is as old as that, and has done its work; gives how much it was."""
        with self._reading() as connection:
            these = forgetting.found(connection, until, limit)
        if not any(these):
            return 0
        with self.transaction() as connection:
            done = forgetting.forget(connection, these)
        self._forget()
        return done

    def exchange(self, seal: Seal, *, by: str) -> Iterator[int]:
        """
        Wrap every data key under the secret of ``seal``, which knows the one before it too.

        Gives after each transaction how many there were in it; stopped anywhere, it goes on when called again.
        Others may read and write meanwhile, where they can find both secrets. Raises WrongSecret for keys of a third.
        """
        yield from Rotation(self.transaction, self._pen, self._forget, seal).run(by)

    def is_exchanged(self, seal: Seal) -> bool:
        """Tell whether every data key is wrapped under the secret of ``seal``."""
        with self._reading() as connection:
            return not waiting(connection, seal)

    def forget_deleted(self) -> None:
        """Rid the journal of what was deleted; in the database of a host, and on a server, that is not ours to do."""
        if self._file is not None:
            self._forget()

    # --- the parts of it

    def _forget(self) -> None:
        if not self._shared:
            forget_journal(self._engine)

    def _forget_converted(self, connection: Connection, id_: str) -> None:
        with suppress(DamagedPayload):  # who does not know which they are waits until they go by themselves
            manifest = payload.carried(self._key(connection, id_), payload.stored(connection, id_)).manifest
            converted.forget_of(connection, self._vault, manifest)

    def _key(self, connection: Connection, id_: str) -> DataKey:
        key = self._vault.keys(connection, [id_]).get(id_)
        if key is None:
            self._one(connection, BY_ID, id_)
            raise payload.gone(id_)
        return key


def _rung(connection: Connection, drafts: Sequence[Draft], ring: Ring | None) -> None:
    """Ring for the letters that are ready."""
    ready = sum(draft.entry.work is Work.READY for draft in drafts)
    rung(connection, ready, ring)
