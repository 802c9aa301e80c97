"""What speaks against a letter, in the dialog: it is shown first, and asks why the letter is sent anyway."""

import re

import pytest

from esdh_connect.dispatch import Concern
from esdh_connect.hookspecs import hookimpl
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.prices import Price


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


class Doubtful:
    """A plugin that has its doubts, and one that cannot be argued with."""

    def __init__(self):
        self.said = []

    @hookimpl
    def review_plan(self, plan, policy):
        return self.said


class TestDoubts:
    """What speaks against a letter is shown, and is sent past with a reason, and by nothing else."""

    @pytest.fixture
    def doubtful(self):
        return Doubtful()

    @pytest.fixture
    def more(self, doubtful):
        return {"doubtful": doubtful, "forbrug": Forbrug(prices=[Price("2026-01-01", 14.0, 1.6)])}

    def test_a_letter_that_waits_for_a_reason_has_its_price(self, hall, doubtful):
        """It is what would be paid if it were sent."""
        doubtful.said = [Concern("night", "brevet sendes om natten")]
        assert "Anslået pris: 1,60\xa0kr." in hall.opened().text

    def test_is_shown_and_asks_for_a_reason(self, hall, doubtful):
        """Without one nothing is sent, and the field has the error; with one it is kept."""
        doubtful.said = [Concern("night", "brevet sendes om natten", advice="Vent til i morgen")]
        dialog = hall.opened()
        assert "Brevet sendes om natten." in dialog.text
        assert "Brevet sendes om natten. Vent til i morgen." in text_of(dialog)
        assert dialog.text.index('id="why-0"') < dialog.text.index("Modtagere")
        asked = dialog.press("/send/go")
        assert 'aria-describedby="why-0-error"' in asked.text
        assert hall.post.entries() == ()
        bad = asked.press("/send/go", **{"why-0": "fordi 010190-1234 siger det"})
        assert "ligner et CPR-nummer" in bad.text
        assert "aria-describedby" in bad.press("/send/go", **{"why-0": "\u200b."}).text
        assert hall.post.entries() == ()
        bad.press("/send/go", **{"why-0": "det\r\nhaster"})
        (entry,) = hall.post.entries()
        assert [(one.concern, one.why, one.by) for one in entry.acts] == [("night", "det haster", "bo")]

    def test_what_was_written_stays_while_attachments_are_moved(self, hall, doubtful):
        """It goes with every button of the page; where the doubt is another one now, the box is empty."""
        doubtful.said = [Concern("night", "brevet sendes om natten"), Concern("long", "brevet er langt")]
        dialog = hall.opened()
        moved = dialog.press("/send/arrange", move="down-1", **{"why-0": 'det "haster"', "why-1": ""})
        assert moved.text.index("facade.pdf") < moved.text.index("kort.pdf")
        assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", moved.text) == ["det &#34;haster&#34;", ""]
        doubtful.said = [Concern("long", "brevet er langt"), Concern("night", "brevet sendes på en helligdag")]
        again = moved.press("/send/arrange", move="out-2", **{"why-0": "det haster", "why-1": "det skal det være"})
        assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", again.text) == ["det skal det være", ""]
        assert hall.post.entries() == ()

    def test_other_doubts_than_those_that_were_seen_stop_it(self, hall, doubtful):
        """Somebody has said why to another sentence."""
        doubtful.said = [Concern("night", "brevet sendes om natten")]
        dialog = hall.opened()
        doubtful.said = [Concern("night", "brevet sendes på en helligdag")]
        after = dialog.press("/send/go", **{"why-0": "det haster"})
        assert hall.post.entries() == ()
        assert "Der er ikke sendt noget" in after.text
        assert "på en helligdag" in after.text

    def test_about_one_recipient_names_them(self, hall, doubtful):
        """And asks once for each."""
        hall.citizens.reverse()
        doubtful.said = [Concern("dead", "modtageren er død", party) for party in hall.citizens[:2]]
        dialog = hall.opened(hall.request(parties=3))
        assert "<strong>Borger 2:</strong>" in dialog.text
        dialog.press("/send/go", **{"why-0": "boet skal have det", "why-1": "boet skal have det"})
        assert len(hall.post.entries()) == 3

    def test_that_cannot_be_argued_with_leaves_no_button(self, hall, doubtful):
        """There is no field for a reason then."""
        doubtful.said = [Concern("never", "brevet må ikke sendes", overridable=False)]
        dialog = hall.opened()
        assert "brevet må ikke sendes" in dialog.text
        assert 'id="go"' not in dialog.text
        assert "<textarea" not in dialog.text
