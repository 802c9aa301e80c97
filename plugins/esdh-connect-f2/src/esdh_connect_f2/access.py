"""
Adgang: the ways to a token that F2 knows, and whom each of them acts for.

* ``password`` – a user of ours, for what happens without anybody at the screen. F2 may do without the password itself.
* *F2 session* – the person who clicked in F2: a »WebPush« task hands us the session's id.
* *identity token* – a person whom another provider has identified, with a JWT that F2 trusts.

Whoever it is, our program names itself by HTTP Basic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs

from esdh_connect.settings import Secret

__all__ = ["Grant", "Identified", "InSession", "ServiceUser"]


class Grant(Protocol):
    """Whom we act for, as the token endpoint wants it said."""

    def form(self) -> Mapping[str, str]:
        """Give the fields of the request. Raises SettingsError where a secret cannot be read."""


@attrs.frozen
class ServiceUser:
    """A user of ours in F2; ``organization`` is the party number of the one to log in to, 0 where it has only one."""

    name: str
    password: Secret | None = None
    organization: int = 0

    def form(self) -> Mapping[str, str]:
        """Give the password grant."""
        fields = {"grant_type": "password", "username": self.name}
        if self.password is not None:
            fields["password"] = self.password.text()
        if self.organization:
            fields["organization_partyno"] = str(self.organization)
        return fields


@attrs.frozen
class InSession:
    """Who is logged in to the F2 client that called us."""

    session: str = attrs.field(repr=False)

    def form(self) -> Mapping[str, str]:
        """Give the F2-session grant."""
        return {"grant_type": "http://cbrain.com/casefile/f2session-grant/", "f2session_id": self.session}


@attrs.frozen
class Identified:
    """Whom an identity provider that F2 trusts has identified."""

    token: str = attrs.field(repr=False)

    def form(self) -> Mapping[str, str]:
        """Give the identity-token grant."""
        return {"grant_type": "http://cbrain.com/casefile/identitytoken-grant/", "id_token": self.token}
