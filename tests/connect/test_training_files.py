"""Training and files that are no PDF: the mark needs pages."""

from esdh_connect.dispatch import Request
from esdh_connect.model import Document
from esdh_connect.testing.fakes import FakeChannel, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.training import Training
from tests.connect.conftest import CASE


def test_a_file_without_pages_is_told_to_have_no_mark(esdh_clock):
    """A PDF says what it is itself; of a text file the plan does."""
    host = FakeHost()
    letter, person = host.document("brev"), host.person("p1", "0101901234")
    notes = Document("noter", "1", "noter.txt", media_type="text/plain")
    host.contents["noter", "1"] = b"Noter"
    with installation(host=host, channels=[FakeChannel()], now=esdh_clock, training=Training()) as post:
        for documents, told in (((letter,), False), ((letter, notes), True)):
            [row] = post.plan(Request("k", CASE, "teknik", "Afgørelse", documents, [person])).rows
            assert row.error is None
            assert ("øvelse: kun PDF-filer bliver mærket, og »noter.txt« er ikke en PDF" in row.warnings) is told
