"""The tour as a program: what it says, what it leaves behind, and how it ends."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import attrs
import pytest
from pypdf import PdfReader

CPRS = ("1212121212", "0101901234", "0202915678", "1503851111", "2412772222", "6101800000")
CPR = re.compile("|".join(f"{cpr[:6]}-?{cpr[6:]}" for cpr in CPRS).encode())
LONGEST = 20.0
#: Starting a program, making certificates, drawing 18 documents and waiting for receipts takes its time.
pytestmark = pytest.mark.slow
PROGRAM = [sys.executable, "-m", "esdh_connect.cli", "demo"]


@attrs.frozen
class Ran:
    code: int
    out: str
    err: str
    folder: Path


def run(folder: Path, *arguments: str, **environment: str) -> Ran:
    done = subprocess.run(
        [*PROGRAM, "--dir", str(folder), *arguments],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        timeout=100,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode(), folder)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(tmp_path_factory.mktemp("tour") / "demo", "--once")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_ends_well(once: Ran) -> None:
    """Exit code 0 says that every expectation held."""
    assert (once.code, once.err) == (0, "")
    assert "Alt kom, som det skulle" in once.out


def test_it_shows_the_way_of_a_document(once: Ran) -> None:
    """From the offered action to the journal note, in the words of caseworkers."""
    at = 0
    for said in (
        "Pluginet »serviceplatformen« bliver slået til",
        "Bølgen er i gang",
        "Borgerservice (borger) har ikke sendt noget i 30 arbejdsdage",
        "Årsag: Opstartsvanskeligheder: oplæring (Ole Ærtebjerg)",
        "Næste skridt",
        "Dokumentet er ikke færdiggjort",
        "[Send digitalt]",
        "ingen handling",
        "Frida Mortensen",
        "Sendes med Digital Post",
        "5 dokumenter, 10 sider",
        "(bilagsoversigt)",
        "Åge Sørensen",
        "Ikke tilmeldt Digital Post",
        "Sendes med Fysisk Post",
        "(blank side)",
        "Æblegård Tømrer ApS",
        "Afventer",
        "Mette Kjærgård",
        "Afleveret i Digital Post",
        "Overdraget til postvæsenet",
        "Et forslag venter",
        "Leveret",
        "Afbrudt",
        "Der er ikke sendt noget",
        "N0001",
        "Teknik og Miljø",
        "ikke begyndt",
        "2 af 3 afdelinger er med. 2 har sendt deres første brev",
        "Bølge 1: byggesager – I gang",
        "Bølge 2: kultur – Planlagt",
    ):
        found = once.out.find(said, at)
        assert found >= 0, f"{said!r} does not follow on what is before it"
        at = found
    assert "\x1b" not in once.out


def test_cpr_numbers_stand_in_the_sandbox_alone(once: Ran) -> None:
    """In the messages it received and in its list of who can be reached; never on the screen or in a name."""
    assert not CPR.search(once.out.encode() + once.err.encode())
    holding = {path.relative_to(once.folder) for path in files(once.folder) if CPR.search(path.read_bytes())}
    outside = {path for path in holding if path.parts[:2] != ("sandkasse", "received")}
    assert outside <= {Path("sandkasse", "registered.toml")}
    assert len(holding - outside) == 2
    assert not [path for path in files(once.folder) if CPR.search(bytes(path))]


def test_what_the_recipients_got_can_be_looked_at(once: Ran) -> None:
    """One PDF a letter: the letter first, a list of the bilag, and each of them in order, with a bookmark."""
    sent = sorted((once.folder / "sendt").iterdir())
    assert [path.stem for path in sent] == ["BOR-0771", "BYG-0114", "BYG-0121", "BYG-0127"]
    for path in sent[1:]:
        pdf = PdfReader(BytesIO(path.read_bytes()))
        assert len(pdf.pages) == (13 if path.stem == "BYG-0121" else 10)  # on paper each begins on a sheet of its own
        titles = [str(item.title) for item in pdf.outline if not isinstance(item, list)]
        assert titles[0].startswith("Byggetilladelse")
        assert [title for title in titles[1:] if title != "Blank side"] == [
            "Bilagsoversigt",
            "Bilag 1: Situationsplan",
            "Bilag 2: Facadetegning",
            "Bilag 3: Vilkår",
            "Bilag 4: Vejledning om byggeri",
        ]
        assert "Bilagsoversigt" in pdf.pages[2].extract_text()


def test_the_withdrawn_letter_never_left(once: Ran) -> None:
    """Nobody on the other side has heard of it."""
    assert len(list((once.folder / "sandkasse" / "received").glob("*.xml"))) == 4
    assert not (once.folder / "sendt" / "BYG-0133.pdf").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    """Nobody's files are mixed with the tour's."""
    (tmp_path / "mine.txt").write_text("mine")
    ran = run(tmp_path, "--once")
    assert ran.code == 3
    assert "ikke tom" in ran.err
    assert [path.name for path in files(tmp_path)] == ["mine.txt"]


@attrs.frozen
class Watched:
    """The program with somebody at the keyboard."""

    program: subprocess.Popen[bytes]
    keyboard: int

    def types(self, words: str) -> None:
        os.write(self.keyboard, f"{words}\n".encode())

    def sees(self, words: str) -> str:
        seen = b""
        while words.encode() not in seen:
            assert select.select([self.keyboard], [], [], 3 * LONGEST)[0], seen.decode()
            seen += os.read(self.keyboard, 4096)
        return seen.decode()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    if os.name != "posix":
        pytest.skip("there is no pseudo-terminal here")
    keyboard, terminal = os.openpty()
    command = [*PROGRAM, "--tour", "--dir", str(tmp_path / "demo")]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as program:
        os.close(terminal)
        yield Watched(program, keyboard)
        program.kill()
    os.close(keyboard)


def answers(folder: Path) -> bool:
    settings = tomllib.loads((folder / "sandkasse" / "settings.toml").read_text(encoding="utf-8"))
    port = int(settings["plugins"]["serviceplatformen"]["url"].rpartition(":")[2])
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_with_somebody_at_the_keyboard_it_asks_and_then_runs_until_ctrl_c(watched: Watched, tmp_path: Path) -> None:
    """Return says yes; afterwards the sandbox goes on for one's own letters, and Ctrl-C is its end."""
    assert "Skal de tre breve sendes?" in watched.sees("[J/n]")
    watched.types("")
    watched.sees("[J/n]")
    watched.types("ja")
    ending = watched.sees("Ctrl-C slutter")
    assert "--to modtagere.jsonl" in ending
    assert "\x1b[" in ending
    assert answers(tmp_path / "demo")
    watched.program.send_signal(signal.SIGINT)
    assert watched.program.wait(LONGEST) == 0
    assert not answers(tmp_path / "demo")


def test_a_no_sends_nothing(watched: Watched, tmp_path: Path) -> None:
    """Who does not want to send is not made to, and that is no failure."""
    watched.sees("[J/n]")
    watched.types("nej")
    watched.sees("Der er ikke sendt noget")
    assert watched.program.wait(LONGEST) == 0
    assert list((tmp_path / "demo" / "sandkasse" / "received").glob("*.xml")) == []


def test_ctrl_c_in_the_middle_leaves_nothing_running(watched: Watched, tmp_path: Path) -> None:
    """It ends at once, as the shell knows it, and nobody listens any more."""
    watched.sees("[J/n]")
    assert answers(tmp_path / "demo")
    time.sleep(0.3)  # nobody presses a key within microseconds of a question
    watched.program.send_signal(signal.SIGINT)
    assert watched.program.wait(LONGEST) == 130
    assert not answers(tmp_path / "demo")
