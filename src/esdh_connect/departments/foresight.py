"""Følger: what changes will do, in Danish, before they are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import attrs

from esdh_connect import wording
from esdh_connect.departments.showing import shown
from esdh_connect.plugins import Plugins
from esdh_connect.policy import ATTRIBUTES, Department, Policy, PolicyChange, Tree, label

__all__ = ["Consequence", "Foresight"]

#: So many departments are named in a sentence.
_NAMED = 5
_LISTED = ("plugins", "channels")


@attrs.frozen
class Consequence:
    """Følge: what will be, as a Danish sentence. ``warns`` marks what hardly anybody means."""

    department: str
    text: str
    warns: bool = False


@attrs.frozen
class Foresight:
    """Tells what changes will do. ``under_way`` counts what has not left yet, by (department, channel)."""

    plugins: Plugins
    now: datetime
    under_way: Counter[tuple[str, str]]

    def told(self, tree: Tree, wanted: Sequence[PolicyChange]) -> tuple[Consequence, ...]:
        """Give what each change does, in the order they take force."""
        found: list[Consequence] = []
        for at in sorted({max(one.in_force, self.now) for one in wanted}):
            taking = [one for one in wanted if max(one.in_force, self.now) == at]
            after = tree.more(taking)
            for id_ in dict.fromkeys(one.department.id for one in taking):
                found += self._of_one(id_, tree, after, at)
            tree = after
        return tuple(found)

    def _of_one(self, id_: str, tree: Tree, after: Tree, at: datetime) -> Iterator[Consequence]:
        since = "" if at <= self.now else f"Fra {wording.when(at)}: "
        before, then = tree.policy(id_, at), after.policy(id_, at)
        sentences = [*self._own(id_, tree, after, at), *self._sentences(before, then)]
        below = [one for one in _below(id_, after, at) if tree.policy(one.id, at) != after.policy(one.id, at)]
        if below:
            sentences.append(f"Det slår igennem {_in(below)}.")
        for sentence in sentences or ["Der bliver ikke ændret noget."]:
            yield Consequence(id_, since + sentence)
        yield from self._letters([id_, *(one.id for one in below)], tree, after, at)
        for sentence in self._doubts(then, at):
            yield Consequence(id_, since + sentence, warns=True)

    def _own(self, id_: str, tree: Tree, after: Tree, at: datetime) -> Iterator[str]:
        one = after.department(id_, at)
        if id_ not in tree:
            under = f" under »{one.parent}«" if one.parent else ""
            yield f"Afdelingen bliver oprettet{under}."
            return
        before = tree.department(id_, at)
        if before.name != one.name:
            yield f"Navnet bliver »{one.name}« (før: »{before.name}«)."
        if before.parent != one.parent:
            yield (
                f"Den kommer til at høre under »{one.parent}«." if one.parent else "Den hører ikke længere under nogen."
            )

    def _sentences(self, before: Policy, then: Policy) -> Iterator[str]:
        for name in sorted(then.plugins - before.plugins):
            yield f"Pluginet »{name}« bliver slået til."
        for name in sorted(before.plugins - then.plugins):
            yield f"Pluginet »{name}« bliver slået fra."
        if before.channels != then.channels:
            yield f"Kanalerne bliver: {self._channels(then)} (før: {self._channels(before)})."
        was, is_ = shown(before), shown(then)
        for name in dict.fromkeys((*ATTRIBUTES, *was, *is_)):
            if name not in _LISTED and was.get(name) != is_.get(name):
                yield f"{label(name).capitalize()}: {is_.get(name, 'intet')} (før: {was.get(name, 'intet')})."

    def _channels(self, policy: Policy) -> str:
        return ", ".join(self._named(name) for name in policy.channels) or "ingen"

    def _named(self, channel: str) -> str:
        found = self.plugins.channels.get(channel)
        return found.label if found else channel

    def _letters(self, ids: Iterable[str], tree: Tree, after: Tree, at: datetime) -> Iterator[Consequence]:
        """Say what becomes of what is under way, where something is switched off."""
        for id_ in ids:
            before = {one.name for one in self.plugins.channels_of(tree.policy(id_, at))}
            gone = before - {one.name for one in self.plugins.channels_of(after.policy(id_, at))}
            if not gone and not tree.policy(id_, at).plugins - after.policy(id_, at).plugins:
                continue
            if at > self.now:
                yield Consequence(id_, "Det, der er bestilt inden da, bliver sendt.")
            else:
                yield Consequence(id_, _going_on(sum(self.under_way[id_, name] for name in gone or before)))

    def _doubts(self, policy: Policy, at: datetime) -> Iterator[str]:
        """Say what is not as somebody will have meant it."""
        for name in policy.channels:
            owner = self.plugins.owners.get(name)
            if owner is None:
                yield f"Ingen af de indlæste plugins har kanalen »{name}«."
            elif owner not in policy.plugins and not self.plugins.is_always_on(owner):
                yield f"{self._named(name)} bliver ikke brugt: pluginet »{owner}« er ikke slået til."
        if not policy.is_active(at):
            yield "I dag er uden for afdelingens datoer, så den bliver ikke tilbudt noget nyt."
        elif policy.plugins and not self.plugins.channels_of(policy):
            yield "Afdelingen har ingen kanal, så *Send digitalt* bliver ikke tilbudt."


def _below(id_: str, tree: Tree, at: datetime) -> list[Department]:
    return [one for one in tree.departments(at) if one.id != id_ and id_ in tree.lineage(one.id, at)]


def _in(departments: Sequence[Department]) -> str:
    names = [f"»{one.name or one.id}«" for one in departments[:_NAMED]]
    more = len(departments) - len(names)
    what = "i afdelingen" if len(departments) == 1 else f"i {len(departments)} afdelinger"
    return f"{what} under den: {', '.join(names)}" + (f" og {more} til" if more else "")


def _going_on(letters: int) -> str:
    if not letters:
        return "Ingen forsendelser er undervejs."
    return f"{letters} {'forsendelse' if letters == 1 else 'forsendelser'} er undervejs og bliver sendt."
