"""The plugin of docs/write-a-plugin.md, as somebody outside would make, install and use it – from the page alone."""

import json
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import attrs
import pytest

from esdh_connect.ids import Cvr
from esdh_connect.pdf import count_pages
from esdh_connect.settings import initialize
from esdh_connect.testing.fakes import pdf_of

PAGE = (Path(__file__).parents[1] / "docs" / "write-a-plugin.md").read_text(encoding="utf-8")
FANE = re.compile(r"^`(?P<path>[\w./]+)`\n\n(?:<!-- .*? -->\n\n)?```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FRIDA = {"cpr": "1212121212", "name": "Frida Mortensen"}
IS_IT_IMPORTED = """
import sys
from esdh_connect import Connect
for settings in ("esdh-connect.toml", "with-it.toml"):
    post = Connect.from_settings(settings)
    print(sorted(post.plugins.channels), "esdh_connect_bakke" in sys.modules)
"""

# Building a wheel and making an environment take longer than five seconds on a slow machine.
pytestmark = pytest.mark.slow


@attrs.frozen
class Elsewhere:
    """An environment with what this one has, the plugin beside it, and the folder the plugin was written in."""

    python: Path
    plugin: Path

    def run(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run Python there with these arguments."""
        command = [str(self.python), *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)

    def send(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Send as the command line does."""
        send = ("-m", "esdh_connect.cli", "send", "--yes", "--title", "Afgørelse", "--to", "til.jsonl")
        return self.run(*send, *arguments, folder=folder)


def written(folder: Path) -> None:
    """Write the files that the page prints, each under the name that stands above it."""
    for path, text in FANE.findall(PAGE):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The plugin as a wheel, in an environment of its own: nothing is fetched, and this one stays as it is."""
    plugin, home = tmp_path_factory.mktemp("plugin"), tmp_path_factory.mktemp("home")
    written(plugin)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(build, cwd=plugin, check=True, capture_output=True)
    venv.create(home, symlinks=sys.platform != "win32")
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    own = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(home), "platbase": str(home)}))
    (own / "ours.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--quiet"]
    subprocess.run([*pip, *map(str, plugin.glob("dist/*.whl"))], check=True, capture_output=True)
    return Elsewhere(python, plugin)


@pytest.fixture
def desk(tmp_path):
    """A folder with settings, a letter, its bilag, and a list of recipients."""
    initialize(tmp_path, cvr=Cvr("55133018"), name="Eksempel Kommune")
    (tmp_path / "bakke").mkdir()
    (tmp_path / "brev.pdf").write_bytes(pdf_of("Afgørelse"))
    (tmp_path / "bilag.pdf").write_bytes(pdf_of("Tegning", "Tegning"))
    (tmp_path / "til.jsonl").write_text(json.dumps(FRIDA), encoding="utf-8")
    return tmp_path


def settings_of_the_page() -> str:
    [block] = re.findall(r"^```toml\n(\[plugins\.bakke\].*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return block


def named(desk: Path, settings: str) -> None:
    with (desk / "esdh-connect.toml").open("a", encoding="utf-8") as file:
        file.write(settings)


def test_a_letter_ends_as_a_pdf_in_the_folder(elsewhere, desk):
    """With the settings of the page, and its bilag laid together with it because the channel takes one file."""
    named(desk, settings_of_the_page())

    done = elsewhere.send("--json", "brev.pdf", "bilag.pdf", folder=desk)

    assert done.returncode == 0, done.stderr
    [told] = json.loads(done.stdout)["dispatches"]
    [letter] = (desk / "bakke").iterdir()
    assert (told["channel"], told["status"]) == ("bakke", "in_progress")
    assert letter.name == f"{told['id']}.pdf"
    assert count_pages(letter.read_bytes()) == 3


def test_a_plugin_that_is_installed_but_not_named_is_not_even_imported(elsewhere, desk):
    """Its distribution is there, and nothing of it runs."""
    without = (desk / "esdh-connect.toml").read_text(encoding="utf-8")
    (desk / "with-it.toml").write_text(without + settings_of_the_page(), encoding="utf-8")

    assert elsewhere.run("-c", IS_IT_IMPORTED, folder=desk).stdout == "[] False\n['bakke'] True\n"


def test_a_department_that_has_it_off_cannot_send_with_it(elsewhere, desk):
    """The plugin is loaded, but this department's policy does not list it."""
    named(desk, settings_of_the_page().replace('plugins = ["bakke"]', "plugins = []"))

    done = elsewhere.send("brev.pdf", folder=desk)

    assert done.returncode == 1
    assert "Der er ikke sendt noget: afdelingen har ingen kanaler" in done.stderr
    assert list((desk / "bakke").iterdir()) == []


def test_a_folder_that_takes_no_file_lets_the_letter_wait(elsewhere, desk):
    """The plugin says that surely nothing was sent, so the same command again is safe."""
    named(desk, settings_of_the_page())
    (desk / "bakke").rmdir()

    done = elsewhere.send("brev.pdf", folder=desk)

    assert done.returncode == 75
    assert "Der er ikke sendt noget endnu" in done.stdout


def test_a_misspelt_setting_is_named_with_its_line(elsewhere, desk):
    """As the page says."""
    named(desk, settings_of_the_page().replace("folder", "foldr"))

    done = elsewhere.send("brev.pdf", folder=desk)

    assert done.returncode == 3
    assert re.search(r'esdh-connect\.toml:\d+: plugins\.bakke\.foldr: .*mente du "folder"\?', done.stderr)


def test_its_own_tests_pass(elsewhere):
    """The conformance suite, and whatever the page adds to it."""
    done = elsewhere.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", folder=elsewhere.plugin)

    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ passed", done.stdout)
