"""
Fingeraftryk of a plan: short keyed digests, one per part, so that a difference has a name.

``request=…;doc.0=…;row.1f3a=…;files.1f3a=…``: the wish itself, each document as it was read, and for each
recipient who and how, and which files. Rows are named by a keyed digest of the party. What speaks against a letter
has a part for each concern (``gate.1f3a.dead=…``): what somebody overrides is what was seen, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from hashlib import sha256

import attrs

from esdh_connect.dispatch import Manifest, Plan, Request
from esdh_connect.model import Party, Source
from esdh_connect.shared import Shared

__all__ = [
    "Digest",
    "changed",
    "concerns_in_both",
    "is_concern",
    "is_of",
    "of_row",
    "party_digest",
    "with_concerns",
    "written",
]

#: A keyed digest of its parts, hex: :meth:`esdh_connect.seal.Seal.digest`.
Digest = Callable[..., str]

_LENGTH = 12
_GATE = "gate"


def party_digest(digest: Digest, party: Party, *, reminder: bool = False) -> str:
    """Name a row without naming the person: never a plain hash of anything."""
    return digest("party", party.system, party.id, "reminder" if reminder else "letter")


def written(digest: Digest, plan: Plan, sources: Sequence[Source | None], shared: Shared) -> str:
    """Write the fingerprint of a plan. A document that could not be read has its version alone."""
    request = plan.request
    parts = {"request": digest("request", _wish(request, shared))}
    for at, (document, source) in enumerate(zip(request.documents, sources, strict=True)):
        parts[f"doc.{at}"] = digest("doc", document.id, document.version, source.sha256 if source else "")
    for row in plan.rows:
        name = party_digest(digest, row.party, reminder=row.reminder)[:_LENGTH]
        who = sha256(_plain(row.recipient).encode()).hexdigest()
        parts[f"row.{name}"] = digest("row", who, row.channel, plan.policy_version)
        parts[f"files.{name}"] = shared.once("files", row.manifest, partial(_files, digest))
    return ";".join(f"{name}={value[:_LENGTH]}" for name, value in parts.items())


def with_concerns(digest: Digest, plan: Plan) -> str:
    """Write the fingerprint of a plan that was looked at, with what speaks against its letters."""
    parts = [plan.fingerprint]
    for row in plan.rows:
        if row.concerns and not row.reminder:
            name = party_digest(digest, row.party)[:_LENGTH]
            for id_ in dict.fromkeys(one.id for one in row.concerns):
                said = [part for one in row.concerns if one.id == id_ for part in (one.text, str(one.overridable))]
                parts.append(f"{_GATE}.{name}.{id_}={digest('gate', id_, *said)[:_LENGTH]}")
    return ";".join(parts)


def concerns_in_both(before: str, after: str) -> frozenset[str]:
    """Give the ids of the concerns that were raised in both, about the same recipient and in the same words."""
    parts = {*_parts(before).items()} & {*_parts(after).items()}
    return frozenset(name.split(".", 2)[2] for name, _ in parts if is_concern(name))


def is_concern(name: str) -> bool:
    """Tell whether a part of a fingerprint is about what speaks against a letter, and not about the letter itself."""
    return name.startswith(f"{_GATE}.")


def _files(digest: Digest, manifest: Manifest | None) -> str:
    return digest("files", manifest.fingerprint if manifest else "")


def of_row(fingerprint: str, party: str) -> str:
    """Cut a plan's fingerprint to one row (by party digest): what a dispatch keeps of it."""
    return ";".join([part for part in fingerprint.split(";") if _concerns(part.partition("=")[0], party)])


def changed(before: str, after: str) -> tuple[str, ...]:
    """Name the parts of ``after`` that differ from ``before``; parts only in ``before`` are not compared."""
    known = _parts(before)
    return tuple(name for name, value in _parts(after).items() if known.get(name) != value)


def is_of(fingerprint: str, digest: Digest, request: Request) -> bool:
    """Tell whether a fingerprint is one of this very request, whatever its documents and recipients are by now."""
    return _parts(fingerprint).get("request") == digest("request", _wish(request, Shared()))[:_LENGTH]


def _parts(fingerprint: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in fingerprint.split(";"))
    return {name: value for name, _, value in pairs if name}


def _concerns(name: str, party: str) -> bool:
    kind, _, row = name.partition(".")
    return kind in ("request", "doc") or row.partition(".")[0] == party[:_LENGTH]


def _wish(request: Request, shared: Shared) -> str:
    """Write a request, but for its key, field by field: the letters of a mailing share most of them."""
    return ",".join([f'"{name}":{shared.once(name, getattr(request, name), _plain)}' for name in _WISH])


def _shown(value: object) -> object:
    """
    Show JSON what it does not know: our values as objects, sets in order, all else as its text.

    Of a recipient nothing stands there of circumstances where there are none: letters from before there were any wait.
    """
    if isinstance(value, frozenset):
        return sorted(value)
    names = _fields(type(value))  # type: ignore[arg-type]  # mypy takes a class for one of its values
    shown = {name: getattr(value, name) for name in names}
    if not shown.get("circumstances", True):
        del shown["circumstances"]
    return shown or str(value)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind)) if attrs.has(kind) else ()


_WISH = tuple(field.name for field in attrs.fields(Request) if field.name != "key")
_plain = json.JSONEncoder(default=_shown, sort_keys=True).encode
