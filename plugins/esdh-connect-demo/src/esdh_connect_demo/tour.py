"""
Prøveturen: the way of a document, from draft to journal note, for three recipients and two that get nothing.

Every part says what it expects and whether it came so; a tour in which everything came so is a proof, not a show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import attrs

from esdh_connect import Connect
from esdh_connect.dispatch import Cover, Entry, Plan, Status
from esdh_connect.hookspecs import Action
from esdh_connect.outbox import Proposal
from esdh_connect.policy import Department
from esdh_connect.usage import UsageKind
from esdh_connect_demo import beginning, seed, showing
from esdh_connect_demo.host import CHANNELS, MAIN, EksempelEsdh
from esdh_connect_demo.installation import Installation
from esdh_connect_demo.municipality import Filed, Message, Municipality
from esdh_connect_demo.screen import Screen

__all__ = ["Expectation", "Tour"]

_PERMITS = {"BYG-0114": seed.CITIZEN, "BYG-0121": seed.EXEMPT, "BYG-0127": seed.COMPANY}
_CHANNELS = {seed.CITIZEN.id: "digital_post", seed.EXEMPT.id: "fysisk_post", seed.COMPANY.id: "digital_post"}
_HEARING, _PARKING = "BYG-0133", "BOR-0771"
_TECHNICIAN, _ADVISER = "mkj", "oae"


@attrs.frozen
class Expectation:
    """What the tour expected, in Danish, and whether it came so."""

    what: str
    held: bool


@attrs.define
class Tour:
    """One tour. ``agrees`` asks whoever watches."""

    screen: Screen
    esdh: Municipality
    installation: Installation
    agrees: Callable[[str], bool]
    letters: list[Entry] = attrs.field(factory=list, init=False)
    expectations: list[Expectation] = attrs.field(factory=list, init=False)

    @property
    def post(self) -> Connect:
        """Give the installation's door."""
        return self.installation.post

    @property
    def host(self) -> EksempelEsdh:
        """Give the host's side."""
        return EksempelEsdh(self.esdh)

    @property
    def held(self) -> bool:
        """Tell whether everything came as expected."""
        return all(one.held for one in self.expectations)

    def run(self) -> bool:
        """Go the whole way; False where whoever watches did not want to send."""
        began = self.esdh.now() - timedelta(seconds=1)
        self._departments()
        self._documents()
        plans = self._plans()
        if not self._wants("Skal de tre breve sendes?"):
            return False
        self._commit(plans)
        self._stop_one()
        self._deliver()
        self._proposal()
        self._results(began)
        return True

    def state(self) -> list[tuple[Cover, Entry]]:
        """Give every letter of the tour as it stands now."""
        return [(self.post.cover(entry.id), self.post.entry(entry.id)) for entry in self.letters]

    # --- the parts

    def _departments(self) -> None:
        self.screen.heading("1. Afdelingerne: en bølge begynder")
        self.screen.say(
            "Borgerservice har længe kunnet sende digitalt. Teknik og Miljø kommer med nu, i den første bølge, og "
            "Kultur og Fritid i den næste. Når bølgen sættes i gang, sker der dette i Teknik og Miljø:"
        )
        for one in beginning.plan_waves(self.post, self.installation.plugins):
            self.screen.say(one.text, indent=4)
        beginning.begin(self.post)
        self.screen.good("Bølgen er i gang.")
        self.screen.say("Hvem kan sende, men er ikke begyndt – og hvorfor?")
        beginning.explain(self.post)
        waiting = beginning.waiting(self.post)
        for line in waiting:
            self.screen.say(line.strip(), indent=8 if line.startswith(" ") else 4)
        on = [one for one in self.esdh.departments if self.post.policy(one.id).channels]
        self._expect("to afdelinger er med, og én er ikke", on == [seed.TECHNICAL, seed.SERVICE])
        self._expect("Borgerservice er ikke begyndt, og det er sagt hvorfor", _says(waiting, "oplæring"))

    def _documents(self) -> None:
        self.screen.heading("2. Dokumenter bliver til, og handlingen tilbydes")
        for event in seed.drafts(self.esdh):
            self.post.tell(event)
        number = len(self.esdh.documents)
        drafts = list(self._offered())
        why = next(one.reason for *_, actions in drafts for one in actions)
        self.screen.say(
            f"{number} dokumenter er oprettet som kladder på {len(self.esdh.cases)} sager. Send digitalt kan ses, men "
            f"ikke bruges endnu: {why}."
        )
        for filed in tuple(self.esdh.documents.values()):
            self.post.tell(self.esdh.finalize(filed.id))
        self.screen.say("Så bliver de færdiggjort:")
        finals = list(self._offered())
        showing.show_actions(self.screen, finals)
        self.screen.quiet("Kultur og Fritid er ikke med endnu, så dér er intet at se og intet at trykke på.")
        self._expect("en kladde kan ikke sendes", not any(one.enabled for *_, actions in drafts for one in actions))
        self._expect(
            "et færdiggjort dokument kan sendes, hvor afdelingen har en kanal, og kun dér",
            all(bool(actions) is (where != seed.CULTURE) for where, _, actions in finals)
            and all(one.enabled for *_, actions in finals for one in actions),
        )

    def _plans(self) -> list[Plan]:
        self.screen.heading("3. Planen: hvem får hvad, og hvordan")
        self.screen.quiet("Intet er sendt endnu. Det, der vises her, er de bytes, der vil gå ud.")
        plans = []
        for case, party in _PERMITS.items():
            wish = self.host.wish(self._main(case), party.id, key=f"prøvetur/{case}")
            plan = self.post.plan(wish)
            plans.append(plan)
            showing.show_plan(self.screen, plan)
            self._expect(f"planen for sag {case} er klar", plan.is_clear)
            self._expect(
                f"sag {case} går med {CHANNELS[_CHANNELS[party.id]]}, alle dokumenter i én fil",
                [(row.channel, row.manifest and row.manifest.extent.files) for row in plan.rows]
                == [(_CHANNELS[party.id], 1)],
            )
        return plans

    def _commit(self, plans: Sequence[Plan]) -> None:
        self.screen.heading("4. Bestilt: brevene ligger i udbakken")
        for plan in plans:
            entries = self.post.commit(plan, by=_TECHNICIAN).entries
            self.letters += entries
            shown = [row.manifest for row in plan.rows]
            self._expect(
                "det, der er bestilt, er det, der blev vist",
                shown == [self.post.cover(one.id).manifest for one in entries],
            )
            again = self.post.commit(plan, by=_TECHNICIAN)
            self._expect("et dobbeltklik giver ikke et brev til", again.repeated)
        showing.show_outcomes(self.screen, self.state())

    def _stop_one(self) -> None:
        self.screen.heading("5. Et brev bliver standset, før det går ud")
        letter = self._main(_HEARING)
        plan = self.post.plan(self.host.wish(letter, seed.NEIGHBOUR.id, key=f"prøvetur/{_HEARING}"))
        (entry,) = self.post.commit(plan, by=_TECHNICIAN).entries
        self.letters.append(entry)
        self.screen.say(
            f"»{plan.request.title}« er bestilt til {seed.NEIGHBOUR.name}. Så bliver dokumentet trukket tilbage."
        )
        self.post.tell(self.esdh.withdraw(letter.id))
        self.installation.until(lambda: bool(self._messages()))
        self._expect("det standsede brev gik ikke ud", self.post.entry(entry.id).status is Status.CANCELLED)
        for message in self._messages():
            self.screen.say(f"Besked til {message.to}: {message.text}.")
        self._expect("sagsbehandleren fik besked én gang", len(self._messages()) == 1)

    def _deliver(self) -> None:
        self.screen.heading("6. Afleveret, og kvitteringerne kommer")
        sent = [entry.id for entry in self.letters if self.post.entry(entry.id).status is not Status.CANCELLED]
        came = self._await_end(sent)
        self._expect("alle tre breve er leveret og journaliseret", came)
        showing.show_receipts(self.screen, [pair for pair in self.state() if pair[1].id in sent])

    def _proposal(self) -> None:
        self.screen.heading("7. Et forslag venter")
        proposal = next(one for one in self.post.proposals() if one.request.case.id == _PARKING)
        self._expect("et forslag sender ikke sig selv", not self.post.committed(proposal.request.key))
        self.screen.say(
            f"Et plugin foreslår at sende »{proposal.request.title}« på sag {proposal.request.case.id}, fordi "
            "afgørelsen er færdig, og modtageren ligger fast. Det venter på en sagsbehandler i Borgerservice:"
        )
        plan = self.post.plan(proposal.request)
        showing.show_plan(self.screen, plan)
        if self._wants("Skal forslaget sendes?"):
            self._accept(proposal, plan)
        else:
            self.screen.say("Forslaget bliver liggende, og der er ikke sendt noget.")

    def _accept(self, proposal: Proposal, plan: Plan) -> None:
        entries = self.post.accept(proposal, plan, by=_ADVISER).entries
        self.letters += entries
        came = self._await_end([entry.id for entry in entries])
        self._expect("det godkendte forslag er leveret og journaliseret", came and not self.post.proposals())
        ids = {entry.id for entry in entries}
        showing.show_receipts(self.screen, [pair for pair in self.state() if pair[1].id in ids])

    def _results(self, began: datetime) -> None:
        self.screen.heading("8. Hvad der kom ud af det")
        state = self.state()
        showing.show_outcomes(self.screen, state)
        self.screen.say("Journalnotater, som ESDH-systemet selv har skrevet på sagerne:")
        showing.show_journal(self.screen, self.esdh.notes.values())
        self.screen.say("Forbrug pr. afdeling – tal, ingen personer:")
        usage = self.post.usage(began, self.esdh.now() + timedelta(minutes=1))
        showing.show_usage(self.screen, self.esdh.departments, usage)
        self.screen.say("Så langt er kommunen:")
        for line in filter(None, beginning.status(self.post)):
            self.screen.say(line.strip(), indent=8 if line.startswith(" ") else 4)
        begun = {department for department, kind, _ in usage if kind is UsageKind.SENT}
        self._expect(
            "den, der er begyndt, er ikke længere på listen",
            _says(beginning.waiting(self.post), seed.SERVICE.name) is (seed.SERVICE.id not in begun),
        )
        sent = [cover.manifest for cover, entry in state if entry.status is Status.DELIVERED]
        files = {file.sha256 for manifest in sent for file in manifest.files}
        self._expect(
            "det, der blev bestilt, er byte for byte det, der kom frem",
            files == {sha256(content).hexdigest() for content in self.installation.received()},
        )
        self._expect("hvert leveret brev har ét notat", len(self.esdh.notes) == len(sent))
        self._expect("Kultur og Fritid har intet forbrug", all(where != seed.CULTURE.id for where, *_ in usage))

    # --- what the parts share

    def _wants(self, question: str) -> bool:
        self.screen.say("")
        return self.agrees(question)

    def _main(self, case: str) -> Filed:
        return next(filed for filed in self.esdh.on_case(case) if filed.kind in MAIN)

    def _offered(self) -> Iterator[tuple[Department, Filed, tuple[Action, ...]]]:
        for case in self.esdh.cases.values():
            letter = self._main(case.id)
            actions = self.post.actions(letter.document, actor=_TECHNICIAN, department=case.department.id)
            yield case.department, letter, actions

    def _messages(self) -> list[Message]:
        return [message for message in self.esdh.messages if _HEARING in message.text]

    def _await_end(self, ids: Sequence[str]) -> bool:
        def ended() -> bool:
            final = all(self.post.entry(id_).status is Status.DELIVERED for id_ in ids)
            noted = {note.dispatch for note in self.esdh.notes.values() if note.lines[-1].startswith("Leveret")}
            return final and noted.issuperset(ids)

        return self.installation.until(ended)

    def _expect(self, what: str, held: bool) -> None:  # noqa: FBT001 - a fact, said in one line
        self.expectations.append(Expectation(what, held))
        if not held:
            self.screen.bad(f"Det kom ikke, som det skulle: {what}.")


def _says(lines: Sequence[str], word: str) -> bool:
    return any(word in line for line in lines)
