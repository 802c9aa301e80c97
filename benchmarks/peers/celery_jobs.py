"""Celery on the SQLAlchemy transport, acknowledged late: prints jobs enqueued and worked off a second."""

from __future__ import annotations

import logging
import os
import sys
import time

from celery import Celery


def main(address: str, jobs: int) -> None:
    """Enqueue them one by one, and work them off with one worker."""
    app = Celery("bench", broker=f"sqla+postgresql+psycopg://{address}")
    app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True, task_ignore_result=True)
    app.conf.update(worker_prefetch_multiplier=1, worker_hijack_root_logger=False, worker_redirect_stdouts=False)
    logging.disable(logging.CRITICAL)
    done: list[float] = []

    @app.task(name="send")
    def send(name: str, content: str) -> None:  # noqa: ARG001 - what a letter would be
        """Send nothing; the last one tells the figures."""
        done.append(time.perf_counter())
        if len(done) == jobs:
            print(jobs / (middle - begin), jobs / (done[-1] - done[0]), flush=True)
            os._exit(0)

    begin = time.perf_counter()
    for at in range(jobs):
        send.delay(f"letter {at}", "x" * 2000)
    middle = time.perf_counter()
    app.Worker(pool="solo", quiet=True, without_gossip=True, without_mingle=True, without_heartbeat=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
