"""What happens to letters is counted where it happens, in the departments that count, and it names nobody."""

from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Receipt, ReceiptEvent, Request
from esdh_connect.errors import Rejected
from esdh_connect.events import DocumentPrinted
from esdh_connect.model import Case
from esdh_connect.outbox import Outbox
from esdh_connect.policy import PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.usage import UsageKind
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.figures import Figures, Month
from esdh_connect_forbrug.tables.closing import units

PEOPLE = ("ane", "bo", "ida", "jens", "mette", "ole")


class Hall:
    """A town hall in which six people send letters from one department."""

    def __init__(self, outbox: Outbox) -> None:
        self.clock, self.host, self.channel = FakeClock(), FakeHost(), FakeChannel()
        more = {"forbrug": Forbrug()}
        self.post: Connect = installation(
            host=self.host, channels=[self.channel], now=self.clock, outbox=outbox, more=more
        )

    def send(self, *people: str) -> None:
        for who in people:
            documents = [self.host.document("brev", who), self.host.document("bilag", "x")]
            party = self.host.person("p1", "0101901234")
            wish = Request(f"dialog {who}", Case("sag-1", "fake"), "teknik", "Afgørelse", documents, [party])
            self.post.use(UsageKind.OPENED, department="teknik", key=wish.key, by=who)
            self.post.commit(self.post.plan(wish), by=who)
        self.post.deliver()

    @property
    def counted(self) -> Figures:
        """What lies there of the month, which nobody sees yet."""
        month = Month.of(self.clock())
        with self.post.store.reading() as connection:
            found = units(connection, str(month), month.first_day, month.next.first_day)["teknik"]
        return attrs.evolve(found.figures, active=len(found.people))


@pytest.fixture
def hall(outbox: Outbox) -> Hall:
    return Hall(outbox)


def test_letters_are_counted_from_click_to_receipt(hall: Hall) -> None:
    """By channel and plugin, with what consolidation did, and how long they took."""
    hall.send(*PEOPLE)
    hall.clock.move(minutes=5)
    for number, entry in enumerate(hall.post.entries()):
        hall.post.receive(Receipt(f"r{number}", ReceiptEvent.DELIVERED, hall.clock(), entry.message_uuid, "fake"))
    hall.post.deliver()
    figures = hall.counted
    assert (figures.sent, figures.plugins, figures.delivered) == ({"fake": 6}, {"letters": 6}, 6)
    assert (figures.opened, figures.active, figures.documents) == (6, 6, 12)
    assert figures.took.median is not None
    assert abs(figures.took.median / timedelta(minutes=5) - 1) < 0.1


def test_what_fails_is_counted_by_its_code_and_what_is_cancelled_by_whoever_did(hall: Hall) -> None:
    """The provider's code, never its text, which may quote the letter."""
    hall.channel.fail_with.append(Rejected("Ane Jensen, 0101901234, is unknown", code="7001", danish="ukendt"))
    hall.send(*PEOPLE)
    document = hall.host.document("brev", "fortrudt")
    wish = Request(
        "fortrudt", Case("sag-1", "fake"), "teknik", "Brev", [document], [hall.host.person("p1", "0101901234")]
    )
    (entry,) = hall.post.commit(hall.post.plan(wish), by="ane", hold=timedelta(hours=1)).entries
    hall.post.cancel(entry.id, by="kim")
    hall.post.deliver()
    figures = hall.counted
    assert (figures.failed, figures.cancelled, figures.letters, figures.active) == ({"7001": 1}, 1, 5, 7)


def test_a_document_printed_locally_is_counted(hall: Hall) -> None:
    """The host tells it, and nobody is active by it."""
    hall.send(*PEOPLE)
    document = hall.host.document("brev", "på papir")
    event = DocumentPrinted("print 1", hall.clock(), "teknik", document)
    hall.post.tell(event)
    hall.post.tell(event)
    hall.post.deliver()
    hall.post.deliver()
    figures = hall.counted
    assert (figures.printed, figures.active) == (1, 6)


def test_a_department_that_does_not_count_is_not_counted(hall: Hall) -> None:
    """P6: from the day it was switched off on; what was sent before is."""
    hall.send(*PEOPLE)
    now = hall.clock()
    off = {"plugins": ("-forbrug",)}
    hall.post.departments.change([PolicyChange(hall.post.departments.get("teknik"), off, "kim", now, now)])
    hall.clock.move(hours=1)
    hall.post.use(UsageKind.OPENED, department="teknik", key="later", by="ane")
    hall.post.deliver()
    figures = hall.counted
    assert figures.opened == 6


def test_nothing_that_is_kept_names_a_person(tmp_path: Path) -> None:
    """P5, P8: no file of the store has anybody in clear, while months are open and when they are closed."""
    hall = Hall(Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes.....")))
    names = [f"BOH03{number}-sagsbehandler" for number in range(6)]
    hall.send(*names)
    assert hall.counted.letters == 6
    hall.clock.move(days=60)
    hall.post.deliver()
    hall.post.close()
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert not any(name.encode() in content for name in [*names, "0101901234"])
