"""Betænkeligheder: what speaks against a letter before it is sent, and what a person said to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Self

import attrs

from esdh_connect.ids import mask
from esdh_connect.model import Party
from esdh_connect.reasons import is_legible, is_on_one_line

__all__ = ["Concern", "Override", "everywhere"]

_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_LONGEST = 500


def _is_id(_of: object, _field: object, id_: str) -> None:
    """Refuse what is no name of a rule: it stands in fingerprints, logs and arguments."""
    if not _ID.fullmatch(id_):
        raise ValueError("the id of a concern is lower-case letters, digits and _")


def _is_reason(_of: object, _field: object, why: str) -> None:
    if not is_legible(why) or len(why) > _LONGEST:
        raise ValueError(f"an override has a reason that can be read, of at most {_LONGEST} characters")
    if not is_on_one_line(why):
        raise ValueError("the reason of an override is one line, without control characters")
    if mask(why) != why:
        raise ValueError("the reason of an override holds no CPR number")


@attrs.frozen
class Concern:
    """
    Betænkelighed: what speaks against a letter; it is not sent while nobody has overridden it.

    ``id`` names the rule; ``text`` is Danish, one sentence for the caseworker that begins small and has no full stop,
    as it follows a colon, and ``advice`` what to do about it. ``party`` is whom it is about, None the letter as a
    whole. Text and advice hold no CPR number.
    """

    id: str = attrs.field(validator=_is_id)
    text: str = attrs.field(repr=False)
    party: Party | None = None
    overridable: bool = True
    advice: str = attrs.field(default="", repr=False)


@attrs.frozen
class Override:
    """
    Tilsidesættelse: a person has seen the concern with this id about this party, and sends anyway, and ``why``.

    Make it with :meth:`of`: then it is of no use for another party, nor where the concern says something else than was
    ``seen``. One that says nothing of what was seen, as it is typed in advance, is for what the fingerprint of the
    commit has in it.

    Raises ValueError for a reason that nobody can read, or that is more than a line, and for one with a CPR number in
    it: it stays beside the letter for as long as anything of it does.
    """

    concern: str = attrs.field(validator=_is_id)
    why: str = attrs.field(validator=_is_reason, repr=False)
    party: Party | None = None
    seen: str = attrs.field(default="", repr=False)

    @classmethod
    def of(cls, concern: Concern, why: str) -> Self:
        """Override this very concern: for its party, and for what it says now."""
        return cls(concern.id, why, concern.party, concern.text)

    def meets(self, concern: Concern) -> bool:
        """Tell whether it is this concern that was seen, as far as it says what was."""
        about_it = (self.concern, self.party) == (concern.id, concern.party)
        return concern.overridable and about_it and self.seen in ("", concern.text)


def everywhere(overrides: Iterable[Override], parties: Sequence[Party]) -> tuple[Override, ...]:
    """Give overrides that were said once, for a letter to all of these parties; one that names a party is for it."""
    return tuple(
        attrs.evolve(one, party=party)
        for one in overrides
        for party in ((None, *parties) if one.party is None else (one.party,))
    )
