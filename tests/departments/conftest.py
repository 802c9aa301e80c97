"""An installation with a real outbox, whose departments are changed by a word."""

from datetime import timedelta

import pytest

from esdh_connect.departments import Department, PolicyChange
from esdh_connect.dispatch import Request
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def host():
    return FakeHost()


@pytest.fixture
def channel():
    return FakeChannel()


@pytest.fixture
def post(tmp_path, clock, host, channel):
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."), now=clock)
    yield installation(host=host, channels=[channel], now=clock, outbox=store, policy={"gate": None})
    store.close()


@pytest.fixture
def said(post, clock):
    """Gives a change: ``said("teknik", approval=True)``, with ``__`` for a dot."""

    def change(id_, under=None, since=timedelta(0), **what):
        about = post.departments.get(id_) if id_ in post.departments else Department(id_, parent=under)
        named = {name.replace("__", "."): value for name, value in what.items()}
        return PolicyChange(about, named, "ida", clock(), clock() + since, "test")

    return change


@pytest.fixture
def decide(post, said):
    """Makes one."""
    return lambda *args, **what: post.departments.change([said(*args, **what)])


@pytest.fixture
def wish(host):
    """Gives a wish for a letter in a department; each is another."""
    party, made = host.person("ane", "1212121212"), []

    def request(department="teknik", **more):
        made.append(1)
        title = f"Afgørelse {len(made)}"
        document = host.document(f"brev-{len(made)}", title)
        return Request(f"key-{len(made)}", Case("sag-1"), department, title, (document,), (party,), **more)

    return request
