"""Where the file may lie: on a disk of this machine, that is told to keep what it acknowledged."""

import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from sqlalchemy import create_engine, event

from esdh_connect.errors import StoreError
from esdh_connect.seal import Seal
from esdh_connect.store import Store, place
from esdh_connect.store.place import network_of
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

SERVER = """\
22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid shared:2 - proc proc rw
30 22 0:28 / /tmp rw shared:9 - tmpfs tmpfs rw,size=1024k
31 22 0:31 /@data /srv/btrfs rw - btrfs /dev/vdb rw,subvol=/@data
40 22 0:50 / /srv/data rw,relatime shared:20 - nfs4 filer:/vol/data rw,vers=4.2
41 40 253:2 / /srv/data/local rw,relatime - xfs /dev/vdc rw
42 22 0:51 / /mnt/to\\040dep\\134otes rw - cifs //filer/deling rw,vers=3.1.1
43 22 0:52 / /home/bo/fjern rw - fuse.sshfs bo@host: rw
44 22 0:53 / /srv/samlet rw - fuse.mergerfs a:b rw
45 22 0:54 / /srv/twice rw - ext4 /dev/vdd rw
46 22 0:55 / /srv/twice rw - nfs filer:/vol/twice rw
something that is no line of it
"""
CONTAINER = """\
600 500 0:90 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/c
601 600 0:91 / /dev rw - tmpfs tmpfs rw
602 600 253:0 /var/lib/volumes/x/_data /data rw - ext4 /dev/vda1 rw
603 600 0:92 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs
"""


@pytest.mark.parametrize(
    ("path", "mounts", "network"),
    [
        ("/var/lib/esdh/outbox.db", SERVER, ""),
        ("/tmp/outbox.db", SERVER, ""),  # noqa: S108
        ("/srv/btrfs/outbox.db", SERVER, ""),
        ("/srv/data/esdh/outbox.db", SERVER, "nfs4"),
        ("/srv/data/local/outbox.db", SERVER, ""),
        ("/srv/data-of-ours/outbox.db", SERVER, ""),
        ("/mnt/to dep\\otes/outbox.db", SERVER, "cifs"),
        ("/home/bo/fjern/outbox.db", SERVER, "fuse.sshfs"),
        ("/srv/samlet/outbox.db", SERVER, ""),
        ("/srv/twice/outbox.db", SERVER, "nfs"),
        ("/app/outbox.db", CONTAINER, ""),
        ("/data/outbox.db", CONTAINER, ""),
        ("/mnt/c/outbox.db", CONTAINER, "9p"),
        ("/anywhere/outbox.db", "", ""),
    ],
)
def test_a_network_file_system_is_known_by_its_mount(path: str, mounts: str, network: str) -> None:
    """The nearest mount above the file counts; overlays, memory and local disks are no network."""
    assert network_of(PurePosixPath(path), mounts) == network


@pytest.mark.parametrize(
    ("path", "is_share"),
    [
        (r"\\filer\deling\outbox.db", True),
        (r"\\?\UNC\filer\deling\outbox.db", True),
        (r"C:\esdh\outbox.db", False),
        (r"\\?\C:\esdh\outbox.db", False),
    ],
)
def test_a_share_is_known_by_its_path_on_windows(path: str, is_share: bool) -> None:
    """A drive letter that stands for a share is resolved to it before."""
    assert bool(network_of(PureWindowsPath(path), "")) is is_share


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of which Linux says that it lies on a file server."""
    folder = tmp_path / "net"
    folder.mkdir()
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 253:0 / / rw - ext4 /dev/vda1 rw\n2 1 0:50 / {folder} rw - nfs4 filer:/vol rw\n")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_file_on_a_network_is_refused_with_the_reason(network: Path, open_store: Callable[..., Store]) -> None:
    """No file is made there, also not through a link; the administrator reads what to do."""
    link = network.parent / "linked"
    link.symlink_to(network)
    for folder in (network, link):
        with pytest.raises(StoreError, match=r"nfs4.*disk of this machine") as refused:
            open_store(folder / "outbox.db")
        assert "netværksdrev" in refused.value.danish
    assert list(network.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_hosts_file_on_a_network_is_refused_too(network: Path, seal: Seal) -> None:
    """Nothing of ours is in it then."""
    engine = create_engine(f"sqlite:///{network / 'host.db'}")
    with pytest.raises(StoreError, match="nfs4"):
        Store(engine, seal)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    engine.dispose()


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_a_hosts_database_that_does_not_wait_for_the_disk_is_refused(path: Path, seal: Seal, level: str) -> None:
    """A letter that was said to be stored could be gone after a power cut: the host is told what to set."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA synchronous = {level}"))
    with pytest.raises(StoreError, match="synchronous = FULL"):
        Store(engine, seal)
    engine.dispose()
    careful = create_engine(f"sqlite:///{path}")
    add(Store(careful, seal), draft("1"))
    careful.dispose()
