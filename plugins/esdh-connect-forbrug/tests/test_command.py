"""``esdh-connect usage erase`` and ``esdh-connect forbrug year``, as somebody types them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from esdh_connect.cli.group import run
from esdh_connect.connect import Connect
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add
from esdh_connect_forbrug.closing import Closing, Kept
from esdh_connect_forbrug.figures import Month, Use, total

Said = tuple[int, str]
#: What the made-up year comes to.
LETTERS = 51_219


@pytest.fixture
def here(tmp_path: Path) -> Path:
    with chdir(tmp_path):
        assert run(("init", "--cvr", "55133018", "--name", "Eksempel Kommune")) == 0
    settings = tmp_path / "esdh-connect.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[plugins.forbrug]\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def say(here: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Said]]:
    def said(*words: str) -> Said:
        with chdir(here):
            code = run(words)
        return code, "".join(capfd.readouterr())

    yield said
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not type(one).__module__.startswith("esdh_connect")]
    structlog.reset_defaults()


def published(here: Path) -> int:
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        return total(one.figures for one in Use(post).published(Month(2020, 1), Month(2030, 1))).letters


def test_a_year_is_written_once_with_its_departments(here: Path, say: Callable[..., Said]) -> None:
    """Nothing is switched on in them; where something was counted it is refused."""
    code, text = say("forbrug", "year", "--before", "2026-11-27")
    assert (code, "Der er ikke gjort noget: her er ingen terminal" in text, published(here)) == (2, True, 0)
    assert say("forbrug", "year", "--yes", "--before", "2026-11-27") == (
        0,
        (
            "Skrevet: 2025-10 til 2026-10, og 24 opdigtede afdelinger, hvor intet er slået til.\n"
            "Se det med »esdh-connect stats«. »esdh-connect forbrug year --remove« fjerner det igen.\n"
        ),
    )
    assert published(here) == LETTERS
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        assert {one.id for one in post.departments} >= {"byg", "familie", "kultur"}
        assert post.departments.get("byg").parent == "teknik"
        assert post.policy("byg").plugins == frozenset()
    code, text = say("forbrug", "year", "--yes")
    assert code
    assert "Der er ikke gjort noget: her er der talt forbrug allerede" in text


def test_a_year_is_removed_and_its_departments_say_what_they_are(here: Path, say: Callable[..., Said]) -> None:
    """A department is never deleted: who looks at one afterwards must not take it for a real one."""
    assert say("forbrug", "year", "--remove", "--yes") == (1, "Der er ikke gjort noget: her er intet opdigtet år\n")
    say("forbrug", "year", "--yes", "--before", "2026-11-27")
    assert say("forbrug", "year", "--remove")[0] == 2
    assert published(here)
    code, text = say("forbrug", "year", "--remove", "--yes", "--by", "bo")
    assert (code, "24 afdelinger hedder nu »… (opdigtet)«; en afdeling kan ikke slettes." in text) == (0, True)
    assert published(here) == 0
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        assert post.departments.get("byg").name == "Byggeri (opdigtet)"
    assert say("forbrug", "year", "--yes", "--before", "2026-11-27")[0] == 0
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        assert post.departments.get("byg").name == "Byggeri"
        assert published(here) == LETTERS


def test_a_year_is_not_made_up_of_a_municipalitys_own_departments(here: Path, say: Callable[..., Said]) -> None:
    """Nor where there are letters."""
    settings = here / "esdh-connect.toml"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(written + '\n[departments.byg]\nname = "Byggesag"\n', encoding="utf-8")
    code, text = say("forbrug", "year", "--yes")
    assert (code, "her er afdelinger af samme id i forvejen: byg" in text) == (1, True)
    assert published(here) == 0


def test_a_year_is_not_made_up_where_there_are_letters(here: Path, say: Callable[..., Said]) -> None:
    """Real figures would be mixed with it, or erased with it."""
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        add(post.outbox, draft("1"))
    for more in ((), ("--remove",)):
        code, text = say("forbrug", "year", "--yes", *more)
        assert (code, "Der er ikke gjort noget: her er breve i udbakken" in text) == (1, True)


def test_a_year_of_events_is_counted(here: Path, say: Callable[..., Said]) -> None:
    """As many as are asked for, each told and counted as in real life."""
    assert say("forbrug", "year", "--yes", "--before", "2026-11-27", "--events", "2000")[0] == 0
    assert 500 < published(here) < 1000


def test_erasing_closes_what_is_over_and_erases_what_is_old(here: Path, say: Callable[..., Said]) -> None:
    """By the settings; what is published stays."""
    say("forbrug", "year", "--yes", "--before", "2026-11-27", "--events", "2000")
    letters = published(here)
    code, text = say("usage", "erase")
    assert code == 0
    assert "Slettet: " in text
    assert published(here) == letters
    assert say("usage", "erase") == (0, "Slettet: 0 linjer.\n")


def test_everything_is_erased_only_where_somebody_means_it(here: Path, say: Callable[..., Said]) -> None:
    """And the audit log says who did, and why."""
    say("forbrug", "year", "--yes", "--before", "2026-11-27")
    code, text = say("usage", "erase", "--all")
    assert code
    assert "Der er ikke slettet noget" in text
    assert published(here)
    assert say("usage", "erase", "--all", "--yes", "--why", "slut\nSlettet af eva")[0] == 2
    with Connect.from_settings(here / "esdh-connect.toml") as post, pytest.raises(ValueError, match="one line"):
        Use(post).erase_all(by="bo", why="slut\u2028Slettet af eva")
    assert published(here)
    code, text = say("usage", "erase", "--all", "--yes", "--why", "Ane 0101 90 1234")
    assert (code, text.startswith("Der er ikke slettet noget: --why indeholder")) == (2, True)
    assert "--to" not in text
    assert published(here)
    assert say("usage", "erase", "--all", "--yes", "--by", "bo", "--why", "prøven er slut")[0] == 0
    assert published(here) == 0
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        assert [(one.what, one.by, one.why) for one in post.audit.of("") if one.what.startswith("forbrug")] == [
            ("forbrug erased", "bo", "prøven er slut")
        ]
    assert say("forbrug", "year", "--yes")[0] == 0


def test_without_the_plugin_it_says_what_to_do(here: Path, say: Callable[..., Said]) -> None:
    """It is not guessed where figures should come from."""
    settings = here / "esdh-connect.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[plugins.forbrug]", ""), encoding="utf-8")
    code, text = say("usage", "erase")
    assert code
    assert "skriv [plugins.forbrug] i indstillingerne" in text


def test_a_month_of_the_made_up_year_is_closed_like_any_other(here: Path) -> None:
    """Nothing is left to close in it."""
    with chdir(here):
        run(("forbrug", "year", "--yes", "--events", "300"))
    with Connect.from_settings(here / "esdh-connect.toml") as post:
        assert Closing(post.store, Kept(400, 0, None)).close() == ()
        assert post.store.now() > Month(2026, 1).begins - timedelta(days=1)
