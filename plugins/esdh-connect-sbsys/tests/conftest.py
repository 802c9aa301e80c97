"""A SBSYS to test with, a host on it, and the bench that the suite for hosts makes things happen with."""

from datetime import timedelta
from uuid import uuid4

import attrs
import pytest

from esdh_connect.dispatch import Request
from esdh_connect.ids import mask
from esdh_connect.model import Case, Document, Party
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect_sbsys.connection import Account, connected, trusting
from esdh_connect_sbsys.documents import files_of
from esdh_connect_sbsys.lookups import Names
from esdh_connect_sbsys.testing import FakeSbsys
from esdh_connect_sbsys.testing.archive import utc_now

CPRS = ("1212121212", "0101901234", "0202915678")


@pytest.fixture
def sbsys(tmp_path):
    """Whatever a test does: nothing is updated, and no CPR number stands in an address."""
    with FakeSbsys(tmp_path / "sbsys") as running:
        yield running
    assert {call.method for call in running.calls} <= {"GET", "POST"}
    for call in running.calls:
        where = f"{call.path}?{call.query}"
        assert mask(where) == where


@pytest.fixture
def host(sbsys):
    return sbsys.host()


@attrs.define(eq=False)
class Clocked:
    """A host, its SBSYS, and one clock for both and for the installation it stands in."""

    sbsys: FakeSbsys
    clock: FakeClock
    channel: FakeChannel = attrs.field(factory=FakeChannel)
    outbox: object = None

    def host(self, **settings):
        made = self.sbsys.host(**settings)
        names = Names(made.document_art, made.reminder_type, made.document_art_id, made.document_art_path)
        connection = connected(
            made.url,
            Account(made.token_url, made.client_id, made.client_secret, made.username, made.password),
            trust=trusting(made.ca),
            proxy="",
            system=made.system,
            names=names,
            max_bytes=made.max_file_mb * 1_000_000,
            settle=timedelta(seconds=made.settle_seconds),
            now=self.clock,
        )
        object.__setattr__(made, "_connection", connection)
        return made

    def post(self, **settings):
        post = installation(
            host=self.host(**settings),
            channels=[self.channel],
            now=self.clock,
            outbox=self.outbox,
            policy={"consolidate": False},
        )
        self.outbox = post.outbox
        return post

    def letter(self, post, *, documents=1, cpr=CPRS[0]):
        """Commit a letter on a new case; gives its line in the outbox."""
        case = self.sbsys.archive.add_case()
        self.sbsys.archive.add_person(case, "Frida Mortensen", cpr, "Solsikkevej 12, 8000 Aarhus C")
        for at in range(documents):
            number = self.sbsys.archive.add_document(case, f"Bilag {at}.pdf", pdf_of(f"Side {at}"))
            self.sbsys.archive.documents[number].shows_at = self.clock()
        host = post.plugins.get("host")
        on = host.case(case)
        request = Request(str(uuid4()), on, "teknik", "Afgørelse", host.documents(on), host.parties(on))
        [entry] = post.commit(post.plan(request), by="bo").entries
        return entry

    def journaled(self, entry):
        """What is on the case with the letter's mark, in lists or not."""
        on_case = self.sbsys.archive.on_case(int(entry.case.id))
        return [one for one in on_case if entry.id in one.get("Beskrivelse", "")]

    def run(self, post, *, times=8, **by):
        for _ in range(times):
            post.deliver()
            self.clock.move(**(by or {"minutes": 20}))


@pytest.fixture
def clocked(sbsys):
    clock = FakeClock()
    sbsys.archive.now = clock
    return Clocked(sbsys, clock)


@attrs.define(eq=False)
class SbsysBench:
    """Makes things happen in the fake SBSYS."""

    sbsys: FakeSbsys
    happened: int = 0

    @property
    def archive(self):
        return self.sbsys.archive

    def host(self):
        return self.sbsys.host(departments={"": "teknik"})

    def document(self, content: bytes, name: str = "Afgørelse.pdf") -> Document:
        return self._first_file(self.archive.add_document(self.archive.add_case(), name, content))

    def _first_file(self, number: int) -> Document:
        return files_of(self.archive.documents[number].record)[0]

    def case(self) -> Case:
        return Case(str(self.archive.add_case()), "sbsys")

    def party(self, case: Case) -> Party:
        address = "Solsikkevej 12, 2. tv, 8000 Aarhus C"
        return Party(f"person-{self.archive.add_person(int(case.id), 'Frida Mortensen', CPRS[0], address)}", "sbsys")

    def change(self, document: Document, content: bytes) -> Document:
        number = int(document.id.partition("/")[0])
        self.archive.change_document(number, content)
        return self._first_file(number)

    def spoil(self, document: Document) -> None:
        self.archive.documents[int(document.id.partition("/")[0])].spoilt = True

    def entries(self, case: Case):
        return [record.get("Beskrivelse", "") for record in self.archive.on_case(int(case.id))]

    def lose_answer(self) -> None:
        self.sbsys.script.add("journalize", "reset_after")

    def close_case(self, case: Case) -> None:
        self.archive.closed.add(int(case.id))

    def open_case(self, case: Case) -> None:
        self.archive.closed.discard(int(case.id))

    def _finalized(self, seconds: float) -> str:
        number = self.archive.add_document(self.archive.add_case(), "Kladde.pdf", b"%PDF-1.7")
        self.archive.stamp(number, utc_now() - timedelta(hours=1) + timedelta(seconds=seconds))
        document = self._first_file(number)
        return f"sbsys-{document.id}-{document.version}"

    def happen(self, count: int):
        self.happened += count
        return [self._finalized(at) for at in range(self.happened - count, self.happened)]

    def happen_late(self) -> str:
        return self._finalized(self.happened - 1.5)


@pytest.fixture
def sbsys_bench(sbsys):
    return SbsysBench(sbsys)
