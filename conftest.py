"""What all tests share: the examples of the documentation are tests too, and Hypothesis has two profiles."""

import os
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

hypothesis.settings.register_profile("dev", deadline=None)
# In CI the same examples every time: a submission is not judged by chance. `dev` is where new ones are found.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


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
    for item in items:
        if isinstance(item, SybilItem):
            item.add_marker(pytest.mark.xdist_group(item.path.name))
