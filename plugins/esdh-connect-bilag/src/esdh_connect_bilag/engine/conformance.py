"""
PDF/A (ISO 19005) and PDF/UA (ISO 14289): what the parts claim, and what the merged file may.

A claim is kept where every part makes it and nothing in the merge breaks it. Otherwise it is dropped: a file that
claims more than it is will be refused by an archive.
"""

from __future__ import annotations

import re
from hashlib import sha256

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.objects import Pdf
from esdh_connect_bilag.engine.values import Stream, Value

__all__ = ["Claim", "Intent", "agreed_claim", "agreed_intents", "read_claim", "read_intents"]

_FIELD = r"{}\s*(?:=\s*[\"']|>)\s*([A-Za-z0-9]+)"
_PART, _LEVEL = (re.compile(_FIELD.format(name)) for name in ("pdfaid:part", "pdfaid:conformance"))
_UA = re.compile(_FIELD.format("pdfuaid:part"))
_LEVELS = "BUA"  # each asks for more than the one before
_SUPERSET = {frozenset("23"): "3"}  # PDF/A-3 is PDF/A-2 that may carry files


@attrs.frozen
class Claim:
    """What a file says of itself: PDF/A part and level, PDF/UA part. Empty is no claim."""

    part: str = ""
    level: str = ""
    ua: str = ""


@attrs.frozen
class Intent:
    """An output intent (14.11.5), and what tells it from others."""

    key: tuple[str, bytes]
    value: Value


def read_claim(pdf: Pdf) -> Claim:
    """Read the claims from the metadata (XMP) of a file."""
    metadata = pdf.resolve(pdf.catalog.get("Metadata"))
    if not isinstance(metadata, Stream):
        return Claim()
    packet = pdf.decoded(metadata)
    text = packet.decode("utf-16" if packet.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8", "replace")
    found = [pattern.search(text) for pattern in (_PART, _LEVEL, _UA)]
    part, level, ua = (match[1].upper() if match else "" for match in found)
    return Claim(part, level, ua)


def read_intents(graft: Graft) -> list[Intent]:
    """Have the output intents of a part copied."""
    pdf = graft.pdf
    return [Intent(_key(pdf, value), graft.moved(value)) for value in pdf.array(pdf.catalog.get("OutputIntents"))]


def _key(pdf: Pdf, value: Value) -> tuple[str, bytes]:
    entries = pdf.dictionary(value)
    profile = pdf.resolve(entries.get("DestOutputProfile"))
    condition = pdf.resolve(entries.get("OutputConditionIdentifier"))
    colours = (
        pdf.decoded(profile) if isinstance(profile, Stream) else condition if isinstance(condition, bytes) else b""
    )
    return str(pdf.resolve(entries.get("S"))), sha256(colours).digest()


def agreed_intents(parts: list[list[Intent]]) -> list[Intent] | None:
    """Give the output intents that all parts which have any share; None where they differ."""
    different = {frozenset(intent.key for intent in intents) for intents in parts if intents}
    if len(different) > 1:
        return None
    return next((intents for intents in parts if intents), [])


def agreed_claim(claims: list[Claim], *, intents: bool, tagged: bool) -> Claim:
    """Give what may still be claimed, from whether the intents agree and every part is tagged."""
    parts = {claim.part for claim in claims}
    part = parts.copy().pop() if len(parts) == 1 else _SUPERSET.get(frozenset(parts), "")
    if not intents:
        part = ""
    levels = sorted((claim.level for claim in claims), key=_LEVELS.find)
    level = levels[0] if part and set(levels) <= set(_LEVELS) else ""
    if level == "A" and not tagged:
        level = "B"
    uas = {claim.ua for claim in claims}
    return Claim(part if level or part == "4" else "", level, uas.pop() if tagged and len(uas) == 1 else "")
