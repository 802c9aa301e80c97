"""The plan: nothing happens, nothing raises, and every row says why."""

from datetime import date

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.defaults import consolidated
from esdh_connect.errors import (
    NoChannel,
    NoRecipient,
    Objection,
    PlanChanged,
    TemporaryFailure,
    UnreadableDocument,
)
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Document, Options, Party
from esdh_connect.testing.fakes import GENEROUS, FakeChannel
from esdh_connect.testing.installation import installation


def test_planning_changes_nothing(esdh_connect, esdh_channel, letter):
    """It can be made as often as one likes, and is the same each time."""
    assert esdh_connect.plan(letter).fingerprint == esdh_connect.plan(letter).fingerprint
    assert esdh_connect.entries() == ()
    assert not esdh_connect.deliver()
    assert esdh_channel.sent == []


def two_channels(host, clock, **policy):
    digital = FakeChannel("digital", "Digital Post")
    paper = FakeChannel("paper", "Fysisk Post", attrs.evolve(GENEROUS, max_files=1))
    return installation(host=host, channels=[digital, paper], now=clock, policy=policy), digital, paper


def test_the_first_allowed_channel_that_reaches_is_taken_and_each_says_why(esdh_host, esdh_clock, letter):
    """In the policy's order."""
    post, digital, _ = two_channels(esdh_host, esdh_clock)
    assert [one.taken for one in post.plan(letter).rows[0].reasons] == [True, False]

    digital.reached["p1"] = False
    [row] = post.plan(letter).rows

    assert row.channel == "paper"
    assert [(one.channel, one.taken) for one in row.reasons] == [("digital", False), ("paper", True)]
    assert len({one.why for one in row.reasons}) == 2


def test_print_carries_the_same_documents_as_the_digital_letter(esdh_host, esdh_clock, letter):
    """Also where the department sends bilag as files of their own digitally."""
    post, digital, _ = two_channels(esdh_host, esdh_clock, consolidate=False)
    apart = post.plan(letter).rows[0].manifest
    digital.reached["p1"] = False
    printed = post.plan(letter).rows[0].manifest

    assert (len(apart.files), len(printed.files)) == (3, 1)
    assert [one.sha256 for one in printed.documents] == [one.sha256 for one in apart.documents]
    assert [one.first_page for one in printed.documents] == [1, 3, 4]


def test_print_that_cannot_carry_a_bilag_is_refused(esdh_host, esdh_clock, letter):
    """Never a fallback that drops one."""
    post, digital, _ = two_channels(esdh_host, esdh_clock)
    digital.reached["p1"] = False
    note = Document("note", name="note.txt", media_type="text/plain")
    esdh_host.contents["note", "1"] = b"Husk det"
    row = post.plan(attrs.evolve(letter, documents=(*letter.documents, note))).rows[0]

    assert row.error is not None
    assert row.manifest is None


def test_a_fault_in_a_lookup_is_unknown_and_never_not_registered(esdh_host, esdh_clock, letter):
    """It must not put on paper what could have gone digitally."""
    post, digital, _ = two_channels(esdh_host, esdh_clock)
    digital.reached["p1"] = TemporaryFailure("look-up failed")
    [row] = post.plan(letter).rows

    assert isinstance(row.error, NoChannel)
    assert row.channel == ""
    assert [one.taken for one in row.reasons] == [None, False]
    assert "kunne ikke afgøres" in wording.of(row.error)


def test_one_bad_recipient_stops_only_his_row(esdh_connect, esdh_channel, esdh_host, letter):
    """And nothing is sent unless the caller names the rows (P9, never a silent subset)."""
    stranger = Party("unknown", "fake")
    both = attrs.evolve(letter, parties=(*letter.parties, stranger))
    plan = esdh_connect.plan(both)

    assert [type(row.error) for row in plan.rows] == [type(None), NoRecipient]
    with pytest.raises(NoRecipient):
        esdh_connect.commit(plan, by="u1")
    assert esdh_connect.entries() == ()

    esdh_connect.commit(plan, by="u1", only=letter.parties)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1

    esdh_host.recipients[stranger] = attrs.evolve(esdh_host.recipients[letter.parties[0]], party=stranger)
    done = esdh_connect.commit(esdh_connect.plan(both), by="u1")
    assert len(done.entries) == 2
    assert len(esdh_connect.entries()) == 2


@pytest.mark.parametrize("content", [None, b"", b"<html>not found</html>", b"%PDF-1.7 broken"])
def test_a_document_that_is_not_what_it_says_stops_the_letter(esdh_connect, esdh_host, letter, content):
    """A host may answer 200 with an error page."""
    bad = letter.documents[1]
    esdh_host.contents[bad.id, bad.version] = content

    assert isinstance(esdh_connect.plan(letter).rows[0].error, UnreadableDocument)


def test_what_a_plugin_raises_becomes_the_rows_problem_with_its_name(esdh_host, esdh_channel, esdh_clock, letter):
    """Planning never raises for a row."""

    class Grumpy:
        @hookimpl
        def resolve_recipient(self, party):
            raise ZeroDivisionError(party.id)

    post = installation(
        host=None,
        channels=[esdh_channel],
        now=esdh_clock,
        more={"grumpy": Grumpy()},
        policy={"plugins": ["letters", "grumpy"]},
    )
    [row] = post.plan(letter).rows

    assert isinstance(row.error, Objection)
    assert row.error.plugin == "grumpy"
    assert "grumpy" in wording.of(row.error)


@pytest.mark.parametrize("method", ["reaches", "problems"])
def test_a_channel_that_breaks_its_contract_is_the_rows_problem(esdh_host, esdh_clock, letter, method):
    """Planning never raises, whatever a plugin does."""

    class Broken(FakeChannel):
        def reaches(self, recipient):
            return {}[recipient.name] if method == "reaches" else True

        def problems(self, envelope):
            return [{}[envelope.letter.title]]

    post = installation(host=esdh_host, channels=[Broken()], now=esdh_clock)
    [row] = post.plan(letter).rows

    assert isinstance(row.error, NoChannel if method == "reaches" else Objection)


def test_an_answer_about_somebody_else_is_refused(esdh_connect, esdh_host, letter):
    """The letter would go to the wrong person."""
    ane = letter.parties[0]
    esdh_host.recipients[ane] = attrs.evolve(esdh_host.recipients[ane], party=Party("p2", "fake"))

    assert isinstance(esdh_connect.plan(letter).rows[0].error, NoRecipient)


def test_a_consolidation_that_leaves_a_page_nobody_chose_is_refused(esdh_host, esdh_channel, esdh_clock, letter):
    """Places follow each other without gaps."""

    class Sloppy:
        @hookimpl
        def consolidate_letter(self, letter):
            whole = consolidated(letter)
            return attrs.evolve(whole, files=(attrs.evolve(whole.main, pages=whole.main.pages + 1),))

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"sloppy": Sloppy()})

    assert isinstance(post.plan(letter).rows[0].error, Objection)


def test_an_objection_stops_the_commit(esdh_host, esdh_channel, esdh_clock, letter):
    """In the plugin's own words."""

    class Careful:
        @hookimpl
        def review_plan(self, plan):
            return [f"{len(plan.rows)} modtager er for mange"]

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"careful": Careful()})
    plan = post.plan(letter)

    assert "1 modtager er for mange" in wording.of(plan.rows[0].error)
    with pytest.raises(Objection):
        post.commit(plan, by="u1")


def test_changed_contents_between_plan_and_commit_are_refused_by_name(esdh_connect, esdh_host, letter):
    """The bytes, not the host's word, decide."""
    plan = esdh_connect.plan(letter)
    esdh_host.contents["bilag-1", "1"] = esdh_host.contents["bilag-2", "1"]

    with pytest.raises(PlanChanged) as caught:
        esdh_connect.commit(plan, by="u1")

    assert "doc.1" in caught.value.changes
    assert "bilag-1.pdf" in wording.of(caught.value)


def test_a_recipient_who_moved_between_plan_and_commit_is_refused(esdh_connect, esdh_host, letter):
    """What was shown is what is sent."""
    plan = esdh_connect.plan(letter)
    ane = letter.parties[0]
    esdh_host.recipients[ane] = attrs.evolve(esdh_host.recipients[ane], name="En Anden")

    with pytest.raises(PlanChanged):
        esdh_connect.commit(plan, by="u1")


@pytest.mark.parametrize(("year", "is_clear"), [(2027, True), (2062, False), (9999, False)])
def test_a_value_date_that_cannot_be_meant_is_refused(esdh_connect, letter, year, is_clear):
    """A year that was mistyped must not wait silently for decades."""
    plan = esdh_connect.plan(attrs.evolve(letter, options=Options(not_before=date(year, 2, 1))))
    assert plan.is_clear is is_clear
    if not is_clear:
        assert "mere end et år" in wording.of(plan.rows[0].error)


def test_some_of_the_parties_can_be_planned_for(esdh_connect, esdh_host, letter):
    """What is shown of them is what they get, under the same wish; the others can have it later."""
    second = esdh_host.person("p2", "0101901234")
    both = attrs.evolve(letter, parties=(*letter.parties, second))
    part = esdh_connect.plan(both, only=[second])

    assert [row.party for row in part.rows] == [second]
    esdh_connect.commit(part, by="u1", only=[second])
    assert len(esdh_connect.commit(esdh_connect.plan(both), by="u1").entries) == 2
    for only in ([], [Party("unknown", "fake")]):
        with pytest.raises(ValueError, match="only="):
            esdh_connect.plan(both, only=only)
