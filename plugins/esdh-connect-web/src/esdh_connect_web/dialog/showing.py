"""Fremvisning: a plan, as the dialog shows it – recipients, documents, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import Enum

import attrs

from esdh_connect import wording
from esdh_connect.channel import Channel
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Concern, ManifestFile, Plan, Row
from esdh_connect.errors import Objection, PlanError
from esdh_connect.model import Address, Document, Finding, Letter, Party, Place
from esdh_connect.policy import HERE
from esdh_connect_web.dialog.prices import estimate
from esdh_connect_web.texts import N_

__all__ = ["Doubt", "Paper", "Registered", "Shown", "To", "shown"]


class Registered(Enum):
    """Whether somebody gets Digital Post: *Tilmeldt*, *Fritaget*, *Ukendt*. The texts are translated where shown."""

    YES = N_("Registered")
    NO = N_("Exempt")
    UNKNOWN = N_("Unknown")


@attrs.frozen
class To:
    """
    One recipient: who, by what, and what stops it.

    ``at`` is the row's place among the letters of the plan, and ``files`` what goes out. ``done`` says that the letter
    was ordered before, ``is_out`` that the caseworker has left them out, who are no row of the plan then;
    ``is_blocked`` that a document stops it, which says why itself; ``whys`` are the Danish reasons for the channel.
    """

    at: int
    party: Party
    name: str = attrs.field(repr=False)
    place: str = attrs.field(repr=False)
    registered: Registered | None = None
    channel: str = ""
    on_paper: bool = False
    files: tuple[ManifestFile, ...] = ()
    error: str = ""
    whys: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reminder: str = ""
    timing: str = ""
    is_blocked: bool = False
    done: bool = False
    is_out: bool = False

    @property
    def ready(self) -> bool:
        """Tell whether it can be sent now."""
        return not self.error and not self.done and not self.is_out


@attrs.frozen
class Paper:
    """
    One document of the letter: ``error`` is what stops it, ``findings`` what to know, with what to do.

    It lies in ``file``, from ``first_page`` over ``pages``; ``before`` are the pages that were added in front of it.
    """

    document: Document
    error: str = ""
    findings: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
    file: int | None = None
    first_page: int | None = None
    pages: int | None = None
    before: tuple[Place, ...] = ()

    @property
    def state(self) -> str:
        """Give how it stands: "ok", "look" or "stop"."""
        return "stop" if self.error else "look" if self.findings else "ok"


@attrs.frozen
class Doubt:
    """Something that speaks against the letter, and whom it is about; ``at`` numbers it on the page."""

    at: int
    concern: Concern
    about: str = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """Give the name of the field for why it is sent anyway."""
        return f"why-{self.at}"


@attrs.frozen
class Shown:
    """
    All that the dialog shows of a plan.

    ``notes`` are the warnings that are the same for everybody, ``findings`` what to know of the letter as a whole, and
    ``aside`` what an administrator could mend: no caseworker can. ``is_alike`` tells whether the documents lie on the
    same pages for all who can get the letter; where they do not, no page is named.
    """

    plan: Plan
    to: tuple[To, ...]
    papers: tuple[Paper, ...]
    left_out: tuple[Document, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    aside: tuple[str, ...]
    price: Decimal | None
    undo: timedelta
    approval: bool
    is_alike: bool = True

    @property
    def ready(self) -> tuple[To, ...]:
        """Give those who can have their letter now."""
        return tuple(one for one in self.to if one.ready)

    @property
    def waiting(self) -> tuple[To, ...]:
        """Give those whose letter was not ordered before, and who are not left out."""
        return tuple(one for one in self.to if not one.done and not one.is_out)

    @property
    def is_settled(self) -> bool:
        """Tell whether somebody has this letter already, so that it is what it is."""
        return any(one.done for one in self.to)

    @property
    def pages(self) -> int:
        """Give how many pages a letter has in all; 0 where nothing but the documents themselves is in it."""
        added = sum(place.pages or 0 for one in self.papers for place in one.before)
        return added + sum(one.pages or 0 for one in self.papers) if added else 0

    @property
    def has_more_files(self) -> bool:
        """Tell whether somebody gets more than one file, so that pages have to say of which."""
        return any(len(one.files) > 1 for one in self.to)


def shown(post: Connect, plan: Plan, left_out: Sequence[Document] = (), done: Iterable[Party] = ()) -> Shown:
    """Make it of a plan; ``done`` are the parties whose letter was ordered before."""
    policy, before = post.policy(plan.request.department), frozenset(done)
    open_, day = [row for row in plan.rows if row.party not in before], plan.made_at.astimezone(HERE).date()
    letters = [row for row in plan.rows if not row.reminder]
    notes = _notes(letters)
    blocked = {row.party for row in letters if row.error and _blames(row.error, plan.request.documents)}
    reminders = {row.party: row for row in plan.rows if row.reminder}
    found = list(dict.fromkeys(one for row in letters if row.envelope for one in row.envelope.letter.findings))
    ours = [one for one in found if one.acts != "administrator"]
    is_alike = len({_layout(row) for row in open_ if row.manifest and not row.reminder}) <= 1
    to = [
        attrs.evolve(
            _to(post, at, row, reminders.get(row.party), notes),
            done=row.party in before,
            is_blocked=row.party in blocked,
        )
        for at, row in enumerate(letters)
    ]
    return Shown(
        plan=plan,
        to=_in_order([*to, *_left_out(post, plan)], plan.request.parties),
        papers=_papers(plan, letters, ours, is_alike=is_alike),
        left_out=tuple(left_out),
        doubts=_doubts(open_),
        notes=notes,
        findings=tuple(one for one in ours if one.document is None),
        aside=tuple(_about(one, plan.request.documents) for one in found if one not in ours),
        price=estimate(post, open_, day),
        undo=policy.undo,
        approval=policy.approval,
        is_alike=is_alike,
    )


def _notes(letters: Sequence[Row]) -> tuple[str, ...]:
    first, *others = [row.warnings for row in letters if row.envelope] or [()]
    return tuple(one for one in first if all(one in warnings for warnings in others))


# --- recipients


def _to(post: Connect, at: int, row: Row, reminder: Row | None, notes: Sequence[str]) -> To:
    channels = post.plugins.channels
    channel = channels.get(row.channel)
    error = None if _is_doubted(row) else row.error
    return To(
        at=at,
        party=row.party,
        name=row.recipient.name if row.recipient else "",
        place=_place(row.recipient.address if row.recipient else None),
        registered=_registered(row, channels),
        channel=channel.label if channel else "",
        on_paper=channel is not None and channel.limits.on_paper,
        files=row.manifest.files if row.manifest else (),
        error="" if error is None else wording.of(error),
        whys=tuple(reason.why for reason in row.reasons),
        warnings=tuple(one for one in row.warnings if one not in notes),
        reminder=channels[reminder.channel].label if reminder is not None and reminder.error is None else "",
        timing=row.timing,
    )


def _left_out(post: Connect, plan: Plan) -> Iterator[To]:
    """Give the parties that the plan is not about. Who cannot be looked up is shown without a name."""
    request, asked = plan.request, post.plugins.asked(post.policy(plan.request.department))
    planned = {row.party for row in plan.rows}
    for party in request.parties:
        if party not in planned:
            try:
                known = asked.resolve_recipient(party, request.case)
            except PlanError:
                known = None  # taken in again, their own row says why
            name, address = (known.name, known.address) if known else ("", None)
            yield To(at=-1, party=party, name=name, place=_place(address), is_out=True)


def _in_order(to: Iterable[To], parties: Sequence[Party]) -> tuple[To, ...]:
    return tuple(sorted(to, key=lambda one: parties.index(one.party)))


def _place(address: Address | None) -> str:
    """Give street and town: enough to tell two of the same name apart."""
    if address is None:
        return ""
    street = address.lines[0] if address.lines else f"{address.street} {address.number}".strip()
    return ", ".join(filter(None, (street, address.city)))


def _registered(row: Row, channels: Mapping[str, Channel]) -> Registered | None:
    """Tell it from why channels were taken or skipped; None where none of them has anything to register for."""
    for reason in row.reasons:
        channel = channels.get(reason.channel)
        if channel is None or not channel.limits.signed_up_for or not channel.limits.max_files:
            continue
        if reason.taken is None:
            return Registered.UNKNOWN
        is_not = wording.reason(channel.label, reached=False, signed_up_for=True)
        return Registered.NO if reason.why == is_not else Registered.YES
    return None


# --- documents


def _layout(row: Row) -> tuple[tuple[int, int | None, int | None], ...]:
    """Give where the documents of a letter lie."""
    found = row.manifest.documents if row.manifest else ()
    return tuple((one.file, one.first_page, one.placed_pages) for one in found)


def _papers(plan: Plan, letters: Sequence[Row], findings: Iterable[Finding], *, is_alike: bool) -> tuple[Paper, ...]:
    first = next((row for row in letters if row.manifest), None)
    placed = first.manifest.documents if first and first.manifest else (None,) * len(plan.request.documents)
    added = _added(first.envelope.letter) if first and first.envelope and is_alike else {}
    errors = [row.error for row in letters if row.error is not None]
    return tuple(
        Paper(
            document,
            error=next((wording.of(one) for one in errors if _is_about(one, document)), ""),
            findings=tuple(_told(one) for one in findings if one.document == at),
            changes=tuple(map(wording.change, place.changes)) if place else (),
            file=place.file if place else None,
            first_page=place.first_page if place else None,
            pages=place.placed_pages if place else None,
            before=tuple(added.get(at, ())),
        )
        for at, (document, place) in enumerate(zip(plan.request.documents, placed, strict=True))
    )


def _added(letter: Letter) -> Mapping[int, Sequence[Place]]:
    """Give the pages that are no document's, by the document they stand in front of."""
    found: dict[int, list[Place]] = {}
    waiting: list[Place] = []
    for place in (place for file in letter.files for place in file.places):
        if place.document is None:
            waiting.append(place)
        elif waiting:
            found[place.document], waiting = waiting, []
    return found


def _is_about(error: PlanError, document: Document) -> bool:
    return getattr(error, "document", "") == document.id or document.id in getattr(error, "changes", ())


def _blames(error: PlanError, documents: Iterable[Document]) -> bool:
    return any(_is_about(error, one) for one in documents)


def _told(finding: Finding) -> tuple[str, str]:
    """Give for whom it is, and what it says."""
    return wording.for_whom(finding), f"{finding.text} {finding.done}".strip()


def _about(finding: Finding, documents: Sequence[Document]) -> str:
    """Give what it says, and of which document."""
    _, said = _told(finding)
    return said if finding.document is None else f"»{documents[finding.document].name}«: {said}"


# --- what speaks against it


def _is_doubted(row: Row) -> bool:
    """Tell whether nothing stops it but what somebody may say why it is sent in spite of."""
    only_concerns = isinstance(row.error, Objection) and bool(row.error.told)
    return only_concerns and all(one.overridable for one in row.open)


def _doubts(rows: Iterable[Row]) -> tuple[Doubt, ...]:
    named: dict[tuple[str, Party | None], tuple[Concern, str]] = {}
    for row in filter(_is_doubted, rows):
        for one in row.open:
            about = row.recipient.name if one.party is not None and row.recipient else ""
            named.setdefault((one.id, one.party), (one, about))
    return tuple(Doubt(at, *found) for at, found in enumerate(named.values()))
