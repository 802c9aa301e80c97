"""Towns whose use is published, and a judge of what can be worked out of what is."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from esdh_connect_forbrug.figures import Figures
from esdh_connect_forbrug.suppression import Parting, Unit, parted

_NAMES = tuple("abcdefgh")


@attrs.frozen
class Town:
    """Departments with who was active in each, and the one above each."""

    people: Mapping[str, frozenset[str]]
    parents: Mapping[str, str | None]

    @property
    def units(self) -> dict[str, Unit]:
        """Give what each counted: one letter for each who was active, and one that a machine counted."""
        return {name: Unit(Figures(sent={"x": len(its) + 1}), its) for name, its in self.people.items()}

    @property
    def parting(self) -> Parting:
        return parted(self.units, self.parents)

    def together(self, names: Iterable[str]) -> int:
        return len(frozenset().union(*(self.people[name] for name in names)))


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw trees of up to eight departments whose people may be active in several; not all of them are in use."""
    names = draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=1, max_size=8))
    parents = {name: draw(st.none() | st.sampled_from(_NAMES)) for name in _NAMES}
    who = st.frozensets(st.sampled_from([f"user{at}" for at in range(14)]), max_size=draw(st.sampled_from([4, 7, 12])))
    return Town({name: draw(who) for name in names}, parents)


def rank(rows: Iterable[Sequence[int]]) -> int:
    """Give the rank of a matrix, exactly: over the rational numbers."""
    left = [[Fraction(one) for one in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((at for at in range(found, len(left)) if left[at][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        first = left[found]
        for at in range(found + 1, len(left)):
            factor = left[at][column] / first[column]
            left[at] = [one - factor * other for one, other in zip(left[at], first, strict=True)]
        found += 1
    return found


def told_of(seen: Sequence[Iterable[str]], among: Iterable[str], names: Sequence[str]) -> int:
    """
    Give how many independent figures about the departments ``among`` alone can be worked out of the sums ``seen``.

    The sums are vectors over the departments; what can be worked out is what they span; and of that, what is about
    ``among`` alone has nothing anywhere else.
    """
    rows = [[int(name in one) for name in names] for one in map(set, seen)]
    return worked_out(rows, [at for at, name in enumerate(names) if name in set(among)])


def worked_out(rows: Sequence[Sequence[int]], among: Sequence[int]) -> int:
    """Give how many independent figures about the columns ``among`` alone can be worked out of rows."""
    left = [[one for at, one in enumerate(row) if at not in among] for row in rows]
    return rank(rows) - rank(left)
