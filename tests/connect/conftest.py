"""One installation in memory and in a real file, and one letter."""

import pytest

from esdh_connect.dispatch import Request
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

CASE = Case("2026-17", "fake")


@pytest.fixture(params=["memory", "sqlite"])
def esdh_connect(request, tmp_path, esdh_host, esdh_channel, esdh_clock):
    """The installation of the shipped fixture, in memory and in a real file."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox) as post:
        yield post


@pytest.fixture
def letter(esdh_host):
    """A decision with two bilag to one person."""
    documents = [
        esdh_host.document("afgoerelse", "a", "b"),
        esdh_host.document("bilag-1"),
        esdh_host.document("bilag-2"),
    ]
    ane = esdh_host.person("p1", "0101901234")
    return Request("dialog-1", CASE, "teknik", "Afgørelse", documents, [ane])


@pytest.fixture
def mail(esdh_host):
    """Makes the letter of a mailing to the person with this number."""

    def one(at, document="brev", key=None):
        person = esdh_host.person(f"p{at}", "0101901234", f"Prøve {at}")
        known = esdh_host.document(document)
        return Request(key or f"rotter-{at}", Case(f"sag-{at}", "fake"), "teknik", "Rotter", [known], [person])

    return one


@pytest.fixture
def requests(mail):
    """A letter of its own to each of seven people."""
    return [mail(at) for at in range(7)]
