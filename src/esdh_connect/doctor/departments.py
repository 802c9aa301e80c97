"""Afdelinger: can those that have something on send, and what is missing where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Diagnosis, error, fine, warning
from esdh_connect.policy import Policy, PolicyChange

__all__ = ["compared", "examined"]


#: What is asked for the whole installation: a plugin of these alone is nobody's to switch on.
_NOBODYS = {"register_bells", "register_tables", "erase_expired", "examine_plugin"}


def examined(post: Connect, department: str | None) -> Iterator[Diagnosis]:
    """Look at one department, or at all and at plugins that none of them has on."""
    known = {one.id: one for one in post.departments}
    if department is not None and department not in known:
        yield error("ESDH-040", f"Afdelingen »{department}« findes ikke", _DEPARTMENTS)
        return
    for id_ in [department] if department is not None else known:
        yield from _one(post, post.policy(id_))
    if department is None:
        used = {name for id_ in known for name in post.policy(id_).plugins}
        for name in post.plugins.names:
            if name not in used and not post.plugins.is_always_on(name) and set(post.plugins.hooks_of(name)) - _NOBODYS:
                yield warning("ESDH-044", f"Pluginet »{name}« er ikke slået til i nogen afdeling", _DEPARTMENTS)


def compared(post: Connect, said: Iterable[PolicyChange], now: datetime) -> Iterator[Diagnosis]:
    """Compare what the settings say with what was decided since: the file counts only the first time it is read."""
    differing = {one.department.id for one in post.departments.catching_up(said, by="doctor", at=now)}
    if differing:
        yield warning(
            "ESDH-045",
            f"Indstillingerne siger noget andet end det, der er besluttet, om {', '.join(sorted(differing))}",
            "Det besluttede gælder. »esdh-connect departments import« viser forskellen og kan følge filen.",
        )


_DEPARTMENTS = "»esdh-connect departments list« viser afdelingerne og deres plugins."


def _one(post: Connect, policy: Policy) -> Iterator[Diagnosis]:
    name = policy.department.name or policy.department.id
    missing = sorted(policy.plugins - {*post.plugins.names})
    if missing:
        text = f"{name}: {', '.join(missing)} er slået til, men ikke indlæst"
        yield error("ESDH-041", text, "Et plugin indlæses, når det står i indstillingerne som [plugins.…].")
    channels = post.plugins.channels_of(policy)
    lost = [one for one in policy.channels if one not in {channel.name for channel in channels}]
    if lost:
        text = f"{name}: kanalerne {', '.join(lost)} kommer ikke fra noget plugin, der er slået til i afdelingen"
        yield error("ESDH-042", text, "Ret kanalernes navne, eller slå deres plugin til.")
    if channels:
        labels = ", ".join(channel.label for channel in channels)
        yield fine("ESDH-043", f"{name} kan sende ad {labels}")
    else:
        yield warning("ESDH-043", f"{name} har ingen kanal og bliver ikke tilbudt Send digitalt", _DEPARTMENTS)
