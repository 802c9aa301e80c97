"""A new letter after one that failed: shown before it is ordered, and undone like any other."""

import re
from datetime import timedelta

import attrs
import pytest
from correspondence import come, token_of
from troubles import came_back, form_of, press, text_of

from esdh_connect.dispatch import Remedy, Status
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Address, Circumstance, Party


@pytest.fixture
def hall(hall):
    """With a channel that is on paper."""
    hall.paper.limits = attrs.evolve(hall.paper.limits, on_paper=True)
    return hall


def test_failed_and_sent_as_a_paper_letter(hall):
    """The new letter is shown, goes on paper, and can be undone on its page: then the first is in the inbox again."""
    entry, browser = came_back(hall), come(hall)
    answer = press(browser, entry, Remedy.SEND_AS_PRINT)
    child = hall.post.entries()[0]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/letters/{child.id}?done=send_as_print")
    page = browser.get(answer.headers["location"])
    assert "Der er bestilt et nyt brev på papir." in page.text
    assert "Du kan fortryde indtil" in text_of(page)
    assert hall.post.failures() == ()
    assert child.due - child.committed_at == hall.post.policy("teknik").undo == timedelta(minutes=2)
    hall.post.deliver()
    assert browser.post(f"/letters/{child.id}", data={"esdh_token": token_of(page), "do": "stop"}).status_code == 303
    assert (hall.post.entry(child.id).status, hall.paper.sent) == (Status.CANCELLED, [])
    assert (child.parent, child.channel, child.committed_by) == (entry.id, "fysisk_post", "bo")
    assert [one.entry.id for one in hall.post.failures()] == [entry.id]


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        (Remedy.SEND_AS_PRINT, ("Borger 0", "Testvej 1", "8000 Aarhus C", "Fysisk Post", "3 sider")),
        (Remedy.SEND_AGAIN, ("Borger 0", "Digital Post", "3 sider")),
    ],
)
def test_the_new_letter_is_shown_before_it_is_ordered(hall, remedy, said):
    """To whom, where, by what, how much, how long it can be undone, and the very file: and nothing has happened."""
    citizen = hall.host.recipients[hall.citizens[0]]
    address = Address("Testvej", "1", post_code="8000", city="Aarhus C")
    hall.host.recipients[hall.citizens[0]] = attrs.evolve(citizen, address=address)
    entry, browser = came_back(hall), come(hall)
    link = f"/failures/{entry.id}/{remedy.value}"
    assert f'href="{link}"' in browser.get("/failures").text
    page = browser.get(link)
    for one in (*said, "Du kan fortryde i 2 minutter"):
        assert one in text_of(page), one
    assert ("Testvej" in page.text) is (remedy is Remedy.SEND_AS_PRINT)
    shown = browser.post(link, data={"esdh_token": token_of(page), "file": "0"})
    assert (shown.status_code, shown.headers["content-type"]) == (200, "application/pdf")
    assert shown.content == hall.post.replacement(entry.id, remedy).rows[0].envelope.letter.files[0].content
    assert browser.post(link, data={"esdh_token": token_of(page), "file": "9"}).status_code == 400
    assert (len(hall.post.entries()), len(hall.post.failures())) == (1, 1)


def test_a_protected_address_is_not_shown(hall):
    """It goes on the envelope, when somebody has said why, and stands on no page."""
    citizen = hall.host.recipients[hall.citizens[0]]
    address, hidden = Address("Testvej", "1", post_code="8000", city="Aarhus C"), {Circumstance.PROTECTED}
    hall.host.recipients[hall.citizens[0]] = attrs.evolve(citizen, address=address, circumstances=hidden)
    page = come(hall).get(f"/failures/{came_back(hall).id}/send_as_print")
    assert "Beskyttet" in page.text
    assert "Testvej" not in page.text


class Register:
    """A host that knows the parties of a case."""

    def __init__(self, *parties):
        self.parties = parties

    @hookimpl
    def find_parties(self, case):
        return None if case.id != "sag-1" else self.parties


class TestWithParties:
    """Where the host knows who the parties of the case are."""

    @pytest.fixture
    def more(self):
        return {"register": Register(*(Party(f"part-{at}", "fake") for at in range(4)))}

    def test_another_party_of_the_case_is_chosen(self, hall):
        """Among those the host knows, and nobody else; who got it first is not among them."""
        entry, browser = came_back(hall), come(hall)
        page = browser.get(f"/failures/{entry.id}/change_recipient")
        known = re.findall(r'type="radio"[^>]*value="([^"]+)"', page.text)
        assert known == [f"{one.system}/{one.id}" for one in hall.citizens[1:]]
        assert "Borger 1" in page.text
        for other in ("", "fake/part-9", "fake/part-0"):
            answer = press(browser, entry, Remedy.CHANGE_RECIPIENT, party=other)
            assert (answer.status_code, "Vælg, hvem der skal have brevet." in answer.text) == (200, True)
        first = press(browser, entry, Remedy.CHANGE_RECIPIENT, party=known[0])
        assert (first.status_code, len(hall.post.entries())) == (200, 1)
        assert ("Borger 1" in first.text, f'name="shown" value="{known[0]}"' in first.text) == (True, True)
        other = press(browser, entry, Remedy.CHANGE_RECIPIENT, party=known[1], shown=known[0])
        assert (other.status_code, "Borger 2" in other.text, len(hall.post.entries())) == (200, True, 1)
        done = press(browser, entry, Remedy.CHANGE_RECIPIENT, **{**form_of(first), "party": known[0]})
        assert done.status_code == 303
        assert hall.post.cover(hall.post.entries()[0].id).recipient.party == hall.citizens[1]


def test_a_party_is_named_where_nobody_knows_them(hall):
    """By the host's own number, never by a CPR number."""
    entry, browser = came_back(hall), come(hall)
    assert "Partens nummer i ESDH-systemet" in browser.get(f"/failures/{entry.id}/change_recipient").text
    for wrong in ("", "0101901234"):
        answer = press(browser, entry, Remedy.CHANGE_RECIPIENT, party=wrong)
        assert "Skriv partens eget nummer" in answer.text
    for party, status in (("ukendt", 409), (hall.citizens[2].id, 303)):
        first = press(browser, entry, Remedy.CHANGE_RECIPIENT, party=party)
        assert (first.status_code, len(hall.post.entries())) == (200, 1)
        answer = press(browser, entry, Remedy.CHANGE_RECIPIENT, **{**form_of(first), "party": party})
        assert answer.status_code == status
        assert ("Der er ikke sendt noget" in answer.text) is (status == 409)


def test_what_is_ordered_is_what_was_shown(hall):
    """Who got another name since is shown anew, and then ordered; a click without having seen anything shows it."""
    entry, browser, party = came_back(hall), come(hall), hall.citizens[2]
    first = form_of(press(browser, entry, Remedy.CHANGE_RECIPIENT, party=party.id)) | {"party": party.id}
    hall.host.recipients[party] = attrs.evolve(hall.host.recipients[party], name="Borger Gift")
    again = press(browser, entry, Remedy.CHANGE_RECIPIENT, **first)
    assert (again.status_code, "Borger Gift" in again.text, len(hall.post.entries())) == (409, True, 1)
    assert "Der er ikke sendt noget" in again.text
    unseen = press(browser, entry, Remedy.CHANGE_RECIPIENT, **{**first, "fingerprint": ""})
    assert (unseen.status_code, len(hall.post.entries())) == (200, 1)
    assert press(browser, entry, Remedy.CHANGE_RECIPIENT, **{**first, **form_of(again)}).status_code == 303
