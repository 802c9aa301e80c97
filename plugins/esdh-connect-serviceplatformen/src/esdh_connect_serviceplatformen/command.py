"""``esdh-connect receipts``: the PostStatus endpoint as a process of its own."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Event, Thread
from types import FrameType
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import click

from esdh_connect_serviceplatformen.endpoint import PostStatusApp, poststatus_app

__all__ = ["receipts", "serving"]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own signature
        """Leave the log to the application: it knows what a line may say."""


@contextmanager
def serving(app: PostStatusApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the endpoint in a thread while the block runs; gives its URL. Plain HTTP: for a proxy, or loopback."""
    server = make_server(host, port, app, _Server, _Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _address(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise click.BadParameter("skrives VÆRT:PORT, for eksempel 127.0.0.1:8080")
    return host, int(port)


@click.command()
@click.option("--settings", type=click.Path(path_type=Path), default="esdh-connect.toml", show_default=True)
@click.option("--listen", default="127.0.0.1:0", show_default=True, callback=_address, help="VÆRT:PORT")
def receipts(settings: Path, listen: tuple[str, int]) -> None:
    """Tag imod kvitteringer (PostStatus), som Beskedfordeleren sender, indtil processen stoppes."""
    from esdh_connect.connect import Connect

    post = Connect.from_settings(settings)
    with serving(poststatus_app(post.receive), *listen) as url:
        click.echo(json.dumps({"url": url}))
        _wait()


def _wait() -> None:
    """Wait for SIGTERM or Ctrl-C: both end the endpoint in order."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with suppress(KeyboardInterrupt):
        Event().wait()
