"""Opsætning: how a letter and its bilag are laid together, for an installation or for one of its departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.errors import Objection

__all__ = ["Layout"]

_WHOLE, _YES_OR_NO = attrs.validators.instance_of(int), attrs.validators.instance_of(bool)
_WORD = attrs.validators.instance_of(str)
#: More bilag than this no letter has: more than it is a slip of the finger.
_MOST = 9_999


def _words(value: Any) -> Any:  # noqa: ANN401 - what a settings file says; the validator looks at it
    return tuple(value) if isinstance(value, (list, tuple)) else value


@attrs.frozen
class Layout:
    """
    Opsætning of the one PDF.

    ``overview_from`` is from how many bilag on the letter gets a list of them (*bilagsoversigt*); 0 is never. ``stamp``
    says at the foot of each page of a bilag which it is. ``fresh_sheets`` has each bilag begin on the front of a sheet,
    where the letter is printed, unless it is by one of the print supplier's products that are ``one_sided``.
    """

    overview_from: int = attrs.field(
        default=2,
        validator=[_WHOLE, attrs.validators.ge(0), attrs.validators.le(_MOST)],
        metadata={
            "label": "Bilagsoversigt fra så mange bilag (0 er aldrig)",
            "must": f"et helt tal fra 0 til {wording.number(_MOST)}",
        },
    )
    stamp: bool = attrs.field(
        default=False, validator=_YES_OR_NO, metadata={"label": "Bilagets nummer nederst på hver side"}
    )
    fresh_sheets: bool = attrs.field(
        default=True, validator=_YES_OR_NO, metadata={"label": "Hvert bilag begynder på et nyt ark, når brevet printes"}
    )

    one_sided: tuple[str, ...] = attrs.field(
        default=(),
        metadata={"label": "Printprodukter, der er trykt på én side"},
        converter=_words,
        validator=attrs.validators.deep_iterable(_WORD, attrs.validators.instance_of(tuple)),
    )

    def printed_as(self, product: str) -> Layout:
        """Give the layout for one of the print supplier's products: of one side, each page is on a sheet of its own."""
        return attrs.evolve(self, fresh_sheets=self.fresh_sheets and product not in self.one_sided)

    def of(self, said: object) -> Layout:
        """
        Give the layout of a department that has said so much: a layout, some of its attributes by name, or nothing.

        Raises Objection, which is the administrator's.
        """
        if said is None or isinstance(said, Layout):
            return said or self
        try:
            if not isinstance(said, Mapping):
                raise TypeError(f"{type(said).__name__} is no table")
            return attrs.evolve(self, **said)
        except (TypeError, ValueError) as error:
            known = ", ".join(one.name for one in attrs.fields(Layout))
            raise Objection(
                f"the department's values for bilag: {error.args[0]}",
                danish=f"afdelingens indstillinger for bilag ([departments.….values.bilag]) kan ikke bruges. Nøglerne "
                f"er {known}; se docs/settings.md",
            ) from error
