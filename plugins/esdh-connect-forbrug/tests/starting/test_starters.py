"""Who has started is a set of digests, kept only where staff has been told, and gone when it is switched off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from esdh_connect.store import Store
from esdh_connect_forbrug.starting import AnswerRefused, Reason
from esdh_connect_forbrug.tables.starting import ANSWER, STARTER, WATCH

TOLD = date(2026, 11, 2)
ROSTER = ("ane", "bo", " cilla ", "bo", "")


def rows(here, table):
    with here.post.store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table))]


def test_nothing_is_kept_of_users_before_it_is_switched_on(here):
    """Nor told: it is off until somebody decides."""
    here.send("byg", by="bo")

    assert rows(here, STARTER) == rows(here, WATCH) == []
    assert here.door.users(ROSTER) == ()
    assert here.door.ready_on() is None


def test_it_cannot_be_switched_on_before_staff_was_told(here):
    """The day they were told is kept with it, and a second time changes nothing."""
    with pytest.raises(AnswerRefused):
        here.door.starters.switch_on(told=date(2026, 11, 24), by="Mette")
    first = here.door.starters.switch_on(told=TOLD, by="Mette")
    assert first.told == TOLD
    assert here.door.starters.switch_on(told=date(2026, 11, 23), by="Jens") == first


def test_only_who_has_not_started_is_told_of_those_the_host_asks_for(here):
    """After thirty working days; each once."""
    here.door.starters.switch_on(told=TOLD, by="Mette")
    here.send("byg", by="bo")
    assert here.door.users(ROSTER) == ()
    assert here.door.ready_on() == date(2027, 1, 8)
    here.clock.move(days=46)
    assert here.door.users(ROSTER) == ("ane", "cilla")
    here.send("byg", by="cilla")
    assert here.door.users(ROSTER) == ("ane",)


def test_the_set_holds_no_name_no_date_and_no_count(here):
    """The second letter of somebody leaves no trace, and the order they began in is not kept by the database either."""
    here.door.starters.switch_on(told=TOLD, by="Mette")
    for user in ("bo", "ane", "bo", "cilla", "bo"):
        here.send("byg", by=user)
    found = rows(here, STARTER)
    assert len(found) == 3
    assert all(len(row) == 1 and len(row[0]) == 64 for row in found)
    assert STARTER.columns.keys() == ["who"]
    with here.post.store.reading() as connection:
        if connection.dialect.name == "postgresql":  # which has beside each row the transaction that wrote it
            written = connection.execute(text("SELECT DISTINCT xmin::text FROM esdh_connect_forbrug_starter")).all()
            assert len(written) == 1
        else:
            assert sorted(found) == found


def test_switching_off_erases_set_answers_and_key(here):
    """And what was known under the old key means nothing under a new one."""
    starters = here.door.starters
    starters.switch_on(told=TOLD, by="Mette")
    here.send("byg", by="bo")
    here.door.answer("byg", Reason.OTHER, by="ane", user="ane")
    here.door.answer("vej", Reason.OTHER, by="Mette")
    before = rows(here, STARTER)

    assert starters.switch_off(by="Mette")
    assert rows(here, STARTER) == rows(here, WATCH) == []
    assert [row[2] for row in rows(here, ANSWER)] == [""]
    assert not starters.switch_off(by="Mette")

    starters.switch_on(told=TOLD, by="Mette")
    here.send("byg", by="bo")
    assert len(rows(here, STARTER)) == 1
    assert rows(here, STARTER) != before


def test_the_key_is_not_in_the_file_any_more(here, outbox):
    """Not on a page nobody reads, either."""
    if not isinstance(outbox, Store) or outbox.file is None:
        pytest.skip("only a file can be looked into")
    here.door.starters.switch_on(told=TOLD, by="Mette")
    [(*_, key)] = rows(here, WATCH)
    assert key in outbox.file.read_bytes()
    here.door.starters.switch_off(by="Mette")
    assert not [one for one in outbox.file.parent.iterdir() if key in one.read_bytes()]


def test_names_are_nowhere_in_clear(here, outbox):
    """Of those who answered, who own a step, or who were asked about."""
    if not isinstance(outbox, Store) or outbox.file is None:
        pytest.skip("only a file can be looked into")
    here.door.starters.switch_on(told=TOLD, by="Mette Kontakt")
    here.send("byg", by="bobruger")
    here.door.answer("byg", Reason.OTHER, by="Mette Kontakt", note="Vi talte med Jens", user="bobruger")
    content = outbox.file.read_bytes()
    assert not [name for name in (b"Mette", b"Jens", b"bobruger") if name in content]


def test_a_user_says_why_themselves(here):
    """It is kept by their digest, and is not the department's answer."""
    here.door.starters.switch_on(told=TOLD, by="Mette")
    here.door.answer("byg", Reason.NO_NEED, by="ane", user="ane")

    assert here.door.user_answer("byg", "ane").reason is Reason.NO_NEED
    assert here.door.user_answer("byg", "bo") is None
    assert here.one("byg").answer is None


def test_a_roster_may_be_long(here):
    """A whole municipality is asked for at once."""
    here.door.starters.switch_on(told=TOLD, by="Mette")
    here.send("byg", by="user-7")
    here.clock.move(days=60)
    roster = [f"user-{at}" for at in range(3000)]
    assert here.door.users(roster) == tuple(one for one in roster if one != "user-7")
    assert here.door.today - TOLD > timedelta(days=30)


def test_many_can_begin_at_once(here):
    """Nobody is lost to another's transaction."""
    here.door.starters.switch_on(told=TOLD, by="Mette")
    with ThreadPoolExecutor(8) as people:
        list(people.map(here.door.starters.add, [f"user-{at % 12}" for at in range(24)]))
    assert len(rows(here, STARTER)) == 12
