"""Bilagspakker: the door for everybody who makes, changes, shows and uses shared bundles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import attrs

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry
from esdh_connect.errors import DamagedPayload
from esdh_connect.model import Document
from esdh_connect.policy import lineage
from esdh_connect.reasons import legible
from esdh_connect_bilag.bundles import files
from esdh_connect_bilag.bundles.catalogue import Catalogue
from esdh_connect_bilag.bundles.errors import BundleRefused, UnknownBundle
from esdh_connect_bilag.bundles.learning import Learning
from esdh_connect_bilag.bundles.suggestions import Suggestion
from esdh_connect_bilag.bundles.values import MOST, Bundle, Item, Version, name_of

__all__ = ["Bundles"]

#: The plugin's name, under which a department has it on.
PLUGIN = "bilag"


@attrs.frozen(eq=False)
class Bundles:
    """
    Bilagspakker of one installation.

    A name may be given as the title a person knows it by. What cannot be done is a PlanError with a Danish text.
    """

    post: Connect

    # --- asking

    def list(self, department: str | None = None) -> tuple[Bundle, ...]:
        """Give all bundles by name, or those that a department may use: its own, and those of departments above it."""
        found = self._catalogue.everything()
        if department is None:
            return found
        above, now = lineage(self.post.departments, department), self._now
        return tuple(one for one in found if (current := _latest(one, now)) and current.department in above)

    def show(self, name: str) -> Bundle:
        """Give a bundle with all its versions. Raises UnknownBundle."""
        bundle = self._catalogue.bundle(_named(name))
        if bundle is None:
            raise UnknownBundle(f"no bundle {name!r}", danish=f"der er ingen bilagspakke, der hedder »{name}«")
        return bundle

    def in_force(self, name: str, at: datetime | None = None) -> Version | None:
        """Give the version in force now, or ``at`` another time; None before the first. Raises UnknownBundle."""
        return self.show(name).at(at or self._now)

    def documents(self, name: str, *, department: str) -> tuple[Document, ...]:
        """
        Give the documents of the version in force, for the place in a request where they belong.

        Raises a PlanError where the department may not use it, or nobody may any more.
        """
        return self.post.bundle(name, department=department)

    # --- deciding

    def make(
        self,
        title: str,
        documents: Sequence[Document | Path],
        *,
        department: str,
        by: str,
        why: str = "",
        since: datetime | None = None,
    ) -> Version:
        """
        Make a bundle that ``department`` owns: these documents in this order, counting from now or a later time.

        A document is read as one that is sent, and its contents are kept in mind by their SHA-256. A ``Path`` is a
        file that no case system knows; it must stay where it is. Raises BundleRefused or UnreadableDocument, and
        ValueError for a reason that is more than a line.
        """
        name, now = _named(title), self._now
        version = Version(name, 1, title.strip(), department, since or now, now, by, legible(why))
        _refuse_past(version)
        version = attrs.evolve(version, items=self._items(documents, department))
        made = self._catalogue.add(name, partial(_first, version))
        return made or _taken(title)

    def change(
        self,
        name: str,
        documents: Sequence[Document | Path],
        *,
        by: str,
        why: str = "",
        title: str = "",
        department: str = "",
        since: datetime | None = None,
    ) -> Version:
        """
        Make a new version: these documents instead of all that were in it, from now or a later time on.

        A new title leaves the name; a new department owns it from then on. A bundle that was retired is in use again.
        Raises UnknownBundle, and what :meth:`make` does.
        """
        before = self.show(name).versions[-1]
        _named(title or before.title)
        reason, items = legible(why), self._items(documents, department or before.department)
        named = {"title": title.strip(), "department": department}
        given = {what: text for what, text in named.items() if text}
        return self._changed(before.bundle, since, items=items, by=by, why=reason, **given)

    def retire(self, name: str, *, by: str, why: str = "", since: datetime | None = None) -> Version:
        """
        Take a bundle out of use, from now or a later time on, and take back what was planned for after that.

        Raises UnknownBundle or BundleRefused, and ValueError as :meth:`make` does.
        """
        bundle = self.show(name)
        current = _latest(bundle, self._now)
        if current is not None and current.is_retired and not bundle.planned(self._now):
            raise BundleRefused(
                f"{bundle.name} is retired", danish=f"bilagspakken »{current.title}« er taget ud af brug allerede"
            )
        return self._changed(bundle.name, since, items=(), by=by, why=legible(why))

    def _changed(self, name: str, since: datetime | None, **what: Any) -> Version:  # noqa: ANN401 - of a Version
        def decided(bundle: Bundle | None) -> Version:
            before, now = bundle.versions[-1] if bundle else _gone(name), self._now
            number, begins = before.number + 1, since or now
            made = attrs.evolve(before, number=number, in_force=begins, decided_at=now, is_damaged=False, **what)
            _refuse_past(made)
            return made

        return self._catalogue.add(name, decided) or _taken(name)

    # --- learning

    def suggestions(self, department: str | None = None, *, rate: float | None = None) -> tuple[Suggestion, ...]:
        """
        Give what could be a bundle, the most saving first; nothing that fewer than five people sent in one month.

        ``rate`` is how many bytes a second are read and laid together, where somebody has measured it.
        """
        now = self._now
        there = [one.at(now) for one in self._catalogue.everything()]
        hashes = [tuple(item.sha256 for item in one.items) for one in there if one is not None]
        return self._learning.suggestions(hashes, department=department, rate=rate)

    def refuse(self, suggestion: str, *, by: str, why: str = "") -> Suggestion:
        """
        Keep a suggestion away for good, by its id, with all that is part of it and all that it is part of.

        Raises BundleRefused where it is none any more, and ValueError as :meth:`make` does.
        """
        reason = legible(why)
        found = next((one for one in self.suggestions() if one.id == suggestion), None)
        if found is None:
            raise BundleRefused(f"no suggestion {suggestion!r}", danish=f"der er intet forslag »{suggestion}« (mere)")
        self._learning.refuse(found, by=by, why=reason)
        return found

    def pieces(self, suggestion: Suggestion, limit: int = 300) -> tuple[Document, ...]:
        """
        Give the documents of a suggestion, as a letter that is still there had them: what was learnt has no names.

        Looks through the department's newest letters, at most ``limit``; nothing where none of them has them all.
        """
        wanted = set(suggestion.pieces)
        for entry in self.post.entries(department=suggestion.department, limit=limit):
            found = self._found(entry, wanted)
            if len(found) == len(wanted):
                return tuple(found.values())
        return ()

    def _found(self, entry: Entry, wanted: set[str]) -> dict[str, Document]:
        try:
            documents = self.post.cover(entry.id).manifest.documents[1:]
        except DamagedPayload:
            return {}  # erased: another letter may tell
        named = {self._learning.piece(entry.department, one.sha256): one for one in documents}
        return {
            piece: Document(one.id, one.version, one.name, files.UNKNOWN)
            for piece, one in named.items()
            if piece in wanted
        }

    # --- the parts of it

    @property
    def _learning(self) -> Learning:
        return Learning(self.post.store)

    @property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self.post.store)

    @property
    def _now(self) -> datetime:
        return self.post.store.now()

    def _items(self, documents: Sequence[Document | Path], department: str) -> tuple[Item, ...]:
        if PLUGIN not in self.post.policy(department).plugins:
            raise BundleRefused(
                f"department {department} does not have the plugin {PLUGIN}",
                danish=f"afdelingen »{department}« har ikke »{PLUGIN}« slået til. Spørg administratoren",
            )
        if not 0 < len(documents) <= MOST:
            raise BundleRefused(
                f"{len(documents)} documents; a bundle has 1 to {MOST}",
                danish=f"en bilagspakke har mellem 1 og {MOST} bilag, ikke {len(documents)}",
            )
        items = tuple(self._item(one, at, department) for at, one in enumerate(documents, start=1))
        _refuse_repeated(items)
        return items

    def _item(self, document: Document | Path, at: int, department: str) -> Item:
        if isinstance(document, Path):
            path = document.resolve()
            content = files.read(path)
            source = self.post.read(files.document_of(path, content, at), department=department, content=content)
        else:
            path = None
            source = self.post.read(attrs.evolve(document, bundle=""), department=department)
        known = attrs.evolve(source.document, media_type=source.media_type)
        return Item(known, source.sha256, len(source.content), source.pages, str(path or ""))


def _latest(bundle: Bundle, now: datetime) -> Version | None:
    """Give the version that says whose it is: the one in force, or the first that will be."""
    return bundle.at(now) or next(iter(bundle.planned(now)), None)


def _first(version: Version, bundle: Bundle | None) -> Version:
    return version if bundle is None else _taken(bundle.versions[-1].title)


def _named(title: str) -> str:
    try:
        return name_of(title)
    except ValueError as error:
        raise BundleRefused(
            f"a bundle cannot be called that: {error}",
            danish="en bilagspakkes titel er på højst 100 tegn, med bogstaver eller tal og uden CPR-nummer",
        ) from error


def _refuse_past(version: Version) -> None:
    if version.in_force < version.decided_at:
        raise BundleRefused(
            f"in force from {version.in_force}, before it was decided",
            danish=f"en bilagspakke kan ikke gælde fra {wording.when(version.in_force)}: det er gået, "
            "og breve er sendt med det, der gjaldt da",
        )


def _refuse_repeated(items: Iterable[Item]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.sha256 in seen:
            raise BundleRefused(
                f"document {item.document.id} has the same contents as another",
                danish=f"bilaget »{item.document.name}« er der to gange",
            )
        seen.add(item.sha256)


def _taken(title: str) -> NoReturn:
    raise BundleRefused(
        f"there is a bundle {title!r}",
        danish=f"der er allerede en bilagspakke, der hedder »{title}«. Lav en ny version af den, eller kald den andet",
    )


def _gone(name: str) -> NoReturn:
    raise UnknownBundle(f"no bundle {name!r}", danish=f"der er ingen bilagspakke, der hedder »{name}«")
