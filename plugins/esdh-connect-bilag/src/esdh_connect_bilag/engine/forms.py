"""
Forms (ISO 32000-2, 12.7): the fields of each part under a parent of their own, so that equal names stay apart.

Two fields of one name are one field to a reader, with one value: what stands in one form would show in another. The
first part that has a form keeps its names.
"""

from __future__ import annotations

import re

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.syntax import plain_names
from esdh_connect_bilag.engine.values import Out, Ref, Value, string_of, text_of

__all__ = ["Before", "Form", "name_parent", "read_form", "write_form", "write_parent"]

_FONT = re.compile(rb"/([^\0\t\n\f\r ()<>\[\]{}/%]+)")
_INHERITED = ("DA", "Q")


@attrs.frozen
class Form:
    """The fields of one part, and what they need."""

    fields: list[Value]
    names: frozenset[str]
    resources: dict[str, dict[str, Value]]
    inherited: dict[str, Value]
    regenerate: bool

    @property
    def fonts(self) -> frozenset[str]:
        """The names it gives to fonts."""
        return frozenset(self.resources.get("Font", ()))


@attrs.frozen
class Before:
    """What forms of earlier parts there are: so this one's fields need a parent, and these names of fonts are taken."""

    parent: Out | None = None
    fonts: frozenset[str] = frozenset()
    suffix: str = ""  # for names that are taken


def read_form(graft: Graft, before: Before) -> Form | None:
    """Have the fields of a part copied, under the parent where there is one."""
    pdf = graft.pdf
    entries = pdf.dictionary(pdf.catalog.get("AcroForm"))
    fields = [field for field in pdf.array(entries.get("Fields")) if isinstance(field, Ref) and field.number in pdf]
    if not fields and "DR" not in entries:  # fonts in it may be a comment's
        return None
    names = []
    for field in fields:
        field_entries = pdf.dictionary(field)
        names.append(field_entries.get("T"))
        if before.parent:
            graft.edits[field.number] = {**field_entries, "Parent": before.parent}
    renamed = _renamed_fonts(graft, entries, before)
    given = {key: pdf.resolve(entries[key]) for key in _INHERITED if key in entries}
    return Form(
        [graft.moved(field) for field in fields],
        frozenset(text_of(name) for name in names if isinstance(name, bytes)),
        _resources(graft, entries, renamed),
        {key: _with_fonts(value, renamed) for key, value in given.items()},
        pdf.resolve(entries.get("NeedAppearances")) is True,
    )


def _renamed_fonts(graft: Graft, entries: dict[str, Value], before: Before) -> dict[str, str]:
    """Give another name to each font whose name an earlier part gave to its own."""
    own = graft.pdf.dictionary(graft.pdf.dictionary(entries.get("DR")).get("Font"))
    renamed = {name: name + before.suffix for name in own if name in before.fonts}
    if renamed:
        graft.treat(rb"DA(?![A-Za-z])", lambda field: _with_font(field, renamed))
    return renamed


def _with_font(field: dict[str, Value], renamed: dict[str, str]) -> dict[str, Value]:
    return {**field, "DA": _with_fonts(field["DA"], renamed)} if "DA" in field else field


def _with_fonts(appearance: Value, renamed: dict[str, str]) -> Value:
    """Rename the fonts in a default appearance (12.7.4.3): `/Helv 12 Tf 0 g`."""
    if not isinstance(appearance, bytes):
        return appearance

    def name(found: re.Match[bytes]) -> bytes:
        font = plain_names(found[1]).decode("latin-1")
        return b"/" + renamed[font].encode("latin-1") if font in renamed else found[0]

    return _FONT.sub(name, appearance)


def _resources(graft: Graft, entries: dict[str, Value], renamed: dict[str, str]) -> dict[str, dict[str, Value]]:
    resources: dict[str, dict[str, Value]] = {}
    for kind, value in graft.pdf.dictionary(entries.get("DR")).items():
        known = graft.pdf.dictionary(value).items()
        resources[kind] = {renamed.get(name, name): graft.moved(each) for name, each in known}
    return resources


def name_parent(index: int, taken: set[str]) -> str:
    """Give a name for the parent of a part's fields that nothing else has: the first form keeps its own names."""
    name = f"bilag{index}"
    while name in taken:
        name += "_"
    return name


def write_parent(name: str, title: str, form: Form) -> dict[str, Value]:
    """Write the parent of a part's fields."""
    return {"T": string_of(name), "TU": string_of(title), "Kids": form.fields, **form.inherited}


def write_form(forms: list[Form], fields: list[Value]) -> dict[str, Value]:
    """Write the one form (12.7.3)."""
    resources: dict[str, Value] = {}
    for form in reversed(forms):
        for kind, known in form.resources.items():
            resources[kind] = {**_entries(resources.get(kind)), **known}
    entries: dict[str, Value] = {"Fields": fields, "DR": resources, **forms[0].inherited}
    if any(form.regenerate for form in forms):
        entries["NeedAppearances"] = True
    return entries


def _entries(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}
