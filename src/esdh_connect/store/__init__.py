"""
Lager: the outbox on SQLAlchemy Core, the same for SQLite and PostgreSQL.

SQLAlchemy is imported with this package, so it is reached when an installation starts and not before. Two files
never share a table, and a plugin that keeps things keeps them in tables of its own, through
:meth:`Store.transaction`.
"""

from __future__ import annotations

from esdh_connect.store.outbox import Store

__all__ = ["Store"]
