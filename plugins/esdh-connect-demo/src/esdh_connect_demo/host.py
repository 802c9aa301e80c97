"""
Værten: the case system's side of esdh_connect, as any vendor would write it – one class, a few hooks.

Facts are told at least once, so each of these may be told twice and does its work once.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect import hookimpl, wording
from esdh_connect.dispatch import Deed, Dispatch, Entry, Request
from esdh_connect.events import DispatchCancelled, DispatchDelivered, DispatchFailed
from esdh_connect.model import Case, Colleague, Document, Party, Recipient
from esdh_connect_demo import people
from esdh_connect_demo.municipality import DECISION, SYSTEM, Filed, Municipality

__all__ = ["CHANNELS", "MAIN", "EksempelEsdh"]

#: What the channels are called.
CHANNELS = {"digital_post": "Digital Post", "fysisk_post": "Fysisk Post", "nemsms": "NemSMS"}
#: The kinds that are a letter of their own; all others are bilag.
MAIN = frozenset({DECISION, "brev"})


@attrs.frozen(eq=False)
class EksempelEsdh:
    """The host plugin of Eksempel Kommune."""

    esdh: Municipality

    @hookimpl
    def read_document(self, document: Document) -> bytes:
        """Give the bytes of a version."""
        return self.esdh.content(document)

    @hookimpl
    def resolve_recipient(self, party: Party) -> Recipient | None:
        """Tell who a party is; None for parties of another system."""
        return self.esdh.party(party.id).recipient if party.system == SYSTEM else None

    @hookimpl
    def find_parties(self, case: Case) -> Sequence[Party] | None:
        """Give the parties of a case; None for cases of another system."""
        if case.system != SYSTEM:
            return None
        return tuple(self.esdh.party(id_).party for id_ in self.esdh.case(case.id).parties)

    @hookimpl
    def find_approvers(self, department: str) -> Sequence[Colleague]:
        """Give who can approve a letter of a department."""
        return people.approvers(department)

    @hookimpl
    def find_colleague(self, id: str) -> Colleague | None:  # noqa: A002 - the hook's own word
        """Tell what an employee is called."""
        return people.called(id)

    @hookimpl
    def find_journal_entry(self, mark: str) -> str | None:
        """Find the note with this mark."""
        note = self.esdh.noted(mark)
        return note.id if note else None

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str:
        """
        Write a note on the case: which letter is for whom, by what, who saw to it, and what it consists of.

        Nothing of it says that it was sent: the provider has it, and what becomes of it is added when it is known.
        """
        envelope, extent, entry = dispatch.envelope, dispatch.manifest.extent, dispatch.entry
        note = self.esdh.journal(
            envelope.case.id,
            dispatch.id,
            mark,
            f"»{envelope.letter.title}« til {envelope.recipient.name} med {CHANNELS.get(entry.channel, entry.channel)}",
            f"Bestilt {wording.when(entry.committed_at)} af {_named(entry.committed_by)}",
            *_approved(entry),
            f"{_counted(extent.documents, 'dokument', 'dokumenter')}, {_counted(extent.pages, 'side', 'sider')}, "
            f"{_counted(extent.files, 'fil', 'filer')}",
            f"Forsendelsens nummer {dispatch.message_uuid}",
        )
        return note.id

    @hookimpl
    def dispatch_delivered(self, event: DispatchDelivered) -> None:
        """Write on the note that the letter arrived."""
        self.esdh.add_to_note(event.dispatch, f"Leveret {wording.when(event.at)}")

    @hookimpl
    def dispatch_failed(self, event: DispatchFailed) -> None:
        """Write on the note that it did not, and tell the caseworker."""
        self.esdh.add_to_note(event.dispatch, f"Fejlet {wording.when(event.at)}{_because(event.why)}")
        told = f"Brevet på sag {event.case.id} nåede ikke frem{_because(event.why)}"
        self.esdh.notify(event.case.id, event.dispatch, told)

    @hookimpl
    def dispatch_cancelled(self, event: DispatchCancelled) -> None:
        """Tell the caseworker that it was stopped before it left."""
        told = f"Brevet på sag {event.case.id} er standset{_because(event.why)}"
        self.esdh.notify(event.case.id, event.dispatch, told)

    def wish(self, main: Filed, *to: str, key: str) -> Request:
        """Make the wish to send a letter with every bilag of its case to the parties of these ids."""
        case = self.esdh.case(main.case)
        bilag = [filed for filed in self.esdh.on_case(case.id) if filed.kind not in MAIN]
        return Request(
            key=key,
            case=case.case,
            department=case.department.id,
            title=main.name.removesuffix(".pdf"),
            documents=tuple(filed.document for filed in (main, *bilag)),
            parties=tuple(self.esdh.party(id_).party for id_ in to),
        )


def _named(id_: str) -> str:
    return (people.called(id_) or Colleague(id_)).shown


def _approved(entry: Entry) -> list[str]:
    """Tell who approved it, where somebody had to."""
    return [f"Godkendt {wording.when(act.at)} af {_named(act.by)}" for act in entry.acts if act.deed is Deed.APPROVED]


def _because(why: str) -> str:
    """Tell why, with the name of who did it in the place of the id it begins with."""
    who, _, did = why.partition(" ")
    named = people.called(who)
    return f": {f'{named.shown} {did}' if named else why}" if why else ""


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
