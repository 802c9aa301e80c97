"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import attrs

from esdh_connect import hookimpl
from esdh_connect.channel import Limits
from esdh_connect.converter import Converter
from esdh_connect.model import Letter
from esdh_connect.outbox import Shelf
from esdh_connect.policy import Policy
from esdh_connect.tables import Tables
from esdh_connect_bilag.bundles.hooks import SharedBundles
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.converters import Converters
from esdh_connect_bilag.packs import Kept, Packs
from esdh_connect_bilag.preflight import Paper

__all__ = ["Bilag"]


@attrs.define(eq=False)
class Bilag(SharedBundles):
    """
    Bilag: lays letter and attachments together, and keeps the bundles that departments share.

    ``converters`` bounds what is made PDF of something else. ``layout`` is how letter and attachments are laid together
    where a department says nothing else, ``paper`` what the print supplier asks of a sheet. ``packs`` makes bilag ready
    that are sent again and again; without it every letter is laid together afresh.
    """

    #: What a department sets for it is held to this class when it is decided.
    department_values: ClassVar = Layout
    #: What a department is without that has it off.
    when_off: ClassVar = (
        "Uden »bilag« bliver filerne ikke set efter, før de sendes, og billeder, tekst, HTML og mails bliver ikke "
        "lavet om til PDF. Brev og bilag bliver stadig lagt sammen, men uden bilagsoversigt og uden numre på bilagenes "
        "sider, og på papir begynder et bilag ikke på et nyt ark. Fælles bilagspakker kan ikke bruges."
    )

    converters: Converters = attrs.field(factory=Converters)
    layout: Layout = attrs.field(factory=Layout)
    paper: Paper = attrs.field(factory=Paper)
    packs: Packs | None = None
    _kept: Kept | None = attrs.field(default=None, init=False, repr=False)

    def leads_outside(self) -> str:
        """Nothing does."""
        return ""

    @hookimpl
    def register_converters(self) -> Sequence[Converter]:
        """Bring those for pictures, text, HTML, e-mail and damaged PDFs."""
        return self.converters.all()

    @hookimpl
    def consolidate_letter(self, letter: Letter, limits: Limits, policy: Policy) -> Letter:
        """Look at each file, and lay letter and attachments together. Raises UnreadableDocument or DoesNotFit."""
        layout = self.layout.of(policy.of("bilag")).printed_as(policy.printing.product)
        most_files = policy.most_files(limits.max_files)
        return consolidate(letter, limits, layout, paper=self.paper, most_files=most_files, kept=self._kept)

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        self._kept = self.packs.kept(store.digest) if self.packs else None
        return super().register_tables(store)

    @hookimpl
    def erase_expired(self, now: datetime) -> int:
        """Forget what was learnt of letters that are too old, and packs that nobody uses any more."""
        return super().erase_expired(now) + (self._kept.erase(now) if self._kept else 0)
