"""How pages look, by a renderer that is none of those compared: the first three and the last, small and grey."""

from __future__ import annotations

from hashlib import md5

import pypdfium2

SCALE = 0.4
#: Pages may say they are kilometres wide; a picture of one is as large as this at most, in points times scale.
LARGEST = 400

Picture = tuple[float, float, str]


def shown(pages: int) -> list[int]:
    """Which pages are looked at."""
    return sorted({*range(min(3, pages)), *([pages - 1] if pages else [])})


def opened(content: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(content)


def picture(document: pypdfium2.PdfDocument, number: int) -> Picture:
    page = document[number]
    width, height = page.get_size()
    scale = min(SCALE, LARGEST / max(width, height, 1))
    bitmap = page.render(scale=scale, grayscale=True)
    found = (round(width, 1), round(height, 1), md5(bytes(bitmap.buffer), usedforsecurity=False).hexdigest())
    bitmap.close()
    page.close()
    return found


def pictures(content: bytes) -> tuple[int, list[Picture]]:
    """How many pages there are, and how those looked at look. Raises PdfiumError."""
    document = opened(content)
    pages = len(document)
    return pages, [picture(document, number) for number in shown(pages)]
