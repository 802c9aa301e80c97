"""The list of recipients: what it may hold, and what is said of what it may not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.cli import recipients
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.recipients import Named, parsed
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Address

ANE = '{"cpr": "1212121212", "name": "Ane Prøve"}'
FULL = {"street": "Prøvevej", "number": "7", "floor": "1", "door": "tv", "co": "Bo", "post_code": "0800", "city": "By"}


def refusal(content: str | bytes) -> str:
    with pytest.raises(Stopped) as stopped:
        parsed(content if isinstance(content, bytes) else content.encode())
    assert stopped.value.code is Exit.USAGE
    assert stopped.value.text.startswith("Der er ikke sendt noget: ")
    return stopped.value.text


def test_each_line_is_a_recipient():
    """By CPR or CVR number, with all of an address or none; empty lines are nothing."""
    firm = json.dumps({"cvr": "DK 13 74 81 36", "name": " Firma ApS ", "address": FULL})
    abroad = '{"cpr": "010190-1234", "name": "Bo", "address": {"lines": ["1 Some Street", "Town"], "country": "SE"}}'
    assert parsed(f"{ANE}\r\n\n{firm}\n{abroad}\n".encode()) == (
        Named(Cpr.parse("1212121212"), "Ane Prøve", None),
        Named(Cvr("13748136"), "Firma ApS", Address(**FULL)),
        Named(Cpr.parse("0101901234"), "Bo", Address(country="SE", lines=("1 Some Street", "Town"))),
    )


def test_a_file_from_windows_begins_with_a_mark_that_is_no_part_of_it():
    """Notepad and Excel write it."""
    assert parsed(ANE.encode("utf-8-sig")) == parsed(ANE.encode())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nothing like it", "det er ikke JSON"),
        ('"1212121212"', "modtageren skal stå i { }"),
        ("{", "på én linje"),
        ('[{"cpr": "1212121212"}]', "listen er en JSON-liste"),
        ("[" * 100_000, "listen er en JSON-liste"),
        ('{"a":' * 100_000, "det er ikke JSON"),
        ('{"name": "Ane"}', "enten »cpr« eller »cvr«"),
        ('{"cpr": "1212121212", "cvr": "13748136", "name": "Ane"}', "enten »cpr« eller »cvr«"),
        ('{"cpr": "1212121212", "cpr": "0101901234", "name": "Ane"}', "to gange"),
        ('{"cpr": "1212121212"}', "»name« mangler"),
        ('{"cpr": "12121212", "name": "Ane"}', "»cpr« er ikke et CPR-nummer"),
        ('{"cvr": "1", "name": "Firma"}', "»cvr« er ikke et CVR-nummer"),
        ('{"cpr": 1212121212, "name": "Ane"}', "»cpr« skal være tekst i anførselstegn"),
        ('{"cpr": "1212121212", "nmae": "Ane"}', "mente du »name«?"),
        ('{"cpr": "1212121212", "name": "Ane", "qqq": 1}', "Der kan stå: cpr, cvr, name, address"),
        ('{"cpr": "1212121212", "name": "Ane", "address": "Vej 1"}', "»address« skal stå i { }"),
        ('{"cpr": "1212121212", "name": "Ane", "address": {"steet": "Vej"}}', "mente du »street«?"),
        ('{"cpr": "1212121212", "name": "Ane", "address": {"post_code": 800}}', "»post_code« skal være tekst"),
        ('{"cpr": "1212121212", "name": "Ane", "address": {"country": "Danmark"}}', "»country«"),
        ('{"cpr": "1212121212", "name": "Ane", "address": {"lines": ["1","2","3","4","5","6","7"]}}', "højst 6"),
        ('{"cpr": "1212121212", "name": "A\\u001b[2J"}', "tegn, der ikke kan skrives"),
        ('{"cpr": "1212121212", "name": "' + "A" * 300 + '"}', "længere end 255"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(line, why):
    """So that it can be found and mended."""
    text = refusal(f'{{"cvr": "55133018", "name": "Kommune"}}\n{line}')
    assert "linje 2 i modtagerlisten" in text
    assert why in text


@given(
    st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=3), st.sampled_from(["cpr", "name", "x"])
)
def test_what_stands_in_a_wrong_line_is_never_repeated(words, key):
    """It may be a number in the wrong place."""
    canary = f"kanarie {words} 1212121212"
    for line in (canary, json.dumps({key: canary}), json.dumps({canary: "x"}), json.dumps({"cpr": [canary]})):
        text = refusal(line)
        assert "kanarie" not in text
        assert "1212121212" not in text


def test_a_recipient_who_stands_there_twice_is_refused():
    """A list put together from two is the common way to send twice."""
    text = refusal(f'{ANE}\n{{"cvr": "55133018", "name": "K"}}\n{{"cpr": "121212-1212", "name": "Ane P."}}')
    assert "linje 3" in text
    assert "samme modtager som i linje 1" in text


def test_an_empty_list_is_refused():
    """Sending to nobody is a mistake."""
    assert "ingen modtagere" in refusal("\n \n")


def test_what_is_not_utf_8_is_refused_with_its_line():
    """A list in Latin-1 would give wrong names."""
    assert "linje 2 i modtagerlisten er ikke UTF-8" in refusal(
        f"{ANE}\n".encode() + '{"name": "Søren"}'.encode("latin-1")
    )


def test_the_list_is_bounded(tmp_path):
    """In lines and in bytes: a pipe that never ends does not fill the memory."""
    lines = "\n".join(f'{{"cvr": "{number:08}", "name": "Firma"}}' for number in range(recipients.MOST + 1))
    assert f"mere end {recipients.MOST} modtagere" in refusal(lines)
    assert len(parsed(lines.rpartition("\n")[0].encode())) == recipients.MOST
    (tmp_path / "large").write_bytes(b" " * (recipients.LARGEST + 1))
    with pytest.raises(Stopped, match="fylder mere end 4 MB"):
        recipients.read(str(tmp_path / "large"))
    with pytest.raises(Stopped, match="kan ikke læses"):
        recipients.read(str(tmp_path / "nowhere"))
