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

from esdh_connect.errors import StoreError

__all__ = ["alone", "held", "is_server", "open_server", "refuse_careless"]

_DANISH = "databasen er ikke sat op til at gemme sikkert. Sig det til driften"
_CAREFUL = {"synchronous_commit": ("on", "remote_apply"), "fsync": ("on",)}
#: A network that swallows everything is noticed after this long, in seconds, and not after two hours.
_SILENCE = 30


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
    arguments = {
        "application_name": "esdh-connect",
        "connect_timeout": seconds,
        "keepalives_idle": _SILENCE,
        "tcp_user_timeout": _SILENCE * 1000,
        "options": f"-c synchronous_commit=on -c lock_timeout={seconds}s -c idle_in_transaction_session_timeout=1h",
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
def held(engine: Engine, what: str) -> Iterator[bool]:
    """
    Hold ``what`` while the block runs, on a session of its own; False where another session has it.

    The server frees it when the session ends: with the block, with the process, or with the server itself.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed at the end, and never handed to somebody else with the lock still in it
        yield bool(connection.scalar(select(func.pg_try_advisory_lock(_key(what)))))
