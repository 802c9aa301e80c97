"""The rules of the house: what no single module can promise alone."""

import ast
import re
import resource
import subprocess
import sys
from calendar import monthrange
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
DISTRIBUTIONS = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]
PLUGINS = DISTRIBUTIONS[1:]
SHIPPED = sorted(path for home in DISTRIBUTIONS for path in home.glob("src/**/*.py"))
TESTS = sorted(path for home in DISTRIBUTIONS for path in home.glob("tests/**/*.py"))
SCRIPTS = sorted(path for where in ("", "docs/", "benchmarks/", "examples/") for path in ROOT.glob(f"{where}*.py"))
WRITTEN = [*SHIPPED, *TESTS, *SCRIPTS]
PAGES = sorted(path for home in DISTRIBUTIONS for path in [*home.glob("*.md"), *home.glob("docs/*.md")])

HEAVY = ("pypdf", "requests", "sqlalchemy", "cryptography", "alembic")
HEADINGS = ["Install", "Settings", "Limits", "Quirks", "Receipts", "Tested against"]
LONGEST = 350
LONGER: dict[str, str] = {}  # path: why it may be
NO_NOUNS = {"utils", "util", "helpers", "helper", "base", "manager", "common", "misc"}
TEST_CPRS = {"1212121212", "0101901234", "0202915678", "1503851111", "2412772222", "6101800000"}
STAYS_AT_HOME = {("resolve_entities", "False"), ("no_network", "True"), ("load_dtd", "False")}

BARE_CLICK = """
import click

@click.group()
def main(): "A program."

@main.command()
def send(): "Send."

main()
"""
OUR_PROGRAM = "from esdh_connect.cli import main; main()"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_bytes(), filename=name(path))))


def test_importing_the_core_pulls_in_nothing_heavy() -> None:
    """A host that imports us pays for no library before it uses what needs it."""
    program = f"import sys, esdh_connect; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def work_for_help(program: str) -> float:
    """In seconds of a processor, not of the clock: others may be busy on this machine."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program, "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_help_takes_at_most_twice_as_much_as_that_of_a_bare_click_program() -> None:
    """Both run in turns and the median counts; a machine that is busy at the time gets three rounds."""
    found = []
    while len(found) < 3:
        runs = [(work_for_help(BARE_CLICK), work_for_help(OUR_PROGRAM)) for _ in range(7)]
        bare, ours = map(median, zip(*runs, strict=True))
        if ours <= 2 * bare:
            return
        found.append(f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms")
    pytest.fail("; ".join(found))


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements/*.txt")), ids=name)
def test_requirements_are_versions_and_hashes_and_nothing_else(path: Path) -> None:
    """No address of an index, no path and no option: whose index is used is the installer's own business."""
    allowed = re.compile(r"#[^/]*|[a-z0-9-]+==[\w.]+( ; [^/\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in path.read_text().splitlines() if not allowed.fullmatch(line)] == []


@pytest.mark.parametrize("home", DISTRIBUTIONS, ids=lambda home: home.name)
def test_every_package_is_typed_and_carries_the_licence(home: Path) -> None:
    """Each is installed alone, so marker and licence must be in its own folder."""
    packages = [path for path in home.glob("src/*") if path.is_dir()]
    assert packages
    assert [name(package) for package in packages if not (package / "py.typed").is_file()] == []
    assert (home / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


@pytest.mark.parametrize("home", PLUGINS, ids=lambda home: home.name)
def test_every_plugin_is_described_under_the_same_headings(home: Path) -> None:
    """Who knows one plugin's page finds things in all of them."""
    headings = re.findall(r"^## (.+)$", (home / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading in HEADINGS] == HEADINGS


def test_a_file_fits_the_head() -> None:
    """One that must be long is listed with its reason, and only while it is long."""
    long = {name(path) for path in WRITTEN if len(path.read_bytes().splitlines()) > LONGEST}
    assert long == set(LONGER)


def test_a_module_is_named_for_what_is_in_it() -> None:
    """A drawer for everything is where the next thing gets lost."""
    assert [name(path) for path in SHIPPED if NO_NOUNS & {path.stem, path.parent.name}] == []


def turns_tls_off(node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg=word, value=ast.Constant(value=False)):
            return word in {"verify", "check_hostname"}
        case ast.Assign(targets=[ast.Attribute(attr=word)], value=ast.Constant(value=False)):
            return word in {"verify", "check_hostname"}
        case ast.Attribute(attr=word):
            return word in {"CERT_NONE", "_create_unverified_context"}
    return False


def test_tls_is_never_off() -> None:
    """Not in a test, a sandbox or a demo either: there is always a certificate authority to trust instead."""
    assert [name(path) for path in WRITTEN for node in nodes(path) if turns_tls_off(node)] == []


def imports(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
    return []


def test_xml_is_read_with_lxml_alone() -> None:
    """One parser, set up in one way; the others expand entities or know no limits."""
    others = ("xml", "defusedxml", "xmltodict", "bs4", "html5lib")
    found = {
        (name(path), module)
        for path in SHIPPED
        for node in nodes(path)
        for module in imports(node)
        if module.split(".")[0] in others
    }
    assert found == set()


def careless_parser(node: ast.AST) -> bool:
    """A parser that would fetch, expand or load something an XML document asks it to."""
    match node:
        case ast.Call(func=ast.Attribute(attr="XMLParser" | "XMLPullParser" | "iterparse")):
            return not {(word.arg, ast.unparse(word.value)) for word in node.keywords} >= STAYS_AT_HOME
        case ast.Call(func=ast.Attribute(attr="fromstring" | "XML", value=ast.Name(id="etree")), args=[_]):
            return all(word.arg != "parser" for word in node.keywords)
    return False


def test_every_xml_parser_is_told_to_stay_at_home() -> None:
    """Entities, networks and DTDs are refused where the parser is made, and no default parser is used."""
    assert [name(path) for path in SHIPPED for node in nodes(path) if careless_parser(node)] == []


def looks_like_a_cpr(digits: str) -> bool:
    day, month = int(digits[:2]) % 60, int(digits[2:4])
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]


def test_no_person_can_be_looked_up_from_here() -> None:
    """Only the agreed, made-up CPR numbers are written anywhere, in code, tests or pages."""
    found = {
        (name(path), digits)
        for path in [*WRITTEN, *PAGES]
        for digits in re.findall(r"(?<![\w.])([0-9]{6}-?[0-9]{4})(?!\w)", path.read_text(encoding="utf-8"))
        if looks_like_a_cpr(digits) and digits.replace("-", "") not in TEST_CPRS
    }
    assert found == set()


def test_every_test_says_in_a_sentence_what_it_shows() -> None:
    """Whoever sees one fail reads first what was promised."""
    tests = [
        (name(path), node.name, ast.get_docstring(node) or "")
        for path in TESTS
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [where for *where, sentence in tests if not sentence.endswith(".")] == []
