"""A process killed with SIGKILL when the host has stored the letter and not yet answered: there is one entry."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

SECRET = b"a secret of thirty-two bytes....."
#: Commits a letter on a case and delivers it: it dies in the middle of that.
DOOMED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from esdh_connect import Case, Document, Party, Request
from esdh_connect.seal import Seal
from esdh_connect.settings import Secret
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation
from esdh_connect_bridge import Bridge

url, folder, outbox, case, party, document = sys.argv[1:]
secret = Secret("file:host.secret", Path(folder) / "x")
post = installation(
    host=Bridge(url=url, secret=secret, ca=Path(folder) / "ca.pem"), channels=[FakeChannel()],
    now=lambda: datetime.now(UTC), outbox=Store.open(Path(outbox), Seal(b"a secret of thirty-two bytes.....")),
)
wish = Request(str(uuid4()), Case(case), "teknik", "Afgørelse", [Document(document, "1", "A.pdf")], [Party(party)])
post.commit(post.plan(wish), by="bo")
post.deliver()
"""


def test_one_entry_after_a_kill_between_the_write_and_its_answer(example, bridge_bench, tmp_path):
    """The mark is found, so it is not written again."""
    from esdh_connect.testing.fakes import pdf_of

    case, document = bridge_bench.case(), bridge_bench.document(pdf_of("A"))
    example.script.add("/journal", "hang_after")
    words = [example.url, str(example.folder), str(tmp_path / "outbox.db"), case.id, bridge_bench.party(case).id]
    with subprocess.Popen([sys.executable, "-c", DOOMED, *words, document.id]) as doomed:
        assert example.wait_stored(30)
        doomed.kill()
    assert doomed.returncode == -signal.SIGKILL

    later = datetime.now(UTC) + timedelta(hours=1)
    post = installation(
        host=example.host(),
        channels=[FakeChannel()],
        now=lambda: later,
        outbox=Store.open(tmp_path / "outbox.db", Seal(SECRET)),
    )
    post.deliver()
    assert len(bridge_bench.entries(case)) == 1
    assert post.outbox.duties(later, 10) == ()
    assert sum(call.path.endswith("/journal") for call in example.calls) == 1
