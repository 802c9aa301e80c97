"""The documents in the dialog: what is added to them, what they call themselves, and who can mend what."""

import re

import attrs
import pytest

from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.consolidation import Layout


@pytest.fixture
def more():
    """With what lays letters together, and a list of the attachments from two on."""
    return {"bilag": Bilag(layout=Layout(overview_from=2))}


@pytest.fixture
def policy():
    return {"consolidate": True}


def opened(hall, *names):
    """A dialog with a letter and bilag of these names."""
    documents = [hall.host.document(f"d{at}", name=name) for at, name in enumerate(names)]
    return hall.opened(hall.request(documents=documents))


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_pages_that_are_added_have_a_line_so_that_the_numbers_add_up(hall):
    """The list of attachments stands where it lies, and the letter says how many pages it has in all."""
    page = opened(hall, "Brev.pdf", "Kort.pdf", "Facade.pdf")
    told = text_of(page)
    assert re.search("selve brevet, side 1 .*Bilagsoversigt, side 2 .*bilag 1, side 3 .*bilag 2, side 4", told), told
    assert "4 sider i alt." in told
    assert "List of attachments, page 2" in text_of(page.press("/send/language", lang="en"))
    page = opened(hall, "Brev.pdf", "Kort.pdf", "Facade.pdf").press("/send/language", lang="da")
    after = text_of(page.press("/send/go"))
    assert "1 side er lagt til: en bilagsoversigt" in after
    (entry,) = hall.post.entries()
    assert entry.extent.pages == 4


def test_a_blank_page_on_paper_says_why_it_is_there(hall):
    """An attachment begins on a new sheet."""
    hall.paper.limits = attrs.evolve(hall.paper.limits, on_paper=True)
    hall.channel.reached["part-0"] = False
    page = text_of(opened(hall, "Brev.pdf", "Kort.pdf"))
    assert "Blank side, så det næste bilag begynder på et nyt ark, side 2" in page


def test_an_attachment_that_is_called_by_another_number_is_told_of(hall):
    """As it is when the first one is left out: it stands above the documents, and goes when they are in order."""
    page = opened(hall, "Brev.pdf", "Bilag 1 – Kort.pdf", "Bilag 2 – Facade.pdf")
    assert "Se, om bilagene ligger i den rigtige orden" not in page.text
    out = page.press("/send/arrange", move="out-1")
    told = text_of(out)
    assert "Bilag 1 hedder »Bilag 2 – Facade.pdf«. Se, om bilagene ligger i den rigtige orden." in told
    assert told.index("Bilag 1 hedder") < told.index("selve brevet")
    assert "Se, om bilagene" not in out.press("/send/arrange", move="in-0").text


def test_what_only_an_administrator_can_mend_is_folded_away(hall):
    """No caseworker is told to mend a template, and no document of theirs is marked for it."""
    page = opened(hall, "Brev.pdf")
    assert "Ret skabelonen" in page.text.split("Til den, der passer skabelonerne")[1]
    assert "Ret skabelonen" not in page.text.split("Til den, der passer skabelonerne")[0]
    assert "Til administratoren" not in page.text
    assert "Se på det" not in page.text


def test_where_the_pages_differ_none_is_named(hall):
    """One gets it on paper, with a blank page that the other has not: each sees in the preview how it lies there."""
    hall.paper.limits = attrs.evolve(hall.paper.limits, on_paper=True)
    hall.channel.reached["part-1"] = False
    documents = [hall.host.document(f"d{at}", name=name) for at, name in enumerate(["Brev.pdf", "Kort.pdf"])]
    told = text_of(hall.opened(hall.request(documents=documents, parties=2)))
    assert re.search("selve brevet, 1 side .*bilag 1, 1 side", told), told
    assert "Siderne ligger ikke ens for alle modtagere" in told
    alike = text_of(hall.opened(hall.request(documents=documents)))
    assert re.search("selve brevet, side 1 .*bilag 1, side 2", alike), alike
    assert "Siderne ligger ikke ens" not in alike


def test_of_one_file_it_is_not_said_which(hall):
    """A letter without bilag is one."""
    told = text_of(opened(hall, "Brev.pdf"))
    assert "selve brevet, side 1" in told
    assert "side 1 i fil" not in told


def test_a_notice_says_whom_it_is_about(hall):
    """Where several get the letter, it is about them all."""
    documents = [hall.host.document("d0", name="Brev.pdf")]
    hall.host.contents["d0", "1"] = pdf_of("")
    told = "avnet i brevet kunne ikke sammenholdes med modtageren"
    assert f"Gælder alle modtagere: n{told}" in text_of(hall.opened(hall.request(documents=documents, parties=2)))
    assert f"N{told}" in text_of(hall.opened(hall.request("dialog-2", documents=documents)))
