"""The same command again: the first outcome, whatever has changed since."""

import subprocess
from subprocess import PIPE

import attrs
import pytest

from esdh_connect.dispatch import Work
from esdh_connect.outbox import Change


def ids(ended):
    return [(row["id"], row["message_uuid"]) for row in ended.json["dispatches"]]


def test_the_same_command_again_shows_the_first_outcome_and_sends_nothing(place):
    """And says so."""
    first = place.send("--yes", "--json")
    again = place.send("--yes", "--json")
    assert (again.code, again.out) == (0, first.out)
    assert "der sendes ikke noget nyt" in again.err
    assert len(place.posted()) == 1


def test_whatever_has_changed_since(place):
    """The department has another channel, the recipient is exempt, the list is in another order: it was sent."""
    place.recipients(place.ANE, place.BO)
    first = place.send("--yes", "--json")
    place.decide(channels=["paper"])
    (place.path / "post" / "exempt.txt").write_text("Ane Prøve\nBo Prøve")
    place.recipients(place.BO, place.ANE)
    again = place.send("--yes", "--json")
    assert (again.code, again.out) == (0, first.out)
    assert len(place.posted()) == 2


def test_no_terminal_is_needed_to_hear_what_became_of_it(place):
    """There is nothing to ask."""
    place.send("--yes")
    assert place.spawn("send", "--title", "Afgørelse", "--to", "liste.jsonl", "brev.pdf").code == 0


def test_again_sends_a_new_letter(place):
    """With ids of its own, when somebody has said why it is the second within a day."""
    first = place.send("--yes", "--json")
    stopped = place.send("--yes", "--json", "--again")
    assert (stopped.code, len(place.posted())) == (1, 1)
    assert "et brev med samme hoveddokument er bestilt" in stopped.err
    assert '--override same_letter="hvorfor"' in stopped.err
    second = place.send("--yes", "--json", "--again", "--override", "same_letter=det første er blevet væk")
    assert second.code == 0
    assert set(ids(first)).isdisjoint(ids(second))
    assert len(place.posted()) == 2


AGAIN = ["--override", "same_letter=skal have det igen"]


@pytest.mark.parametrize(
    "change",
    [
        lambda place: place.write("brev.pdf", "another text"),
        lambda place: place.recipients(place.ANE, place.BO) or AGAIN,
        lambda place: ["--case", "2026-17", *AGAIN],
    ],
)
def test_another_wish_is_not_the_same_command(place, change):
    """Files, title, recipients, case and options: who changes one of them means another letter."""
    first = place.send("--yes", "--json")
    options = change(place)
    second = place.send("--yes", "--json", *(options if isinstance(options, list) else []))
    assert second.code == 0
    assert set(ids(first)).isdisjoint(ids(second))


def test_what_still_waits_goes_with_the_same_command(place):
    """Exit code 75 says that it is safe to repeat: it is the same letter, under the same UUID, and there is one."""
    place.faults("temporary")
    first = place.send("--yes", "--json")
    assert first.code == 75
    assert place.send("--yes", "--json").code == 75  # not due yet
    with place.opened() as post:
        post.outbox.change(ids(first)[0][0], _due_at_once)
    second = place.send("--yes", "--json")
    assert (second.code, ids(second)) == (0, ids(first))
    assert "der sendes ikke noget nyt" in second.err
    assert len(place.posted()) == 1


def _due_at_once(entry):
    assert entry.work is Work.READY
    return Change(attrs.evolve(entry, due=entry.committed_at))


def test_a_dry_run_of_it_tells_that_it_was_sent(place):
    """It shows what would go now, and that it would not."""
    place.send("--yes")
    ended = place.send("--dry-run")
    assert ended.code == 0
    assert "der sendes ikke noget nyt" in ended.err


def test_the_same_command_in_two_windows_at_once_sends_one_letter(place):
    """Both tell of the same one."""
    command = place.command("send", "--title", "x", "--to", "liste.jsonl", "--yes", "--json", "brev.pdf")
    windows = [subprocess.Popen(command, cwd=place.path, env=place.environment, stdout=PIPE) for _ in range(2)]
    told = [window.communicate(timeout=60)[0] for window in windows]
    assert [window.returncode for window in windows] == [0, 0]
    assert told[0] == told[1]
    assert len(place.posted()) == 1
