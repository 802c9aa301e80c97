"""The question before anything is sent, in a terminal, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from io import StringIO

import attrs
import pytest

from esdh_connect.cli.talk import Terminal

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals on Windows", allow_module_level=True)

import pty

LINE = b'{"cpr": "1212121212", "name": "Ane Pr\xc3\xb8ve"}'
# Who opens a terminal as the first of a new session has it from then on.
TAKE_THE_TERMINAL = "import os, sys; os.open(os.ttyname(2), os.O_RDWR); os.execv(sys.argv[1], sys.argv[1:])"
SEND = ("send", "--title", "x", "brev.pdf")


@attrs.frozen
class Seat:
    """Somebody at a terminal: what they saw, and what the program ended with."""

    code: int
    seen: str
    out: bytes


def sit_down(place, answer, *arguments, stdin=None, first=lambda: None, asked=b"[j/N]"):
    """Run the program in a terminal of its own, and answer; ``stdin`` is piped into it where it is given."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE_THE_TERMINAL, *place.command(*arguments)], cwd=place.path, env=place.environment,
        stdin=slave if stdin is None else subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    if process.stdin is not None:
        process.stdin.write(stdin)
        process.stdin.close()
    seen = b""
    while asked not in seen and (more := _read(master)):
        seen += more
    first()
    os.write(master, answer)
    while more := _read(master):
        seen += more
    assert process.stdout is not None
    with process, process.stdout:
        ended = Seat(process.wait(30), seen.decode(), process.stdout.read())
    os.close(master)
    return ended


def _read(master):
    """What the terminal shows next; nothing where the program let go of it."""
    try:
        return os.read(master, 4096)
    except OSError:
        return b""


@pytest.mark.parametrize("answer", ["j", "Ja", " ja ", "y", "YES", "", "n", "jo da", "nej", "\x04"])
def test_only_a_yes_is_one(answer):
    """In Danish or English; Enter alone is no, and so is the end."""
    questions = StringIO()
    agreed = Terminal(StringIO(f"{answer}\n" if answer else ""), questions).agrees("Send 1 brev?")
    assert agreed is (answer in ("j", "Ja", " ja ", "y", "YES"))
    assert questions.getvalue() == "Send 1 brev? [j/N] "


def test_a_yes_sends(place):
    """The plan was there to read first."""
    ended = sit_down(place, b"j\n", *SEND, "--to", "liste.jsonl")
    assert ended.code == 0
    assert ended.seen.index("Ane Prøve (xxxxxx-xxxx): Prøvepost") < ended.seen.index("Send 1 brev? [j/N]")
    assert len(place.posted()) == 1


def test_anything_else_does_not(place):
    """Enter alone is no."""
    ended = sit_down(place, b"\n", *SEND, "--to", "liste.jsonl", "--json")
    assert ended.code == 1
    assert "Der er ikke sendt noget." in ended.seen
    assert b'"refused"' in ended.out
    assert place.posted() == []
    assert place.run("outbox", "list").err == "Udbakken er tom.\n"


def test_what_changes_while_somebody_thinks_is_not_sent(place):
    """What was shown is what goes, or nothing."""
    rewritten = lambda: place.write("brev.pdf", "another text")  # noqa: E731 - one line, used once
    ended = sit_down(place, b"j\n", *SEND, "--to", "liste.jsonl", "--json", first=rewritten)
    assert ended.code == 1
    assert "Der er ikke sendt noget" in ended.seen
    assert "»brev.pdf«" in ended.seen
    assert b'"refused"' in ended.out
    assert place.posted() == []


def test_the_question_goes_to_the_terminal_where_the_recipients_come_through_a_pipe(place):
    """The answer too: standard input is the list."""
    ended = sit_down(place, b"j\n", *SEND, stdin=LINE + b"\n" + b'{"cvr": "13748136", "name": "Firma"}')
    assert ended.code == 0
    assert "Send 2 breve? [j/N]" in ended.seen
    assert len(place.posted()) == 2


def test_without_a_terminal_somebody_must_have_said_yes(place):
    """In a job there is nobody to ask, so it is said in the command, or nothing is sent."""
    ended = place.spawn(*SEND, stdin=LINE)
    assert (ended.code, ended.out) == (2, "")
    assert "--yes" in ended.err
    assert place.posted() == []
    assert place.spawn(*SEND, "--yes", stdin=LINE).code == 0


def test_ctrl_c_at_the_question_sends_nothing(place):
    """And says so."""
    ended = sit_down(place, b"\x03", *SEND, "--to", "liste.jsonl")
    assert ended.code == 130
    assert "Afbrudt. Der er ikke sendt noget." in ended.seen
    assert place.posted() == []


def start_three(place, *faults):
    """Send three letters, and come back when the first is on its way."""
    place.recipients(place.ANE, place.BO, place.FIRM)
    place.faults(*faults)
    command = place.command(*SEND, "--to", "liste.jsonl", "--yes", "--json")
    process = subprocess.Popen(
        command, cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while not (place.path / "post" / "sleeping").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


def test_ctrl_c_lets_the_letter_under_way_finish_and_keeps_the_others(place):
    """So nobody has to ask whether it was sent; ``drain`` sends the others, and none goes twice."""
    process = start_three(place, "sleep 1")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert [word in out for word in ('"in_progress"', '"waiting"', '"unresolved"')] == [True, True, False]
    assert "2 af 3 venter i udbakken" in err
    assert "»esdh-connect drain«" in err
    assert [one["name"] for one in place.posted()] == ["Ane Prøve"]
    drained = place.run("drain")
    assert (drained.code, drained.out) == (0, "Taget op: 2; Behandles 2\n")
    assert len(place.posted()) == 3


def test_a_second_ctrl_c_stops_on_the_spot_and_leaves_the_outcome_open(place):
    """Nobody knows whether that letter left: it is never sent again by itself."""
    process = start_three(place, "sleep 20")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=15)
    assert process.returncode == 130
    assert "Afbrudt." in err
    drained = place.run("drain")
    assert (drained.code, drained.out) == (5, "Taget op: 2; Behandles 2, Uafklaret 1\n")
    assert [one["name"] for one in place.posted()] == ["Bo Prøve", "Firma ApS"]


def test_a_process_that_is_killed_sends_no_letter_twice(place):
    """The same command again finds what it did."""
    process = start_three(place, "sleep 20")
    process.kill()
    process.communicate(timeout=15)
    again = place.send("--title", "x", "--yes", "--json")
    assert again.code == 5
    assert [row["status"] for row in again.json["dispatches"]] == ["unresolved", "in_progress", "in_progress"]
    assert len(place.posted()) == 2


def test_a_reader_who_leaves_does_not_change_what_happened(place):
    """``| head`` closes standard output; the letter was sent all the same."""
    process = subprocess.Popen(
        place.command(*SEND, "--to", "liste.jsonl", "--yes"), cwd=place.path, env=place.environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process, process.stderr:
        err = process.stderr.read()
        code = process.wait(30)
    assert code == 0
    assert b"Error" not in err
    assert len(place.posted()) == 1


SEND_MANY = ("send-many", "--list", "liste.jsonl", "--batch", "Rotter 2027", "--title", "x", "brev.pdf")


def confirm(place, answer, *arguments, **how):
    return sit_down(place, answer, *arguments, asked=b"at sende dem: ", **how)


def test_a_mailing_is_confirmed_by_its_exact_count(place):
    """The overview was there to read first, and a bar shows how far it is."""
    place.recipients(place.ANE, place.BO, place.FIRM)
    ended = confirm(place, b"3\n", *SEND_MANY)
    assert ended.code == 0
    assert ended.seen.index("3 breve i listen; 3 kan sendes") < ended.seen.index("Skriv antallet af breve i listen")
    assert "Bestiller" in ended.seen
    assert "Bestiller: 100 %" not in ended.seen
    assert len(place.posted()) == 3


@pytest.mark.parametrize("answer", [b"j\n", b"2\n", b"\n", b"\x03"])
def test_anything_but_the_count_sends_no_mailing(place, answer):
    """A yes is not enough for thousands of letters."""
    place.recipients(place.ANE, place.BO, place.FIRM)
    ended = confirm(place, answer, *SEND_MANY)
    assert ended.code == (130 if answer == b"\x03" else 1)
    assert "Der er ikke sendt noget" in ended.seen
    assert place.posted() == []
    assert place.run("outbox", "list").err == "Udbakken er tom.\n"


def test_a_mailing_that_changes_while_somebody_thinks_is_not_sent(place):
    """Count and overview are what was shown, or nothing goes."""
    rewritten = lambda: place.write("brev.pdf", "another text")  # noqa: E731 - one line, used once
    ended = confirm(place, b"1\n", *SEND_MANY, first=rewritten)
    assert ended.code == 1
    assert "siden overblikket blev vist" in " ".join(ended.seen.split())
    assert place.posted() == []


def test_the_release_of_a_batch_is_confirmed_by_its_exact_count(place):
    """By how many wait for it."""
    place.recipients(place.ANE, place.BO, place.FIRM)
    assert place.run(*SEND_MANY, "--count", "3", "--first", "1").code == 0
    release = ("batch", "release", "Rotter 2027")
    assert sit_down(place, b"3\n", *release, asked=b"at frigive dem: ").code == 1
    assert sit_down(place, b"2\n", *release, asked=b"at frigive dem: ").out == b"Frigivet: 2\n"
