"""What people and scripts read of bundles: lines of Danish text, and the same as JSON has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.ids import mask
from esdh_connect_bilag.bundles.door import Bundles
from esdh_connect_bilag.bundles.suggestions import Suggestion
from esdh_connect_bilag.bundles.values import Bundle, Item, Version

__all__ = ["decision", "items", "line", "plain", "plain_bundle", "plain_suggestion", "suggested"]


def line(bundle: Bundle, version: Version | None) -> str:
    """Tell of a bundle, as it is or will be."""
    last = version or bundle.versions[-1]
    title = talk.on_one_line(last.title)
    if version is None:
        return f"{bundle.name}  »{title}« – gælder først fra {wording.when(last.in_force)}"
    if version.is_retired:
        return f"{bundle.name}  »{title}« – taget ud af brug {wording.when(version.in_force)}"
    if version.is_damaged:
        return f"{bundle.name}  »{title}« – version {version.number} er beskadiget og kan ikke læses"
    many = f"{len(version.items)} bilag, {wording.size(version.size)}"
    return f"{bundle.name}  »{title}« – version {version.number}, {many}, afdeling {version.department}"


def decision(version: Version) -> str:
    """Tell who decided what, when, and why."""
    what = "taget ud af brug" if version.is_retired else f"»{talk.on_one_line(version.title)}«"
    said = "; ".join(filter(None, [version.by, talk.on_one_line(version.why)]))
    return f"{version.mark}  {what}, gælder fra {wording.when(version.in_force)} ({said})"


def items(version: Version) -> Iterator[str]:
    """Tell what is in a version."""
    for at, item in enumerate(version.items, start=1):
        pages = f"{item.pages} {'side' if item.pages == 1 else 'sider'}, " if item.pages else ""
        yield f"    {at}. {talk.on_one_line(item.document.name)}: {pages}{wording.size(item.size)}"


def suggested(shared: Bundles, suggestion: Suggestion) -> Iterator[str]:
    """Tell what could be a bundle, with the names a letter that is still there had."""
    kle = f", KLE {suggestion.kle}" if suggestion.kle else ""
    yield f"{suggestion.id}  afdeling {suggestion.department}{kle}: {suggestion.text}."
    yield from (f"    {talk.on_one_line(one.name)}" for one in shared.pieces(suggestion))


def plain_bundle(bundle: Bundle, version: Version | None) -> dict[str, Any]:
    """Give a bundle, and the version that is asked for."""
    return {"name": bundle.name, "in_force": plain(version) if version else None, "versions": len(bundle.versions)}


def plain(version: Version) -> dict[str, Any]:
    """Give a version."""
    return {
        "bundle": version.bundle,
        "version": version.number,
        "mark": version.mark,
        "title": mask(version.title),
        "department": version.department,
        "from": version.in_force.isoformat(),
        "decided_at": version.decided_at.isoformat(),
        "by": mask(version.by),
        "why": mask(version.why),
        "retired": version.is_retired,
        "documents": _plain_items(version.items),
    }


def _plain_items(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [
        {
            "id": item.document.id,
            "version": item.document.version,
            "name": mask(item.document.name),
            "sha256": item.sha256,
            "size": item.size,
            "pages": item.pages,
        }
        for item in items
    ]


def plain_suggestion(shared: Bundles, suggestion: Suggestion) -> dict[str, Any]:
    """Give a suggestion."""
    saving = suggestion.saving
    return {
        "id": suggestion.id,
        "department": suggestion.department,
        "kle": suggestion.kle or None,
        "documents": len(suggestion.pieces),
        "names": [mask(one.name) for one in shared.pieces(suggestion)],
        "letters": suggestion.letters,
        "days": suggestion.days,
        "size": suggestion.size,
        "pages": suggestion.pages,
        "saving": {"choices": saving.choices, "size": saving.size, "seconds": saving.seconds},
        "text": suggestion.text,
    }
