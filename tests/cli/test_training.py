"""``mode = "training"`` at the command line: every command says so, and nothing that could reach somebody starts."""

import re

import pytest

BANNER = "ØVELSE: her sendes ingen rigtige breve."


@pytest.fixture
def practising(place):
    """The installation turned into one to learn with, before it was ever used."""
    path = place.path / "esdh-connect.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("schema = 1", 'schema = 1\nmode = "training"'), "utf-8")
    return place


@pytest.mark.parametrize("command", [("outbox", "list"), ("health",), ("failures",), ("drain",), ("open-letters", "1")])
def test_every_command_says_loudly_what_it_is(practising, command):
    """On stderr, so that data stays data."""
    ended = practising.run(*command)
    assert ended.err.startswith(f"{BANNER} Alt går til prøvetjenester på denne maskine og til Øvelse Prøve")
    assert "og hver side i hver PDF er mærket." in ended.err
    assert BANNER not in ended.out


def test_a_plugin_that_does_not_vouch_for_itself_sends_nothing(practising):
    """As the one of these tests, which writes letters to a folder."""
    ended = practising.send("--yes")
    assert ended.code == 1
    assert "Pluginet »folder_post« kan ikke bruges" in ended.err
    assert practising.posted() == []


def test_health_tells_programs(practising):
    """Pages and monitors ask."""
    assert practising.run("health", "--json").json["training"] is True
    assert "\nesdh_connect_training 1\n" in practising.run("health", "--metrics").out


def test_the_doctor_says_it_too(practising):
    """Else a sound installation looks like one that sends."""
    [found] = [one for one in practising.run("doctor", "--json").json["checks"] if one["id"] == "ESDH-W012"]
    assert found["text"].startswith(BANNER)


def test_an_installation_in_earnest_says_nothing_of_it(place):
    """And cannot become one to learn with when it was used."""
    ended = place.run("outbox", "list")
    assert BANNER not in ended.err
    assert place.run("health", "--json").json["training"] is False
    path = place.path / "esdh-connect.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("schema = 1", 'schema = 1\nmode = "training"'), "utf-8")
    ended = place.run("outbox", "list")
    assert ended.code == 3
    assert "udbakken er til rigtige breve og kan ikke bruges til øvelse" in ended.err


def test_nobodys_number_stands_in_the_settings(practising):
    """A test person is chosen by a word; a number there is refused, and not repeated."""
    path = practising.path / "esdh-connect.toml"
    text = path.read_text(encoding="utf-8")
    lines = '[training]\nrecipient = "55133018"\n\n[plugins'
    path.write_text(re.sub(r"^\[plugins", lines, text, count=1, flags=re.MULTILINE), "utf-8")
    ended = practising.run("outbox", "list")
    assert ended.code == 3
    assert 'training.recipient: her skal stå et af disse: "digital", "paper"' in ended.err
    assert "training.recipient: 55133018" not in ended.err
