"""
Journalisering: each file of a letter becomes a document on its case, once.

SBSYS' *journaliser* is not idempotent: asked twice, it makes two documents. So each document carries our mark – first
in its description, and as its external id – and nothing is written before the case has been searched for it. What was
just written may be missing from a list for a while, so *not there* counts only when it has been seen twice, ``settle``
apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import attrs

from esdh_connect import wording
from esdh_connect.dispatch import Dispatch
from esdh_connect.errors import OutcomeUnknown, TemporaryFailure
from esdh_connect.ids import mask as masked
from esdh_connect.model import Case, File
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api
from esdh_connect_sbsys.cases import case_number
from esdh_connect_sbsys.lookups import Lookups
from esdh_connect_sbsys.recent import Recent

__all__ = ["CHANNELS", "Journal", "Settling", "is_ours"]

CHANNELS = {"digital_post": "Digital Post", "fysisk_post": "Fysisk Post", "nemsms": "NemSMS"}

_WHOSE = r"(?P<mark>[\w.:-]{1,80}) (?P<at>[0-9]{1,4})/(?P<of>[0-9]{1,4})"
_MARK, _EXTERNAL = re.compile(rf"\[esdh-connect {_WHOSE}\]"), re.compile(_WHOSE)
#: Documents whose description is not in the list are looked up, the newest first, this many at most.
_LOOKED_UP = 200
_LONGEST_NAME, _LONGEST_ENDING = 200, 20
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_REMEMBERED = 10_000


def is_ours(row: wire.Row) -> bool:
    """Tell whether a document is one that we have journaled."""
    return _mark_of(row) is not None


def _mark_of(row: wire.Row) -> re.Match[str] | None:
    """Give what our mark on a document says; None where it has none."""
    return _MARK.search(wire.text(row, "Beskrivelse")) or _EXTERNAL.fullmatch(wire.text(row, *wire.EXTERNAL))


@attrs.frozen(eq=False)
class Settling:
    """
    Whether enough time has gone since somebody saw that a thing is not there, and perhaps before it was written.

    It is in memory only: after a restart it is looked for anew, and waited for.
    """

    wait: timedelta
    now: Callable[[], datetime]
    _seen: Recent[datetime] = attrs.field(factory=lambda: Recent(_REMEMBERED), init=False, repr=False)

    def left(self, what: str) -> timedelta:
        """Note that it is not there now; gives how much longer it may only be late."""
        first = self._seen.keep(what, self.now())
        return max(first + self.wait - self.now(), timedelta())

    def forget(self, what: str) -> None:
        """Begin anew: it was found, or is about to be written."""
        self._seen.forget(what)

    def is_waiting(self, what: str) -> bool:
        """Tell whether it was noted that this is not there."""
        return self._seen.get(what) is not None


@attrs.frozen
class _Entries:
    """What is on the case of one letter: the document of each file, by its place, and how many there should be."""

    ids: Mapping[int, str]
    of: int

    @property
    def are_all(self) -> bool:
        """Tell whether nothing is missing."""
        return bool(self.ids) and len(self.ids) == self.of


@attrs.frozen(eq=False)
class Journal:
    """Puts letters on cases. What those of late are called is kept in mind: a list may not show them yet."""

    api: Api
    lookups: Lookups
    settling: Settling
    _names: Recent[str] = attrs.field(factory=lambda: Recent(_REMEMBERED), init=False, repr=False)

    def find(self, mark: str, case: Case) -> str | None:
        """
        Give the number of the first document that carries the mark; None where they are surely not all there.

        Raises TemporaryFailure while they may only be late.
        """
        entries = self._entries(mark, case)
        if entries.are_all:
            self.settling.forget(mark)
            return entries.ids[min(entries.ids)]
        left = self.settling.left(mark)
        if left:
            raise TemporaryFailure(
                f"{mark}: {len(entries.ids)} documents seen; what was just written may show up late", retry_after=left
            )
        return None

    def write(self, dispatch: Dispatch, mark: str) -> str:
        """
        Write what is not there yet, and give the number of the first document.

        Raises TemporaryFailure where surely nothing was written, else OutcomeUnknown.
        """
        case = case_number(dispatch.envelope.case)
        if case is None:
            raise TemporaryFailure("the case has no number of SBSYS'", danish="sagen er ikke en sag i SBSYS")
        self._names.keep(mark, masked(dispatch.envelope.letter.title)[:_LONGEST_NAME])
        repeated = self.settling.is_waiting(mark)  # it was looked for, and not all of it was there
        art, there = self.lookups.art(), self._entries(mark, dispatch.envelope.case, thoroughly=repeated)
        files = dispatch.envelope.letter.files
        ids = dict(there.ids)
        for at, file in enumerate(files, start=1):
            if at not in ids:
                body = _body(dispatch, file, case, art, f"{mark} {at}/{len(files)}")
                ids[at] = self._written(body, mark, begun=bool(ids))
        if not ids:
            raise TemporaryFailure("a letter without files is not journaled", danish="brevet har ingen filer")
        return ids[min(ids)]

    def name_of(self, mark: str, case: Case) -> str:
        """Give what the letter's first document is called on its case; nothing where it is not there."""
        known = self._names.get(mark)
        if known is not None:
            return known
        number = case_number(case)
        for row in () if number is None else self.api.rows(f"api/sag/{number}/dokumenter"):
            found = _mark_of(row)
            if found and found["mark"] == mark:
                return wire.text(row, *wire.DOCUMENT_NAME)
        return ""

    def _written(self, body: wire.Multipart, mark: str, *, begun: bool) -> str:
        self.settling.forget(mark)
        try:
            said = self.api.write("api/dokument/journaliser", body, body.content_type, file=True)
        except TemporaryFailure as error:
            if begun:  # this one was not written, but those before it were
                raise OutcomeUnknown(f"{mark}: written in part: {error}", danish=error.danish) from None
            raise
        number = wire.text(said, *wire.ID, "DokumentId", "DokumentID")
        if not number:
            raise OutcomeUnknown(f"{mark}: SBSYS took it and gave no number", danish="SBSYS svarede uklart")
        return number

    def _entries(self, mark: str, case: Case, *, thoroughly: bool = True) -> _Entries:
        number = case_number(case)
        listed = () if number is None else self.api.rows(f"api/sag/{number}/dokumenter")
        ids: dict[int, str] = {}
        of = 0
        for row in self._described(listed) if thoroughly else listed:
            found = _mark_of(row)
            if found and found["mark"] == mark:
                ids.setdefault(int(found["at"]), wire.text(row, *wire.ID))
                of = int(found["of"])
        return _Entries(ids, of)

    def _described(self, rows: tuple[wire.Row, ...]) -> list[wire.Row]:
        """Give the rows with their descriptions, which not every version of SBSYS has in its list."""
        bare = [row for row in rows if "Beskrivelse" not in row and not wire.text(row, *wire.EXTERNAL)]
        numbers = sorted((n for n in (wire.number(row, *wire.ID) for row in bare) if n is not None), reverse=True)
        looked = [self.api.get(f"api/dokument/{number}") for number in numbers[:_LOOKED_UP]]
        return [*rows, *(row for row in looked if isinstance(row, dict))]


def _body(dispatch: Dispatch, file: File, case: int, art: wire.Row, mark: str) -> wire.Multipart:
    recipient, title = dispatch.envelope.recipient.name, dispatch.envelope.letter.title
    channel = CHANNELS.get(dispatch.entry.channel, dispatch.entry.channel)
    when = wording.when(dispatch.entry.committed_at)
    main = file is dispatch.envelope.letter.main
    name = title if main else f"{title} – {file.name}"
    said = {
        "SagID": case,
        "DokumentNavn": masked(name)[:_LONGEST_NAME],
        "Beskrivelse": f"[esdh-connect {mark}] Brev med {channel} til {recipient}, bestilt {when}.",
        "Eksternid": mark,
        "OmfattetAfAktindsigt": True,
        "DokumentArt": art,
    }
    return wire.Multipart(said, _file_name(file), file.media_type, file.content)


def _file_name(file: File) -> str:
    """Give the name without what no file may be called, and with its ending, which decides the type in SBSYS."""
    stem, dot, ending = " ".join(_UNFIT.sub(" ", masked(file.name)).split()).strip(" .").rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending[:_LONGEST_ENDING]}" or "brev"
