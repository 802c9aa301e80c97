"""Grundlag: what the rules look at – a plan, and what else can be known of its letters, asked for when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import attrs

from esdh_connect import pdf
from esdh_connect.dispatch import Entry, Plan, Row
from esdh_connect.gate.greeting import Addressed, addressed, is_farewell
from esdh_connect.gate.layout import in_order
from esdh_connect.model import PDF, Envelope, File, Letter, Party, Recipient
from esdh_connect.policy import Policy
from esdh_connect.shared import Shared

__all__ = ["Evidence", "Reading", "letters_of"]

_TEXT = "text/plain"
#: The first pages of a letter say whom it is for; all of it is read where somebody's address must not be in it.
_FIRST, _ALL = 2, 40


@attrs.frozen
class Reading:
    """Læsning: what stands on the pages that were looked at, and whom each that begins a letter is to."""

    glance: pdf.Glance
    letters: tuple[Addressed, ...] = ()

    @property
    def has_text(self) -> bool:
        """Tell whether anything could be read at all: a picture of a letter has no text."""
        return any(line.strip() for line in self.glance.lines)


@attrs.frozen(kw_only=True)
class Evidence:
    """
    What the rules judge by. All they are told beside the plan is asked for late, and once.

    ``parties`` gives the parties of the case, None where nobody knows; ``everybody`` the recipients of all that the
    request names; ``before`` the same letter as it was ordered lately; ``on_paper`` whether a channel prints.
    """

    plan: Plan
    policy: Policy
    parties: Callable[[], Collection[Party] | None]
    everybody: Callable[[], Mapping[Party, Recipient]]
    before: Callable[[Row], Entry | None]
    on_paper: Callable[[str], bool]
    shared: Shared = attrs.field(factory=Shared)

    def recipients(self) -> Iterator[tuple[Row, Recipient]]:
        """Give the letters whose recipient is known, whether or not they can be sent."""
        for row in self.plan.rows:
            if row.recipient is not None and not row.reminder:
                yield row, row.recipient

    def letters(self) -> Iterator[tuple[Row, Recipient, Envelope]]:
        """Give the letters that can be sent."""
        for row, recipient in self.recipients():
            if row.envelope is not None and row.envelope.letter.files:
                yield row, recipient, row.envelope

    def reading(self, row: Row, letter: Letter) -> Reading:
        """Give what the letter itself says on its first pages: read once for all who get the same file."""
        return self.shared.once(f"reading {row.channel}", letter, _reading)

    def all_text(self, row: Row, letter: Letter) -> pdf.Glance:
        """Give all that can be read of a letter and its bilag."""
        return self.shared.once(f"all text {row.channel}", letter, _all_text)


def _reading(letter: Letter) -> Reading:
    glance = pdf.Glance(is_whole=False)
    for file in letter.files:
        for place in file.places:
            if place.document == 0:
                glance = _glance(file, place.first_page or 1, min(_FIRST, place.pages or _FIRST))
    return Reading(glance, letters_of(glance))


def letters_of(glance: pdf.Glance) -> tuple[Addressed, ...]:
    """Read each page: another one counts where it greets somebody, or where the first has said nothing yet."""
    pages = [in_order(page, is_farewell) for page in glance.pages or (tuple((None, line) for line in glance.lines),)]
    first, *others = [addressed(page) for page in pages] or [addressed(())]
    numbers = first.numbers.union(*(one.numbers for one in others))
    says_nothing = not (first.greeting or first.address or first.companies)
    more = [one for one in others if one.greeting or (says_nothing and not first.greets)]
    return tuple(attrs.evolve(one, numbers=numbers) for one in (first, *more))


def _all_text(letter: Letter) -> pdf.Glance:
    read = [_glance(file, 1, _ALL) for file in letter.files]
    whole = all(one.is_whole for one in read) and all((file.pages or 0) <= _ALL for file in letter.files)
    return pdf.Glance(tuple(line for one in read for line in one.lines), is_whole=whole)


def _glance(file: File, first: int, pages: int) -> pdf.Glance:
    if file.media_type == PDF:
        return pdf.glance(file.content, first, pages)
    if file.media_type == _TEXT:
        return pdf.Glance(tuple(file.content[:_MUCH].decode("utf-8", "replace").splitlines()))
    return pdf.Glance(is_whole=False)


_MUCH = 200_000
