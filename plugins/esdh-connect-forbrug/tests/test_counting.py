"""Each event counts once, whatever happens while it is told; DuckDB, which keeps them all, comes to the same."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import attrs
import pytest
from counted.judge import Judge
from counted.streams import ENDS, TREE, Told, Town, streams
from hypothesis import given, settings
from hypothesis import strategies as st

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug.counting import Counting
from esdh_connect_forbrug.figures import FEWEST, Month, Use

SEAL = Seal(b"a secret of thirty-two bytes.....")
_DAYS = "SELECT day, department, figure, name, count FROM esdh_connect_forbrug_day ORDER BY 1, 2, 3, 4"


@pytest.mark.slow  # two databases are made for each stream
@given(streams())
@settings(deadline=None, max_examples=40)
def test_what_is_counted_is_what_duckdb_counts(stream: list[Told]) -> None:
    """With repeats and in any order, day by day in Denmark; and as much where many are counted in one transaction."""
    town, other = Town.found(), Town.found()
    town.hear(*stream)
    counted = Counting(other.post.store, 400).count_all((one.usage, one.actor) for one in stream)
    assert counted == len({one.usage.id for one in stream})
    assert other.rows(_DAYS) == town.rows(_DAYS)
    firsts = list({one.usage.id: one for one in reversed(stream)}.values())
    assert town.rows(_DAYS) == Judge(firsts).days()


@pytest.mark.slow  # two databases are made for each stream
@given(streams(120))
@settings(deadline=None, max_examples=30)
def test_what_is_published_is_what_duckdb_counts(stream: list[Told]) -> None:
    """Each cell is what its departments have together, with each person in it once, and only few are withheld."""
    town = Town.found()
    town.hear(*stream)
    town.clock.move(days=60)
    town.plugin.erase_expired()
    judge = Judge({one.usage.id: one for one in reversed(stream)}.values())
    for month in Month(2026, 1).until(Month(2026, 4)):
        its = month.first_day, month.next.first_day
        cells = Use(town.post).published(month, month)
        for cell in cells:
            assert cell.figures == judge.month(*its, cell.departments)
            assert cell.figures.active >= FEWEST
        missing = sorted(set(TREE) - {name for cell in cells for name in cell.departments})
        assert judge.month(*its, missing).active < FEWEST


def _sent(at: datetime, department: str = "byg", **what: object) -> Usage:
    return attrs.evolve(Usage(uuid4(), UsageKind.SENT, department, at, "digital_post", 3, 1, 7, 1000), **what)


def test_an_event_told_twice_counts_once_on_every_store(outbox: Outbox) -> None:
    """Also when somebody else is said to have done it the second time."""
    town = Town.found(outbox)
    event = _sent(ENDS)
    town.hear(Told(event, "bo"), Told(event, "bo"), Told(event, "ida"))
    assert [row[2:] for row in town.rows(_DAYS)] == [
        ("documents", "", 3),
        ("files", "", 1),
        ("pages", "", 7),
        ("plugins", "", 1),
        ("sent", "digital_post", 1),
        ("size", "", 1000),
    ]
    assert town.rows("SELECT count(*) FROM esdh_connect_forbrug_active") == [(1,)]


def test_a_pseudonym_tells_nobody_and_is_gone_when_the_month_closes(outbox: Outbox) -> None:
    """The same person has one in a month and another in the next; key and pseudonyms are deleted with the month."""
    town = Town.found(outbox, at=datetime(2026, 3, 10, 12, tzinfo=UTC))
    town.hear(Told(_sent(town.clock()), "bo"), Told(_sent(town.clock(), "vej"), "bo"))
    town.clock.move(days=30)
    town.hear(Told(_sent(town.clock()), "bo"))
    march, april = (
        {who for month, who in town.rows("SELECT month, who FROM esdh_connect_forbrug_active") if month == its}
        for its in ("2026-03", "2026-04")
    )
    assert len(march) == len(april) == 1
    assert march != april
    assert not any("bo" in str(who) for who in march | april)
    town.plugin.erase_expired()
    assert town.rows("SELECT month, key IS NULL FROM esdh_connect_forbrug_month ORDER BY 1") in (
        [("2026-03", 1), ("2026-04", 0)],
        [("2026-03", True), ("2026-04", False)],
    )
    assert {who for (who,) in town.rows("SELECT who FROM esdh_connect_forbrug_active")} == april


def test_what_comes_too_late_to_be_known_does_not_count(outbox: Outbox) -> None:
    """Nobody can tell any more whether it was counted; one that is a day younger counts."""
    town = Town.found(outbox, days=30)
    town.hear(Told(_sent(ENDS - timedelta(days=31)), "bo"))
    assert town.rows(_DAYS) == []
    town.hear(Told(_sent(ENDS - timedelta(days=30)), "bo"))
    assert len(town.rows(_DAYS)) == 6


@given(st.data())
@settings(deadline=None, max_examples=50)
def test_nothing_counts_twice_however_late_it_is_told_again(data: st.DataObject) -> None:
    """Days are erased and clocks put back a little, but an event that was forgotten is one that is refused."""
    town = Town.found(days=30)
    events = [_sent(ENDS - timedelta(days=at)) for at in range(5)]
    for _ in range(data.draw(st.integers(1, 12))):
        town.clock.move(days=data.draw(st.sampled_from([0, 1, 9, 25, 40, -5])))
        town.hear(*(Told(one, "bo") for one in data.draw(st.permutations(events))))
        town.plugin.erase_expired()
    (counted,) = town.rows("SELECT coalesce(sum(count), 0) FROM esdh_connect_forbrug_day WHERE figure = 'sent'")
    assert int(str(counted[0])) <= len(events)


def test_several_count_and_one_closes_at_the_same_time(outbox: Outbox) -> None:
    """
    Each event is in the month that closes, or in the one after it; none is in both, and none is lost.

    What is published of a month is all that is counted in it, or nothing where too few were active.
    """
    town = Town.found(outbox, at=datetime(2026, 4, 6, 12, tzinfo=UTC))
    at = datetime(2026, 3, 31, 12, tzinfo=UTC)
    parts = [[Told(_sent(at), f"user{worker}") for _ in range(30)] for worker in range(6)]
    town.hear(parts[0][0])
    with ThreadPoolExecutor(7) as pool:
        heard = [pool.submit(town.hear, *part) for part in parts]
        closed = pool.submit(town.plugin.erase_expired)
        for one in (*heard, closed):
            one.result()
    town.clock.move(days=60)
    town.plugin.erase_expired()
    query = "SELECT substr(day, 1, 7), sum(count) FROM esdh_connect_forbrug_day WHERE figure = 'sent' GROUP BY 1"
    counted = {str(month): int(str(letters)) for month, letters in town.rows(query)}
    assert sum(counted.values()) == sum(map(len, parts))
    for month in (Month(2026, 3), Month(2026, 4)):
        published = sum(cell.figures.letters for cell in Use(town.post).published(month, month))
        assert published in {0, counted.get(str(month), 0)}


_COUNTER = """
import sys
from pathlib import Path
from esdh_connect.store import Store
sys.path.insert(0, sys.argv[2])
from counted.streams import Town
from test_counting import SEAL, killed_stream
town = Town.found(Store.open(Path(sys.argv[1]), SEAL))
for told in killed_stream():
    town.hear(told)
    print(told.usage.id, flush=True)
print("done", flush=True)
"""


def killed_stream() -> list[Told]:
    """Give the same stream in each process."""
    return [
        Told(_sent(ENDS - timedelta(hours=at), department, id=UUID(int=at)), f"user{at % 7}")
        for at in range(160)
        for department in (("byg", "vej")[at % 2],)
    ]


@pytest.mark.slow  # programs are started and killed
def test_killed_between_the_store_and_the_answer_it_counts_once(tmp_path: Path) -> None:
    """A process is killed again and again while it counts, and told everything anew; DuckDB comes to the same."""
    file, here = tmp_path / "outbox.db", str(Path(__file__).parent)
    kills, line = 0, ""
    while line != "done\n":
        command = [sys.executable, "-c", _COUNTER, str(file), here]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            *_, line = islice(process.stdout, 32 * (kills + 1))
            if line != "done\n":
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
    assert kills >= 4
    town = Town.found(Store.open(file, SEAL))
    assert town.rows(_DAYS) == Judge(killed_stream()).days()
    town.post.close()
