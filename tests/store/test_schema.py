"""The schema: made, brought up to date, or refused."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from esdh_connect.errors import StoreError
from esdh_connect.store import Store, schema
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add


def written(index) -> str:
    """An index in text: the condition of one that is partial is an object, which equals no other."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def described(engine: Engine) -> list[tuple[object, ...]]:
    """Everything the database says of its tables."""
    look = inspect(engine)
    return [
        (
            table,
            [(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)],
            look.get_pk_constraint(table),
            sorted(look.get_unique_constraints(table), key=str),
            sorted(map(written, look.get_indexes(table))),
            look.get_foreign_keys(table),
        )
        for table in sorted(look.get_table_names())
    ]


def test_all_revisions_together_give_what_is_made_at_once(store: Store, tmp_path: Path) -> None:
    """An outbox that grew with the program is the same as one made today."""
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE esdh_connect_schema (version_num VARCHAR(32) NOT NULL)"))
        schema.migrate(connection)
        assert connection.scalar(text("SELECT version_num FROM esdh_connect_schema")) == schema.VERSION
    grown, made = described(engine), described(store._engine)
    name = "esdh_connect_schema"
    assert [one for one in grown if one[0] != name] == [one for one in made if one[0] != name]
    engine.dispose()


def test_an_older_schema_is_brought_up_to_date(store: Store, path: Path, open_store: Callable[..., Store]) -> None:
    """It is done when the outbox is opened, by whoever comes first."""
    store.close()
    path.unlink()
    old = sqlite3.connect(path)
    old.execute("CREATE TABLE esdh_connect_schema (version_num VARCHAR(32) NOT NULL)")
    old.close()
    add(open_store(), draft("1"))
    assert len(open_store().entries()) == 1


def test_a_newer_schema_is_refused(store: Store, path: Path, open_store: Callable[..., Store]) -> None:
    """A program that was set back does not write into what it does not understand."""
    add(store, draft("1"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE esdh_connect_schema SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match=rf"9999.*{schema.VERSION}"):
        open_store()


def test_alembic_stays_out_where_nothing_must_change(tmp_path: Path) -> None:
    """It takes a good part of a second to import, and most starts have nothing to migrate."""
    program = (
        "import sys; from pathlib import Path\n"
        "from esdh_connect.seal import Seal; from esdh_connect.store import Store\n"
        f"for _ in range(2): Store.open(Path({str(tmp_path / 'outbox.db')!r}), Seal(bytes(32))).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False"]
