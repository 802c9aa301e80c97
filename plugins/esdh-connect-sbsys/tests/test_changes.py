"""What happens to documents is read by searching for cases that changed, and nothing of it is missed."""

from datetime import timedelta

import pytest

from esdh_connect.errors import TemporaryFailure
from esdh_connect.events import DocumentChanged, DocumentFinalized
from esdh_connect.testing.fakes import pdf_of

DEPARTMENTS = {"": "borger", "02": "teknik", "02.34.10": "kultur"}


@pytest.fixture
def host(clocked):
    return clocked.host(departments=DEPARTMENTS)


def read(host, cursor=""):
    events, more = [], True
    while more:
        page = host.read_events(cursor)
        events, cursor, more = [*events, *page.events], page.cursor, page.more
    return events, cursor


def test_the_department_follows_from_the_kle_number(clocked, host):
    """The longest beginning that fits."""
    for number in ("02.34.02-P19-1-26", "02.34.10-P19-1-26", "32.06.00-G01-1-26", "uden nummer"):
        case = clocked.sbsys.archive.add_case(number=number)
        clocked.sbsys.archive.add_document(case, "A.pdf", pdf_of("A"))
        clocked.clock.move(seconds=1)
    events, _ = read(host)
    assert [event.department for event in events] == ["teknik", "kultur", "borger", "borger"]
    assert str(events[0].case.kle) == "02.34.02"


def test_cases_of_no_department_are_not_told(clocked):
    """Nor is anything asked where no department is named."""
    case = clocked.sbsys.archive.add_case(number="32.06.00-G01-1-26")
    clocked.sbsys.archive.add_document(case, "A.pdf", pdf_of("A"))
    assert read(clocked.host(departments={"02": "teknik"}))[0] == []
    before = len(clocked.sbsys.calls)
    assert clocked.host().read_events("") is None
    assert len(clocked.sbsys.calls) == before


def test_a_document_that_changes_is_told_as_changed_and_in_its_new_version(clocked, host):
    """Plans on the older one are refused from then on."""
    archive = clocked.sbsys.archive
    number = archive.add_document(archive.add_case(), "A.pdf", pdf_of("A"))
    [first], cursor = read(host)
    assert isinstance(first, DocumentFinalized)
    clocked.clock.move(minutes=5)
    archive.change_document(number, pdf_of("B"))
    events, _ = read(host, cursor)
    kinds = [type(event) for event in events]
    assert kinds == [DocumentFinalized, DocumentChanged]
    assert {event.document.version for event in events} != {first.document.version}
    assert events[0].document == events[1].document


def test_what_we_have_journaled_is_not_offered_to_be_sent_again(clocked, host):
    """It is a letter that has left."""
    post = clocked.post(departments=DEPARTMENTS)
    entry = clocked.letter(post)
    post.deliver()
    [own] = clocked.journaled(entry)
    events, _ = read(host)
    assert events
    assert own["Id"] not in {int(event.document.id.partition("/")[0]) for event in events}


def test_more_cases_than_a_page_are_read_on_and_none_is_left_out(clocked, host):
    """The cursor says how far it has come: each page may be read by another process."""
    archive = clocked.sbsys.archive
    wanted = set()
    for _ in range(130):
        wanted.add(archive.add_document(archive.add_case(), "A.pdf", pdf_of("A")))
        clocked.clock.move(seconds=1)
    seen, cursor, pages, more = set(), "", 0, True
    while more:
        page = clocked.host(departments=DEPARTMENTS).read_events(cursor)
        seen |= {int(event.document.id.partition("/")[0]) for event in page.events}
        cursor, more, pages = page.cursor, page.more, pages + 1
    assert (seen, pages) == (wanted, 4)


def test_a_case_that_changes_between_two_pages_makes_no_other_slip_through(clocked, host):
    """Those behind it move up by one: the end of the page before is read again."""
    archive = clocked.sbsys.archive
    cases = []
    for _ in range(60):
        cases.append(archive.add_case())
        archive.add_document(cases[-1], "A.pdf", pdf_of("A"))
        clocked.clock.move(seconds=1)
    first = host.read_events("")
    for case in cases[:5]:
        archive.add_document(case, "B.pdf", pdf_of("B"))
    rest, _ = read(host, first.cursor)
    assert {event.case.id for event in [*first.events, *rest]} == {str(case) for case in cases}


def test_nothing_new_is_asked_again_from_a_little_before(clocked, host):
    """The overlap, for what became visible late."""
    archive = clocked.sbsys.archive
    archive.add_document(archive.add_case(), "A.pdf", pdf_of("A"))
    [event], cursor = read(host)
    clocked.clock.move(hours=3)
    again, cursor = read(host, cursor)
    assert [one.id for one in again] == [event.id]
    late = archive.add_document(archive.add_case(), "B.pdf", pdf_of("B"))
    archive.stamp(late, event.at - timedelta(minutes=9))
    found, _ = read(host, cursor)
    assert late in {int(one.document.id.partition("/")[0]) for one in found}


def test_a_time_that_stands_for_none_is_none(clocked, host):
    """.NET has the year 1 where nothing was filled in."""
    archive = clocked.sbsys.archive
    number = archive.add_document(archive.add_case(), "A.pdf", pdf_of("A"))
    archive.documents[number].record["SidstAendret"] = "0001-01-01T00:00:00"
    [event], _ = read(host)
    assert event.at == clocked.clock()


def test_a_clock_that_is_ahead_does_not_carry_the_reading_past_the_present(clocked, host):
    """One wrong stamp would hide everything for years."""
    archive = clocked.sbsys.archive
    ahead = archive.add_document(archive.add_case(), "A.pdf", pdf_of("A"))
    archive.stamp(ahead, clocked.clock() + timedelta(days=400))
    _, cursor = read(host)
    clocked.clock.move(minutes=1)
    now = archive.add_document(archive.add_case(), "B.pdf", pdf_of("B"))
    found, _ = read(host, cursor)
    assert now in {int(one.document.id.partition("/")[0]) for one in found}


def test_a_search_that_does_not_know_the_field_is_found_out(clocked, host):
    """It would give all cases there are, again and again."""
    archive = clocked.sbsys.archive
    archive.searches_changes = False
    archive.add_case()
    clocked.clock.move(days=30)
    with pytest.raises(TemporaryFailure) as caught:
        host.read_events("")
    assert caught.value.danish == "SBSYS søger ikke efter SidstAendretFra: ret changed_since i indstillingerne"


def test_a_pass_that_never_ends_is_stopped(clocked, host):
    """A search that gives the same page for ever would be read for ever."""
    at = clocked.clock().isoformat()
    with pytest.raises(TemporaryFailure, match="more than 50000 cases"):
        host.read_events(f"{at}|60000|{at}")


def test_a_slow_sbsys_is_read_in_pieces(clocked):
    """Ten minutes for each case: what was read is told, and the rest comes with the next reading."""
    archive, wanted = clocked.sbsys.archive, set()
    for _ in range(5):
        wanted.add(archive.add_document(archive.add_case(), "A.pdf", pdf_of("A")))

    class Slow:
        time = clocked.clock()

        def __call__(self):
            self.time += timedelta(seconds=40)
            return self.time

    clocked.clock = Slow()
    seen, cursor, pages, more = set(), "", 0, True
    while more:
        page = clocked.host(departments=DEPARTMENTS).read_events(cursor)
        seen |= {int(event.document.id.partition("/")[0]) for event in page.events}
        cursor, more, pages = page.cursor, page.more, pages + 1
    assert seen == wanted
    assert pages > 2


def test_a_cursor_that_is_none_of_ours_is_refused(host):
    """Somebody has changed the plugin under an old outbox."""
    with pytest.raises(ValueError, match="cursor"):
        host.read_events("42")
