"""KombiPostAfsend: a letter is taken, or it is not."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import attrs

from esdh_connect.ids import mask
from esdh_connect_sandbox import faults, sts
from esdh_connect_sandbox.archive import Archive, Entry, Spooled
from esdh_connect_sandbox.content import HEADER, MOST_BYTES, SHIPMENT, refusal_of
from esdh_connect_sandbox.exchange import Answer, BadBody, Outcome, Refused, Request, refusal
from esdh_connect_sandbox.faults import Fault, Script
from esdh_connect_sandbox.journey import planned, route
from esdh_connect_sandbox.moment import Clock, milliseconds
from esdh_connect_sandbox.post import Post
from esdh_connect_sandbox.reading import Flaw, Letter, read
from esdh_connect_sandbox.register import Register
from esdh_connect_sandbox.tokens import Tokens
from esdh_connect_sandbox.values import KOMBI_CODES, VALUES
from esdh_connect_sandbox.writing import Element, Names, document

__all__ = ["Kombi"]

_E = Names()


@attrs.frozen
class Kombi:
    """``POST /service/KombiPostAfsend_1/kombi`` and ``…/memos``."""

    tokens: Tokens
    archive: Archive
    register: Register
    script: Script
    post: Post
    clock: Clock
    pause: Callable[[float], object]

    def send(self, request: Request, *, memos_only: bool) -> Outcome:
        """Answer, after one line of log. Raises Refused (401, 400)."""
        work = _Work(self, request, memos_only, Entry(milliseconds(self.clock()), request.path))
        try:
            return work.answer()
        except Refused as refused:
            work.entry = attrs.evolve(work.entry, outcome=f"http {refused.answer.status}")
            raise
        finally:
            self.archive.log(work.entry)

    def ask(self, request: Request) -> Outcome:
        """Answer a GET, for which the service has no use: while it is closed, that it is. Raises Refused."""
        self.tokens.check(request, sts.KOMBI)
        coming = next((fault for fault in self.script.left() if fault.on == "kombi"), None)
        closed = faults.outcome(coming) if coming is not None and coming.kind == "unavailable" else None
        return closed or refusal(405, "method_not_allowed", "another method").answer


@attrs.define
class _Work:
    """One request on its way; ``entry`` is what the log will say about it."""

    kombi: Kombi
    request: Request
    memos_only: bool
    entry: Entry
    fault: Fault | None = None

    def answer(self) -> Outcome:
        cvr, transaction = self.kombi.tokens.check(self.request, sts.KOMBI)
        self.entry = attrs.evolve(self.entry, transaction=transaction)
        _check_type(self.request)
        self.fault = self.kombi.script.take("kombi")
        if self.fault is not None and self.fault.kind == "slow":
            self.kombi.pause(self.fault.lasts(5.0))
        try:
            with self.kombi.archive.spool(self.request.body.pieces(MOST_BYTES)) as body:
                return self._answer_to(body, cvr)
        except BadBody as error:
            return self._refuse(400, Flaw("sandbox.body", str(error)))

    def _answer_to(self, body: Spooled, cvr: str) -> Outcome:
        letter = read(body.pieces())
        self._note_letter(letter, body)
        if self.fault is not None and not self.fault.takes_letter and self.fault.kind != "slow":
            return self._interfered(self.fault, _answer_of(self.fault, ""))
        if flaw := refusal_of(letter, body.size, memos_only=self.memos_only):
            return self._refuse(400, flaw)
        return self._take(letter, body, cvr)

    def _take(self, letter: Letter, body: Spooled, cvr: str) -> Outcome:
        policy = self.kombi.script.duplicate
        name = letter.text(f"{HEADER}/messageUUID") or letter.text(f"{SHIPMENT}/AfsendelseIdentifikator")
        file = self.kombi.archive.keep(body, name, again=policy == "accept")
        if file is None:
            self.entry = attrs.evolve(self.entry, outcome="duplicate refused")
            return _REFUSED_TWICE[policy]
        self.entry = attrs.evolve(self.entry, outcome="accepted", file=file)
        transmission = str(uuid.uuid4())
        way = route(letter, self.kombi.register, self.kombi.clock)
        plan = planned(letter, way, cvr, transmission, self.kombi.script.take("receipt"))
        self.kombi.post.plan(file, plan)
        if self.fault is None or self.fault.kind == "slow":
            return _accepted(transmission)
        return self._interfered(self.fault, _answer_of(self.fault, transmission))

    def _interfered(self, fault: Fault, outcome: Outcome) -> Outcome:
        before = f"{self.entry.outcome}, " if self.entry.outcome else ""
        self.entry = attrs.evolve(self.entry, outcome=f"{before}fault {fault.kind}")
        return outcome

    def _refuse(self, status: int, flaw: Flaw) -> Answer:
        self.entry = attrs.evolve(self.entry, outcome=f"refused {flaw.code}")
        return _refused(status, flaw)

    def _note_letter(self, letter: Letter, body: Spooled) -> None:
        message = letter.text(f"{HEADER}/messageUUID")
        code = letter.text("KombiValgKode")
        self.entry = attrs.evolve(
            self.entry,
            message=message.lower() if VALUES["uuid4"](message) else "",
            shipment=mask(letter.text(f"{SHIPMENT}/AfsendelseIdentifikator")[:38]),
            kombi=code if code in KOMBI_CODES else "",
            sha256=body.sha256,
            size=body.size,
        )


def _check_type(request: Request) -> None:
    kind, _, parameters = request.header("content-type").lower().partition(";")
    charset = parameters.replace('"', "").replace(" ", "")
    if kind.strip() != "application/xml" or charset not in {"", "charset=utf-8"}:
        raise refusal(400, "invalid_request", "Content-Type is application/xml, in UTF-8")


def _answer_of(fault: Fault, transmission: str) -> Outcome:
    """Give what a fault answers; kinds that are not the gateway's own look like the service's."""
    if fault.kind == "refuse":
        return _refused(fault.status, Flaw(fault.code or "sandbox.refused", fault.text or "as the script says"))
    if fault.kind == "wrong_xml":
        return attrs.evolve(_accepted(transmission), body=b"<kombi_response><Result>true</Result><Trans")
    if fault.kind == "not_received":
        return _accepted(transmission or str(uuid.uuid4()), fault.text or "Queued")
    answer = faults.outcome(fault)
    if answer is None:
        raise ValueError(f"{fault.kind} has no answer of its own")
    return answer


def _accepted(transmission: str, text: str = "Received") -> Answer:
    advice = _E("Advis", _E("AdvisId", "1"), _E("AdvisTekst", text))
    return _response(_E("Result", "true"), _E("TransmissionID", transmission), _main(advice))


def _refused(status: int, flaw: Flaw) -> Answer:
    """Refuse. Where the three Fejl elements really stand is UNVERIFIED: clients search them by name."""
    fault = _E("Fejl", _E("FejlId", "1"), _E("FejlKode", flaw.code), _E("FejlTekst", flaw.text))
    return attrs.evolve(_response(_E("Result", "false"), _main(fault)), status=status)


def _main(reaction: Element) -> Element:
    return _E("HovedoplysningerSvarREST", _E("SvarReaktion", reaction))


def _response(*elements: Element) -> Answer:
    return Answer(200, document(_E("kombi_response", *elements)), "application/xml;charset=UTF-8")


_REFUSED_TWICE = {
    "refuse": _refused(409, Flaw("sandbox.duplicate", "this identifier was sent before")),
    "invalid": _refused(400, Flaw("memo.invalid", "this identifier was used before")),
}
