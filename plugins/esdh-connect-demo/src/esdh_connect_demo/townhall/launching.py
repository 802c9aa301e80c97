"""
Knappen Send digitalt: what the case system's backend does for it.

A token is made by a POST, when the button is pressed; the page itself holds one too, for browsers without scripts. Each
wish to send has a key of its own, so that pressing twice is one letter and another day is another.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from string import ascii_lowercase

import attrs
from starlette.requests import Request as Asked

from esdh_connect import Connect
from esdh_connect.dispatch import Entry
from esdh_connect_demo.host import MAIN, EksempelEsdh
from esdh_connect_demo.municipality import CaseFile, Filed, Municipality
from esdh_connect_demo.people import Employee
from esdh_connect_web import launch_token

__all__ = ["Launching", "Offered"]


@attrs.frozen
class Offered:
    """A letter on a case, and what may be done with it: ``why`` not, where it may not be sent."""

    filed: Filed
    offered: bool
    enabled: bool = False
    why: str = ""


@attrs.frozen(eq=False)
class Launching:
    """The case system's side of the dialog."""

    post: Connect
    esdh: Municipality
    origins: Sequence[str]

    def offered(self, case: CaseFile, employee: Employee) -> list[Offered]:
        """Give the letters of a case with what this employee may do with them, as esdh_connect offers it."""
        letters = [filed for filed in self.esdh.on_case(case.id) if filed.kind in MAIN]
        return [self._offered(filed, case, employee) for filed in letters]

    def _offered(self, filed: Filed, case: CaseFile, employee: Employee) -> Offered:
        actor, department = employee.person.id, case.department.id
        for action in self.post.actions(filed.document, actor=actor, department=department):
            return Offered(filed, offered=True, enabled=action.enabled, why=action.reason)
        return Offered(filed, offered=False)

    def to_send(self, asked: Asked, filed: Filed, employee: Employee) -> str:
        """Make a token for sending a letter with the bilag of its case to the parties of the case."""
        case = self.esdh.case(filed.case)
        anew = "".join(secrets.choice(ascii_lowercase) for _ in range(16))  # ten digits may look like a CPR number
        wish = EksempelEsdh(self.esdh).wish(filed, *case.parties, key=f"dialog/{filed.id}/{anew}")
        return launch_token(self.post, wish, person=employee.person, origin=self._origin(asked))

    def to_follow(self, asked: Asked, entry: Entry, employee: Employee) -> str:
        """Make a token for seeing what became of a letter."""
        return launch_token(self.post, entry.id, person=employee.person, origin=self._origin(asked))

    def _origin(self, asked: Asked) -> str:
        """Give the origin of the page as the browser knows it; one that is ours, whatever the request says."""
        said = f"http://{asked.headers.get('host', '')}"
        return said if said in self.origins else self.origins[0]
