"""Discovery: one address is known, and everything else is found there – but nothing is found elsewhere."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from esdh_connect.errors import TemporaryFailure
from esdh_connect.http import Answer
from esdh_connect_f2.index import Index, Stray, filled, origin
from esdh_connect_f2.wire import RELATION

URL = "https://f2.test/rest/ServiceIndex"


@pytest.fixture
def reading(clock):
    """An index whose content is ``links``, and how often it was read."""
    here = SimpleNamespace(links={"case-by-id": "/rest/case/{id}"}, reads=0, status=200, content=None)

    def ask(url):
        here.reads += 1
        said = {RELATION + name: {"href": href, "title": name} for name, href in here.links.items()}
        content = json.dumps(said).encode() if here.content is None else here.content
        return Answer(here.status, content, {}, url, about_letter=False, at=clock())

    here.index = Index(URL, ask, clock)
    return here


def test_it_is_read_once_in_an_hour(reading, clock):
    """Also by many, and anew after it."""
    for _ in range(3):
        assert reading.index.href("case-by-id") == "https://f2.test/rest/case/{id}"
    clock.move(minutes=59)
    reading.index.href("case-by-id")
    assert reading.reads == 1
    clock.move(minutes=2)
    reading.index.href("case-by-id")
    assert reading.reads == 2


def test_a_clock_that_goes_back_does_not_keep_it_for_ever(reading, clock):
    """Clocks are set."""
    reading.index.href("case-by-id")
    clock.move(days=-1)
    reading.index.href("case-by-id")
    assert reading.reads == 2


def test_what_is_missing_has_it_read_anew_at_most_once_a_minute(reading, clock):
    """A relation that never comes must not cost a request each time."""
    reading.index.href("case-by-id")
    for _ in range(5):
        with pytest.raises(TemporaryFailure, match="has no meeting"):
            reading.index.href("meeting")
    assert reading.reads == 1
    clock.move(minutes=1)
    reading.links["meeting"] = "/rest/meeting"
    assert reading.index.href("meeting") == "https://f2.test/rest/meeting"
    assert reading.reads == 2


def test_a_doubt_has_it_read_anew(reading, clock):
    """Something was not where it says."""
    reading.index.href("case-by-id")
    clock.move(minutes=2)
    reading.links["case-by-id"] = "/rest2/case/{id}"
    assert reading.index.href("case-by-id") == "https://f2.test/rest/case/{id}"
    reading.index.doubt()
    assert reading.index.href("case-by-id") == "https://f2.test/rest2/case/{id}"


@pytest.mark.parametrize(
    "href",
    [
        "https://elsewhere.test/rest/x",
        "http://f2.test/rest/x",
        "https://f2.test:8443/rest/x",
        "https://f2.test.elsewhere.test/x",
        "https://f2.test@elsewhere.test/x",
        "https://user@f2.test/x",
        "//elsewhere.test/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[f2.test/x",
        "https://f2.test:99999999/x",
        "",
        "/x" * 3000,
    ],
)
def test_a_link_to_another_place_is_not_followed(reading, href):
    """Our token would go there; nor is it shown whole, for it may have something in it."""
    with pytest.raises(Stray) as caught:
        reading.index.mine(href)
    assert caught.value.danish == "F2 henviser til en anden adresse end den i indstillingerne"
    assert "passwd" not in str(caught.value)


@pytest.mark.parametrize(
    ("href", "whole"),
    [
        ("/rest/x", "https://f2.test/rest/x"),
        ("x", "https://f2.test/rest/cases/x"),
        ("https://F2.TEST:443/rest/x", "https://F2.TEST:443/rest/x"),
        ("?q=1", "https://f2.test/rest/cases/1?q=1"),
    ],
)
def test_a_link_may_be_a_part_of_an_address(reading, href, whole):
    """Beside the one it was found at, as the examples of the manual are."""
    assert reading.index.mine(href, "https://f2.test/rest/cases/1") == whole


@pytest.mark.parametrize("content", [b"<html>Log ind</html>", b"[]", b"", b"[" * 100_000])
def test_what_is_no_index_is_none(reading, content):
    """Gateways answer with pages."""
    reading.content = content
    with pytest.raises(TemporaryFailure):
        reading.index.href("case-by-id")


def test_links_that_are_none_are_passed_over(reading):
    """The others count."""
    reading.content = json.dumps(
        {RELATION + "a": "/x", RELATION + "b": {"href": 17}, RELATION + "c": {"href": "/c"}, "d": None}
    ).encode()
    assert reading.index.relations() == {"c"}


def test_a_template_is_filled_with_what_is_safe_in_an_address():
    """F2's case numbers have blanks in them."""
    assert filled("/case/{caseNumber}", {"caseNumber": "2026 - 17"}) == "/case/2026%20-%2017"
    assert filled("/v?filename={filename}&size={size}", {"filename": "a&b=c/../d", "size": "1"}) == (
        "/v?filename=a%26b%3Dc%2F..%2Fd&size=1"
    )
    with pytest.raises(Stray, match="wants other"):
        filled("/case/{other}", {"id": "1"})


def test_an_origin_is_scheme_host_and_port():
    """Written however."""
    assert origin("https://F2.test/x") == origin("https://f2.TEST:443/y") == ("https", "f2.test", 443)


def test_f2_may_move_while_we_run(f2, clock):
    """What leads nowhere is looked up anew, and found."""
    there = f2.world.add_case()
    host = f2.host()
    host.cases.case(str(there.id))
    index = host._service.index
    index._links = {name: href.replace("/find/", "/old/") for name, href in index._links.items()}
    index._read_at -= timedelta(minutes=2)
    assert host.cases.case(str(there.id)).id == str(there.id)
    assert len([one for one in f2.calls if "GET index" in one]) == 2
