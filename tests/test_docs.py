"""The documentation is true: what it lists is what there is, no more and no less."""

import inspect
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import attrs
import pytest
import trustme

from esdh_connect import errors, hookspecs, metrics, wording
from esdh_connect import health as health_module
from esdh_connect.bell import BellHealth
from esdh_connect.events import FACTS
from esdh_connect.health import Disk, Health
from esdh_connect.outbox import Figures
from esdh_connect.policy import Department, Policy, fold
from esdh_connect.settings import DepartmentSettings, Settings
from esdh_connect.settings.installation import _Top

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
READ_BY_PEOPLE = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("plugins/*/README.md"))]
HOOKS = {
    name: function
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and hasattr(function, f"{hookspecs.PROJECT}_spec")
}
ERRORS = [getattr(errors, name) for name in errors.__all__]
LEAVES = [error for error in ERRORS if not error.__subclasses__()]


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row of a page."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split(" |")]


# --- hooks


def call(name: str) -> str:
    return f"{name}({', '.join(inspect.signature(HOOKS[name]).parameters)})"


def test_every_hook_has_a_heading_with_its_arguments_and_there_are_no_others():
    """In the order of the module, so that page and code are read side by side."""
    assert re.findall(r"^### `(.*)`$", page("hooks.md"), re.MULTILINE) == [call(name) for name in HOOKS]


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_shows_its_types(name):
    """The line below the heading is the signature itself."""
    signature = str(inspect.signature(HOOKS[name])).replace("'", "")

    assert f"### `{call(name)}`\n\n`{signature}`\n" in page("hooks.md")


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_begins_with_its_danish_words(name):
    """The same as in its docstring."""
    danish = re.split(r"[:.]| among| by our", HOOKS[name].__doc__ or "")[0]

    assert f"\n\n*{danish}" in page("hooks.md").split(f"### `{call(name)}`")[1].split("###")[0]


@pytest.mark.parametrize("name", HOOKS.keys() - FACTS.keys())
def test_every_hook_that_is_asked_says_what_follows_and_who_uses_it(name):
    """Three questions a plugin's author has."""
    section = page("hooks.md").split(f"### `{call(name)}`")[1].split("\n#")[0]

    assert re.search(r"\*\*(If it raises|If one plugin raises|No answer|The answer is checked|If a channel)", section)
    assert "**Used by**" in section


# --- errors


def test_the_tree_of_errors_is_the_one_of_the_module():
    """Each class under its parent."""
    [tree] = blocks(page("errors.md"), "text")
    lineage: list[str] = []
    found = {}
    for indent, name in re.findall(r"^([├└─│ ]*)(\w+)", tree, re.MULTILINE):
        lineage[len(indent) // 4 :] = [name]
        found[name] = lineage[-2] if len(lineage) > 1 else "Exception"

    assert found == {error.__name__: error.__base__.__name__ for error in ERRORS}


@pytest.mark.parametrize("error", LEAVES)
def test_every_error_has_a_row_with_the_first_words_a_caseworker_reads(error):
    """Which say whether anything was sent."""
    [begins] = [row[2] for row in rows(page("errors.md")) if row[0] == f"`{error.__name__}`"]

    assert wording.of(error()).startswith(f"{begins}: ")


def test_every_exit_code_is_in_the_table():
    """Scripts rely on them."""
    exits = pytest.importorskip("esdh_connect.cli.exits").Exit

    assert [row[:2] for row in rows(page("errors.md")) if row[0].isdecimal()] == [
        [str(code.value), code.name] for code in exits
    ]


# --- health


def test_every_metric_is_described():
    """In the order they are written, and no other."""
    health = Health(
        at=datetime.now(UTC),
        figures=Figures(),
        disk=Disk(1, 1),
        bell=BellHealth(),
    )
    names = re.findall(r"^# TYPE esdh_connect_(\w+)", metrics.written(health), re.MULTILINE)

    assert [row[0].strip("`") for row in rows(page("health.md").split("## Metrics")[1]) if row[0][0:1] == "`"][
        1:
    ] == names


def test_every_finding_is_described():
    """By the word programs have for it."""
    source = inspect.getsource(health_module)
    section = page("health.md").split("## Metrics")[0]

    assert {row[0].strip("`") for row in rows(section) if row[0].startswith("`")} - {"what"} == set(
        re.findall(r'Finding\("(\w+)"', source)
    )


# --- settings


def keys_in(heading: str) -> list[str]:
    title = f"## `[{heading}]`\n" if heading else "## Øverst i filen\n"
    section = re.split(r"\n##+ ", page("settings.md").split(title)[1])[0]
    return [row[0].strip("`") for row in rows(section) if row[0].startswith("`")]


def keys_of(cls: type) -> list[str]:
    return [field.alias for field in attrs.fields(cls) if field.init]


def test_the_tables_of_the_settings_are_all_described():
    """Each has a heading of its own; what stands above them all has one too."""
    headings = re.findall(r"^## `\[(\w+)", page("settings.md"), re.MULTILINE)

    order = [
        "schema",
        "mode",
        "secrets",
        "store",
        "worker",
        "retention",
        "clock",
        "training",
        "sender",
        "plugins",
        "departments",
    ]
    assert [*keys_in(""), *headings] == order
    assert {*keys_in(""), *headings} == set(keys_of(_Top))


TABLES = {one.name: one.type for one in attrs.fields(attrs.resolve_types(_Top)) if attrs.has(one.type)}


@pytest.mark.parametrize(("heading", "cls"), [*TABLES.items(), ("departments.…", DepartmentSettings)])
def test_every_key_of_the_settings_is_described(heading, cls):
    """And no other."""
    assert keys_in(heading) == keys_of(cls)


def test_every_key_of_a_shipped_plugin_is_described():
    """In the table of the plugin."""
    assert shipped_plugins()
    for point in shipped_plugins():
        assert keys_in(f"plugins.{point.name}") == keys_of(point.load())


def shipped_plugins() -> list[Any]:
    return [point for point in entry_points(group="esdh_connect") if point.value.startswith("esdh_connect_")]


def example(name: str) -> str:
    """All of a page's examples together, as one file."""
    return "\n".join(blocks(page(name), "toml"))


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "esdh-connect.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def with_certificate(folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("client.test").private_key_and_cert_chain_pem.write_to_path(folder / "client.pem")
    for name in ("webhook.secret", "bridge.secret"):
        (folder / name).write_text("a secret to sign with, long enough")


def test_the_example_settings_load(tmp_path):
    """Plugins and all, with a certificate of our own."""
    with_certificate(tmp_path)
    settings = loaded(tmp_path, example("settings.md"))

    assert settings.sender.name == "Eksempel Kommune"
    for point in shipped_plugins():
        assert settings.plugin(point.name, point.load())


def test_the_example_departments_mean_what_the_page_says(tmp_path):
    """Byggesag inherits the channels and has bilag besides, Kultur has none."""
    head = f"{example('settings.md').split('[departments.')[0]}\n[plugins.bilag]\n"
    changes = loaded(tmp_path, head + example("departments.md")).policies()

    def policy(name: str, parent: str | None = None) -> Policy:
        return fold(changes, Department(name, parent=parent), datetime.now(UTC))

    assert policy("teknik").channels == ("digital_post", "fysisk_post")
    assert policy("byggesag", "teknik").channels == ("digital_post", "fysisk_post")
    assert policy("byggesag", "teknik").plugins - policy("teknik").plugins == {"bilag"}
    assert policy("byggesag", "teknik").sender.label == "Eksempel Kommune, Byggesag"
    assert (policy("teknik").consolidate, policy("byggesag", "teknik").consolidate) == (True, False)
    assert (policy("kultur").channels, policy("kultur").plugins) == ((), frozenset())


@pytest.mark.parametrize("path", READ_BY_PEOPLE, ids=name_of)
def test_every_toml_block_is_toml(path):
    """People copy them."""
    for block in blocks(path.read_text(encoding="utf-8"), "toml"):
        assert tomllib.loads(block)


# --- pages and links


def test_every_page_is_in_the_index():
    """In the list at its end."""
    listed = page("index.md").split("```{toctree}")[1].split("```")[0].split()[1:]

    assert sorted(f"{name}.md" for name in listed) == sorted(path.name for path in PAGES if path.stem != "index")


def anchor(heading: str) -> str:
    """The anchor GitHub and Sphinx give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("path", READ_BY_PEOPLE, ids=name_of)
def test_every_link_inside_the_repository_leads_somewhere(path):
    """To a file that is there, and a heading that is in it."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        file, _, wanted = link.partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        if wanted:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert wanted in map(anchor, headings), link
