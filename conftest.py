"""What all tests share: the examples of the documentation are tests too, and Hypothesis has two profiles."""

import logging
import os
from collections.abc import Generator, Iterator
from contextlib import chdir
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
import structlog
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

#: Real servers, started where a test asks for one.
pytest_plugins = ["rabbitmq_server"]

hypothesis.settings.register_profile("dev", deadline=None)
# In CI the same examples every time: a submission is not judged by chance. `dev` is where new ones are found.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """The program may set up logging, for it is one: what a test had it set up ends with the test."""
    root = logging.getLogger()
    # What an earlier test left: a fixture of many tests that ran the program, and structlog's `capture_logs`,
    # after which structlog counts as set up by a host and prints.
    root.setLevel(logging.WARNING)
    structlog.reset_defaults()
    handlers, level = root.handlers[:], root.level
    yield
    root.setLevel(level)
    root.handlers = handlers


def enter_new_folder(namespace: dict[str, Any]) -> None:
    """The examples of a page may write files: they do it in a folder of their own."""
    folder = TemporaryDirectory()
    moved = chdir(folder.name)
    moved.__enter__()
    namespace["_leave"] = (moved, folder)


def leave_folder(namespace: dict[str, Any]) -> None:
    """Back to where pytest was started, and the folder is gone."""
    moved, folder = namespace["_leave"]
    moved.__exit__(None, None, None)
    folder.cleanup()


pytest_collect_file = Sybil(
    parsers=[SkipParser(), PythonCodeBlockParser()],
    patterns=["README.md", "docs/*.md"],
    setup=enter_new_folder,
    teardown=leave_folder,
).pytest()


def place(item: pytest.Item) -> tuple[str, int]:
    """Where an example stands in the documentation; tests stand nowhere."""
    return (str(item.path), item.example.line) if isinstance(item, SybilItem) else ("", 0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The examples of a page stand on each other: they keep their order, and come after the tests."""
    items.sort(key=place)


# No CPR number leaves the message: what the whole run printed, logged and left on the disk is searched at its end.

CPRS = ("1212121212", "0101901234", "0202915678", "1503851111", "2412772222", "6101800000")
SPELLINGS = [form.encode() for cpr in CPRS for form in (cpr, f"{cpr[:6]}-{cpr[6:]}", f"{cpr[:6]}%2D{cpr[6:]}")]
#: Where they belong: the messages, the lists tests send to, the sandbox's own table of who is registered.
MAY_HOLD_THEM = ("*/received/*", "*/incoming/*", "*.jsonl", "*/registered.toml", "*/inputs/*")
LEAKS = pytest.StashKey[list[str]]()


def holds_one(content: bytes) -> bool:
    """Whether there is a test CPR in it, however it is written."""
    return any(spelling in content for spelling in SPELLINGS)


def file_holds_one(path: Path) -> bool:
    """Read in pieces that overlap; a test may leave a file that claims to be as large as the disk."""
    with path.open("rb") as file:
        before = b""
        for _ in range(400):
            piece = file.read(2**20)
            if not piece or holds_one(before + piece):
                return bool(piece)
            before = piece[-20:]
    return False


def pytest_configure(config: pytest.Config) -> None:
    """Nothing has leaked yet."""
    config.stash[LEAKS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test printed and logged."""
    report = yield
    item.config.stash[LEAKS] += [
        f"{report.nodeid}: {name}" for name, text in report.sections if holds_one(text.encode())
    ]
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What the tests left in their folders. The run fails where anything leaked."""
    leaks = session.config.stash[LEAKS]
    folders: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001
    left = [path for path in folders.getbasetemp().rglob("*") if path.is_file()]
    own = [path for path in left if not any(fnmatch(str(path), pattern) for pattern in MAY_HOLD_THEM)]
    leaks += [str(path) for path in own if holds_one(str(path).encode()) or file_holds_one(path)]
    if leaks:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where."""
    for leak in config.stash[LEAKS]:
        terminalreporter.write_line(f"a CPR number got out: {leak}", red=True)
