"""Bilag for esdh_connect: letter and attachments become one PDF, with nothing dropped."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect import hookimpl
from esdh_connect.converter import Converter
from esdh_connect_bilag.bundles.hooks import SharedBundles
from esdh_connect_bilag.converters import Converters

__all__ = ["Bilag"]


@attrs.define(eq=False)
class Bilag(SharedBundles):
    """
    Bilag: lays letter and attachments together, and keeps the bundles that departments share.

    ``converters`` bounds what is made PDF of something else.
    """

    converters: Converters = attrs.field(factory=Converters)

    @hookimpl
    def register_converters(self) -> Sequence[Converter]:
        """Bring those for pictures, text, HTML, e-mail and damaged PDFs."""
        return self.converters.all()
