"""PDFs written by hand, so that a test shows each byte it is about."""

import io
import zlib
from collections.abc import Mapping

import pikepdf
import pytest

from esdh_connect_bilag.engine import Facts, Merged, Pack, Part, Style, merge

CATALOG, PAGES, FONT, FIRST_PAGE = 1, 2, 3, 10


def lines(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """Write the objects, and a table of where they are."""
    written, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, text in objects.items():
        offsets[number] = len(written)
        written += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    start, size = len(written), max(objects) + 1
    rows = [b"%010d 00000 n \n" % offsets[at] if at in offsets else b"0000000000 00000 f \n" for at in range(1, size)]
    written += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, b"".join(rows))
    return bytes(written + b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def stream(entries: bytes, data: bytes) -> bytes:
    """Write a stream as it is."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def deflated(entries: bytes, data: bytes) -> bytes:
    """Write a stream compressed."""
    return stream(entries + b"/Filter/FlateDecode", zlib.compress(data, 9))


class Shelf(dict[bytes, Facts | Pack]):
    """Keeps packs, and forgets none."""

    put = dict.__setitem__


class Paper:
    """
    Makes documents: pages that say which they are, and whatever else a test adds.

    With `packs` every part of what it merges goes in as a pack, made and then found: the same tests hold for both.
    """

    def __init__(self, *, packs: bool) -> None:
        self.packs = packs

    lines, stream, deflated = map(staticmethod, (lines, stream, deflated))

    def objects(self, pages: int = 2, text: str = "A", catalog: bytes = b"", page: bytes = b"") -> dict[int, bytes]:
        """Give the objects of a document. `page` is in the first page's dictionary; page n is object 10 + 2 n."""
        kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * at) for at in range(pages))
        objects = {
            CATALOG: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
            PAGES: b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 300 300]/Resources<</Font<</F 3 0 R>>>>>>"
            % (kids, pages),
            FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        }
        for at in range(pages):
            number = FIRST_PAGE + 2 * at
            more = page if not at else b""
            objects[number] = b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%b>>" % (number + 1, more)
            objects[number + 1] = stream(b"", f"BT /F 24 Tf 20 150 Td ({text} {at}) Tj ET".encode())
        return objects

    def document(
        self, pages: int = 2, text: str = "A", catalog: bytes = b"", page: bytes = b"", **more: bytes
    ) -> bytes:
        """Give a document; `o20=b"…"` is its object 20."""
        extra = {int(name[1:]): text for name, text in more.items()}
        return lines(self.objects(pages, text, catalog, page) | extra)

    def merge(self, *contents: bytes, small: bool = True, **style: str) -> Merged:
        """Lay them together as "Brev", "Bilag 1" and so on."""
        titles = ["Brev", *(f"Bilag {number}" for number in range(1, len(contents)))]
        parts = [Part(title, content, as_pack=self.packs) for title, content in zip(titles, contents, strict=True)]
        shelf, whole = Shelf(), Style(title="Sag 7", small=small, **style)
        made = merge(parts, whole, shelf=shelf)
        assert not shelf or merge(parts, whole, shelf=shelf).content == made.content
        return made

    def opened(self, merged: Merged) -> pikepdf.Pdf:
        """Open what came out with another library, whose values live only as long as the file is held."""
        self.held = pikepdf.open(io.BytesIO(merged.content))
        return self.held


@pytest.fixture(scope="session", params=["afresh", "packs"])
def paper(request: pytest.FixtureRequest) -> Paper:
    """Give a maker of documents."""
    return Paper(packs=request.param == "packs")
