"""Fejl og mangler: everything that preflight can find in a file, how much it matters, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import attrs

from esdh_connect.dispatch import Owner

__all__ = ["Finding", "Flaw", "Weight"]


class Weight(Enum):
    """
    Vægt: what a finding means for the letter.

    STOPS: the file cannot go with it as it is. APART: it goes, as a file of its own. CHANGED: it goes, and something
    in it is not as it was. NOTED: it goes as it is.
    """

    STOPS = "stops"
    APART = "apart"
    CHANGED = "changed"
    NOTED = "noted"


class Flaw(Enum):
    """Fund: an id that stays the same for ever; its Danish text is in :mod:`.wording`."""

    EMPTY = "empty"
    NOT_PDF = "not_pdf"
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNREPAIRED = "unrepaired"
    TOO_MUCH = "too_much"
    NO_PAGES = "no_pages"
    PAGES_LOST = "pages_lost"
    DYNAMIC_FORM = "dynamic_form"
    PORTFOLIO = "portfolio"
    NOT_REDACTED = "not_redacted"

    SIGNED = "signed"

    REPAIRED = "repaired"
    DECRYPTED = "decrypted"
    TWO_TYPES = "two_types"
    SCRIPTS = "scripts"
    LAUNCHES = "launches"
    SENDS_DATA = "sends_data"
    LEADS_OUT = "leads_out"
    MULTIMEDIA = "multimedia"
    EMBEDDED_FILES = "embedded_files"
    XFA = "xfa"
    BROKEN_BOOKMARKS = "broken_bookmarks"

    RESTRICTED = "restricted"
    ACTS_AND_SIGNED = "acts_and_signed"
    ODD_PAGE = "odd_page"
    HUGE_PAGE = "huge_page"
    FONTS_MISSING = "fonts_missing"
    HIDDEN_LAYERS = "hidden_layers"
    UNTAGGED = "untagged"
    NO_TITLE = "no_title"
    NO_LANGUAGE = "no_language"
    UNCHECKED = "unchecked"

    NOT_A4 = "not_a4"
    LANDSCAPE = "landscape"
    IN_ADDRESS_ZONE = "in_address_zone"
    IN_CODE_ZONE = "in_code_zone"

    @property
    def weight(self) -> Weight:
        """Tell what it means for the letter."""
        return _WEIGHTS.get(self, Weight.NOTED)

    @property
    def owner(self) -> Owner:
        """Tell who can do something about it."""
        return _OWNERS.get(self, Owner.CASEWORKER)


_WEIGHTS: Mapping[Flaw, Weight] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                Flaw.EMPTY,
                Flaw.NOT_PDF,
                Flaw.LOCKED,
                Flaw.DAMAGED,
                Flaw.UNREPAIRED,
                Flaw.TOO_MUCH,
                Flaw.NO_PAGES,
                Flaw.PAGES_LOST,
                Flaw.DYNAMIC_FORM,
                Flaw.PORTFOLIO,
                Flaw.NOT_REDACTED,
            ),
            Weight.STOPS,
        ),
        Flaw.SIGNED: Weight.APART,
        **dict.fromkeys(
            (
                Flaw.REPAIRED,
                Flaw.DECRYPTED,
                Flaw.TWO_TYPES,
                Flaw.SCRIPTS,
                Flaw.LAUNCHES,
                Flaw.SENDS_DATA,
                Flaw.LEADS_OUT,
                Flaw.MULTIMEDIA,
                Flaw.EMBEDDED_FILES,
                Flaw.XFA,
                Flaw.BROKEN_BOOKMARKS,
            ),
            Weight.CHANGED,
        ),
    }
)
#: What a caseworker can do nothing about: how the machine is set up, and how templates and scanners are.
_OWNERS: Mapping[Flaw, Owner] = MappingProxyType(
    dict.fromkeys(
        (Flaw.UNREPAIRED, Flaw.FONTS_MISSING, Flaw.UNTAGGED, Flaw.NO_TITLE, Flaw.NO_LANGUAGE), Owner.ADMINISTRATOR
    )
)


@attrs.frozen
class Finding:
    """
    One thing found. ``pages`` are counted from 1; ``before`` and ``after`` are numbers of pages around a repair.

    ``names`` are of fonts, layers or a type of file; ``way`` is the library that repaired, as in :attr:`Placed.way`.
    """

    flaw: Flaw
    pages: tuple[int, ...] = ()
    count: int = 0
    names: tuple[str, ...] = attrs.field(default=(), repr=False)
    before: int | None = None
    after: int | None = None
    way: str = ""

    @property
    def weight(self) -> Weight:
        """Tell what it means for the letter."""
        return self.flaw.weight

    @property
    def owner(self) -> Owner:
        """Tell who can do something about it."""
        return self.flaw.owner
