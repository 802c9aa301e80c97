"""
Konvertere: what the plugin makes PDF of – pictures, text, HTML and e-mail, and PDFs that are damaged.

Office documents are a plugin of their own, :mod:`esdh_connect_bilag.converters.office`.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect.converter import Converter
from esdh_connect_bilag.converters.images import Images
from esdh_connect_bilag.converters.laying import lay
from esdh_connect_bilag.converters.mails.converter import Mails
from esdh_connect_bilag.converters.mending import Mender
from esdh_connect_bilag.converters.texts import Texts
from esdh_connect_bilag.converters.web.converter import WebPages

__all__ = ["Converters"]

_POSITIVE = attrs.validators.ge(1)


@attrs.frozen
class Converters:
    """
    Grænser for konvertering: what one document may ask for.

    ``seconds`` is processor time; on the clock it may be twice as much. ``megapixels`` counts one picture,
    ``mail_parts`` everything in an e-mail, ``mail_depth`` how many e-mails may lie in one another.
    """

    pages: int = attrs.field(default=1000, validator=_POSITIVE)
    seconds: int = attrs.field(default=10, validator=_POSITIVE)
    megapixels: int = attrs.field(default=150, validator=_POSITIVE)
    mail_parts: int = attrs.field(default=200, validator=_POSITIVE)
    mail_depth: int = attrs.field(default=5, validator=_POSITIVE)

    def all(self) -> Sequence[Converter]:
        """Give one for each kind of document."""
        return [
            Images(self.megapixels, self.pages, self.seconds),
            Texts(self.pages),
            WebPages(self.pages, self.seconds),
            Mails(lay, self.mail_parts, self.mail_depth, self.seconds),
            Mender(),
        ]
