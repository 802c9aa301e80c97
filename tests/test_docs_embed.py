"""What *Prove it* prints is a whole project: laid beside each other, its listings pass the suite."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[1] / "docs" / "embed-test.md").read_text(encoding="utf-8")
pytest_plugins = ["pytester"]


def listing(name):
    """The Python block below the file's name."""
    [found] = re.findall(
        rf"^`{name}`\n\n(?:<!-- skip: next -->\n\n)?```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE
    )
    return found


def test_the_listings_pass_the_suite_as_they_are_printed(pytester):
    """Word for word; what their bench leaves out skips."""
    folder = pytester.mkdir("inputs")
    for name in ("vendor.py", "test_vendor.py"):
        (folder / name).write_text(listing(name), encoding="utf-8")
    outcomes = pytester.runpytest("inputs", "-q", "-p", "no:randomly", "-p", "no:cacheprovider").parseoutcomes()
    assert outcomes["passed"] >= 14
    assert not outcomes.keys() & {"failed", "errors", "error"}


def test_every_method_a_bench_may_have_is_in_the_table():
    """And no other."""
    from esdh_connect.testing.host import Bench

    table = PAGE.split("| a method of the bench |")[1].split("\n\n")[0]
    named = set(
        re.findall(r"`(\w+)\(", "\n".join(line.split("|")[1] for line in table.splitlines()[2:] if "|" in line))
    )
    assert named == {name for name in vars(Bench) if not name.startswith("_")}
