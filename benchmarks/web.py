"""
Web: how long the server takes for each page with the made-up year of 24 departments loaded, and how long it works.

The app is asked as a server asks it, without one: from the request to the last byte of the answer. Every page of the
menu that needs no letter is among them; a new one comes along by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from figures import at_most, folder, is_long, percentile, show
from starlette.applications import Starlette
from starlette.routing import Route

from esdh_connect.connect import Connect
from esdh_connect.policy import PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.prices import Price
from esdh_connect_forbrug.year import written
from esdh_connect_rollout import Rollout
from esdh_connect_web import Person, Role, Web, make_asgi_app
from esdh_connect_web.protection import Page

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
AGO = datetime(2020, 1, 1, tzinfo=UTC)
TIMES = 400 if is_long() else 60
#: Milliseconds.
GOAL = at_most(200, " ms")
SOMEBODY = Person("rho", "Rikke Holm", set(Role), {"*"})
MORE = (
    "/statistics?from=2026-05&to=2026-10",
    "/statistics?department=borger",
    "/statistics?department=byg",
    "/statistics/meeting?department=byg",
    "/statistics/file?form=csv",
    "/statistics/file?form=json",
    "/not-started/reason?department=kultur",
)


def main() -> None:
    """Ask for each page in turn, so that what else the machine does falls on all."""
    with folder() as home, opened(home) as post:
        app = make_asgi_app(post, identify=lambda _: SOMEBODY)
        took: dict[str, list[float]] = {path: [] for path in (*pages(app), *MORE)}
        worked: dict[str, list[float]] = {path: [] for path in took}
        for path in took:
            asked(app, path)  # templates are read once
        for _ in range(TIMES):
            for path, found in took.items():
                begun = time.process_time()
                found.append(1000 * asked(app, path))
                worked[path].append(1000 * (time.process_time() - begun))
    for path, found in took.items():
        high = percentile(found, 95)
        beside = f"median {median(found):.0f} ms, of these {median(worked[path]):.0f} ms work"
        show(path, f"p95 {high:.0f} ms", beside, goal=GOAL, figure=high)


@contextmanager
def opened(home: Path) -> Iterator[Connect]:
    """Open an installation with the year, its waves, and prices."""
    store = Store.open(home / "outbox.db", Seal(b"a secret of thirty-two bytes....."), now=lambda: NOW)
    web = Web(address="https://post.example", origins=["https://esdh.example"])
    forbrug = Forbrug(prices=(Price("2020-01-01", 29.0, 0.5),), expected={"byg": 350})
    post = installation(
        host=FakeHost(),
        channels=[FakeChannel("digital_post", "Digital Post"), FakeChannel("fysisk_post", "Fysisk Post")],
        now=lambda: NOW,
        outbox=store,
        more={"web": web, "forbrug": forbrug, "rollout": Rollout()},
    )
    on = {"plugins": ("letters", "forbrug"), "channels": ("digital_post", "fysisk_post")}
    post.departments.change([PolicyChange(one, on, "bench", AGO, AGO) for one in DEPARTMENTS])
    written(post, before=NOW.date())
    with post:
        yield post


def pages(app: Starlette) -> list[str]:
    """Give the pages somebody can open without having anything in hand."""
    guarded = [one.endpoint for one in app.routes if isinstance(one, Route) and isinstance(one.endpoint, Page)]
    return [one.path for one in guarded if one.get and (one.menu or one.path == "/") and "{" not in one.path]


def asked(app: Starlette, path: str) -> float:
    """Ask for a page, and give how long it took, in seconds. Raises where the answer is not a page."""
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"post.example")],
        "scheme": "https",
        "server": ("post.example", 443),
        "client": ("192.0.2.1", 50000),
        "http_version": "1.1",
        "root_path": "",
    }
    status = 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status
        status = int(str(message.get("status", status)))

    begun = time.perf_counter()
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    took = time.perf_counter() - begun
    if status != 200:  # noqa: PLR2004 - what a page is answered with
        raise SystemExit(f"{path}: {status}")
    return took


if __name__ == "__main__":
    main()
