"""The real files laid together by every engine, once for all tests here, in two processes."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from corpus.table import Row, end

HOME = Path(__file__).parents[2]
FILES = Path(os.environ.get("ESDH_CONNECT_REFERENCE", HOME.parents[1] / "../shared/data"), "pdf")
PROCESSES = 2
SETS = 60
SEED = 2026


@pytest.fixture(scope="session")
def files() -> list[str]:
    """The names of the real files, as their list has them."""
    if not (FILES / "SOURCES.json").is_file():
        pytest.skip(f"the real files are not in {FILES}")
    return [one["file"] for one in json.loads((FILES / "SOURCES.json").read_text(encoding="utf-8"))]


@pytest.fixture(scope="session")
def singly(files: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """What became of each file after a cover page, by every engine."""
    if shutil.which("qpdf") is None:
        assert not os.environ.get("CI"), "qpdf is not installed: .ci/servers does it"
        pytest.skip("qpdf, which is compared with, is not installed")
    return judged([[name] for name in files], tmp_path_factory.mktemp("singly"))


@pytest.fixture(scope="session")
def in_sets(singly: list[Row], tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """What we made of random letters of two to nine files, each of which went well alone."""
    well = [row["files"][0] for row in singly if end(row["ours"]) == "whole"]
    draw = random.Random(SEED)  # noqa: S311 - the same letters every time
    letters = [draw.sample(well, draw.randint(2, 9)) for _ in range(SETS)]
    return judged(letters, tmp_path_factory.mktemp("sets"))


def judged(letters: Sequence[Sequence[str]], folder: Path) -> list[Row]:
    """Share them out to processes of their own, and give what they found, in order."""
    running = []
    for at in range(PROCESSES):
        names, results, log = (folder / f"{at}.{kind}" for kind in ("names", "jsonl", "log"))
        names.write_text("\n".join("\t".join(letter) for letter in letters[at::PROCESSES]), encoding="utf-8")
        command = [sys.executable, "-m", "corpus.judge", str(FILES), str(names), str(results)]
        with log.open("wb") as said:
            running.append((subprocess.Popen(command, cwd=HOME / "tests", stdout=said, stderr=said), results, log))
    found: dict[tuple[str, ...], Row] = {}
    for process, results, log in running:
        assert process.wait() == 0, log.read_text(encoding="utf-8", errors="replace")[-2000:]
        rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
        found |= {tuple(row["files"]): row for row in rows}
    return [found[tuple(letter)] for letter in letters]
