"""A process killed with SIGKILL when SBSYS has stored the letter and not yet answered: there is one document."""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, pdf_of
from esdh_connect.testing.installation import installation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

SECRET = b"a secret of thirty-two bytes....."
#: Commits a letter on a case and delivers it: it dies in the middle of that.
DOOMED = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from esdh_connect import Request
from esdh_connect.seal import Seal
from esdh_connect.settings import Secret
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation
from esdh_connect_sbsys import Sbsys

given = json.loads(sys.argv[1])
folder = Path(given.pop("folder"))
where, case = Path(given.pop("outbox")), given.pop("case")
host = Sbsys(
    client_secret=Secret("file:client.secret", folder / "x"), password=Secret("file:user.secret", folder / "x"),
    ca=folder / "ca.pem", **given,
)
post = installation(
    host=host, channels=[FakeChannel()], now=lambda: datetime.now(UTC),
    outbox=Store.open(where, Seal(b"a secret of thirty-two bytes.....")),
)
on = host.case(case)
request = Request(str(uuid4()), on, "teknik", "Afgørelse", host.documents(on), host.parties(on))
[entry] = post.commit(post.plan(request), by="bo").entries
print(entry.id, flush=True)
post.deliver()
"""


@attrs.define
class Later:
    """The time, and as much more as one likes."""

    ahead: timedelta = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead


@pytest.mark.parametrize("lag", [0.0, 1.0], ids=["at once", "late"])
def test_one_document_after_a_kill_between_the_write_and_its_answer(sbsys, tmp_path, lag):
    """Also where the list shows it only after a while."""
    case = sbsys.archive.add_case()
    sbsys.archive.add_person(case, "Frida Mortensen", "1212121212", "Solsikkevej 12, 8000 Aarhus C")
    sbsys.archive.add_document(case, "Afgørelse.pdf", pdf_of("Afgørelse"))
    sbsys.archive.lag = timedelta(seconds=lag)
    sbsys.script.add("journalize", "hang_after")
    host = sbsys.host()
    given = {name: getattr(host, name) for name in ("url", "token_url", "client_id", "username", "reminder_type")}
    given |= {"folder": str(sbsys.folder), "outbox": str(tmp_path / "outbox.db"), "case": case}
    with subprocess.Popen(
        [sys.executable, "-c", DOOMED, json.dumps(given)], stdout=subprocess.PIPE, text=True
    ) as doomed:
        assert sbsys.wait_stored(30)
        doomed.kill()
        mark = doomed.stdout.readline().strip()
    assert doomed.returncode == -signal.SIGKILL

    now = Later()
    post = installation(
        host=sbsys.host(settle_seconds=2),
        channels=[FakeChannel()],
        now=now,
        outbox=Store.open(tmp_path / "outbox.db", Seal(SECRET)),
    )
    for _ in range(5):
        post.deliver()
        now.ahead += timedelta(hours=1)
        time.sleep(0.6)
    found = [one for one in sbsys.archive.on_case(case) if mark in one.get("Beskrivelse", "")]
    assert len(found) == 1
    assert post.outbox.duties(now(), 10) == ()
    assert sum(call.path == "/api/dokument/journaliser" for call in sbsys.calls) == 1
