"""What a reader of the merged file finds of each part: pages, links, bookmarks, forms, layers, labels."""

import hashlib
import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from esdh_connect_bilag.engine import Bounds, Declined, Part, Placed, Reason, Style, merge, open_pdf

LINK = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]%b>>"
small = pytest.mark.parametrize("small", [False, True])


def pictures(content):
    document = pypdfium2.PdfDocument(content)
    return [hashlib.sha256(bytes(page.render(scale=0.5).buffer)).hexdigest() for page in document]


def goal(pdf, destination):
    """Give the number of the page that an explicit destination leads to."""
    return next(at for at, page in enumerate(pdf.pages) if page.obj.objgen == destination[0].objgen)


def bookmarks(pdf, item, level=0):
    """Give the titles of an outline with their levels and pages."""
    found = []
    while item is not None:
        destination = item.get("/Dest", None)
        found.append((level, str(item.Title), goal(pdf, destination) if destination is not None else None))
        found += bookmarks(pdf, item.get("/First"), level + 1)
        item = item.get("/Next")
    return found


@small
def test_every_page_looks_as_it_did(paper, small):
    """Also where a page inherits its size, its turn and its fonts from the tree above it."""
    turned = paper.objects(3, "B")
    turned[2] = turned[2].replace(b"/Count", b"/Rotate 90/Count")
    letter, bilag = paper.document(2, "A"), paper.lines(turned)
    merged = paper.merge(letter, bilag, small=small)
    assert pictures(merged.content) == [*pictures(letter), *pictures(bilag)]
    assert merged.placed == (Placed(0, 2, "copied"), Placed(2, 3, "copied"))


@small
def test_the_same_parts_give_the_same_bytes(paper, small):
    """So preview, approval and archive can be told to be one by their hash."""
    parts = [paper.document(2, "A"), paper.document(1, "B")]
    first, second = (paper.merge(*parts, small=small).content for _ in range(2))
    assert first == second
    assert paper.merge(*parts[::-1], small=small).content != first


@small
def test_one_document_may_be_laid_in_twice(paper, small):
    """Each has pages of its own, as the list of bilag says."""
    bilag = paper.document(2, "B", page=b"/Annots[20 0 R]", o20=LINK % b"/Dest[12 0 R/Fit]")
    pdf = paper.opened(paper.merge(paper.document(1), bilag, bilag, small=small))
    assert [goal(pdf, pdf.pages[at].Annots[0].Dest) for at in (1, 3)] == [2, 4]
    assert len({page.obj.objgen for page in pdf.pages}) == 5


@small
@pytest.mark.parametrize(
    "link",
    [
        b"/Dest[12 0 R/Fit]",
        b"/Dest[1/Fit]",
        b"/Dest(goal)",
        b"/Dest<676f616c>",
        b"/Dest/old#20goal",
        b"/Dest 30 0 R",
        b"/A<</S/GoTo/D(goal)>>",
        b"/A<</S/GoTo/D[12 0 R/Fit]>>",
        b"/A 31 0 R",
    ],
)
def test_a_link_leads_to_its_page_however_it_says_so(paper, small, link):
    """By page, by number, by either kind of name, and at one remove; though both parts have the same names."""
    bilag = paper.document(
        catalog=b"/Names<</Dests<</Kids[32 0 R]>>>>/Dests<</old#20goal<</D[12 0 R/Fit]>>>>",
        page=b"/Annots[20 0 R]",
        o20=LINK % link,
        o30=b"(goal)",
        o31=b"<</S/GoTo/D 30 0 R>>",
        o32=b"<</Limits[(goal)(goal)]/Names[(goal)[12 0 R/XYZ 0 0 0]]>>",
    )
    pdf = paper.opened(paper.merge(bilag, bilag, bilag, small=small))
    for first in (0, 2, 4):
        annotation = pdf.pages[first].Annots[0]
        assert goal(pdf, annotation.get("/Dest", None) or annotation.A.D) == first + 1


def test_each_part_has_a_bookmark_with_its_own_beneath(paper):
    """They lead where they led, in the part that they came from."""
    bilag = paper.document(
        catalog=b"/Outlines 20 0 R",
        o20=b"<</First 21 0 R/Last 22 0 R/Count 3>>",
        o21=b"<</Title(One)/Parent 20 0 R/Next 22 0 R/Dest[10 0 R/Fit]/First 23 0 R/Last 23 0 R/Count 1>>",
        o22=b"<</Title(Two /Next 9 0 R)/Parent 20 0 R/Prev 21 0 R/Dest[12 0 R/Fit]>>",
        o23=b"<</Title(Deep)/Parent 21 0 R/Dest[12 0 R/Fit]>>",
    )
    merged = paper.merge(paper.document(1), bilag, bilag)
    pdf = paper.opened(merged)
    expected = [(0, "Brev", 0)]
    for title, first in (("Bilag 1", 1), ("Bilag 2", 3)):
        expected += [(0, title, first), (1, "One", first), (2, "Deep", first + 1), (1, "Two /Next 9 0 R", first + 1)]
    assert bookmarks(pdf, pdf.Root.Outlines.First) == expected
    assert pdf.Root.PageMode == "/UseOutlines"
    assert [len(item) for item in PdfReader(io.BytesIO(merged.content)).outline if isinstance(item, list)] == [3, 3]


def test_a_bookmark_may_say_something_else_than_the_title(paper):
    """And what it says may be anything at all."""
    said = "æ /Next 3 0 R ("
    pdf = paper.opened(merge([Part("t", paper.document(1), bookmark=said)], Style("t")))
    assert bookmarks(pdf, pdf.Root.Outlines.First) == [(0, said, 0)]


@small
def test_fields_of_one_name_in_two_forms_stay_apart(paper, small):
    """They would share one value otherwise, and what one citizen wrote would show in another's form."""

    def form(value):
        return paper.document(
            1,
            catalog=b"/AcroForm<</Fields[20 0 R]/DR<</Font<</Helv 3 0 R>>>>/DA(/Helv 12 Tf)>>",
            page=b"/Annots[20 0 R]",
            o20=b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(%b)/DA(/Helv 9 Tf 0 g)/Rect[0 0 9 9]>>" % value,
        )

    fields = PdfReader(io.BytesIO(paper.merge(form(b"Ada"), form(b"Bo"), small=small).content)).get_fields()
    assert {name: field.get("/V") for name, field in fields.items() if "/V" in field} == {
        "name": "Ada",
        "bilag1.name": "Bo",
    }


def test_a_field_finds_its_font_though_two_forms_give_the_name_to_different_ones(paper):
    """The default appearance names a font of the form's, which is one for all parts."""

    def form(font):
        return paper.document(
            1,
            catalog=b"/AcroForm<</Fields[20 0 R]/DR<</Font<</F1 21 0 R>>>>/DA(/F1 12 Tf)>>",
            page=b"/Annots[20 0 R]",
            o20=b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/DA(/F1 9 Tf)/Rect[0 0 9 9]>>",
            o21=b"<</Type/Font/Subtype/Type1/BaseFont/%b>>" % font,
        )

    pdf = paper.opened(paper.merge(form(b"Courier"), form(b"Times-Roman")))
    for page, font in zip(pdf.pages, ("/Courier", "/Times-Roman"), strict=True):
        named = str(page.Annots[0].DA).split()[0]
        assert pdf.Root.AcroForm.DR.Font[named].BaseFont == font


def test_a_comment_finds_its_font_where_there_are_no_fields(paper):
    """Comments of the free kind take theirs from the form's resources, too."""
    comment = paper.document(
        1,
        catalog=b"/AcroForm<</Fields[]/DR<</Font<</Mine 3 0 R>>>>>>",
        page=b"/Annots[<</Subtype/FreeText/Rect[0 0 9 9]/DA(/Mine 9 Tf)>>]",
    )
    pdf = paper.opened(paper.merge(comment, comment, small=False))
    for page in pdf.pages:
        assert pdf.Root.AcroForm.DR.Font[str(page.Annots[0].DA).split()[0]].BaseFont == "/Helvetica"
    assert len(pdf.Root.AcroForm.Fields) == 0


@given(st.lists(st.sampled_from(["bilag1", "bilag2", "name", "bilag1_"]), min_size=2, max_size=4))
def test_no_name_of_a_field_is_there_twice(paper, names):
    """Also where a form has a field that is called as we would call its parent."""
    forms = [
        paper.document(
            1,
            catalog=b"/AcroForm<</Fields[20 0 R]>>",
            page=b"/Annots[20 0 R]",
            o20=b"<</Type/Annot/Subtype/Widget/FT/Tx/T(%b)/Rect[0 0 9 9]>>" % name.encode(),
        )
        for name in names
    ]
    pdf = paper.opened(paper.merge(*forms))
    tops = [str(field.T) for field in pdf.Root.AcroForm.Fields]
    assert len(tops) == len(set(tops)) == len(names)


@small
def test_what_is_hidden_stays_hidden(paper, small):
    """Layers say so in the catalog: a merge without it shows the draft's remarks to the citizen."""
    layer = b"<</Type/OCG/Name(Remarks)>>"
    content = paper.stream(b"", b"/OC /L BDC BT /F 24 Tf 20 150 Td (secret) Tj ET EMC")
    page = b"/Resources<</Font<</F 3 0 R>>/Properties<</L 20 0 R>>>>"
    hidden = paper.objects(1, page=page, catalog=b"/OCProperties<</OCGs[20 0 R]/D<</OFF[20 0 R]>>>>")
    inverse = paper.objects(1, page=page, catalog=b"/OCProperties<</OCGs[20 0 R]/D<</BaseState/OFF/ON[]>>>>")
    shown = paper.objects(1, page=page, catalog=b"/OCProperties<</OCGs[20 0 R]/D<<>>>>")
    parts = [paper.lines(each | {11: content, 20: layer}) for each in (shown, hidden, inverse)]
    merged = paper.merge(*parts, small=small)
    assert pictures(merged.content) == [picture for part in parts for picture in pictures(part)]
    assert len(paper.opened(merged).Root.OCProperties.OCGs) == 3


def test_pages_keep_their_labels(paper):
    """A part without labels goes on counting; one with a label of its own in this letter begins anew."""
    roman = paper.document(3, catalog=b"/PageLabels<</Nums[0<</S/r>>2<</S/D/P(A-)/St 8>>]>>")
    pdf = paper.opened(paper.merge(paper.document(2), roman, paper.document(1)))
    assert [page.label for page in pdf.pages] == ["1", "2", "i", "ii", "A-8", "6"]
    parts = [Part("Brev", paper.document(1)), Part("B", roman, label="Bilag 1 – "), Part("C", paper.document(1))]
    pdf = paper.opened(merge(parts, Style("t")))
    assert [page.label for page in pdf.pages] == ["1", "Bilag 1 – i", "Bilag 1 – ii", "Bilag 1 – A-8", "5"]


@small
def test_the_file_says_what_it_is(paper, small):
    """Title, language, and that readers show the title; in the old words and in the new."""
    moment = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
    style = Style("Svar på <din> ansøgning", language="da-DK", small=small, created=moment)
    merged = merge([Part("Brev", paper.document())], style)
    pdf = paper.opened(merged)
    assert str(pdf.Root.Lang) == "da-DK"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title) == style.title
    assert str(pdf.docinfo.CreationDate) == "D:20261127083000+00'00'"
    with pdf.open_metadata() as xmp:
        assert (xmp["dc:title"], xmp["dc:language"]) == (style.title, {"da-DK"})
    assert [str(each) for each in pdf.trailer.ID] == [str(pdf.trailer.ID[0])] * 2


@small
def test_other_libraries_find_nothing_wrong(paper, small):
    """The structure of the file, by libqpdf; all of its pages, by pypdf."""
    merged = paper.merge(paper.document(3), paper.document(2), small=small)
    assert paper.opened(merged).check_pdf_syntax() == []
    assert len(PdfReader(io.BytesIO(merged.content), strict=True).pages) == 5


def test_what_no_page_reaches_is_left_behind(paper):
    """A page that was taken out of a document once, and is still in the file, does not go to the citizen."""
    orphan = b"<</Type/Page/Parent 2 0 R/Contents 21 0 R>>"
    bilag = paper.document(
        1,
        page=b"/Annots[30 0 R]",
        o20=orphan,
        o21=paper.stream(b"", b"(withdrawn) Tj"),
        o30=LINK % b"/Dest[20 0 R/Fit]",
    )
    assert b"withdrawn" in bilag
    assert b"withdrawn" not in paper.merge(bilag, small=False).content


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.4\nstartxref\n9\n%%EOF"])
def test_a_part_that_is_none_is_declined_by_its_number(paper, content):
    """The reason is a code, and the part is named."""
    with pytest.raises(Declined) as raised:
        paper.merge(paper.document(), content)
    assert raised.value.part == 1
    assert raised.value.reason in {Reason.NOT_A_PDF, Reason.DAMAGED}


class Mend:
    """A repair that gives another document, or says that it cannot."""

    def __init__(self, name, content=None):
        self.name, self.content, self.calls = name, content, []

    def __call__(self, content, bounds):
        self.calls.append((content, bounds))
        if self.content is None:
            raise Declined(Reason.DAMAGED, "beyond help")
        return self.content


def test_only_the_odd_part_is_repaired(paper):
    """Each repair is asked in turn, and the way that the part took is told."""
    broken, fine = b"%PDF-1.4 rubble", paper.document(1)
    no, yes = Mend("first"), Mend("second", paper.document(3, "C"))
    bounds = Bounds()
    merged = merge([Part("a", fine), Part("b", broken)], Style("t"), repair=(no, yes), bounds=bounds)
    assert [placed.way for placed in merged.placed] == ["copied", "second"]
    assert no.calls == yes.calls == [(broken, bounds)]
    assert merged.placed[1].pages == 3


def test_where_no_repair_helps_each_says_why(paper):
    """A refusal without a reason helps nobody."""
    with pytest.raises(Declined) as raised:
        merge([Part("a", b"%PDF-1.4 rubble")], Style("t"), repair=(Mend("first"), Mend("second", b"no")))
    assert str(raised.value) == (
        "part 0: damaged: no startxref; first: damaged: beyond help; second: not-a-pdf: no %PDF- in the first kilobyte"
    )


def test_what_asks_for_too_much_is_not_repaired(paper):
    """Another reader would only ask for as much again."""
    mend = Mend("any", paper.document())
    with pytest.raises(Declined) as raised:
        merge([Part("a", paper.document())], Style("t"), repair=(mend,), bounds=Bounds(bytes=100))
    assert raised.value.reason is Reason.TOO_LARGE
    assert mend.calls == []


def test_nothing_cannot_be_merged():
    """It is a mistake of the caller's."""
    with pytest.raises(ValueError, match="nothing"):
        merge([], Style("t"))


def test_views_are_read_without_a_copy(paper):
    """A caller with the file in memory gives a view of it."""
    content = paper.document()
    assert open_pdf(memoryview(content)).content is content
    assert len(open_pdf(memoryview(b"xx" + content)[2:]).pages) == 2


def test_ours_is_taken_in_again(paper):
    """What was merged once may be part of the next letter, with all it had."""
    inner = paper.merge(paper.document(2, "A"), paper.document(1, "B"))
    pdf = paper.opened(paper.merge(paper.document(1), inner.content))
    titles = [(level, title) for level, title, _ in bookmarks(pdf, pdf.Root.Outlines.First)]
    assert titles == [(0, "Brev"), (0, "Bilag 1"), (1, "Brev"), (1, "Bilag 1")]
    assert isinstance(pdf.Root, pikepdf.Dictionary)
