"""Facts as they were stored, who has heard them, and the usage that follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Column, Connection, Row, delete, func, insert, select, update

from esdh_connect.errors import DamagedPayload
from esdh_connect.events import FACTS, DispatchEvent, Event, FactDamaged, UsageRecorded
from esdh_connect.outbox import EXPORTS, Telling, UnknownDispatch
from esdh_connect.store import policies
from esdh_connect.store.database import stored_once
from esdh_connect.store.loading import load
from esdh_connect.store.server import alone, is_server
from esdh_connect.store.tables import FACT, POSITION, SUBSCRIBER, USAGE
from esdh_connect.store.vault import AT_ONCE, Vault, opened, readable, sealed
from esdh_connect.usage import Usage, UsageKind

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = [
    "erase_usage",
    "forget_actors",
    "forget_usage",
    "has_actors",
    "heard",
    "install",
    "is_stored",
    "number",
    "old_usage",
    "place",
    "rows",
    "store",
    "unheard",
    "unnumbered",
    "used",
]

_WITHOUT_ACTOR = update(FACT).where(FACT.c.actor.is_not(None)).values(actor=None)
_HEARS_OF_PEOPLE = SUBSCRIBER.c.name.not_like(f"{EXPORTS}%")
#: Behind every position there is.
_NO_END = 2**62
#: How many facts get their position in one transaction.
_NUMBERED = 10_000


def store(
    connection: Connection,
    vault: Vault,
    facts: Iterable[Event],
    policy_version: str,
    *,
    keys: Mapping[str, DataKey] = {},
    actors: Mapping[str, str] = {},
) -> None:
    """
    Store facts that are not there yet, in their order, and what they say of usage. ``keys`` are those at hand.

    ``actors`` are kept beside usage, by its id, where anybody is there to hear of it.
    """
    fresh = {(event.hook(), event.id): event for event in facts}.values()
    owners = {event.dispatch for event in fresh if isinstance(event, DispatchEvent)} - keys.keys()
    if owners:
        keys = {**keys, **vault.keys_to_write(connection, owners)}
    if actors and connection.scalar(select(SUBSCRIBER.c.name).where(_HEARS_OF_PEOPLE).limit(1)) is None:
        actors = {}
    load(connection, FACT, rows(fresh, vault, keys, policy_version, actors), once=("name", "id"))
    load(connection, USAGE, [_usage(one.usage) for one in fresh if isinstance(one, UsageRecorded)], once=("id",))


def is_stored(connection: Connection, event: Event) -> bool:
    """Tell whether there is a fact of this kind and id."""
    its = (FACT.c.name == event.hook(), FACT.c.id == event.id)
    return connection.scalar(select(FACT.c.seq).where(*its)) is not None


def _usage(usage: Usage) -> dict[str, object]:
    return attrs.asdict(usage) | {"id": str(usage.id)}


def rows(
    facts: Iterable[Event],
    vault: Vault,
    keys: Mapping[str, DataKey],
    policy_version: str,
    actors: Mapping[str, str] = {},
) -> list[dict[str, object]]:
    """Write facts as rows; ``keys`` are those of the dispatches they tell of."""
    return [_row(event, vault, keys, policy_version) | _actor(event, vault, actors) for event in facts]


def _actor(event: Event, vault: Vault, actors: Mapping[str, str]) -> dict[str, object]:
    who = actors.get(event.id) if isinstance(event, UsageRecorded) else None
    return {"actor": sealed(vault.own, _actors_part(event.id), who) if who else None}


def _actors_part(id_: str) -> str:
    return f"actor:{id_}"


def _row(event: Event, vault: Vault, keys: Mapping[str, DataKey], policy_version: str) -> dict[str, object]:
    dispatch = event.dispatch if isinstance(event, DispatchEvent) else None
    key = vault.own if dispatch is None else keys[dispatch]
    return {
        "name": event.hook(),
        "id": event.id,
        "department": event.department,
        "dispatch": dispatch,
        "at": event.at,
        "policy_version": policy_version,
        "data": sealed(key, _part(event.hook(), event.id), event),
    }


def _part(name: str, id_: str) -> str:
    return f"fact:{name}:{id_}"


def unnumbered(connection: Connection) -> bool:
    """Tell whether there are facts without a position."""
    if not is_server(connection):
        return False
    return connection.scalar(select(FACT.c.seq).where(FACT.c.position.is_(None)).limit(1)) is not None


def number(connection: Connection) -> int:
    """
    Give a position to facts that have none, in the order they were stored; gives how many did.

    Who does it is alone until its commit. So positions become visible in their order, and a subscriber that has
    heard one has heard all before it. A transaction that stays open holds up nobody's facts but its own.
    """
    alone(connection, "facts")
    oldest = select(FACT.c.seq).where(FACT.c.position.is_(None)).order_by(FACT.c.seq).limit(_NUMBERED).subquery()
    numbered = select(oldest.c.seq, POSITION.next_value().label("position")).cte("numbered")
    its = update(FACT).where(FACT.c.seq == numbered.c.seq).values(position=numbered.c.position)
    return connection.execute(its).rowcount


def place(connection: Connection) -> Column[int]:
    """Give the column that orders facts."""
    return FACT.c.position if is_server(connection) else FACT.c.seq


def install(connection: Connection, subscriber: str) -> None:
    """Let a subscriber hear what is stored from now on."""
    if _position(connection, subscriber) is None:
        while unnumbered(connection):
            number(connection)
        latest = connection.scalar(select(func.max(place(connection)))) or 0
        stored_once(connection, insert(SUBSCRIBER).values(name=subscriber, position=latest, missed=0))


def unheard(connection: Connection, vault: Vault, subscriber: str, limit: int) -> tuple[Telling, ...]:
    """
    Give the next facts for a subscriber, of those that have a position.

    One that does not open any more stops nobody.
    """
    position, its = _known(connection, subscriber), place(connection)
    query = select(FACT, its.label("place")).where(its > position).order_by(its).limit(limit)
    return tuple(_tellings(connection, vault, connection.execute(query).all()))


def _tellings(connection: Connection, vault: Vault, rows: Sequence[Row[Any]]) -> Iterator[Telling]:
    keys = vault.keys(connection, {row.dispatch for row in rows if row.dispatch is not None})
    known = policies.policies(connection, {row.policy_version for row in rows})
    enabled = {version: policy.plugins for version, policy in known.items()}
    for row in rows:
        who = readable(vault.own, _actors_part(row.id), row.actor, nothing="", damaged="") or None
        yield Telling(row.place, _event(row, vault, keys), enabled.get(row.policy_version, frozenset()), who)


def _event(row: Row[Any], vault: Vault, keys: Mapping[str, DataKey]) -> Event:
    key = vault.own if row.dispatch is None else keys.get(row.dispatch)
    try:
        event: Event = opened(key, _part(row.name, row.id), row.data, FACTS[row.name])
    except DamagedPayload:
        return FactDamaged(row.id, row.at, row.department, row.name)
    return event


def heard(connection: Connection, subscriber: str, position: int, missed: datetime | None) -> None:
    """Note how far a subscriber is; never backwards."""
    if position > _known(connection, subscriber):
        its = (SUBSCRIBER.c.name == subscriber) & (SUBSCRIBER.c.position < position)
        passed = {"missed": SUBSCRIBER.c.missed + 1, "missed_at": missed} if missed else {}
        connection.execute(update(SUBSCRIBER).where(its).values(position=position, **passed))
        last = select(func.min(SUBSCRIBER.c.position)).where(_HEARS_OF_PEOPLE).scalar_subquery()
        connection.execute(_WITHOUT_ACTOR.where(place(connection) <= last))


def old_usage(connection: Connection, until: datetime, limit: int) -> tuple[list[str], list[int]]:
    """Find what was used at ``until`` or before, by id, and the facts of it that all have heard."""
    used = select(USAGE.c.id).where(USAGE.c.at <= until).limit(limit)
    last = select(func.coalesce(func.min(SUBSCRIBER.c.position), _NO_END)).scalar_subquery()
    its = (FACT.c.name == UsageRecorded.hook(), FACT.c.at <= until, place(connection) <= last)
    facts = select(FACT.c.seq).where(*its).limit(limit)
    return list(connection.scalars(used)), list(connection.scalars(facts))


def forget_usage(connection: Connection, old: tuple[list[str], list[int]]) -> int:
    """Forget it; gives how many there were."""
    ids, facts = old
    for start in range(0, len(facts), AT_ONCE):
        connection.execute(delete(FACT).where(FACT.c.seq.in_(facts[start : start + AT_ONCE])))
    for start in range(0, len(ids), AT_ONCE):
        connection.execute(delete(USAGE).where(USAGE.c.id.in_(ids[start : start + AT_ONCE])))
    return len(ids)


def erase_usage(connection: Connection) -> int:
    """Erase all of it, and the facts that tell of it; gives how many there were."""
    connection.execute(delete(FACT).where(FACT.c.name == UsageRecorded.hook()))
    return connection.execute(delete(USAGE)).rowcount


def has_actors(connection: Connection, until: datetime) -> bool:
    """Tell whether it is known of anything that happened at ``until`` or before who did it."""
    its = (FACT.c.actor.is_not(None), FACT.c.at <= until)
    return connection.scalar(select(FACT.c.seq).where(*its).limit(1)) is not None


def forget_actors(connection: Connection, until: datetime) -> int:
    """Forget who did what happened at ``until`` or before, told or not; gives how many there were."""
    return connection.execute(_WITHOUT_ACTOR.where(FACT.c.at <= until)).rowcount


def _known(connection: Connection, subscriber: str) -> int:
    position = _position(connection, subscriber)
    if position is None:
        raise UnknownDispatch(f"no subscriber {subscriber!r}")
    return position


def _position(connection: Connection, subscriber: str) -> int | None:
    return connection.scalar(select(SUBSCRIBER.c.position).where(SUBSCRIBER.c.name == subscriber))


def used(connection: Connection, since: datetime, until: datetime) -> Counter[tuple[str, UsageKind, str]]:
    """Count usage in a half-open span."""
    by = (USAGE.c.department, USAGE.c.kind, USAGE.c.channel)
    query = select(*by, func.count().label("total")).where(since <= USAGE.c.at, USAGE.c.at < until).group_by(*by)
    return Counter({(row.department, row.kind, row.channel): row.total for row in connection.execute(query)})
