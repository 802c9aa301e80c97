"""700 real files from eleven public test suites: nothing is lost, and no other engine does better."""

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from corpus.features import FEATURES
from corpus.peers import PEERS
from corpus.table import Row, end, good, having, retained, tables

from esdh_connect_bilag.engine import Reason

PAGE = Path(__file__).parents[4] / "docs" / "bilag.md"
BLOCK = re.compile(r"<!-- fidelity: (.*?) -->\n(.*?)<!-- end of fidelity -->", re.DOTALL)

# The slow part is laying all files together by four engines, once: about 140 seconds of processor time on two cores.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(720)]


def test_each_file_ends_well_or_is_refused_with_a_reason(singly: list[Row]) -> None:
    """No hang, no crash, no file that does not open, and no page that is missing."""
    ended = {row["files"][0]: end(row["ours"]) for row in singly}
    assert {name: how for name, how in ended.items() if how in {"hang", "crash", "unreadable", "pages"}} == {}
    reasons = {row["ours"]["refused"] for row in singly if end(row["ours"]) == "refused"}
    assert reasons <= {*Reason}


def test_we_are_good_for_at_least_as_many_as_the_best_of_the_others(singly: list[Row]) -> None:
    """Good is: opens, right number of pages, the same pictures; what is kept beside is counted apart."""
    assert good(singly, "ours") >= max(good(singly, peer) for peer in PEERS)


def test_no_file_is_good_with_another_and_not_with_us(singly: list[Row]) -> None:
    """Whatever somebody can merge, we can."""
    well = {"good", "whole"}
    behind = [
        row["files"][0] for row in singly if end(row["ours"]) not in well and well & {end(row[it]) for it in PEERS}
    ]
    assert behind == []


@pytest.mark.parametrize("feature", FEATURES)
def test_whatever_a_reader_can_use_is_kept(singly: list[Row], feature: str) -> None:
    """All files that have it, not most of them."""
    assert retained(singly, "ours", feature) == having(singly, feature) > 0


def test_the_same_files_give_the_same_bytes(singly: list[Row]) -> None:
    """Each was merged twice, also those that went through a repair."""
    assert [row["files"][0] for row in singly if not row["ours"].get("again", True)] == []


def test_only_the_odd_file_pays_for_a_repair(singly: list[Row]) -> None:
    """Which way each went in is told; nearly all were copied, and the cover always."""
    ways = [row["ours"]["ways"] for row in singly if "ways" in row["ours"]]
    assert {cover for cover, _ in ways} == {"copied"}
    assert sum(way == "copied" for _, way in ways) >= 0.9 * len(ways)


def test_random_letters_of_several_files_lose_nothing(in_sets: list[Row]) -> None:
    """Names of fields, destinations, layers and tags of one do not get into another's way."""
    assert {tuple(row["files"]): row["ours"] for row in in_sets if end(row["ours"]) != "whole"} == {}
    assert [row["files"] for row in in_sets if not row["ours"]["again"]] == []


def test_packs_lose_nothing_either(in_sets: list[Row]) -> None:
    """The same letters, with all bilag made ready: first made, then found, with the same bytes."""
    assert {tuple(row["files"]): row["packs"] for row in in_sets if end(row["packs"]) != "whole"} == {}
    assert [row["files"] for row in in_sets if not row["packs"]["again"]] == []


def test_the_documentation_shows_what_was_found(singly: list[Row]) -> None:
    """With other versions of the others the figures may be others too: then nothing is compared."""
    shown = BLOCK.search(PAGE.read_text(encoding="utf-8"))
    assert shown
    if shown[1] != versions():
        pytest.skip(f"the page was made with {shown[1]}, here is {versions()}")
    assert shown[2] == tables(singly), f"docs/bilag.md is out of date; it should say:\n{tables(singly)}"


def versions() -> str:
    qpdf = subprocess.run(["qpdf", "--version"], check=True, capture_output=True, text=True).stdout.split()[2]
    return ", ".join([*(f"{name} {version(name)}" for name in ("pypdf", "pikepdf")), f"qpdf {qpdf}"])
