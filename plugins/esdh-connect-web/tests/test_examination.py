"""The doctor looks at how the pages are set up."""

from pathlib import Path

import pytest

from esdh_connect.settings import Secret
from esdh_connect_web import Web

HERE, HOST = "https://post.example", "https://esdh.example"


def found(**said):
    return {one.id[:3] + one.id[-3:]: (one.level.name, one.text) for one in Web(**said).examine_plugin()}


def test_all_is_well():
    """With the address in it, so that an administrator sees which."""
    told = found(address=HERE, origins=[HOST])
    assert {level for level, _ in told.values()} == {"FINE"}
    assert HERE in told["WEB002"][1]
    assert HOST in told["WEB003"][1]


@pytest.mark.parametrize(
    ("said", "check", "level"),
    [
        ({"origins": [HOST]}, "WEB002", "WARNING"),
        ({"address": "http://post.example", "origins": [HOST]}, "WEB002", "ERROR"),
        ({"address": "http://127.0.0.1:8443", "origins": [HOST]}, "WEB002", "FINE"),
        ({"address": "http://localhost:8443", "origins": [HOST]}, "WEB002", "FINE"),
        ({}, "WEB003", "ERROR"),
        ({"address": HERE, "origins": ["http://esdh.example"]}, "WEB003", "WARNING"),
        ({"address": f"{HERE}/post"}, "WEB003", "FINE"),
    ],
)
def test_what_is_set_up_oddly_is_found(said, check, level):
    """Each with its own number."""
    assert found(**said)[check][0] == level


def test_the_secret_of_the_api_is_read(tmp_path: Path):
    """Missing, short, and as it should be; it is never shown."""
    secret = Secret("file:api.secret", tmp_path / "esdh-connect.toml")
    levels = []
    for text in (None, "kort", "x" * 24):
        if text is not None:
            (tmp_path / "api.secret").write_text(text)
            (tmp_path / "api.secret").chmod(0o600)
        level, told = found(address=HERE, api=secret)["WEB004"]
        assert "kort\n" not in told
        levels.append(level)
    assert levels == ["ERROR", "WARNING", "FINE"]
