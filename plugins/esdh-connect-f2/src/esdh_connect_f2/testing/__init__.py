"""
An F2 that is none: the documented API over real HTTPS on this machine, with faults by script.

.. code-block:: python

    with FakeF2(folder) as f2:
        case = f2.world.add_case()
        f2.world.add_party(case)
        f2.script.add(Fault("create", "reset_after", what="document"))
        post = Connect.from_settings("esdh-connect.toml", host=f2.host())

It needs trustme (``pip install "esdh-connect-f2[testing]"``) and shares no code with the adapter, so that what one gets
wrong the other does not overlook. What F2 does that its manual does not tell, it does not do either.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, Self

import trustme

from esdh_connect.settings import Secret
from esdh_connect_f2 import AUTHORITY, F2
from esdh_connect_f2.testing.faults import Fault, Script
from esdh_connect_f2.testing.server import Server
from esdh_connect_f2.testing.world import World

__all__ = ["FakeF2", "Fault", "World"]


class FakeF2:
    """
    One of them, with what it needs in ``folder``: the authority to trust (``ca``) and our secrets.

    ``world`` is what is in it, ``script`` what goes wrong, ``calls`` what was asked for.
    """

    def __init__(self, folder: Path | str, world: World | None = None) -> None:
        """Set it up; it serves inside a ``with``."""
        self.folder, self.world, self.script = Path(folder), world or World(), Script()
        self.ca = self.folder / "f2-ca.pem"
        self._server: Server | None = None

    def __enter__(self) -> Self:
        """Serve."""
        self.folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA(organization_name=AUTHORITY)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        authority.cert_pem.write_to_path(str(self.ca))
        account = self.world.account
        for name, secret in (("f2-client", account.client_secret), ("f2-user", account.users["esdh-bruger"])):
            path = self.folder / f"{name}.secret"
            path.write_text(secret, encoding="utf-8")
            path.chmod(0o600)
        self._server = Server(self.world, self.script, context)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        if self._server:
            self._server.stop()

    @property
    def _serving(self) -> Server:
        if self._server is None:
            raise RuntimeError("it serves inside a `with`")
        return self._server

    @property
    def url(self) -> str:
        """Give the address of the service index."""
        return f"{self._serving.at}/ServiceIndex"

    @property
    def calls(self) -> list[str]:
        """Give every request so far: method, what was asked for, path."""
        return self._serving.calls

    def settings(self) -> dict[str, Any]:
        """Give what :class:`~esdh_connect_f2.F2` is made with, to speak with this one."""
        here = self.folder / "settings.toml"
        return {
            "url": self.url,
            "client_id": self.world.account.client_id,
            "client_secret": Secret("file:f2-client.secret", here),
            "username": "esdh-bruger",
            "password": Secret("file:f2-user.secret", here),
            "ca": self.ca,
            "events_query": "esdh-haendelser",
        }

    def host(self, **changes: Any) -> F2:  # noqa: ANN401 - any setting
        """Give a host that speaks with this one."""
        return F2(**{**self.settings(), **changes})
