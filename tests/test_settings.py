"""The settings file: what it gives, and how it says what is wrong with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from esdh_connect.errors import SettingsError
from esdh_connect.ids import Cvr
from esdh_connect.legal_clock import DELIVERY, DeliveryTime, LegalClock
from esdh_connect.model import Address, ContactPoint, Representative, Sender
from esdh_connect.policy import Department, fold
from esdh_connect.settings import Settings, StoreServer
from esdh_connect.training import Training
from esdh_connect.workdays import Workdays

NOW = datetime(2026, 3, 3, tzinfo=UTC)
VALUE = "hunter2hunter2"
TOP = """\
schema = 1
[secrets]
installation = "file:installation.secret"
[sender]
cvr = "55133018"
name = "Eksempel Kommune"
"""
URL = "postgresql+psycopg://USER@HOST:PORT/DATABASE"
SECRET = 'a secret never stands in this file itself: write password = "file:PATH" or "env:NAME"'
LINES = TOP.count("\n")
Load = Callable[[str], Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write_and_load(text: str) -> Settings:
        path = tmp_path / "esdh-connect.toml"
        path.write_text(text, encoding="utf-8")
        return Settings.load(path)

    return write_and_load


def wrong(load: Load, text: str) -> list[str]:
    """Give the lines of the error, without the path; the Danish ones name the same places and no value either."""
    with pytest.raises(SettingsError) as caught:
        load(text)
    return told(caught.value)


def told(error: SettingsError) -> list[str]:
    english, danish = str(error).split("\n"), error.danish.split("\n")
    assert [line.split(": ")[:2] for line in english] == [line.split(": ")[:2] for line in danish]
    assert not set(english) & set(danish)
    assert VALUE not in str(error) + error.danish
    return [line.partition("esdh-connect.toml:")[2].strip() for line in english]


def test_everything_that_may_stand_in_the_file_is_read(load: Load, tmp_path: Path) -> None:
    """The values are those of the model, and paths are relative to the file."""
    settings = load(f"""{TOP}
        contact_point = {{ id = "9a", label = "Borgerservice", group = "g" }}
        representative = {{ cvr = "13748136", name = "Leverandør" }}
        address = {{ street = "Rådhusgade", number = "1", post_code = "1000", city = "By", lines = ["en", "to"] }}
        [store]
        path = "data/outbox.db"
        [plugins.a]
        [plugins.b]
        anything = [1, {{ x = 2.5 }}]
        [departments.demo]
        name = "Demo"
        plugins = ["a", "b"]
        channels = ["digital_post", "fysisk_post"]
        consolidate = false
        [departments.demo.values.b]
        limit = 7
    """)
    assert settings.path == tmp_path / "esdh-connect.toml"
    assert settings.store == tmp_path / "data" / "outbox.db"
    assert settings.sender == Sender(
        Cvr("55133018"),
        "Eksempel Kommune",
        ContactPoint("9a", "Borgerservice", "g"),
        Representative(Cvr("13748136"), "Leverandør"),
        Address(street="Rådhusgade", number="1", post_code="1000", city="By", lines=("en", "to")),
    )
    assert settings.plugins == {"a": {}, "b": {"anything": [1, {"x": 2.5}]}}
    assert settings.departments["demo"].what == {
        "plugins": ("a", "b"),
        "channels": ("digital_post", "fysisk_post"),
        "consolidate": False,
        "values.b": {"limit": 7},
    }


def test_the_outbox_lies_beside_the_file_by_default(load: Load, tmp_path: Path) -> None:
    """Wherever the program was started."""
    assert load(TOP).store == tmp_path / "outbox.db"
    assert Settings.load(str(tmp_path / "esdh-connect.toml")).store.is_absolute()


def test_the_outbox_may_lie_on_a_server(load: Load, tmp_path: Path) -> None:
    """The password stands elsewhere, and is read when it is needed."""
    url = "postgresql+psycopg://esdh@db.example:5433/esdh?sslmode=verify-full"
    (tmp_path / "password").write_text("hunter2\n")
    place = load(f'{TOP}[store]\nurl = "{url}"\npassword = "file:password"').store
    assert isinstance(place, StoreServer)
    assert place.password is not None
    assert (place.url, place.password.text()) == (url, "hunter2")


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    """With a byte order mark and its own line endings; lines are counted the same."""
    path = tmp_path / "esdh-connect.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TOP.replace("\n", "\r\n").encode())
    assert Settings.load(path).sender.name == "Eksempel Kommune"
    path.write_bytes(b"\xef\xbb\xbf" + f"{TOP}navn = 1\n".replace("\n", "\r\n").encode())
    with pytest.raises(SettingsError, match=rf":{LINES + 1}: sender.navn"):
        Settings.load(path)


def test_every_mistake_is_told_at_once_with_line_and_key(load: Load) -> None:
    """Nobody has to start the program ten times."""
    assert wrong(
        load,
        f"""\
schema = 1
[secrets]
installation = "{VALUE}"
[sender]
cvr = "5513301"
navn = "{VALUE}"
[store]
path = 3
[plugin.serviceplatformen]
[departments."Børn & Unge"]
plugins = "{VALUE}"
channels = [
  "digital_post",
  7,
]
consolidate = "{VALUE}"
chanels = []
""",
    ) == [
        '3: secrets.installation: a secret never stands in this file itself: write "file:PATH" or "env:NAME"',
        "5: sender.cvr: a CVR number has 8 digits",
        "4: sender.name: is missing",
        "6: sender.navn: unknown key",
        "8: store.path: a text in quotes is expected",
        '11: departments."Børn & Unge".plugins: a list is expected: [ … ]',
        '12: departments."Børn & Unge".channels[1]: a text in quotes is expected',
        '16: departments."Børn & Unge".consolidate: true or false is expected',
        '17: departments."Børn & Unge".chanels: unknown key – did you mean "channels"?',
        '9: plugin: unknown key – did you mean "plugins"?',
    ]


def test_the_operator_is_told_in_danish(load: Load, tmp_path: Path) -> None:
    """The same, in the words of the house."""
    with pytest.raises(SettingsError) as caught:
        load(f"{TOP}nmae = 1\n")
    assert caught.value.danish == f'{tmp_path}/esdh-connect.toml:7: sender.nmae: ukendt nøgle – mente du "name"?'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "schema: is missing: begin the file with schema = 1"),
        ("schema = 2\nfuture = true", "1: schema: this version reads schema = 1 only"),
        ("\nschema = true", "2: schema: this version reads schema = 1 only"),
        ('schema = "1"', "1: schema: this version reads schema = 1 only"),
        ("schema = 1", "secrets: is missing"),
        ("schema = 1\nsecrets = 1", "2: secrets: a table is expected"),
        (f"{TOP}[plugins]\na = 1", "8: plugins.a: a table is expected"),
        (f"{TOP}[[plugins.a]]", "7: plugins.a: a table is expected"),
        (f'{TOP}[store]\npath = ""', "8: store.path: a path is expected"),
        (f'{TOP}[store]\nurl = "sqlite:///{VALUE}"', f"8: store.url: {URL} is expected"),
        (f'{TOP}[store]\nurl = "postgresql://db:port/{VALUE}"', f"8: store.url: {URL} is expected"),
        (f'{TOP}[store]\nurl = "postgresql://esdh@db"', f"8: store.url: {URL} is expected"),
        (f'{TOP}[store]\nurl = "postgresql://esdh:{VALUE}@db/esdh"', f"8: store.url: {SECRET}"),
        (f'{TOP}[store]\nurl = "postgresql://db/esdh?password={VALUE}"', f"8: store.url: {SECRET}"),
        (
            f'{TOP}[store]\npath = "a"\nurl = "postgresql://db/esdh"',
            "9: store.url: there is a path too: only one of them",
        ),
        (f'{TOP}[store]\npassword = "env:X"', "8: store.password: goes with a url, and there is none"),
    ],
)
def test_each_wrong_form_has_a_sentence_of_its_own(load: Load, text: str, expected: str) -> None:
    """The first of them is shown here."""
    assert wrong(load, text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "plugins = ['sandbx']",
            'departments.x.plugins[0]: the file has no [plugins.sandbx], so "sandbx" is not loaded',
        ),
        ("values.sandbx.a = 1", "departments.x.values.sandbx: the file has no [plugins.sandbx], so"),
        ("parent = 'demp'", 'departments.x.parent: there is no such department – did you mean "demo"?'),
        ("parent = 'x'", "departments.x.parent: the department belongs to itself"),
        ("active_from = '2027-01-04'", "departments.x.active_from: a date is expected"),
        ("plugins = ['+demo']", "departments.x.plugins[0]: the file has no [plugins.demo]"),
        ("product = 'A4'", "departments.x.product: product: the supplier's number is expected"),
    ],
)
def test_what_a_department_names_must_be_there(load: Load, text: str, expected: str) -> None:
    """A misspelt plugin would be off without anybody noticing; a parent's parent would not count."""
    head = f"{TOP}[plugins.sandbox]\n[departments.demo]\n[departments.child]\nparent = 'demo'\n"
    [line] = wrong(load, f"{head}[departments.x]\n{text}\n")
    assert line.startswith(f"{LINES + 6}: {expected}")
    assert "sandbx" not in line or 'did you mean "sandbox"?' in line


def test_departments_become_policies(load: Load) -> None:
    """What a department does not say is its parent's, and what neither says is the default."""
    settings = load(f"""{TOP}
        [plugins.a]
        [plugins.b]
        [departments.top]
        plugins = ["a"]
        channels = ["paper"]
        consolidate = false
        [departments.child]
        name = "Barn"
        parent = "top"
        plugins = ["b"]
        [departments.alone]
    """)
    changes = settings.policies()
    assert {change.by for change in changes} == {"settings"}
    child = fold(changes, Department("child", "Barn", "top"), NOW)
    assert (child.department, child.plugins, child.channels, child.consolidate) == (
        Department("child", "Barn", "top"),
        frozenset({"b"}),
        ("paper",),
        False,
    )
    alone = fold(changes, Department("alone"), NOW)
    assert (alone.plugins, alone.channels, alone.consolidate) == (frozenset(), (), True)
    assert {change.in_force for change in settings.policies(NOW)} == {NOW}


# --- the clock


def test_the_clock_adds_to_what_is_known(load: Load) -> None:
    """Days that are closed take the place of the usual ones; a table of dates grows."""
    clock = load(f"""{TOP}
        [clock]
        closed = ["12-24", "2026-05-15"]
        margin = 2
        [[clock.delivery]]
        valid_from = 2027-01-01
        post = 4
        [[clock.delivery]]
        valid_from = 2027-01-01
        post = 1
        printing = 0
        category = "Prioritaire"
        channel = "fysisk_post"
    """).clock

    later = date(2027, 1, 1)
    assert (clock.workdays, clock.margin) == (Workdays(("12-24", "2026-05-15")), 2)
    assert tuple(clock.delivery) == (
        *DELIVERY,
        DeliveryTime(later, 4),
        DeliveryTime(later, 1, 0, "fysisk_post", "Prioritaire"),
    )
    assert load(TOP).clock == LegalClock()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('closed = ["24-12"]', "clock: refused: en lukkedag skrives 12-24, eller 2026-05-15 for det ene år"),
        ("margin = -1", "clock: refused: 'margin' must be >= 0: …"),
        ("delivery = [{ post = 4 }]", "clock.delivery[0].valid_from: is missing"),
        (
            'delivery = [{ valid_from = 2027-01-01, post = 4, category = "A" }]',
            'clock.delivery[0].category: one of these is expected: "", "Prioritaire", "Economique", "Bulk"',
        ),
        ("delivery = [{ valid_from = 2027-01-01, post = 400 }]", "clock.delivery[0]: refused: 'post' must be <= 60: …"),
    ],
)
def test_a_clock_that_goes_wrong_is_refused(load: Load, lines: str, expected: str) -> None:
    """By the key that is wrong."""
    [line] = wrong(load, f"{TOP}[clock]\n{lines}\n")
    assert line.split(": ", 1)[1].startswith(expected)


# --- training


def test_training_is_said_and_has_a_test_person(load: Load) -> None:
    """Who says nothing is in earnest, whatever stands of the test person."""
    assert load(TOP).training is None
    assert load(f'{TOP}[training]\nname = "Prøve"\n').training is None
    assert load(f'mode = "training"\n{TOP}').training == Training()
    given = load(f'mode = "training"\n{TOP}[training]\nrecipient = "paper"\nname = "Prøve Person"\n')
    assert given.training == Training("paper", "Prøve Person")


def test_a_mode_that_is_misspelt_is_refused(load: Load) -> None:
    """It must not become one in earnest."""
    [line] = wrong(load, f'mode = "trainning"\n{TOP}')
    assert line.endswith('mode: one of these is expected: "production", "training"')
