"""After the click: what became of the letter, in the words of its receipts, and what can still be done."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from esdh_connect.dispatch import Hold, Receipt, ReceiptEvent, Status
from esdh_connect.errors import OutcomeUnknown, Rejected
from esdh_connect.policy import PolicyChange
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_web import Person, Role
from esdh_connect_web.approving import shown_to_approve

EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})


def fields(html):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))


def ordered(hall, **said):
    after = hall.opened(hall.request(**said)).press("/send/go")
    return after, hall.post.entries()[0]


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def receipt(hall, entry, event):
    hall.post.receive(Receipt(str(uuid4()), event, hall.clock(), entry.message_uuid, entry.channel))


def test_a_letter_can_be_undone_while_its_window_is_open(hall):
    """With the time in words; afterwards the page says that nothing was sent, and the button is gone."""
    after, entry = ordered(hall)
    assert "Du kan fortryde indtil kl. 10.02 (" in text_of(after)
    assert "2 minutter tilbage" in after.text
    hall.clock.move(seconds=80)
    assert "40 sekunder tilbage" in after.press("/send/status").text
    stopped = after.press("/send/stop", letter=entry.id)
    assert "Der er ikke sendt noget: brevet er stoppet." in stopped.text
    assert 'action="/send/stop"' not in stopped.text
    hall.clock.move(minutes=5)
    hall.post.deliver()
    assert hall.channel.sent == []


def test_undone_twice_is_undone(hall):
    """A double click on Fortryd shows the same."""
    after, entry = ordered(hall)
    for _ in range(2):
        assert "brevet er stoppet" in after.press("/send/stop", letter=entry.id).text


def test_undone_too_late_says_so(hall):
    """It left between the page and the click: nothing is pretended."""
    after, entry = ordered(hall)
    hall.clock.move(minutes=3)
    hall.post.deliver()
    late = after.press("/send/stop", letter=entry.id)
    assert "Det var for sent" in late.text
    assert "Er det forkert, skal der sendes et nyt brev, som retter det." in text_of(late)
    assert hall.post.entry(entry.id).status is Status.IN_PROGRESS


def test_all_of_several_can_be_undone_at_once(hall):
    """Each of them says that it is stopped."""
    after, _ = ordered(hall, parties=3)
    assert "Fortryd alle" in after.text
    stopped = after.browser.post("/send/stop", data=fields(after.text.split("</section>")[-1]))
    assert {one.status for one in hall.post.entries()} == {Status.CANCELLED}
    assert "Afbrudt" in stopped.text
    assert "Der er ikke sendt noget: alle brevene er stoppet." in stopped.text


def test_one_of_several_that_is_undone_is_named(hall):
    """The others stand below it and go on; when the last is stopped, too, nothing at all is sent."""
    after, _ = ordered(hall, parties=2)
    first, second = hall.post.committed("dialog-1")
    stopped = after.press("/send/stop", letter=first.id)
    assert "Der er ikke sendt noget til Borger 0: det brev er stoppet. De andre breve går videre." in stopped.text
    assert "alle brevene er stoppet" in stopped.press("/send/stop", letter=second.id).text


def test_where_some_of_several_had_left_nobody_reads_that_all_had(hall):
    """One is stopped, and of the other it is said what can be done."""
    after, _ = ordered(hall, parties=2)
    first, second = hall.post.committed("dialog-1")
    hall.post.cancel(first.id, by="bo")
    hall.clock.move(minutes=3)
    hall.post.deliver()
    told = text_of(after.press("/send/stop", letter=""))
    assert "Nogle af brevene er stoppet. For andre var det for sent" in told
    assert hall.post.entry(second.id).status is Status.IN_PROGRESS
    assert told.count("skal der sendes et nyt brev") == 1


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([], "Behandles"),
        ([ReceiptEvent.SENT], "Afsendt"),
        ([ReceiptEvent.DELIVERED], "Leveret"),
        ([ReceiptEvent.DELIVERED, ReceiptEvent.FAILED], "Fejlet"),
    ],
)
def test_the_status_is_what_the_receipts_say(hall, events, word):
    """In the known words, and each receipt has its line in what happened."""
    after, entry = ordered(hall)
    hall.clock.move(minutes=3)
    hall.post.deliver()
    for event in events:
        receipt(hall, entry, event)
    page = after.press("/send/status")
    assert re.search(rf'class="badge[^"]*">(?:<svg.*?</svg>)?\s*{word}', page.text, re.DOTALL)
    assert page.text.count("<li><time") == 4 + len(events)
    assert "Journalisering: brevet står på sagen" in page.text


def test_a_letter_nobody_knows_the_fate_of_is_not_to_be_sent_again(hall):
    """The page says so, and that a receipt is asked for."""
    after, _ = ordered(hall)
    hall.channel.fail_with.append(OutcomeUnknown("time-out"))
    hall.clock.move(minutes=3)
    hall.post.deliver()
    page = text_of(after.press("/send/status"))
    assert "Uafklaret" in page
    assert "Send ikke igen" in page
    assert "vi spørger efter kvittering" in page
    assert "Fortryd" not in page


def test_a_letter_that_was_refused_begins_with_that_nothing_was_sent(hall):
    """With the provider's code, and whose it is to act."""
    after, _ = ordered(hall)
    hall.channel.fail_with.append(Rejected("no", code="42"))
    hall.clock.move(minutes=3)
    hall.post.deliver()
    page = text_of(after.press("/send/status"))
    assert "Fejlet" in page
    assert "Der er ikke sendt noget: leverandøren afviste brevet." in page


def test_what_is_seen_afterwards_is_what_went(hall):
    """The very bytes, out of the outbox: the host may have forgotten them."""
    after, entry = ordered(hall)
    hall.host.contents.clear()
    seen = after.press("/send/copy", file=f"{entry.id}.0").answer
    assert seen.content == hall.post.dispatch(entry.id).envelope.letter.files[0].content
    for file in (f"{entry.id}.9", f"{entry.id}.x", entry.id, "", f"{uuid4()}.0"):
        assert after.press("/send/copy", file=file).answer.status_code == 404, file


def test_a_letter_of_another_dialog_is_none(hall):
    """Neither seen, stopped nor approved, though its id is known: the answer is that of one there is not."""
    _, other = ordered(hall)
    dialog = hall.opened(hall.request("dialog-2"))
    for path in ("/send/stop", "/send/approve", "/send/copy"):
        answer = dialog.press(path, letter=other.id, file=f"{other.id}.0").answer
        assert answer.status_code == 404
        dialog = hall.opened(hall.request("dialog-2"))
    assert hall.post.entry(other.id).status is Status.WAITING


def test_an_erased_letter_is_still_a_line(hall):
    """Its name is gone, its status is not."""
    after, entry = ordered(hall)
    hall.post.cancel(entry.id, by="bo")
    hall.post.erase(entry.id, by="bo", why="prøve")
    page = after.press("/send/status").text
    assert "En modtager, hvis navn er slettet" in page
    assert "Ikke alle har fået brevet" not in page


# --- approval


class TestApproval:
    """A second person approves the very letter that was shown."""

    @pytest.fixture
    def policy(self):
        return {"approval": True}

    def test_is_what_the_button_asks_for(self, hall):
        """Nothing is sent by it."""
        assert ">Send til godkendelse</span>" in hall.opened().text
        assert ">Send til godkendelse: 2 modtagere</span>" in hall.opened(hall.request(parties=2)).text

    @pytest.fixture
    def letter(self, hall):
        after, entry = ordered(hall)
        assert "brevet venter på godkendelse" in after.text
        assert "Du har selv bestilt det" in after.text
        return entry

    @pytest.mark.parametrize(
        ("undo", "told"),
        [
            (timedelta(0), "Du kan fortryde, indtil det er godkendt."),
            (timedelta(minutes=2), "Du kan fortryde, indtil det er godkendt, og 2 minutter efter det."),
            (timedelta(seconds=30), "Du kan fortryde, indtil det er godkendt, og 30 sekunder efter det."),
        ],
    )
    def test_tells_the_undo_window_as_it_is(self, hall, undo, told):
        """It begins when somebody has approved the letter, and not before."""
        teknik, now = hall.post.departments.get("teknik"), hall.clock()
        hall.post.departments.change([PolicyChange(teknik, {"undo": undo.total_seconds() / 60}, "ada", now, now)])
        assert told in text_of(hall.opened())
        assert "Du kan fortryde i" not in text_of(hall.opened())
        assert told in text_of(hall.opened().press("/send/go"))

    def test_is_given_by_another(self, hall, letter):
        """Then the letter leaves by itself."""
        page = hall.opened(letter.id, EVA)
        assert "Godkend" in page.text
        seen = page.press("/send/copy", file=f"{letter.id}.0").answer.content
        assert "Brevet er godkendt" in page.press("/send/approve").text
        hall.post.deliver()
        assert hall.channel.sent[0].envelope.letter.files[0].content == seen

    def test_is_not_given_by_whoever_ordered_it(self, hall, letter):
        """Not by a form that was made up either."""
        page = hall.opened(letter.id)
        assert 'action="/send/approve"' not in page.text
        shown = shown_to_approve(hall.post.cover(letter.id), ())
        told = page.press("/send/approve", letter=letter.id, shown=shown)
        assert "kan ikke selv godkende det" in told.text
        assert hall.post.entry(letter.id).waits_for(Hold.APPROVAL)

    def test_is_bound_to_what_was_shown(self, hall, letter):
        """Another manifest, or none, approves nothing; nor does a letter whose documents have changed."""
        for shown in ("", "0" * 64):
            assert hall.opened(letter.id, EVA).press("/send/approve", shown=shown).answer.status_code == 409
        hall.host.contents["kort", "1"] = hall.host.contents["facade", "1"]
        told = hall.opened(letter.id, EVA).press("/send/approve")
        assert "Der er ikke sendt noget" in told.text
        assert "»kort.pdf«" in told.text
        assert hall.post.entry(letter.id).waits_for(Hold.APPROVAL)

    def test_is_refused_with_a_reason(self, hall, letter):
        """And without one, or with a number of somebody's in it, the page asks for it."""
        page = hall.opened(letter.id, EVA)
        for why in ("", "se 010190-1234"):
            page = page.press("/send/back", why=why)
            assert "Skriv hvorfor, uden CPR-nummer." in page.text
        done = page.press("/send/back", why="forkert matrikel")
        assert "brevet er sendt tilbage" in done.text
        assert re.search(r"Afbrudt\s*</strong>\s*<span>– sendt tilbage", done.text)
        assert hall.post.entry(letter.id).status is Status.CANCELLED
        assert "forkert matrikel" in done.text

    def test_is_passed_on(self, hall, letter):
        """To whom, everybody who looks can see; nobody named is asked for."""
        page = hall.opened(letter.id, EVA).press("/send/on", to="")
        assert "Vælg, hvem der skal godkende det i stedet." in page.text
        assert "ida" in page.press("/send/on", to="ida").text
        assert hall.post.entry(letter.id).acts[-1].to == "ida"

    def test_by_two_at_once_is_given_once(self, hall, letter):
        """The second is told how things are."""
        ida = Person("ida", "Ida", {Role.CASEWORKER}, {"teknik"})
        first, second = hall.opened(letter.id, EVA), hall.opened(letter.id, ida)
        first.press("/send/approve")
        late = second.press("/send/back", why="nej")
        assert "det kan ikke lade sig gøre" in late.text
        assert hall.post.entry(letter.id).status is Status.WAITING


def test_a_window_that_has_closed_is_not_offered(hall):
    """The clock has gone on, and no worker has taken the letter yet: it may still be stopped, at no promised time."""
    assert isinstance(hall.clock, FakeClock)
    after, _ = ordered(hall)
    hall.clock.time += timedelta(minutes=3)
    page = text_of(after.press("/send/status"))
    assert "indtil det afleveres, og det kan ske når som helst" in page
