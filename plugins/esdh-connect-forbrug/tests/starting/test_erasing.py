"""Whoever erases all that is known of use expects that nothing is left, and that nothing comes back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from esdh_connect.usage import UsageKind
from esdh_connect_forbrug.figures import Month, Use
from esdh_connect_forbrug.starting import Reason
from esdh_connect_forbrug.tables import METADATA


def rows(here):
    """How many rows there are in all tables of the plugin."""
    with here.post.store.reading() as connection:
        return {
            one.name: many
            for one in METADATA.sorted_tables
            if (many := connection.scalar(select(func.count()).select_from(one)))
        }


def all_of(here):
    now = here.clock()
    return here.post.usage(now - timedelta(days=900), now + timedelta(days=1))


def test_events_figures_answers_and_users_are_gone_and_stay_gone(here):
    """Also what nobody had heard of when it was erased: it is not counted a month later."""
    here.door.starters.switch_on(told=date(2026, 11, 2), by="Mette")
    for user in ("ane", "bo", "cilla", "dan", "eva"):
        here.send("byg", by=user)
    here.door.answer("vej", Reason.NO_NEED, by="Mette")
    here.door.answer("vej", Reason.OTHER, by="ane", user="ane", note="Vi ringer")
    here.clock.move(days=40)
    here.post.deliver()
    here.post.use(UsageKind.OPENED, department="byg", key="unheard", by="ane")
    assert len(rows(here)) >= 5

    assert Use(here.post).erase_all(by="Mette", why="prøven er slut") > 10
    assert (all_of(here), rows(here)) == ({}, {})
    assert here.door.history("vej") == ()
    assert here.door.starters.watch is None

    here.clock.move(days=40)
    here.post.deliver()
    assert (all_of(here), rows(here)) == ({}, {})
    assert Use(here.post).published(Month(2020, 1), Month(2030, 1)) == ()


@pytest.mark.parametrize("outbox", ["file", "server"], indirect=True)
def test_who_erased_it_and_why_is_in_the_audit_log_and_no_answer_is(here):
    """There it would outlive the answer: the log says who noted one, and when."""
    here.door.answer("vej", Reason.OTHER, by="Mette", note="Vi mangler et brevhoved")
    Use(here.post).erase_all(by="Bo", why="prøven er slut")
    told = [(one.what, one.by, one.why) for one in here.post.audit.of("") if one.what.startswith("forbrug")]
    assert told == [("forbrug answer noted", "Mette", ""), ("forbrug erased", "Bo", "prøven er slut")]
