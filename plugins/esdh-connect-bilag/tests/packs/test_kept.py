"""Where packs are kept: sealed, bounded, shared by processes, and never the reason why a letter does not go."""

import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packs.builder import SECRET, letters

from esdh_connect.seal import Seal
from esdh_connect_bilag.engine import Style, merge
from esdh_connect_bilag.packs import Folder, Kept, Packs
from esdh_connect_bilag.packs.sealing import Sealing

DIGEST = Seal(SECRET).digest
BUILDER = Path(__file__).with_name("builder.py")
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def bytes_of(kept):
    return [merge(parts, Style("t"), shelf=kept).content for parts in letters()]


@pytest.fixture(scope="module")
def expected():
    return bytes_of(None)


def files(folder):
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "packs"


def opened(folder, **more):
    return Packs(folder, **more).kept(DIGEST)


def test_another_process_finds_what_one_has_made(folder, expected):
    """And it is the same: made, found in memory, found on the disk."""
    first = opened(folder)
    assert bytes_of(first) == bytes_of(first) == bytes_of(opened(folder)) == expected
    made = {path: path.stat().st_ino for path in files(folder)}
    assert bytes_of(opened(folder)) == expected
    assert {path: path.stat().st_ino for path in files(folder)} == made


def test_only_the_owner_may_look_and_sees_nothing(folder, expected):
    """A bilag may be about somebody: neither its text nor its hash is on the disk."""
    assert bytes_of(opened(folder)) == expected
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    contents = [part.content for parts in letters() for part in parts]
    for path in files(folder):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"/Page" not in path.read_bytes()
        assert not any(sha256(content).hexdigest() in path.name for content in contents)


def test_another_installation_reads_nothing(folder, expected):
    """A folder that was copied, or that two share by mistake, gives each its own."""
    assert bytes_of(opened(folder)) == expected
    before = len(files(folder))
    assert bytes_of(Packs(folder).kept(Seal(b"t" * 32).digest)) == expected
    assert len(files(folder)) == 2 * before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.data())
def test_what_was_spoilt_is_made_anew(folder, expected, data):
    """Cut off, empty, a bit flipped, another's content, or a folder of that name."""
    assert bytes_of(opened(folder)) == expected
    for path in data.draw(st.lists(st.sampled_from(files(folder)), min_size=1, unique=True)):
        content = path.read_bytes()
        match data.draw(st.sampled_from(["cut", "empty", "flipped", "other", "gone"])):
            case "cut":
                path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
            case "empty":
                path.write_bytes(b"")
            case "flipped":
                place = data.draw(st.integers(0, len(content) - 1))
                path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            case "other":
                path.write_bytes(data.draw(st.sampled_from(files(folder))).read_bytes())
            case "gone":
                path.unlink()
    assert bytes_of(opened(folder)) == expected
    sealing = Sealing.of(DIGEST)
    assert all(sealing.open(path.stem, path.read_bytes()) for path in files(folder))


def test_another_version_makes_its_own(folder, expected, monkeypatch):
    """What an update finds is of no use to it, and does no harm."""
    from esdh_connect_bilag.engine import packing

    assert bytes_of(opened(folder)) == expected
    before = files(folder)
    monkeypatch.setattr(packing, "_version", lambda: "99.0")
    assert bytes_of(opened(folder)) == expected
    assert len(files(folder)) == 2 * len(before)


def test_processes_that_race_make_the_same(folder, expected):
    """Four at once in one folder, each with an empty memory again and again."""
    running = [started(folder, 5) for _ in range(4)]
    told = [process.communicate(timeout=60)[0].split() for process in running]
    assert told == [[sha256(one).hexdigest() for one in expected] * 5] * 4
    assert [path for path in files(folder) if path.suffix != ".pack"] == []


def started(folder, rounds):
    command = [sys.executable, str(BUILDER), str(folder), str(rounds)]
    home = {**os.environ, "PYTHONPATH": str(BUILDER.parents[1])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=home)


@pytest.mark.slow  # processes are started and killed
def test_who_is_killed_while_making_one_leaves_nothing_that_is_taken_for_it(folder, expected):
    """SIGKILL at any moment: the next process sees whole packs or none."""
    for turn in range(8):
        with started(folder, 1000) as process:
            process.stdout.readline()
            time.sleep(0.003 * turn)
            process.send_signal(signal.SIGKILL)
        assert bytes_of(opened(folder)) == expected
        for path in files(folder)[turn % 2 :: 2]:
            path.unlink()  # so that the next one has something to make


def test_what_a_kill_left_behind_is_swept_away(folder):
    """Once it is old enough to be nobody's work any more."""
    kept = Folder(folder, Sealing.of(DIGEST), 1000)
    kept.put(b"1", [b"x" * 10])
    left, working = folder / "a-1.del", folder / "a-2.del"
    for path in (left, working):
        path.write_bytes(b"half")
    os.utime(left, (1, 1))
    kept.sweep()
    assert files(folder) == sorted([working, *folder.glob("*.pack")])


def test_the_folder_stays_within_its_room_and_what_is_used_stays(folder):
    """What was not used for longest goes first; what is greater than a part of the room is never kept."""
    moments = count(1)
    kept = Folder(folder, Sealing.of(DIGEST), 64_000)
    kept.put(b"used", [bytes(1000)])
    for at in range(200):
        kept.put(b"%d" % at, [os.urandom(1000)])
        assert kept.get(b"used") is not None
        for path in (kept._path(b"%d" % at), kept._path(b"used")):
            os.utime(path, (next(moments),) * 2)
        assert sum(path.stat().st_size for path in files(folder)) <= 64_000 + 64_000 // 16 + 2000
    assert kept.get(b"0") is None
    assert kept.get(b"199") is not None
    kept.put(b"great", [bytes(5000)])
    assert kept.get(b"great") is None


def test_memory_is_bounded_too(expected):
    """With room for hardly anything, packs come and go, and the letters are the same."""
    kept = Kept(takes_all=True, room=4000)
    assert bytes_of(kept) == bytes_of(kept) == expected
    assert 0 < kept._size <= 4000
    assert kept._size == sum(entry.size for entry in kept._entries.values())


def test_what_nobody_uses_any_more_is_erased(folder, expected):
    """Within days, from the disk and from memory."""
    kept = opened(folder, days=30)
    assert bytes_of(kept) == expected
    later = datetime.now(UTC) + timedelta(days=29)
    assert (kept.erase(later), len(kept._entries) > 0) == (0, True)
    there = len(files(folder))
    assert kept.erase(later + timedelta(days=2)) == there > 0
    assert (files(folder), len(kept._entries), kept._size) == ([], 0, 0)


@pytest.mark.parametrize("how", ["a file", "nowhere"])
def test_a_folder_that_cannot_be_used_stops_no_letter(tmp_path, expected, how):
    """A full disk is one too: it costs time alone, and the log says so once."""
    there = tmp_path / "there"
    there.write_bytes(b"")
    kept = opened(there if how == "a file" else there / "deeper")
    assert bytes_of(kept) == expected
    assert kept.erase(NOW) == 0
