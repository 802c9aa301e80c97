"""What documents were made into: kept for a while, the first counts, and it goes with the letter."""

from __future__ import annotations

from datetime import timedelta

import attrs

from esdh_connect.converter import Converted as Made
from esdh_connect.model import Finding
from esdh_connect.outbox import Draft, Outbox
from esdh_connect.testing.letters import NOON, draft
from esdh_connect.testing.outbox.happenings import add, cancel

__all__ = ["Converted"]

_ORIGINAL, _HOW = "a" * 64, "office 1"
_MADE = Made(b"%PDF-1.7 made", (Finding("macros", "indeholder makroer", acts="caseworker", done="ikke kørt"),))


def _of_converted(key: str) -> Draft:
    """Give a letter whose first document was converted."""
    made = draft(key)
    first, *others = made.manifest.documents
    documents = (attrs.evolve(first, changes=("converted",)), *others)
    return attrs.evolve(made, manifest=attrs.evolve(made.manifest, documents=documents))


class Converted:
    """What was converted, and when it is forgotten."""

    def test_what_was_made_is_found_by_original_and_by_how(self, outbox: Outbox) -> None:
        """And not by one of them alone."""
        assert outbox.converted(_ORIGINAL, _HOW) is None
        assert outbox.keep_converted(_ORIGINAL, _HOW, _MADE, NOON) == _MADE
        assert outbox.converted(_ORIGINAL, _HOW) == _MADE
        assert outbox.converted(_ORIGINAL, "office 2") is None
        assert outbox.converted("b" * 64, _HOW) is None

    def test_the_first_that_was_kept_counts(self, outbox: Outbox) -> None:
        """Two processes that convert at the same time send the same bytes."""
        outbox.keep_converted(_ORIGINAL, _HOW, _MADE, NOON)
        other = Made(b"%PDF-1.7 made a moment later")
        assert outbox.keep_converted(_ORIGINAL, _HOW, other, NOON) == _MADE
        assert outbox.converted(_ORIGINAL, _HOW) == _MADE

    def test_it_is_forgotten_after_a_while(self, outbox: Outbox) -> None:
        """What is younger stays."""
        outbox.keep_converted(_ORIGINAL, _HOW, _MADE, NOON)
        outbox.keep_converted(_ORIGINAL, "office 2", _MADE, NOON + timedelta(days=1))
        assert outbox.forget_converted(NOON - timedelta(seconds=1)) == 0
        assert outbox.forget_converted(NOON) == 1
        assert outbox.converted(_ORIGINAL, _HOW) is None
        assert outbox.converted(_ORIGINAL, "office 2") == _MADE

    def test_it_is_erased_with_the_letter_it_was_made_for(self, outbox: Outbox) -> None:
        """What was made of other documents stays."""
        letter = _of_converted("1")
        its = letter.manifest.documents[0].sha256
        add(outbox, letter)
        outbox.keep_converted(its, _HOW, _MADE, NOON)
        outbox.keep_converted(_ORIGINAL, _HOW, _MADE, NOON)
        outbox.change(letter.entry.id, cancel())
        outbox.erase(letter.entry.id)
        assert outbox.converted(its, _HOW) is None
        assert outbox.converted(_ORIGINAL, _HOW) == _MADE
