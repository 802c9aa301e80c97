"""A plugin's own table: filled into its class, strictly, and never with a value in a message."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import pytest

from esdh_connect.errors import PluginError, SettingsError
from esdh_connect.ids import Cvr
from esdh_connect.settings import Secret, Settings, same_as

if TYPE_CHECKING:
    from decimal import Decimal

VALUE = "hunter2hunter2"
TOP = """\
schema = 1
[secrets]
installation = "file:installation.secret"
[sender]
cvr = "55133018"
name = "Eksempel Kommune"
"""
LINES = TOP.count("\n")
Load = Callable[[str], Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write_and_load(text: str) -> Settings:
        path = tmp_path / "esdh-connect.toml"
        path.write_text(text, encoding="utf-8")
        return Settings.load(path)

    return write_and_load


@attrs.frozen
class Print:
    duplex: bool = False
    product: int = 0


@attrs.frozen
class Plugin:
    """As a plugin is written: its attributes are its settings."""

    url: str
    certificate: Secret
    password: Secret | None = None
    ca: Path | None = None
    authority: Cvr | None = None
    timeout: float = 30.0
    tries: int = 1
    dedup: Literal["proven", "unproven"] = "unproven"
    kinds: tuple[str, ...] = ()
    names: list[str] = attrs.field(factory=list)
    print: Print = Print()
    products: Mapping[str, Print] = attrs.field(factory=dict)
    _hidden: str = ""
    counted: int = attrs.field(default=0, init=False)


def told(error: SettingsError) -> list[str]:
    english, danish = str(error).split("\n"), error.danish.split("\n")
    assert [line.split(": ")[:2] for line in english] == [line.split(": ")[:2] for line in danish]
    assert not set(english) & set(danish)
    assert VALUE not in str(error) + error.danish
    return [line.partition("esdh-connect.toml:")[2].strip() for line in english]


def test_a_plugin_is_made_of_its_table(load: Load, tmp_path: Path) -> None:
    """Each value as its class wants it; a field that is private in Python is not in the file."""
    plugin = load(f"""{TOP}
        [plugins.p]
        url = "https://localhost"
        certificate = "file:client.pem"
        ca = "certs/ca.pem"
        authority = "55133018"
        timeout = 5
        dedup = "proven"
        kinds = ["brev"]
        names = ["a", "b"]
        print = {{ duplex = true }}
        products.a4 = {{ product = 7 }}
        hidden = "yes"
    """).plugin("p", Plugin)
    assert plugin.certificate.path == tmp_path / "client.pem"
    assert plugin.ca == tmp_path / "certs" / "ca.pem"
    assert (plugin.password, plugin.authority, plugin.tries) == (None, Cvr("55133018"), 1)
    assert (plugin.timeout, plugin.dedup, plugin.kinds, plugin.names) == (5.0, "proven", ("brev",), ["a", "b"])
    assert (plugin.print, plugin.products) == (Print(duplex=True), {"a4": Print(product=7)})
    assert plugin._hidden == "yes"


@attrs.frozen
class Bells:
    place: str = attrs.field(default="", metadata=same_as("store", "url"))
    password: Secret | None = attrs.field(default=None, metadata=same_as("store", "password"))


@pytest.mark.parametrize(
    ("store", "table", "expected"),
    [
        ('[store]\nurl = "postgresql://a@b/c"\npassword = "env:DB"', "", ("postgresql://a@b/c", True)),
        ('[store]\nurl = "postgresql://a@b/c"', 'place = "elsewhere"', ("elsewhere", False)),
        ('[store]\npath = "outbox.db"', "", ("", False)),
    ],
)
def test_what_another_table_says_need_not_be_said_again(load: Load, store, table, expected) -> None:
    """Where it is, it counts; where neither says it, the plugin's own default does."""
    plugin = load(f"{TOP}\n{store}\n[plugins.p]\n{table}\n").plugin("p", Bells)
    assert (plugin.place, plugin.password is not None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"url = ['{VALUE}']", "p.url: a text in quotes is expected"),
        ("tries = true", "p.tries: a whole number is expected"),
        ("tries = 1.0", "p.tries: a whole number is expected"),
        ("timeout = '1'", "p.timeout: a number is expected"),
        ("print.duplex = 'false'", "p.print.duplex: true or false is expected"),
        ("print.duplx = true", 'p.print.duplx: unknown key – did you mean "duplex"?'),
        ("print = 1", "p.print: a table is expected"),
        ("products.a4.product = '7'", "p.products.a4.product: a whole number is expected"),
        (f"kinds = '{VALUE}'", "p.kinds: a list is expected: [ … ]"),
        ("names = ['a', 1]", "p.names[1]: a text in quotes is expected"),
        (f"dedup = '{VALUE}'", 'p.dedup: one of these is expected: "proven", "unproven"'),
        (f"password = '{VALUE}'", 'p.password: a secret never stands in this file itself: write "file:PATH"'),
        ("password = 'env:'", 'p.password: a secret never stands in this file itself: write "file:PATH"'),
        ("authority = '1234'", "p.authority: a CVR number has 8 digits"),
        ("_hidden = ''", 'p._hidden: unknown key – did you mean "hidden"?'),
        ("counted = 1", "p.counted: unknown key"),
    ],
)
def test_a_wrong_value_of_a_plugin_is_told_without_the_value(load: Load, text: str, expected: str) -> None:
    """Texts are not numbers, true is no number, and a text is no list of letters."""
    basis = {"url": "url = 'https://x'", "certificate": "certificate = 'env:X'"}
    lines = [line for name, line in basis.items() if not text.startswith(name)]
    settings = load("\n".join([f"{TOP}[plugins.p]", text, *lines]))
    with pytest.raises(SettingsError) as caught:
        settings.plugin("p", Plugin)
    [line] = told(caught.value)
    assert line.startswith(f"{LINES + 2}: plugins.{expected}")


def test_what_a_plugin_must_have_is_missed_at_its_table(load: Load) -> None:
    """And a plugin that is not in the file cannot be made."""
    settings = load(f"{TOP}[plugins.p]\n")
    with pytest.raises(SettingsError) as caught:
        settings.plugin("p", Plugin)
    assert told(caught.value) == ["7: plugins.p.url: is missing", "7: plugins.p.certificate: is missing"]
    with pytest.raises(SettingsError, match=r"plugins\.q: is missing"):
        settings.plugin("q", Plugin)


def make(kind: Any, **field: Any) -> type[Any]:
    return attrs.make_class("Made", {"value": attrs.field(type=kind, **field)})


def refuse(instance: Any, _: Any, value: str) -> None:
    raise ValueError(f"{value} is no good, says {instance.__class__.__name__}: {value!r}")


@pytest.mark.parametrize(
    "check", [attrs.validators.in_(["a"]), attrs.validators.matches_re("a+"), attrs.validators.max_len(3), refuse]
)
def test_what_a_plugins_own_check_says_is_told_without_the_value(load: Load, check: Any) -> None:
    """Those of attrs quote it; so may others."""
    settings = load(f"{TOP}[plugins.p]\nvalue = '{VALUE}'")
    with pytest.raises(SettingsError, match=r"7: plugins\.p: refused: .*(value|good)") as caught:
        settings.plugin("p", make(str, validator=check))
    told(caught.value)


@pytest.mark.parametrize("kind", [Sequence[str], frozenset[str], set[str], tuple[str, str], dict[str, str] | None, Any])
def test_other_collections_are_made_as_well(load: Load, kind: Any) -> None:
    """Of a list or a table, whatever the plugin likes to hold."""
    text = "{ a = 'b' }" if kind == dict[str, str] | None else "['a', 'b']"
    value: Any = load(f"{TOP}[plugins.p]\nvalue = {text}").plugin("p", make(kind)).value
    assert {*value} <= {"a", "b"}


class Kind(StrEnum):
    A = "a"


@attrs.frozen
class Unresolvable:
    value: "Decimal"


@pytest.mark.parametrize("cls", [make(Kind), make(int | str), make(Callable[[], None]), Unresolvable, str])
def test_a_plugin_whose_class_cannot_be_filled_is_called_broken(load: Load, cls: type) -> None:
    """It is the plugin's mistake, not the operator's: the file is not blamed."""
    with pytest.raises(PluginError) as caught:
        load(f"{TOP}[plugins.p]\nvalue = 'a'").plugin("p", cls)
    assert caught.value.plugin == "p"


def test_a_plugin_may_say_itself_what_is_wrong(load: Load) -> None:
    """With its settings, in Danish too; or that it is broken, which stops only itself."""

    def check(_instance: object, _field: object, value: str) -> None:
        if value == "broken":
            raise PluginError("there is no printer", plugin="p")
        raise SettingsError(f"{value} is no printer", danish=f"{value} er ikke en printer")

    cls = make(str, validator=check)
    with pytest.raises(PluginError, match="there is no printer"):
        load(f"{TOP}[plugins.p]\nvalue = 'broken'").plugin("p", cls)
    with pytest.raises(SettingsError) as caught:
        load(f"{TOP}[plugins.p]\nvalue = '{VALUE}'").plugin("p", cls)
    assert told(caught.value) == ["7: plugins.p: … is no printer"]
    assert caught.value.danish.endswith("plugins.p: … er ikke en printer")
