"""What the safety gate says of Sagskabet's letters, because `find_parties` tells who is on the case."""

import pytest

from esdh_connect import Case
from tests.third_system.caseworker import Dialog
from tests.third_system.embedding import SYSTEM


@pytest.fixture
def dialog(town, finalized):
    """Opened for somebody who is no party of the case."""
    return Dialog(town, f"/dokument/{finalized[1]}/send").look(town.book.new_person("Åge Sørensen", "0101901234"))


def test_a_letter_to_somebody_else_is_stopped(town, finalized, dialog):
    """Who is no party of the case gets none by mistake: the dialog says so, and without a reason nothing is ordered."""
    assert "Der er ikke sendt noget: modtageren er ikke part" in dialog.page
    assert dialog.press(expect=dialog.fingerprint).status == 409
    assert town.post.open_letters(Case(finalized[0], SYSTEM)) == ()
    assert town.book.document(finalized[1]).state == "færdig"


def test_a_caseworker_who_knows_better_says_why(town, finalized, dialog):
    """It goes then, and the reason is kept."""
    assert dialog.press(**{"why-0": "værgen får en kopi", "expect": dialog.fingerprint}).status == 302
    town.until(finalized[0], "er sendt til Åge Sørensen.")
    [entry] = town.post.entries(case=finalized[0])
    assert "værgen får en kopi" in [line.why for line in town.post.audit.of(entry.id)]
