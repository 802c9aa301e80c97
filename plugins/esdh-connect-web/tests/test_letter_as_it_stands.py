"""What a letter's page says is so as the letter is now: afterwards, reloaded, and when something else became of it."""

import re
from datetime import timedelta
from uuid import uuid4

import attrs
import pytest
from correspondence import BO, come, ordered, sent, token_of

from esdh_connect.dispatch import Concern, Override, Receipt, ReceiptEvent, Remedy
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Colleague, Party
from esdh_connect_web import Person, Role
from esdh_connect_web.dialog.history import timeline

EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})
IDA = attrs.evolve(EVA, id="ida")


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def told(browser, entry, what):
    """What the banner says for an address somebody kept."""
    page = browser.get(f"/letters/{entry.id}?done={what}").text
    return " ".join(re.findall(r'<div class="esdh-messages".*?<p class="alert-text">(.*?)</p>', page, re.DOTALL))


def arrives(hall, entry):
    hall.clock.move(minutes=3)
    hall.post.deliver()
    hall.post.receive(Receipt(str(uuid4()), ReceiptEvent.DELIVERED, hall.clock(), entry.message_uuid, entry.channel))


class Roster:
    """A case system that knows who can approve."""

    @hookimpl
    def find_approvers(self):
        return [Colleague(one, f"Navn {one}") for one in ("bo", "eva", "ida")]


class TestApproval:
    """Where a second person has to say yes."""

    @pytest.fixture
    def policy(self):
        return {"approval": True, "undo": timedelta(minutes=2)}

    @pytest.fixture
    def more(self):
        return {"roster": Roster()}

    def test_what_was_done_is_told_while_it_is_so(self, hall):
        """Passed on, approved, delivered: each banner goes when the next thing has happened."""
        entry, eva = ordered(hall), come(hall, EVA)
        hall.post.pass_on(entry.id, "ida", by="eva", why="ferie")
        assert told(eva, entry, "on") == "En anden er bedt om at godkende brevet."
        assert [told(eva, entry, one) for one in ("approve", "back", "stop", "send_again")] == [""] * 4
        hall.post.approve(entry.id, by="ida")
        assert (told(eva, entry, "on"), told(eva, entry, "approve")) == ("", "Brevet er godkendt.")
        arrives(hall, entry)
        assert told(eva, entry, "approve") == "Brevet er godkendt."
        assert told(eva, entry, "stop") == ""

    def test_an_approval_is_not_told_of_above_a_letter_that_was_undone(self, hall):
        """That it was stopped is; so is who sent one back."""
        entry, back, eva = ordered(hall), ordered(hall, "another"), come(hall, EVA)
        hall.post.approve(entry.id, by="eva")
        hall.post.cancel(entry.id, by="bo")
        assert told(eva, entry, "approve") == ""
        assert "brevet er stoppet" in told(eva, entry, "stop")
        hall.post.send_back(back.id, by="eva", why="forkert bilag")
        assert told(eva, back, "stop") == ""
        assert "brevet er sendt tilbage" in told(eva, back, "back")

    def test_what_looks_alike_has_its_reason_beside_it(self, hall):
        """In the list, on the page, and in English."""
        waits, back = ordered(hall), ordered(hall, "another")
        hall.post.send_back(back.id, by="eva", why="forkert bilag")
        listed = text_of(come(hall).get("/letters"))
        assert ("Afventer – venter på godkendelse" in listed, "Afbrudt – sendt tilbage" in listed) == (True, True)
        assert "Afventer – venter på godkendelse" in text_of(come(hall).get(f"/letters/{waits.id}"))
        assert "Cancelled – sent back" in text_of(come(hall, BO, "en").get(f"/letters/{back.id}"))

    def test_what_was_passed_on_is_theirs_who_was_asked(self, hall):
        """The others see who has it, are not told that it waits for them, and may still approve it."""
        entry, eva, ida = ordered(hall), come(hall, EVA), come(hall, IDA)
        waits = "1 brev venter på din godkendelse"
        assert [waits in one.get("/").text for one in (eva, ida)] == [True, True]
        hall.post.pass_on(entry.id, "ida", by="eva", why="ferie")
        assert [waits in one.get("/").text for one in (eva, ida)] == [False, True]
        hers, theirs = (one.get(f"/letters/{entry.id}") for one in (ida, eva))
        assert re.search("Sendt videre til dig af .*: ferie", text_of(hers))
        assert re.search("Sendt videre til .*ida.* af .*: ferie", text_of(theirs))
        assert ("Godkend det selv" in hers.text, "Godkend det selv" in theirs.text) == (False, True)
        assert all('value="approve"' in one.text for one in (hers, theirs))

    def test_an_error_begins_with_whether_anything_was_sent(self, hall):
        """Where something is sent or stopped."""
        entry, eva = ordered(hall), come(hall, EVA)
        page = eva.get(f"/letters/{entry.id}")
        shown = re.search(r'name="shown" value="([^"]*)"', page.text)[1]
        said = {"esdh_token": token_of(page), "do": "back", "shown": shown, "why": ""}
        assert (
            "Der er ikke sendt noget nyt: der er en fejl på siden" in eva.post(f"/letters/{entry.id}", data=said).text
        )


class TestNobodyKnowsWho:
    """Where a name is written: it is nobody's id."""

    @pytest.fixture
    def policy(self):
        return {"approval": True}

    def test_it_waits_for_all_who_can(self, hall):
        """Else nobody would be told."""
        hall.post.pass_on(ordered(hall).id, "Jens Lund", by="eva", why="")
        assert "1 brev venter på din godkendelse" in come(hall, IDA).get("/").text


class Doubter:
    """A rule with a doubt about every letter."""

    @hookimpl
    def review_plan(self):
        return [Concern("house.address", "adressen er gammel")]


class TestBeforeItIsSent:
    """No word of the past where nothing has happened yet."""

    @pytest.fixture
    def more(self):
        return {"doubter": Doubter()}

    def test_a_letter_that_waits_is_not_told_of_as_sent(self, hall):
        """Its channel, and what it was ordered in spite of."""
        wish, said = hall.request(), [Override("house.address", "den er rigtig")]
        plan = hall.post.plan(wish, overrides=said)
        [entry] = hall.post.commit(plan, by="bo", hold=timedelta(minutes=2), overrides=said).entries
        text = text_of(come(hall).get(f"/letters/{entry.id}"))
        assert "Kanal Digital Post" in text
        assert "Bestilt på trods af" in text
        assert "bo bestilte det trods en betænkelighed" in text
        assert "Sendt" not in text


def test_a_letter_that_failed_is_not_told_of_as_sent(hall):
    """What it consists of is all there is to say."""
    text = text_of(come(hall).get(f"/letters/{sent(hall, ReceiptEvent.FAILED).id}"))
    assert ("Det blev sendt" in text, "Det består brevet af" in text) == (False, True)


def test_a_new_letter_is_told_of_as_ordered_until_it_is_undone(hall):
    """And of no letter that was made in no other's place."""
    failed, browser = sent(hall, ReceiptEvent.FAILED), come(hall)
    child = hall.post.resolve(failed.id, Remedy.SEND_AGAIN, by="bo", why="igen", hold=timedelta(minutes=2))
    assert (told(browser, child, "send_again") != "", told(browser, failed, "send_again")) == (True, "")
    hall.post.cancel(child.id, by="bo")
    assert told(browser, child, "send_again") == ""


def test_a_receipt_is_told_after_the_attempt_it_is_of(hall):
    """Though the provider wrote it a moment before our call ended, or with a clock that is behind."""
    entry = sent(hall)
    [attempt] = entry.attempts
    for early in (timedelta(seconds=1), timedelta(minutes=10)):
        began = attrs.evolve(attempt, started_at=attempt.ended_at - timedelta(seconds=2))
        receipts = [attrs.evolve(one, at=attempt.ended_at - early) for one in entry.receipts]
        told = [one.what for one in timeline(attrs.evolve(entry, attempts=(began,), receipts=tuple(receipts)))]
        assert told[1].startswith("Afleveret til leverandøren")
        assert len(told) == 2 + len(receipts)


class OneParty:
    """A case with one party."""

    @hookimpl
    def find_parties(self):
        return [Party("part-0", "fake")]


class TestNobodyElse:
    """A letter that came back, on a case with nobody else to send it to."""

    @pytest.fixture
    def more(self):
        return {"parties": OneParty()}

    def test_there_is_a_way_on(self, hall):
        """Back to the inbox, and to paper where that is offered."""
        failed = sent(hall, ReceiptEvent.FAILED)
        [trouble] = hall.post.failures()
        page = come(hall).get(f"/failures/{failed.id}/change_recipient").text
        assert "Sagen har ingen anden part" in page
        main = page[page.index("<main") :]
        assert 'href="/failures"' in main[main.index("esdh-actions") :]
        assert ("send_as_print" in main) == (Remedy.SEND_AS_PRINT in trouble.remedies)
