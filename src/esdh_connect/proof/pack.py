"""The zip file: the same record always gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from io import SEEK_SET, BytesIO
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import attrs

from esdh_connect import wording
from esdh_connect.dispatch import Entry
from esdh_connect.proof import readme
from esdh_connect.proof.happenings import happenings
from esdh_connect.proof.record import Deadlines, Record, plain

__all__ = ["Proof"]

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file knows
_OWNER_ALONE = 0o100600 << 16
_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
_LONGEST = 120


@attrs.frozen
class Proof:
    """
    Bevispakke of one letter. ``damage`` says in Danish what of it is not there, or not as it was written.

    It shows who got what: keep it as you would the letter.
    """

    record: Record

    @property
    def damage(self) -> tuple[str, ...]:
        """Say what is wrong with it; nothing where all is as it was."""
        return tuple(self.record.damage())

    def write(self, file: IO[bytes]) -> None:
        """Write the zip file, one part at a time."""
        for chunk in self.chunks():
            file.write(chunk)

    def chunks(self) -> Iterator[bytes]:
        """Give the zip file piece by piece, for whoever sends it on: nothing of it lies anywhere meanwhile."""
        sums, pieces = [], _Pieces()
        with ZipFile(pieces, "w", ZIP_STORED) as archive:
            for name, content in self._parts():
                archive.writestr(_info(name), content)
                sums.append(f"{sha256(content).hexdigest()}  {name}\n")
                yield pieces.taken()
            archive.writestr(_info("SHA256SUMS"), "".join(sums).encode())
        yield pieces.taken()

    def _parts(self) -> Iterator[tuple[str, bytes]]:
        record = self.record
        yield "README.txt", readme.text(record, self.damage).encode()
        if record.dispatch is not None:
            for at, file in enumerate(record.dispatch.envelope.letter.files, start=1):
                yield f"brev/{at:02}-{_safe(file.name)}", file.content
            yield "brev.json", _json(plain(record.dispatch.envelope))
        if record.cover is not None:
            manifest = record.cover.manifest
            yield "foelgeseddel.json", _json({**plain(manifest), "fingerprint": manifest.fingerprint})
        yield "forsendelse.json", _json({**plain(record.entry), "status": record.entry.status.value})
        yield "frister.json", _json(_deadlines(record.deadlines, record.entry))
        yield "haendelser.json", _json(happenings(record))
        yield "haendelser.txt", readme.events(record).encode()
        yield "kvitteringer.json", _json([plain(one) for one in record.entry.receipts])
        for at, receipt in enumerate(record.entry.receipts, start=1):
            if receipt.raw:
                kind = "xml" if receipt.raw.lstrip().startswith(b"<") else "bin"
                yield f"kvitteringer/{at:02}-{receipt.event.value}.{kind}", receipt.raw
        yield "revisionslog.json", _json([plain(line) for line in record.lines])


class _Pieces(BytesIO):
    """A file that was written to so far and is only added to: what is there can be taken away meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.before = 0

    def taken(self) -> bytes:
        """Give what came since the last time, and forget it."""
        piece = self.getvalue()
        self.before += len(piece)
        super().seek(0)
        self.truncate()
        return piece

    def tell(self) -> int:
        """Tell where the file is, with what was taken of it."""
        return self.before + super().tell()

    def seek(self, to: int, whence: int = 0) -> int:
        """Go to a place in what was not taken yet."""
        return self.before + super().seek(to - self.before * (whence == SEEK_SET), whence)


def _deadlines(known: Deadlines, entry: Entry) -> dict[str, Any]:
    """Give them with the words for them: what is reckoned must not be taken for proof."""
    period = known.complaint
    ends = {"ends": plain(period)["earliest"] if period.ends else None} if period else {}
    complaint = {**plain(period), **ends} if period else None
    told = wording.complaint(period, entry)
    return {**plain(attrs.evolve(known, complaint=None)), "complaint": complaint, "text": told}


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _BEGINNING)
    info.external_attr = _OWNER_ALONE
    info.create_system = 3  # Unix, on whatever it is written
    return info


def _json(value: Any) -> bytes:  # noqa: ANN401
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _safe(name: str) -> str:
    kept = "".join(sign for sign in name.translate(_UNSAFE) if sign.isprintable()).lstrip(".")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{ending[:_LONGEST]}" or "fil"
