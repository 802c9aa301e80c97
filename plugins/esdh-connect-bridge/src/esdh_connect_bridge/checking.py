"""
Prøve: whether a host keeps the contract, told in words – the suite for hosts in small, for who has no Python.

It needs one case with a party and a document. Only what is told so writes: entries that say they are a trial.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import attrs

from esdh_connect.diagnosis import Diagnosis, error, fine
from esdh_connect.errors import EsdhConnectError, Rejected
from esdh_connect.ids import mask
from esdh_connect.model import Case, Document, File, Party
from esdh_connect_bridge import wire
from esdh_connect_bridge.calls import Refused
from esdh_connect_bridge.examination import NOBODYS

if TYPE_CHECKING:
    from esdh_connect_bridge import Bridge

__all__ = ["Check", "Trial"]

_UNSIGNED = 401
_STRANGER = "esdh-connect-findes-ikke"
_TEXT = "Prøve fra esdh-connect: det her er ikke et brev, og det må slettes."


#: Makes, of what is to be said, headers and a body that no host may take for ours.
Forged = Callable[[bytes], tuple[dict[str, str], bytes]]


@attrs.frozen
class Trial:
    """What there is in the host to try it with. ``closed`` is a case nothing can be put on."""

    case: Case
    party: Party
    document: Document
    bundle: str = ""
    closed: Case | None = None
    write: bool = False


@attrs.frozen
class Check:
    """Makes each check of the contract, one after the other, whatever the others said."""

    bridge: Bridge
    trial: Trial

    def made(self) -> Iterator[Diagnosis]:
        """Make them."""
        yield from self._signatures()
        yield self._held("BR-110", "Dokumentet kan læses, og er det samme to gange", self._same_document)
        yield self._held(
            "BR-111", "Et dokument, der ikke findes, bliver ikke udleveret", lambda: self._no_document(NOBODYS)
        )
        other = attrs.evolve(self.trial.document, version=_STRANGER)
        yield self._held(
            "BR-112", "En version, der ikke findes, bliver ikke udleveret", lambda: self._no_document(other)
        )
        yield self._held("BR-120", "Parten kan slås op", self._somebody)
        yield self._held("BR-121", "En part, ingen kender, bliver ikke til en modtager", self._nobody)
        yield self._held("BR-122", "En part kan ikke slås op på en sag, der ikke findes", self._nowhere)
        if "parties" in self.bridge.has:
            yield self._held("BR-130", "Parten er blandt sagens parter", self._among_parties)
        if "approvers" in self.bridge.has:
            yield self._held("BR-131", "Godkenderne kan læses", self._approvers)
        yield self._held("BR-140", "Et mærke, ingen har skrevet, bliver ikke fundet", self._not_found)
        if self.trial.write:
            yield from self._writing()
        if "events" in self.bridge.has:
            yield self._held("BR-150", "Hændelser kan læses, og læses videre", self._events)
        if "bundle" in self.bridge.has and self.trial.bundle:
            yield self._held("BR-170", "Bilagspakken har dokumenter", self._bundle)

    def _held(self, check: str, well: str, ask: Callable[[], str]) -> Diagnosis:
        try:
            wrong, hint = ask(), ""
        except EsdhConnectError as failed:
            wrong, hint = failed.danish or "der kom intet svar, der kan bruges", str(failed)
        return error(check, f"Holder ikke: {well} – {mask(wrong)}", mask(hint)) if wrong else fine(check, well)

    def _signatures(self) -> Iterator[Diagnosis]:
        calls = self.bridge.calls
        old = attrs.evolve(calls, now=lambda: calls.now() - timedelta(hours=1))
        unsigned: Forged = lambda body: ({"Content-Type": "application/json"}, body)  # noqa: E731 - one of three
        for check, what, forged in (
            ("BR-101", " uden underskrift", unsigned),
            ("BR-102", ", der er ændret undervejs,", lambda body: (calls.headers([body]), body + b" ")),
            ("BR-103", ", der er en time gammelt,", lambda body: (old.headers([body]), body)),
        ):
            yield self._held(check, f"Et kald{what} bliver afvist overalt", partial(self._shut_out, forged))

    def _shut_out(self, forged: Forged) -> str:
        """Try every address: one that is left open is as bad as all. Nothing is written by what nobody has."""
        calls, open_ = self.bridge.calls, list[str]()
        for address, said in self._of_nobody().items():
            headers, body = forged(json.dumps(said).encode())
            status = calls.client.ask(calls.at(address), body=body, headers=headers).status
            if status != _UNSIGNED:
                open_.append(f"{address} svarede {status}")
        return f"det skulle være {_UNSIGNED}: {', '.join(open_)}" if open_ else ""

    def _of_nobody(self) -> dict[str, object]:
        """Give something to say at each address the host has, about what there is not."""
        case = wire.case_as(attrs.evolve(self.trial.case, id=_STRANGER, title=""))
        party = wire.party_as(attrs.evolve(self.trial.party, id=_STRANGER))
        at = self.bridge.calls.now().isoformat()
        extra: dict[str, object] = {
            "parties": {"case": case},
            "approvers": {"department": "proeve", "case": case},
            "bundle": {"name": _STRANGER, "departments": ["proeve"], "at": at},
            "events": {"cursor": None},
            "status": self._happened(attrs.evolve(self.trial.case, id=_STRANGER)),
        }
        return {
            "/document": {"document": wire.document_as(NOBODYS)},
            "/recipient": {"party": party, "case": case},
            "/journal/find": {"mark": _STRANGER, "case": case},
            "/journal": {**self._entry(_STRANGER, attrs.evolve(self.trial.case, id=_STRANGER)), "files": []},
            **{f"/{name}": said for name, said in extra.items() if name in self.bridge.has},
        }

    def _read(self, document: Document) -> bytes | None:
        answer = self.bridge.calls.content("/document", {"document": wire.document_as(document)})
        return None if answer is None else answer.content

    def _same_document(self) -> str:
        first = self._read(self.trial.document)
        if not first:
            return "det er der ikke, eller det er tomt"
        return "" if self._read(self.trial.document) == first else "det var noget andet anden gang"

    def _no_document(self, document: Document) -> str:
        return _none(lambda: self._read(document), "der kom et dokument")

    def _somebody(self) -> str:
        found = self.bridge.resolve_recipient(self.trial.party, self.trial.case)
        if found is None:
            return "parten er ikke på sagen"
        return "" if found.id or found.address else "parten har hverken CPR-nummer, CVR-nummer eller adresse"

    def _nobody(self) -> str:
        party = attrs.evolve(self.trial.party, id=_STRANGER)
        said = {"party": wire.party_as(party), "case": wire.case_as(self.trial.case)}
        return _none(lambda: self.bridge.calls.asked("/recipient", said, dict), "der kom en modtager")

    def _nowhere(self) -> str:
        case = attrs.evolve(self.trial.case, id=_STRANGER)
        said = {"party": wire.party_as(self.trial.party), "case": wire.case_as(case)}
        return _none(lambda: self.bridge.calls.asked("/recipient", said, dict), "der kom en modtager")

    def _among_parties(self) -> str:
        found = self.bridge.find_parties(self.trial.case) or ()
        return "" if self.trial.party.id in {one.id for one in found} else "det er den ikke"

    def _approvers(self) -> str:
        self.bridge.find_approvers("proeve", self.trial.case)
        return ""

    def _not_found(self) -> str:
        found = self.bridge.find_journal_entry(f"proeve-{uuid4()}", self.trial.case)
        return "" if found is None else "det gjorde det"

    # --- what writes

    def _writing(self) -> Iterator[Diagnosis]:
        mark, again = f"proeve-{uuid4()}", f"proeve-{uuid4()}"
        yield self._held("BR-141", "Noget kan skrives på sagen, og findes igen", partial(self._once, self._write, mark))
        yield self._held("BR-142", "Det samme mærke giver kun ét notat", partial(self._once, self._write, mark))
        yield self._held(
            "BR-143", "Det gør det også, når det kommer to gange på én gang", partial(self._once, self._twice, again)
        )
        yield self._held("BR-145", "På en sag, der ikke findes, bliver der ikke skrevet noget", self._on_no_case)
        if self.trial.closed is not None:
            yield self._held("BR-144", "En lukket sag siger på dansk, hvad der er galt", self._closed)
        if "status" in self.bridge.has:
            yield self._held("BR-160", "Det samme om et brev kan fortælles to gange", self._told)

    def _write(self, mark: str, case: Case | None = None) -> str:
        file = File("Prøve.txt", "text/plain", _TEXT.encode(), places=())
        said = self._entry(mark, case or self.trial.case)
        return self.bridge.calls.written("/journal", wire.Entry(said, (file,)), mark)

    def _entry(self, mark: str, case: Case) -> dict[str, object]:
        return {
            "mark": mark,
            "case": wire.case_as(case),
            "dispatch": mark,
            "department": "proeve",
            "channel": "digital_post",
            "recipient": {"party": wire.party_as(self.trial.party), "name": "Prøve"},
            "title": "Prøve",
            "text": _TEXT,
            "committed_at": self.bridge.calls.now().isoformat(),
            "committed_by": "esdh-connect bridge check",
            "documents": [],
        }

    def _twice(self, mark: str) -> str:
        with ThreadPoolExecutor(2) as pool:
            return " og ".join({*pool.map(self._write, [mark, mark])})

    def _once(self, write: Callable[[str], str], mark: str) -> str:
        """Tell whether what is written is one, and is found; what was there before, too."""
        before = self.bridge.find_journal_entry(mark, self.trial.case)
        id_ = write(mark)
        after = self.bridge.find_journal_entry(mark, self.trial.case)
        if after is None:
            return "det blev ikke fundet bagefter"
        ids = {before or id_, id_, after}
        return "" if len(ids) == 1 else f"der er flere id'er for det samme mærke: {', '.join(sorted(ids))}"

    def _closed(self) -> str:
        mark = f"proeve-{uuid4()}"
        try:
            self._write(mark, self.trial.closed)
        except Rejected as no:
            return "" if "»" in no.danish else "svaret har ingen »text«, der kan læses"
        return "det blev skrevet"

    def _on_no_case(self) -> str:
        try:
            self._write(f"proeve-{uuid4()}", attrs.evolve(self.trial.case, id=_STRANGER))
        except Rejected:
            return ""
        return "det blev der"

    def _happened(self, case: Case) -> dict[str, object]:
        return {
            "id": f"proeve-{uuid4()}",
            "type": "delivered",
            "at": self.bridge.calls.now().isoformat(),
            "department": "proeve",
            "dispatch": "proeve",
            "case": wire.case_as(case),
            "channel": "digital_post",
            "status": "delivered",
        }

    def _told(self) -> str:
        said = self._happened(self.trial.case)
        for _ in range(2):
            self.bridge.calls.told("/status", said)
        return ""

    # --- what is left out by some

    def _events(self) -> str:
        page = self.bridge.read_events("")
        again = None if page is None else self.bridge.read_events(page.cursor)
        return "" if again is not None else "der kom intet svar"

    def _bundle(self) -> str:
        return "" if self.bridge.find_bundle(self.trial.bundle, [], self.bridge.calls.now()) else "den er tom"


def _none(ask: Callable[[], object], instead: str) -> str:
    """Tell what came where nothing should: that there is none, or a no to a person, are both well."""
    try:
        return "" if ask() is None else instead
    except Refused:
        return ""
