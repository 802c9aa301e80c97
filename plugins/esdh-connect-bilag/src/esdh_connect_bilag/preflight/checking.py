"""Eftersyn: one file looked at before it becomes part of a letter, and repaired where it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import attrs

from esdh_connect_bilag.engine import COPIED, Bounds, Declined, Pdf, Placed, Reason, Ref, Repair, Value, open_pdf
from esdh_connect_bilag.engine.bounds import Watch
from esdh_connect_bilag.preflight.document import (
    check_accessibility,
    check_bookmarks,
    check_dangers,
    check_kind,
    check_layers,
    removed_as,
)
from esdh_connect_bilag.preflight.flaws import Finding, Flaw, Weight
from esdh_connect_bilag.preflight.fonts import check_fonts
from esdh_connect_bilag.preflight.kinds import PDF, disguise, media_type
from esdh_connect_bilag.preflight.pages import check_redactions, check_sizes
from esdh_connect_bilag.preflight.paper import Paper, check_paper
from esdh_connect_bilag.repair import PagesLost, pages_claimed

__all__ = ["Report", "declined_as", "placed_as", "preflight"]

_Made = TypeVar("_Made")

_CHECKS: tuple[Callable[[Pdf], Iterable[Finding]], ...] = (
    check_kind,
    check_redactions,
    check_dangers,
    check_sizes,
    check_fonts,
    check_layers,
    check_bookmarks,
    check_accessibility,
)
#: What runs in a reader, and is worth a word where it cannot be taken out.
_ACTING = frozenset({Flaw.SCRIPTS, Flaw.LAUNCHES})
_MODIFY, _COPY, _ASSEMBLE = 1 << 3, 1 << 4, 1 << 10  # permissions (7.6.4.2, table 22)
_STOPPING = {
    Reason.ENCRYPTED: Flaw.LOCKED,
    Reason.UNAVAILABLE: Flaw.UNREPAIRED,
    Reason.NO_PAGES: Flaw.NO_PAGES,
    Reason.NOT_A_PDF: Flaw.DAMAGED,
    Reason.DAMAGED: Flaw.DAMAGED,
}


@attrs.frozen
class Report:
    """
    Eftersyn: what was found, and the file that can go on: as it came, repaired, or None where none can.

    ``pages`` is 0 where it is not known; ``way`` is which way it can go in, as in :attr:`Placed.way`.
    """

    media_type: str
    content: bytes | None = attrs.field(repr=False)
    pages: int
    findings: tuple[Finding, ...]
    way: str = COPIED

    @property
    def stops(self) -> bool:
        """Tell whether something must be done about the file before it can be sent."""
        return any(finding.weight is Weight.STOPS for finding in self.findings)

    @property
    def apart(self) -> bool:
        """Tell whether it must go as a file of its own."""
        return any(finding.weight is Weight.APART for finding in self.findings)


def preflight(
    content: bytes,
    *,
    repair: Sequence[Repair] = (),
    bounds: Bounds = Bounds(),
    paper: Paper | None = None,
    is_letter: bool = False,
) -> Report:
    """
    Eftersyn: find what is wrong with a PDF, and repair what the engine would decline.

    Raises nothing for a file, however hostile. Where ``paper`` is given it is looked at as the print supplier will.
    """
    kind = media_type(content)
    if not content:
        return Report(kind, None, 0, (Finding(Flaw.EMPTY),))
    if kind != PDF:
        return Report(kind, None, 0, (Finding(Flaw.NOT_PDF, names=(kind,)),))
    look = partial(_checked, paper=paper, is_letter=is_letter)
    try:
        pdf = _opened(content, bounds)
    except Declined as declined:
        report = _mended(content, repair, bounds, declined, look)
    else:
        first = [Finding(Flaw.TWO_TYPES, names=(other,))] if (other := disguise(content)) else []
        report = Report(kind, content, len(pdf.pages), (*first, *look(pdf)))
    return _as_signed(report, content) if report.apart else report


def _as_signed(report: Report, content: bytes) -> Report:
    """Leave a signed file as it came: the signature is of these very bytes, so nothing is changed in it."""
    kept = [finding for finding in report.findings if finding.weight is not Weight.CHANGED]
    if any(finding.flaw in _ACTING for finding in report.findings):
        kept.append(Finding(Flaw.ACTS_AND_SIGNED))
    return attrs.evolve(report, content=content, way=COPIED, findings=tuple(kept))


def placed_as(placed: Placed) -> tuple[Finding, ...]:
    """Tell what became of a part in the merge: the way it came in, and what was taken out."""
    repaired = () if placed.way == COPIED else (Finding(Flaw.REPAIRED, way=placed.way),)
    return (*repaired, *removed_as({removal.what: removal.count for removal in placed.removed}))


def declined_as(declined: Declined) -> Finding:
    """Tell what a part that the merge declined is to a caseworker."""
    return Finding(_STOPPING.get(declined.reason, Flaw.TOO_MUCH))


def _sure(work: Callable[[], _Made]) -> _Made:
    """Do something with a hostile file, which can be wrong in a way that nobody thought of. Raises Declined."""
    try:
        return work()
    except (Declined, MemoryError):
        raise
    except Exception as error:
        raise Declined(Reason.DAMAGED, f"{type(error).__name__} while it was looked at") from error


def _opened(content: bytes, bounds: Bounds) -> Pdf:
    pdf = _sure(lambda: open_pdf(content, bounds))
    _sure(lambda: _find_contents(pdf))
    return pdf


def _find_contents(pdf: Pdf) -> None:
    """Ask for what each page shows; nothing else is so often cut off."""
    for page in pdf.pages:
        contents = page.entries.get("Contents")
        for each in [contents, *pdf.array(contents)]:
            if isinstance(each, Ref):
                pdf.raw(each.number)


def _checked(pdf: Pdf, *, paper: Paper | None, is_letter: bool) -> Iterator[Finding]:
    """Give what each check finds; whether the file can be merged for all that, only the merge can tell."""
    checks = [*_CHECKS]
    if paper is not None:
        checks.append(partial(check_paper, paper=paper, is_letter=is_letter))
    is_unchecked = False
    for check in checks:
        try:
            yield from _sure(lambda check=check: list(check(pdf)))  # type: ignore[misc]
        except Declined:
            is_unchecked = True
    if is_unchecked:
        yield Finding(Flaw.UNCHECKED)


def _mended(
    content: bytes,
    repair: Sequence[Repair],
    bounds: Bounds,
    declined: Declined,
    look: Callable[[Pdf], Iterable[Finding]],
) -> Report:
    said = [declined]
    for way in repair if declined.reason.repairable else ():
        try:
            mended = way(content, bounds)
            pdf = _opened(mended, bounds)
        except Declined as again:
            said.append(again)
            continue
        done = _done(content, declined.reason, len(pdf.pages), way.name, bounds)
        return Report(PDF, mended, len(pdf.pages), (*done, *look(pdf)), way.name)
    return Report(PDF, None, 0, (_stopped(said),))


def _stopped(said: list[Declined]) -> Finding:
    """Tell what stopped it: pages that no repair could save, or a reason."""
    if lost := [declined for declined in said if isinstance(declined, PagesLost)]:
        best = max(lost, key=lambda declined: declined.after)
        return Finding(Flaw.PAGES_LOST, before=best.before, after=best.after)
    return Finding(_flaw([declined.reason for declined in said]))


def _flaw(reasons: list[Reason]) -> Flaw:
    """Tell what stopped it: the first reader's word, but that the second has found a lock, or there was no second."""
    first, *others = reasons
    if not first.repairable:
        return Flaw.TOO_MUCH
    if Reason.ENCRYPTED in others:
        return Flaw.LOCKED
    if set(others) == {Reason.UNAVAILABLE} or (first is Reason.ENCRYPTED and not others):
        return Flaw.UNREPAIRED
    return Flaw.DAMAGED if first is Reason.ENCRYPTED else _STOPPING[first]


def _done(content: bytes, reason: Reason, after: int, way: str, bounds: Bounds) -> Iterator[Finding]:
    if reason is Reason.ENCRYPTED:
        yield Finding(Flaw.DECRYPTED, way=way)
        if _is_restricted(content, bounds):
            yield Finding(Flaw.RESTRICTED)
        return
    yield Finding(Flaw.REPAIRED, before=pages_claimed(content, bounds), after=after, way=way)


def _is_restricted(content: bytes, bounds: Bounds) -> bool:
    try:
        allowed = _sure(lambda: _permissions(content, bounds))
    except Declined:
        return False
    wanted = _MODIFY | _COPY | _ASSEMBLE
    return isinstance(allowed, int) and allowed & wanted != wanted


def _permissions(content: bytes, bounds: Bounds) -> Value:
    pdf = Pdf(content[max(content.find(b"%PDF-"), 0) :], Watch(bounds))
    return pdf.resolve(pdf.dictionary(pdf.trailer.get("Encrypt")).get("P"))
