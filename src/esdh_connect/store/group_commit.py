"""
Gruppecommit: transactions of several threads that wait for the disk together.

A commit on a file costs a few waits for the disk, and SQLite takes one writer at a time: eight threads would wait
eight times as long. Here the first opens a transaction, those that come meanwhile add to it one after the other,
and all return when the one commit has made everything durable. A thread that is alone has a transaction of its own.

Whoever joins runs in a savepoint: an error undoes what that thread did and nothing else. Where the commit fails,
nobody's change was stored, and everybody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Condition

import attrs
from sqlalchemy import Connection

from esdh_connect.errors import StoreError

__all__ = ["GroupCommit"]

#: Threads that share a commit, at most: it bounds how long the first has to wait, and other processes for the lock.
_MOST = 32


@attrs.define(eq=False)
class _Group:
    """One transaction: how many are in it, whether it is through, and what it failed of."""

    connection: Connection
    members: int = 1
    over: bool = False
    failed: BaseException | None = None


@attrs.define(eq=False)
class GroupCommit:
    """Lets the threads of one process share commits. ``begin`` gives a transaction that commits when it is left."""

    begin: Callable[[], AbstractContextManager[Connection]]
    _turn: Condition = attrs.field(factory=Condition, init=False)
    _busy: bool = attrs.field(default=False, init=False)  # somebody's block runs, or the commit
    _waiting: int = attrs.field(default=0, init=False)
    _open: _Group | None = attrs.field(default=None, init=False)  # the transaction that can be joined

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection that may write: durable when the block ends, undone where it raises."""
        self._enter()
        if self._open is None:
            yield from self._led()
        else:
            yield from self._joined(self._open)

    def _led(self) -> Iterator[Connection]:
        """Open a transaction, and commit it when those who came meanwhile are through."""
        group = None
        try:
            with self.begin() as connection:
                yield connection
                group = self._open = _Group(connection)
                self._leave()
                self._enter_last(group)
                self._close(group)
                if group.failed is not None:
                    raise group.failed
        except BaseException as error:
            if group is not None:
                group.failed = error
            raise
        finally:
            if group is not None:
                self._close(group)
                group.over = True
            self._leave()

    def _joined(self, group: _Group) -> Iterator[Connection]:
        """Add to the open transaction, and wait until it is durable."""
        try:
            with group.connection.begin_nested():
                yield group.connection
            group.members += 1
        except BaseException as error:
            driver = group.connection.connection.dbapi_connection
            if not getattr(driver, "in_transaction", False):
                # A full disk takes back the whole transaction, not the savepoint alone.
                group.failed = StoreError(f"undone with another's change: {type(error).__name__}")
                self._close(group)
            raise
        finally:
            self._leave()
            # An error waits too: it may tell of another's change, which is there when that is durable.
            with self._turn:
                self._turn.wait_for(lambda: group.over)
        if group.failed is not None:
            raise StoreError(f"the commit failed: {group.failed}") from group.failed

    def _close(self, group: _Group) -> None:
        if self._open is group:
            self._open = None

    # --- whose turn it is

    def _enter(self) -> None:
        with self._turn:
            self._waiting += 1
            try:
                self._turn.wait_for(lambda: not self._busy)
            finally:
                self._waiting -= 1
            self._busy = True

    def _enter_last(self, group: _Group) -> None:
        """Wait until everybody who waits has joined, or enough have; whatever happens, until nobody's block runs."""
        with self._turn:
            try:
                self._turn.wait_for(lambda: not self._busy and self._is_full(group))
            finally:
                self._turn.wait_for(lambda: not self._busy)
                self._busy = True

    def _is_full(self, group: _Group) -> bool:
        return not self._waiting or group.members >= _MOST or group.failed is not None

    def _leave(self) -> None:
        with self._turn:
            self._busy = False
            self._turn.notify_all()
