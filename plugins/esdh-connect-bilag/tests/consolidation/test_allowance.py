"""One document has so much time for all that is done with it, and a letter for all of them."""

import time

import pytest
from hostile.files import ALL

from esdh_connect.errors import DoesNotFit, UnreadableDocument
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.consolidation import Layout, documents
from esdh_connect_bilag.consolidation.allowance import Allowance
from esdh_connect_bilag.engine import Declined, Reason
from esdh_connect_bilag.repair import with_pikepdf


def test_what_was_spent_is_not_there_the_next_time():
    """And the bounds that are given end with it."""
    allowance = Allowance(0.2)
    with allowance.spending() as bounds:
        assert bounds.seconds == 0.2
        begun = time.thread_time()
        while time.thread_time() - begun < 0.1:
            pass
    with allowance.spending() as bounds:
        assert 0 < bounds.left < 0.101


def test_a_child_counts_by_the_processor_time_it_took():
    """It has no more than is left, and after that nothing is repaired."""
    allowance = Allowance(1.0)
    with allowance.spending() as bounds:
        with_pikepdf(pdf_of("a"), bounds)
    assert 0 < allowance.left < 0.97

    with Allowance(0.0).spending() as bounds, pytest.raises(Declined) as raised:
        with_pikepdf(pdf_of("a"), bounds)
    assert raised.value.reason is Reason.TOO_SLOW


@pytest.mark.slow  # files made to be slow
@pytest.mark.parametrize("name", ["crowd-annotations", "depth-outline"])
def test_what_is_slow_in_each_of_its_readings_is_refused_in_the_time_of_one(laid, name):
    """By its name, and whether it was the stamp or the merge that was too slow does not matter."""
    begun = time.thread_time()
    with pytest.raises(UnreadableDocument) as caught:
        laid("Brev", ALL[name](), on_paper=True, layout=Layout(stamp=True))

    assert time.thread_time() - begun < 5
    assert (
        "»bilag-1.pdf« kan ikke lægges sammen med resten: Filen er større eller mere indviklet" in caught.value.danish
    )


def test_documents_that_are_slow_together_are_refused_with_the_slowest(laid, monkeypatch):
    """Nobody waits for a plan of two hundred hostile files."""
    monkeypatch.setattr(documents, "LETTER", 0.0)
    with pytest.raises(DoesNotFit) as caught:
        laid("Brev", "Kort")

    assert "for indviklede" in caught.value.danish
    assert "»brev.pdf«" in caught.value.danish
