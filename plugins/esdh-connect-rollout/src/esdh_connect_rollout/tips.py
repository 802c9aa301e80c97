"""Tip: the part of the door where anyone says something, and where somebody decides whether it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect_rollout.desk import named, reasoned, refuse_cpr
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.lessons import Lessons
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.notes import Note, NoteKind, notes
from esdh_connect_rollout.waves.states import State
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Tips"]

_ALREADY = {
    Kind.TAKEN: "tippet er allerede taget med på tjeklisten",
    Kind.DISMISSED: "tippet er allerede lagt fra som ikke relevant",
}


class Tips(Lessons):
    """What anyone has said. A tip comes up on nobody's checklist before it is taken."""

    def tips(self) -> tuple[Note, ...]:
        """Give all tips, the first first: those about no wave too, and those that are not relevant."""
        return tuple(one for one in notes(self.acts()) if one.kind is NoteKind.TIP)

    def tip(self, text: str, *, department: str = "", wave: str = "", by: str = "") -> Note:
        """
        Take a tip from anyone: it is about the ``wave``, or that of the ``department``, or else about none.

        Nobody's name is kept unless the tip is signed (``by``). Raises WaveRefused where no wave has begun.
        """
        said = self._described(text, department, (), "")
        here = self.show(wave).name if wave else self._its(department)
        return self._tip(self._written(here, Kind.TIPPED, by.strip(), what=said).number)

    def takes_tips(self, department: str) -> bool:
        """Tell whether a wave has begun that this department is in: a tip from there is about something."""
        return any(department in one.aim.departments for one in self._begun())

    def take(self, number: int, *, by: str) -> Note:
        """Take a tip along: it comes up on the checklists of the waves after. Raises WaveRefused where it is there."""
        return self._decided_on(number, Kind.TAKEN, named(by))

    def dismiss(self, number: int, *, by: str, why: str) -> Note:
        """Say that a tip is not relevant, and why: it is kept, and comes up nowhere. Raises WaveRefused."""
        return self._decided_on(number, Kind.DISMISSED, named(by), reasoned(why))

    # --- the parts of it

    def _tip(self, number: int) -> Note:
        return next(one for one in self.tips() if one.number == number)

    def _decided_on(self, number: int, kind: Kind, by: str, why: str = "") -> Note:
        tip = next((one for one in self.tips() if one.number == number), None)
        if tip is None:
            raise WaveRefused(f"no tip {number}", danish=f"der er intet tip med nummer {number}")
        self._written(tip.wave, kind, by, why, {"note": number})
        return self._tip(number)

    def _written(self, wave: str, kind: Kind, by: str, why: str = "", what: dict[str, object] | None = None) -> Act:
        """Write an act about a tip; unlike others it may be about no wave."""
        refuse_cpr(by, why, str(what or ""))
        now = self.now
        made = Act(0, wave, kind, now, now, by, why, what or {})

        def decided(acts: Sequence[Act], _connection: object) -> Act:
            _refuse_twice(acts, made)
            return made

        return self._logbook.write(decided)

    def _its(self, department: str) -> str:
        """Give the name of the wave a department is in; "" where it is in none that has begun."""
        begun = self._begun()
        if not begun:
            raise WaveRefused(
                "no wave has begun", danish="ingen bølge er begyndt, så der er ikke noget at give et tip om"
            )
        its = [one.name for one in begun if department in one.aim.departments]
        return its[-1] if its else ""

    def _begun(self) -> list[Wave]:
        now = self.now
        return [
            one
            for one in self.list()
            if not one.is_damaged and (one.course(now).first or one.state(now) is State.PREPARING)
        ]


def _refuse_twice(acts: Sequence[Act], made: Act) -> None:
    """Raise WaveRefused where somebody decided the same of the tip before."""
    about = [one.kind for one in acts if one.kind in _ALREADY and one.what.get("note") == made.what.get("note")]
    if made.kind in _ALREADY and about[-1:] == [made.kind]:
        raise WaveRefused("it is decided so already", danish=_ALREADY[made.kind])
