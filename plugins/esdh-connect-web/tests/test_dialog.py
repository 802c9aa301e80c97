"""Send digitalt: two clicks for a letter, everything in sight before the second, and never a second letter."""

import re
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from esdh_connect.dispatch import Status
from esdh_connect.errors import TemporaryFailure
from esdh_connect.training import Training
from esdh_connect.usage import UsageKind
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.prices import Price
from esdh_connect_web import Person, Role

EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})


def names(text):
    """The documents in the order of the page."""
    return re.findall(r"</svg><span>(\w+)\.pdf</span>", text)


def alerts(text):
    """What an alert says."""
    return [
        re.sub(r"<[^>]+>", "", one).strip()
        for one in re.findall(r'class="alert-text">(.*?)</(?:div|p)>', text, re.DOTALL)
    ]


def test_a_normal_letter_takes_two_clicks_and_no_typing(hall):
    """The host's button, and »Send digitalt«: what is posted is what the page holds, and nothing else."""
    dialog = hall.opened()
    for shown in ("Byggesag", "Byggetilladelse", "Borger 0", "Digital Post", "brev", "kort", "facade", "2 minutter"):
        assert shown in dialog.text, shown
    after = dialog.press("/send/go")
    assert after.answer.status_code == 200
    (entry,) = hall.post.committed("dialog-1")
    assert (entry.committed_by, entry.status) == ("bo", Status.WAITING)
    assert "Der er ikke sendt noget endnu" in after.text
    hall.clock.move(minutes=3)
    hall.post.deliver()
    (letter,) = hall.channel.sent
    assert [one.id for one in letter.manifest.documents] == ["brev", "kort", "facade"]


def test_nothing_of_anybody_stands_in_an_address_or_a_title(hall):
    """Nor in anything that is logged on the way; and no number of anybody on the page."""
    dialog = hall.opened()
    for page in (dialog, dialog.press("/send/go")):
        title = page.text.split("<title>")[1].split("</title>")[0]
        assert "Borger" not in title
        assert "Bygge" not in title
        assert "121212" not in page.text
        assert all("?" not in one for one in re.findall(r'(?:href|action|formaction)="([^"]*)"', page.text))


def test_an_answer_sets_no_cookie_and_is_framed_by_the_host_alone(hall):
    """A refusal too: it is shown in the host's frame."""
    refused = hall.browser().post("/send", data={"launch": "x"}, headers={"Origin": "https://esdh.example"})
    dialog = hall.opened()
    for answer in (dialog.answer, dialog.press("/send/go").answer, refused):
        assert "set-cookie" not in answer.headers
        assert "frame-ancestors https://esdh.example" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
    assert refused.status_code == 403


def test_each_answer_carries_the_next_token(hall):
    """One that was used arranges nothing any more, and shows how things are."""
    first = hall.opened()
    second = first.press("/send/arrange", move="down-1")
    assert first.hidden["esdh_token"] != second.hidden["esdh_token"]
    assert names(second.text) == ["brev", "facade", "kort"]
    again = first.press("/send/arrange", move="down-1")
    assert names(again.text) == ["brev", "facade", "kort"]
    assert "Siden var ikke den nyeste" in again.text
    assert names(again.press("/send/arrange", move="up-2").text) == ["brev", "kort", "facade"]


def test_bilag_are_moved_left_out_and_taken_in_by_buttons(hall):
    """What is left out stays in sight until the letter is sent; the letter itself stays first."""
    dialog = hall.opened()
    out = dialog.press("/send/arrange", move="out-1")
    assert names(out.text) == ["brev", "facade"]
    assert "Udeladt" in out.text
    back = out.press("/send/arrange", move="in-0")
    assert names(back.text) == ["brev", "kort", "facade"]
    dragged = back.press("/send/arrange", move="order", order="2,1")
    assert names(dragged.text) == ["brev", "facade", "kort"]
    dragged.press("/send/arrange", move="out-2").press("/send/go")
    (entry,) = hall.post.committed("dialog-1")
    assert [one.id for one in hall.post.cover(entry.id).manifest.documents] == ["brev", "facade"]


def test_a_bilag_that_is_taken_in_again_lies_where_it_was(hall):
    """Also where others were left out before and after, and where those that stayed were moved meanwhile."""
    documents = [hall.host.document(id_, id_) for id_ in ("brev", "a", "b", "c", "d")]
    page = hall.opened(hall.request(documents=documents))
    for move, left in [
        ("out-2", ["brev", "a", "c", "d"]),
        ("out-2", ["brev", "a", "d"]),
        ("out-1", ["brev", "d"]),
        ("in-0", ["brev", "b", "d"]),
        ("in-0", ["brev", "b", "c", "d"]),
        ("down-1", ["brev", "c", "b", "d"]),
        ("in-0", ["brev", "a", "c", "b", "d"]),
    ]:
        page = page.press("/send/arrange", move=move)
        assert names(page.text) == left, move


@pytest.mark.parametrize(
    "move",
    [
        "up-1",
        "up-0",
        "down-0",
        "down-2",
        "out-0",
        "out-9",
        "in-0",
        "up-x",
        "up--1",
        "order",
        "",
        "up-²",
        "up-99999999999",
        "omit-0",
        "omit-1",
        "omit-x",
        "include-0",
        "include-9",
    ],
)
def test_a_move_that_is_none_changes_nothing(hall, move):
    """Nor does it break: 400, and the page after it is as it was."""
    dialog = hall.opened()
    assert dialog.press("/send/arrange", move=move, order="1,1").answer.status_code == 400
    assert names(dialog.press("/send/status").text) == ["brev", "kort", "facade"]


def test_what_is_previewed_is_what_goes(hall):
    """Byte for byte; also after the bilag were moved, and looking uses nothing up."""
    dialog = hall.opened().press("/send/arrange", move="down-1")
    seen = dialog.press("/send/file", file="0.0").answer
    assert (seen.status_code, seen.headers["content-type"]) == (200, "application/pdf")
    dialog.press("/send/go")
    hall.clock.move(minutes=3)
    hall.post.deliver()
    assert hall.channel.sent[0].envelope.letter.files[0].content == seen.content


def test_a_preview_of_what_there_is_not_is_none(hall):
    """Another row, another file, and no number."""
    dialog = hall.opened()
    for file in ("1.0", "0.9", "", "x.y", "0", "-1.0", "99999999.0"):
        assert dialog.press("/send/file", file=file).answer.status_code == 404, file


def test_a_double_click_makes_one_letter(hall):
    """Ten at the same time, too: each of them shows the one that was ordered."""
    dialog = hall.opened()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: dialog.press("/send/go"), range(10)))
    assert {one.answer.status_code for one in answers} == {200}
    assert len(hall.post.entries()) == 1
    assert all("Fortryd" in one.text for one in answers)


def test_what_changed_since_it_was_shown_is_named_and_not_sent(hall):
    """A new version of a document comes in between; the page says so first, and shows what there is now."""
    dialog = hall.opened()
    hall.host.contents["kort", "1"] = hall.host.contents["facade", "1"]
    after = dialog.press("/send/go")
    assert hall.post.entries() == ()
    assert alerts(after.text)[0].startswith("Der er ikke sendt noget")
    assert "»kort.pdf«" in alerts(after.text)[0]
    assert len(after.press("/send/go").hidden) > 0
    assert len(hall.post.entries()) == 1


def test_a_fingerprint_that_was_changed_or_left_out_sends_nothing(hall):
    """The page holds it, so a browser could be made to post another."""
    dialog = hall.opened()
    for fingerprint in ("", "request=0", "x"):
        assert dialog.press("/send/go", fingerprint=fingerprint).answer.status_code == 200
    assert hall.post.entries() == ()


def test_the_same_wish_in_two_tabs_is_one_letter(hall):
    """The second tab, where the bilag were moved meanwhile, is told that it was ordered, and sees what."""
    first, second = hall.opened(), hall.opened()
    moved = second.press("/send/arrange", move="down-1")
    first.press("/send/go")
    late = moved.press("/send/go")
    assert len(hall.post.entries()) == 1
    assert "Der er ikke sendt noget" in alerts(late.text)[0]
    assert "Fortryd" in late.text


def test_a_second_person_sees_what_the_first_ordered(hall):
    """The same wish, opened by a colleague: the letter is there, and can be undone by either."""
    hall.opened().press("/send/go")
    eva = hall.opened(person=EVA)
    assert "Bo Sagsbehandler (bo) bestilte det" in eva.text
    stopped = eva.press("/send/stop", letter=hall.post.entries()[0].id)
    assert "Der er ikke sendt noget: brevet er stoppet." in alerts(stopped.text)
    assert hall.post.entries()[0].status is Status.CANCELLED


def test_several_recipients_have_a_row_each(hall):
    """With what happens to each; one click sends to all of them."""
    dialog = hall.opened(hall.request(parties=3))
    assert [dialog.text.count(f"Borger {at}<span") for at in range(3)] == [1, 1, 1]
    assert "Send til 3 modtagere" in dialog.text
    dialog.press("/send/go")
    assert len(hall.post.committed("dialog-1")) == 3


def test_who_cannot_get_it_is_shown_and_the_others_can(hall):
    """Never a silent subset: the button says how many, and those who are left are named afterwards."""
    for channel in (hall.channel, hall.paper):
        channel.reached["part-1"] = False
    dialog = hall.opened(hall.request(parties=3))
    assert "modtageren kan ikke nås med Digital Post eller Fysisk Post" in dialog.text
    assert "Send til de 2, der kan få det" in dialog.text
    assert dialog.press("/send/go").answer.status_code == 200
    assert hall.post.entries() == (), "the form without the button's own field sends to nobody"
    after = dialog.press("/send/go", only="ready", ready=["0", "2"])
    assert len(hall.post.entries()) == 2
    assert "Ikke alle har fået brevet" in after.text
    hall.channel.reached.clear()
    rest = after.press("/send/rest")
    assert rest.text.count("Brevet er bestilt tidligere.") == 2
    rest.press("/send/go")
    assert len(hall.post.entries()) == 3


def test_nobody_can_get_it_and_there_is_no_button(hall):
    """The first words say that nothing was sent."""
    for channel in (hall.channel, hall.paper):
        channel.reached["part-0"] = TemporaryFailure("nobody answers")
    dialog = hall.opened()
    assert 'id="go"' not in dialog.text
    assert "Der er ikke sendt noget, og brevet kan ikke sendes, som det er." in dialog.text


def test_a_document_that_cannot_be_read_is_the_one_with_the_mark(hall):
    """With what to do; it can be left out, and then the letter goes."""
    request = hall.request()
    hall.host.contents["kort", "1"] = b"no PDF at all"
    dialog = hall.opened(request)
    assert 'id="go"' not in dialog.text
    assert dialog.text.count('aria-label="Kan ikke sendes"') == 1
    assert "Det kan ikke sendes, før dokumentet herunder er rettet eller udeladt." in dialog.text
    dialog.press("/send/arrange", move="out-1").press("/send/go")
    assert len(hall.post.entries()) == 1


def test_that_it_was_opened_and_left_is_counted_and_never_by_whom(hall):
    """One that was sent is not counted as left."""
    hall.opened().press("/send/leave")
    hall.opened(hall.request("dialog-2")).press("/send/go").press("/send/leave")
    hall.post.deliver()
    told = hall.post.usage(hall.clock.time.replace(hour=0), hall.clock.time.replace(hour=23))
    assert told["teknik", UsageKind.OPENED, ""] == 2
    assert told["teknik", UsageKind.UNUSED, ""] == 1


def test_it_tells_the_host_and_nobody_else_what_happened(hall):
    """The script posts it to the origin in the token: it stands in the page."""
    dialog = hall.opened()
    pages = {"opened": dialog, "ordered": dialog.press("/send/go")}
    pages["closed"] = pages["ordered"].press("/send/leave")
    for result, page in pages.items():
        assert '<meta name="esdh-origin" content="https://esdh.example">' in page.text
        assert f'<meta name="esdh-result" content="{result}">' in page.text


class TestPrices:
    """What it would cost, where the municipality has said what a letter costs."""

    @pytest.fixture
    def more(self):
        return {"forbrug": Forbrug(prices=[Price("2026-01-01", 14.0, 1.6), Price("2030-01-01", 99.0)])}

    def test_are_those_of_today_and_of_each_channel(self, hall):
        """One on paper and two digitally, as money is written in Danish; nobody who cannot get it is counted."""
        hall.paper.limits = attrs.evolve(hall.paper.limits, on_paper=True)
        hall.channel.reached["part-1"] = False
        assert "Anslået pris: 17,20\xa0kr." in hall.opened(hall.request(parties=3)).text
        hall.paper.reached["part-1"] = False
        assert "Anslået pris: 3,20\xa0kr." in hall.opened(hall.request("dialog-2", parties=3)).text


def test_no_price_is_made_up(hall):
    """Where nobody has said what a letter costs."""
    assert "Anslået pris" not in hall.opened().text


class TestTraining:
    """Where it is only an exercise, every page says so first, and the letter goes to nobody."""

    @pytest.fixture
    def training(self):
        return Training()

    def test_is_said_on_every_page_of_the_dialog(self, hall):
        """Before and after the click, and where something is refused."""
        dialog = hall.opened()
        refused = dialog.press("/send/arrange", move="x")
        for page in (dialog, refused, refused.press("/send/status"), dialog.press("/send/go")):
            assert "Øvelse: intet brev herfra når nogen" in page.text
