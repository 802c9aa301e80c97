"""From a letter that failed, as the dialog shows it, to what can be done about it."""

import re

import attrs
import pytest

from esdh_connect.errors import OutcomeUnknown, Rejected
from esdh_connect.model import Case
from esdh_connect.policy import PolicyChange
from esdh_connect_web import Person, Role

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})


def ordered(hall):
    after = hall.opened().press("/send/go")
    return after, hall.post.entries()[0]


@pytest.fixture
def failed(hall):
    """A letter that was refused, and its dialog."""
    after, entry = ordered(hall)
    hall.channel.fail_with.append(Rejected("no"))
    hall.clock.move(minutes=3)
    hall.post.deliver()
    return after.press("/send/status"), entry


def test_from_a_letter_that_failed_there_is_a_way_to_what_can_be_done(hall, failed):
    """In a tab, as the person of the dialog; nothing of it stands in the address but the letter's id."""
    after, entry = failed
    assert 'value="change_recipient"' in after.text
    answer = after.press("/send/mend", letter=entry.id, remedy="change_recipient").answer
    there = f"/failures/{entry.id}/change_recipient"
    assert f'content="0; url={there}"' in answer.text
    assert "Ret modtageren" in after.browser.get(there).text
    assert hall.browser().get(there).status_code == 401


def test_where_the_host_has_a_session_none_of_ours_begins(hall):
    """It knows who it is; a way out that is none, and a letter of another dialog, lead nowhere."""
    _, other = ordered(hall)
    dialog = hall.opened(hall.request("dialog-2"), identify=lambda _: BO).press("/send/go")
    entry = hall.post.committed("dialog-2")[0]
    answer = dialog.press("/send/mend", letter=entry.id, remedy="solved").answer
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert dialog.press("/send/mend", letter=entry.id, remedy="x").answer.status_code == 400
    assert dialog.press("/send/mend", letter=other.id, remedy="solved").answer.status_code == 404


def test_a_failure_that_is_not_theirs_says_whose_it_is(hall):
    """And has no button that would be refused."""
    _, entry = ordered(hall)
    hall.channel.fail_with.append(OutcomeUnknown("gone"))
    hall.clock.move(minutes=3)
    hall.post.deliver()
    hall.clock.move(days=4)
    hall.post.deliver()
    page = hall.opened(entry.id)
    assert "Hvem skal gøre noget: Leverandøren" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert "/send/mend" not in page.text


def test_before_another_letter_it_is_said_that_one_on_the_case_needs_somebody(hall, failed):
    """Who should have had it, what is wrong and since when, with a way to it; nothing where nothing is wrong."""
    _, entry = failed
    page = hall.opened(hall.request("dialog-2"))
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert "Et brev på sagen venter på, at nogen gør noget" in told
    assert "Borger 0 , Byggetilladelse (bestilt 23. november 2026 kl. 10.00): Der er ikke sendt noget" in told
    assert "Næste skridt: »" in told
    answer = page.press("/send/mend", letter=entry.id).answer
    assert f'content="0; url=/letters/{entry.id}"' in answer.text
    elsewhere = attrs.evolve(hall.request("dialog-3"), case=Case("sag-2", "fake"))
    assert "venter på, at nogen gør noget" not in hall.opened(elsewhere).text
    assert hall.opened(elsewhere).press("/send/mend", letter=entry.id).answer.status_code == 404


def test_of_a_failed_letter_of_another_department_nothing_is_said(hall, failed):
    """It is on the same case, and not this person's to see."""
    _, entry = failed
    teknik, now = hall.post.departments.get("teknik"), hall.clock()
    what = {"plugins": ["letters"], "channels": ["digital_post"]}
    kultur = attrs.evolve(teknik, id="kultur", name="Kultur")
    hall.post.departments.change([PolicyChange(kultur, what, "ada", now, now)])
    kim = Person("kim", "Kim", {Role.CASEWORKER}, {"kultur"})
    page = hall.opened(hall.request("dialog-2", department="kultur"), kim)
    assert 'id="go"' in page.text
    assert "venter på, at nogen gør noget" not in page.text
    assert page.press("/send/mend", letter=entry.id).answer.status_code == 404
