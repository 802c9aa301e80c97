"""
A SBSYS to test with: the known part of the WebAPI, over HTTPS on this machine, and what goes wrong in the real one.

.. code-block:: python

    with FakeSbsys(tmp_path) as sbsys:
        case = sbsys.archive.add_case()
        sbsys.archive.add_person(case, "Frida Mortensen", "1212121212", "Solsikkevej 12, 8000 Aarhus C")
        sbsys.script.add("journalize", "reset_after")  # written, and the answer lost
        host = sbsys.host()

It is written from public sources, and no better than they are. It needs trustme: ``esdh-connect-sbsys[test]``.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme

from esdh_connect.settings import Secret
from esdh_connect_sbsys import AUTHORITY, Sbsys
from esdh_connect_sbsys.testing.archive import Archive, utc_now
from esdh_connect_sbsys.testing.faults import Fault, Script
from esdh_connect_sbsys.testing.routes import Call, Routes
from esdh_connect_sbsys.testing.server import Server
from esdh_connect_sbsys.testing.tokens import CLIENT, CLIENT_SECRET, PASSWORD, TOKEN_PATH, USER, Issued

__all__ = ["Archive", "Call", "FakeSbsys", "Fault", "Script"]


class FakeSbsys:
    """
    It runs from the moment it is made until :meth:`stop`, or to the end of a ``with``.

    ``folder`` gets the CA's certificate and the two secrets. ``archive`` is what is in it, ``script`` what goes wrong,
    ``issued`` the tokens. It serves on 127.0.0.1 alone, and all of it is made up.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = utc_now) -> None:
        """Write what is needed to reach it, and serve."""
        self.folder = folder
        self.archive, self.script, self.issued = Archive(now), Script(), Issued(utc_now)
        authority = trustme.CA(organization_name=AUTHORITY)
        folder.mkdir(parents=True, exist_ok=True)
        authority.cert_pem.write_to_path(str(self.ca))
        for name, secret in (("client.secret", CLIENT_SECRET), ("user.secret", PASSWORD)):
            (folder / name).write_text(f"{secret}\n", encoding="utf-8")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._server = Server(context, Routes(self.archive, self.issued), self.issued, self.script)
        self._server.start()

    @property
    def ca(self) -> Path:
        """Give the file with the CA to trust."""
        return self.folder / "ca.pem"

    @property
    def url(self) -> str:
        """Give the address of the WebAPI."""
        return f"https://localhost:{self._server.server_port}"

    @property
    def calls(self) -> list[Call]:
        """Give every request that came, in order."""
        return list(self._server.calls)

    @property
    def settings(self) -> str:
        """Give the table ``[plugins.sbsys]`` that reaches it."""
        return (
            "[plugins.sbsys]\n"
            f'url = "{self.url}"\ntoken_url = "{self.url}{TOKEN_PATH}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "file:{self.folder / "client.secret"}"\n'
            f'username = "{USER}"\npassword = "file:{self.folder / "user.secret"}"\n'
            f'reminder_type = "Digital post fejlet"\nca = "{self.ca}"\n'
        )

    def host(self, **settings: Any) -> Sbsys:  # noqa: ANN401 - any of the settings
        """Make a host that reaches it, with other ``settings`` where they are given."""
        given: dict[str, Any] = {
            "url": self.url,
            "token_url": f"{self.url}{TOKEN_PATH}",
            "client_id": CLIENT,
            "client_secret": Secret("file:client.secret", self.folder / "settings.toml"),
            "username": USER,
            "password": Secret("file:user.secret", self.folder / "settings.toml"),
            "reminder_type": "Digital post fejlet",
            "ca": self.ca,
        }
        return Sbsys(**{**given, **settings})

    def say(self, said: bytes | None) -> None:
        """Answer everything but a request for a token with this, from now on; None for what there is."""
        self._server.said = said

    def wait_stored(self, seconds: float) -> bool:
        """Wait until something was written whose answer never comes."""
        return self._server.stored.wait(seconds)

    def stop(self) -> None:
        """End. May be called twice."""
        if not self._server.stopping.is_set():
            self._server.stop()

    def __enter__(self) -> Self:
        """Give the running SBSYS."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
