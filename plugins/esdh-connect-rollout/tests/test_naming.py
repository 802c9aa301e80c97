"""A wave is named by its title, or by how that begins where no other one begins so."""

import pytest

from esdh_connect_rollout.errors import UnknownWave
from esdh_connect_rollout.waves.acts import Kind


@pytest.fixture
def waves(here):
    here.plan("Bølge 4: skole og sundhed", "byg")
    here.plan("Bølge 41: kultur", "kultur")
    here.plan("Prøve: den ene", "ydelse", days=9)
    return here.waves


def test_a_beginning_is_enough_where_one_alone_begins_so(waves):
    """For whatever is done to it; a number is a whole one."""
    for name in ("Bølge 4", "bølge 4: sk", "BØLGE-4-SKOLE", "Bølge 4: skole og sundhed"):
        assert waves.show(name).name == "bølge-4-skole-og-sundhed"
    assert waves.prepare("Bølge 4", by="eva").name == "bølge-4-skole-og-sundhed"
    assert waves.foresee("Bølge 4", Kind.STARTED)
    assert waves.start("Bølge 4", by="eva").name == "bølge-4-skole-og-sundhed"
    assert waves.note("Bølge 4", "Bestil certifikatet mindst tre uger før", by="eva").wave == "bølge-4-skole-og-sundhed"
    assert waves.change("prøve", by="eva", goal=7).name == "prøve-den-ene"


def test_where_more_begin_so_they_are_named(waves):
    """And where none does, all are."""
    with pytest.raises(UnknownWave) as unsure:
        waves.show("bølge")
    assert unsure.value.danish == "»bølge« kan være flere bølger. Der er: bølge-4-skole-og-sundhed, bølge-41-kultur"
    for nobodys in ("Bølge 5", "–", ""):
        with pytest.raises(UnknownWave) as wrong:
            waves.show(nobodys)
        assert wrong.value.danish.endswith("Der er: bølge-4-skole-og-sundhed, bølge-41-kultur, prøve-den-ene")


def test_a_whole_name_is_meant_before_a_beginning(here, waves):
    """Whoever says all of it can be understood."""
    here.plan("Bølge 4", "vej")
    assert waves.show("Bølge 4").name == "bølge-4"
