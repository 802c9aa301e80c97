"""``plugins``: what is installed, what it can do, and a new one that passes its own tests."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pytest

from esdh_connect.catalogue import Card, condition
from esdh_connect.cli.plugins.writing import KINDS
from esdh_connect.diagnosis import Diagnosis, fine, warning
from esdh_connect.hookspecs import PROJECT, hookimpl
from esdh_connect.testing.fakes import FakeChannel, FakeClock
from esdh_connect.testing.installation import installation
from tests.support_matrix import matrix

DOCS = Path(__file__).parents[2] / "docs"


def test_the_list_shows_what_is_installed_and_where_it_is_on(place):
    """Also what the settings do not name; that is not imported."""
    ended = place.run("plugins", "list")
    assert ended.code == 0
    lines = {line.split()[0]: line for line in ended.out.splitlines()}
    assert lines["folder_post"].endswith("slået til i 1 afdeling")
    assert lines["lost"].endswith("ikke i indstillingerne")


def test_the_list_is_json_for_programs(place):
    """Keys are English and stay."""
    [own] = [one for one in place.run("plugins", "list", "--json").json["plugins"] if one["name"] == "folder_post"]
    assert (own["version"], own["loaded"], own["departments"]) == ("1", True, ["demo"])
    assert {"post", "paper"} <= {*own["channels"]}
    assert "register_channels" in own["hooks"]
    assert {"files", "bytes", "paper", "media_types", "label"} <= {*own["capabilities"][0]}
    assert (own["health"], own["training"]) == ([], False)
    keys = {
        "name",
        "version",
        "licence",
        "summary",
        "support",
        "hooks",
        "capabilities",
        "health",
        "commands",
        "training",
    }
    for one in place.run("plugins", "list", "--json").json["plugins"]:
        assert keys <= one.keys()
        assert place.run("plugins", "show", one["name"], "--json").json.keys() == one.keys()


def test_a_plugin_that_cannot_be_used_says_why(place):
    """And the others are shown all the same."""
    place.settings(place.SETTINGS + "\n[plugins.lost]\n")
    lines = {line.split()[0]: line for line in place.run("plugins", "list").out.splitlines()}
    assert lines["lost"].endswith("kan ikke bruges")
    assert lines["folder_post"].endswith("slået til i 1 afdeling")
    assert "no_such_module" in place.run("plugins", "show", "lost").out


def test_one_plugin_is_shown_with_what_it_can_do(place):
    """Its channels with their limits, for programs."""
    told = place.run("plugins", "show", "folder_post", "--json").json
    assert {one["name"] for one in told["channels"]} >= {"post", "paper"}
    assert {"files", "bytes", "paper", "media_types", "label"} <= {*told["channels"][0]}
    assert told["health"] == []
    assert "Kanaler: " in place.run("plugins", "show", "folder_post").out


@attrs.define(eq=False)
class Wary:
    """A plugin that finds this about itself."""

    found: Callable[[bool], Sequence[Diagnosis]]

    @hookimpl
    def examine_plugin(self, online, at):
        """Tell it."""
        return self.found(online)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            lambda online: [warning("WARY-001", f"fuld, {online=}", "ryd op"), fine("WARY-002", "godt")],
            "fuld, online=False",
        ),
        (lambda _: 1 / 0, "kunne ikke undersøges (ZeroDivisionError)"),
    ],
)
def test_what_a_plugin_finds_wrong_with_itself_is_its_health(found, told):
    """As it says to the doctor, without calling anybody; one that breaks while it is asked is told of."""
    more = {"wary": Wary(found), "well": Wary(lambda _: [])}
    with installation(host=None, channels=[FakeChannel()], now=FakeClock(), more=more) as post:
        assert condition(Card("wary", "", "", "", "", ""), post) == (told,)
        assert condition(Card("well", "", "", "", "", ""), post) == ()


def test_a_plugin_nobody_knows_is_told_with_one_that_looks_like_it(place):
    """Whoever asks has misspelt it."""
    ended = place.run("plugins", "show", "folder_pots")
    assert (ended.code, "mente du »folder_post«?" in ended.err) == (2, True)


@pytest.mark.parametrize("name", ["Bakke", "1", "to-ord", "æ", ""])
def test_a_name_that_cannot_stand_in_settings_is_refused(place, name):
    """Nothing is written."""
    ended = place.run("plugins", "new", name)
    assert (ended.code, "kan ikke være et navn" in ended.err) == (2, True)


@pytest.mark.parametrize("name", ["class", "match", "json", "sys"])
def test_a_name_that_python_uses_is_refused(place, name):
    """Somebody would import one and get the other."""
    ended = place.run("plugins", "new", name)
    assert (ended.code, "Python bruger det selv" in ended.err) == (2, True)
    assert not list(place.path.glob(f"esdh-connect-{name}"))


@pytest.mark.parametrize("name", ["esdh_connect", "test", "con", "nul", "com1", "lpt9", "xn__abc"])
def test_a_name_that_means_something_else_is_refused(place, name):
    """To Windows, to pip, or to pytest."""
    ended = place.run("plugins", "new", name)
    assert (ended.code, "betyder noget andet" in ended.err) == (2, True)
    assert not list(place.path.glob("esdh-connect-*"))


def test_a_name_that_is_too_long_is_told_as_that(place):
    """Not as a name with wrong letters."""
    ended = place.run("plugins", "new", "x" * 41)
    assert (ended.code, "for langt: 41 tegn" in ended.err) == (2, True)


def test_a_name_that_is_taken_is_refused(place):
    """Two plugins of one name cannot both be used."""
    ended = place.run("plugins", "new", "folder_post")
    assert (ended.code, "allerede installeret" in ended.err) == (2, True)


def test_no_file_is_written_over(place):
    """Where one is there, none is written."""
    place.run("plugins", "new", "min_egen")
    (place.path / "esdh-connect-min-egen" / "README.md").write_text("Mit")
    (place.path / "esdh-connect-min-egen" / "pyproject.toml").unlink()
    ended = place.run("plugins", "new", "min_egen")
    assert (ended.code, "findes i forvejen" in ended.err) == (1, True)
    assert not (place.path / "esdh-connect-min-egen" / "pyproject.toml").exists()
    assert (place.path / "esdh-connect-min-egen" / "README.md").read_text() == "Mit"


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_plugin_is_a_distribution_that_passes_its_own_tests(place, kind, tmp_path):
    """Built as a wheel, installed beside us, found by its name, and held to the suite of its kind."""
    place.run("plugins", "new", "min_egen", "--kind", kind)
    home, beside = place.path / "esdh-connect-min-egen", tmp_path / "beside"
    run(home, "-m", "hatchling", "build", "-t", "wheel")
    wheel = [str(one) for one in home.glob("dist/*.whl")]
    run(home, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", "--target", str(beside), *wheel)
    tests = run(home, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", beside=beside)
    assert re.search(r"\d+ passed", tests)
    names = f"from importlib.metadata import entry_points as e; print([one.load() for one in e(group={PROJECT!r})])"
    assert "esdh_connect_min_egen.MinEgen" in run(place.path, "-c", names, beside=beside)
    checks = run(home, "-m", "ruff", "check", "--isolated", "--select", "E,F,UP,B", "--line-length", "120", ".")
    assert "All checks passed" in checks


def run(folder, *arguments, beside=None):
    """Run Python there, perhaps with more to import; give what it said."""
    more = {"PYTHONPATH": str(beside)} if beside else {}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_matrix_of_the_documentation_is_what_the_distributions_say():
    """`python -m tests.support_matrix` writes it."""
    assert matrix() in (DOCS / "plugins.md").read_text(encoding="utf-8")
