"""
What a power cut leaves of the outbox.

A killed process cannot show this: what it wrote is safe with the operating system. Here the disk forgets.
``ESDH_CONNECT_CUTS=1000`` makes that many cuts for each way to write, and ``-s`` shows what was found.
"""

import os
from pathlib import Path
from random import Random

import pytest

from tests.power.machine import Found, Machine, Mode

CUTS = int(os.environ.get("ESDH_CONNECT_CUTS", "100"))
LONG = pytest.mark.timeout(60 + CUTS)

#: Ways to write that keep the promise. The outbox's own file uses the first or the second.
KEEP = [Mode("WAL"), Mode("PERSIST"), Mode("DELETE", "EXTRA"), Mode("DELETE", forgets_names=False)]
#: Ways that do not: the log is synced only when it is copied; a journal that is deleted may be back.
LOSE = [Mode("WAL", "NORMAL"), Mode("DELETE")]


def cut_power(mode: Mode, folder: Path) -> Found:
    """Cut it again and again, always in the same places; say what was found."""
    found = Machine(folder, mode, Random(f"{mode} {CUTS}")).run(CUTS)  # noqa: S311 - it shall be foreseen
    print(f"\n{mode}: {found}")  # noqa: T201
    return found


@LONG
@pytest.mark.parametrize("mode", KEEP, ids=str)
def test_what_was_acknowledged_survives_a_power_cut(mode: Mode, tmp_path: Path) -> None:
    """No letter, attempt or receipt that was said to be stored is missing, and nothing is there by half."""
    found = cut_power(mode, tmp_path)
    assert found.told > CUTS
    assert (found.lost, found.damaged) == (0, [])


@LONG
@pytest.mark.parametrize("mode", LOSE, ids=str)
def test_a_loss_would_be_noticed(mode: Mode, tmp_path: Path) -> None:
    """On the same disk a less careful way to write loses what was acknowledged: the test above can fail."""
    assert cut_power(mode, tmp_path).lost > 0


@LONG
def test_damage_would_be_noticed(tmp_path: Path) -> None:
    """Where nothing is ever synced the database itself breaks, and whoever opens it gets an error of ours."""
    assert cut_power(Mode("PERSIST", "OFF"), tmp_path).damaged
