"""Servering: the case system on this machine until somebody stops it, and letters delivered meanwhile."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

import attrs
import uvicorn
from starlette.applications import Starlette

from esdh_connect import Connect
from esdh_connect_demo import opening, seed
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.host import EksempelEsdh
from esdh_connect_demo.installation import Installation, running
from esdh_connect_demo.municipality import Municipality
from esdh_connect_demo.townhall import POST, make_app

__all__ = ["Opened", "listening", "open_browser", "opened", "serve"]

_LOOPBACK, _NAME = "127.0.0.1", "localhost"
_PAUSE = 0.2


def listening(port: int) -> socket.socket:
    """Take a port of this machine; 0 is any. Raises OSError where it is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except OSError:
        listener.close()
        raise
    listener.listen()  # now: whoever is told the address may come at once, and waits until they are served
    return listener


@attrs.frozen(eq=False)
class Opened:
    """The case system, ready to be served at ``address``."""

    address: str
    esdh: Municipality
    installation: Installation
    app: Starlette


def serve(folder: Folder, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve until a signal; ``ready`` is told the address when there is something to see."""
    with opened(folder, listener) as there:
        config = uvicorn.Config(
            there.app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        ready(there.address)
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def opened(folder: Folder, listener: socket.socket) -> Iterator[Opened]:
    """Make everything ready to be served on a port, and deliver letters until the end of the block."""
    port = listener.getsockname()[1]
    origins = [f"http://{name}:{port}" for name in (_NAME, _LOOPBACK)]
    esdh = Municipality((seed.TECHNICAL, seed.SERVICE, seed.CULTURE), lambda: datetime.now(UTC))
    seed.furnish(esdh)
    more = opening.settings(f"{origins[0]}{POST}", origins)
    with running(folder, EksempelEsdh(esdh), more=more) as installation:
        opening.open_departments(installation.post)
        opening.open_letters(esdh, installation)
        with _delivering(installation.post):
            yield Opened(f"{origins[0]}/", esdh, installation, make_app(esdh, installation.post, origins))


@contextmanager
def _delivering(post: Connect) -> Iterator[None]:
    """Deliver in a thread of its own, as a worker does, until the end of the block."""
    over = Event()

    def deliver() -> None:
        while not over.is_set():
            if not post.deliver():
                over.wait(_PAUSE)

    thread = Thread(target=deliver, name="delivering")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def open_browser(address: str) -> bool:
    """Open a browser where there is one with windows; False where there is none."""
    windows = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(windows) and webbrowser.open(address)
