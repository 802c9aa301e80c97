"""
Identitet: who it is that looks, as the host says.

The host knows its people; this plugin has no users of its own. Either the host signs who it is in a launch token, or
``identify=`` reads it from the host's own session. What nobody said somebody may, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import attrs

__all__ = ["EVERYWHERE", "IN_DIALOG", "Person", "Role"]

#: Stands among a person's departments for all there are.
EVERYWHERE = "*"


class Role(Enum):
    """
    Rolle: what somebody does.

    A caseworker sends letters and sees those of the department; a department contact (kontaktperson) follows up for
    it; an administrator looks after the installation; a consultant (digitaliseringskonsulent) sees figures, and never
    a letter.
    """

    CASEWORKER = "caseworker"
    CONTACT = "contact"
    ADMINISTRATOR = "administrator"
    CONSULTANT = "consultant"


#: Who sends letters, and sees what became of them.
IN_DIALOG = (Role.CASEWORKER, Role.CONTACT)


def _roles(roles: Iterable[Role | str]) -> frozenset[Role]:
    return frozenset(map(Role, roles))


def _ids(ids: Iterable[str]) -> frozenset[str]:
    if isinstance(ids, str):
        raise TypeError("departments is a collection of ids")
    return frozenset(ids)


@attrs.frozen
class Person:
    """
    Somebody, as the host knows them. ``id`` is the host's and must not be a CPR number; ``name`` is shown.

    ``departments`` are those they work for, each with all below it; ``EVERYWHERE`` ("*") is all. ``language`` is "da"
    or "en"; "" is as the settings have it.
    """

    id: str
    name: str = attrs.field(default="", repr=False)
    roles: frozenset[Role] = attrs.field(default=frozenset(), converter=_roles)
    departments: frozenset[str] = attrs.field(default=frozenset(), converter=_ids)
    language: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse somebody who is nobody: each act is remembered with who did it."""
        if not self.id.strip():
            raise ValueError("a person has an id")

    @property
    def shown(self) -> str:
        """Give what others read: the name, or else the id."""
        return self.name or self.id

    def has(self, roles: Iterable[Role]) -> bool:
        """Tell whether they have any of these roles."""
        return not self.roles.isdisjoint(roles)

    def works_for(self, lineage: Iterable[str]) -> bool:
        """Tell whether they work for a department, given with those above it."""
        return EVERYWHERE in self.departments or not self.departments.isdisjoint(lineage)
