"""Udbedring: one part that the engine declines, made anew by pypdf or by pikepdf in a child, for the engine to try."""

from __future__ import annotations

from importlib.util import find_spec

import attrs

from esdh_connect_bilag.apart import Confines, Failed, asked
from esdh_connect_bilag.engine import Bounds, Declined, Reason, open_pdf
from esdh_connect_bilag.repair.claims import pages_claimed
from esdh_connect_bilag.repair.room import CONFINES, WORKER, within

__all__ = ["REPAIRS", "Mending", "PagesLost", "declined", "with_pikepdf", "with_pypdf"]

_HEADER = b"%PDF-"
#: What a child's end means for the part. A crash is what C libraries answer damage with.
_REASONS = {
    "time": Reason.TOO_SLOW,
    "memory": Reason.EXPANDS,
    "started": Reason.UNAVAILABLE,
}
#: What the libraries call it that the empty password does not open a file.
_PASSWORD = frozenset({"FileNotDecryptedError", "PasswordError", "WrongPasswordError"})


class PagesLost(Declined):
    """A repair gave back fewer pages than the file itself says it has: nothing is dropped silently."""

    def __init__(self, name: str, before: int, after: int) -> None:
        super().__init__(Reason.DAMAGED, f"{name}: {after} of {before} pages")
        self.before, self.after = before, after


@attrs.frozen
class Mending:
    """
    One way to mend a part: ``name`` is the library's, and what :attr:`Placed.way` says.

    Raises Declined: ENCRYPTED where the empty password does not open the file, UNAVAILABLE where the library is not
    installed or no child can be started, TOO_SLOW or EXPANDS where the child came to its limit, otherwise DAMAGED, and
    PagesLost where it would lose some.
    """

    name: str
    confines: Confines = CONFINES

    def __call__(self, content: bytes | memoryview, bounds: Bounds, /) -> bytes:
        """Give the file anew: decrypted with the empty password, its cross-reference rebuilt, all else as it was."""
        if find_spec(self.name) is None:
            raise Declined(Reason.UNAVAILABLE, f"{self.name} is not installed")
        size = len(content)
        order = {"way": self.name, "sizes": [size], "titles": []}
        try:
            room = within(self.confines, bounds, size)
            [mended] = asked(WORKER, order, bytes(content), room, charge=bounds.charge).parts
        except Failed as error:
            raise declined(self.name, error) from error
        if not mended.startswith(_HEADER):
            raise Declined(Reason.DAMAGED, f"{self.name} gave no PDF")
        before, after = pages_claimed(bytes(content), bounds), len(open_pdf(mended, bounds).pages)
        if before is not None and before > after:
            raise PagesLost(self.name, before, after)
        return mended


def declined(name: str, error: Failed) -> Declined:
    """Say what a child's failure means, without a word of the file."""
    reason = Reason.ENCRYPTED if error.detail in _PASSWORD else _REASONS.get(error.reason, Reason.DAMAGED)
    return Declined(reason, f"{name}: {error}")


#: Needs nothing that is not there already; knows its limits, and is slow on what is large.
with_pypdf = Mending("pypdf")
#: An extra (``esdh-connect-bilag[repair]``): mends more files, and changes the picture of fewer.
with_pikepdf = Mending("pikepdf")
#: The ways that there are, the best first.
REPAIRS: tuple[Mending, ...] = (with_pikepdf, with_pypdf)
