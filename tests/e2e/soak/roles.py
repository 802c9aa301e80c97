"""
The processes of a soak: producers, workers and the receipts' endpoint, each a real process that can be killed.

``python roles.py SETTINGS FOLDER`` is the one they all come from: it has everything imported that a process comes to
need, and forks one for each line it reads, ``producer SHARE OF LETTERS``, ``worker`` or ``endpoint PORT``; it answers
with the process id.
"""

import faulthandler
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

from esdh_connect import Connect, hookimpl
from esdh_connect.dispatch import Request
from esdh_connect.errors import StoreError
from esdh_connect.ids import Cpr
from esdh_connect.model import Address, Case, Document, Party, Recipient
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app

#: As much as a key and its line in the list of what was acknowledged take.
LINE = "soak/{:06}\n"
ADDRESS = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")


class Archive:
    """A case system whose entries are files. It never looks for itself whether it has one already."""

    def __init__(self, folder: Path) -> None:
        self.journal, self.count = folder / "journal", folder / "journalized"
        self.journal.mkdir(exist_ok=True)

    @hookimpl
    def read_document(self, document):
        return pdf_of(f"Brev {document.id}")

    @hookimpl
    def resolve_recipient(self, party, case):
        """Give somebody on paper, which asks nobody; every tenth is reached by Digital Post."""
        digital = party.id.endswith("0")
        return Recipient(party, "Ane Prøve", Cpr.parse("1212121212" if digital else "6101800000"), ADDRESS)

    @hookimpl
    def find_journal_entry(self, mark):
        return next((path.name for path in self.journal.glob(f"{mark}.*")), None)

    @hookimpl
    def journalize_dispatch(self, dispatch, mark):
        path = self.journal / f"{mark}.{uuid4().hex}"
        path.touch()
        with self.count.open("ab") as count:  # a byte for each: a folder of thousands takes long to count
            count.write(b".")
        return path.name


def wish(number: int) -> Request:
    """The letter with this number."""
    documents = (Document(str(number), "1", f"brev-{number}.pdf"),)
    parties = (Party(str(number), "soak"),)
    return Request(LINE.format(number).strip(), Case("1"), "demo", f"Afgørelse {number}", documents, parties)


def patiently(do: Callable[[], object]) -> None:
    """Do it as often as it takes: the outbox may be away for a while."""
    while True:
        try:
            do()
        except StoreError:
            time.sleep(0.1)
        else:
            return


def producer(post: Connect, folder: Path, share: str, of: str, letters: str) -> None:
    """Commit every letter of its share that was not acknowledged to somebody, and say so once it is."""
    told = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    known = set((folder / "acknowledged").read_text().split())
    for number in range(int(share), int(letters), int(of)):
        if LINE.format(number).strip() not in known:
            patiently(partial(commit, post, number))
            os.write(told, LINE.format(number).encode())


def commit(post: Connect, number: int) -> None:
    """Plan a letter and commit it."""
    post.commit(post.plan(wish(number)), by="soak")


def round_(post: Connect) -> None:
    """Do what there is to do, or rest."""
    if not post.deliver(10, threads=2):
        time.sleep(0.05)


def worker(post: Connect, folder: Path) -> None:
    """Deliver for ever."""
    while True:
        patiently(partial(round_, post))


def endpoint(post: Connect, folder: Path, port: str) -> None:
    """Take in receipts for ever."""
    with serving(poststatus_app(post.receive), port=int(port)):
        while True:
            time.sleep(60)


ROLES: dict[str, Callable[..., None]] = {"producer": producer, "worker": worker, "endpoint": endpoint}


def opened(settings: Path, folder: Path) -> Connect:
    """Open the installation, as soon as its outbox can be."""
    while True:
        try:
            return Connect.from_settings(settings, host=Archive(folder))
        except StoreError:
            time.sleep(0.1)


def _played(role: str, settings: Path, folder: Path, given: list[str]) -> int:
    """Play a role to its end. One that falls by itself is found by who reads ``fell``."""
    try:
        ROLES[role](opened(settings, folder), folder, *given)
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        text = f"{role}: {traceback.format_exc()}\n"
        with (folder / "fell").open("a") as file:
            file.write(text)
        return 1
    return 0


def warm(settings: Path, folder: Path) -> None:
    """
    Do once what every process begins with, so that all are forked with it imported.

    Else each of a thousand takes a second to start, and a run of them measures Python's imports.
    """
    with opened(settings, folder) as post:
        post.plan(wish(1))
        post.deliver()


def main(settings: Path, folder: Path) -> None:
    """Fork one for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warm(settings, folder)
    for line in sys.stdin:
        role, *given = line.split()
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            faulthandler.register(signal.SIGUSR1, all_threads=True)
            os._exit(_played(role, settings, folder, given))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
