"""
Fingeraftryk of a plan: short keyed digests, one per part, so that a difference has a name.

``request=…;doc.0=…;row.1f3a=…;files.1f3a=…``: the wish itself, each document as it was read, and for each
recipient who and how, and which files. Rows are named by a keyed digest of the party.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

import attrs

from esdh_connect.dispatch import Request, Row
from esdh_connect.model import Party, Source

__all__ = ["Digest", "changed", "is_of", "of_row", "party_digest", "written"]

#: A keyed digest of its parts, hex: :meth:`esdh_connect.seal.Seal.digest`.
Digest = Callable[..., str]

_LENGTH = 12


def party_digest(digest: Digest, party: Party, *, reminder: bool = False) -> str:
    """Name a row without naming the person: never a plain hash of anything."""
    return digest("party", party.system, party.id, "reminder" if reminder else "letter")


def written(
    digest: Digest, request: Request, sources: Sequence[Source | None], rows: Iterable[Row], policy_version: str
) -> str:
    """Write the fingerprint of a plan. A document that could not be read has its version alone."""
    parts = {"request": digest("request", _wish(request))[:_LENGTH]}
    for at, (document, source) in enumerate(zip(request.documents, sources, strict=True)):
        parts[f"doc.{at}"] = digest("doc", document.id, document.version, source.sha256 if source else "")
    for row in rows:
        name = party_digest(digest, row.party, reminder=row.reminder)[:_LENGTH]
        who = sha256(_plain(row.recipient).encode()).hexdigest()
        parts[f"row.{name}"] = digest("row", who, row.channel, policy_version)
        parts[f"files.{name}"] = digest("files", row.manifest.fingerprint if row.manifest else "")
    return ";".join(f"{name}={value[:_LENGTH]}" for name, value in parts.items())


def of_row(fingerprint: str, party: str) -> str:
    """Cut a plan's fingerprint to one row (by party digest): what a dispatch keeps of it."""
    return ";".join(f"{name}={value}" for name, value in _parts(fingerprint).items() if _concerns(name, party))


def changed(before: str, after: str) -> tuple[str, ...]:
    """Name the parts of ``after`` that differ from ``before``; parts only in ``before`` are not compared."""
    known = _parts(before)
    return tuple(name for name, value in _parts(after).items() if known.get(name) != value)


def is_of(fingerprint: str, digest: Digest, request: Request) -> bool:
    """Tell whether a fingerprint is one of this very request, whatever its documents and recipients are by now."""
    return _parts(fingerprint).get("request") == digest("request", _wish(request))[:_LENGTH]


def _parts(fingerprint: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in fingerprint.split(";"))
    return {name: value for name, _, value in pairs if name}


def _concerns(name: str, party: str) -> bool:
    kind, _, row = name.partition(".")
    return kind in ("request", "doc") or row == party[:_LENGTH]


def _wish(request: Request) -> str:
    return _plain(attrs.evolve(request, key="-"))


def _plain(value: Any) -> str:  # noqa: ANN401 - any frozen value of ours
    return json.dumps(attrs.asdict(value) if attrs.has(type(value)) else value, default=_shown, sort_keys=True)


def _shown(value: object) -> str:
    return str(value)
