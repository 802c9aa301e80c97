"""Dokumentet: what the file is beside its pages: form, portfolio, signature, layers, tags, title and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress

from esdh_connect_bilag.engine import Declined, Pdf, Reason, Stream, Value, text_of
from esdh_connect_bilag.engine.sanitising import Sanitiser
from esdh_connect_bilag.engine.syntax import plain_names, read
from esdh_connect_bilag.preflight.flaws import Finding, Flaw

__all__ = ["REMOVALS", "check_accessibility", "check_dangers", "check_kind", "check_layers"]

#: The engine's codes for what it takes out, and what they are to the reader.
REMOVALS: Mapping[str, Flaw] = {
    "javascript": Flaw.SCRIPTS,
    "launch": Flaw.LAUNCHES,
    "submit-form": Flaw.SENDS_DATA,
    "import-data": Flaw.SENDS_DATA,
    "remote-goto": Flaw.LEADS_OUT,
    "embedded-goto": Flaw.LEADS_OUT,
    "remote-reference": Flaw.LEADS_OUT,
    "uri-scheme": Flaw.LEADS_OUT,
    "multimedia": Flaw.MULTIMEDIA,
    "embedded-file": Flaw.EMBEDDED_FILES,
    "xfa": Flaw.XFA,
    "portfolio": Flaw.PORTFOLIO,
    "signature": Flaw.SIGNED,
}
_TOLD_OTHERWISE = frozenset({Flaw.XFA, Flaw.PORTFOLIO, Flaw.SIGNED})
_WANTED = re.compile(Sanitiser.WANTED)
_SIGNATURE = re.compile(rb"/FT[\0\t\n\f\r ]*+/Sig(?![A-Za-z0-9])")
_TITLE = re.compile(rb"<dc:title>.{0,400}?<rdf:li[^>]{0,80}>[^<]*[^<\s]", re.DOTALL)
_NOT_MANY = 200_000


def check_dangers(pdf: Pdf) -> Iterator[Finding]:
    """Tell what the engine will take out: what runs, reaches out, or carries another file with it."""
    sanitiser = Sanitiser(pdf)
    sanitiser.treat_catalog()
    for text in _texts(pdf):
        if _WANTED.search(text):
            _treat(read(text, depth=pdf.watch.bounds.depth), sanitiser)
    found: Counter[Flaw] = Counter()
    for what, count in sanitiser.removed.items():
        found[REMOVALS[what]] += count
    yield from (Finding(flaw, count=count) for flaw, count in found.items() if flaw not in _TOLD_OTHERWISE)


def _texts(pdf: Pdf) -> Iterator[bytes]:
    """Give the text of every object, its names read; one that nobody may ever ask for can be broken."""
    for number in pdf.xref.entries:
        pdf.watch.tick()
        try:
            yield plain_names(pdf.raw(number)[0])
        except Declined as declined:
            if declined.reason is not Reason.DAMAGED:
                raise


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
    for text in _texts(pdf):
        if _SIGNATURE.search(text) and b"/V" in text:
            field = read(text, depth=pdf.watch.bounds.depth)
            if isinstance(field, dict) and "ByteRange" in pdf.dictionary(field.get("V")):
                return True
    return False


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
