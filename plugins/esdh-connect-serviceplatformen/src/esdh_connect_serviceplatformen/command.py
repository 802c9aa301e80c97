"""``esdh-connect receipts``: receipts taken in by a process of its own, pushed to us or pulled by us."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import click
from click.core import ParameterSource

from esdh_connect import wording
from esdh_connect.cli.danish import Command
from esdh_connect_serviceplatformen.endpoint import PostStatusApp, poststatus_app

if TYPE_CHECKING:
    from esdh_connect.connect import Connect
    from esdh_connect.errors import EsdhConnectError

__all__ = ["receipts", "serving"]


_LAST_PORT = 65_535


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
    if not host or not port.isdigit() or int(port) > _LAST_PORT:
        raise click.BadParameter("skrives VÆRT:PORT, for eksempel 127.0.0.1:8080")
    return host, int(port)


@click.command(cls=Command)
@click.option(
    "--settings", metavar="FIL", type=click.Path(path_type=Path), default="esdh-connect.toml", show_default=True,
    help="Indstillingerne.",
)  # fmt: skip
@click.option(
    "--listen", metavar="VÆRT:PORT", default="127.0.0.1:0", show_default=True, callback=_address,
    help="Hvor de skal sendes hen.",
)  # fmt: skip
@click.option("--pull", is_flag=True, help="Hent dem fra dueslaget i stedet (BeskedHent).")
@click.pass_context
def receipts(context: click.Context, settings: Path, listen: tuple[str, int], *, pull: bool) -> None:
    """Tag imod kvitteringer (PostStatus) fra Beskedfordeleren, indtil processen stoppes."""
    from esdh_connect.connect import Connect

    if pull and context.get_parameter_source("listen") is not ParameterSource.DEFAULT:
        raise click.UsageError("--pull eller --listen, ikke begge")
    with Connect.from_settings(settings) as post:
        if post.training is not None:
            click.echo(wording.training(post.training.name), err=True)
        if pull:
            _pull(settings, post)
            return
        try:
            with serving(poststatus_app(post.receive), *listen) as url:
                click.echo(json.dumps({"url": url}))
                _wait()
        except OSError as error:  # the port is taken, or the address is not this machine's
            raise click.UsageError(f"der kan ikke lyttes på {':'.join(map(str, listen))}: {error.strerror}") from error


def _pull(settings: Path, post: Connect) -> None:
    """Pull until SIGTERM or Ctrl-C; a line on stdout when the queue is reached, one on stderr when it is not."""
    from esdh_connect.settings import Settings
    from esdh_connect_serviceplatformen import Serviceplatformen

    plugin = Settings.load(settings).plugin("serviceplatformen", Serviceplatformen)
    pulling = plugin.beskedhent(post.receive)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    def tell(trouble: EsdhConnectError | None) -> None:
        if trouble is None:
            click.echo(json.dumps({"url": pulling.url, "dueslag": pulling.dueslag}))
        else:
            click.echo(f"Kvitteringer kan ikke hentes lige nu: {trouble.danish}. Det prøves igen.", err=True)

    pulling.run(stop, tell)


def _wait() -> None:
    """Wait for SIGTERM or Ctrl-C: both end the endpoint in order."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with suppress(KeyboardInterrupt):
        Event().wait()
