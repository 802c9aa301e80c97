"""The overview: what waits for whoever looks, and the ways from there – to the pages, to the case system, and out."""

import re
from datetime import timedelta

import attrs
import pytest

from esdh_connect.errors import Rejected
from esdh_connect.model import Case
from esdh_connect_web import Person, Role, Web

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})
KAJ = Person("kaj", "Kaj Kultur", {Role.CASEWORKER}, {"kultur"})
ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})
CLARA = Person("clara", "Clara Konsulent", {Role.CONSULTANT}, {"*"})


def seen(hall, person=BO, path="/"):
    return hall.browser(identify=lambda _: person).get(path, headers={"Accept-Language": "da"})


def waits(page):
    """What is told to wait, and where it leads."""
    [found] = re.findall(r'<ul class="esdh-waiting.*?</ul>', page.text, re.DOTALL) or [""]
    return [(text, link) for link, text in re.findall(r'<a href="([^"]+)">([^<]+)</a>', found)]


def ordered(hall, key="a", **said):
    wish = attrs.evolve(hall.request(key), **said)
    return hall.post.commit(hall.post.plan(wish), by="bo").entries[0]


class TestWaiting:
    """For a second person, and for the first."""

    @pytest.fixture
    def policy(self):
        return {"approval": True, "undo": timedelta(0)}

    def test_who_can_approve_is_told(self, hall):
        """Not the one who ordered it, nobody of another department, and neither administrator nor consultant."""
        ordered(hall, "a")
        ordered(hall, "b")
        assert waits(seen(hall, EVA)) == [("2 breve venter på din godkendelse", "/approvals")]
        assert [link for _, link in waits(seen(hall, ADA))] == ["/doctor"]
        for other in (BO, KAJ, CLARA):
            assert waits(seen(hall, other)) == [], other
            assert "Intet venter på dig." in seen(hall, other).text

    def test_who_ordered_it_is_told_that_it_was_sent_back(self, hall):
        """And nobody else: a colleague finds it in the inbox."""
        hall.post.send_back(ordered(hall).id, by="eva", why="forkert bilag")
        [(text, link)] = waits(seen(hall))
        assert (text, link) == ("1 brev, du har bestilt, er sendt tilbage", "/failures?cause=sent_back")
        assert "eva sendte det tilbage: forkert bilag" in seen(hall, BO, link).text
        assert waits(seen(hall, EVA)) == []


def test_a_failure_is_told_to_those_who_must_act(hall):
    """Each what is theirs."""
    hall.channel.fail_with.append(Rejected("no", code="7"))
    ordered(hall)
    hall.post.deliver()
    assert waits(seen(hall)) == [("1 brev i fejlindbakken venter på dig", "/failures")]
    assert waits(seen(hall, KAJ)) == []
    assert [link for _, link in waits(seen(hall, ADA))] == ["/doctor"]


def test_the_examination_and_the_overview_tell_the_same(hall):
    """What is an administrator's to do is counted on both; a letter that is a caseworker's is on neither."""
    hall.channel.fail_with.append(Rejected("no", code="7"))
    ordered(hall)
    hall.post.deliver()
    page = seen(hall, ADA, "/doctor").text
    [(text, _)] = [one for one in waits(seen(hall, ADA)) if one[1] == "/doctor"]
    assert int(text.split()[0]) == page.count("dig som administrator")
    assert "1 brev kommer ikke videre af sig selv: en person skal tage stilling" in page
    assert "brevenes sagsbehandlere" in page
    assert '<a href="/failures">' in page
    assert "esdh-connect failures" not in page
    assert "esdh-connect departments" not in page


# --- the case system


def test_where_nobody_says_where_the_case_system_is_nothing_leads_there(hall):
    """A case number is a number."""
    ordered(hall)
    assert "ESDH-systemet</a>" not in seen(hall).text
    assert re.search(r'data-title="Sag">sag-1', seen(hall, BO, "/letters").text)


def led(hall, **said):
    """The same, where the settings say it."""
    web = hall.post.plugins.get("web")
    for name, value in said.items():
        setattr(web, name, value)


def test_every_page_leads_back_to_the_case_system(hall):
    """Under its own name; those that say no too."""
    led(hall, case_system="https://esdh.example/", case_system_name="F2")
    for path in ("/", "/letters", "/nowhere", "/letters/nothing"):
        assert '<a href="https://esdh.example/">Gå til F2</a>' in seen(hall, BO, path).text, path
    assert "Gå til F2" in hall.browser().get("/", headers={"Accept-Language": "da"}).text


def test_a_case_number_leads_to_its_case(hall):
    """Whatever signs it is made of; in the lists, on the letter, in the inbox."""
    led(hall, case_address="https://esdh.example/sager/{case}")
    entry = ordered(hall, case=Case("2026/17 æ&?", "fake"))
    for path in ("/letters", f"/letters/{entry.id}"):
        assert 'href="https://esdh.example/sager/2026%2F17%20%C3%A6%26%3F"' in seen(hall, BO, path).text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//esdh.example", "esdh.example", "/\\esdh.example"])
def test_what_is_no_address_is_no_setting(address):
    """It is refused at start, in Danish."""
    for field in ("case_system", "case_address"):
        with pytest.raises(ValueError, match="adressen skrives"):
            Web(**{field: address + ("{case}" if field == "case_address" else "")})
    with pytest.raises(ValueError, match="står, hvor sagens nummer skal være"):
        Web(case_address="https://esdh.example/sager")


# --- out


def test_a_session_of_ours_is_left_from_every_page(hall):
    """Where the host says who it is, that is the host's."""
    browser = hall.browser()
    browser.post("/open", data={"launch": hall.token()}, headers={"Origin": "https://esdh.example"})
    for path in ("/", "/letters", "/nowhere"):
        page = browser.get(path)
        [form] = re.findall(r'<form method="post" action="/leave">.*?</form>', page.text, re.DOTALL)
        assert 'name="esdh_token"' in form, path
        assert 'action="/leave"' not in seen(hall, BO, path).text
    token = re.search(r'name="esdh_token" value="([^"]+)"', page.text)[1]
    left = browser.post("/leave", data={"esdh_token": token})
    assert (left.status_code, "Bo Sagsbehandler" in left.text, 'action="/leave"' in left.text) == (200, False, False)
    assert browser.get("/").status_code == 401


def test_a_page_that_is_not_there_has_the_menu_for_whoever_is_known(hall):
    """Nobody is left without a way on; who is not known sees no menu, and a session that breaks is told of."""
    page = seen(hall, BO, "/nowhere")
    assert (page.status_code, 'href="/letters"' in page.text) == (404, True)
    assert 'href="/letters"' not in hall.browser(identify=lambda _: None).get("/nowhere").text

    def broken(_request):
        raise TimeoutError

    assert hall.browser(identify=broken).get("/nowhere").status_code == 500
