"""What is kept beside letters: forgotten after its time, and told of where it does not open any more."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from esdh_connect.dispatch import Receipt, ReceiptEvent
from esdh_connect.events import DocumentWithdrawn
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Document
from esdh_connect.outbox import Proposal
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import request

DAYS = timedelta(days=1)


def test_what_was_kept_beside_letters_goes_after_its_time(tmp_path, esdh_clock, esdh_host, esdh_channel):
    """What events told, proposals that are off the list, receipts for nobody; the state of a document stays."""
    outbox = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."), now=esdh_clock)
    with installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox, retention=30 * DAYS
    ) as post:
        outbox.install("plugin")
        withdrawn = DocumentWithdrawn("e-1", esdh_clock(), "teknik", Document("brev", "1", "Brev til Ane Prøve.pdf"))
        post.tell(withdrawn)
        post.receive(Receipt("r-1", ReceiptEvent.DELIVERED, esdh_clock(), uuid4(), "fake", text="til Ane Prøve"))
        post.deliver()
        proposal = Proposal("p-1", "e-1", request("1"), esdh_clock())
        outbox.treated(withdrawn, [proposal])
        outbox.close_proposal("p-1", by="ida", why="nej")
        esdh_clock.move(days=31)
        post.deliver()
        assert rows(outbox) == {"facts": 1}  # it was not heard yet
        assert post.outbox.unmatched() == ()
        assert (outbox.document_state("brev").withdrawn, outbox.untreated()) == (True, ())
        assert post.tell(withdrawn) is False
        outbox.heard("plugin", outbox.unheard("plugin")[-1].position)
        post.deliver()
        assert rows(outbox) == {}


def rows(outbox):
    """Count what still tells of people beside letters."""
    queries = {
        "events": "SELECT count(*) FROM esdh_connect_document_event WHERE length(data) > 0",
        "facts": "SELECT count(*) FROM esdh_connect_fact",
        "proposals": "SELECT count(*) FROM esdh_connect_proposal",
        "receipts": "SELECT count(*) FROM esdh_connect_receipt",
    }
    with outbox.transaction() as connection:
        found = {name: connection.scalar(text(query)) for name, query in queries.items()}
    return {name: count for name, count in found.items() if count}


def test_a_fact_that_does_not_open_is_told_of(tmp_path, esdh_host, esdh_channel, esdh_clock, letter):
    """To nobody who listens, but in the log and in the health, for a week; what comes after it is told."""
    outbox = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."), now=esdh_clock)
    heard = []

    class Listens:
        @hookimpl
        def dispatch_sent(self, event):
            heard.append(event.id)

        @hookimpl
        def dispatch_committed(self, event):
            heard.append(event.id)

    with installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox, more={"listens": Listens()},
        policy={"plugins": ["letters", "listens"]},
    ) as post:  # fmt: skip
        post.commit(post.plan(letter), by="bo")
        with outbox.transaction() as connection:
            connection.execute(text("UPDATE esdh_connect_fact SET data = X'00'"))
        post.deliver()
        assert len(heard) == 1
        assert [finding.what for finding in post.health().findings] == ["facts_missed"]
        esdh_clock.move(days=8)
        assert "facts_missed" not in [finding.what for finding in post.health().findings]
