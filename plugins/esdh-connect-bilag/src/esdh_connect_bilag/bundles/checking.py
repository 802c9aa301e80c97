"""Eftersyn: what stops a letter that has documents of a bundle. Pure: it looks at a plan and a bundle."""

from __future__ import annotations

from collections.abc import Iterable

from esdh_connect import wording
from esdh_connect.dispatch import ManifestDocument, Plan
from esdh_connect.errors import Objection, PlanChanged, UnreadableDocument
from esdh_connect.model import Document
from esdh_connect_bilag.bundles.values import Bundle, Version, split_mark

__all__ = ["check", "marks_of"]


def marks_of(documents: Iterable[Document]) -> tuple[str, ...]:
    """Give the marks of the bundles that documents were taken from, each once."""
    return tuple(dict.fromkeys(one.bundle for one in documents if one.bundle))


def check(plan: Plan, mark: str, bundle: Bundle | None) -> None:
    """
    Hold the documents with this mark against the bundle, and the version of it that the mark names.

    Raises PlanChanged where another version is in force by now, Objection where they are not the version's documents,
    and UnreadableDocument where one has other contents than the version recorded.
    """
    taken = bundle.numbered(split_mark(mark)[1]) if bundle else None
    if bundle is None or taken is None:
        raise Objection(f"nobody knows {mark}", plugin="bilag", danish=f"bilagspakken »{mark}« findes ikke")
    _refuse_outdated(bundle.at(plan.made_at), taken)
    marked = tuple(one for one in plan.request.documents if one.bundle == mark)
    if [(one.id, one.version) for one in marked] != [(one.id, one.version) for one in taken.documents]:
        raise Objection(
            f"the documents of {mark} are not those of the bundle",
            plugin="bilag",
            danish=f"bilagene er ikke dem, der er i bilagspakken »{taken.title}«. Fjern pakken, og læg den ind igen",
        )
    for document, expected in zip(_read(plan, mark), taken.items, strict=False):
        if document.sha256 != expected.sha256:
            raise _differing(document, taken)


def _refuse_outdated(current: Version | None, taken: Version) -> None:
    if current is not None and current.number == taken.number:
        return
    if current is None or current.is_retired:
        since = f" {wording.when(current.in_force)}" if current else ""
        told = f"bilagspakken »{taken.title}« er taget ud af brug{since}. Tag den ud af brevet"
    else:
        told = (
            f"bilagspakken »{taken.title}« er nu i version {current.number}, ikke {taken.number}. "
            "Åbn brevet igen, så det får de nye bilag"
        )
    raise PlanChanged(
        f"{taken.mark} is not in force: {current.mark if current else 'nothing'} is",
        changes=(taken.bundle,),
        danish=told,
    )


def _read(plan: Plan, mark: str) -> tuple[ManifestDocument, ...]:
    """Give what was read: every row of a plan has the same documents, so the first that got so far tells."""
    manifests = (row.manifest for row in plan.rows if row.manifest and row.manifest.documents)
    first = next(manifests, None)
    return tuple(one for one in first.documents if one.bundle == mark) if first else ()


def _differing(document: ManifestDocument, taken: Version) -> UnreadableDocument:
    return UnreadableDocument(
        f"document {document.id} has the hash {document.sha256}, which is not what {taken.mark} recorded",
        document=document.id,
        danish=f"bilaget »{document.name}« er ikke længere det, der blev lagt i bilagspakken »{taken.title}« "
        f"(version {taken.number}): indholdet er et andet. Lav en ny version af pakken",
    )
