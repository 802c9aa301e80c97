"""The sweep has teeth: a library with a mistake in it does not get through."""

import pytest

from esdh_connect.testing.sweep.courses import Course
from esdh_connect.testing.sweep.points import FREEZES, KILL
from esdh_connect.testing.sweep.remote import Answer, Fate
from esdh_connect.testing.sweep.runs import broken, edges
from esdh_connect.testing.sweep.setting import Setting
from esdh_connect.testing.sweep.suite import BESIDE, FOLLOWED, LIMITED
from tests.sweep.mutants import MUTANTS

#: Those that only somebody finds who stands still and wakes up: killing finds all others.
SLEEPERS = {"no_fence", "lease_by_the_clock", "closed_opens_again"}
#: Where each is found soonest; the whole sweep finds them all.
SETTING = {
    "closed_opens_again": Setting((Answer.EARLY,), alone=True),
    "orphans_are_ready_again": Setting((Answer.LOST,), fate=Fate.SILENT, alone=True),
    "unknown_is_sent_again_unproven": Setting((Answer.ERROR_AFTER,), fate=Fate.SILENT, alone=True),
    "unknown_is_temporary": Setting((Answer.RESET_AFTER,), fate=Fate.SILENT, alone=True),
    "no_fence": Setting((Answer.TOO_MANY,), idempotent=True, alone=True),
    "unknown_is_failed": Setting((Answer.ERROR_AFTER,), alone=True),
    "approval_forgets_the_host": Setting(kept=False, approval=True),
    "silence_of_the_host_is_a_yes": Setting(kept=False, course=Course.SILENT),
    "withdrawals_are_not_looked_for": Setting(alone=True, course=Course.WITHDRAWN),
    "what_waits_for_approval_is_ready": Setting(approval=True, alone=True, course=Course.SENT_BACK),
    "released_past_its_approval": Setting(kept=True, approval=True),
    "each_click_makes_a_letter": FOLLOWED[0],
    "second_click_is_refused": FOLLOWED[0],
    "child_apart_from_its_parent": FOLLOWED[0],
    "reminder_does_not_wait": BESIDE[1],
    "reminder_goes_without_its_letter": BESIDE[1],
    "window_never_ends": LIMITED[0],
    "window_asked_about_too_early": LIMITED[0],
}
ORDINARY = Setting(alone=True)


@pytest.fixture(autouse=True)
def quiet(caplog):
    """A mutant warns of much."""
    caplog.set_level("CRITICAL", "esdh_connect")


@pytest.mark.parametrize("place", ["new_memory", "new_file"])
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
def test_a_mistake_is_found(request, monkeypatch, mutant, place):
    """In memory and in a file, by what people would have lost, got twice or been told wrongly."""
    new_place = request.getfixturevalue(place)
    mutant(monkeypatch)
    blows = FREEZES[::-1] if mutant.__name__ in SLEEPERS else (KILL,)
    found = broken([SETTING.get(mutant.__name__, ORDINARY)], blows, new_place, only=edges)
    assert found.problems, f"not found in {found.runs} runs"


@pytest.mark.parametrize("setting", [*SETTING.values(), ORDINARY], ids=str)
def test_without_a_mistake_nothing_is_found(new_memory, setting):
    """Where the mutants are found, the library itself gets through."""
    found = broken([setting], (KILL, *FREEZES), new_memory, only=edges)
    assert not found.problems
