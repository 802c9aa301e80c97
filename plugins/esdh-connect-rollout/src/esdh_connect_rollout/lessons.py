"""Erfaringer og tjekliste: the part of the door where what was learnt comes in, and comes up again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from esdh_connect_rollout.checklist import Item, checklist
from esdh_connect_rollout.desk import Desk, named, reasoned, refuse_cpr
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.profiles.profile import Profile, profiles
from esdh_connect_rollout.suggestions.ranking import Findings
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.notes import ENOUGH, Note, notes, words
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["LONGEST", "Lessons"]

#: Signs in an experience or a tip, at most.
LONGEST = 2000


class Lessons(Desk):
    """What waves have taught."""

    def profiles(self) -> Mapping[str, Profile]:
        """Give what is known of departments, by id."""
        return profiles(self.acts())

    def note(
        self,
        name: str,
        text: str,
        *,
        by: str,
        difficulty: bool = False,
        department: str = "",
        document_types: Iterable[str] = (),
        module: str = "",
    ) -> Note:
        """
        Write an experience of a wave, or a ``difficulty`` that is open until it is solved.

        An experience has at least five words: who reads it is to understand it. The next wave may start when one was
        written after this one began. It fits departments with one of ``document_types`` or in ``module``. Where neither
        is given, those of ``department`` count, as far as they are known; without one it fits all.
        """
        said = self._described(text, department, document_types, module)
        if not difficulty and words(text) < ENOUGH:
            raise WaveRefused(
                f"fewer than {ENOUGH} words",
                danish=f"en erfaring har mindst {ENOUGH} ord, så den, der kommer efter, kan forstå den",
            )
        return self._noted(self._act(name, Kind.NOTED, named(by), what={**said, "difficulty": difficulty}))

    def solve(self, number: int, *, by: str, how: str) -> Note:
        """Tell how a difficulty was overcome. Raises WaveRefused where there is no open one of this number."""
        wave = next((one for one in self.list() for note in one.notes if note.number == number), None)
        if wave is None or number not in {note.number for note in wave.open_difficulties}:
            raise WaveRefused(
                f"no open difficulty {number}", danish=f"der er ingen uløst vanskelighed med nummer {number}"
            )
        solved = self._after(self._act(wave.name, Kind.SOLVED, named(by), _text(how), {"note": number}))
        return next(note for note in solved.notes if note.number == number)

    def skip(self, name: str, *, by: str, why: str) -> Wave:
        """Say that no experiences of a wave will be written, and why; then the next may start."""
        return self._after(self._act(name, Kind.SKIPPED, named(by), _text(reasoned(why))))

    def checklist(self, name: str, findings: Findings | None = None) -> tuple[Item, ...]:
        """Give the checklist of a wave. ``findings`` are what ``doctor`` found. Raises UnknownWave."""
        known = self.list()
        wave = self.show(name)
        before = [one for one in known[: known.index(wave)] if not one.is_damaged] if wave in known else []
        learnt = [(one.aim.title, note) for one in before for note in one.notes]
        learnt += [("", note) for note in self._loose(wave)]
        return checklist(wave, learnt, self.profiles(), findings or {}, self.plugin.clean)

    def check(self, name: str, item: str, *, by: str) -> Wave:
        """Tick an item of a wave's checklist. Raises WaveRefused where there is no such item."""
        keys = [one.key for one in self.checklist(name)]
        if item not in keys:
            raise WaveRefused(
                f"no item {item!r}", danish=f"der er intet punkt »{item}« på tjeklisten. Der er: {', '.join(keys)}"
            )
        return self._after(self._act(name, Kind.CHECKED, named(by), what={"item": item}))

    def uncheck(self, name: str, item: str, *, by: str) -> Wave:
        """Take a tick back that somebody has set. Raises WaveRefused where there is none."""

        def check(wave: Wave) -> None:
            if item not in wave.checked:
                raise WaveRefused(f"{item!r} is not ticked", danish=f"der er ikke sat flueben ved »{item}«")

        return self._after(self._act(name, Kind.UNCHECKED, named(by), what={"item": item}, check=check))

    # --- the parts of it

    def _loose(self, wave: Wave) -> Iterator[Note]:
        """Give what is about no wave and was taken along before this one began."""
        first = wave.course(self.now).first
        for one in notes(act for act in self.acts() if not act.wave):
            if one.comes_up and one.verdict and (first is None or one.verdict.at < first):
                yield one

    def _noted(self, act: Act) -> Note:
        return next(note for note in self.show(act.wave).notes if note.number == act.number)

    def _described(self, text: str, department: str, types: Iterable[str], module: str) -> dict[str, object]:
        refuse_cpr(text, department, module)
        if department:
            self.post.departments.get(department)
        told = Profile(department, document_types=frozenset(types) or None, module=module or None)
        if not told.document_types and not told.module and department:
            known = self.profiles().get(department, told)
            told = Profile(department, document_types=known.document_types, module=known.module)
        return {
            "text": _text(text),
            "department": department,
            "document_types": sorted(told.document_types or ()),
            "module": told.module or "",
        }


def _text(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise WaveRefused("nothing is said", danish="der skal stå noget, som andre kan bruge")
    if not 0 < len(text.strip()) <= LONGEST:
        raise WaveRefused(
            "a text is empty or too long", danish=f"der skal stå en tekst, og den må højst have {LONGEST} tegn"
        )
    return text.strip()
