"""
Stedet: the disk the outbox's file lies on, and whether it can be trusted with it.

SQLite's promises stand on locks that hold and syncs that are kept. A network file system keeps neither for certain:
a lock may be another one on each machine, and a sync may end in somebody's memory. There a file outbox is refused;
several machines share one on a database server.
"""

from __future__ import annotations

import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path, PurePath, PureWindowsPath

from esdh_connect.errors import StoreError

__all__ = ["RESERVE", "RESERVE_SHARE", "network_of", "refuse_full", "refuse_network"]

#: So much stays free for what follows a commit: attempts, receipts and facts take about 6 KiB a letter, so it is
#: for some forty thousand letters under way. On a disk below 1 GiB it is a quarter.
RESERVE, RESERVE_SHARE = 256 * 1024 * 1024, 4
#: What a letter takes at most, in bytes of its files: in the database, and in the log beside it.
_TWICE = 2

#: The names Linux has for file systems whose disk is another machine's. Overlays, btrfs and the like are local.
_NETWORK = re.compile(
    r"nfs4?|cifs|smb\w*|ncpfs|afs|coda|9p|ceph|lustre|gpfs|beegfs|glusterfs|panfs|orangefs|pvfs2|vboxsf|prl_fs"
    r"|fuse\.(\w*ssh\w*|glusterfs|ceph\S*|s3\w*|\w*s3fs|gcsfuse|goofys|rclone|juicefs|\w*dav\w*|smb\w*|cifs|nfs\w*"
    r"|beegfs|lizardfs|mfs|moosefs|afp\w*|grpcfuse|osxfs|vmhgfs\S*|onedriver|google-drive\S*|blobfuse2?|curlftpfs)"
    r"|davfs2?|vmhgfs|fakeowner"
)
_MOUNTS = Path("/proc/self/mountinfo")


def network_of(path: PurePath, mounts: str) -> str:
    """
    Give the network file system an absolute path lies on; "" where it is none, or nobody can tell.

    ``mounts`` is what Linux says in ``/proc/self/mountinfo``. On Windows a share is known by its path; elsewhere
    nothing is known.
    """
    if isinstance(path, PureWindowsPath):
        is_share = re.match(r"\\\\(?![?.]\\)|\\\\\?\\UNC\\", str(path), re.IGNORECASE)
        return "a Windows share" if is_share else ""
    kind = _kind_of(path, mounts)
    return kind if _NETWORK.fullmatch(kind) else ""


def _kind_of(path: PurePath, mounts: str) -> str:
    """Give the type of the file system mounted nearest above the path; of two on one place, the later covers."""
    depth, kind = 0, ""
    for line in mounts.splitlines():
        mount, _, source = line.partition(" - ")
        with suppress(IndexError):  # not a line of the form we know
            point = PurePath(_unescaped(mount.split(" ")[4]))
            if path.is_relative_to(point) and len(point.parts) >= depth:
                depth, kind = len(point.parts), source.split(" ")[0]
    return kind


def _unescaped(point: str) -> str:
    """Linux writes blanks, tabs, line ends and backslashes as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)


def refuse_network(path: Path) -> None:
    """Raise StoreError where the file lies, or would lie, on a network file system."""
    kind = network_of(path, _mounts())
    if kind:
        raise StoreError(
            f"the outbox {path} lies on a network file system ({kind}), where neither locks nor syncs are sure: "
            "keep it on a disk of this machine, or in a database server",
            danish=f"udbakkens fil ligger på et netværksdrev ({kind}); den skal ligge på en disk i maskinen selv",
        )


def _mounts() -> str:
    if sys.platform != "linux":
        return ""
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def refuse_full(path: Path, size: int) -> None:
    """
    Raise StoreError where letters of ``size`` bytes would leave no room for what follows them.

    What is in the outbox must be sent, and what comes back be stored, also when the disk runs full: so new letters
    are refused first. A quota that the disk does not show is not seen here.
    """
    try:
        disk = shutil.disk_usage(path.parent)
    except OSError as error:
        raise StoreError(f"the folder of the outbox {path} cannot be reached: {error.strerror}") from error
    reserve = min(RESERVE, disk.total // RESERVE_SHARE)
    if disk.free < reserve + _TWICE * size:
        raise StoreError(
            f"the disk of the outbox {path} is nearly full: {disk.free} bytes are free, {reserve} of them are kept "
            f"for letters that are in it already, and {_TWICE * size} are needed",
            danish="der er ikke plads til flere breve på udbakkens disk. De breve, der er i den, bliver sendt. "
            "Sig det til driften",
        )
