"""What happened is read page by page, a little twice, and never missed – in the hour that comes twice neither."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from esdh_connect.errors import DeliveryError, TemporaryFailure
from esdh_connect.events import DOCUMENT_EVENTS, DocumentFinalized
from esdh_connect.http import Answer
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_f2.happenings import COLUMNS, Happenings
from esdh_connect_f2.testing import FakeF2, Fault
from esdh_connect_f2.testing.world import World

HERE = ZoneInfo("Europe/Copenhagen")


@attrs.define
class OneQuery:
    """Stands in for the service: answers the query from ``rows``, and remembers how it was asked."""

    now: FakeClock
    rows: list[dict[str, object]] = attrs.field(factory=list)
    asked: list[dict[str, str]] = attrs.field(factory=list)
    content: bytes | None = None

    def address(self, relation, values):
        return "https://f2.test/custom-queries"

    @property
    def index(self):
        return self

    def mine(self, href, beside=""):
        return href

    def get(self, url, accept, query):
        self.asked.append(dict(query))
        page = [
            row for row in sorted(self.rows, key=lambda row: (str(row.get("At")), str(row.get("EventId"))))
            if str(row.get("At")) > query["since"]
            or (str(row.get("At")) == query["since"] and str(row.get("EventId")) > query["after"])
        ]  # fmt: skip
        content = self.content or json.dumps({"value": page[: int(query["count"])]}).encode()
        return Answer(200, content, {}, "f2.test", about_letter=False, at=self.now())


def row(id_, at, **more):
    return {
        "EventId": id_, "At": at, "Kind": "finalized", "Department": "teknik", "DocumentId": 17,
        "ModifiedDate": "2026-11-23T09:00:00.27", "FileSize": 5, "Title": "Brev", "FileType": "pdf",
        "ContentType": "application/pdf", "DocumentKind": "afgørelse", "CaseId": 3, **more,
    }  # fmt: skip


@pytest.fixture
def query(clock):
    return OneQuery(clock)


def reader(query, **changes):
    return Happenings(query, "q", HERE, **{"department": "kultur", **changes})


def read_all(happenings, cursor=""):
    found, pages = [], 0
    while True:
        page = happenings.read(cursor)
        found += [one.id for one in page.events]
        cursor, pages = page.cursor, pages + 1
        if not page.more:
            return found, cursor, pages


def test_a_row_becomes_an_event(query):
    """With the version that the document is read in, and the department the row names."""
    query.rows = [row("a", "2026-11-23T09:30:00")]
    [event] = reader(query).read("").events
    assert isinstance(event, DocumentFinalized)
    assert (event.id, event.at, event.department) == ("f2:a", datetime(2026, 11, 23, 9, 30, tzinfo=HERE), "teknik")
    document = event.document
    assert (document.id, document.version, document.name) == ("17", "2026-11-23T09:00:00.27/5", "Brev.pdf")
    assert (document.media_type, document.kind, event.case.id) == ("application/pdf", "afgørelse", "3")


@pytest.mark.parametrize("kind", [one.__name__.removeprefix("Document") for one in DOCUMENT_EVENTS])
def test_every_kind_has_its_word(query, kind):
    """However it is written."""
    query.rows = [row("a", "2026-11-23T09:30:00", Kind=kind.upper())]
    [event] = reader(query).read("").events
    assert type(event).__name__ == f"Document{kind}"


@pytest.mark.parametrize(
    ("at", "utc"),
    [
        ("2026-11-23T09:30:00", "2026-11-23T08:30:00+00:00"),
        ("2026-11-23T09:30:00.27", "2026-11-23T08:30:00.270000+00:00"),
        ("2026-07-01T09:30:00", "2026-07-01T07:30:00+00:00"),
        ("2026-11-23T09:30:00+02:00", "2026-11-23T07:30:00+00:00"),
        ("2026-11-23T09:30:00Z", "2026-11-23T09:30:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_the_server_s(query, at, utc):
    """F2 writes most of them so."""
    query.rows = [row("a", at)]
    [event] = reader(query, reach=timedelta(days=365)).read("").events
    assert event.at.astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize(
    "spoilt",
    [
        {"At": ""}, {"At": "snart"}, {"At": None}, {"EventId": ""}, {"EventId": ["x"]}, {"Kind": "slettet"},
        {"DocumentId": None}, {"ModifiedDate": ""}, {"Kind": True}, {"DocumentId": "9" * 2000},
    ],
)  # fmt: skip
def test_a_row_that_lacks_something_is_left_out_and_said(query, spoilt, caplog):
    """The others are there."""
    query.content = json.dumps(
        {"value": [row("a", "2026-11-23T09:30:00"), {**row("b", "2026-11-23T09:31:00"), **spoilt}]}
    ).encode()
    assert [one.id for one in reader(query).read("").events] == ["f2:a"]
    assert "f2_events_left_out" in caplog.text


def test_a_row_of_no_department_is_the_settings_or_nobody_s(query):
    """Then it is nobody's to send."""
    query.rows = [row("a", "2026-11-23T09:30:00", Department="")]
    assert [one.department for one in reader(query).read("").events] == ["kultur"]
    assert reader(query, department="").read("").events == ()


def test_pages_follow_each_other_without_a_gap(query):
    """Also where many happened in the same moment."""
    query.rows = [row(f"{at:02}", "2026-11-23T09:30:00") for at in range(7)] + [row("x", "2026-11-23T09:31:00")]
    found, _, pages = read_all(reader(query, page=3))
    assert found == [f"f2:{at:02}" for at in range(7)] + ["f2:x"]
    assert pages == 3


def test_what_comes_late_is_read_within_the_overlap(query, clock):
    """With an earlier time than what was read; and what was read comes again under the same id."""
    query.rows = [row("a", "2026-11-23T09:30:00")]
    _, cursor, _ = read_all(reader(query))
    query.rows.append(row("late", "2026-11-23T09:21:00"))
    assert read_all(reader(query), cursor)[0] == ["f2:late", "f2:a"]
    query.rows.append(row("too late", "2026-11-23T09:19:00"))
    assert "f2:too late" not in read_all(reader(query), cursor)[0]


def test_it_begins_where_it_was_after_a_page_and_a_little_before_after_a_round(query):
    """So a round of many pages reads none of them twice."""
    query.rows = [row(f"{at:02}", f"2026-11-23T09:{at:02}:00") for at in range(10)]
    _, cursor, _ = read_all(reader(query, page=4))
    assert [(one["since"], one["after"]) for one in query.asked] == [
        ("2026-11-22T10:00:00.000", ""), ("2026-11-23T09:03:00", "03"), ("2026-11-23T09:07:00", "07"),
    ]  # fmt: skip
    read_all(reader(query, page=40), cursor)
    assert query.asked[-1] == {"since": "2026-11-23T08:59:00.000", "after": "", "count": "40"}


def test_nothing_new_moves_nothing(query):
    """And the first look reaches back as far as it is told."""
    happenings = reader(query, reach=timedelta(days=3))
    page = happenings.read("")
    assert (page.cursor, page.events, page.more) == ("", (), False)
    assert query.asked[0]["since"] == "2026-11-20T10:00:00.000"


def test_in_the_hour_that_comes_twice_nothing_is_missed(clock):
    """On 25 October 2026 at 03:00 the clock goes back to 02:00: what happens then stands before what was read."""
    query = OneQuery(clock)
    clock.time = datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)  # 02:59:50 in summer time
    query.rows = [row("before", "2026-10-25T02:59:40")]
    _, cursor, _ = read_all(reader(query))
    clock.time = datetime(2026, 10, 25, 1, 0, 20, tzinfo=UTC)  # 02:00:20 in winter time
    query.rows.append(row("after", "2026-10-25T02:00:10"))
    found, cursor, _ = read_all(reader(query), cursor)
    assert "f2:after" in found
    clock.time = datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
    query.rows.append(row("later", "2026-10-25T02:44:00"))
    assert "f2:later" in read_all(reader(query), cursor)[0]


def test_in_the_hour_that_is_left_out_nothing_is_missed(clock):
    """On 29 March 2026 there is no 02:30."""
    query = OneQuery(clock)
    clock.time = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    query.rows = [row("before", "2026-03-29T01:58:00")]
    _, cursor, _ = read_all(reader(query))
    clock.time = datetime(2026, 3, 29, 1, 1, tzinfo=UTC)
    query.rows.append(row("after", "2026-03-29T03:00:30"))
    assert "f2:after" in read_all(reader(query), cursor)[0]


def test_a_query_that_does_not_go_on_is_no_endless_round(query):
    """Whoever wrote it forgot ``after``."""
    query.content = json.dumps({"value": [row(str(at), "2026-11-23T09:30:00") for at in range(3)]}).encode()
    happenings = reader(query, page=3)
    cursor = happenings.read("").cursor
    with pytest.raises(TemporaryFailure, match="does not go on"):
        happenings.read(cursor)


@pytest.mark.parametrize("content", [b"<html/>", b"{}", b'{"value": {}}', b"17", b'{"value": [1, 2, 3]}'])
def test_what_is_no_answer_is_an_error_or_nothing(query, content):
    """It is asked again from the same place."""
    query.content = content
    try:
        page = reader(query, page=3).read("")
    except DeliveryError:
        return
    assert page.events == ()


def test_more_rows_than_were_asked_for_are_not_taken(query):
    """What is too many comes with the next page."""
    query.content = json.dumps({"value": [row(str(at), f"2026-11-23T09:3{at}:00") for at in range(9)]}).encode()
    assert len(reader(query, page=3).read("").events) == 3


@pytest.mark.parametrize("cursor", ["17", "null", "[]", "x", '{"other": 1}'])
def test_a_cursor_of_somebody_else_begins_anew(query, cursor, caplog):
    """What was read comes again, and counts once."""
    query.rows = [row("a", "2026-11-23T09:30:00")]
    assert [one.id for one in reader(query).read(cursor).events] == ["f2:a"]
    assert "f2_cursor_not_ours" in caplog.text


def test_without_a_query_nothing_is_asked(f2):
    """The program tells by itself."""
    assert f2.host(events_query="").read_events("") is None
    assert f2.calls == []


def test_the_columns_are_those_the_fake_has(f2):
    """And the README tells of them."""
    bench_row = f2.world.happened(f2.world.add_document(f2.world.add_matter(0, "x"), "Brev", "pdf", b"%PDF-1.7"))
    assert bench_row
    assert {*COLUMNS} <= f2.world.events[0].keys()


@pytest.mark.parametrize("kind", ["html", "unavailable", "reset_before", "forbidden", "astray", "cut"])
def test_an_f2_that_fails_is_asked_again_from_the_same_place(tmp_path, kind):
    """Nothing is stored of a page that did not come."""
    with FakeF2(tmp_path, World()) as f2:
        host = f2.host()
        f2.world.happened(f2.world.add_document(f2.world.add_matter(0, "x"), "Brev", "pdf", b"%PDF-1.7"))
        f2.script.add(Fault("query", kind))
        with pytest.raises(DeliveryError):
            host.read_events("")
        assert len(host.read_events("").events) == 1
