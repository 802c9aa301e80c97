"""A letter that did not come through is followed by another, made from what was stored of it."""

from datetime import date
from threading import Barrier, Thread

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.channel import Limits
from esdh_connect.dispatch import Deed, Receipt, ReceiptEvent, Remedy, Status, Work
from esdh_connect.errors import (
    DoesNotFit,
    KeyReused,
    NoChannel,
    NoRecipient,
    OutcomeUnknown,
    PlanChanged,
    Rejected,
    TemporaryFailure,
    TooLate,
)
from esdh_connect.events import (
    DispatchCommitted,
    DispatchEvent,
    DispatchSent,
    DocumentChanged,
    DocumentWithdrawn,
    UsageRecorded,
)
from esdh_connect.model import PDF, Options, Party
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import GENEROUS, FakeChannel
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import UsageKind

PAPER = attrs.evolve(GENEROUS, max_files=1, on_paper=True, media_types={PDF: (".pdf",)})
TEXT = Limits("test", date(2026, 11, 1), 0, 0, {}, max_text=150)
NEW = (Remedy.SEND_AS_PRINT, Remedy.CHANGE_RECIPIENT, Remedy.SEND_AGAIN)


@pytest.fixture
def paper():
    return FakeChannel("paper", "Fysisk Post", PAPER)


@pytest.fixture(params=["memory", "sqlite"])
def outbox(request, tmp_path):
    seal = Seal(b"a secret of thirty-two bytes.....")
    return Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()


@pytest.fixture
def post(outbox, esdh_host, esdh_channel, paper, esdh_clock):
    """A department with a digital channel and one on paper; bilag go as files of their own where they may."""
    channels = [esdh_channel, paper]
    with installation(
        host=esdh_host, channels=channels, now=esdh_clock, outbox=outbox, policy={"consolidate": False}
    ) as made:
        yield made


@pytest.fixture
def failed(post, letter, esdh_clock):
    """A letter of three documents that the provider took, and could not deliver."""
    return fail(post, letter, esdh_clock)


def fail(post, letter, clock, event=ReceiptEvent.FAILED):
    [entry, *_] = post.commit(post.plan(letter), by="bo").entries
    post.deliver()
    return post.receive(Receipt(f"{entry.id}/f", event, clock(), entry.message_uuid, entry.channel, code="42"))


def resolve(post, entry, remedy, **how):
    return post.resolve(entry.id, remedy, by="ida", why="borgeren ringede", **how)


def test_a_letter_goes_again_as_it_was(post, failed, esdh_channel, esdh_clock):
    """The same files, title, wishes and recipient by the same channel; a letter of its own, with a UUID of its own."""
    esdh_clock.move(hours=1)
    child = resolve(post, failed, Remedy.SEND_AGAIN)
    post.deliver()
    first, again = esdh_channel.sent
    assert again.envelope == first.envelope
    assert again.manifest == first.manifest
    assert (again.id, child.parent, child.committed_by) == (child.id, failed.id, "ida")
    assert len({first.message_uuid, again.message_uuid, first.id, again.id}) == 4
    assert again.entry.committed_at == esdh_clock()
    assert post.entry(child.id).status is Status.IN_PROGRESS


def test_its_parent_is_off_the_list_and_says_who_followed_it_up(post, failed):
    """In the same moment; it stays failed."""
    assert [one.entry.id for one in post.failures()] == [failed.id]
    resolve(post, failed, Remedy.SEND_AGAIN)
    parent = post.entry(failed.id)
    assert post.failures() == ()
    assert (parent.status, parent.needs_person) == (Status.FAILED, False)
    assert [(act.deed, act.by, act.why) for act in parent.acts] == [(Deed.FOLLOWED, "ida", "borgeren ringede")]
    assert "ida har bestilt et nyt brev i stedet: borgeren ringede. Ingen skal gøre noget." in wording.explain(parent)


@pytest.mark.parametrize("remedy", NEW)
def test_a_double_click_makes_one_letter(post, failed, esdh_host, remedy):
    """The second gives what the first made."""
    how = {"party": esdh_host.person("p2", "0202915678")} if remedy is Remedy.CHANGE_RECIPIENT else {}
    first = resolve(post, failed, remedy, **how)
    post.deliver()
    assert resolve(post, failed, remedy, **how) == post.entry(first.id)
    assert len(post.entries()) == 2


def test_many_clicks_at_once_make_one_letter(post, failed):
    """Also where they are in several threads, and race."""
    made, ready = [], Barrier(6)

    def click():
        ready.wait()
        made.append(resolve(post, failed, Remedy.SEND_AGAIN).id)

    threads = [Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert len(post.entries()) == 2


def test_one_letter_is_followed_by_one(post, failed):
    """Whoever sends it again is not followed by somebody who also prints it."""
    resolve(post, failed, Remedy.SEND_AGAIN)
    with pytest.raises(TooLate):
        resolve(post, failed, Remedy.SEND_AS_PRINT)
    with pytest.raises(TooLate):
        resolve(post, failed, Remedy.SOLVED)


def test_a_letter_goes_on_paper_whole(post, failed, paper):
    """Made to fit the paper channel: three files in one, every document in its place, none dropped."""
    child = resolve(post, failed, Remedy.SEND_AS_PRINT)
    post.deliver()
    [printed] = paper.sent
    assert [file.pages for file in printed.envelope.letter.files] == [4]
    before = post.cover(failed.id).manifest
    assert [one.sha256 for one in printed.manifest.documents] == [one.sha256 for one in before.documents]
    assert [(one.file, one.first_page) for one in printed.manifest.documents] == [(0, 1), (0, 3), (0, 4)]
    assert len(before.files) == 3
    assert child.extent.files == 1
    assert [(one.channel, one.taken) for one in post.cover(child.id).reasons] == [("paper", True)]


def test_what_does_not_fit_on_paper_stays_where_it_is(esdh_host, esdh_channel, esdh_clock, letter, outbox):
    """Nothing has happened, and the parent is still on the list."""
    small = FakeChannel("paper", "Fysisk Post", attrs.evolve(PAPER, max_bytes=100))
    post = installation(host=esdh_host, channels=[esdh_channel, small], now=esdh_clock, outbox=outbox)
    failed = fail(post, letter, esdh_clock)
    with pytest.raises(DoesNotFit):
        resolve(post, failed, Remedy.SEND_AS_PRINT)
    assert [one.entry for one in post.failures()] == [failed]
    assert post.entries() == (failed,)


def test_a_file_that_cannot_be_printed_is_not_dropped(post, letter, esdh_host, esdh_clock):
    """It is said which."""
    notes = attrs.evolve(esdh_host.document("noter", name="noter.txt"), media_type="text/plain")
    esdh_host.contents["noter", "1"] = b"tekst"
    failed = fail(post, attrs.evolve(letter, documents=[*letter.documents, notes]), esdh_clock)
    with pytest.raises(DoesNotFit) as refused:
        resolve(post, failed, Remedy.SEND_AS_PRINT)
    assert wording.of(refused.value).startswith("Der er ikke sendt noget: ")
    assert len(post.entries()) == 1


def test_paper_is_offered_where_there_is_some(post, failed, esdh_host, esdh_channel, esdh_clock, letter, paper):
    """Not where the department has no such channel, nor for what was on paper already."""
    assert [one.remedies for one in post.failures()] == [(*NEW, Remedy.SOLVED)]
    printed = resolve(post, failed, Remedy.SEND_AS_PRINT)
    post.deliver()
    returned = post.receive(Receipt("r", ReceiptEvent.FAILED, esdh_clock(), printed.message_uuid, "paper"))
    assert [one.next for one in post.failures()] == [Remedy.CHANGE_RECIPIENT]
    with pytest.raises(TooLate):
        resolve(post, returned, Remedy.SEND_AS_PRINT)
    digital = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock)
    only = fail(digital, letter, esdh_clock)
    assert Remedy.SEND_AS_PRINT not in digital.failures()[0].remedies
    with pytest.raises(TooLate):
        resolve(digital, only, Remedy.SEND_AS_PRINT)
    assert len(paper.sent) == 1


def test_another_recipient_gets_it_by_the_channel_that_reaches_them(post, failed, esdh_host, esdh_channel, paper):
    """Looked up by the host, and chosen as in a plan; the documents are the same."""
    esdh_channel.reached["p2"] = False
    ida = esdh_host.person("p2", "0202915678", "Ida Prøve")
    resolve(post, failed, Remedy.CHANGE_RECIPIENT, party=ida)
    esdh_host.calls.clear()
    post.deliver()
    [sent] = paper.sent
    assert sent.envelope.recipient.name == "Ida Prøve"
    assert [one.id for one in sent.manifest.documents] == ["afgoerelse", "bilag-1", "bilag-2"]
    assert ("read_document", "afgoerelse") not in esdh_host.calls


def test_the_same_party_may_have_moved(post, failed, esdh_host, esdh_channel, letter):
    """Who was wrong in the register is looked up anew."""
    [party] = letter.parties
    esdh_host.recipients[party] = attrs.evolve(esdh_host.recipients[party], name="Ane Gift-Prøve")
    resolve(post, failed, Remedy.CHANGE_RECIPIENT, party=party)
    post.deliver()
    assert [one.envelope.recipient.name for one in esdh_channel.sent] == ["Ane Prøve", "Ane Gift-Prøve"]


def test_two_recipients_are_not_one_change(post, failed, esdh_host):
    """The first stands; whoever asks for another is told."""
    resolve(post, failed, Remedy.CHANGE_RECIPIENT, party=esdh_host.person("p2", "0202915678"))
    with pytest.raises(KeyReused):
        resolve(post, failed, Remedy.CHANGE_RECIPIENT, party=esdh_host.person("p3", "1503851111"))
    assert len(post.entries()) == 2


def test_nobody_gets_it_whom_nobody_knows(post, failed):
    """And whom to send it to is said with the change of recipient, and with nothing else."""
    with pytest.raises(NoRecipient):
        resolve(post, failed, Remedy.CHANGE_RECIPIENT, party=Party("p9", "fake"))
    with pytest.raises(ValueError, match="party="):
        resolve(post, failed, Remedy.CHANGE_RECIPIENT)
    with pytest.raises(ValueError, match="party="):
        resolve(post, failed, Remedy.SEND_AGAIN, party=Party("p9", "fake"))
    assert len(post.entries()) == 1


def test_from_an_unknown_outcome_nothing_new_is_made(post, letter, esdh_channel, esdh_clock, esdh_host, paper):
    """Not again, not on paper, not to another: it may be there."""
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    [entry] = post.commit(post.plan(letter), by="bo").entries
    for _ in range(2):
        post.deliver()
        ida = esdh_host.person("p2", "0202915678")
        for remedy in NEW:
            with pytest.raises(TooLate):
                resolve(post, entry, remedy, party=ida if remedy is Remedy.CHANGE_RECIPIENT else None)
        esdh_clock.move(days=4)
    assert (len(post.entries()), paper.sent) == (1, [])


def test_what_never_left_can_go_another_way(post, letter, esdh_channel, esdh_clock, paper):
    """After a refusal, or after all tries; then the first one is not tried any more."""
    esdh_channel.fail_with = [TemporaryFailure("down") for _ in range(12)]
    [entry] = post.commit(post.plan(letter), by="bo").entries
    for _ in range(30):
        post.deliver()
        esdh_clock.move(hours=1)
    assert post.entry(entry.id).work is Work.SET_ASIDE
    resolve(post, entry, Remedy.SEND_AS_PRINT)
    with pytest.raises(TooLate):
        resolve(post, entry, Remedy.RETRY)
    post.deliver()
    assert (post.entry(entry.id).work, len(paper.sent)) == (Work.CLOSED, 1)
    assert not post.cancel(entry.id, by="bo")


def test_the_child_is_journalized_counted_and_told_of_as_any_letter(post, failed, esdh_host):
    """It is on the case beside the first, and its commit is a fact."""
    post.outbox.install("listener")
    child = resolve(post, failed, Remedy.SEND_AGAIN)
    post.deliver()
    assert sorted(esdh_host.journal.values()) == sorted([failed.id, child.id])
    told = [one.event for one in post.outbox.unheard("listener")]
    assert [type(one) for one in told if type(one) in (DispatchCommitted, DispatchSent)] == [
        DispatchCommitted,
        DispatchSent,
    ]
    assert {one.dispatch for one in told if isinstance(one, DispatchEvent)} == {child.id}
    assert [one.usage.kind for one in told if isinstance(one, UsageRecorded)] == [UsageKind.SENT]


def test_a_reminder_goes_with_it(outbox, esdh_host, esdh_channel, esdh_clock, letter):
    """As with any letter, after it; a reminder itself is never made anew."""
    text = FakeChannel("text", "NemSMS", TEXT)
    post = installation(host=esdh_host, channels=[esdh_channel, text], now=esdh_clock, outbox=outbox)
    failed = fail(post, attrs.evolve(letter, options=Options(reminder="Husk brevet")), esdh_clock)
    post.deliver()
    child = resolve(post, failed, Remedy.SEND_AGAIN)
    post.deliver()
    post.deliver()
    assert [one.envelope.options.reminder for one in text.sent][-1] == "Husk brevet"
    beside = post.entry(text.sent[-1].id)
    assert (beside.beside, beside.parent) == (child.id, None)
    lost = post.receive(Receipt("t", ReceiptEvent.FAILED, esdh_clock(), beside.message_uuid, "text"))
    assert [one.remedies for one in post.failures()] == [(Remedy.SOLVED,)]
    with pytest.raises(TooLate):
        resolve(post, lost, Remedy.SEND_AGAIN)


@pytest.mark.parametrize("kind", [DocumentChanged, DocumentWithdrawn])
def test_a_document_that_moved_on_is_not_sent_again(post, failed, letter, esdh_clock, kind):
    """A newer version, or none any more: as in a commit, the old one does not go."""
    changed = attrs.evolve(letter.documents[1], version="2")
    post.tell(kind("event-1", esdh_clock(), "teknik", changed, letter.case))
    with pytest.raises(PlanChanged):
        resolve(post, failed, Remedy.SEND_AGAIN)
    assert len(post.entries()) == 1


def test_the_channel_looks_at_it_as_in_a_plan(post, failed, esdh_channel, paper):
    """What it finds wrong, and whom it does not reach, stops the letter before anything has happened."""
    paper.wrong = lambda _: [DoesNotFit("no", danish="adressen mangler et husnummer")]
    with pytest.raises(DoesNotFit):
        resolve(post, failed, Remedy.SEND_AS_PRINT)
    esdh_channel.reached["p1"] = False
    with pytest.raises(NoChannel):
        resolve(post, failed, Remedy.SEND_AGAIN)
    esdh_channel.reached["p1"] = TemporaryFailure("down")
    with pytest.raises(NoChannel) as unknown:
        resolve(post, failed, Remedy.SEND_AGAIN)
    assert "kunne ikke afgøres" in wording.of(unknown.value)
    assert len(post.entries()) == 1


def test_a_child_made_where_there_is_no_host_is_owed_to_the_journal(post, failed, esdh_host, esdh_channel, paper):
    """An administrator at a command line has no case system; the letter comes on the case all the same."""
    elsewhere = installation(host=None, channels=[esdh_channel, paper], now=post._now, outbox=post.outbox)
    child = elsewhere.resolve(failed.id, Remedy.SEND_AGAIN, by="admin", why="-")
    elsewhere.deliver()
    post.deliver()
    assert child.id in esdh_host.journal.values()


def test_a_child_that_fails_can_be_followed_too(post, failed, esdh_channel):
    """Each is the parent of the next."""
    child = resolve(post, failed, Remedy.SEND_AGAIN)
    esdh_channel.fail_with.append(Rejected("no", code="x"))
    post.deliver()
    grandchild = resolve(post, child, Remedy.SEND_AGAIN)
    assert (grandchild.parent, child.parent) == (child.id, failed.id)
    assert len({failed.message_uuid, child.message_uuid, grandchild.message_uuid}) == 3
