"""The suite for hosts, held by a case system in memory – and not held by those that do what hosts get wrong."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import attrs
import pytest

from esdh_connect import hookimpl
from esdh_connect.dispatch import Dispatch
from esdh_connect.events import DocumentFinalized, NewEvents
from esdh_connect.model import Case, Document, Party
from esdh_connect.testing.fakes import FakeHost
from esdh_connect.testing.host import HostSuite
from esdh_connect.testing.letters import NOON

MAIL = "<html><body>503 Service Unavailable</body></html>"


@attrs.define(eq=False)
class Archive:
    """The case system itself: what every host object of it sees."""

    memory: FakeHost = attrs.field(factory=FakeHost)
    spoilt: set[str] = attrs.field(factory=set)
    notes: dict[str, list[str]] = attrs.field(factory=dict)
    closed: set[str] = attrs.field(factory=set)
    log: list[DocumentFinalized] = attrs.field(factory=list)
    losing: bool = False


@attrs.define(eq=False)
class Vendor:
    """A vendor's own class, on the archive."""

    archive: Archive

    @hookimpl
    def read_document(self, document: Document):
        if document.id in self.archive.spoilt:
            return MAIL.encode()
        return self.archive.memory.contents.get((document.id, document.version))

    @hookimpl
    def resolve_recipient(self, party: Party):
        return self.archive.memory.recipients.get(party)

    @hookimpl
    def find_journal_entry(self, mark: str):
        return next((mark for notes in self.archive.notes.values() for note in notes if mark in note), None)

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str):
        case = dispatch.envelope.case.id
        if case in self.archive.closed:
            raise RuntimeError("409 the case is closed")
        self.archive.notes.setdefault(case, []).append(f"{dispatch.id} {mark}")
        if self.archive.losing:
            self.archive.losing = False
            raise TimeoutError("no answer")
        return mark

    @hookimpl
    def was_committed(self, key: str):
        return self.archive.memory.kept.get(key)

    @hookimpl
    def read_events(self, cursor: str):
        """Read fifty at a time, beginning two minutes before the cursor; in the order of their times."""
        since = NOON.fromisoformat(cursor) if cursor else None
        known = sorted(self.archive.log, key=lambda one: one.at)
        new = [one for one in known if since is None or one.at > since - timedelta(minutes=2)]
        page = new[:50]
        while len(page) < len(new) and since is not None and page[-1].at <= since:
            page = new[: len(page) + 50]
        end = page[-1].at.isoformat() if page else cursor
        return NewEvents(max(end, cursor), page, more=len(page) < len(new))


@attrs.define(eq=False)
class ArchiveBench:
    """Makes things happen in the archive."""

    archive: Archive = attrs.field(factory=Archive)
    vendor: type = Vendor
    count: int = 0

    def host(self) -> object:
        return self.vendor(self.archive)

    def document(self, content: bytes, name: str = "Afgørelse.pdf") -> Document:
        self.count += 1
        document = Document(f"d-{self.count}", "1", name)
        self.archive.memory.contents[document.id, "1"] = content
        return document

    def change(self, document: Document, content: bytes) -> Document:
        changed = attrs.evolve(document, version=str(int(document.version) + 1))
        self.archive.memory.contents[document.id, changed.version] = content
        return changed

    def spoil(self, document: Document) -> None:
        self.archive.spoilt.add(document.id)

    def case(self) -> Case:
        self.count += 1
        return Case(f"S-{self.count}")

    def party(self, case: Case) -> Party:
        self.count += 1
        return self.archive.memory.person(f"p-{self.count}", "0101901234")

    def entries(self, case: Case) -> Sequence[str]:
        return self.archive.notes.get(case.id, [])

    def lose_answer(self) -> None:
        self.archive.losing = True

    def close_case(self, case: Case) -> None:
        self.archive.closed.add(case.id)

    def open_case(self, case: Case) -> None:
        self.archive.closed.discard(case.id)

    def _happened(self, minutes: float) -> str:
        self.count += 1
        at = NOON + timedelta(minutes=minutes)
        event = DocumentFinalized(f"e-{self.count}", at, "teknik", Document(f"d-{self.count}", "1", "a.pdf"))
        self.archive.log.append(event)
        return event.id

    def happen(self, count: int) -> Sequence[str]:
        return [self._happened(len(self.archive.log)) for _ in range(count)]

    def happen_late(self) -> str:
        return self._happened(len(self.archive.log) - 1.5)

    def commit(self, key: str) -> None:
        self.archive.memory.kept[key] = True

    def roll_back(self, key: str) -> None:
        self.archive.memory.kept[key] = False


class TestArchive(HostSuite):
    """A host that does everything right."""

    @pytest.fixture
    def bench(self):
        return ArchiveBench()


class Plain:
    """A bench with what every system has, and nothing more."""

    def __init__(self):
        self._whole = ArchiveBench()
        for name in ("host", "document", "case", "party"):
            setattr(self, name, getattr(self._whole, name))


class TestPlainArchive(HostSuite):
    """Tests of what a system cannot do skip, and say what they miss."""

    @pytest.fixture
    def bench(self):
        return Plain()


# --- what hosts get wrong: for each a test of the suite must fail


class Newest(Vendor):
    """Answers with the newest version, whatever was asked for."""

    @hookimpl
    def read_document(self, document: Document):
        versions = [key for key in self.archive.memory.contents if key[0] == document.id]
        return self.archive.memory.contents[max(versions)] if versions else None


class Blind(Vendor):
    """Never finds what it wrote."""

    @hookimpl
    def find_journal_entry(self, mark: str):
        return None


class Forgetful(Vendor):
    """Reads from the newest stamp it has seen, and so misses what becomes visible late."""

    @hookimpl
    def read_events(self, cursor: str):
        known = sorted(self.archive.log, key=lambda one: one.at)
        new = [one for one in known if not cursor or one.at.isoformat() > cursor]
        return NewEvents(new[-1].at.isoformat() if new else cursor, new)


class Short(Vendor):
    """Says that there is nothing more after a page."""

    @hookimpl
    def read_events(self, cursor: str):
        return attrs.evolve(super().read_events(cursor), more=False)


class Careless(Vendor):
    """Says that nothing was kept where it does not know."""

    @hookimpl
    def was_committed(self, key: str):
        return self.archive.memory.kept.get(key, False)


class Cut(Vendor):
    """Gives the first ten megabytes."""

    @hookimpl
    def read_document(self, document: Document):
        content = super().read_document(document)
        return content and content[:10_000_000]


class Sharing(Vendor):
    """Keeps the last document in a place that all its objects see."""

    last: ClassVar[dict] = {}

    @hookimpl
    def read_document(self, document: Document):
        return self.last.setdefault(type(self), super().read_document(document))


class Obliging(Vendor):
    """Says who is on the case, and finds somebody for whomever it is asked for."""

    @hookimpl
    def find_parties(self, case: Case):
        return list(self.archive.memory.recipients)

    @hookimpl
    def resolve_recipient(self, party: Party):
        known = self.archive.memory.recipients
        return attrs.evolve(known.get(party) or next(iter(known.values())), party=party)


WRONG = [
    (Newest, "test_a_version_is_never_answered_with_another"),
    (Blind, "test_an_answer_that_is_lost_makes_no_second_entry"),
    (Forgetful, "test_what_becomes_visible_late_is_not_missed"),
    (Short, "test_what_happened_is_read_in_its_order"),
    (Careless, "test_while_nobody_knows_it_waits"),
    (Cut, "test_a_large_document_is_read_whole"),
    (Obliging, "test_a_party_nobody_knows_is_no_recipient"),
    (Sharing, "test_two_hosts_in_one_process_do_not_mix"),
]


@pytest.mark.parametrize(("vendor", "test"), WRONG, ids=[one.__name__ for one, _ in WRONG])
def test_a_host_that_gets_it_wrong_is_found_out(pytester, vendor, test):
    """The suite has teeth."""
    pytester.makepyfile(
        f"""
        import sys
        import pytest
        sys.path.insert(0, {str(__file__).rpartition("/")[0]!r})
        from test_host_suite import ArchiveBench, {vendor.__name__}
        from esdh_connect.testing.host import HostSuite

        class TestWrong(HostSuite):
            @pytest.fixture
            def bench(self):
                return ArchiveBench(vendor={vendor.__name__})
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q", "-k", test)
    result.assert_outcomes(failed=1, deselected=result.parseoutcomes()["deselected"])


pytest_plugins = ["pytester"]
