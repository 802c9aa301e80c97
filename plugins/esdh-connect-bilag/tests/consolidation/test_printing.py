"""A letter that is printed: each bilag on a fresh sheet, and what a sheet cannot show is told."""

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


def test_a_page_that_is_not_a4_is_told_and_so_is_a_stamp_that_makes_one_higher(laid, changed):
    """The print supplier makes them fit."""
    across = changed(lambda pdf: pdf.pages[0].__setattr__("MediaBox", [0, 0, 842, 595]))
    made = laid("Brev", across, on_paper=True, layout=Layout(stamp=True))

    assert [one.document for one in made.findings if one.id == "landscape"] == [1]
    assert [one.document for one in made.findings if one.id == "printed_smaller"] == [None]
    assert not [one for one in laid("Brev", across).findings if one.id == "landscape"]
