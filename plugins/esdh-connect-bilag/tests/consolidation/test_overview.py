"""Bilagsoversigt: what stands in it, where it leads, and what a screen reader makes of it."""

import io

import pikepdf
import pypdf
import pypdfium2
import pytest

from esdh_connect.testing.fakes import GENEROUS, pdf_of
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.packs import Kept
from esdh_connect_bilag.preflight import Paper

LONG = (
    "Situationsplan over matrikel 12a, Prøvestrup By, med afstande til skel og byggelinjer, revideret i november 2026"
)


@pytest.fixture(params=["parts", "packs"])
def made(letter, request):
    """A letter of two pages with three bilag, of which the third is the first once more; and all of them as packs."""
    kept = Kept(takes_all=True, room=1 << 24) if request.param == "packs" else None
    map_ = pdf_of("Kort", "Kort 2")
    files = letter(pdf_of("Brev", "Side 2"), map_, pdf_of("Plan"), map_, names={1: "Kort.pdf", 2: f"{LONG}.pdf"})
    return consolidate(files, GENEROUS, Layout(), paper=Paper(), kept=kept).main


def text_of(content, page):
    return pypdfium2.PdfDocument(content)[page].get_textpage().get_text_bounded()


def test_it_comes_after_the_letter_and_belongs_to_no_document(made):
    """The letter is the first thing that anybody sees."""
    assert [(one.document, one.first_page, one.pages) for one in made.places] == [
        (0, 1, 2),
        (None, 3, 1),
        (1, 4, 2),
        (2, 6, 1),
        (3, 7, 2),
    ]
    assert "Brev" in text_of(made.content, 0)


def test_each_line_has_number_title_and_pages(made):
    """A long title is broken over lines; what comes twice is said to be the same."""
    words = " ".join(text_of(made.content, 2).split())

    assert words.startswith("Bilagsoversigt Bilag 1 Kort side 4–5 Bilag 2 Situationsplan")
    assert LONG in words.replace(" side 6", "")
    assert "Bilag 3 bilag-3 side 7–8 Samme fil som bilag 1" in words


def test_each_line_leads_to_the_first_page_of_its_bilag(made):
    """Three readers agree on where."""
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}
    links = [one.get_object() for one in reader.pages[2]["/Annots"]]
    assert [numbers[one["/Dest"][0].idnum] for one in links] == [3, 5, 6]
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert [pdf.pages.index(one.Dest[0]) for one in pdf.pages[2].Annots] == [3, 5, 6]
    document = pypdfium2.PdfDocument(made.content)
    page, start, found = document[2], pypdfium2.raw.c_int(0), []
    link = pypdfium2.raw.FPDF_LINK()
    while pypdfium2.raw.FPDFLink_Enumerate(page, start, link):
        place = pypdfium2.raw.FPDFLink_GetDest(document, link)
        found.append(pypdfium2.raw.FPDFDest_GetDestPageIndex(document, place))
    assert found == [3, 5, 6]


def test_it_is_tagged_as_a_table_of_contents_whose_links_belong_to_their_text(made):
    """A screen reader reads each line as one link, in Danish."""
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert str(pdf.Root.Lang) == "da"
        [document] = pdf.Root.StructTreeRoot.K
        [part] = document.K
        [own] = part.K
        heading, contents = own.K
        assert (heading.S, contents.S) == ("/H1", "/TOC")
        assert [item.S for item in contents.K] == ["/TOCI"] * 3
        links = [item.K[0].K[0] for item in contents.K]
        assert [link.S for link in links] == ["/Link"] * 3
        annotations = list(pdf.pages[2].Annots)
        assert [link.K[1].Obj.objgen for link in links] == [one.objgen for one in annotations]
        assert str(annotations[0].Contents) == "Bilag 1: Kort"
        keys = {int(key): owner for key, owner in pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree).items()}
        assert [keys[int(one.StructParent)].objgen for one in annotations] == [link.objgen for link in links]


def test_its_font_lies_in_the_file(made):
    """So it looks the same everywhere."""
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        font = pdf.pages[2].Resources.Font.F.DescendantFonts[0]
        assert str(font.BaseFont).endswith("+DejaVuSans")
        assert "/FontFile2" in font.FontDescriptor


def test_many_bilag_run_over_pages(laid):
    """No line is broken over two, and each page counts as front matter."""
    made = laid("Brev", *(f"{at}" for at in range(90))).main

    front = [one for one in made.places if one.document is None]
    assert [(one.first_page, one.pages) for one in front] == [(2, 3)]
    shown = " ".join(text_of(made.content, page) for page in range(1, 4))
    assert all(f"Bilag {number} " in " ".join(shown.split()) for number in range(1, 91))
    assert f"side {made.places[-1].first_page}" in shown


def test_one_bilag_has_no_list_and_a_department_can_do_without(laid):
    """As its layout says."""
    assert [one.document for one in laid("Brev", "Kort").main.places] == [0, 1]
    assert [one.document for one in laid("Brev", "Kort", layout=Layout(overview_from=1)).main.places] == [0, None, 1]
    assert [one.document for one in laid("Brev", "a", "b", layout=Layout(overview_from=0)).main.places] == [0, 1, 2]


def test_what_goes_as_a_file_of_its_own_is_listed_too(laid, signed):
    """Without a link, because readers would ask before they open another file."""
    made = laid("Brev", "Kort", signed, "Plan", max_files=3)

    shown = " ".join(text_of(made.main.content, 1).split())
    assert "Bilag 1 bilag-1 side 3 Bilag 2 bilag-2 egen fil Bilag 3 bilag-3 egen fil" in shown
    with pikepdf.open(io.BytesIO(made.main.content)) as pdf:
        assert len(pdf.pages[1].Annots) == 1


def test_a_title_with_signs_that_the_font_lacks_is_shown_with_signs_for_them(letter):
    """The bookmark has them all."""
    files = letter(pdf_of("Brev"), pdf_of("a"), pdf_of("b"), names={1: "Fra \N{CJK UNIFIED IDEOGRAPH-4E2D}.pdf"})
    made = consolidate(files, GENEROUS, Layout(), paper=Paper()).main

    assert "Fra \N{REPLACEMENT CHARACTER}" in text_of(made.content, 1)
    with pikepdf.open(io.BytesIO(made.content)) as pdf, pdf.open_outline() as outline:
        assert outline.root[2].title == "Bilag 1: Fra \N{CJK UNIFIED IDEOGRAPH-4E2D}"


def test_it_stands_after_the_letter_where_a_signed_bilag_comes_first(letter, signed):
    """What may not be laid together goes as a file of its own, and the list is still in the letter's."""
    files = letter(pdf_of("Brev"), signed, pdf_of("Kort"))
    made = consolidate(files, GENEROUS, Layout(), paper=Paper())

    assert [[place.document for place in one.places] for one in made.files] == [[0, None], [1], [2]]
    assert "Bilagsoversigt" in text_of(made.files[0].content, 1)
    assert made.files[1].content == signed
