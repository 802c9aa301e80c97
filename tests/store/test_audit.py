"""The audit log: who did what, when; and that nobody changes it unseen."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esdh_connect import deeds
from esdh_connect.dispatch import Act, Deed, Entry, ReceiptEvent, Work
from esdh_connect.events import DocumentFinalized
from esdh_connect.outbox import Change, FaultKind, Head, Proposal
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import NOON, POLICY, draft, receipt, request, seen
from esdh_connect.testing.outbox.happenings import accept, add, cancel, claim, fail, received, reject

SEAL = Seal(b"a secret of at least thirty-two bytes")
TABLE = "esdh_connect_audit"


def solve(entry: Entry) -> Change | None:
    return deeds.solved(entry, Act(Deed.SOLVED, "ulla.leder", NOON, "ringet op"))


def live(store: Store) -> None:
    """Letters in all states, a proposal, and a letter that was erased."""
    add(store, *[draft(str(number)) for number in range(6)])
    sent = claim(store).entry
    store.change(sent.id, accept(sent))
    store.receive(receipt(sent, ReceiptEvent.DELIVERED), received)
    store.duty_postponed(sent.id, NOON, "no case", begun=True)
    store.duty_done(sent.id, "journal-7")
    failed = claim(store).entry
    store.change(failed.id, reject())
    store.change(failed.id, solve)
    store.change(claim(store).id, fail())
    store.change(draft("3").entry.id, cancel("borgeren ringede"))
    event = seen(DocumentFinalized)
    store.tell(event, POLICY)
    store.treated(event, [Proposal("forslag", event.id, request(), NOON)])
    store.close_proposal("forslag", by="ulla.leder", why="unødvendigt")
    store.erase(draft("3").entry.id, by="ulla.leder", why="bedt om det")


# --- what it tells


def test_every_act_and_transition_is_a_line(store: Store) -> None:
    """With what became of the letter, in the order it happened."""
    live(store)
    told = [(line.what, line.about, line.work) for line in store.audit.of(draft("0").entry.id)]
    attempt = str(store.entry(draft("0").entry.id).attempts[0].transaction_id)
    delivered = receipt(draft("0").entry, ReceiptEvent.DELIVERED).id
    assert told == [
        ("committed", str(draft("0").entry.message_uuid), Work.READY),
        ("work ready->sending", attempt, Work.SENDING),
        ("receipt accepted", receipt(draft("0").entry).id, Work.HANDED_OVER),
        ("work sending->handed_over", attempt, Work.HANDED_OVER),
        ("receipt delivered", delivered, Work.CLOSED),
        ("work handed_over->closed", "", Work.CLOSED),
        ("duty postponed", "", Work.CLOSED),
        ("duty done", "journal-7", Work.CLOSED),
    ]


def test_it_tells_who_and_why(store: Store) -> None:
    """Who committed it, what people did, and why it was stopped."""
    live(store)
    first, *_, solved = store.audit.of(draft("1").entry.id)
    assert (first.by, first.why) == ("bo.sagsbehandler", "")
    assert (solved.what, solved.by, solved.why) == ("deed solved", "ulla.leder", "ringet op")
    (proposal,) = store.audit.of("")
    assert (proposal.what, proposal.by, proposal.why) == ("proposal closed", "ulla.leder", "unødvendigt")


def test_an_erased_letter_leaves_its_lines_and_who_erased_it(store: Store) -> None:
    """The chain stays whole; who committed it, and why it was stopped, is gone."""
    live(store)
    store.link_audit()
    lines = store.audit.of(draft("3").entry.id)
    assert [(line.what, line.by, line.why) for line in lines] == [
        ("committed", "", ""),
        ("work ready->cancelled", "", ""),
        ("erased", "ulla.leder", "bedt om det"),
    ]
    assert store.audit.verify().is_whole


def test_a_line_is_written_with_what_it_tells_of_or_not_at_all(store: Store) -> None:
    """What is undone is in no log."""
    add(store, draft("1"))

    def undone(entry: Entry) -> Change | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.change(draft("1").entry.id, undone)
    assert [line.what for line in store.audit.of(draft("1").entry.id)] == ["committed"]


def test_the_clock_of_the_store_tells_when(path: Path) -> None:
    """Times of providers stand in their receipts; the log has ours."""
    now = [NOON]
    store = Store.open(path, SEAL, now=lambda: now[0])
    add(store, draft("1"))
    now[0] += timedelta(days=2)
    store.change(draft("1").entry.id, cancel())
    at: list[datetime] = [line.at for line in store.audit.of(draft("1").entry.id)]
    assert at == [NOON, NOON + timedelta(days=2)]
    store.close()


# --- the chain


def test_lines_get_their_place_in_the_order_they_were_written(store: Store) -> None:
    """Once; and a log with nothing new costs a look."""
    live(store)
    waiting = store.audit.verify()
    assert (waiting.linked, waiting.is_whole) == (0, True)
    assert store.link_audit() == waiting.waiting
    assert store.link_audit() == 0
    checked = store.audit.verify()
    assert (checked.linked, checked.waiting, checked.is_whole) == (waiting.waiting, 0, True)
    assert checked.head == store.audit.head()
    positions = [line.position or 0 for line in store.audit.of(draft("0").entry.id)]
    assert positions == sorted(set(positions) - {0})


def test_few_lines_can_wait(store: Store) -> None:
    """So that a worker that is busy does not write to the disk for each."""
    add(store, draft("1"))
    assert store.link_audit(at_least=2) == 0
    assert store.link_audit(at_least=1) == 1


def test_a_head_reads_as_it_is_written() -> None:
    """And what is none is refused."""
    head = Head(12, "ab" * 32)
    assert Head.parse(f" {head}\n") == head
    for wrong in ("", "x:y", "12:abcd", "12"):
        with pytest.raises(ValueError, match=r"POSITION:LINK|hexadecimal"):
            Head.parse(wrong)


# --- what is found


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with a chain, and some lines that have no place in it yet."""
    path = tmp_path_factory.mktemp("audit") / "outbox.db"
    store = Store.open(path, SEAL)
    live(store)
    store.link_audit()
    add(store, draft("late"))
    store.change(claim(store).id, fail())
    store.change(draft("late").entry.id, cancel())
    store.close()
    return path


@pytest.fixture
def tampered(lived: Path, tmp_path: Path) -> Callable[..., tuple[Path, sqlite3.Connection]]:
    """A copy of it, open to whoever has the file."""

    def opened() -> tuple[Path, sqlite3.Connection]:
        copy = tmp_path / "outbox.db"
        shutil.copy(lived, copy)
        return copy, sqlite3.connect(copy, isolation_level=None)

    return opened


def kind_of(path: Path, expect: Head | None = None) -> FaultKind | None:
    store = Store.open(path, SEAL)
    fault = store.audit.verify(expect).fault
    store.close()
    return fault.kind if fault else None


COLUMNS = ("position", "link", "mac", "dispatch", "number", "at", "what", "about", "work", "private")
NEW = {
    "position": "COALESCE(position, 0) + 1000",
    "link": "X'00'",
    "mac": f"X'{'00' * 32}'",
    "dispatch": "dispatch || '-'",
    "number": "number + 100",
    "at": "'2026-01-01T00:00:00.000000Z'",
    "what": "what || '!'",
    "about": "about || '!'",
    "work": "CASE work WHEN 'held' THEN 'closed' ELSE 'held' END",
    "private": "X'00'",
}


def rows(connection: sqlite3.Connection) -> list[tuple[int, int | None]]:
    return connection.execute(f"SELECT seq, position FROM {TABLE} ORDER BY seq").fetchall()  # noqa: S608


def flip(connection: sqlite3.Connection, seq: int, column: str) -> None:
    connection.execute(f"UPDATE {TABLE} SET {column} = {NEW[column]} WHERE seq = ?", [seq])  # noqa: S608


def exchange(connection: sqlite3.Connection, one: int, other: int, columns: tuple[str, ...]) -> None:
    """Let two lines change places, or contents."""
    names = ", ".join(columns)
    read = f"SELECT {names} FROM {TABLE} WHERE seq = ?"  # noqa: S608
    first, second = (connection.execute(read, [seq]).fetchone() for seq in (one, other))
    write = f"UPDATE {TABLE} SET {', '.join(f'{name} = ?' for name in columns)} WHERE seq = ?"  # noqa: S608
    out_of_the_way = [
        {"position": None, "number": -1}.get(name, value) for name, value in zip(columns, first, strict=True)
    ]
    connection.execute("BEGIN")
    connection.execute(write, [*out_of_the_way, one])
    connection.execute(write, [*first, other])
    connection.execute(write, [*second, one])
    connection.execute("COMMIT")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(data=st.data())
def test_any_line_that_is_changed_is_found(
    tampered: Callable[..., tuple[Path, sqlite3.Connection]], data: st.DataObject
) -> None:
    """Flipped in any column, taken out, put in, exchanged with another, or cut off at the end."""
    path, connection = tampered()
    known = rows(connection)
    head = Store.open(path, SEAL).audit.head()
    what = data.draw(st.sampled_from(["flip", "delete", "insert", "contents", "places", "truncate", "unlink"]))
    (one, place), (other, other_place) = data.draw(
        st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True)
    )
    match what:
        case "flip":
            flip(connection, one, data.draw(st.sampled_from(COLUMNS)))
        case "delete":
            connection.execute(f"DELETE FROM {TABLE} WHERE seq = ?", [one])  # noqa: S608
        case "insert":
            names = ", ".join(name for name in COLUMNS if name not in ("position", "number"))
            connection.execute(
                f"INSERT INTO {TABLE} (position, number, {names}) SELECT NULL, number + 50, {names} FROM {TABLE} "  # noqa: S608
                "WHERE seq = ?",
                [one],
            )
        case "contents":
            exchange(connection, one, other, ("mac", "dispatch", "number", "at", "what", "about", "work", "private"))
        case "places":
            exchange(connection, one, other, ("position", "link"))
        case "truncate":
            connection.execute(f"DELETE FROM {TABLE} WHERE seq >= ?", [one])  # noqa: S608
        case "unlink":
            connection.execute(f"UPDATE {TABLE} SET position = NULL, link = NULL WHERE seq = ?", [one])  # noqa: S608
    connection.close()
    harmless = (
        (what == "contents" and place is None and other_place is None)  # they have no place yet: nothing has changed
        or (what == "places" and place is None and other_place is None)
        or (what == "unlink" and place is None)
    )
    assert (kind_of(path, head) is None) == harmless


def test_a_log_that_nobody_touched_is_whole(lived: Path) -> None:
    """With what waits for its place."""
    store = Store.open(lived, SEAL)
    checked = store.audit.verify()
    assert checked.is_whole
    assert checked.waiting == 4
    store.close()


def test_the_first_line_that_is_wrong_is_named(tampered: Callable[..., tuple[Path, sqlite3.Connection]]) -> None:
    """With its place, its letter, and what is wrong with it."""
    path, connection = tampered()
    connection.execute(f"UPDATE {TABLE} SET what = 'deed approved' WHERE position IN (5, 9)")  # noqa: S608
    connection.close()
    store = Store.open(path, SEAL)
    fault = store.audit.verify().fault
    assert fault is not None
    assert (fault.kind, fault.position, bool(fault.dispatch)) == (FaultKind.CHANGED, 5, True)
    store.close()


def test_what_was_cut_off_with_all_its_traces_is_found_by_a_head_kept_elsewhere(
    tampered: Callable[..., tuple[Path, sqlite3.Connection]],
) -> None:
    """Whoever takes a letter out whole leaves a log that is whole by itself."""
    path, connection = tampered()
    store = Store.open(path, SEAL)
    store.link_audit()
    head = store.audit.head()
    store.close()
    last = connection.execute(f"SELECT dispatch, number FROM {TABLE} WHERE position = {head.position}").fetchone()  # noqa: S608
    connection.execute(f"DELETE FROM {TABLE} WHERE position = {head.position}")  # noqa: S608
    before = connection.execute(f"SELECT work FROM {TABLE} WHERE dispatch = ? AND number = ?", [last[0], last[1] - 1])  # noqa: S608
    values = [last[1], before.fetchone()[0], last[0]]
    connection.execute("UPDATE esdh_connect_dispatch SET audited = ?, work = ? WHERE id = ?", values)
    connection.close()
    assert kind_of(path) is None
    assert kind_of(path, head) is FaultKind.CUT_OFF


def test_a_letter_that_was_moved_by_hand_is_found(tampered: Callable[..., tuple[Path, sqlite3.Connection]]) -> None:
    """Whoever sets a letter to be sent again without us leaves it in a state that no line tells of."""
    path, connection = tampered()
    connection.execute("UPDATE esdh_connect_dispatch SET work = 'ready' WHERE id = ?", [draft("0").entry.id])
    connection.close()
    assert kind_of(path) is FaultKind.OTHER_STATE


def test_another_key_fits_no_line(lived: Path, tmp_path: Path) -> None:
    """Who has not the installation secret can write no line that passes."""
    other = Store.open(tmp_path / "other.db", Seal(b"another secret of at least thirty-two bytes"))
    add(other, draft("1"))
    other.link_audit()
    other.close()
    copy = tmp_path / "outbox.db"
    shutil.copy(lived, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("ATTACH ? AS other", [str(tmp_path / "other.db")])
        connection.execute(f"DELETE FROM {TABLE}")  # noqa: S608
        connection.execute(f"INSERT INTO {TABLE} SELECT * FROM other.{TABLE}")  # noqa: S608
    connection.close()
    assert kind_of(copy) is FaultKind.CHANGED
