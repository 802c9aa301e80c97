"""Between two waves: what the first has taught is written, or skipped with a reason, before the second starts."""

import pytest

from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.waves.acts import Kind


def test_the_next_wave_waits_for_what_the_last_one_taught(here):
    """It is written, or skipped with a reason."""
    first = here.running("Bølge 1", "byg")
    here.clock.move(days=30)
    second = here.plan("Bølge 2", "ydelse")
    with pytest.raises(WaveRefused) as refused:
        here.waves.start(second, by="eva")
    assert "erfaringerne fra bølgen »Bølge 1« er ikke skrevet" in refused.value.danish
    here.waves.tip("Husk printeren", department="byg")
    with pytest.raises(WaveRefused):
        here.waves.start(second, by="eva")
    here.waves.note(first, "Certifikatet skal bestilles tre uger før", by="eva")
    here.waves.start(second, by="eva")
    third = here.plan("Bølge 3", "vej", days=1)
    with pytest.raises(WaveRefused):
        here.waves.skip(second, by="eva", why="  ")
    here.waves.skip(second, by="eva", why="Eva er gået på barsel")
    here.waves.start(third, by="eva")


def test_a_page_asks_what_may_be_done_and_what_is_in_the_way(here):
    """The buttons, what each would do, and why one is not there."""
    first = here.plan("Bølge 1", "byg")
    assert here.waves.allowed(first) == {Kind.CHANGED, Kind.PREPARED, Kind.STARTED, Kind.PAUSED, Kind.ROLLED_BACK}
    here.waves.start(first, by="eva")
    assert here.waves.allowed(first) == {Kind.HALFWAY, Kind.PAUSED, Kind.ROLLED_BACK}
    second = here.plan("Bølge 2", "ydelse", days=5)
    assert here.waves.waits_for(first) is None
    assert here.waves.waits_for(second).name == first
    here.waves.skip(first, by="eva", why="kun én afdeling")
    assert here.waves.waits_for(second) is None
    here.waves.start(second, by="eva")
    assert here.waves.allowed(second) == {Kind.PAUSED, Kind.ROLLED_BACK}
    here.clock.move(days=1)
    here.by_hand("byg", channels=["other"])
    [kept] = here.waves.rollback(first, by="eva", why="det gik ikke").kept
    assert kept.text == ("Kanaler er ændret i hånden af bo 24. november 2026 kl. 10.00, og det bliver stående.")
    assert here.waves.allowed(first) == frozenset()


def test_an_experience_says_something_and_is_made(here):
    """A dot does not open for the next wave, nor does what was written before the wave had begun."""
    first = here.plan("Bølge 1", "byg")
    here.waves.note(first, "Det går nok godt, når vi begynder i morgen", by="eva")
    here.clock.move(days=1)
    here.waves.start(first, by="eva")
    second = here.plan("Bølge 2", "ydelse", days=1)
    with pytest.raises(WaveRefused, match="nothing is said"):
        here.waves.note(first, "».«", by="eva")
    for text in ("Det gik godt", "1 2 3 4 5 6 7"):
        with pytest.raises(WaveRefused, match="fewer than 5 words") as refused:
            here.waves.note(first, text, by="eva")
        assert refused.value.danish.startswith("en erfaring har mindst 5 ord")
    here.waves.note(first, "Det gik galt", by="eva", difficulty=True)
    with pytest.raises(WaveRefused, match="are not written"):
        here.waves.start(second, by="eva")
    here.waves.note(first, "Det gik godt med to printere", by="eva")
    here.waves.start(second, by="eva")
    for act in (here.waves.skip, here.waves.pause, here.waves.rollback):
        with pytest.raises(WaveRefused, match="no reason"):
            act(second, by="eva", why="».«")


def test_a_wave_that_never_began_teaches_nothing(here):
    """The one before it counts."""
    first = here.running("Bølge 1", "byg")
    second = here.plan("Bølge 2", "ydelse", days=1)
    here.waves.rollback(second, by="eva", why="aflyst")
    third = here.plan("Bølge 3", "vej", days=2)
    with pytest.raises(WaveRefused, match="of bølge-1 "):
        here.waves.start(third, by="eva")
    here.waves.skip(first, by="eva", why="ingen tid")
    here.waves.start(third, by="eva")
