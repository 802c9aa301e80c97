"""Real processes, real TLS, real SIGKILL: what becomes of every letter when its handler may die at any moment."""

import pytest

from tests.e2e.soak.judge import verdict
from tests.e2e.soak.lab import Lab

LETTERS, KILLS = 500, 50


@pytest.mark.slow  # a letter takes a dozen waits for the disk, and every process that is killed starts again
@pytest.mark.timeout(600)
def test_whoever_is_killed_no_letter_is_lost_doubled_or_stuck(tmp_path, record_testsuite_property):
    """Producers, workers and the endpoint of receipts, on one SQLite file; `make soak` does it twenty times as long."""
    with Lab(tmp_path, LETTERS, seed=1) as lab:
        lab.run(KILLS)
    found = verdict(tmp_path, lab.settings, LETTERS)
    record_testsuite_property("kills", str(found))

    assert found.is_clean, str(found)
    assert sum(lab.kills.values()) == KILLS
    assert found.delivered + found.refused + found.unknown == LETTERS
    assert found.unknown < LETTERS // 10
