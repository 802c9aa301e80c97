"""Følger: what changes will do, in Danish, before they are made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from esdh_connect import wording
from esdh_connect.departments.showing import shown
from esdh_connect.plugins import Plugins
from esdh_connect.policy import ATTRIBUTES, RULES, Department, Policy, PolicyChange, Tree, label

__all__ = ["Consequence", "Foresight"]

#: So many departments are named in a sentence.
_NAMED = 5
_LISTED = ("plugins", "channels", "gate")


@attrs.frozen
class Consequence:
    """Følge: what will be, as a Danish sentence. ``warns`` marks what hardly anybody means."""

    department: str
    text: str
    warns: bool = False


@attrs.frozen
class _Turn:
    """A moment at which changes take force: the tree before and after, and who is right below whom then."""

    before: Tree
    after: Tree
    at: datetime
    children: Mapping[str, Sequence[Department]]

    def policies(self, id_: str) -> tuple[Policy, Policy]:
        """Give what held and what holds."""
        return self.before.policy(id_, self.at), self.after.policy(id_, self.at)

    def versions(self, id_: str) -> tuple[str, ...]:
        """Give what is equal where nothing has changed."""
        return tuple(one.version for one in self.policies(id_))

    def below(self, id_: str) -> Iterator[Department]:
        """Give all that inherit from it."""
        for one in self.children.get(id_, ()):
            yield one
            yield from self.below(one.id)


def _children(tree: Tree, at: datetime) -> Mapping[str, Sequence[Department]]:
    found: dict[str, list[Department]] = defaultdict(list)
    for one in tree.departments(at):
        found[one.parent or ""].append(one)
    return found


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
            turn = _Turn(tree, after, at, _children(after, at))
            for id_ in dict.fromkeys(one.department.id for one in taking):
                found += self._of_one(id_, turn)
            tree = after
        return tuple(found)

    def _of_one(self, id_: str, turn: _Turn) -> Iterator[Consequence]:
        since = "" if turn.at <= self.now else f"Fra {wording.when(turn.at)}: "
        before, then = turn.policies(id_)
        sentences = [*self._own(id_, turn), *self._sentences(before, then)]
        below = [one for one in turn.below(id_) if len(set(turn.versions(one.id))) > 1]
        if below:
            sentences.append(f"Det slår igennem {_in(below)}.")
        for sentence in sentences or ["Der bliver ikke ændret noget."]:
            yield Consequence(id_, since + sentence)
        for sentence in self._letters([id_, *(one.id for one in below)], turn):
            yield Consequence(id_, sentence)
        for sentence in self._doubts(then, turn.at):
            yield Consequence(id_, since + sentence, warns=True)

    def _own(self, id_: str, turn: _Turn) -> Iterator[str]:
        tree, at = turn.before, turn.at
        one = turn.after.department(id_, at)
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
        for name in (one for one in RULES if (one in before.gate) is not (one in then.gate)):
            how = "bliver slået til" if name in then.gate else "bliver slået fra og standser ingen breve"
            yield f"Sikkerhedsportens regel »{name}« ({wording.rule(name)}) {how}."
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

    def _letters(self, ids: Iterable[str], turn: _Turn) -> Iterator[str]:
        """Say what becomes of what is under way, where something is switched off."""
        losing = [id_ for id_ in ids if self._loses(*turn.policies(id_))]
        if losing and turn.at > self.now:
            yield "Det, der er bestilt inden da, bliver sendt."
        elif losing:
            letters = sum(count for (id_, _), count in self.under_way.items() if id_ in losing)
            yield _going_on(letters)

    def _loses(self, before: Policy, then: Policy) -> bool:
        had, has = ({one.name for one in self.plugins.channels_of(policy)} for policy in (before, then))
        return bool(had - has or before.plugins - then.plugins)

    def _doubts(self, policy: Policy, at: datetime) -> Iterator[str]:
        """Say what is not as somebody will have meant it."""
        for name in policy.channels:
            owner = self.plugins.owners.get(name)
            if owner is None:
                yield f"Ingen af de plugins, der er indlæst her, har kanalen »{name}«."
            elif owner not in policy.plugins and not self.plugins.is_always_on(owner):
                yield f"{self._named(name)} bliver ikke brugt: pluginet »{owner}« er ikke slået til."
        if not policy.is_active(at):
            yield "I dag er uden for afdelingens datoer, så den bliver ikke tilbudt noget nyt."
        elif policy.plugins and not self.plugins.channels_of(policy):
            yield "Afdelingen har ingen kanal, så *Send digitalt* bliver ikke tilbudt."


def _in(departments: Sequence[Department]) -> str:
    names = [f"»{one.name or one.id}«" for one in departments[:_NAMED]]
    more = len(departments) - len(names)
    what = "i afdelingen" if len(departments) == 1 else f"i {len(departments)} afdelinger"
    return f"{what} under den: {', '.join(names)}" + (f" og {more} til" if more else "")


def _going_on(letters: int) -> str:
    if not letters:
        return "Ingen forsendelser er undervejs."
    return f"{letters} {'forsendelse' if letters == 1 else 'forsendelser'} er undervejs og bliver sendt."
