"""
Bestilling: the commit, the legal border. Before it nothing has happened to the citizen; after it something has.

Looked up first, planned again, compared, stored – in this order, so that a repetition never plans and a difference
never stores. Everything slow happens before any transaction opens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from esdh_connect import fingerprint, progress, wording
from esdh_connect.bell import Bell
from esdh_connect.dispatch import Act, Deed, Entry, Hold, Lane, Override, Plan, Request, Row, Work
from esdh_connect.errors import KeyReused, PlanChanged
from esdh_connect.ids import in_order
from esdh_connect.log import Log
from esdh_connect.model import Case, Party
from esdh_connect.outbox import Decide, Draft, KeyTaken, NotRung, Outbox, Overtaken, Ring
from esdh_connect.planning import Planner
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy

__all__ = ["Commitment", "Committed", "Terms", "chosen", "refuse_changed", "ringing", "wished"]


@attrs.frozen
class Committed:
    """
    What a commit gave: the entries, in the plan's order.

    ``durable`` is False where the host's own transaction decides; ``repeated`` is True where every one of them
    was there already.
    """

    entries: tuple[Entry, ...]
    durable: bool = True
    repeated: bool = False


@attrs.frozen
class Terms:
    """
    On what terms a letter is committed: under which policy, by whom, when, and in whose transaction.

    ``hold`` is the undo window, which begins when nothing holds the letter any more; ``held_for`` is what it waits for
    first, before anybody is asked to approve it; ``batch`` and ``lane`` say which mailing it is part of and how urgent
    it is. ``overrides`` is what ``by`` has said to what speaks against it.
    """

    policy: Policy
    by: str
    now: datetime
    hold: timedelta = timedelta(0)
    connection: object | None = attrs.field(default=None, repr=False)
    held_for: Hold | None = None
    batch: str = ""
    lane: Lane = Lane.SINGLE
    overrides: tuple[Override, ...] = attrs.field(default=(), converter=tuple[Override, ...], repr=False)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Give what the letters wait for, in this order: nobody is asked to approve what may never have been meant."""
        approval = (Hold.APPROVAL,) if self.policy.approval else ()
        return approval if self.held_for is None else (self.held_for, *approval)


@attrs.frozen
class Commitment:
    """Commits letters of one installation. ``new_uuid`` gives random UUIDs (version 4, as MeMo demands)."""

    planner: Planner
    plugins: Plugins
    outbox: Outbox
    digest: fingerprint.Digest
    new_uuid: Callable[[], UUID]
    ring: Ring | None = None

    def commit(self, request: Request, expected: str, wanted: Sequence[Party], terms: Terms) -> Committed:
        """
        Commit the rows of the ``wanted`` parties, or give what they became when the key was committed before.

        Raises PlanChanged, KeyReused or a row's own PlanError; nothing is stored then.
        """
        for _ in range(2):
            first = self._first_outcome(request, expected, wanted)
            missing = tuple(party for party in wanted if party not in first)
            found = tuple(entry for party in wanted for entry in first.get(party, ()))
            if not missing:
                return Committed(found, repeated=True)
            drafts = self._drafts(request, expected, missing, terms)
            facts = [progress.committed(draft.entry) for draft in drafts]
            try:
                self.outbox.add(drafts, facts, terms.policy, connection=terms.connection, ring=self.ring)
            except (KeyTaken, Overtaken):
                continue  # somebody else was quicker by a moment: theirs is the first outcome, or speaks against this
            fresh = tuple(draft.entry for draft in drafts)
            return Committed((*found, *fresh), durable=terms.connection is None)
        raise KeyReused("another process commits under this key at this moment", danish="prøv igen om lidt")

    def _first_outcome(self, request: Request, expected: str, wanted: Sequence[Party]) -> dict[Party, list[Entry]]:
        known = self.outbox.committed(self.digest("key", request.key))
        found: dict[Party, list[Entry]] = {}
        for party in wanted:
            for reminder in (False, True):
                name = fingerprint.party_digest(self.digest, party, reminder=reminder)
                if name in known:
                    _refuse_other_letter(known[name], expected, name)
                    found.setdefault(party, []).append(known[name])
        if known and not found:
            _refuse_other_letter(next(iter(known.values())), expected, "")
        return found

    def _drafts(self, request: Request, expected: str, parties: Sequence[Party], terms: Terms) -> tuple[Draft, ...]:
        plan = self.planner.plan(request, terms.policy, terms.now, parties, overrides=terms.overrides)
        refuse_changed(plan, expected)
        return self.drafts(plan, terms)

    def follow(self, parent: Entry, plan: Plan, key: str, terms: Terms, followed: Decide) -> Entry:
        """
        Commit, under the digest ``key``, what is planned to go after a letter, and have ``followed`` done to that.

        Raises KeyTaken, Overtaken, a row's own PlanError, or what ``followed`` raises; nothing is stored then.
        """
        for row in plan.rows:
            if row.error is not None:
                raise row.error
        drafts = tuple(_child(draft, parent, key) for draft in self.drafts(plan, terms))
        facts = [progress.committed(draft.entry) for draft in drafts]
        return self.outbox.succeed(parent.id, followed, drafts, facts, terms.policy, ring=self.ring)[0]

    def drafts(self, plan: Plan, terms: Terms) -> tuple[Draft, ...]:
        """Give a draft for each row that can be sent."""
        drafts: list[Draft] = []
        for row in plan.rows:
            if row.error is None:
                beside = drafts[-1].entry.id if row.reminder else None
                drafts.append(self._draft(row, plan, terms, beside))
        return tuple(drafts)

    def _draft(self, row: Row, plan: Plan, terms: Terms, beside: str | None) -> Draft:
        if row.envelope is None or row.manifest is None:
            raise ValueError("a row without an error carries an envelope")
        name = fingerprint.party_digest(self.digest, row.party, reminder=row.reminder)
        holds = terms.holds if beside is None else ()  # a reminder waits for its letter, whatever that does
        reason = holds[0] if holds else None
        entry = Entry(
            id=str(in_order(self.new_uuid(), terms.now)),
            message_uuid=self.new_uuid(),
            channel=row.channel,
            department=plan.request.department,
            case=_untitled(plan.request.case),
            work=Work.HELD if reason else Work.READY,
            policy_version=plan.policy_version,
            fingerprint=fingerprint.of_row(plan.fingerprint, name),
            committed_at=terms.now,
            committed_by=terms.by,
            due=self._due(row, plan, terms, reason),
            extent=row.manifest.extent,
            beside=beside,
            owes_journal=not row.reminder and self.plugins.asked(terms.policy).journalizes,
            held_for=reason,
            batch=terms.batch,
            lane=terms.lane,
            to_approve=Hold.APPROVAL in holds[1:],
            undo=terms.hold if holds else timedelta(0),
            plugin=self.plugins.owners.get(row.channel, ""),
            acts=_overriding(row, terms),
        )
        content = self.planner.content_digest(row.envelope, row.manifest)
        wish = plan.request if {Hold.APPROVAL, Hold.HOST} & {*holds} else None
        key = self.digest("key", plan.request.key)
        return Draft(entry, row.envelope, row.manifest, key, name, content, row.reasons, wish, row.looked)

    def _due(self, row: Row, plan: Plan, terms: Terms, reason: Hold | None) -> datetime:
        if reason is Hold.APPROVAL:
            return terms.now + progress.APPROVAL_WITHIN
        if reason is Hold.HOST:
            return terms.now + progress.ASK_HOST_AFTER
        conduct = self.plugins.conduct(row.channel)
        return progress.leaves_at(plan.request.options, terms.now + terms.hold, conduct)


def wished(wish: Plan | Request, expect: str | None) -> tuple[Request, str]:
    """Give the request, and the fingerprint it must have. Raises ValueError for a request without one."""
    request = wish.request if isinstance(wish, Plan) else wish
    expected = expect or (wish.fingerprint if isinstance(wish, Plan) else None)
    if expected is None:
        raise ValueError("a request is committed with expect=, the fingerprint of the plan that was shown")
    return request, expected


def chosen(request: Request, only: Sequence[Party] | None) -> tuple[Party, ...]:
    """Give the parties of a request that get a letter now. Raises ValueError where ``only`` is no choice of them."""
    parties = request.parties if only is None else tuple(only)
    if not parties or len({*parties}) != len(parties) or not {*parties} <= {*request.parties}:
        raise ValueError("only= names one or more of the request's parties, each once")
    return parties


def _untitled(case: Case) -> Case:
    """Leave out what tells of people."""
    return attrs.evolve(case, title="") if case.title else case


def _overriding(row: Row, terms: Terms) -> tuple[Act, ...]:
    """Note what was overridden: each concern, with what it said, who sends anyway, and why."""
    return tuple(
        Act(Deed.OVERRODE, terms.by, terms.now, said.why, concern=one.id, seen=one.text)
        for one in row.concerns
        for said in [said for said in row.overrides if said.meets(one)][:1]
    )


def _child(draft: Draft, parent: Entry, key: str) -> Draft:
    """
    Give a draft its place after its parent. It keeps no wish: it comes from what was stored, and goes as that.

    It is owed to the journal where its parent was: the person who has it made may sit where there is no host.
    """
    is_reminder = draft.entry.beside is not None
    owes = draft.entry.owes_journal or (parent.owes_journal and not is_reminder)
    entry = attrs.evolve(draft.entry, parent=None if is_reminder else parent.id, owes_journal=owes)
    return attrs.evolve(draft, entry=entry, key=key, wish=None)


def _refuse_other_letter(entry: Entry, expected: str, row: str) -> None:
    """Raise KeyReused for another letter. What spoke against the first one then is no part of the letter."""
    changes = fingerprint.changed(expected, fingerprint.of_row(entry.fingerprint, row))
    differing = [name for name in changes if not fingerprint.is_concern(name)]
    if differing:
        raise KeyReused(f"the key was used for another letter, which differs in {', '.join(differing)}")


def refuse_changed(plan: Plan, expected: str) -> None:
    """Raise what stops the plan, first what changed: it explains the errors that follow from it."""
    errors = [row.error for row in plan.rows if row.error is not None]
    for error in errors:
        if isinstance(error, PlanChanged):
            raise error
    changes = fingerprint.changed(expected, plan.fingerprint)
    letter = tuple(name for name in changes if not fingerprint.is_concern(name))
    if letter:
        raise _changed(letter, plan)
    for error in errors:
        raise error
    if changes:  # somebody has overridden a concern, and it was another one
        raise _changed(changes, plan)


def _changed(changes: tuple[str, ...], plan: Plan) -> PlanChanged:
    return PlanChanged(
        f"changed since it was shown: {', '.join(changes)}",
        changes=changes,
        danish=wording.changed(changes, plan.request),
    )


def ringing(bell: Bell, log: Log) -> Ring:
    """Give what wakes the workers when letters are ready; raises NotRung where the bell fails, and says why."""

    def ring(connection: object | None, letters: int) -> None:
        try:
            bell.ring(connection, letters)
        except Exception as error:
            log.warning("bell_not_rung", bell=bell.name, letters=letters, error=repr(error))
            raise NotRung from error

    return ring
