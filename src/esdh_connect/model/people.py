"""Whose letter it is: the case, its parties, where they are, and who writes to them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import attrs

from esdh_connect.ids import Cpr, Cvr, Gln, Kle, PNumber

__all__ = [
    "Address",
    "Attention",
    "Case",
    "Circumstance",
    "Colleague",
    "ContactPoint",
    "Party",
    "Recipient",
    "Representative",
    "Sender",
]


class Circumstance(StrEnum):
    """
    Forhold: what the host knows of a recipient, from the CPR register say, and the safety gate must.

    PROTECTED is *navne- og adressebeskyttelse*, UNKNOWN_ADDRESS one whom the register knows no address of.
    """

    PROTECTED = "protected"
    DEAD = "dead"
    EMIGRATED = "emigrated"
    UNDER_15 = "under_15"
    UNKNOWN_ADDRESS = "unknown_address"


def _known(circumstances: Iterable[str]) -> frozenset[Circumstance]:
    return frozenset(map(Circumstance, circumstances))


@attrs.frozen
class Case:
    """Sag: the host's id and the system it is an id in, never just a number."""

    id: str
    system: str = ""
    title: str = attrs.field(default="", repr=False)
    kle: Kle | None = None


@attrs.frozen
class Party:
    """
    Part: somebody the host knows under an id of its own. ``id`` must not be a CPR number.

    It is what a request names; who and where that is, :class:`Recipient` tells.
    """

    id: str
    system: str = ""


@attrs.frozen
class Colleague:
    """Kollega: somebody who works here, as the host knows them. ``id`` is the host's own, never a CPR number."""

    id: str
    name: str = attrs.field(default="", repr=False)

    @property
    def shown(self) -> str:
        """Give what others read: the name with the id beside it, or the id alone."""
        return f"{self.name} ({self.id})" if self.name and self.name != self.id else self.id


@attrs.frozen
class Address:
    """
    Postadresse. Either the parts of a Danish address or up to six free ``lines`` (abroad).

    ``country`` is ISO 3166-1 alpha-2. Leading zeros of the CPR register (``007``, floor ``01``) may stay: the
    channel strips them. Of where it is ``repr`` says nothing: it may be protected.
    """

    street: str = attrs.field(default="", repr=False)
    number: str = attrs.field(default="", repr=False)
    floor: str = attrs.field(default="", repr=False)
    door: str = attrs.field(default="", repr=False)
    co: str = attrs.field(default="", repr=False)
    post_code: str = attrs.field(default="", repr=False)
    city: str = attrs.field(default="", repr=False)
    country: str = "DK"
    lines: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...], repr=False)


@attrs.frozen
class Attention:
    """Att.: whom inside the recipient's organisation the letter is for; all parts optional."""

    person: str = attrs.field(default="", repr=False)
    p_number: PNumber | None = None
    gln: Gln | None = None
    email: str = attrs.field(default="", repr=False)
    telephone: str = attrs.field(default="", repr=False)


@attrs.frozen
class Recipient:
    """
    Modtager: a party resolved. ``id`` is what the national registers know them by; a foreigner may lack it.

    ``circumstances`` is what the host knows that stops a letter or the way it goes, as far as it knows; a protected
    address may be in ``address``, and is shown to nobody.
    """

    party: Party
    name: str = attrs.field(repr=False)
    id: Cpr | Cvr | None = None
    address: Address | None = attrs.field(default=None, repr=False)
    attention: Attention | None = attrs.field(default=None, repr=False)
    circumstances: frozenset[Circumstance] = attrs.field(default=frozenset(), converter=_known, repr=False)


@attrs.frozen
class ContactPoint:
    """Kontaktpunkt of the sender: where the recipient's answer goes. ``id`` is its UUID in Administrativ Adgang."""

    id: str
    label: str = ""
    group: str = ""


@attrs.frozen
class Representative:
    """Repræsentant: who sends on the sender's behalf (MeMo 1.2)."""

    cvr: Cvr
    name: str


@attrs.frozen
class Sender:
    """Afsender: the authority whose name stands on the letter."""

    cvr: Cvr
    name: str
    contact_point: ContactPoint | None = None
    representative: Representative | None = None
    address: Address | None = None
