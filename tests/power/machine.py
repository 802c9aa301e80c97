"""A machine with an outbox: it is started, works and is stopped, and now and then its power goes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

import attrs
from sqlalchemy import create_engine, event, text

from esdh_connect.dispatch import Entry, ReceiptEvent
from esdh_connect.errors import EsdhConnectError
from esdh_connect.outbox import Draft, UnknownDispatch
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import make_durable
from esdh_connect.testing.letters import draft, receipt
from esdh_connect.testing.outbox.happenings import accept, add, claim, received
from tests.power import driver
from tests.power.disk import Disk

SEAL = Seal(b"a secret of at least thirty-two bytes")
NAME = "outbox.db"
LETTERS = 4  # that are committed between a start and a stop
CUT = 0.02  # how likely the power goes before something is written
AFRESH = 0.25  # how likely the next start is on an empty disk


@attrs.frozen
class Mode:
    """How SQLite writes, and whether the disk may forget names until the folder is synced."""

    journal: str
    synchronous: str = "FULL"
    forgets_names: bool = True

    def __str__(self) -> str:
        return f"{self.journal}+{self.synchronous}" + ("" if self.forgets_names else ", names kept")


@attrs.define
class Found:
    """What was found after all the cuts. A thing is a letter, an attempt or a receipt that was said to be stored."""

    cuts: int = 0
    told: int = 0
    lost: int = 0
    cuts_with_loss: int = 0
    damaged: list[str] = attrs.field(factory=list)

    def __str__(self) -> str:
        said = f"{self.cuts} cuts, {self.told} things acknowledged before them"
        return f"{said}; {self.lost} lost in {self.cuts_with_loss} cuts, {len(self.damaged)} times damaged"


def opened(disk: Disk, mode: Mode) -> Store:
    """A store on this disk, with a small log: a checkpoint shall be under way when the power goes."""
    engine = create_engine(f"sqlite:///{disk.folder / NAME}", module=driver, connect_args={"vfs": disk.name})
    make_durable(engine, mode.journal)

    @event.listens_for(engine, "connect")
    def tune(connection: driver.Connection, _: object) -> None:
        for pragma in (f"synchronous={mode.synchronous}", "wal_autocheckpoint=20"):
            connection.cursor().execute(f"PRAGMA {pragma}")

    return Store(engine, SEAL, shared=False)


@attrs.define
class Machine:
    """One in a mode; what it does is decided by ``random`` alone."""

    folder: Path
    mode: Mode
    random: Random
    found: Found = attrs.field(factory=Found)
    drafts: dict[str, Draft] = attrs.field(factory=dict)
    _numbers: Iterator[int] = attrs.field(factory=count)

    def run(self, cuts: int) -> Found:
        """Start on what the last cut left, or on nothing, until there were enough cuts."""
        left: dict[str, bytes] = {}
        known: Sequence[Entry] = ()
        while self.found.cuts < cuts:
            disk, told = self.live(self.laid(left))
            for acknowledged, left_here in disk.cuts[: cuts - self.found.cuts]:
                left, after = left_here, self.inspect(left_here, [*known, *told[:acknowledged]])
            known = after if disk.cuts else ()
            if not disk.cuts or self.found.damaged or self.random.random() < AFRESH:
                left, known = {}, ()
        return self.found

    def laid(self, files: Mapping[str, bytes]) -> Path:
        """Lay the files into a new folder."""
        folder = Path(mkdtemp(dir=self.folder))
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    def live(self, folder: Path) -> tuple[Disk, list[Entry]]:
        """Start, work, stop; give the disk, and every entry as it was when the store had said that it is stored."""
        disk = Disk(folder, self.random, cut=CUT, forgets_names=self.mode.forgets_names)
        told: list[Entry] = []
        store = opened(disk, self.mode)
        for entry in self.work(store):
            told.append(entry)
            disk.acknowledged = len(told)
        store.close()
        disk.unregister()
        rmtree(folder)
        return disk, told

    def work(self, store: Store) -> Iterator[Entry]:
        """Letters are committed, sent and delivered."""
        for _ in range(LETTERS):
            add(store, one := self.draft())
            yield one.entry
            sent = claim(store).entry
            yield sent
            yield store.change(sent.id, accept(sent))
            delivered = store.receive(receipt(sent, ReceiptEvent.DELIVERED), received)
            assert delivered is not None
            yield delivered

    def draft(self) -> Draft:
        """The next letter, in one page of the database or in several."""
        content = self.random.randbytes(self.random.choice((100, 3_000, 12_000)))
        made = draft(str(next(self._numbers)), contents=[content])
        self.drafts[made.entry.id] = made
        return made

    def inspect(self, files: Mapping[str, bytes], told: Sequence[Entry]) -> Sequence[Entry]:
        """Open what a cut left with the SQLite that programs have; count what is missing, and give what is there."""
        folder = self.laid(files)
        self.found.cuts += 1
        self.found.told += len(told)
        try:
            stored = self.read(Store.open(folder / NAME, SEAL))
        except (EsdhConnectError, UnknownDispatch) as error:  # unknown where it is in the table and not in its index
            self.found.damaged.append(str(error))
            stored = {}
        rmtree(folder)
        lost = sum(not is_there(entry, stored) for entry in told)
        self.found.lost += lost
        self.found.cuts_with_loss += bool(lost)
        return list(stored.values())

    def read(self, store: Store) -> dict[str, Entry]:
        """Everything that is there, and whole: a letter has its contents, its key and its fact, or it is damage."""
        with store.transaction() as connection:
            answer = connection.scalar(text("PRAGMA integrity_check"))
            facts = text("SELECT dispatch FROM esdh_connect_fact WHERE name = 'dispatch_committed'")
            committed = sorted(connection.scalars(facts))
        entries = {entry.id: entry for entry in store.entries(limit=10_000)}
        whole = all(store.dispatch(id_).envelope == self.drafts[id_].envelope for id_ in entries)
        store.close()
        if answer != "ok" or committed != sorted(entries) or not whole:
            self.found.damaged.append(f"{answer}, {len(entries)} letters, {len(committed)} facts")
        return entries


def is_there(told: Entry, stored: Mapping[str, Entry]) -> bool:
    """Everything of the entry is stored; more may be, of what was under way when the power went."""
    now = stored.get(told.id)
    if now is None or now.receipts[: len(told.receipts)] != told.receipts or len(now.attempts) < len(told.attempts):
        return False
    pairs = zip(told.attempts, now.attempts, strict=False)
    return all(was.transaction_id == one.transaction_id and was.outcome in {None, one.outcome} for was, one in pairs)
