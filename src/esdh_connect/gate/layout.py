"""Opsætning: the lines of a page in the order they are read in, where a PDF draws a frame of text after the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

__all__ = ["in_order"]

Line = tuple[float | None, str]
#: A frame is short; lines of one paragraph are no further apart than this, in points.
_LONGEST, _APART, _SHORT = 12, 20.0, 6


def in_order(page: Sequence[Line], ends: Callable[[str], bool]) -> list[str]:
    """
    Give the lines as they are drawn, but frames that come after the end of the letter, and stand above it, in place.

    Word processors draw a frame with the address last. Everything else stays: columns are drawn one after another, or
    row by row, and sorting them by height alone would break addresses apart.
    """
    lines = [line for line in page if line[1].strip()]
    end = next((at for at, (_, text) in enumerate(lines) if ends(text)), len(lines))
    height = lines[end][0] if end < len(lines) else None
    if height is None:
        return [text for _, text in lines]
    kept, rest = lines[:end], []
    for frame in _frames(lines[end:]):
        top = frame[0][0]
        if top is None or top <= height or len(frame) > _LONGEST:
            rest += frame
        else:
            at = _place(kept, top)
            kept[at:at] = frame
    return [text for _, text in (*kept, *rest)]


def _frames(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Part them wherever one stands higher than the one before it."""
    frame: list[Line] = []
    for line in lines:
        if frame and line[0] is not None and frame[-1][0] is not None and line[0] > frame[-1][0]:
            yield frame
            frame = []
        frame.append(line)
    if frame:
        yield frame


def _place(lines: Sequence[Line], top: float) -> int:
    """Give where a frame with this top belongs: above what is lower, and above a short paragraph it stands beside."""
    at = next((at for at, (height, _) in enumerate(lines) if height is not None and height < top), len(lines))
    start = at
    while 0 < start < len(lines) and _is_close(lines[start - 1], lines[start]):
        start -= 1
    return start if at - start < _SHORT and (lines[start : start + 1] and not _greets(lines[start][1])) else at


def _greets(text: str) -> bool:
    return text.strip().casefold().startswith(("kære", "hej"))


def _is_close(upper: Line, lower: Line) -> bool:
    return upper[0] is not None and lower[0] is not None and 0 <= upper[0] - lower[0] <= _APART
