"""The temporary folder of a demo: gone at its end, and at the beginning of the next where it was killed."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from esdh_connect_demo.folder import _IN_USE, NAME, Folder, lent

#: Lends a folder, says where, and waits to be killed.
KILLED = """
import sys
from esdh_connect_demo.folder import lent
with lent() as folder:
    (folder.path / "besked.xml").write_text("et brev")
    print(folder.path, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder):
    os.utime(folder / _IN_USE, (0, 0))


def test_it_is_gone_at_the_end(temporary):
    """With all there is in it, however the block ends."""
    with suppress(KeyboardInterrupt), lent() as folder:
        (folder.path / "besked.xml").write_text("et brev")
        raise KeyboardInterrupt
    assert list(temporary.iterdir()) == []


def test_that_of_a_killed_demo_is_removed_by_the_next_and_not_before(temporary):
    """While it runs it is its own."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as program:
        left = Path(program.stdout.readline().strip())
        aged(left)
        with lent():
            assert (left / "besked.xml").exists()
        program.kill()
    with lent() as folder:
        assert list(temporary.iterdir()) == [folder.path]


def test_what_is_not_a_demos_is_left_alone(temporary):
    """The folder of a tour, which is to be looked at; one that has just begun; a link to another place."""
    tour, begun, other = Folder.fresh(None, temporary, once=True).path, temporary / f"{NAME}-new", temporary / "other"
    for one in (begun, other):
        one.mkdir()
        (one / _IN_USE).touch()
    aged(other)
    (temporary / f"{NAME}-link").symlink_to(other)
    with lent():
        pass
    assert all(one.exists() for one in (tour, begun, other))
