"""Overblik: what a mailing is as a whole, counted plan by plan; nothing of a plan is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import attrs

from esdh_connect import fingerprint, wording
from esdh_connect.dispatch import Plan, Row
from esdh_connect.errors import KeyReused, Objection, PlanError
from esdh_connect.mailing.repeats import Repeats

__all__ = ["SHOWN", "Chain", "Overview", "Problem", "Problems", "marks", "overview", "repeated_key"]

#: How many examples are kept of each kind of error.
SHOWN = 5
#: How many different warnings are told apart: a text may hold the name of a document, and so be another each time.
_KINDS = 20
_OTHERS = "andre bemærkninger"


@attrs.frozen
class Problem:
    """
    Letters that cannot be sent, of one kind: ``error`` is its class, ``examples`` the first of them.

    An example is the number of its request, counted from 1, and the Danish text for the caseworker. ``concern`` is the
    id of the first concern that is open, where it is one that stops them.
    """

    error: str
    count: int
    examples: tuple[tuple[int, str], ...]
    concern: str = ""


@attrs.frozen
class Overview:
    """
    Overblik over a mailing, before anything has happened.

    ``count`` is how many letters were asked for – what a person confirms – and ``letters`` how many of them can be
    sent; the others are in ``problems``. ``channels`` counts those that can by channel, ``reminders`` the NemSMS
    beside them. ``concerns`` counts the letters by what speaks against them and stops them, ``overridden`` by what does
    no more. ``repeated`` letters are equal to one before them to the same recipient; ``repeats`` has the numbers
    of the first such requests. ``warnings`` counts what else the plans warn of, by the Danish text: that an equal
    letter was sent lately, say. ``fingerprint`` stands for the whole, in order, and is as long for a million letters.
    """

    count: int = 0
    letters: int = 0
    reminders: int = 0
    channels: Mapping[str, int] = attrs.field(factory=dict)
    pages: int = 0
    size: int = 0
    problems: tuple[Problem, ...] = ()
    repeated: int = 0
    repeats: tuple[int, ...] = ()
    warnings: Mapping[str, int] = attrs.field(factory=dict)
    fingerprint: str = ""
    concerns: Mapping[str, int] = attrs.field(factory=dict)
    overridden: Mapping[str, int] = attrs.field(factory=dict)


@attrs.define
class Problems:
    """Collects what cannot be sent: every one is counted, and a few of each kind are kept."""

    _counts: Counter[tuple[str, str]] = attrs.field(factory=Counter, init=False)
    _examples: dict[tuple[str, str], list[tuple[int, str]]] = attrs.field(factory=dict, init=False)

    def add(self, number: int, error: PlanError) -> None:
        """Note one."""
        concerns = error.concerns if isinstance(error, Objection) else ()
        kind = type(error).__name__, next(iter(concerns), "")
        self._counts[kind] += 1
        kept = self._examples.setdefault(kind, [])
        if len(kept) < SHOWN:
            kept.append((number, wording.of(error)))

    def found(self) -> tuple[Problem, ...]:
        """Give them, the most frequent first."""
        return tuple(
            Problem(kind[0], count, tuple(self._examples[kind]), kind[1]) for kind, count in self._counts.most_common()
        )


@attrs.define
class Chain:
    """The fingerprint of a mailing: each letter's, in order, folded into one keyed digest."""

    _digest: fingerprint.Digest
    value: str = ""

    def add(self, mark: str, error: PlanError | None = None) -> None:
        """Add a letter by its row of the plan's fingerprint."""
        self.value = self._digest("mailing", self.value, mark, type(error).__name__ if error else "")


@attrs.define
class _Tally:
    """Counts one plan after the other."""

    digest: fingerprint.Digest
    chain: Chain
    number: int = 0
    sums: Counter[str] = attrs.field(factory=Counter)
    channels: Counter[str] = attrs.field(factory=Counter)
    problems: Problems = attrs.field(factory=Problems)
    keys: Repeats = attrs.field(factory=Repeats)
    contents: Repeats = attrs.field(factory=Repeats)
    repeats: list[int] = attrs.field(factory=list)
    warnings: Counter[str] = attrs.field(factory=Counter)
    concerns: Counter[str] = attrs.field(factory=Counter)
    overridden: Counter[str] = attrs.field(factory=Counter)

    def add(self, plan: Plan) -> None:
        """Count a plan."""
        self.number += 1
        came_before = self.keys.add(self.digest("key", plan.request.key))
        for row in plan.rows:
            error = repeated_key() if came_before else row.error
            self._weigh(row)
            if not row.reminder:
                self.sums["count"] += 1
                name = fingerprint.party_digest(self.digest, row.party)
                self.chain.add(fingerprint.of_row(plan.fingerprint, name), error)
            if error is not None:
                self.problems.add(self.number, error)
            elif row.reminder:
                self.sums["reminders"] += 1
            else:
                self._letter(row)

    def _weigh(self, row: Row) -> None:
        still = {one.id for one in row.open}
        self.concerns.update(still)
        self.overridden.update({one.id for one in row.concerns} - still)

    def _letter(self, row: Row) -> None:
        self.channels[row.channel] += 1
        for text in row.warnings:
            known = text in self.warnings or len(self.warnings) < _KINDS
            self.warnings[text if known else _OTHERS] += 1
        if row.envelope is None or row.manifest is None:
            return
        extent = row.manifest.extent
        self.sums.update(letters=1, pages=extent.pages, size=extent.size)
        who = fingerprint.party_digest(self.digest, row.party)
        what = (one.sha256 for one in row.manifest.documents)
        if self.contents.add(self.digest("content", who, row.envelope.letter.title, *what)):
            self.sums["repeated"] += 1
            if len(self.repeats) < SHOWN:
                self.repeats.append(self.number)


def overview(plans: Iterable[Plan], digest: fingerprint.Digest) -> Overview:
    """Count them."""
    tally = _Tally(digest, Chain(digest))
    for plan in plans:
        tally.add(plan)
    return Overview(
        **tally.sums,
        channels=dict(tally.channels.most_common()),
        problems=tally.problems.found(),
        repeats=tuple(tally.repeats),
        warnings=dict(tally.warnings.most_common()),
        fingerprint=tally.chain.value,
        concerns=dict(tally.concerns.most_common()),
        overridden=dict(tally.overridden.most_common()),
    )


def repeated_key() -> KeyReused:
    """Make the error of a request whose key another one before it has."""
    return KeyReused("the key stands twice in this mailing", danish="det samme brev står to gange i udsendelsen")


def marks(plan: Plan, digest: fingerprint.Digest) -> Iterator[tuple[Row, str]]:
    """Give the letters of a plan, each with its part of the fingerprint."""
    for row in plan.rows:
        if not row.reminder:
            yield row, fingerprint.of_row(plan.fingerprint, fingerprint.party_digest(digest, row.party))
