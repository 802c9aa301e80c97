"""A second person looks: what waits for that, and what else it waited for first."""

from datetime import timedelta

import attrs
import pytest

from esdh_connect import hookimpl, wording
from esdh_connect.dispatch import Cause, Deed, Hold, Owner, Remedy, Status, Work
from esdh_connect.errors import Objection, PlanChanged, TooLate
from esdh_connect.events import DispatchHeld, DocumentChanged, DocumentWithdrawn
from esdh_connect.model import Colleague
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeHost, pdf_of
from esdh_connect.testing.installation import installation


@pytest.fixture(params=["memory", "sqlite"])
def strict(request, tmp_path, esdh_host, esdh_channel, esdh_clock):
    """A department where a second person approves, in memory and in a real file."""
    is_file = request.param == "sqlite"
    outbox = Store.open(tmp_path / "strict.db", Seal(b"a secret of thirty-two bytes.....")) if is_file else None
    policy = {"approval": True}
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, policy=policy, outbox=outbox) as post:
        yield post


def committed(post, letter, **how):
    [entry] = post.commit(post.plan(letter), by="bo", **how).entries
    return entry


def test_nothing_leaves_before_somebody_else_approved_it(strict, letter, esdh_channel):
    """It is held, found by who approves, and goes when they have; both acts are kept."""
    held = committed(strict, letter)
    strict.deliver()
    assert (held.work, held.status, esdh_channel.sent) == (Work.HELD, Status.WAITING, [])
    assert strict.approvals() == (held,)
    strict.pass_on(held.id, "chefen", by="ida", why="over min grænse")
    strict.approve(held.id, by="chefen")
    strict.deliver()
    assert [one.id for one in esdh_channel.sent] == [held.id]
    acts = [(act.deed, act.by, act.to) for act in strict.entry(held.id).acts]
    assert acts == [(Deed.PASSED_ON, "ida", "chefen"), (Deed.APPROVED, "chefen", "")]
    assert strict.approvals() == ()


@pytest.mark.parametrize("name", ["bo", "Bo ", "BO"])
def test_nobody_approves_their_own_letter(strict, letter, name):
    """Four eyes are two people."""
    held = committed(strict, letter)
    with pytest.raises(Objection):
        strict.approve(held.id, by=name)
    assert strict.entry(held.id) == held


def test_what_was_changed_is_not_approved(strict, letter, esdh_host):
    """Other bytes under the same version: the approval is refused, and says which document."""
    held = committed(strict, letter)
    esdh_host.contents["bilag-1", "1"] = pdf_of("noget andet")
    with pytest.raises(PlanChanged) as refused:
        strict.approve(held.id, by="chefen")
    assert "bilag-1.pdf" in wording.of(refused.value)
    assert strict.entry(held.id).work is Work.HELD


@pytest.mark.parametrize("kind", [DocumentChanged, DocumentWithdrawn])
def test_an_approval_falls_when_its_document_moves_on(strict, letter, esdh_clock, kind):
    """A new version, or a withdrawal: nobody can approve the old one any more."""
    held = committed(strict, letter)
    esdh_clock.move(minutes=1)
    changed = attrs.evolve(letter.documents[1], version="2")
    strict.tell(kind("event-1", esdh_clock(), "teknik", changed, letter.case))
    strict.deliver()
    assert strict.entry(held.id).status is Status.CANCELLED
    with pytest.raises(TooLate):
        strict.approve(held.id, by="chefen")


def test_a_letter_that_is_sent_back_says_why(strict, letter, esdh_channel):
    """Its caseworker reads who, and why."""
    held = committed(strict, letter)
    back = strict.send_back(held.id, by="chefen", why="forkert bilag")
    strict.deliver()
    assert (back.status, esdh_channel.sent) == (Status.CANCELLED, [])
    assert "chefen sendte det tilbage: forkert bilag" in wording.explain(back)


def test_an_approval_nobody_gives_is_told_of_again(strict, letter, esdh_clock):
    """Every third day, to whoever listens; the letter itself waits."""
    told = []

    class Approver(FakeHost):
        @hookimpl
        def dispatch_held(self, event):
            told.append(event.id)

    host = Approver()
    documents, ane = [host.document("a")], host.person("p1", "0101901234")
    post = installation(host=host, channels=[FakeChannel()], now=esdh_clock, policy={"approval": True})
    committed(post, attrs.evolve(letter, documents=documents, parties=[ane]))
    for _ in range(7):
        post.deliver()
        esdh_clock.move(days=1)
    assert len(told) == len(set(told)) == 3


def test_the_undo_window_begins_with_the_approval(strict, letter, esdh_channel, esdh_clock):
    """Whoever asked for five minutes to regret it has them when it could leave, not while nobody has approved it."""
    held = committed(strict, letter, hold=timedelta(minutes=5))
    esdh_clock.move(hours=3)
    approved = strict.approve(held.id, by="chefen")
    strict.deliver()
    assert (approved.due - esdh_clock(), esdh_channel.sent) == (timedelta(minutes=5), [])
    assert strict.stoppable(held.id).until == approved.due
    esdh_clock.move(minutes=5)
    strict.deliver()
    assert len(esdh_channel.sent) == 1


# --- what else it waits for


@pytest.mark.parametrize("kept", [True, False])
def test_a_prepared_letter_is_approved_when_the_host_has_kept_it(
    strict, letter, esdh_host, esdh_channel, esdh_clock, kept
):
    """First the host, then the second person: a decision that was rolled back is nothing to approve."""
    [prepared] = strict.prepare(strict.plan(letter), by="bo").entries
    assert (prepared.held_for, strict.approvals()) == (Hold.HOST, ())
    with pytest.raises(TooLate):
        strict.approve(prepared.id, by="chefen")
    esdh_host.kept[letter.key] = kept
    esdh_clock.move(minutes=11)
    strict.deliver()
    if not kept:
        assert (strict.entry(prepared.id).status, strict.approvals()) == (Status.CANCELLED, ())
        return
    strict.approve(prepared.id, by="chefen")
    strict.deliver()
    assert [one.id for one in esdh_channel.sent] == [prepared.id]


@pytest.mark.parametrize("kind", [DocumentChanged, DocumentWithdrawn])
def test_what_is_to_be_approved_later_falls_with_its_document_too(strict, letter, esdh_clock, kind):
    """Nobody is asked to approve what is old already."""
    [prepared] = strict.prepare(strict.plan(letter), by="bo").entries
    esdh_clock.move(minutes=1)
    changed = attrs.evolve(letter.documents[1], version="2")
    strict.tell(kind("event-1", esdh_clock(), "teknik", changed, letter.case))
    strict.deliver()
    assert strict.entry(prepared.id).status is Status.CANCELLED


def test_a_host_lets_go_what_it_prepared_to_whoever_approves_it(strict, letter, esdh_channel):
    """``release`` is not an approval; who is to approve hears of it once more, and the letter is found by them."""
    strict.outbox.install("plugin")
    [prepared] = strict.prepare(strict.plan(letter), by="bo").entries
    [released] = strict.release(letter.key, by="esdh")
    strict.release(letter.key, by="esdh")
    strict.deliver()
    assert (released.held_for, esdh_channel.sent) == (Hold.APPROVAL, [])
    assert [one.id for one in strict.approvals()] == [prepared.id]
    told = [one.event for one in strict.outbox.unheard("plugin")]
    assert [type(event) for event in told] == [DispatchHeld, DispatchHeld]
    assert len({event.id for event in told}) == 2


# --- passed on


class Roster(FakeHost):
    """A case system that knows who can approve, and what its people are called."""

    people = (Colleague("bo", "Bo Sagsbehandler"), Colleague("ida", "Ida Leder"), Colleague("chefen", "Carl Chef"))

    @hookimpl
    def find_approvers(self, department, case):
        self.calls.append(("find_approvers", f"{department}/{case.id}"))
        return self.people

    @hookimpl
    def find_colleague(self, id):  # noqa: A002 - the hook's own word
        return next((one for one in self.people if one.id == id), None)


@pytest.fixture
def rostered(letter, esdh_clock):
    """A letter that waits for approval, where the host knows its people."""
    host = Roster()
    documents, ane = [host.document("a")], host.person("p1", "0101901234")
    post = installation(host=host, channels=[FakeChannel()], now=esdh_clock, policy={"approval": True})
    return post, committed(post, attrs.evolve(letter, documents=documents, parties=[ane]))


def test_it_is_passed_on_to_one_of_those_who_can_approve_it(rostered):
    """The host says who they are; whoever ordered it is none of them, and nobody else is taken."""
    post, held = rostered
    assert [one.id for one in post.approvers(held.id)] == ["ida", "chefen"]
    for other in ("nogen andre", "Ida Leder", ""):
        with pytest.raises(Objection) as refused:
            post.pass_on(held.id, other, by="ida")
        assert "kan ikke godkende breve i afdelingen" in wording.of(refused.value)
    assert post.entry(held.id).acts == ()
    assert post.pass_on(held.id, " Chefen", by="ida").acts[-1].to == "chefen"


@pytest.mark.parametrize(
    "to", ["bo", " BO ", "ida", "<b>Ida</b>", "Tom & Co", "Ida\nLeder", "x" * 201, "0101901234", "–", ""]
)
def test_where_nobody_knows_the_people_what_cannot_be_one_is_refused(strict, letter, to):
    """Not the one who ordered it, not oneself, no markup, no second line, no CPR number, no essay."""
    held = committed(strict, letter)
    assert strict.approvers(held.id) is None
    with pytest.raises(Objection):
        strict.pass_on(held.id, to, by="ida")
    assert strict.entry(held.id) == held


def test_people_are_called_what_the_host_calls_them(rostered, strict):
    """With the id beside it; where no host answers, the id alone."""
    post, _ = rostered
    assert post.colleague("ida").shown == "Ida Leder (ida)"
    assert [one.colleague("nn").shown for one in (post, strict)] == ["nn", "nn"]


def test_a_letter_that_is_sent_back_is_in_the_inbox_until_it_is_seen(strict, letter):
    """With who, why and the one thing to do; whoever comes late to approve it reads that it is over."""
    held = committed(strict, letter)
    strict.send_back(held.id, by="chefen", why="forkert bilag")
    [trouble] = strict.failures()
    assert (trouble.kind, trouble.owner, trouble.remedies) == (
        Cause.SENT_BACK,
        Owner.CASEWORKER,
        (Remedy.SEEN, Remedy.SOLVED),
    )
    assert trouble.text.startswith(
        "Der er ikke sendt noget: brevet blev ikke godkendt. Årsag: chefen sendte det tilbage"
    )
    assert trouble.text.endswith("Næste skridt: ret det på sagen, og tryk så »Jeg har set det«.")
    assert strict.failure_counts() == {("teknik", Cause.SENT_BACK): 1}
    with pytest.raises(TooLate) as late:
        strict.approve(held.id, by="ida")
    assert "brevet er stoppet, og det er endeligt" in wording.of(late.value)
    seen = strict.resolve(held.id, Remedy.SEEN, by="bo", why="")
    assert (strict.failures(), strict.failure_counts()) == ((), {})
    assert "bo har markeret det som løst" in wording.explain(seen)


def test_what_its_own_caseworker_stopped_is_in_no_inbox(strict, letter):
    """Nobody has to be told."""
    strict.cancel(committed(strict, letter).id, by="bo")
    assert strict.failures() == ()
