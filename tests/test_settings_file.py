"""The settings file as text: what cannot be read, and on which line a key stands."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.errors import SettingsError
from esdh_connect.settings import Settings
from esdh_connect.settings.file import Keys, SettingsFile, dotted, lines_of

SECRET = "hunter2hunter2"

ODD = '''\
# a comment with = and [brackets]
top = 1   # [not.a.table]
"quo.ted" = "x = 1"
a.b.c = """
[no.table]
d = 2
"""

[a.e]
list = [
  1, # ]
  { inline = "]" },
]
f = {g = 1}

[[many]]
name = 'first'
[many.sub]
x = 1
[[many.deep]]
y = 1
[[many.deep]]
y = 2
[[many]]
name = "second"
[many."s u b"]
z.z = 3
[late.table]
[late]
k = 1
'''


def test_every_key_is_found_on_its_line() -> None:
    """In tables, dotted, quoted, in lists of tables, and in values of several lines, where it is the first."""
    lines = lines_of(ODD)
    expected: dict[Keys, int] = {
        ("top",): 2,
        ("quo.ted",): 3,
        ("a",): 4,
        ("a", "b", "c"): 4,
        ("a", "e"): 9,
        ("a", "e", "list"): 10,
        ("a", "e", "list", 1, "inline"): 10,
        ("a", "e", "f", "g"): 14,
        ("many",): 16,
        ("many", 0): 16,
        ("many", 0, "name"): 17,
        ("many", 0, "sub"): 18,
        ("many", 0, "sub", "x"): 19,
        ("many", 0, "deep", 0, "y"): 21,
        ("many", 0, "deep", 1): 22,
        ("many", 0, "deep", 1, "y"): 23,
        ("many", 1, "name"): 25,
        ("many", 1, "s u b", "z", "z"): 27,
        ("late", "table"): 28,
        ("late",): 29,
        ("late", "k"): 30,
    }
    assert {keys: lines.get(keys) for keys in expected} == expected
    assert not {keys for keys in lines if "no" in keys or "not" in keys or "d" in keys}


def every_key(value: Any, keys: Keys = ()) -> set[Keys]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {keys} | {found for key, one in inner for found in every_key(one, (*keys, key))}


def test_no_key_is_missed_and_none_invented() -> None:
    """The lines know exactly what the reader of TOML found."""
    assert {(), *lines_of(ODD)} == every_key(tomllib.loads(ODD))


key = st.text("ab.[]=#\"' é", max_size=4)
values = st.sampled_from(["1", "'[x]'", '"""\n[x]\ny=1\n"""', "[\n1,\n2 ]", "{ q = 1 }", "true # = ["])


@given(st.lists(st.tuples(st.booleans(), key, values), max_size=8, unique_by=lambda one: one[1]))
def test_keys_are_found_in_files_of_any_shape(statements: list[tuple[bool, str, str]]) -> None:
    """A table or a key, with any name and any value, one after the other with comments between."""
    text = ""
    table: Keys = ()
    expected: dict[Keys, int] = {}
    for number, (is_table, name, value) in enumerate(statements):
        quoted = '"' + name.replace('"', '\\"') + '"'
        table = (str(number), name) if is_table else table
        expected[table if is_table else (*table, name)] = text.count("\n") + 1
        text += f'["{number}".{quoted}]\n# x = 1\n\n' if is_table else f"{quoted} = {value}\n"
    lines = lines_of(text)
    assert {keys: lines.get(keys) for keys in expected} == expected
    assert {(), *lines} == every_key(tomllib.loads(text))


def test_keys_are_shown_as_toml_writes_them() -> None:
    """Quoted where they must be; positions in lists as Python writes them."""
    assert dotted(("departments", "Børn & Unge", "channels", 0)) == 'departments."Børn & Unge".channels[0]'


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        (b"schema = 1\n[sender\n", ":2", "not valid TOML"),
        (f'schema = 1\nsecret = {SECRET}"'.encode(), ":2", "not valid TOML"),
        (f'schema = 1\nsecret = "{SECRET}\n'.encode(), ":2", "not valid TOML"),
        (f'schema = 1\nsecret = """{SECRET}\n'.encode(), "", "not valid TOML"),
        (b"schema = 1\nschema = 1\n", ":2", "not valid TOML"),
        (b"schema = " + b"9" * 5000, "", "not valid TOML"),
        (b"schema = " + b"[" * 5000, "", "not valid TOML"),
        ("name = 'Børn'".encode("cp1252"), "", "is not UTF-8"),
        ("schema = 1".encode("utf-16"), "", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(tmp_path: Path, content: bytes, place: str, what: str) -> None:
    """Never with what stands in it."""
    path = tmp_path / "esdh-connect.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=what) as caught:
        Settings.load(path)
    for text in (str(caught.value), caught.value.danish):
        assert text.startswith(f"{path}{place}: ")
        assert SECRET not in text
        assert "\n" not in text
    assert str(caught.value) != caught.value.danish
    assert caught.value.__suppress_context__


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """And a folder in its place is no file."""
    with pytest.raises(SettingsError, match="esdh-connect init") as caught:
        Settings.load(tmp_path / "esdh-connect.toml")
    assert "esdh-connect init" in caught.value.danish
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.load(tmp_path)


@given(st.text(max_size=60) | st.lists(st.sampled_from(["schema = 1\n", "[", "]", "a", ".", "=", "'", '"', "1", "\n"])))
def test_any_text_gives_settings_or_a_settings_error(tmp_path_factory: pytest.TempPathFactory, text: Any) -> None:
    """Nothing that stands in the file makes the program fall over."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes("".join(text).encode("utf-8", "surrogatepass"))
    with pytest.raises(SettingsError):
        Settings.load(path)


def test_a_line_is_found_by_what_stands_in_it(tmp_path: Path) -> None:
    """The first one."""
    file = SettingsFile(tmp_path, 'a = 1\nb = "file:x"\nc = "file:x"\n', {})
    assert file.line_with("file:x") == 2
    assert file.line_with("file:y") is None
