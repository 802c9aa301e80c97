"""
A host to test with: what the contract asks of a case system, over HTTPS on this machine, and what goes wrong in others.

.. code-block:: python

    with ExampleHost(tmp_path) as example:
        case = example.records.add_case()
        example.records.add_party(case, name="Frida Mortensen", cpr="1212121212")
        example.script.add("/journal", "reset_after")  # written, and the answer lost
        host = example.host()

It needs trustme: ``esdh-connect-bridge[test]``.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme

from esdh_connect.settings import Secret
from esdh_connect_bridge import AUTHORITY, Bridge
from esdh_connect_bridge.testing.faults import Fault, Script
from esdh_connect_bridge.testing.records import Records
from esdh_connect_bridge.testing.server import Call, Reply, Server

__all__ = ["SECRET", "Call", "ExampleHost", "Fault", "Records", "Reply", "Script"]

#: As public as anything here.
SECRET = "a secret that two programs share"  # noqa: S105 - to test with


class ExampleHost:
    """
    It runs from the moment it is made until :meth:`stop`, or to the end of a ``with``.

    ``folder`` gets the CA's certificate and the secret. ``records`` is what is in it, ``script`` what goes wrong. It
    serves on 127.0.0.1 alone, and all of it is made up.
    """

    def __init__(self, folder: Path) -> None:
        """Write what is needed to reach it, and serve."""
        self.folder, self.records, self.script = folder, Records(), Script()
        authority = trustme.CA(organization_name=AUTHORITY)
        folder.mkdir(parents=True, exist_ok=True)
        authority.cert_pem.write_to_path(str(self.ca))
        (folder / "host.secret").write_text(f"{SECRET}\n", encoding="utf-8")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._server = Server(context, self.records, self.script, SECRET.encode())
        self._server.start()

    @property
    def ca(self) -> Path:
        """Give the file with the CA to trust."""
        return self.folder / "ca.pem"

    @property
    def url(self) -> str:
        """Give the address of the host."""
        return f"https://localhost:{self._server.server_port}/esdh-connect"

    @property
    def calls(self) -> list[Call]:
        """Give every call that came, in order."""
        return list(self._server.calls)

    @property
    def settings(self) -> str:
        """Give the table ``[plugins.bridge]`` that reaches it."""
        return (
            f'[plugins.bridge]\nurl = "{self.url}"\nsecret = "file:{self.folder / "host.secret"}"\nca = "{self.ca}"\n'
            'has = ["parties", "approvers", "bundle", "events", "status"]\n'
        )

    def host(self, **settings: Any) -> Bridge:  # noqa: ANN401 - any of the settings
        """Make a host that reaches it, with other ``settings`` where they are given."""
        given: dict[str, Any] = {
            "url": self.url,
            "secret": Secret("file:host.secret", self.folder / "settings.toml"),
            "has": ("parties", "approvers", "bundle", "events", "status"),
            "ca": self.ca,
        }
        return Bridge(**{**given, **settings})

    def answer(self, call: Call) -> Reply:
        """Answer a call as the contract says, without a connection."""
        return self._server.answer(call)

    def say(self, said: bytes | None) -> None:
        """Answer everything with this, from now on; None for what there is."""
        self._server.said = said

    def wait_stored(self, seconds: float) -> bool:
        """Wait until something was written whose answer never comes."""
        return self._server.stored.wait(seconds)

    def stop(self) -> None:
        """End. May be called twice."""
        if not self._server.stopping.is_set():
            self._server.stop()

    def __enter__(self) -> Self:
        """Give the running host."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
