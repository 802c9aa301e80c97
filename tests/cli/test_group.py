"""The program itself: its commands, its codes, its log."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from esdh_connect import errors
from esdh_connect.cli import HELP
from esdh_connect.cli.exits import Exit, Verbosity, told
from esdh_connect.cli.group import esdh_connect, run
from esdh_connect.outbox import UnknownDispatch


def test_help_names_every_installed_command_and_imports_none(place):
    """One that cannot be imported stands there too, and what the others would pull in is not loaded."""
    program = """
import sys
from esdh_connect.cli.group import run
run(["--help"])
heavy = ("folder_post", "esdh_connect.connect", "esdh_connect.cli.send", "attrs", "structlog", "sqlalchemy", "rich")
print(*[name for name in heavy if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=place.environment, capture_output=True, text=True, check=True
    )
    assert done.stderr.split() == []
    for name, summary in HELP.items():
        assert f"{name} " in done.stdout
        assert summary in done.stdout
    told = {tuple(line.split(maxsplit=1)) for line in done.stdout.splitlines()}
    assert ("broken", "Letters in a folder.") in told  # what is known of it where it cannot be read
    assert ("hello", "Sig goddag.") in told
    assert "Kommandoen" not in done.stdout


@pytest.mark.parametrize("name", ["demo", "receipts", "sandbox"])
def test_our_own_plugins_commands_speak_danish(place, name):
    """In the list, as the first line of their own help says it, and in the words of click there."""
    shown = place.run(name, "--help").out
    assert shown.startswith(f"Brug: esdh-connect {name} [VALGMULIGHEDER]")
    assert "Valgmuligheder:" in shown
    first = " ".join(shown.split("\n\n")[1].split())
    assert first in " ".join(place.run("--help").out.split())


def everything(group, name=()):
    """Each command below a group, with the words it is typed by."""
    ctx = group.context_class(group)
    for word in group.list_commands(ctx):
        command = group.get_command(ctx, word)
        yield (*name, word), command
        if isinstance(command, click.Group):
            yield from everything(command, (*name, word))


def test_every_command_says_in_one_line_what_it_is_for(capsys):
    """Those of plugins too, and those below others: whoever reads a list of names alone must guess."""
    run(["--help"])
    listed = capsys.readouterr().out.splitlines()
    found = dict(everything(esdh_connect))
    alone = [" ".join(name) for name, command in found.items() if not command.get_short_help_str(200).strip(" .")]
    bare = [name for (name, *below) in found if not below and f"  {name}" in (line.rstrip() for line in listed)]

    assert {"departments", "doctor", "plugins", "retention", "stats"} <= {name[0] for name in found}
    assert alone == bare == []


def test_a_command_of_another_distribution_runs_under_our_name(place):
    """It is part of the program, and can take the log's option before its name."""
    ended = place.run("-v", "hello")
    assert (ended.code, ended.out) == (0, "hello from esdh-connect hello\n")


@pytest.mark.parametrize(("name", "why"), [("broken", "ModuleNotFoundError"), ("text", "er ikke en kommando")])
def test_a_command_that_cannot_be_imported_says_so_in_one_line(place, name, why):
    """Whoever installed it must mend it: a configuration error, without a traceback."""
    ended = place.run(name)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.count("\n") == 1
    assert f"»{name}« fra folder-post kan ikke indlæses" in ended.err
    assert why in ended.err


def test_an_unknown_command_gets_the_one_that_was_meant(place):
    """Or all there are, where nothing is near."""
    ended = place.run("sned")
    assert (ended.code, ended.out) == (2, "")
    assert "mente du »send«?" in ended.err
    assert "Der er: " in place.run("qqqq").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["send", "brev.pdf"], "Der mangler --title"),
        (["send", "--title", "x"], "Der mangler BREV [BILAG]..."),
        (["send", "--titel", "x", "brev.pdf"], "Der er ingen mulighed »--titel« – mente du »--title«?"),
        (
            ["send", "--title", "x", "--not-before", "i morgen", "brev.pdf"],
            "--not-before skal være en dato, skrevet som 2026-12-24",
        ),
        (["send", "--title", "x", "--wait", "-1", "brev.pdf"], "--wait skal være et tal, mindst 0"),
        (["outbox", "list", "--limit", "x"], "--limit skal være et helt tal fra 1 til 10000"),
        (["outbox", "list", "x", "y"], "Der er skrevet for meget: x y"),
        (["outbox", "list", "--limit"], "--limit skal efterfølges af en værdi"),
        (["departments", "lst"], "»lst« er ikke en kommando – mente du »list«?"),
        (["secret", "qqqq"], "»qqqq« er ikke en kommando. Der er: "),
        ([], "Kommandoer:"),
    ],
)
def test_what_is_written_wrongly_is_told_in_danish(place, words, said):
    """And costs exit code 2, before anything is opened."""
    ended = place.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not (place.path / "outbox.db").exists()


def test_the_version_is_told(place):
    """In one line."""
    ended = place.run("--version")
    assert ended.code == 0
    assert ended.out.startswith("esdh-connect ")


def test_without_click_the_program_says_what_to_install(tmp_path: Path):
    """In one sentence: whoever embeds the library does not need click, whoever runs the program does."""
    (tmp_path / "click.py").write_text("raise ModuleNotFoundError('No module named click', name='click')")
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "esdh_connect.cli", "--help"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == ['Kommandolinjen mangler click: pip install "esdh-connect[cli]"']


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SettingsError(), Exit.SETTINGS),
        (errors.WrongSecret(), Exit.SETTINGS),
        (errors.NoChannel(), Exit.FAILED),
        (errors.Rejected(), Exit.FAILED),
        (errors.TemporaryFailure(), Exit.TEMPORARY),
        (errors.OutcomeUnknown(), Exit.UNKNOWN),
        (UnknownDispatch("x"), Exit.FAILED),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
        (ZeroDivisionError(), Exit.FAILED),
    ],
)
def test_an_error_becomes_the_exit_code_of_its_kind(error, code, capsys):
    """In one place for all commands, with one sentence and no traceback."""
    assert told(error, Verbosity()) is code
    assert capsys.readouterr().err.strip()


def test_a_traceback_is_shown_to_who_asks_for_it_and_masked(capsys):
    """-vv is for developers; they have no business with numbers either."""
    try:
        raise ValueError("1212121212 or 121212-1212")
    except ValueError as error:
        very = Verbosity()
        told(error, very)
        assert "Traceback" not in capsys.readouterr().err
        very.count = 2
        told(error, very)
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "xxxxxx-xxxx" in shown
    assert "1212121212" not in shown
    assert "121212-1212" not in shown


def test_the_log_goes_to_stderr_and_only_when_asked_for(place):
    """Before the command's name or behind it; without, nothing of it is seen, and never on stdout."""
    assert "event=dispatch_accepted" in place.send("--yes", "-v", "--json").err
    assert "event=dispatch_accepted" not in place.send("--yes", "--again").err
    place.write("nyt.pdf", "Et andet brev")
    ended = place.run("-v", "send", "--title", "Nyt", "--to", "liste.jsonl", "--yes", "--json", "nyt.pdf")
    assert "event=dispatch_accepted" in ended.err
    assert ended.json["dispatches"]


def test_a_plugin_that_cannot_be_imported_is_told(place):
    """The others go on without it; whoever wonders where a channel went reads why."""
    place.settings(place.SETTINGS + "[plugins.lost]\n")
    ended = place.send("--dry-run")
    assert ended.code == 0
    assert "Pluginet »lost« kan ikke bruges" in ended.err


def test_a_choice_that_is_not_there_is_told_in_danish(place):
    """With what there is to choose from."""
    ended = place.run("resolve", "id", "send_as_print", "--why", "-")
    assert ended.code == 2
    assert "UDVEJ skal være en af: retry, confirm, send-again" in ended.err
