"""The whole way, from the finalized document to the receipt, with a fake host and a fake channel."""

import threading
from datetime import timedelta
from uuid import uuid4

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.defaults import consolidated
from esdh_connect.dispatch import Receipt, ReceiptEvent, Request, Status, Work
from esdh_connect.errors import (
    KeyReused,
    NoChannel,
    NoRecipient,
    Objection,
    OutcomeUnknown,
    PlanChanged,
    Rejected,
    TemporaryFailure,
    UnreadableDocument,
)
from esdh_connect.events import DocumentChanged, DocumentFinalized, DocumentPrinted, DocumentWithdrawn
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Case, Options, Party
from esdh_connect.progress import MAX_TRIES
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import UsageKind

CASE = Case("2026-17", "fake")


@pytest.fixture(params=["memory", "sqlite"])
def esdh_connect(request, tmp_path, esdh_host, esdh_channel, esdh_clock):
    """The installation of the shipped fixture, in memory and in a real file."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox) as post:
        yield post


@pytest.fixture
def letter(esdh_host):
    """A decision with two bilag to one person."""
    documents = [
        esdh_host.document("afgoerelse", "a", "b"),
        esdh_host.document("bilag-1"),
        esdh_host.document("bilag-2"),
    ]
    ane = esdh_host.person("p1", "0101901234")
    return Request("dialog-1", CASE, "teknik", "Afgørelse", documents, [ane])


def told(kind, document, clock, department="teknik", **more):
    return kind(id=str(uuid4()), at=clock(), department=department, document=document, case=CASE, **more)


def receipt(entry, event, clock):
    return Receipt(str(uuid4()), event, clock(), entry.message_uuid, entry.channel)


def statuses(post):
    return [entry.status for entry in post.entries()]


def test_a_letter_goes_all_the_way(esdh_connect, esdh_host, esdh_channel, esdh_clock, letter):
    """Finalized, offered, planned, committed, sent, delivered, journalized and counted."""
    post, main = esdh_connect, letter.documents[0]
    post.tell(told(DocumentFinalized, main, esdh_clock))
    [action] = post.actions(main, actor="u1", department="teknik")
    assert (action.label, action.enabled) == ("Send digitalt", True)

    plan = post.plan(letter)
    [row] = plan.rows
    assert row.error is None
    assert [(one.channel, one.taken) for one in row.reasons] == [("fake", True)]
    assert row.manifest.extent.documents, row.manifest.extent.files == (3, 1)
    assert esdh_channel.sent == []

    done = post.commit(plan, by="u1")
    assert statuses(post) == [Status.WAITING]
    post.deliver()

    [sent] = esdh_channel.sent
    assert sent.envelope.letter.files == row.envelope.letter.files
    assert sent.manifest == row.manifest
    assert sent.message_uuid == done.entries[0].message_uuid
    assert statuses(post) == [Status.IN_PROGRESS]
    assert list(esdh_host.journal.values()) == [sent.id]

    post.receive(receipt(sent.entry, ReceiptEvent.DELIVERED, esdh_clock))
    post.deliver()
    assert statuses(post) == [Status.DELIVERED]
    assert post.entry(sent.id).work is Work.CLOSED
    counts = post.usage(esdh_clock() - timedelta(days=1), esdh_clock() + timedelta(days=1))
    assert counts == {("teknik", UsageKind.SENT, "fake"): 1, ("teknik", UsageKind.DELIVERED, "fake"): 1}


# --- the key: one letter, once


def test_committing_twice_sends_once(esdh_connect, esdh_channel, letter):
    """A double click gives the first outcome."""
    plan = esdh_connect.plan(letter)
    first = esdh_connect.commit(plan, by="u1")

    again = esdh_connect.commit(plan, by="u1")
    esdh_connect.deliver()

    assert again.repeated
    assert not first.repeated
    assert [one.id for one in again.entries] == [one.id for one in first.entries]
    assert len(esdh_channel.sent) == 1


def test_two_tabs_at_once_make_one_letter(esdh_connect, esdh_channel, letter):
    """Eight threads commit the same plan."""
    plan = esdh_connect.plan(letter)
    barrier, given = threading.Barrier(8), []

    def click():
        barrier.wait()
        given.append(esdh_connect.commit(plan, by="u1").entries[0].id)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    esdh_connect.deliver()

    assert len(given) == 8
    assert len(set(given)) == 1
    assert len(esdh_channel.sent) == 1


def test_a_repeated_key_gives_the_first_outcome_though_the_world_has_changed(esdh_connect, esdh_channel, letter):
    """The rows are not planned again: the recipient may be exempt by now."""
    plan = esdh_connect.plan(letter)
    first = esdh_connect.commit(plan, by="u1")
    esdh_channel.reached["p1"] = False

    again = esdh_connect.commit(letter, by="u1", expect=plan.fingerprint)

    assert again.entries[0].id == first.entries[0].id


def test_the_same_key_with_another_letter_is_an_error(esdh_connect, esdh_channel, letter):
    """Not silence, and not a second letter (P2)."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    other = attrs.evolve(letter, title="En anden titel")

    with pytest.raises(KeyReused):
        esdh_connect.commit(esdh_connect.plan(other), by="u1")

    assert len(esdh_connect.entries()) == 1


def test_the_same_key_for_other_people_is_an_error_too(esdh_connect, esdh_host, letter):
    """A key names one wish, recipients included."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    other = attrs.evolve(letter, parties=(esdh_host.person("p2", "0202915678"),))

    with pytest.raises(KeyReused):
        esdh_connect.commit(esdh_connect.plan(other), by="u1")


def test_an_identical_letter_within_a_day_is_a_warning(esdh_connect, esdh_clock, letter):
    """Another key, the same letter to the same person: perhaps meant, perhaps not."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    again = attrs.evolve(letter, key="dialog-2")

    assert any("inden for det seneste døgn" in text for text in esdh_connect.plan(again).rows[0].warnings)
    esdh_clock.move(hours=25)
    assert esdh_connect.plan(again).rows[0].warnings == esdh_connect.plan(letter).rows[0].warnings


def test_a_key_is_not_stored_as_it_is(esdh_connect, letter):
    """Nor is anything else of the host's that could name a person."""
    entry = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries[0]

    assert "dialog-1" not in repr(entry)


# --- the plan


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
    note = attrs.evolve(esdh_host.document("note"), media_type="text/plain")
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


# --- the life of a document


def test_a_new_version_makes_commit_refuse_and_names_the_document(esdh_connect, esdh_clock, esdh_host, letter):
    """Open approvals and plans on the old one fall."""
    plan = esdh_connect.plan(letter)
    newer = esdh_host.document("bilag-2", version="2")
    esdh_connect.tell(told(DocumentChanged, newer, esdh_clock))

    with pytest.raises(PlanChanged) as caught:
        esdh_connect.commit(plan, by="u1")

    assert "bilag-2.pdf" in wording.of(caught.value)
    assert esdh_connect.entries() == ()


def test_withdrawing_a_document_stops_its_letter_before_hand_over(esdh_connect, esdh_channel, esdh_clock, letter):
    """Whether the consequence was drawn or not when a worker comes."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    esdh_clock.move(seconds=1)
    esdh_connect.tell(told(DocumentWithdrawn, letter.documents[1], esdh_clock))
    esdh_connect.deliver()

    assert esdh_channel.sent == []
    [entry] = esdh_connect.entries()
    assert entry.status is Status.CANCELLED
    assert "trukket tilbage" in entry.stopped_because


def test_a_letter_that_was_handed_over_cannot_be_withdrawn(esdh_connect, esdh_clock, letter):
    """It is told as it is."""
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    esdh_connect.deliver()
    esdh_clock.move(seconds=1)
    esdh_connect.tell(told(DocumentWithdrawn, letter.documents[0], esdh_clock))
    esdh_connect.deliver()

    assert esdh_connect.entry(entry.id).status is Status.IN_PROGRESS
    assert not esdh_connect.cancel(entry.id, by="u1")


def test_a_letter_can_be_regretted_while_it_is_held(esdh_connect, esdh_channel, esdh_clock, letter):
    """The caller says for how long."""
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1", hold=timedelta(minutes=1)).entries
    esdh_connect.deliver()
    assert esdh_channel.sent == []

    assert esdh_connect.cancel(entry.id, by="u1", why="forkert bilag")
    esdh_clock.move(minutes=2)
    esdh_connect.deliver()

    assert esdh_channel.sent == []
    assert "forkert bilag" in esdh_connect.entry(entry.id).stopped_because


def test_telling_twice_is_telling_once(esdh_connect, esdh_clock, letter):
    """The host's event id decides."""
    event = told(DocumentPrinted, letter.documents[0], esdh_clock)

    assert [esdh_connect.tell(event), esdh_connect.tell(event)] == [True, False]
    esdh_connect.deliver()
    counts = esdh_connect.usage(esdh_clock() - timedelta(days=1), esdh_clock() + timedelta(days=1))
    assert counts == {("teknik", UsageKind.PRINTED, ""): 1}


@pytest.mark.parametrize("department", ["kultur", "nobody-set-this-up"])
def test_a_department_without_a_channel_is_offered_nothing(esdh_connect, esdh_clock, letter, department):
    """Off is off (P6)."""
    main = letter.documents[0]
    esdh_connect.tell(told(DocumentFinalized, main, esdh_clock, department))

    assert esdh_connect.actions(main, actor="u1", department=department) == ()
    row = esdh_connect.plan(attrs.evolve(letter, department=department)).rows[0]
    assert isinstance(row.error, NoChannel)


def test_a_draft_cannot_be_sent_yet_and_says_why(esdh_connect, letter):
    """The button is there, with its reason."""
    [action] = esdh_connect.actions(letter.documents[0], actor="u1", department="teknik")

    assert not action.enabled
    assert action.reason == "Dokumentet er ikke færdiggjort"


def test_a_proposal_waits_for_a_caseworker(esdh_host, esdh_channel, esdh_clock, letter):
    """A plugin may suggest, a person sends."""

    class Suggests:
        @hookimpl
        def request_letters(self, event):
            return [letter] if event.document.id == "afgoerelse" else []

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"suggests": Suggests()})
    post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
    post.deliver()
    assert esdh_channel.sent == []

    [proposal] = post.proposals()
    post.accept(proposal, post.plan(proposal.request), by="u1")
    post.deliver()

    assert post.proposals() == ()
    assert len(esdh_channel.sent) == 1


def test_a_declined_proposal_stays_away(esdh_host, esdh_channel, esdh_clock, letter):
    """With the reason kept."""

    class Suggests:
        @hookimpl
        def request_letters(self):
            return [letter]

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"suggests": Suggests()})
    post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
    post.deliver()
    [proposal] = post.proposals()

    assert post.decline(proposal, by="u1", why="sendes med posten")
    assert not post.decline(proposal, by="u1", why="igen")
    assert post.proposals() == ()


# --- what comes back


@pytest.mark.parametrize(
    ("error", "status", "work"),
    [
        (TemporaryFailure("busy"), Status.WAITING, Work.READY),
        (Rejected("no", code="x", danish="modtageren findes ikke"), Status.FAILED, Work.CLOSED),
        (OutcomeUnknown("time-out"), Status.UNRESOLVED, Work.UNKNOWN),
        (RuntimeError("a bug in the channel"), Status.UNRESOLVED, Work.UNKNOWN),
    ],
)
def test_every_answer_ends_in_its_status(esdh_connect, esdh_channel, letter, error, status, work):
    """A channel that breaks its contract may have sent: unknown."""
    esdh_channel.fail_with.append(error)
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    esdh_connect.deliver()
    after = esdh_connect.entry(entry.id)

    assert (after.status, after.work) == (status, work)
    assert wording.explain(after)


def test_an_unknown_outcome_is_never_sent_again_and_a_receipt_settles_it(
    esdh_connect, esdh_channel, esdh_clock, letter, esdh_host
):
    """Not after a week either."""
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    for _ in range(8):
        esdh_connect.deliver()
        esdh_clock.move(days=1)
    assert len(esdh_channel.sent) == 1
    assert esdh_host.journal == {}

    esdh_connect.receive(receipt(entry, ReceiptEvent.DELIVERED, esdh_clock))
    esdh_connect.deliver()

    assert statuses(esdh_connect) == [Status.DELIVERED]
    assert len(esdh_host.journal) == 1


def test_a_temporary_failure_is_tried_again_under_the_same_uuid(esdh_connect, esdh_channel, esdh_clock, letter):
    """Each attempt has its own transaction id, and Retry-After is obeyed."""
    esdh_channel.fail_with += [TemporaryFailure("busy", retry_after=timedelta(minutes=5)), TemporaryFailure("busy")]
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    esdh_connect.deliver()
    esdh_clock.move(minutes=4)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1
    for _ in range(3):
        esdh_clock.move(minutes=2)
        esdh_connect.deliver()

    assert len({one.message_uuid for one in esdh_channel.sent}) == 1
    assert len({one.transaction_id for one in esdh_channel.sent}) == 3
    assert statuses(esdh_connect) == [Status.IN_PROGRESS]


def test_a_letter_that_never_gets_through_is_set_aside_and_stops_nothing(
    esdh_connect, esdh_channel, esdh_clock, letter
):
    """After a bounded number of tries a person is asked."""
    esdh_channel.fail_with += [TemporaryFailure("down")] * MAX_TRIES
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    for _ in range(MAX_TRIES + 3):
        esdh_connect.deliver()
        esdh_clock.move(hours=2)

    assert len(esdh_channel.sent) == MAX_TRIES
    assert esdh_connect.entry(entry.id).work is Work.SET_ASIDE
    assert statuses(esdh_connect) == [Status.FAILED]


def test_a_receipt_for_nobodys_letter_is_kept(esdh_connect, esdh_clock):
    """It is not an error to get one."""
    stray = Receipt("r1", ReceiptEvent.DELIVERED, esdh_clock(), uuid4())

    assert esdh_connect.receive(stray) is None
    assert [one.id for one in esdh_connect.outbox.unmatched()] == ["r1"]


def test_a_receipt_that_comes_before_its_letter_is_applied_when_the_letter_is_there(
    tmp_path, esdh_host, esdh_channel, esdh_clock, letter
):
    """The host's transaction was not committed yet when it came."""
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    known = [uuid4(), uuid4()]
    uuids = iter(known)
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store) as post:
        post._commitment = attrs.evolve(post._commitment, new_uuid=lambda: next(uuids))
        early = Receipt("r1", ReceiptEvent.DELIVERED, esdh_clock(), known[1], "fake")
        assert post.receive(early) is None

        [entry] = post.commit(post.plan(letter), by="u1").entries
        post.deliver()

        assert entry.message_uuid == known[1]
        assert post.entry(entry.id).status is Status.DELIVERED
        assert esdh_channel.sent == []


def test_journaling_looks_for_its_mark_before_every_repeat(esdh_connect, esdh_host, esdh_clock, letter):
    """The host wrote the entry but its answer was lost: there must not be two."""
    esdh_host.journal_fails = 1
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    esdh_connect.deliver()
    esdh_clock.move(minutes=5)
    esdh_connect.deliver()
    esdh_clock.move(minutes=5)
    esdh_connect.deliver()

    assert len(esdh_host.journal) == 1
    assert [hook for hook, _ in esdh_host.calls if "journal" in hook] == ["journalize_dispatch", "find_journal_entry"]


def test_a_process_without_a_host_leaves_the_journaling_and_the_facts_to_one_with(
    esdh_host, esdh_channel, esdh_clock, letter
):
    """The command line may drain a case system's outbox."""
    outbox, heard = MemoryOutbox(), Listens()

    class Host(FakeHost):
        @hookimpl
        def dispatch_sent(self, event):
            heard.heard.append(event.hook())

    host = Host(esdh_host.contents, esdh_host.recipients)
    with_host = installation(host=host, channels=[esdh_channel], now=esdh_clock, outbox=outbox)
    with_host.commit(with_host.plan(letter), by="u1")
    installation(host=None, channels=[esdh_channel], now=esdh_clock, outbox=outbox).deliver()
    assert len(esdh_channel.sent) == 1
    assert (host.journal, heard.heard) == ({}, [])

    with_host.deliver()
    assert (len(host.journal), heard.heard) == (1, ["dispatch_sent"])


def test_where_nobody_journalizes_nothing_is_owed(esdh_channel, esdh_clock, letter, esdh_host):
    """The duty does not exist for a letter that was committed without a host to do it."""

    class Reads:
        @hookimpl
        def read_document(self, document):
            return esdh_host.read_document(document)

        @hookimpl
        def resolve_recipient(self, party, case):
            return esdh_host.resolve_recipient(party, case)

    post = installation(host=Reads(), channels=[esdh_channel], now=esdh_clock)
    post.commit(post.plan(letter), by="u1")
    post.deliver()

    assert post.outbox.duties(esdh_clock()) == ()


class Listens:
    """A subscriber that remembers what it heard."""

    def __init__(self):
        self.heard, self.fails = [], 0

    @hookimpl
    def dispatch_committed(self, event):
        self._hear(event)

    @hookimpl
    def dispatch_sent(self, event):
        self._hear(event)

    @hookimpl
    def dispatch_delivered(self, event):
        self._hear(event)

    def _hear(self, event):
        if self.fails:
            self.fails -= 1
            raise ConnectionError("not now")
        self.heard.append(event.hook())


def test_a_subscriber_that_raises_is_told_again_and_silences_nobody(esdh_host, esdh_channel, esdh_clock, letter):
    """In order, and the others hear at once."""
    stubborn, calm = Listens(), Listens()
    stubborn.fails = 2
    post = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"stubborn": stubborn, "calm": calm}
    )
    [entry] = post.commit(post.plan(letter), by="u1").entries
    post.deliver()
    assert calm.heard == ["dispatch_committed", "dispatch_sent"]
    assert stubborn.heard == []

    post.receive(receipt(entry, ReceiptEvent.DELIVERED, esdh_clock))
    for _ in range(3):
        post.deliver()

    expected = ["dispatch_committed", "dispatch_sent", "dispatch_delivered"]
    assert [calm.heard, stubborn.heard] == [expected, expected]


def test_a_subscriber_that_is_off_passes_over_the_fact_for_good(esdh_host, esdh_channel, esdh_clock, letter):
    """The policy under which the letter was committed decides (P6)."""
    off = Listens()
    post = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"off": off}, policy={"plugins": ["letters"]}
    )
    post.commit(post.plan(letter), by="u1")
    post.deliver()

    assert off.heard == []


def test_a_damaged_letter_is_never_sent_and_stops_nobody(tmp_path, esdh_host, esdh_channel, esdh_clock, letter):
    """It fails with its reason, and the next one leaves (P9)."""
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store) as post:
        [bad] = post.commit(post.plan(letter), by="u1").entries
        [good] = post.commit(post.plan(attrs.evolve(letter, key="another")), by="u1").entries
        with store.transaction() as connection:
            connection.exec_driver_sql(
                "UPDATE esdh_connect_payload SET sealed = zeroblob(length(sealed)) WHERE dispatch = ?", (bad.id,)
            )
        post.deliver()

        assert [one.id for one in esdh_channel.sent] == [good.id]
        assert post.entry(bad.id).status is Status.FAILED
        assert wording.explain(post.entry(bad.id)).startswith("Der er ikke sendt noget")


# --- the reminder


def reminding(host, clock):
    letters = FakeChannel("digital", "Digital Post")
    texts = FakeChannel("sms", "NemSMS", attrs.evolve(GENEROUS, max_files=0, max_text=150))
    return installation(host=host, channels=[letters, texts], now=clock), letters, texts


def test_a_reminder_goes_beside_the_letter(esdh_host, esdh_clock, letter):
    """After it, and only to those it reaches."""
    post, letters, texts = reminding(esdh_host, esdh_clock)
    wish = attrs.evolve(letter, options=Options(reminder="Der ligger post til dig."))
    post.commit(post.plan(wish), by="u1")
    post.deliver()

    assert len(letters.sent) == 1
    assert [one.envelope.options.reminder for one in texts.sent] == ["Der ligger post til dig."]
    texts.reached["p1"] = False
    assert len(post.plan(attrs.evolve(wish, key="k2")).rows) == 1


def test_a_reminder_never_goes_instead_of_the_letter(esdh_host, esdh_clock, letter):
    """A refused letter takes it along."""
    post, letters, texts = reminding(esdh_host, esdh_clock)
    letters.fail_with.append(Rejected("no"))
    post.commit(post.plan(attrs.evolve(letter, options=Options(reminder="Husk."))), by="u1")
    for _ in range(3):
        post.deliver()
        esdh_clock.move(minutes=1)

    assert texts.sent == []
    assert sorted(status.value for status in statuses(post)) == ["cancelled", "failed"]
