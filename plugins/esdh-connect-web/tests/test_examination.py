"""The doctor looks at how the pages are set up."""

import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest

from esdh_connect.settings import Secret
from esdh_connect_web import Web
from esdh_connect_web.examination import findings
from esdh_connect_web.texts import CATALOGUES

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


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    """A copy of those that are shipped, to be spoilt."""
    with as_file(CATALOGUES) as shipped:
        shutil.copytree(shipped, tmp_path / "locale")
    return tmp_path / "locale"


@pytest.mark.parametrize(
    ("language", "before", "after", "expected"),
    [
        ("da", 'msgstr "Leveret"', 'msgstr "Leveret"', "WEB-I005 Sidernes tekster er hele: Dansk, English"),
        ("da", 'msgstr "Leveret"', 'msgstr ""', "WEB-W005 Der mangler tekster, eller de kan ikke bruges: Dansk (1)"),
        ("da", 'msgid "Delivered"', '#, fuzzy\nmsgid "Delivered"', "WEB-W005 Der mangler … Dansk (1)"),
        ("da", 'msgid "Delivered"\nmsgstr "Leveret"\n', "", "WEB-W005 Der mangler … Dansk (1)"),
        ("en", 'msgstr[0] "%(num)s day"', 'msgstr[0] "%(nmu)s day"', "WEB-W005 Der mangler … English (1)"),
        ("en", 'msgid "Delivered"', 'msgctx "Delivered"', "WEB-E005 Sidernes tekster kan ikke læses"),
        ("en", "", None, "WEB-E005 Sidernes tekster kan ikke læses, og siderne kan ikke vises: English"),
    ],
)
def test_a_language_that_lacks_something_is_found(catalogues, language, before, after, expected):
    """A text that is empty, uncertain or not there at all, a value that is misspelt, a file that is no catalogue."""
    path = catalogues / language / "LC_MESSAGES" / "esdh_connect_web.po"
    text = path.read_text("utf-8")
    assert before in text
    path.write_bytes(text.replace(before, after, 1).encode() if after is not None else b"\xff\xfe")
    [found] = [one for one in findings(Web(), catalogues) if one.id.endswith("005")]
    for part in expected.split(" … "):
        assert part in f"{found.id} {found.text}"


def test_a_catalogue_that_is_gone_is_found(catalogues):
    """As when half of a package was copied."""
    shutil.rmtree(catalogues / "da")
    assert [one.level.name for one in findings(Web(), catalogues)][-1] == "ERROR"
