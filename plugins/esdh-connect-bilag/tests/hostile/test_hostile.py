"""Files made to hurt end as a finding within five seconds and 512 MB, and never as a hang or crash of the host."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hostile.files import ALL, CYCLES, POLYGLOTS

from esdh_connect_bilag.engine import Reason
from esdh_connect_bilag.preflight import Flaw

HOME = Path(__file__).parents[1]
SECONDS = 5
MEMORY = 512 * 2**20

# About 120 files, each in a Python of its own: two minutes of processor time.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere to read the memory from"),
]


def measured(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "hostile.measured", name]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=120, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.returncode, "said": done.stderr[-800:]}


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, dict[str, Any]]]:
    """What came of each, and what it cost."""
    with ThreadPoolExecutor(2) as pool:
        yield dict(zip(ALL, pool.map(measured, ALL), strict=True))


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_file_ends_in_time_and_in_memory(results: dict[str, dict[str, Any]], name: str) -> None:
    """It is merged, or declined with a reason; either way the process that looked at it is well."""
    found = results[name]
    assert "failed" not in found, found
    assert found.get("pages", 0) > 0 or found["reason"] in {*Reason}
    looking, merging, whole = found["seconds"]
    assert looking <= SECONDS
    assert merging <= SECONDS
    assert whole <= SECONDS
    assert found["memory"] <= MEMORY


@pytest.mark.parametrize("name", ALL)
def test_a_bilag_that_is_hostile_is_laid_in_or_refused_by_its_name(
    results: dict[str, dict[str, Any]], name: str
) -> None:
    """Stamped, laid on A4 and merged: all of it within the time of one file."""
    found = results[name]
    assert found.get("placed", 0) > 0 or "»1.pdf«" in found["refused"]


@pytest.mark.parametrize("name", ALL)
def test_what_cannot_be_merged_is_found_before(results: dict[str, dict[str, Any]], name: str) -> None:
    """A caseworker hears of it in the plan, with a text; what is merged after a repair is told, too."""
    found = results[name]
    if "reason" in found:
        assert found["stops"]
    elif found["way"] != "copied" and not found["stops"]:
        assert {Flaw.REPAIRED.value, Flaw.DECRYPTED.value, Flaw.UNCHECKED.value} & {*found["findings"]}


@pytest.mark.parametrize("name", [f"polyglot-{name}" for name in POLYGLOTS])
def test_of_a_file_that_is_two_things_only_the_pages_come_along(results: dict[str, dict[str, Any]], name: str) -> None:
    """Whatever else it is has no place in the letter."""
    assert results[name].get("pages") == 1


def test_a_page_that_is_there_twice_is_there_twice(results: dict[str, dict[str, Any]]) -> None:
    """Odd is not the same as hostile."""
    assert "one_page_twice" in CYCLES
    assert results["cycle-one_page_twice"]["pages"] == 2


def test_escaped_javascript_is_found(results: dict[str, dict[str, Any]]) -> None:
    """`/J#53` is `/JS`."""
    assert "scripts" in results["wrong-escaped_javascript"]["findings"]
