"""Servers of their own for one benchmark: PostgreSQL and the sandbox, on free ports, gone afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figures import CannotRun, folder

__all__ = ["database", "make_bells", "sandbox"]

_WAIT = 30.0


@contextmanager
def database() -> Iterator[str]:
    """Give its address, as ``user@host:port/name``. Raises CannotRun."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise CannotRun("there is no PostgreSQL in /usr/lib/postgresql")
    with folder() as where:
        who = _unprivileged(where)
        data = where / "data"
        made = ["-D", str(data), "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([programs[-1] / "initdb", *made], check=True, stdout=subprocess.DEVNULL, **who)
        port = _free_port()
        options = ["-D", str(data), "-p", str(port), "-k", str(where), "-c", "listen_addresses=127.0.0.1"]
        with (where / "log").open("wb") as log:
            server = subprocess.Popen([programs[-1] / "postgres", *options], stderr=log, stdout=log, **who)
        try:
            _wait_for(port, server)
            yield f"bench@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # without waiting for its clients
            server.wait(_WAIT)


def make_bells(address: str) -> None:
    """Make procrastinate's tables there, once."""
    from procrastinate import App, SyncPsycopgConnector

    with App(connector=SyncPsycopgConnector(conninfo=f"postgresql://{address}")).open() as app:
        if not app.check_connection():
            app.schema_manager.apply_schema()


def _unprivileged(where: Path) -> dict[str, object]:
    """Give the user to run it as: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    shutil.chown(where, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": where}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(int(_WAIT * 20)):
        if server.poll() is not None:
            break
        try:
            psycopg.connect(f"postgresql://bench@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise CannotRun("PostgreSQL did not start")


@contextmanager
def sandbox() -> Iterator[Path]:
    """
    Give the folder of a running sandbox, a process of its own.

    It lies in memory where there is such a place, because another's disk is no part of what is measured; the outbox
    its settings name lies on our disk.
    """
    with folder(in_memory=True) as where, folder() as disk:
        command = [sys.executable, "-m", "esdh_connect_sandbox", "--dir", str(where), "--delay", "3600"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            try:
                json.loads(running.stdout.readline())
                settings = where / "settings.toml"
                settings.write_text(settings.read_text().replace('"outbox.db"', f'"{disk / "outbox.db"}"'))
                yield where
            finally:
                running.terminate()
