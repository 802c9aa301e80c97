"""Whoever looks after the town hall, the departments there are, and plugins that can be on and off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs
from desk import Desk

from esdh_connect.channel import ChannelHealth
from esdh_connect.departments import Department, PolicyChange
from esdh_connect.hookspecs import hookimpl
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeLetters
from esdh_connect_web import Person, Role

__all__ = [
    "ADA",
    "BO",
    "CLARA",
    "FIRST",
    "IDA",
    "KAJ",
    "PER",
    "WHAT",
    "Ending",
    "at_desk",
    "at_wave",
    "decide",
    "plugins",
]

ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})
IDA = Person("ida", "Ida Administrator", {Role.ADMINISTRATOR}, {"*"})
PER = Person("per", "Per i Kultur", {Role.ADMINISTRATOR}, {"kultur"})
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"*"})
CLARA = Person("clara", "Clara Konsulent", {Role.CONSULTANT}, {"*"})
KAJ = Person("kaj", "Kaj Kontakt", {Role.CONTACT}, {"teknik"})
#: A wave, and what it gives its departments.
FIRST = "Bølge 1: kultur"
WHAT = {"plugins": ["+titles"]}


class Titles:
    """A plugin that does nothing but answer, so that a department can have it on."""

    @hookimpl
    def review_plan(self) -> list[str]:
        return []


@attrs.frozen
class Ending(FakeChannel):
    """A channel whose certificate ends soon. ``looks`` has each time somebody asked."""

    looks: list[int] = attrs.field(factory=list)

    def health(self) -> ChannelHealth:
        self.looks.append(1)
        return ChannelHealth(certificate_ends=FakeClock()() + timedelta(days=12))


def plugins() -> dict[str, object]:
    """What can be on beside the plugin that sends."""
    return {"titles": Titles(), "notes": FakeLetters([Ending("nemsms", "NemSMS")])}


def at_desk(hall: Any, person: Person = ADA) -> Desk:
    return Desk(hall.browser(identify=lambda _: person))


def at_wave(hall: Any, name: str = "bølge-1-kultur", **who: Any) -> Desk:
    """Have somebody look at a wave."""
    return at_desk(hall, **who).go(f"/waves/wave?name={name}")


def decide(
    hall: Any,
    what: Mapping[str, Any],
    department: str = "kultur",
    *,
    days: int = 0,
    why: str = "prøve",
    parent: str = "",
) -> None:
    """As somebody decides on the command line; a department there is not is set up."""
    departments, now = hall.post.departments, hall.clock()
    about = departments.get(department) if department in departments else Department(department, "", parent or None)
    departments.change([PolicyChange(about, what, "ida", now, now + timedelta(days=days), why)])
    hall.clock.move(seconds=1)
