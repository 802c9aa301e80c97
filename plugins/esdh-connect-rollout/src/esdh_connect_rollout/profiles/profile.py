"""Profil: what is known of a department before it begins. What nobody has told is None, and never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from esdh_connect_rollout.waves.acts import Act, Kind

__all__ = ["Profile", "profiles"]


def _types(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(name.strip().lstrip(".").casefold() for name in names if name.strip())


@attrs.frozen
class Profile:
    """
    What is known of one department. Each may be None: not known.

    ``letters`` a month; ``addressable`` the share (0 to 1) of their recipients with a CPR or CVR number;
    ``attachments`` bilag in a letter, and ``recurring`` the share of them that go again and again; ``document_types``
    what its documents are ("docx"), ``module`` the part of the host it works in, and ``contact`` a named contact –
    empty where it is known that there is none.
    """

    department: str
    letters: int | None = None
    addressable: float | None = None
    attachments: float | None = None
    recurring: float | None = None
    document_types: frozenset[str] | None = attrs.field(default=None, converter=_types)
    module: str | None = None
    contact: str | None = attrs.field(default=None, repr=False)

    @property
    def digital(self) -> float | None:
        """Give the letters a month that can go digitally, where both figures are known."""
        return None if self.letters is None or self.addressable is None else self.letters * self.addressable

    def over(self, older: Profile) -> Profile:
        """Give both: what this one does not know, the older may."""
        known = {name: value for name, value in attrs.asdict(self, recurse=False).items() if value is not None}
        return attrs.evolve(older, **known)

    def written(self) -> dict[str, Any]:
        """Give what is known, as an act holds it."""
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in attrs.asdict(self, recurse=False).items()
            if value is not None
        }

    @classmethod
    def read(cls, what: Mapping[str, Any]) -> Profile:
        """Read what an act holds."""
        return cls(**{one.name: what[one.name] for one in attrs.fields(cls) if one.name in what})


def profiles(acts: Iterable[Act]) -> dict[str, Profile]:
    """Give what is known of each department: of each fact what was told last."""
    found: dict[str, Profile] = {}
    for act in sorted(acts, key=lambda one: one.number):
        for told in act.what.get("profiles", ()) if act.kind is Kind.PROFILED else ():
            profile = Profile.read(told)
            older = found.get(profile.department)
            found[profile.department] = profile.over(older) if older else profile
    return found
