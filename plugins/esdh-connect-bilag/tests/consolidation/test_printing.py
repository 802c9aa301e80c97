"""A letter that is printed: each bilag on a fresh sheet, and what a sheet cannot show is told."""

import io

import pikepdf
import pypdfium2
import pytest

from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.consolidation import Layout

TWO = pdf_of("a", "b")


def places(letter):
    return [(one.document, one.first_page, one.pages) for one in letter.main.places]


def test_each_bilag_begins_on_the_front_of_a_sheet(laid):
    """Blank pages belong to no document; the list may stand on the back of the letter."""
    made = laid("Brev", "Kort", TWO, "Plan", on_paper=True)

    assert places(made) == [(0, 1, 1), (None, 2, 1), (1, 3, 1), (None, 4, 1), (2, 5, 2), (3, 7, 1)]
    pdf = pypdfium2.PdfDocument(made.main.content)
    assert pdf[3].get_textpage().get_text_bounded() == ""
    listed = " ".join(pdf[1].get_textpage().get_text_bounded().split())
    assert listed.endswith("Bilag 1 bilag-1 side 3 Bilag 2 bilag-2 side 5–6 Bilag 3 bilag-3 side 7")


@pytest.mark.parametrize(("on_paper", "fresh"), [(False, True), (True, False)])
def test_no_page_is_blank_on_a_screen_or_where_one_side_is_printed(laid, *, on_paper, fresh):
    """Nobody pays for sheets with nothing on them."""
    made = laid("Brev", "Kort", on_paper=on_paper, layout=Layout(fresh_sheets=fresh))

    assert places(made) == [(0, 1, 1), (1, 2, 1)]


def test_the_same_letter_is_the_same_on_paper_and_on_a_screen_but_for_blank_pages(laid):
    """What was chosen is what is sent, either way."""
    on_paper, on_screen = (laid("Brev", TWO, TWO, layout=Layout(overview_from=0), on_paper=it) for it in (True, False))

    assert [one.document for one in on_paper.main.places if one.document is not None] == [0, 1, 2]
    assert [one.pages for one in on_screen.main.places] == [1, 2, 2]


def seen(content, at=0, scale=1.0):
    pdf = pypdfium2.PdfDocument(content)
    pdf.init_forms()
    return pdf[at].render(scale=scale).to_pil().convert("RGB")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("box", "crop"),
    [
        ([0, 0, 842, 1191], None),
        ([0, 0, 1191, 842], None),
        ([10, 20, 430, 615], None),
        ([0, 0, 2000, 2000], [50, 60, 950, 660]),
    ],
)
def test_a_page_of_another_size_is_laid_on_a4_as_large_as_it_can_be(laid, changed, box, crop, rotate):
    """Upright, in the middle, and not larger than it was; what was cropped away stays away."""

    def change(pdf):
        page = pdf.pages[0]
        page.MediaBox, page.Rotate = box, rotate
        if crop:
            page.CropBox = crop
        left, bottom, right, top = crop or box
        wide, high = right - left, top - bottom
        page.Contents = pdf.make_stream(
            f"0 0 1 rg -99 -99 9999 9999 re f 1 0 0 rg {left} {bottom} {wide} {high} re f "
            f"0 1 0 rg {left} {bottom} {wide / 4} {high / 4} re f Q Q".encode()
        )

    before = changed(change)
    made = laid("Brev", before, on_paper=True, layout=Layout(fresh_sheets=False))
    was, is_ = seen(before), seen(made.main.content, 1)

    assert is_.size == (596, 842)
    if was.width > was.height:
        was = was.rotate(-90, expand=True)
    scale = min(1, 595.276 / was.width, 841.89 / was.height)
    size = [side * scale for side in was.size]
    left, top = (596 - size[0]) / 2, (842 - size[1]) / 2
    middle = [[was.getpixel((int(was.width * x / 8), int(was.height * y / 8))) for x in (1, 4, 7)] for y in (1, 4, 7)]
    laid_ = [
        [is_.getpixel((int(left + size[0] * x / 8), int(top + size[1] * y / 8))) for x in (1, 4, 7)] for y in (1, 4, 7)
    ]
    assert laid_ == middle
    outside = sum(count for count, colour in is_.getcolors(9999) if colour == (0, 0, 255))
    assert outside <= 2 * sum(size)  # readers draw the pixels that the edge of a clipping path goes through
    assert made.main.places[1].changes == ("tilpasset A4",)


def test_what_was_filled_in_moves_with_its_page(laid, changed):
    """An annotation is drawn where its page now is."""

    def change(pdf):
        page = pdf.pages[0]
        page.MediaBox = [0, 0, 1190, 1684]
        page.Contents = pdf.make_stream(b"1 0 0 rg 200 400 300 100 re f")
        look = pdf.make_stream(b"0 0 1 rg 0 0 300 100 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        look.BBox = [0, 0, 300, 100]
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[200, 400, 500, 500], F=4, AP={"/N": look}
        )
        page.Annots = pikepdf.Array([pdf.make_indirect(stamp)])

    made = laid("Brev", changed(change), on_paper=True, layout=Layout(fresh_sheets=False))
    colours = {colour for _, colour in seen(made.main.content, 1).getcolors(9999)}

    assert (0, 0, 255) in colours
    assert (255, 0, 0) not in colours


@pytest.mark.parametrize(
    ("spot", "moved"),
    [
        (["/XYZ", 100, 1584, 2], ["/XYZ", 50, 792, 2]),
        (["/XYZ", None, 1684, None], ["/XYZ", None, 842, None]),
        (["/FitH", 842], ["/FitH", 421]),
        (["/FitV", 0], ["/FitV", 0]),
        (["/FitR", 0, 0, 1190, 1684], ["/FitR", 0, 0, 595, 842]),
        (["/Fit"], ["/Fit"]),
    ],
)
@pytest.mark.parametrize("how", ["link", "action", "indirect", "bookmark", "name"])
def test_a_link_leads_to_the_spot_that_it_led_to(laid, changed, spot, moved, how):
    """Where the page is made smaller, also from a page that is not; whatever way it is written."""

    def change(pdf):
        pdf.pages[1].MediaBox = [0, 0, 1190, 1684]
        words = [pikepdf.Name(one) if isinstance(one, str) else one for one in spot]
        goes = pikepdf.Array([pdf.pages[1].obj, *words])
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        if how == "bookmark":
            item = pdf.make_indirect(pikepdf.Dictionary(Title="Her", Dest=goes))
            pdf.Root.Outlines = pdf.make_indirect(pikepdf.Dictionary(First=item, Last=item, Count=1))
            item.Parent = pdf.Root.Outlines
        elif how == "name":
            link.Dest = pikepdf.String("her")
            pdf.Root.Names = pikepdf.Dictionary(Dests=pikepdf.Dictionary(Names=[pikepdf.String("her"), {"/D": goes}]))
        elif how == "link":
            link.Dest = goes
        else:
            link.A = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pdf.make_indirect(goes) if how == "indirect" else goes)
        pdf.pages[0].Annots = pikepdf.Array([link if how == "link" else pdf.make_indirect(link)])

    made = laid("Brev", changed(change, "a", "b"), on_paper=True, layout=Layout(fresh_sheets=False)).main.content
    with pikepdf.open(io.BytesIO(made)) as pdf:
        leads = pdf.Root.Outlines.Last.First if how == "bookmark" else pdf.pages[1].Annots[0]
        found = leads.Dest if "/Dest" in leads else leads.A.D
        found = found if isinstance(found, pikepdf.Array) else found.D
        assert found[0].objgen == pdf.pages[2].objgen
        for value, expected in zip(list(found)[1:], moved, strict=True):
            assert value == expected or float(value) == pytest.approx(expected, abs=0.8)


def test_pages_of_a4_and_the_letter_itself_stay_as_they_are(laid, changed):
    """And on a screen all of them."""
    across = changed(lambda pdf: pdf.pages[0].__setattr__("MediaBox", [0, 0, 842, 595]))
    made = laid(across, "Kort", on_paper=True, layout=Layout(fresh_sheets=False))

    assert [one.changes for one in made.main.places] == [(), ()]
    assert [one.document for one in made.findings if one.id == "landscape"] == [0]
    assert seen(made.main.content).size == (842, 595)
    assert [one.changes for one in laid("Brev", across).main.places] == [(), ()]


def test_a_stamp_is_on_the_sheet_too(laid):
    """The page with its strip is made to fit."""
    made = laid("Brev", "Kort", on_paper=True, layout=Layout(stamp=True, fresh_sheets=False)).main

    assert seen(made.content, 1).size == (596, 842)
    assert made.places[1].changes == ("stemplet", "tilpasset A4")
    text = pypdfium2.PdfDocument(made.content)[1].get_textpage().get_text_bounded()
    assert "Bilag 1 · side 1 af 1" in text
