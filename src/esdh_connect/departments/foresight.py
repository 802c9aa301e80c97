"""
Følger: what changes will do, in Danish, before they are made.

Also on days that lie ahead: where something is decided already that counts from a day, a change now may let it hold
for others, or no more. A department that is moved below one whose wave begins next week is told of next week.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.departments.showing import shown
from esdh_connect.ids import mask
from esdh_connect.plugins import Plugins
from esdh_connect.policy import (
    ATTRIBUTES,
    LISTS,
    RULES,
    WITHDRAWN,
    Department,
    Policy,
    PolicyChange,
    Said,
    Tree,
    begins,
    is_relative,
    label,
)

__all__ = ["Consequence", "Foresight"]

#: So many departments are named in a sentence.
_NAMED = 5
_LISTED = ("plugins", "channels", "gate")
_INSTANT = timedelta(microseconds=1)
#: The hook of plugins that count use.
_COUNTS = "usage_recorded"
_SUMS = (
    "Statistikken lægger også tidligere måneder sammen efter den nye plads: tallene for afdelingerne over den "
    "bliver andre end på sider, der er gemt eller printet før."
)


@attrs.frozen
class Consequence:
    """Følge: what will be, as a Danish sentence. ``warns`` marks what hardly anybody means."""

    department: str
    text: str
    warns: bool = False


@attrs.frozen
class _Turn:
    """
    A moment at which changes take force: the tree before and after, and who is right below whom then.

    ``wanted`` are all changes that are told of.
    """

    before: Tree
    after: Tree
    at: datetime
    children: Mapping[str, Sequence[Department]]
    wanted: Sequence[PolicyChange]

    def policies(self, id_: str) -> tuple[Policy, Policy]:
        """Give what held and what holds."""
        return self.before.policy(id_, self.at), self.after.policy(id_, self.at)

    def versions(self, id_: str) -> tuple[str, ...]:
        """Give what is equal where nothing has changed."""
        return tuple(one.version for one in self.policies(id_))

    def withdraws(self, id_: str) -> bool:
        """Tell whether something that does not count yet is withdrawn now."""
        return any(WITHDRAWN in one.what for one in self.after.of(id_) if one not in self.before.of(id_))

    def taken_out(self, id_: str, attribute: str, name: str) -> PolicyChange | None:
        """Give the earlier decision by which a department is without what is said above it."""
        said = self.before.said(id_, self.at).get(attribute) if id_ in self.before else None
        if said is None or f"-{name}" not in said.value or name in getattr(self.after.policy(id_, self.at), attribute):
            return None
        took = [one for one in said.changes if f"-{name}" in (one.what.get(attribute) or ()) and one not in self.wanted]
        return took[-1] if took else None

    def called(self, id_: str) -> str:
        """Give what people call a department: its name, or else its id."""
        return (self.after.department(id_, self.at).name if id_ in self.after else "") or id_

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
        """Give what each change does, in the order they take force, and then what that does to what lies ahead."""
        found: list[Consequence] = []
        ahead = _Ahead(self, tree, tree.more(wanted), wanted)
        for at in sorted({max(one.in_force, self.now) for one in wanted}):
            taking = [one for one in wanted if max(one.in_force, self.now) == at]
            after = tree.more(taking)
            turn = _Turn(tree, after, at, _children(after, at), wanted)
            for id_ in dict.fromkeys(one.department.id for one in taking):
                found += self._of_one(id_, turn)
            tree = after
        for id_ in dict.fromkeys(one.department.id for one in wanted):
            found += ahead.of_one(id_)
        return tuple(found)

    def _of_one(self, id_: str, turn: _Turn) -> Iterator[Consequence]:
        since = "" if turn.at <= self.now else f"Fra {wording.when(turn.at)}: "
        before, then = turn.policies(id_)
        sentences = [*self._own(id_, turn), *self.sentences(before, then)]
        sentences += filter(None, map(self.plugins.when_off, sorted(before.plugins - then.plugins)))
        if turn.withdraws(id_):
            sentences.append("Det, der var besluttet for en senere dag, bliver trukket tilbage.")
        below = [one for one in turn.below(id_) if len(set(turn.versions(one.id))) > 1]
        if below:
            sentences.append(f"Det slår igennem {_in(below)}.")
        sentences += self._stopped(id_, turn)
        for sentence in sentences or [_unseen(turn.before.said(id_, turn.at), turn.after.said(id_, turn.at))]:
            yield Consequence(id_, since + sentence)
        for sentence in self._letters([id_, *(one.id for one in below)], turn):
            yield Consequence(id_, sentence)
        for sentence in (*_alike(id_, turn), *self._doubts(then, turn.at)):
            yield Consequence(id_, since + sentence, warns=True)

    def _own(self, id_: str, turn: _Turn) -> Iterator[str]:
        tree, at = turn.before, turn.at
        one = turn.after.department(id_, at)
        if id_ not in tree:
            if one.parent:
                yield f"Afdelingen bliver oprettet under »{turn.called(one.parent)}«."
            else:
                yield "Afdelingen bliver oprettet."
            return
        before = tree.department(id_, at)
        yield from _place(before, one, turn.after, at)
        if before.parent != one.parent and any(_COUNTS in self.plugins.hooks_of(name) for name in self.plugins.names):
            yield _SUMS

    def sentences(self, before: Policy, then: Policy) -> Iterator[str]:
        """Say how what holds differs from what held."""
        for name in sorted(then.plugins - before.plugins):
            yield f"Pluginet »{name}« bliver slået til."
        for name in sorted(before.plugins - then.plugins):
            yield f"Pluginet »{name}« bliver slået fra."
        for name in (one for one in RULES if (one in before.gate) is not (one in then.gate)):
            how = "bliver slået til" if name in then.gate else "bliver slået fra og standser ingen breve"
            yield f"Sikkerhedsportens regel »{wording.rule(name)}« {how}."
        if before.channels != then.channels:
            yield f"Kanalerne bliver: {self._channels(then)} (før: {self._channels(before)})."
        was, is_ = shown(before, self.plugins), shown(then, self.plugins)
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

    def _stopped(self, id_: str, turn: _Turn) -> Iterator[str]:
        """Say who below it does not get what it gets, because that is taken out there, as by a wave that is to come."""
        before, then = turn.policies(id_)
        for attribute, name, what in (
            *(("plugins", name, f"Pluginet »{name}«") for name in sorted(then.plugins - before.plugins)),
            *(
                ("channels", name, f"Kanalen »{self._named(name)}«")
                for name in then.channels
                if name not in before.channels
            ),
        ):
            decided = {one.id: found for one in turn.below(id_) if (found := turn.taken_out(one.id, attribute, name))}
            if decided:
                below = [turn.after.department(one, turn.at) for one in decided]
                whys = dict.fromkeys(mask(one.why) for one in decided.values() if one.why)
                why = f" ({'; '.join(f'»{one}«' for one in list(whys)[:_NAMED])})" if whys else ""
                yield f"{what} når ikke ned {_in(below)}: det er besluttet dér{why}."

    def _doubts(self, policy: Policy, at: datetime) -> Iterator[str]:
        """Say what is not as somebody will have meant it."""
        for name in sorted(policy.plugins - self.plugins.named):
            yield f"Pluginet »{name}« er ikke indlæst her, så det gør ikke noget."
        for name in policy.channels:
            owner = self.plugins.owners.get(name)
            if owner is None:
                yield f"Ingen af de plugins, der er indlæst her, har kanalen »{name}«."
            elif owner not in policy.plugins and not self.plugins.is_always_on(owner):
                yield f"{self._named(name)} bliver ikke brugt: pluginet »{owner}« er ikke slået til."
        if not policy.is_active(at):
            day = "I dag" if at <= self.now else "Den dag"
            yield f"{day} er uden for afdelingens datoer, så den bliver ikke tilbudt noget nyt."
        elif policy.plugins and not self.plugins.channels_of(policy):
            yield "Afdelingen har ingen kanal, så »Send digitalt« bliver ikke tilbudt."


class _Ahead:
    """What lies ahead: moments later than the changes that are told, at which something else takes force."""

    def __init__(self, foresight: Foresight, before: Tree, after: Tree, wanted: Sequence[PolicyChange]) -> None:
        self._foresight, self._before, self._after = foresight, before, after
        self._turns: dict[str, set[datetime]] = defaultdict(set)
        for one in wanted:
            self._turns[one.department.id].add(max(one.in_force, foresight.now))
        self._begins: dict[datetime, set[str]] = defaultdict(set)
        for one in after.changes:
            for at in begins(one):
                self._begins[at].add(one.department.id)

    def of_one(self, id_: str) -> Iterator[Consequence]:
        """Say what is to happen in a department and below it, now that it is changed, and what not any more."""
        turns = self._turns[id_]
        for at in sorted(one for one in self._begins if one > min(turns) and one not in turns):
            begun = [one for one in self._after.lineage(id_, at) if one in self._begins[at]]
            come, gone = self._steps(id_, at) if begun or self._would_have_begun(id_, at) else ((), ())
            since = f"Fra {wording.when(at)}"
            decided = f", som besluttet for »{self._name(begun[0], at)}«" if begun and begun[0] != id_ else ""
            for sentence in come:
                yield Consequence(id_, f"{since}{decided}: {sentence}")
            for sentence in gone:
                yield Consequence(id_, f"Det, der skulle ske {since.lower()}, sker ikke: {sentence}")
            below = self._below(id_, at, all_=bool(come or gone))
            if below:
                yield Consequence(
                    id_, f"Det gælder også {_in(below)}." if gone else f"{since}: Det slår igennem {_in(below)}."
                )

    def _would_have_begun(self, id_: str, at: datetime) -> bool:
        return not self._begins[at].isdisjoint(self._before.lineage(id_, at))

    def _below(self, id_: str, at: datetime, *, all_: bool) -> list[Department]:
        """Give those below it with whom it is another now: of all, or of those that something begins for."""
        ids = (one.id for one in self._after.departments(at)) if all_ else sorted(self._begins[at])
        below = [one for one in ids if one != id_ and id_ in self._after.lineage(one, at)]
        return [self._after.department(one, at) for one in below if any(self._steps(one, at))]

    def _steps(self, id_: str, at: datetime) -> tuple[Sequence[str], Sequence[str]]:
        """Give what happens at a moment that would not have, and what would have."""
        (would, was), (will, is_) = (self._step(id_, at, tree) for tree in (self._before, self._after))
        come = [one for one in will if one not in would]
        is_gone = not come and was != is_
        return come, [one for one in would if one not in will] if is_gone else []

    def _step(self, id_: str, at: datetime, tree: Tree) -> tuple[list[str], tuple[Department, str]]:
        """Give what happens at a moment by one tree, and what is equal where it comes out the same."""
        before, then = (tree.policy(id_, moment) for moment in (at - _INSTANT, at))
        placed = _place(before.department, then.department, tree, at) if id_ in tree else ()
        return [*placed, *self._foresight.sentences(before, then)], (then.department, then.version)

    def _name(self, id_: str, at: datetime) -> str:
        return self._after.department(id_, at).name or id_


def _place(before: Department, then: Department, tree: Tree, at: datetime) -> Iterator[str]:
    """Say what becomes of a department's name and of where it belongs."""
    if before.name != then.name:
        yield f"Navnet bliver »{then.name}« (før: »{before.name}«)."
    if before.parent != then.parent:
        yield (
            f"Den kommer til at høre under »{tree.department(then.parent, at).name or then.parent}«."
            if then.parent
            else "Den hører ikke længere under nogen."
        )


def _alike(id_: str, turn: _Turn) -> Iterator[str]:
    """Say where a department that is set up or renamed comes to be called what another is called."""
    name = turn.called(id_)
    if id_ in turn.before and turn.before.department(id_, turn.at).name in (name, ""):
        return
    for one in turn.after.departments(turn.at):
        if one.id != id_ and " ".join(turn.called(one.id).casefold().split()) == " ".join(name.casefold().split()):
            yield f"En anden afdeling hedder også »{one.name or one.id}« (id »{one.id}«): de to kan forveksles."


def _unseen(before: Mapping[str, Said], then: Mapping[str, Said]) -> str:
    """Say what a change does that alters nothing that holds."""
    was, is_ = ({name: one.value for name, one in said.items()} for said in (before, then))
    if was == is_:
        return "Der bliver ikke ændret noget."
    own = any(_says_more(name, was.get(name), one) for name, one in is_.items())
    whose = "bliver det afdelingens egen beslutning" if own else "følger afdelingen den overordnede"
    return f"Det er allerede sådan; nu {whose}."


def _says_more(name: str, was: Any, is_: Any) -> bool:  # noqa: ANN401 - values are of all kinds
    """Tell whether an attribute says something it did not: a list that leaves a name to the one above says less."""
    if name not in LISTS or was is None or not is_relative(is_):
        return bool(was != is_)
    return is_relative(was) and bool(set(is_) - set(was))


def _in(departments: Sequence[Department]) -> str:
    names = [f"»{one.name or one.id}«" for one in departments[:_NAMED]]
    more = len(departments) - len(names)
    what = "i afdelingen" if len(departments) == 1 else f"i {len(departments)} afdelinger"
    return f"{what} under den: {', '.join(names)}" + (f" og {more} til" if more else "")


def _going_on(letters: int) -> str:
    if not letters:
        return "Ingen forsendelser er undervejs."
    return f"{'1 forsendelse' if letters == 1 else f'{letters} forsendelser'} er undervejs og bliver sendt."
