"""The page for administrators and consultants says what the code does."""

from pathlib import Path

from esdh_connect_forbrug.reports.advice import RULES
from esdh_connect_forbrug.starting.values import Hurdle, Reason

TEXT = (Path(__file__).parents[4] / "docs" / "statistics.md").read_text(encoding="utf-8")


def table(first):
    """The rows of the table whose first title this is."""
    rows = TEXT.split(f"\n| {first} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def test_the_rules_stand_there_in_the_order_they_are_asked():
    """With when they hold, and what they say to try."""
    assert table("regel") == [[rule.name, rule.when, rule.title] for rule in RULES]


def test_every_reason_stands_there_as_it_is_typed_and_called():
    """And every hurdle."""
    assert [row[:2] for row in table("`--reason`")] == [[f"`{one.value}`", one.danish] for one in Reason]
    [hurdles] = [row[2] for row in table("`--reason`") if row[0] == "`startup`"]
    assert all(f"`{one.value}` ({one.danish})" in hurdles for one in Hurdle)
