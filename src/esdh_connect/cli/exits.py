"""
How the program ends: the one place where an error becomes an exit code and a sentence.

Codes are a promise to scripts; ``75`` is EX_TEMPFAIL of sysexits.h, ``130`` what shells give for Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import click

from esdh_connect.cli import talk

__all__ = ["Exit", "Stopped", "Verbosity", "did_you_mean", "told"]

_TRACEBACKS = 2  # -vv


class Exit(IntEnum):
    """What a script may rely on."""

    DONE = 0
    FAILED = 1  # nothing was sent
    USAGE = 2
    SETTINGS = 3
    PARTLY = 4
    UNKNOWN = 5  # do not send again
    UNWELL = 6  # somebody should look
    TEMPORARY = 75  # the same command again is safe
    INTERRUPTED = 130


class Stopped(Exception):
    """A command cannot go on. ``text`` is Danish."""

    def __init__(self, code: Exit, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Verbosity:
    """How often ``-v`` was given, before or after the command's name."""

    def __init__(self) -> None:
        self.count = 0

    @property
    def shows_tracebacks(self) -> bool:
        """Tell whether whoever runs this wants to see where an error came from."""
        return self.count >= _TRACEBACKS


def told(error: BaseException, verbosity: Verbosity) -> Exit:
    """Say on stderr what went wrong, and give the exit code."""
    if verbosity.shows_tracebacks and not isinstance(error, (click.ClickException, Stopped)):
        import traceback

        talk.say("".join(traceback.format_exception(error)).rstrip())
    code, text = _sorted(error)
    talk.say(text)
    return code


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Give `` – mente du »…«?`` where something known looks like it, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(wrong.casefold(), list(known), n=1)
    return f" – mente du »{close[0]}«?" if close else ""


def _sorted(error: BaseException) -> tuple[Exit, str]:
    match error:
        case Stopped():
            return error.code, error.text
        case click.ClickException():
            return _of_click(error)
        case KeyboardInterrupt() | click.Abort():
            return Exit.INTERRUPTED, "Afbrudt."
    return _of_ours(error) or (Exit.FAILED, f"Uventet fejl: {type(error).__name__}. Kør igen med -vv for at se, hvor.")


def _of_ours(error: BaseException) -> tuple[Exit, str] | None:
    """Sort the library's own errors; it is imported here because most runs have none."""
    from esdh_connect import errors, wording
    from esdh_connect.outbox import UnknownDispatch

    match error:
        case UnknownDispatch():
            return Exit.FAILED, "Den forsendelse er ikke i udbakken. »esdh-connect outbox list« viser, hvad der er."
        case errors.ConfigurationError():
            return Exit.SETTINGS, wording.of(error)
        case errors.TemporaryFailure():
            return Exit.TEMPORARY, wording.of(error)
        case errors.OutcomeUnknown():
            return Exit.UNKNOWN, wording.of(error)
        case errors.EsdhConnectError():
            return Exit.FAILED, wording.of(error)
    return None


def _of_click(error: click.ClickException) -> tuple[Exit, str]:
    code = Exit.USAGE if isinstance(error, click.UsageError) else Exit.FAILED
    context = getattr(error, "ctx", None)
    match error:
        case click.exceptions.NoArgsIsHelpError() if context is not None:
            return code, context.get_help()
        case click.NoSuchOption():
            hint = did_you_mean(error.option_name, error.possibilities or ())
            text = f"Der er ingen mulighed »{error.option_name}«{hint}"
        case click.MissingParameter() if error.param is not None:
            text = f"Der mangler {_name(error.param)}"
        case click.BadParameter() if error.param is not None and isinstance(error.param.type, click.Choice):
            text = f"{_name(error.param)} skal være en af: {', '.join(map(str, error.param.type.choices))}"
        case click.BadParameter() if error.param is not None:
            text = f"{_name(error.param)} kan ikke være det: {error.message}"
        case _:
            text = error.format_message()
    where = f"\n»{context.command_path} --help« viser, hvad der kan skrives." if context is not None else ""
    return code, text + where


def _name(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.metavar or param.human_readable_name
