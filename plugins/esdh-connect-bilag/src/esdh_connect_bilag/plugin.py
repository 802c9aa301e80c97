"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect import hookimpl
from esdh_connect.channel import Limits
from esdh_connect.converter import Converter
from esdh_connect.model import Letter
from esdh_connect.policy import Policy
from esdh_connect_bilag.bundles.hooks import SharedBundles
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.converters import Converters
from esdh_connect_bilag.preflight import Paper

__all__ = ["Bilag"]


@attrs.define(eq=False)
class Bilag(SharedBundles):
    """
    Bilag: lays letter and attachments together, and keeps the bundles that departments share.

    ``converters`` bounds what is made PDF of something else. ``layout`` is how letter and attachments are laid together
    where a department says nothing else, ``paper`` what the print supplier asks of a sheet.
    """

    converters: Converters = attrs.field(factory=Converters)
    layout: Layout = attrs.field(factory=Layout)
    paper: Paper = attrs.field(factory=Paper)

    @hookimpl
    def register_converters(self) -> Sequence[Converter]:
        """Bring those for pictures, text, HTML, e-mail and damaged PDFs."""
        return self.converters.all()

    @hookimpl
    def consolidate_letter(self, letter: Letter, limits: Limits, policy: Policy) -> Letter:
        """Look at each file, and lay letter and attachments together. Raises UnreadableDocument or DoesNotFit."""
        layout = self.layout.of(policy.of("bilag")).printed_as(policy.printing.product)
        most_files = policy.most_files(limits.max_files)
        return consolidate(letter, limits, layout, paper=self.paper, most_files=most_files)
