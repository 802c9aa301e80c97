"""Dokumentet: what the file is beside its pages: form, portfolio, signature, layers, tags, title and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress

from esdh_connect_bilag.engine import Declined, Pdf, Reason, Ref, Removed, Stream, Value, text_of
from esdh_connect_bilag.engine.sanitising import Sanitiser
from esdh_connect_bilag.engine.syntax import plain_names, read
from esdh_connect_bilag.preflight.flaws import Finding, Flaw

__all__ = [
    "REMOVALS",
    "check_accessibility",
    "check_bookmarks",
    "check_dangers",
    "check_kind",
    "check_layers",
    "removed_as",
]

#: What the engine takes out, and what that is to the reader.
REMOVALS: Mapping[Removed, Flaw] = {
    Removed.JAVASCRIPT: Flaw.SCRIPTS,
    Removed.LAUNCH: Flaw.LAUNCHES,
    Removed.SUBMIT_FORM: Flaw.SENDS_DATA,
    Removed.IMPORT_DATA: Flaw.SENDS_DATA,
    Removed.REMOTE_GOTO: Flaw.LEADS_OUT,
    Removed.EMBEDDED_GOTO: Flaw.LEADS_OUT,
    Removed.REMOTE_REFERENCE: Flaw.LEADS_OUT,
    Removed.URI_SCHEME: Flaw.LEADS_OUT,
    Removed.MULTIMEDIA: Flaw.MULTIMEDIA,
    Removed.EMBEDDED_FILE: Flaw.EMBEDDED_FILES,
    Removed.XFA: Flaw.XFA,
    Removed.PORTFOLIO: Flaw.PORTFOLIO,
    Removed.SIGNATURE: Flaw.SIGNED,
    Removed.BROKEN_BOOKMARKS: Flaw.BROKEN_BOOKMARKS,
}
_TOLD_OTHERWISE = frozenset({Flaw.XFA, Flaw.PORTFOLIO, Flaw.SIGNED})
_WANTED = re.compile(rb"/(?:" + Sanitiser.WANTED + rb")")
_WANTED_IN_STREAM = re.compile(rb"/(?:" + Sanitiser.WANTED_IN_STREAM + rb")")
_SIGNATURE = re.compile(rb"/FT[\0\t\n\f\r ]*+/Sig(?![A-Za-z0-9])")
_TITLE = re.compile(rb"<dc:title>.{0,400}?<rdf:li[^>]{0,80}>[^<]*[^<\s]", re.DOTALL)
_NOT_MANY = 200_000


def check_dangers(pdf: Pdf) -> Iterator[Finding]:
    """Tell what the engine will take out: what runs, reaches out, or carries another file with it."""
    sanitiser = Sanitiser(pdf)
    sanitiser.treat_catalog()
    for text, is_stream in _texts(pdf):
        if is_stream and _WANTED_IN_STREAM.search(text):
            sanitiser.treat_stream(_entries(pdf, text))
        elif _WANTED.search(text):
            _treat(read(text, depth=pdf.watch.bounds.depth), sanitiser)
    yield from (it for it in removed_as(sanitiser.removed) if it.flaw not in _TOLD_OTHERWISE)


def removed_as(removed: Mapping[Removed, int]) -> Iterator[Finding]:
    """Tell what was, or will be, taken out, each kind once."""
    found: Counter[Flaw] = Counter()
    for what, count in removed.items():
        found[REMOVALS[what]] += count
    yield from (Finding(flaw, count=count) for flaw, count in found.items())


def _texts(pdf: Pdf) -> Iterator[tuple[bytes, bool]]:
    """Give the text of every object, its names read, and whether it is a stream's; a broken one may be nobody's."""
    for number in pdf.xref.entries:
        pdf.watch.tick()
        try:
            text, data = pdf.raw(number)
        except Declined as declined:
            if declined.reason is not Reason.DAMAGED:
                raise
        else:
            yield plain_names(text), data is not None


def _entries(pdf: Pdf, text: bytes) -> dict[str, Value]:
    value = read(text, depth=pdf.watch.bounds.depth)
    return value if isinstance(value, dict) else {}


def _treat(value: Value, sanitiser: Sanitiser) -> None:
    if isinstance(value, dict):
        left = sanitiser.treat(value)
        for each in (left or {}).values():
            _treat(each, sanitiser)
    elif isinstance(value, list):
        for each in value:
            _treat(each, sanitiser)


def check_kind(pdf: Pdf) -> Iterator[Finding]:
    """Find what must not be merged: dynamic forms, portfolios, and what is signed."""
    form = pdf.dictionary(pdf.catalog.get("AcroForm"))
    if "XFA" in form:
        dynamic = pdf.resolve(pdf.catalog.get("NeedsRendering")) is True or not pdf.array(form.get("Fields"))
        yield Finding(Flaw.DYNAMIC_FORM if dynamic else Flaw.XFA)
    if "Collection" in pdf.catalog:
        yield Finding(Flaw.PORTFOLIO)
    if "DocMDP" in pdf.dictionary(pdf.catalog.get("Perms")) or (form and _has_signature(pdf)):
        yield Finding(Flaw.SIGNED)


def _has_signature(pdf: Pdf) -> bool:
    """Tell whether a field for a signature has one; an empty one waits for somebody to sign."""
    fields = (_entries(pdf, text) for text, _ in _texts(pdf) if b"/V" in text and _SIGNATURE.search(text))
    return any("ByteRange" in pdf.dictionary(field.get("V")) for field in fields)


def check_layers(pdf: Pdf) -> Iterator[Finding]:
    """Find layers that are not shown at first; they stay hidden, and are still in the file."""
    properties = pdf.dictionary(pdf.catalog.get("OCProperties"))
    default = pdf.dictionary(properties.get("D"))
    hidden = pdf.array(default.get("OFF"))
    if default.get("BaseState") == "OFF":
        shown = pdf.array(default.get("ON"))
        hidden = [layer for layer in pdf.array(properties.get("OCGs")) if layer not in shown]
    names = [pdf.resolve(pdf.dictionary(layer).get("Name")) for layer in hidden[:_NOT_MANY]]
    if names:
        told = dict.fromkeys(text_of(name) for name in names if isinstance(name, bytes))
        yield Finding(Flaw.HIDDEN_LAYERS, names=tuple(told) or ("uden navn",), count=len(names))


def check_bookmarks(pdf: Pdf) -> Iterator[Finding]:
    """Find bookmarks that cannot be followed to their end: what comes after the break is not seen by any reader."""
    seen: set[int] = set()
    item = pdf.dictionary(pdf.catalog.get("Outlines")).get("First")
    while isinstance(item, Ref) and item.number in pdf and item.number not in seen:
        pdf.watch.tick()
        seen.add(item.number)
        item = pdf.dictionary(item).get("Next")
    if item is not None:
        yield Finding(Flaw.BROKEN_BOOKMARKS)


def check_accessibility(pdf: Pdf) -> Iterator[Finding]:
    """Find what keeps the file from being read aloud: no tags, no title, no language."""
    marked = pdf.resolve(pdf.dictionary(pdf.catalog.get("MarkInfo")).get("Marked"))
    if marked is not True or "StructTreeRoot" not in pdf.catalog:
        yield Finding(Flaw.UNTAGGED)
    if not _title(pdf):
        yield Finding(Flaw.NO_TITLE)
    if not pdf.resolve(pdf.catalog.get("Lang")):
        yield Finding(Flaw.NO_LANGUAGE)


def _title(pdf: Pdf) -> bool:
    title = pdf.resolve(pdf.dictionary(pdf.trailer.get("Info")).get("Title"))
    if isinstance(title, bytes) and text_of(title).strip("\0 \t\r\n"):
        return True
    metadata = pdf.resolve(pdf.catalog.get("Metadata"))
    if isinstance(metadata, Stream):
        with suppress(Declined):  # then it has none that a reader could show
            return _TITLE.search(pdf.decoded(metadata)) is not None
    return False
