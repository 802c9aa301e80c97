"""The small case system and its host plugin, in a whole installation with a channel that keeps what it gets."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Receipt, ReceiptEvent, Status
from esdh_connect.errors import Rejected
from esdh_connect.ids import Cvr
from esdh_connect.model import Document, Party, Sender
from esdh_connect.policy import PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeLetters
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_demo import proposing, seed
from esdh_connect_demo.host import EksempelEsdh
from esdh_connect_demo.municipality import SYSTEM, LifeCycle, Municipality, UnknownToUs

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CARPORT = "BYG-0114"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def esdh(clock: FakeClock) -> Municipality:
    esdh = Municipality((seed.TECHNICAL, seed.SERVICE, seed.CULTURE), clock)
    seed.furnish(esdh)
    return esdh


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def post(esdh: Municipality, channel: FakeChannel, clock: FakeClock) -> Connect:
    on = {seed.TECHNICAL: ("letters",), seed.SERVICE: ("letters", proposing.NAME)}
    changes = [
        PolicyChange(
            department,
            {"plugins": on[department], "channels": (channel.name,)} if department in on else {},
            "test",
            LONG_AGO,
            LONG_AGO,
        )
        for department in esdh.departments
    ]
    host = EksempelEsdh(esdh)
    post = Connect(
        outbox=MemoryOutbox(),
        seal=Seal(b"a secret of thirty-two bytes....."),
        changes=changes,
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        loaded={"letters": FakeLetters([channel]), proposing.NAME: proposing.EksempelForslag()},
        host=host,
        now=clock,
    )
    proposing.join(post, host)
    return post


@pytest.fixture
def drafted(post: Connect, esdh: Municipality) -> Sequence[Document]:
    for event in seed.drafts(esdh):
        post.tell(event)
    return [filed.document for filed in esdh.documents.values()]


def finalize(post: Connect, esdh: Municipality, *cases: str) -> None:
    for filed in tuple(esdh.documents.values()):
        if filed.case in cases:
            post.tell(esdh.finalize(filed.id))


def send(post: Connect, esdh: Municipality, case: str = CARPORT, key: str = "dialog-1") -> Entry:
    finalize(post, esdh, case)
    plan = post.plan(EksempelEsdh(esdh).wish(esdh.on_case(case)[0], seed.CITIZEN.id, key=key))
    return post.commit(plan, by="mkj").entries[0]


def delivered(entry: Entry, at: datetime) -> Receipt:
    return Receipt("r1", ReceiptEvent.DELIVERED, at, entry.message_uuid)


@pytest.mark.usefixtures("drafted")
def test_a_draft_cannot_be_sent_and_a_final_one_can(post: Connect, esdh: Municipality) -> None:
    """The action is there, with its reason, before it can be used."""
    letter = esdh.on_case(CARPORT)[0].document
    (before,) = post.actions(letter, actor="mkj", department=seed.TECHNICAL.id)
    finalize(post, esdh, CARPORT)
    (after,) = post.actions(letter, actor="mkj", department=seed.TECHNICAL.id)
    assert (before.enabled, after.enabled) == (False, True)
    assert before.reason


@pytest.mark.usefixtures("drafted")
def test_a_department_without_a_channel_is_offered_nothing(post: Connect, esdh: Municipality) -> None:
    """Off is off."""
    finalize(post, esdh, "KUL-0042")
    letter = esdh.on_case("KUL-0042")[0].document
    assert post.actions(letter, actor="aao", department=seed.CULTURE.id) == ()


@pytest.mark.usefixtures("drafted")
def test_the_letter_and_every_bilag_are_planned_in_the_order_of_the_case(post: Connect, esdh: Municipality) -> None:
    """What the case holds is what goes, each document in its place."""
    finalize(post, esdh, CARPORT)
    host = EksempelEsdh(esdh)
    (row,) = post.plan(host.wish(esdh.on_case(CARPORT)[0], seed.CITIZEN.id, key="k")).rows
    assert row.error is None
    assert row.manifest is not None
    assert [one.name for one in row.manifest.documents] == [filed.name for filed in esdh.on_case(CARPORT)]
    assert [one.placed_pages for one in row.manifest.documents] == [2, 1, 1, 2, 3]
    assert row.manifest.extent.files == 1


@pytest.mark.usefixtures("drafted")
def test_a_sent_letter_gets_one_note_that_grows(post: Connect, esdh: Municipality, clock: FakeClock) -> None:
    """Sent, then delivered: one note, however often the facts are told."""
    entry = send(post, esdh)
    post.deliver()
    clock.move(minutes=3)
    for _ in range(2):
        post.receive(delivered(entry, clock()))
        post.deliver()
    (note,) = esdh.notes.values()
    assert (note.case, note.dispatch) == (CARPORT, entry.id)
    assert [line.split(" ")[0] for line in note.lines[-1:]] == ["Leveret"]
    assert sum(line.startswith("Leveret") for line in note.lines) == 1
    assert "5 dokumenter, 9 sider, 1 fil" in note.lines
    assert note.lines[0].endswith("til Frida Mortensen med fake")
    assert "sendt" not in " ".join(note.lines)


@pytest.mark.usefixtures("drafted")
def test_a_note_names_who_approved_the_letter(post: Connect, esdh: Municipality, clock: FakeClock) -> None:
    """Beside who ordered it."""
    post.departments.change([PolicyChange(seed.TECHNICAL, {"approval": True}, "test", clock(), clock())])
    post.approve(send(post, esdh).id, by="lda")
    post.deliver()
    (note,) = esdh.notes.values()
    assert note.lines[1].endswith("af Mette Kjærgård (mkj)")
    assert note.lines[2].startswith("Godkendt ")
    assert note.lines[2].endswith("af Lone Dam (lda)")


@pytest.mark.usefixtures("drafted")
def test_a_note_is_found_by_its_mark(post: Connect, esdh: Municipality) -> None:
    """So that a repeated duty writes no second note."""
    send(post, esdh)
    post.deliver()
    (note,) = esdh.notes.values()
    host = EksempelEsdh(esdh)
    assert host.find_journal_entry(note.mark) == note.id
    assert host.find_journal_entry("another mark") is None


@pytest.mark.usefixtures("drafted")
def test_a_withdrawn_document_stops_its_letter_and_its_caseworker_is_told(
    post: Connect, esdh: Municipality, channel: FakeChannel
) -> None:
    """Nothing leaves, and who wrote it hears why."""
    entry = send(post, esdh)
    post.tell(esdh.withdraw(esdh.on_case(CARPORT)[0].id))
    post.deliver()
    assert post.entry(entry.id).status is Status.CANCELLED
    assert channel.sent == []
    assert [message.to for message in esdh.messages] == ["Mette Kjærgård"]
    assert esdh.notes == {}


@pytest.mark.usefixtures("drafted")
def test_a_letter_that_failed_is_told_to_its_caseworker(
    post: Connect, esdh: Municipality, channel: FakeChannel
) -> None:
    """Refused by the provider: a person must look."""
    channel.fail_with.append(Rejected("no", code="x", danish="adressen findes ikke"))
    send(post, esdh)
    post.deliver()
    (message,) = esdh.messages
    assert message.to == "Mette Kjærgård"
    assert "adressen findes ikke" in message.text


def test_a_document_lives_from_draft_through_versions_to_its_end(esdh: Municipality) -> None:
    """Every step is an event with the version it is about, and old versions stay readable."""
    created = esdh.file(CARPORT, "brev.pdf", "brev", b"one")
    changed = esdh.change(created.document.id, b"two")
    final = esdh.finalize(created.document.id)
    withdrawn = esdh.withdraw(created.document.id)
    assert [event.document.version for event in (created, changed, final, withdrawn)] == ["1", "2", "2", "2"]
    assert len({event.id for event in (created, changed, final, withdrawn)}) == 4
    assert (esdh.content(created.document), esdh.content(changed.document)) == (b"one", b"two")
    assert esdh.filed(created.document.id).life is LifeCycle.WITHDRAWN


def test_what_is_not_there_is_said_to_be_unknown(esdh: Municipality) -> None:
    """No empty document, no made-up party."""
    created = esdh.file(CARPORT, "brev.pdf", "brev", b"one")
    for asked in (
        lambda: esdh.content(Document(created.document.id, "2")),
        lambda: esdh.content(Document("x")),
        lambda: esdh.party("x"),
        lambda: esdh.case("x"),
    ):
        with pytest.raises(UnknownToUs):
            asked()


def test_parties_of_another_system_are_left_to_others(esdh: Municipality) -> None:
    """The host answers for its own."""
    host = EksempelEsdh(esdh)
    assert host.resolve_recipient(Party(seed.CITIZEN.id, "another")) is None
    assert host.resolve_recipient(Party(seed.CITIZEN.id, SYSTEM)) == seed.CITIZEN.recipient


def test_no_value_shows_who_somebody_is(esdh: Municipality) -> None:
    """Names, addresses and numbers stay out of what a log would show."""
    shown = repr([*esdh.parties.values(), *esdh.cases.values()])
    for secret in ("Frida", "Solsikkevej", "1212121212"):
        assert secret not in shown
