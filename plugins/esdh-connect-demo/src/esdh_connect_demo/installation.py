"""
Opstilling: the sandbox, the installation of Eksempel Kommune and the endpoint for receipts, all on this machine.

One ``with`` starts them and stops them, whatever happens in between.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO

import attrs
from lxml import etree

from esdh_connect import Connect
from esdh_connect.policy import Department
from esdh_connect_demo import proposing, seed
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.host import EksempelEsdh
from esdh_connect_sandbox import Sandbox
from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app

__all__ = ["PATIENCE", "PLUGINS", "Installation", "running"]

#: What the departments that send have on.
PLUGINS = ("serviceplatformen", "bilag", "forbrug")

#: Seconds between the receipts of a letter.
_DELAY = 0.15
#: Seconds: twenty times what the slowest receipts take.
PATIENCE = 20.0
_PAUSE = 0.03
_PDF_AS_BASE64 = "JVBERi"

_SETTINGS = """\
# Eksempel Kommune, som prøveturen satte den op. Stier er i forhold til denne fil.
schema = 1

[secrets]
installation = "file:installation.secret"

[store]
path = "outbox.db"

[sender]
cvr = "55133018"
name = "Eksempel Kommune"

[plugins.serviceplatformen]
url = "https://localhost:0"
sts_url = "https://localhost:0/runtime/api/rest/wstrust/v1/issue"
authority = "55133018"
certificate = "file:client.pem"
ca = "ca.pem"
print_product = 1234
dedup = "unproven"

[plugins.bilag]

[plugins.forbrug]

[plugins.rollout]

[plugins.eksempel-forslag]
"""
_DEPARTMENT = """
[departments.{id}]
name = "{name}"
plugins = {plugins}
channels = {channels}
"""


@attrs.frozen(eq=False)
class Installation:
    """
    A running installation with its sandbox. ``patience`` is how long it waits for anything, in seconds.

    ``plugins`` is what a department that sends has on.
    """

    sandbox: Sandbox
    post: Connect
    plugins: tuple[str, ...] = PLUGINS
    patience: float = PATIENCE

    def until(self, condition: Callable[[], bool]) -> bool:
        """Deliver until ``condition`` holds; False where that takes longer than ``patience``."""
        end = time.monotonic() + self.patience
        while not condition():
            if time.monotonic() > end:
                return False
            if not self.post.deliver():
                time.sleep(_PAUSE)
        return True

    def received(self) -> Iterator[bytes]:
        """Give every PDF that the sandbox received, taken out of the messages as they came."""
        for entry in self.sandbox.received():
            yield from _pdfs(self.sandbox.body(entry))


@contextmanager
def running(
    folder: Folder, host: EksempelEsdh, plugins: Sequence[str] = PLUGINS, *, more: str = ""
) -> Iterator[Installation]:
    """
    Start everything with these plugins, and stop it at the end of the block. Raises ConfigurationError.

    ``more`` stands in the settings in place of the departments of the tour.
    """
    folder.sandbox.mkdir()
    (folder.sandbox / "settings.toml").write_text(_SETTINGS + (more or _departments(plugins)), encoding="utf-8")
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(folder.sandbox, delay=_DELAY))
        post = stack.enter_context(Connect.from_settings(sandbox.settings, host=host))
        proposing.join(post, host)
        url = stack.enter_context(serving(poststatus_app(post.receive)))
        sandbox.push_to(url)
        # The next sandbox in this folder must not push to an endpoint that is gone.
        stack.callback(sandbox.push_to, None)
        yield Installation(sandbox, post, tuple(plugins))


def _departments(plugins: Sequence[str]) -> str:
    """Write them: one department has been on for long, the others come with their waves."""
    return "".join(
        _department(department, [*plugins, "rollout", proposing.NAME] if department == seed.SERVICE else [])
        for department in (seed.TECHNICAL, seed.SERVICE, seed.CULTURE)
    )


def _department(department: Department, plugins: list[str]) -> str:
    return _DEPARTMENT.format(
        id=department.id,
        name=department.name,
        plugins=json.dumps(plugins),
        channels='["digital_post", "fysisk_post"]' if plugins else "[]",
    )


def _pdfs(body: bytes) -> Iterator[bytes]:
    """Find the PDFs in a message of either kind: whatever element holds one, it begins alike in base64."""
    events = etree.iterparse(
        BytesIO(body), events=("end",), huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in events:
        text = (element.text or "").lstrip()
        if text.startswith(_PDF_AS_BASE64):
            yield b64decode(text)
