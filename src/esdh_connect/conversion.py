"""
Konvertering: what a channel does not take, or what is to be laid together with the rest, becomes PDF.

What was made is kept by the original's hash and by how it was made, so that the commit gets the very bytes that were
shown. What cannot be made is said for every document, each with what to do; nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Protocol

import attrs

from esdh_connect import media, pdf
from esdh_connect.channel import Limits
from esdh_connect.converter import Converted, Converter, Original
from esdh_connect.errors import DoesNotFit, PlanError, StoreError, UnreadableDocument
from esdh_connect.log import Log
from esdh_connect.model import PDF, Document, File, Finding, Letter
from esdh_connect.reading import source

__all__ = ["CONVERTED", "Conversion", "Forgetful", "Keeping"]

#: What a place says of a document that was made a PDF, and of a damaged one that was made one again.
CONVERTED, REPAIRED = "converted", "repaired"
#: An e-mail in an e-mail in an e-mail: deeper than this nobody looks.
_DEEPEST = 8


class Keeping(Protocol):
    """Where what was made is kept: an outbox, in two of its calls."""

    def converted(self, original: str, how: str) -> Converted | None:
        """As :meth:`.Outbox.converted`."""

    def keep_converted(self, original: str, how: str, made: Converted, now: datetime) -> Converted:
        """As :meth:`.Outbox.keep_converted`."""


class Forgetful:
    """Keeps nothing: for a command that makes a file once."""

    def converted(self, original: str, how: str) -> None:
        """Have nothing."""

    def keep_converted(self, original: str, how: str, made: Converted, now: datetime) -> Converted:  # noqa: ARG002
        """Give it back."""
        return made


@attrs.frozen
class Conversion:
    """The converters of one department, in the order they are asked; the first that takes a type makes it."""

    converters: Sequence[Converter]
    outbox: Keeping
    now: datetime
    log: Log = Log()

    def takes(self, media_type: str) -> bool:
        """Tell whether one of them takes this type; one that takes PDF mends damaged ones."""
        return self._converter(media_type) is not None

    def fitted(self, letter: Letter, limits: Limits, most_files: int) -> Letter:
        """
        Give the letter with everything made PDF that the channel does not take, or that is to be joined.

        Raises DoesNotFit or UnreadableDocument, in a text that names every document the channel does not take and that
        nobody can make a PDF of.
        """
        joined = len(letter.files) > most_files
        files, findings, wrong = [], list(letter.findings), []
        for file in letter.files:
            must = _must(file, limits)
            if not must and (not joined or file.media_type == PDF or not self.takes(file.media_type)):
                files.append(file)
                continue
            try:
                made, found = self._file(file)
                files.append(made)
                findings += found
            except (DoesNotFit, UnreadableDocument) as error:
                files.append(file)
                findings.append(_apart(file, error))
                wrong += [error] if must else []
        if wrong:
            raise _all_of(wrong)
        return attrs.evolve(letter, files=tuple(files), findings=tuple(findings))

    def _file(self, file: File) -> tuple[File, Sequence[Finding]]:
        [place] = file.places
        made = self._made(file.name, file.content, file.media_type, 0)
        pages = pdf.count_pages(made.content)
        changes = (*place.changes, REPAIRED if file.media_type == PDF else CONVERTED)
        whole = attrs.evolve(
            file,
            name=f"{media.stem(file.name, file.media_type)}.pdf",
            media_type=PDF,
            content=made.content,
            places=(attrs.evolve(place, first_page=1, pages=pages, changes=changes),),
            pages=pages,
        )
        return whole, [attrs.evolve(one, document=place.document) for one in made.findings]

    def _converter(self, media_type: str) -> Converter | None:
        bare = media.canonical(media_type)
        return next((one for one in self.converters if bare in one.takes), None)

    def _part(self, depth: int, name: str, content: bytes, claimed: str) -> Converted:
        """Convert what lies in another document."""
        if depth > _DEEPEST:
            raise UnreadableDocument("nested too deeply", danish="det ligger for mange lag nede")
        read = source(Document("part", name=name, media_type=claimed), content, mended=self.takes(PDF))
        if read.pages is not None:
            return Converted(content)
        return self._made(name, content, read.media_type, depth)

    def _made(self, name: str, content: bytes, media_type: str, depth: int) -> Converted:
        converter = self._converter(media_type)
        if converter is None:
            raise _untaken(name, media_type)
        original, how = sha256(content).hexdigest(), self._how(converter, name, media_type)
        kept = self.outbox.converted(original, how)
        if kept is not None:
            return kept
        bare = media.canonical(media_type)
        made = self._asked(converter, Original(name, bare, content, partial(self._part, depth + 1)))
        return self._keep(original, how, made)

    def _how(self, converter: Converter, name: str, media_type: str) -> str:
        """Write down all that decides the result. The others count, because one may ask them for what lies within."""
        all_of_them = "; ".join(f"{one.name} {one.version}" for one in self.converters)
        return f"{converter.name}\n{converter.version}\n{media_type}\n{name}\n{all_of_them}"

    def _asked(self, converter: Converter, original: Original) -> Converted:
        try:
            made = converter.convert(original)
            pdf.count_pages(made.content)  # or it is none
        except UnreadableDocument as error:
            raise _unreadable(original, str(error), error.danish or "filen er beskadiget") from error
        except PlanError:
            raise
        except Exception as error:
            self.log.error("converter_broke_its_contract", converter=converter.name, error=repr(error))
            raise _unreadable(
                original,
                f"{converter.name} raised {type(error).__name__}",
                f"»{converter.name}« svigtede. Prøv igen, eller gem det som PDF, og vælg PDF-filen i stedet",
            ) from error
        return made

    def _keep(self, original: str, how: str, made: Converted) -> Converted:
        try:
            return self.outbox.keep_converted(original, how, made, self.now)
        except StoreError as error:  # then it is made again for the commit, which compares
            self.log.warning("converted_not_kept", error=str(error))
            return made


def _unreadable(original: Original, why: str, danish: str) -> UnreadableDocument:
    cannot = "kan ikke bruges" if original.media_type == PDF else "kan ikke laves om til PDF"
    return UnreadableDocument(
        why, document=original.name, danish=f"dokumentet »{original.name}« {cannot}: {danish.rstrip('.')}"
    )


def _must(file: File, limits: Limits) -> bool:
    """Tell whether it cannot go as it is: of another type than the channel takes, or a PDF that is damaged."""
    if file.media_type == PDF:
        return file.pages is None
    return PDF in limits.media_types and file.media_type not in limits.media_types


def _untaken(name: str, media_type: str) -> DoesNotFit:
    return DoesNotFit(
        f"the channel does not take {media_type}, and no converter does",
        limit="media_types",
        actual=media_type,
        danish=f"»{name}« er {media.described(media_type)}, og her er intet, der kan lave det om til PDF. Gem det som "
        "PDF, og vælg PDF-filen i stedet",
    )


def _apart(file: File, error: PlanError) -> Finding:
    [place] = file.places
    return Finding(
        "not_converted", f"sendes som sin egen fil. {error.danish[:1].upper()}{error.danish[1:]}", place.document,
        acts="caseworker",
    )  # fmt: skip


def _all_of(wrong: Sequence[PlanError]) -> PlanError:
    """Give the first of them, with the Danish texts of all."""
    wrong[0].danish = ". ".join(error.danish for error in wrong)
    return wrong[0]
