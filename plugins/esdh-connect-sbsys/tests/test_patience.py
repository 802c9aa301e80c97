"""A case that SBSYS fails for, and only that one, holds up no other; and nothing of it is lost."""

import pytest

from esdh_connect.errors import TemporaryFailure
from esdh_connect.testing.fakes import pdf_of


@pytest.fixture
def host(clocked):
    return clocked.host(departments={"": "borger"})


@pytest.fixture
def cases(clocked):
    """Three, each with a document; SBSYS fails for the second."""
    archive, made = clocked.sbsys.archive, []
    for _ in range(3):
        made.append(archive.add_case())
        archive.add_document(made[-1], "A.pdf", pdf_of("A"))
        clocked.clock.move(seconds=1)
    archive.troubled.add(made[1])
    return made


def read(host, cursor):
    page = host.read_events(cursor)
    assert not page.more
    return [int(event.case.id) for event in page.events], page.cursor


def tried(host, clock, times, cursor=""):
    for _ in range(times):
        with pytest.raises(TemporaryFailure):
            host.read_events(cursor)
        clock.move(minutes=1)


def told(host, at):
    return [one.text for one in host.examine_plugin(False, at) if one.id == "SB-W020"]


def test_after_three_tries_the_others_are_read(clocked, host, cases, caplog):
    """The log names it, and so does the doctor; before that it is only waited for."""
    tried(host, clocked.clock, 2)
    assert told(host, clocked.clock()) == []
    found, _ = read(host, "")
    assert found == [cases[0], cases[2]]
    assert "sbsys_case_left_out" in caplog.text
    [text] = told(host, clocked.clock())
    assert str(cases[1]) in text


def test_it_is_asked_for_once_an_hour_and_nothing_of_it_is_lost(clocked, host, cases):
    """However much later it can be read, it is read from when it failed."""
    archive = clocked.sbsys.archive
    tried(host, clocked.clock, 2)
    _, cursor = read(host, "")
    path, before = f"/api/sag/{cases[1]}/dokumenter", len(clocked.sbsys.calls)
    for _ in range(5):
        clocked.clock.move(minutes=7)
        found, cursor = read(host, cursor)
        assert cases[1] not in found
    assert path not in [call.path for call in clocked.sbsys.calls[before:]]
    clocked.clock.move(hours=40)
    archive.add_document(cases[0], "B.pdf", pdf_of("B"))
    found, cursor = read(host, cursor)
    assert set(found) == {cases[0], cases[2]}
    assert [call.path for call in clocked.sbsys.calls[before:]].count(path) == 1
    archive.troubled.clear()
    clocked.clock.move(minutes=61)
    found, cursor = read(host, cursor)
    assert set(found) == {cases[0], cases[1]}
    assert told(host, clocked.clock()) == []
    assert read(host, cursor)[0] == [cases[0]]


def test_another_process_goes_on_with_it(clocked, host, cases):
    """The cursor says what is left out, and since when."""
    tried(host, clocked.clock, 2)
    _, cursor = read(host, "")
    other = clocked.host(departments={"": "borger"})
    found, cursor = read(other, cursor)
    assert cases[1] not in found
    assert len(told(other, clocked.clock())) == 1
    clocked.sbsys.archive.troubled.clear()
    clocked.clock.move(days=3)
    clocked.sbsys.archive.add_document(cases[0], "B.pdf", pdf_of("B"))
    found, _ = read(clocked.host(departments={"": "borger"}), cursor)
    assert cases[1] in found


def test_a_case_that_is_gone_is_forgotten(clocked, host, cases):
    """It was deleted in SBSYS."""
    tried(host, clocked.clock, 2)
    _, cursor = read(host, "")
    del clocked.sbsys.archive.cases[cases[1]]
    clocked.clock.move(hours=2)
    _, cursor = read(host, cursor)
    assert str(cases[1]) not in cursor
    assert told(host, clocked.clock()) == []


def test_where_many_fail_it_is_sbsys_that_is_ill(clocked, host):
    """Then all is waited for, and no list of cases grows without end."""
    archive = clocked.sbsys.archive
    for _ in range(25):
        archive.add_document(made := archive.add_case(), "A.pdf", pdf_of("A"))
        archive.troubled.add(made)
    tried(host, clocked.clock, 60)
    assert len(host._connection.patience.left_out) <= 20


def test_a_sbsys_that_asks_to_be_left_alone_says_nothing_of_a_case(clocked, host, cases):
    """Its wish is obeyed, and no case is left out for it."""
    clocked.sbsys.archive.troubled.clear()
    for _ in range(4):
        clocked.sbsys.script.add("list", "too_many", seconds=10)
        tried(host, clocked.clock, 1)
    assert read(host, "")[0] == cases
