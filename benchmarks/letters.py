"""Letters of about two thousand bytes, stores to keep them in, and an installation that sends them nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import uuid4

import attrs

from esdh_connect import Connect, Request, progress
from esdh_connect.events import Event
from esdh_connect.ids import in_order
from esdh_connect.model import Case
from esdh_connect.outbox import Draft
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import POLICY, draft

__all__ = ["CONTENT", "POLICY", "SEAL", "add", "drafts", "facts", "now", "opened", "post", "wishes"]

#: What a letter weighs: a page of text as PDF, when its fonts are not embedded.
CONTENT = Random(1).randbytes(2000)  # noqa: S311 - bytes that do not compress
SEAL = Seal(b"a secret of thirty-two bytes.....")


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def drafts(first: int, count: int, prefix: str = "") -> list[Draft]:
    """Make one letter to so many, each of its own key: but for the recipient they share what a plan has them share."""
    one = draft(contents=(CONTENT,))
    return [_to_another(one, f"{prefix}{at}") for at in range(first, first + count)]


def _to_another(one: Draft, name: str) -> Draft:
    entry = attrs.evolve(one.entry, id=str(in_order(uuid4(), now())), message_uuid=uuid4())
    recipient = attrs.evolve(one.envelope.recipient, name=f"Ane Prøvenavn {name}")
    envelope = attrs.evolve(one.envelope, recipient=recipient)
    key, content = (sha256(f"{what} {name}".encode()).hexdigest()[:32] for what in ("key", "content"))
    return attrs.evolve(one, entry=entry, envelope=envelope, key=key, content=content)


def facts(made: Sequence[Draft]) -> list[Event]:
    """Make the facts that are stored with them."""
    return [progress.committed(one.entry) for one in made]


def add(store: Store, made: Sequence[Draft]) -> None:
    """Add letters with their facts, in one transaction."""
    store.add(made, facts(made), POLICY)


def opened(folder: Path, name: str = "ours.db") -> Store:
    """Open a store there."""
    return Store.open(folder / name, SEAL)


def post(store: Store, host: FakeHost | None = None) -> Connect:
    """Make an installation on it, with a channel that says yes at once; a host journalizes."""
    return installation(host=host, channels=[FakeChannel()], now=now, outbox=store)


def wishes(host: FakeHost, count: int) -> list[Request]:
    """Make requests, one letter to one person each."""
    document = host.document("letter", "one page")
    people = [host.person(f"p{at}", "0101901234") for at in range(count)]
    return [Request(person.id, Case("1"), "teknik", "Brev", [document], [person]) for person in people]
