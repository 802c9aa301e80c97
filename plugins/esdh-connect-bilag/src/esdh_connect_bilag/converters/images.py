"""Billeder → PDF: JPEG, PNG, TIFF, GIF, BMP and WebP, without loss, in a child process."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import attrs

from esdh_connect import media
from esdh_connect.converter import Converted, Original
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import Finding
from esdh_connect_bilag import apart
from esdh_connect_bilag.converters.failing import unreadable, versions

__all__ = ["Images"]

_WORKER = "esdh_connect_bilag.converters.pictures.worker"
_MEGA = 1_000_000
#: What libraries and their code need before the first pixel, and bytes for each pixel: itself, a copy, a mask.
_MEMORY, _PER_PIXEL = 400 * 1024 * 1024, 6
#: Seconds for each megabyte: a fax page of 70 kB that must be decoded takes a fifth of one.
_PER_MEGA = 3


@attrs.frozen
class Images:
    """The converter of pictures. ``max_megapixels`` is for one picture, ``max_pages`` for a TIFF."""

    max_megapixels: int
    max_pages: int
    seconds: int
    name: str = "images"
    takes: tuple[str, ...] = ("image/jpeg", "image/png", "image/tiff", "image/gif", "image/bmp", "image/webp")

    @property
    def version(self) -> str:
        """Give what decides the result."""
        return versions("1", "pillow")

    def problem(self) -> str:
        """Tell whether Pillow is there."""
        return "" if find_spec("PIL") else "Pillow er ikke installeret: pip install esdh-connect-bilag[images]"

    def convert(self, original: Original) -> Converted:
        """Make a page of each picture in the file. Raises UnreadableDocument."""
        if problem := self.problem():
            raise UnreadableDocument("Pillow is not installed", danish=problem)
        title = media.stem(original.name, original.media_type)
        pixels = self.max_megapixels * _MEGA
        order = {"title": title, "max_pages": self.max_pages, "max_pixels": pixels}
        memory = _MEMORY + _PER_PIXEL * pixels + 3 * len(original.content)
        seconds = self.seconds + _PER_MEGA * len(original.content) // _MEGA
        confines = apart.Confines(memory=memory, processor=seconds, clock=2 * seconds)
        try:
            answer = apart.asked(_WORKER, order, original.content, confines)
        except apart.Failed as error:
            raise unreadable(error, "billedet") from error
        return Converted(answer.parts[0], tuple(_findings(**answer.said)))


def _findings(*, animated: bool, reduced: bool) -> Iterator[Finding]:
    if animated:
        yield Finding("animated", "er en animation; kun det første billede kommer med", acts="caseworker")
    if reduced:
        yield Finding("depth_reduced", "har flere farvenuancer, end der kan vises; hver farve er afrundet til 8 bit")
