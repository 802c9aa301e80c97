"""The ways in which documents are laid together, and what is told where the best one does not do."""

import io

import pikepdf
import pypdf
import pytest

from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import PDF, File, Place
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.consolidation.documents import Item
from esdh_connect_bilag.consolidation.joining import Sheets, join
from esdh_connect_bilag.engine import Part, Style


def sheets(*contents, pages=1):
    return [
        Sheets(Part(f"fil {at}", one), pages, Item(File(f"fil {at}.pdf", PDF, one, (Place(at, 1, 1),)), None))
        for at, one in enumerate(contents)
    ]


def test_what_the_engine_cannot_follow_is_laid_together_by_pypdf_and_told(changed):
    """With the document because of which it was, which is not said to be damaged."""

    def nest(pdf):
        tags = pikepdf.Object.parse(b"[" * 150 + b"]" * 150)
        pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=tags))

    deep = changed(nest)
    made = join(sheets(pdf_of("Brev"), deep), Style("Sag 7"))

    assert [one.id for one in made.findings] == ["merged_simply"]
    assert "på grund af »fil 1.pdf«" in made.findings[0].text
    assert [one.changes for one in made.file.places] == [(), ()]
    assert len(pypdf.PdfReader(io.BytesIO(made.file.content)).pages) == 2


def test_what_nobody_can_lay_together_is_refused_by_name():
    """Nothing is left out."""
    with pytest.raises(UnreadableDocument) as caught:
        join(sheets(pdf_of("Brev"), b"%PDF-1.7 and then nothing"), Style("Sag 7"))

    assert caught.value.danish.startswith("»fil 1.pdf« kan ikke lægges sammen med resten: Filen er beskadiget")


def test_a_page_too_few_is_refused():
    """However it came about: the places would not be true."""
    with pytest.raises(UnreadableDocument, match="1 pages instead of 2"):
        join(sheets(pdf_of("Brev"), pages=2), Style("Sag 7"))
