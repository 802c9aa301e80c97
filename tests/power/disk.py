"""
A disk that can lose its power at any write, below SQLite.

The operating system may write in any order and keeps what it will until it is told to sync. So what a power cut leaves
is what was synced, and any sectors of what was not; a sector it was at may be rubbish. Names are written like
anything else: a file that was deleted may be back, and one that was made may be missing, until the folder is synced.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import apsw
import attrs

SECTOR = 512
RUBBISH = 0.05
#: Files whose folder SQLite's own VFS syncs with them: those a recovery looks for by name.
JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_SUPER_JOURNAL


def sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    """The pieces of a write that lie in one sector each."""
    start = 0
    while start < len(data):
        size = min(SECTOR - (offset + start) % SECTOR, len(data) - start)
        yield offset + start, data[start : start + size]
        start += size


@attrs.define(eq=False)
class Platter:
    """One file: what is surely on the disk, and what was done to it since, in order. A number cuts it to that size."""

    synced: bytearray = attrs.field(factory=bytearray)
    since: list[tuple[int, bytes] | int] = attrs.field(factory=list)
    named: bool = False

    def sync(self) -> None:
        for change in self.since:
            change_to(self.synced, change)
        self.since.clear()

    def after_a_cut(self, random: Random) -> bytes:
        left, keep = bytearray(self.synced), random.choice((0.0, 0.3, 0.7, 0.95, 1.0))
        for change in self.since:
            if isinstance(change, int):
                if random.random() < keep:
                    change_to(left, change)
                continue
            for offset, piece in sectors(*change):
                if random.random() < keep:
                    change_to(left, (offset, piece))
                elif random.random() < RUBBISH:
                    change_to(left, (offset, random.randbytes(len(piece))))
        return bytes(left)


def change_to(content: bytearray, change: tuple[int, bytes] | int) -> None:
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
    else:
        offset, data = change
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """
    Real files through the real VFS, remembered a second time as a disk would have them.

    ``cut`` is how likely the power goes before a change. Life goes on here all the same: what each cut left is kept
    in ``cuts``, beside how many things had been acknowledged by then.
    """

    def __init__(self, folder: Path, random: Random, *, cut: float, forgets_names: bool) -> None:
        super().__init__(f"disk-{id(self)}", "")
        self.name, self.folder, self.random = f"disk-{id(self)}", folder, random
        self.cut, self.forgets_names = cut, forgets_names
        self.files = {str(path): Platter(bytearray(path.read_bytes()), named=True) for path in folder.iterdir()}
        self.deleted: dict[str, Platter] = {}
        self.acknowledged = 0
        self.cuts: list[tuple[int, dict[str, bytes]]] = []

    def changing(self) -> None:
        """Perhaps the power goes now."""
        if self.random.random() < self.cut:
            self.cuts.append((self.acknowledged, dict(self.after_a_cut())))

    def after_a_cut(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted({*self.files, *self.deleted}):
            now, before = self.files.get(name), self.deleted.get(name)
            found = now if now is not None and now.named else self.random.choice((now, before))
            if found is not None:
                yield Path(name).name, found.after_a_cut(self.random)

    def sync_names(self) -> None:
        self.deleted.clear()
        for file in self.files.values():
            file.named = True

    def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return DiskFile(self, path, name, flags) if path else apsw.VFSFile("", None, flags)

    def xDelete(self, path: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(path, False)
        self.changing()
        gone = self.files.pop(path)
        if gone.named:
            self.deleted[path] = gone
        if syncdir or not self.forgets_names:
            self.sync_names()


class DiskFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, disk: Disk, path: str, name: object, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.disk = disk
        self.platter = disk.files.setdefault(path, Platter(named=not disk.forgets_names))
        self.with_name = bool(flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & JOURNALS)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.changing()
        self.platter.since.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.changing()
        self.platter.since.append(size)
        super().xTruncate(size)

    def xSync(self, _: int) -> None:  # noqa: N802
        """The real disk need not wait: its power stays on."""
        self.disk.changing()
        self.platter.sync()
        if self.with_name:
            self.disk.sync_names()
            self.with_name = False
