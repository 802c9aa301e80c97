"""Tekster: what a decision holds that somebody wrote – names, values, reasons – and what may stand in none of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from esdh_connect.errors import PolicyError
from esdh_connect.ids import mask
from esdh_connect.policy.values import Department, PolicyChange
from esdh_connect.reasons import is_on_one_line

__all__ = ["LONGEST", "refuse_unfit", "refuse_unfit_text"]

#: Signs in one text, at most: a decision is kept for ever, and is shown wherever its department is.
LONGEST = 2_000


def refuse_unfit(change: PolicyChange, *, is_new: bool) -> None:
    """
    Raise PolicyError where a decision holds a CPR number, control characters, or more than anybody reads.

    It is kept for ever, and shown in lists, menus and logs. Of a department that ``is_new`` its id and name are part of
    the decision; of another they were decided before.
    """
    if is_new:
        refuse_unfit_text("afdelingens id", change.department.id)
        refuse_unfit_text("name", change.department.name)
    for name, value in {**change.what, "hvem": change.by, "begrundelsen": change.why}.items():
        refuse_unfit_text(name, value)


def refuse_unfit_text(name: str, value: object) -> None:
    """Raise PolicyError where a text somewhere in the value of an attribute is none that may be kept."""
    for text in _texts(value):
        if mask(text) != text:
            raise PolicyError(
                f"{name}: it looks like a CPR number",
                danish=f"{name}: her står noget, der ligner et CPR-nummer. Det må ikke stå i en beslutning",
            )
        if not is_on_one_line(text):
            raise PolicyError(
                f"{name}: a text is one line, without control characters",
                danish=f"{name}: teksten skal stå på én linje, uden styretegn",
            )
        if len(text) > LONGEST:
            raise PolicyError(
                f"{name}: a text has at most {LONGEST} characters",
                danish=f"{name}: teksten må højst have {LONGEST} tegn",
            )


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - attributes are of all kinds
    """Give all texts in a value, and its whole numbers as they are read."""
    match value:
        case str():
            yield value
        case bool():
            return
        case int():
            yield str(value)
        case Mapping():
            for name, one in value.items():
                yield from _texts(name)
                yield from _texts(one)
        case list() | tuple() | set() | frozenset():
            for one in value:
                yield from _texts(one)
        case _ if attrs.has(type(value)) and not isinstance(value, Department):
            yield from _texts(attrs.asdict(value))
