"""A real installation against the sandbox: SQLite on disk, HTTPS with client certificates, receipts pushed back."""

import time

import attrs
import pytest

from esdh_connect import Case, Connect, Request
from esdh_connect.testing.fakes import FakeHost
from esdh_connect_sandbox import Sandbox
from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app


@attrs.frozen
class Town:
    """An installation, its case system, and the sandbox it sends through."""

    post: Connect
    host: FakeHost
    sandbox: Sandbox

    def letter(self, key="dialog-1", cpr="1212121212", title="Afgørelse", document="afgoerelse"):
        """A letter with one bilag to one person, planned."""
        documents = [self.host.document(document, document, "two"), self.host.document("bilag")]
        wish = Request(key, Case("17"), "demo", title, documents, [self.host.person("p1", cpr)])
        return self.post.plan(wish)

    def deliver_until(self, done, seconds=10.0):
        """Deliver again and again until ``done()``, and say whether it came to that."""
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            self.post.deliver()
            time.sleep(0.05)
        return done()


@pytest.fixture
def town(tmp_path):
    """Give one; its sandbox pushes receipts to a real endpoint, quickly."""
    host = FakeHost()
    with (
        Sandbox(tmp_path / "sandbox", delay=0.05) as sandbox,
        Connect.from_settings(sandbox.settings, host=host) as post,
        serving(poststatus_app(post.receive)) as url,
    ):
        sandbox.push_to(url)
        yield Town(post, host, sandbox)
