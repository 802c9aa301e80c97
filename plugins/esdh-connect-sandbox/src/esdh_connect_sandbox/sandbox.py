"""The sandbox: Serviceplatformen, the STS and Beskedfordeler on this machine, in one folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from esdh_connect_sandbox import certificates, faults, register, settings
from esdh_connect_sandbox.admin import Admin
from esdh_connect_sandbox.archive import Archive, Entry
from esdh_connect_sandbox.exchange import Outcome, Request, refusal
from esdh_connect_sandbox.faults import Script
from esdh_connect_sandbox.folder import Folder
from esdh_connect_sandbox.kombi import Kombi
from esdh_connect_sandbox.lookup import Lookup
from esdh_connect_sandbox.moment import Clock, now
from esdh_connect_sandbox.post import Post
from esdh_connect_sandbox.register import Register
from esdh_connect_sandbox.server import Server
from esdh_connect_sandbox.state import State
from esdh_connect_sandbox.sts import Sts
from esdh_connect_sandbox.tokens import Tokens
from esdh_connect_sandbox.watched import Say

__all__ = ["DELAY", "FAST", "Sandbox"]

#: Seconds between the receipts of a letter: the real ones take minutes to days.
DELAY = 3.0
FAST = 0.2

_ISSUE = "/runtime/api/rest/wstrust/v1/issue"
_SERVICE = "/service"

_Route = Callable[[Request], Outcome]


def _to_stderr(text: str) -> None:
    print(f"sandbox: {text}", file=sys.stderr, flush=True)  # noqa: T201 - stdout is for the one line of the command


class Sandbox:
    """
    An offline Serviceplatformen. It runs from the moment it is made until :meth:`stop`, or to the end of a ``with``.

    ``directory`` keeps certificates, settings, what was received and what is still to come; made if it is not there.
    ``port`` 0 is the port of an earlier run in that folder when it is free, else any. ``push_url`` is where receipts
    go, an endpoint or a queue; None leaves it as it was. ``delay`` is the time between a letter's receipts in seconds.
    Raises FolderInUse, BadEndpoint, and OSError when the port is taken.
    """

    def __init__(
        self,
        directory: str | Path,
        *,
        port: int = 0,
        push_url: str | None = None,
        delay: float = FAST,
        clock: Clock = now,
        say: Say = _to_stderr,
    ) -> None:
        """Make what is missing in the folder, and serve."""
        folder = _furnished(Path(directory), clock)
        self._folder = folder
        with ExitStack() as undo:
            self._state = State(folder.path / "sandbox.db")
            undo.callback(self._state.close)
            self.script = Script(folder.path / "faults.toml", say)
            self.registered = Register(folder.path / "registered.toml", say)
            self._archive = Archive(folder)
            self._post = Post(self._state, clock, delay, partial(certificates.client_context, folder), say)
            if push_url is not None:
                self._post.push_to(push_url)
            self._server = _bound(folder, port, self._answer, say)
            undo.callback(self._server.server_close)
            settings.ensure(folder, self._server.port)
            self._routes = self._routed(clock, say)
            undo.pop_all()
        self._server.start()
        self._post.start()

    @property
    def url(self) -> str:
        """Give the address of Serviceplatformen and STS."""
        return settings.url_of(self._server.port)

    @property
    def directory(self) -> Path:
        """Give the folder."""
        return self._folder.path

    @property
    def settings(self) -> Path:
        """Give the settings file that is ready for use."""
        return self._folder.settings

    @property
    def certificate(self) -> Path:
        """Give the client's key and certificate, PEM."""
        return self._folder.client

    @property
    def ca(self) -> Path:
        """Give the certificate a client has to trust."""
        return self._folder.ca

    def requests(self) -> list[Entry]:
        """Give all requests to send something, in the order they were answered."""
        return self._archive.entries()

    def received(self) -> list[Entry]:
        """Give those that were taken, whatever was answered."""
        return [entry for entry in self.requests() if entry.is_accepted]

    def body(self, entry: Entry) -> bytes:
        """Give what was received, byte for byte."""
        return self._archive.read(entry.file)

    def receipts(self, after: int = 0) -> list[str]:
        """Give the envelopes that are out, from number ``after`` + 1, at most a thousand."""
        return self._post.published(after, 1000)

    def push_to(self, url: str | None) -> None:
        """Push receipts there from now on; None for nowhere. Raises BadEndpoint."""
        self._post.push_to(url)

    def stop(self) -> None:
        """End: what is still to come waits in the folder for the next run. May be called twice."""
        if self._server.stopping.is_set():
            return
        self._server.stop()
        self._post.stop()
        self._state.close()

    def __enter__(self) -> Self:
        """Give the running sandbox."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _routed(self, clock: Clock, say: Say) -> Mapping[tuple[str, str], _Route]:
        tokens = Tokens(self._state, self.script, clock, say)
        lookup = Lookup(tokens, self.registered)
        kombi = Kombi(
            tokens, self._archive, self.registered, self.script, self._post, clock, self._server.stopping.wait
        )
        admin = Admin(self.script, self._post, self._state)
        digital = partial(lookup.answer, service="digital_post")
        sms = partial(lookup.answer, service="nemsms")
        return {
            ("POST", _ISSUE): partial(self._scripted, "sts", Sts(self._state, self.script, clock).issue),
            ("POST", f"{_SERVICE}/AccessTokenService_1/token"): partial(self._scripted, "token", tokens.issue),
            ("GET", f"{_SERVICE}/PostForespoerg_1/digitalpost"): partial(self._scripted, "lookup", digital),
            ("GET", f"{_SERVICE}/PostForespoerg_1/nemsms"): partial(self._scripted, "lookup", sms),
            ("POST", f"{_SERVICE}/KombiPostAfsend_1/kombi"): partial(kombi.send, memos_only=False),
            ("POST", f"{_SERVICE}/KombiPostAfsend_1/memos"): partial(kombi.send, memos_only=True),
            ("GET", f"{_SERVICE}/KombiPostAfsend_1/kombi"): kombi.ask,
            ("GET", "/sandbox/faults"): admin.faults,
            ("POST", "/sandbox/faults"): admin.add_faults,
            ("DELETE", "/sandbox/faults"): admin.clear_faults,
            ("GET", "/sandbox/push"): admin.endpoint,
            ("POST", "/sandbox/push"): admin.set_endpoint,
            ("GET", "/sandbox/poststatus"): admin.poststatus,
        }

    def _answer(self, request: Request) -> Outcome:
        found = self._routes.get((request.method, request.path))
        if found is not None:
            return found(request)
        if any(path == request.path for _, path in self._routes):
            raise refusal(405, "method_not_allowed", "another method")
        raise refusal(404, "not_found", "there is nothing at this path")

    def _scripted(self, on: str, found: _Route, request: Request) -> Outcome:
        fault = self.script.take(on)
        if fault is None:
            return found(request)
        if fault.kind == "slow":
            self._server.stopping.wait(fault.lasts(5.0))
        return faults.outcome(fault) or found(request)


def _furnished(directory: Path, clock: Clock) -> Folder:
    folder = Folder.made(directory)
    certificates.ensure(folder, clock())
    folder.write_once("faults.toml", faults.TEMPLATE.encode())
    folder.write_once("registered.toml", register.TEMPLATE.encode())
    return folder


def _bound(folder: Folder, port: int, answer: _Route, say: Say) -> Server:
    context = certificates.server_context(folder)
    earlier = settings.earlier_port(folder)
    if not port and earlier:
        try:
            return Server(earlier, context, answer, say)
        except OSError:
            say(f"port {earlier} of the earlier run is taken; settings.toml gets another")
    return Server(port, context, answer, say)
