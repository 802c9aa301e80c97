"""Afdelinger: can those that have something on send, and what is missing where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches

import attrs

from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Diagnosis, error, fine, warning
from esdh_connect.policy import Policy, PolicyChange

__all__ = ["compared", "examined"]


def examined(post: Connect, department: str | None) -> Iterator[Diagnosis]:
    """Look at one department, or at all and at plugins that none of them has on."""
    known = {one.id: one for one in post.departments}
    if department is not None and department not in known:
        yield error("ESDH-040", f"Afdelingen »{department}« findes ikke", _DEPARTMENTS)
        return
    for id_ in [department] if department is not None else known:
        yield from (attrs.evolve(one, department=id_) for one in _one(post, post.policy(id_)))
    if department is None:
        used = {name for id_ in known for name in post.policy(id_).plugins}
        for name in post.plugins.names:
            if not (name in used or post.plugins.is_always_on(name) or post.plugins.is_of_all(name)):
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
    yield from _lost(post, policy, name)
    channels = post.plugins.channels_of(policy)
    if channels:
        labels = ", ".join(channel.label for channel in channels)
        yield fine("ESDH-043", f"{name} kan sende ad {labels}")
    else:
        yield warning("ESDH-043", f"{name} har ingen kanal og bliver ikke tilbudt Send digitalt", _DEPARTMENTS)


def _lost(post: Connect, policy: Policy, name: str) -> Iterator[Diagnosis]:
    """Tell of channels that no plugin offers here: left behind when it was switched off, or known to nobody."""
    usable = {channel.name for channel in post.plugins.channels_of(policy)}
    for channel in policy.channels:
        owner = post.plugins.owners.get(channel)
        id_ = policy.department.id
        away = f"»esdh-connect departments set {id_} channels=-{channel}« tager kanalen fra"
        if owner is None:
            text = f"{name}: ingen af de plugins, der er indlæst, har kanalen {channel}{_meant(channel, post)}"
            told = error if policy.plugins else warning  # where nothing is on, nobody counts on it
            yield told("ESDH-042", text, f"Ret kanalens navn, eller indlæs dens plugin; {away}.")
        elif channel not in usable:
            yield warning(
                "ESDH-042",
                f"{name}: kanalen {channel} står tilbage, men pluginet {owner} er ikke slået til",
                f"Den bliver ikke brugt. {away}, og »esdh-connect departments enable {id_} {owner}« slår pluginet til.",
            )


def _meant(channel: str, post: Connect) -> str:
    close = get_close_matches(channel, post.plugins.owners, n=1)
    return f" – mente du {close[0]}?" if close else ""
