"""Two people who send the same letter at the same moment: one letter goes, and the other is told whose."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident

import attrs
import pytest

from esdh_connect.dispatch import Override, Receipt, ReceiptEvent, Remedy
from esdh_connect.errors import Objection, PlanChanged
from esdh_connect.hookspecs import hookimpl
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox


@attrs.define(eq=False)
class Meeting:
    """A plugin that looks at plans: those who commit meet here once, when each has looked for equal letters."""

    barrier: Barrier | None = None
    been: set[int] = attrs.field(factory=set)

    @hookimpl
    def review_plan(self, plan, policy):
        if self.barrier is not None and get_ident() not in self.been:
            self.been.add(get_ident())
            self.barrier.wait(20)
        return []


@pytest.fixture
def meeting():
    return Meeting()


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, esdh_host, esdh_channel, esdh_clock, meeting):
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    with installation(
        host=esdh_host,
        channels=[esdh_channel],
        now=esdh_clock,
        outbox=outbox,
        policy={"gate": ("same_letter",)},
        more={"meeting": meeting},
    ) as made:
        yield made


def both(meeting, *clicks):
    """What came of clicks that all looked before any of them was through."""
    meeting.barrier = Barrier(len(clicks))

    def click(what):
        try:
            return what()
        except (Objection, PlanChanged) as error:
            return error

    with ThreadPoolExecutor(len(clicks)) as pool:
        outcomes = [*pool.map(click, clicks)]
    meeting.barrier = None
    return outcomes


def test_two_who_click_at_once_send_one_letter(post, meeting, letter):
    """Under keys of their own, each from a dialog of their own."""
    plans = {by: post.plan(attrs.evolve(letter, key=f"dialog of {by}")) for by in ("ida", "bo")}
    outcomes = both(meeting, *(lambda by=by, plan=plan: post.commit(plan, by=by) for by, plan in plans.items()))
    [refused] = [one for one in outcomes if isinstance(one, Objection)]
    [entry] = post.entries()
    assert refused.concerns == ("same_letter",)
    assert f"af {entry.committed_by}" in refused.danish
    assert [one.entries for one in outcomes if one is not refused] == [(entry,)]


def test_who_has_said_why_to_one_letter_is_asked_about_another(post, meeting, letter):
    """A third is there by now; what was said was about the first."""
    first = attrs.evolve(letter, key="first")
    post.commit(post.plan(first), by="eva")
    said = [Override("same_letter", "borgeren har mistet det", letter.parties[0])]
    plans = {by: post.plan(attrs.evolve(letter, key=f"dialog of {by}"), overrides=said) for by in ("ida", "bo")}
    outcomes = both(
        meeting, *(lambda by=by, plan=plan: post.commit(plan, by=by, overrides=said) for by, plan in plans.items())
    )
    assert sum(isinstance(one, PlanChanged) for one in outcomes) == 1
    assert len(post.entries()) == 2


def test_the_inbox_and_the_case_at_once(post, meeting, letter, esdh_clock):
    """Ordered anew from the one while it is sent from the other."""
    [failed] = post.commit(post.plan(letter), by="bo").entries
    post.deliver()
    post.receive(Receipt("f", ReceiptEvent.FAILED, esdh_clock(), failed.message_uuid, failed.channel, code="42"))
    plan = post.plan(attrs.evolve(letter, key="from the case"))
    outcomes = both(
        meeting,
        lambda: post.commit(plan, by="ida"),
        lambda: post.resolve(failed.id, Remedy.SEND_AGAIN, by="bo", why=""),
    )
    assert sum(isinstance(one, Objection) for one in outcomes) == 1
    assert len(post.entries()) == 2
