"""
Mærker: where on a page something is drawn, as boxes.

A rough reading of the page's content (ISO 32000-2, 8 and 9), good enough to tell whether a corner of a sheet is free:
a line of text is taken to be half as wide as it is high for each character. White fills and clipping draw nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import attrs

from esdh_connect_bilag.engine import Page, Pdf, Stream, Value

__all__ = ["Box", "marks"]

_SPACE = rb"[\0\t\n\f\r ]"
_TOKEN = re.compile(
    rb"([+-]?(?:[0-9]++\.?+[0-9]*+|\.[0-9]++))"  # 1 a number
    rb"|\(((?:[^()\\]++|\\.)*+)\)"  # 2 a string, as far as strings are simple
    rb"|<([0-9A-Fa-f\0\t\n\f\r ]*+)>"  # 3 a string in hexadecimal
    rb"|/([^\0\t\n\f\r ()<>\[\]{}/%]*+)"  # 4 a name
    rb"|([A-Za-z'\"*]++[0-9]?+\*?+)"  # 5 an operator
    rb"|%[^\r\n]*+",
    re.DOTALL,
)
_NUMBER, _STRING, _HEX, _NAME, _OPERATOR = range(1, 6)
_PICTURE = re.compile(rb"(?<=" + _SPACE + rb")EI(?=" + _SPACE + rb"|\Z)")
_DEEP = 8
_AT_MOST = 500_000  # tokens of one page
_WIDTH = 0.5  # of a character, in font sizes
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]


@attrs.frozen
class Box:
    """A part of a page, in its own units."""

    left: float
    bottom: float
    right: float
    top: float


def marks(pdf: Pdf, page: Page) -> Iterator[Box]:
    """Give a box around each thing that is drawn. Raises Declined where the content cannot be read."""
    contents = pdf.resolve(page.entries.get("Contents"))
    parts = contents if isinstance(contents, list) else [contents]
    streams = [part for part in map(pdf.resolve, parts) if isinstance(part, Stream)]
    content = b"\n".join(pdf.decoded(stream) for stream in streams)
    yield from _Reading(pdf, pdf.dictionary(page.entries.get("Resources")), _IDENTITY, 0).read(content)


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _around(matrix: Matrix, points: list[tuple[float, float]]) -> Box:
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x, y in points]
    ys = [b * x + d * y + f for x, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


@attrs.define
class _State:
    """What `q` keeps and `Q` brings back."""

    matrix: Matrix
    white: bool = False
    size: float = 0.0
    leading: float = 0.0


class _Reading:
    """Reads one content stream, and those it draws."""

    def __init__(self, pdf: Pdf, resources: dict[str, Value], matrix: Matrix, depth: int) -> None:
        self._pdf, self._resources, self._depth = pdf, resources, depth
        self._state, self._kept = _State(matrix), list[_State]()
        self._line = self._text = _IDENTITY
        self._path: list[tuple[float, float]] = []

    def read(self, content: bytes) -> Iterator[Box]:
        operands: list[float] = []
        names: list[str] = []
        length, at = 0, 0
        for _ in range(_AT_MOST):
            found = _TOKEN.search(content, at)
            if found is None:
                return
            at, kind = found.end(), found.lastindex
            if kind == _NUMBER:
                operands.append(float(found[_NUMBER]))
            elif kind == _STRING:
                length += len(found[_STRING])
            elif kind == _HEX:
                length += len(found[_HEX]) // 2
            elif kind == _NAME:
                names.append(found[_NAME].decode("latin-1"))
            elif kind:
                if found[_OPERATOR] == b"ID":
                    picture = _PICTURE.search(content, at)
                    at = picture.end() if picture else len(content)
                yield from self._draw(found[_OPERATOR], operands, names, length)
                operands, names, length = [], [], 0

    def _draw(self, operator: bytes, numbers: list[float], names: list[str], length: int) -> Iterator[Box]:
        if operator in _SHOWING:
            yield from self._show(operator, length)
        elif operator in _PAINTING:
            yield from self._paint(operator)
        elif operator == b"Do" and names:
            yield from self._draw_object(names[-1])
        elif operator in {b"ID", b"sh"}:
            yield _around(self._state.matrix, [(0, 0), (1, 0), (0, 1), (1, 1)])
        elif operator in _CHANGES:
            wanted, change = _CHANGES[operator]
            if len(numbers) >= wanted:
                change(self, numbers[len(numbers) - wanted :])

    def _show(self, operator: bytes, length: int) -> Iterator[Box]:
        if operator in {b"'", b'"'}:
            self._move(0, -self._state.leading)
        if length and not self._state.white:
            size = self._state.size
            wide = length * size * _WIDTH
            matrix = _times(self._text, self._state.matrix)
            yield _around(matrix, [(0, -size / 4), (wide, -size / 4), (0, size * 0.75), (wide, size * 0.75)])
            self._text = _times((1, 0, 0, 1, wide, 0), self._text)

    def _paint(self, operator: bytes) -> Iterator[Box]:
        path, self._path = self._path, []
        fills_only = operator in {b"f", b"F", b"f*"}
        if path and operator != b"n" and not (fills_only and self._state.white):
            yield _around(self._state.matrix, path)

    def _draw_object(self, name: str) -> Iterator[Box]:
        drawn = self._pdf.resolve(self._pdf.dictionary(self._resources.get("XObject")).get(name))
        if not isinstance(drawn, Stream):
            return
        if drawn.entries.get("Subtype") != "Form":
            yield _around(self._state.matrix, [(0, 0), (1, 0), (0, 1), (1, 1)])
        elif self._depth < _DEEP:
            self._pdf.watch.tick()
            own = [it for it in self._pdf.array(drawn.entries.get("Matrix")) if isinstance(it, (int, float))]
            matrix = _times(_matrix(own), self._state.matrix) if len(own) == len(_IDENTITY) else self._state.matrix
            resources = self._pdf.dictionary(drawn.entries.get("Resources")) or self._resources
            yield from _Reading(self._pdf, resources, matrix, self._depth + 1).read(self._pdf.decoded(drawn))

    # --- what changes and draws nothing

    def keep(self, _: list[float]) -> None:
        self._kept.append(attrs.evolve(self._state))

    def bring_back(self, _: list[float]) -> None:
        if self._kept:
            self._state = self._kept.pop()

    def transform(self, numbers: list[float]) -> None:
        self._state.matrix = _times(_matrix(numbers), self._state.matrix)

    def begin_text(self, _: list[float]) -> None:
        self._line = self._text = _IDENTITY

    def place_text(self, numbers: list[float]) -> None:
        self._line = self._text = _matrix(numbers)

    def move(self, numbers: list[float]) -> None:
        self._move(*numbers)

    def move_and_lead(self, numbers: list[float]) -> None:
        self._state.leading = -numbers[1]
        self._move(*numbers)

    def next_line(self, _: list[float]) -> None:
        self._move(0, -self._state.leading)

    def _move(self, x: float, y: float) -> None:
        self._line = self._text = _times((1, 0, 0, 1, x, y), self._line)

    def lead(self, numbers: list[float]) -> None:
        self._state.leading = numbers[0]

    def use_font(self, numbers: list[float]) -> None:
        self._state.size = numbers[0]

    def add_points(self, numbers: list[float]) -> None:
        self._path += zip(numbers[::2], numbers[1::2], strict=True)

    def add_rectangle(self, numbers: list[float]) -> None:
        x, y, width, height = numbers
        self._path += [(x, y), (x + width, y + height)]

    def colour(self, numbers: list[float]) -> None:
        self._state.white = all(number == 1 for number in numbers)

    def colour_by_ink(self, numbers: list[float]) -> None:
        self._state.white = not any(numbers)


def _matrix(numbers: list[float]) -> Matrix:
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)


_SHOWING = frozenset({b"Tj", b"TJ", b"'", b'"'})
_PAINTING = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"n"})
#: How many numbers an operator takes, and what it does.
_CHANGES: Mapping[bytes, tuple[int, Callable[[_Reading, list[float]], None]]] = {
    b"q": (0, _Reading.keep),
    b"Q": (0, _Reading.bring_back),
    b"cm": (6, _Reading.transform),
    b"BT": (0, _Reading.begin_text),
    b"Tm": (6, _Reading.place_text),
    b"Td": (2, _Reading.move),
    b"TD": (2, _Reading.move_and_lead),
    b"T*": (0, _Reading.next_line),
    b"TL": (1, _Reading.lead),
    b"Tf": (1, _Reading.use_font),
    b"m": (2, _Reading.add_points),
    b"l": (2, _Reading.add_points),
    b"c": (6, _Reading.add_points),
    b"v": (4, _Reading.add_points),
    b"y": (4, _Reading.add_points),
    b"re": (4, _Reading.add_rectangle),
    b"g": (1, _Reading.colour),
    b"rg": (3, _Reading.colour),
    b"k": (4, _Reading.colour_by_ink),
}
