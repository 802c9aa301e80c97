"""``secret rotate``: a new secret in the place of the old one, whatever happens on the way."""

import signal
import stat
import subprocess
import sys

import pytest

from esdh_connect.seal import Seal
from esdh_connect.settings import Settings
from esdh_connect.store import Store
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

#: Runs the program and kills it before the n-th file changes its name, or after n lots of keys were wrapped again.
KILLED = """
import itertools, os, signal, sys
from esdh_connect.cli import main, talk

where, number = sys.argv[1], int(sys.argv[2])
count = itertools.count(1)

def here():
    if next(count) == number:
        os.kill(os.getpid(), signal.SIGKILL)

if where == "files":
    sys.addaudithook(lambda event, arguments: here() if event == "os.rename" else None)
else:
    talk.rewrite = lambda text: here()
main(["secret", "rotate"])
"""


def rotate_killed(place, where, number):
    command = [sys.executable, "-c", KILLED, where, str(number)]
    done = subprocess.run(command, check=False, cwd=place.path, env=place.environment, capture_output=True, timeout=60)
    return done.returncode == -signal.SIGKILL


def secret(place, ending=""):
    return (place.path / f"installation.secret{ending}").read_text()


@pytest.fixture
def letters(place):
    """Many letters, committed behind the program's back, for more than one lot of keys."""
    with place.opened() as post:
        add(post.outbox, *[draft(str(number)) for number in range(1200)])
    return [draft(str(number)) for number in (0, 600, 1199)]


def assert_opens(place, letters):
    with place.opened() as post:
        for one in letters:
            assert post.dispatch(one.entry.id).envelope == one.envelope


def test_a_new_secret_takes_the_place_of_the_old_one(place, letters):
    """The old one is kept beside it, for backups; with the new one alone everything opens, and letters are sent."""
    before = secret(place)
    ended = place.run("secret", "rotate", "--by", "drift")
    assert (ended.code, ended.out) == (0, "Låst om: 1203\n")
    assert secret(place, ".old") == before != secret(place)
    assert "sikkerhedskopi" in ended.err
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.path.glob("installation.secret*")} == {0o600}
    (place.path / "installation.secret.old").unlink()
    assert_opens(place, letters)
    assert place.send("--yes").code == 0


def test_the_same_wish_is_the_same_letter_after_it(place):
    """What was sent before is recognized: nobody gets it twice."""
    first = place.send("--yes", "--json")
    assert place.run("secret", "rotate").code == 0
    again = place.send("--yes", "--json")
    assert (again.code, again.out) == (0, first.out)
    assert len(place.posted()) == 1


@pytest.mark.parametrize(
    ("where", "number"), [*(("files", at) for at in (1, 2, 3)), *(("keys", at) for at in (1, 2, 3, 4))]
)
def test_killed_anywhere_it_goes_on(place, letters, where, number):
    """Meanwhile every letter opens; the same command again ends it, and with it the old secret's time."""
    assert rotate_killed(place, where, number)
    assert_opens(place, letters)
    assert place.run("secret", "rotate").code == 0
    assert_opens(place, letters)
    settings = Settings.load(place.path / "esdh-connect.toml")
    store = Store.open(settings.store, Seal(settings.secrets.installation_key()))
    assert store.is_exchanged(Seal(settings.secrets.installation_key()))
    store.close()
    assert not list(place.path.glob("installation.secret.next"))


def test_an_old_secret_is_not_overwritten(place, letters):
    """It may be the only one that opens a backup."""
    assert place.run("secret", "rotate").code == 0
    before = secret(place), secret(place, ".old")
    ended = place.run("secret", "rotate")
    assert ended.code == 3
    assert "Flyt den til sikkerhedskopierne" in ended.err
    assert (secret(place), secret(place, ".old")) == before
    (place.path / "installation.secret.old").rename(place.path / "backup.secret")
    assert place.run("secret", "rotate").code == 0
    assert_opens(place, letters)


def test_a_secret_that_stands_elsewhere_is_exchanged_by_naming_both(place, letters, monkeypatch):
    """The old one under ``also``, the new one in its place; then the keys follow."""
    monkeypatch.setenv("OLD_SECRET", secret(place).strip())
    monkeypatch.setenv("NEW_SECRET", "B" * 43 + "=")
    path = place.path / "esdh-connect.toml"
    old = 'installation = "file:installation.secret"'
    settings = path.read_text()
    path.write_text(settings.replace(old, 'installation = "env:OLD_SECRET"'))
    ended = place.run("secret", "rotate")
    assert ended.code == 3
    assert "also" in ended.err
    path.write_text(settings.replace(old, 'installation = "env:NEW_SECRET"\nalso = "env:OLD_SECRET"'))
    assert_opens(place, letters)
    assert place.run("secret", "rotate").out == "Låst om: 1203\n"
    path.write_text(settings.replace(old, 'installation = "env:NEW_SECRET"'))
    assert_opens(place, letters)


def test_a_secret_that_is_lost_loses_no_letter(place, letters):
    """Nothing is begun without it; where it is found again, all is there."""
    path = place.path / "installation.secret"
    kept = path.read_bytes()
    path.write_text("C" * 43 + "=\n")
    ended = place.run("secret", "rotate")
    assert ended.code == 3
    assert ended.err.startswith("Der er ikke ændret noget: installationens hemmelighed er en anden")
    path.unlink()
    assert place.run("secret", "rotate").code == 3
    path.write_bytes(kept)
    path.chmod(0o600)
    assert_opens(place, letters)
    assert sorted(one.name for one in place.path.glob("installation.secret*")) == ["installation.secret"]
