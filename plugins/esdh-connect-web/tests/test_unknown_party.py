"""Ukendt part: somebody the case system does not know stops the letter at once, whatever else speaks against it."""

import pytest

from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Party


class Knows:
    """Who the parties of a case are: nobody."""

    @hookimpl
    def find_parties(self, case):
        """Nobody is."""
        return ()


@pytest.fixture
def more():
    return {"knows": Knows()}


def test_a_party_nobody_knows_cannot_be_sent_to_with_a_reason(hall):
    """The page says so, and has nothing to press; nor does it ask why it is to be sent anyway."""
    hall.citizens[0] = Party("nobody", "fake")
    dialog = hall.opened()
    assert "parten på sagen kunne ikke slås op som modtager" in dialog.text
    assert "Der er ikke sendt noget, og brevet kan ikke sendes, som det er." in dialog.text
    assert 'id="go"' not in dialog.text
    assert "ikke part i sagen" not in dialog.text
    assert "Brevet sendes med" not in dialog.text


def test_somebody_known_who_is_no_party_can_be_sent_to_with_a_reason(hall):
    """It is a doubt, and the only one."""
    dialog = hall.opened()
    assert "odtageren er ikke part i sagen" in dialog.text
    assert 'id="go"' in dialog.text


def test_a_party_nobody_knows_is_asked_for_once_in_a_plan(hall):
    """However many rules want to know who gets the letter: each question may take its time."""
    hall.citizens[0] = Party("nobody", "fake")
    hall.post.plan(hall.request(parties=2))
    assert hall.host.calls.count(("resolve_recipient", "nobody/sag-1")) == 1
