"""procrastinate with one job a letter: prints jobs enqueued and worked off a second."""

from __future__ import annotations

import sys
import time

from procrastinate import App, PsycopgConnector


def main(address: str, jobs: int) -> None:
    """Enqueue them one by one, and work them off with one worker of ten."""
    app = App(connector=PsycopgConnector(conninfo=f"postgresql://{address}"))

    @app.task
    async def send(name: str, content: str) -> None:
        """Send nothing."""

    content = "x" * 2000
    with app.open():
        if not app.check_connection():
            app.schema_manager.apply_schema()
        begin = time.perf_counter()
        for at in range(jobs):
            send.defer(name=f"letter {at}", content=content)
        middle = time.perf_counter()
    begun = time.perf_counter()
    app.run_worker(wait=False, concurrency=10, install_signal_handlers=False)
    end = time.perf_counter()
    print(jobs / (middle - begin), jobs / (end - begun))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
