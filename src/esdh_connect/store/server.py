"""
PostgreSQL: what a server asks of us that a file does not.

Durable means on its disk before the commit returns: a session with ``synchronous_commit`` off is refused, and so is
a server with ``fsync`` off. What only one may do at a time is held together by *advisory locks*, which the server
frees when the session that has them ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import URL, BigInteger, Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError

from esdh_connect.errors import StoreError
from esdh_connect.store.engine import translated

__all__ = ["alone", "held", "is_free", "is_server", "is_settled", "open_server", "refuse_careless"]

_DANISH = "databasen er ikke sat op til at gemme sikkert. Sig det til driften"
_CAREFUL = {"synchronous_commit": ("on", "remote_apply"), "fsync": ("on",)}
#: A network that swallows everything is noticed after this long, in seconds, on both sides, and not after two hours.
_SILENCE = 30
_SESSION = {
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "1h",
    "idle_session_timeout": "0",  # one that holds a lock has nothing else to say
    "tcp_keepalives_idle": f"{_SILENCE}",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


def is_server(engine: Connection | Engine) -> bool:
    """Tell whether this is PostgreSQL."""
    return engine.dialect.name == "postgresql"


def open_server(url: URL, password: Callable[[], str] | None, patience: timedelta) -> Engine:
    """
    Make an engine on a server. ``password`` is asked at each new connection; the URL never holds it.

    ``patience`` is how long to wait for a connection, and for what another transaction holds. Raises StoreError where
    the driver is not installed.
    """
    seconds = int(patience.total_seconds())
    session = {**_SESSION, "lock_timeout": f"{seconds}s"}
    arguments = {
        "application_name": "esdh-connect",
        "connect_timeout": seconds,
        "keepalives_idle": _SILENCE,
        "tcp_user_timeout": _SILENCE * 1000,
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
    }
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=arguments,
            hide_parameters=True,
            max_overflow=-1,  # a thread waits for the server, never for the pool
            pool_pre_ping=True,  # a server that was started again has none of the sessions that lie ready here
        )
    except ImportError as error:
        raise StoreError(
            "the driver of PostgreSQL is not installed: install esdh-connect-postgres",
            danish="driveren til PostgreSQL mangler: installér esdh-connect-postgres",
        ) from error
    if password is not None:
        event.listen(engine, "do_connect", lambda _, __, ___, how: how.update(password=password()))
    return engine


def refuse_careless(connection: Connection) -> None:
    """Raise StoreError where a commit of this session may be lost with the power."""
    asked = {name: func.current_setting(name) for name in _CAREFUL}
    found = connection.execute(select(*asked.values())).one()
    for (name, careful), value in zip(_CAREFUL.items(), found, strict=True):
        if value not in careful:
            raise StoreError(f"{name} is {value!r} here: a commit may be lost; it must be on", danish=_DANISH)


def _key(what: str) -> object:
    """Give the number of a lock: locks are a database's, and an outbox is a schema's."""
    return func.hashtextextended(func.concat("esdh_connect:", func.current_schema(), ":", what), 0, type_=BigInteger)


def alone(connection: Connection, what: str) -> None:
    """Wait until nobody else is at ``what``, and be alone with it to the end of the transaction."""
    connection.execute(select(func.pg_advisory_xact_lock(_key(what))))


@contextmanager
def held(engine: Engine, what: str, where: str) -> Iterator[bool]:
    """
    Hold ``what`` while the block runs, on a session of its own; False where another session has it.

    The server frees it when the session ends, which it does at the latest with the process or the server itself.
    ``where`` names the server in the StoreError that is raised where it cannot be reached.
    """
    with translated(where), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        try:
            yield bool(session.scalar(select(func.pg_try_advisory_lock(_key(what)))))
        finally:
            _let_go(session)


def _let_go(session: Connection) -> None:
    try:
        session.execute(select(func.pg_advisory_unlock_all()))
    except DBAPIError:
        session.invalidate()  # closed, and nobody gets it with a lock still in it


def is_free(connection: Connection, what: str) -> bool:
    """Tell whether no other session holds ``what``."""
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_key(what)))))


def is_settled(connection: Connection, after: timedelta) -> bool:
    """
    Tell whether the server has been there for a while.

    Started again it has nobody's sessions any more. Workers that are alive get a moment to come back and tell what
    became of their letters, before anybody else says that nobody knows.
    """
    since = func.clock_timestamp() - func.pg_postmaster_start_time()
    return bool(connection.scalar(select(since > after)))
