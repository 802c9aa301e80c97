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
    check(lab, record_testsuite_property)


@pytest.mark.slow  # as above, and a server that is killed takes a while to come back
@pytest.mark.timeout(600)
def test_whoever_is_killed_and_the_server_too(tmp_path, esdh_postgres, esdh_postgres_url, record_testsuite_property):
    """On PostgreSQL, with two workers at it at once, and the server itself killed and started again."""

    def kill_server():
        esdh_postgres.kill()
        esdh_postgres.start()

    store = f'[store]\nurl = "{esdh_postgres_url}"'
    with Lab(tmp_path, LETTERS // 4, seed=2, store=store, server=kill_server) as lab:
        lab.run(KILLS // 4)
    assert lab.kills["server"]
    check(lab, record_testsuite_property)


def check(lab, record):
    """What must be, whoever was killed."""
    found = verdict(lab.folder, lab.settings, lab.letters)
    record("kills", str(found))
    assert found.is_clean, str(found)
    assert found.delivered + found.refused + found.unknown == lab.letters
    assert found.unknown < lab.letters // 10
