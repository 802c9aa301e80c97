"""The commands the documentation prints exist, run, and print what it shows."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.metadata import entry_points
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from esdh_connect.testing.fakes import pdf_of

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
READ_BY_PEOPLE = [
    *sorted(ROOT.glob("docs/*.md")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("plugins/*/README.md")),
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_every_make_target_that_is_named_exists():
    """In the README and all pages."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in READ_BY_PEOPLE:
        named = re.findall(r"(?:`|^    |^\$ )make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets, path


def commands(text: str) -> Iterator[list[str]]:
    """Every call of the program that is printed, as words; lines that go on are put together."""
    for line in re.findall(r"^(?:\$ |    )?(esdh-connect .*)$", text.replace("\\\n", " "), re.MULTILINE):
        yield shlex.split(line, comments=True)[1:]
    for line in re.findall(r"`esdh-connect ([^`]+)`", text):
        yield shlex.split(line)


@pytest.mark.parametrize("path", READ_BY_PEOPLE, ids=name_of)
def test_every_command_that_is_named_exists_with_its_options(path):
    """Copied from the page, it runs."""
    known = {point.name: point for point in entry_points(group="esdh_connect.commands")}
    for words in commands(path.read_text(encoding="utf-8")):
        if words[0].startswith("-"):
            continue
        assert words[0] in known, words
        options = options_of(known[words[0]].load(), words[1:])
        used = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
        assert used <= options, words


def options_of(command: Any, words: list[str]) -> set[str]:
    """The options of a command, and of those below it that ``words`` name."""
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    below = getattr(command, "commands", {})
    for at, word in enumerate(words):
        if word in below:
            return options | options_of(below[word], words[at + 1 :])
    return options


@pytest.fixture
def play(tmp_path):
    """Starts a printed command in a folder of its own, as a program that is running when it has said its first line."""
    with ExitStack() as stack:

        def start(*words: str) -> subprocess.Popen[str]:
            program = [sys.executable, "-m", "esdh_connect.cli", *words]
            running = subprocess.Popen(program, cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8")
            stack.enter_context(running)
            stack.callback(running.terminate)
            return running

        yield start


@pytest.mark.slow  # two servers are started, and a letter goes all the way
def test_the_commands_of_the_readme_deliver_a_letter(tmp_path, play):
    """As printed, but for a port that is free and the question that is answered."""
    (tmp_path / "letter.pdf").write_bytes(pdf_of("Byggetilladelse", "Klagevejledning"))
    (tmp_path / "bilag.pdf").write_bytes(pdf_of("Situationsplan"))
    [recipient] = re.findall(r"`(\{\"cvr\".*?\})`", README)
    (tmp_path / "to.jsonl").write_text(recipient, encoding="utf-8")
    console = "\n".join(blocks(README, "console")).replace("8642", str(free_port()))
    sandbox, receipts, send, outbox = commands(console)

    for server in (sandbox, receipts):
        assert "url" in json.loads(play(*server).stdout.readline())
    sent = play(*send, "--yes").communicate(timeout=60)[0]

    assert "Leveret\n    Brevet er sendt og leveret" in sent
    assert "Leveret" in play(*outbox).communicate(timeout=60)[0]


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow  # the demo is run from end to end
def test_what_the_readme_shows_of_the_demo_is_what_it_prints(play):
    """Line by line, but for figures that differ from day to day: sizes, and how much was checked in how long."""
    told = set(map(timeless, play("demo", "--once").communicate(timeout=110)[0].splitlines()))
    [shown] = [block for block in blocks(README, "text") if "Facit" in block]

    assert [line for line in shown.splitlines() if line != "…" and timeless(line) not in told] == []


def timeless(line: str) -> str:
    return re.sub(r"[\d,]+(?= (kB|forventninger|sekunder))", "…", line)
