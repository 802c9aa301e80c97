"""Byggeprojekt: a plot, the building on it and the one that is applied for, in metres."""

from __future__ import annotations

from datetime import date

import attrs

__all__ = ["Box", "Project", "metres"]


@attrs.frozen
class Box:
    """A building seen from above: its south-west corner from the plot's, its width and depth; all in metres."""

    x: float
    y: float
    width: float
    depth: float

    @property
    def area(self) -> float:
        """Give the built-up area in square metres."""
        return self.width * self.depth

    @property
    def right(self) -> float:
        """Give where its east side is."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Give where its north side is."""
        return self.y + self.depth


@attrs.frozen
class Project:
    """
    What is to be built where. The road lies south of the plot; the new building stands at the house's east wall.

    ``what`` is the building in an indefinite form ("carport"), ``article`` its gender ("en"); heights in metres.
    """

    case_number: str
    address: str
    cadastral: str
    what: str
    article: str
    owner: str
    applied: date
    plot_width: float
    plot_depth: float
    house: Box
    new: Box
    house_name: str = "bolig"
    wall: float = 2.6
    ridge: float = 5.6
    new_height: float = 2.5
    glazed: bool = False

    @property
    def road(self) -> str:
        """Give the road's name, without the number."""
        return self.address.rpartition(" ")[0]

    @property
    def to_boundary(self) -> float:
        """Give the distance from the new building to the east boundary."""
        return self.plot_width - self.new.right

    @property
    def built_up(self) -> float:
        """Give the built-up share of the plot (bebyggelsesprocent)."""
        return 100 * (self.house.area + self.new.area) / (self.plot_width * self.plot_depth)


def metres(length: float, digits: int = 2) -> str:
    """Write a figure with a decimal comma."""
    return f"{length:.{digits}f}".replace(".", ",")
