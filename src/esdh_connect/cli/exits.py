"""
How the program ends: the one place where an error becomes an exit code and a sentence.

Codes are a promise to scripts; ``75`` is EX_TEMPFAIL of sysexits.h, ``130`` what shells give for Ctrl-C.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import click

from esdh_connect.cli import talk

__all__ = ["Exit", "Stopped", "Verbosity", "did_you_mean", "told"]

_TRACEBACKS = 2  # -vv
_SURPLUS = re.compile(r"Got unexpected extra arguments? \((.*)\)$", re.DOTALL)


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
    """How often ``-v`` was given, before or after the command's name, and whether the command ``sends`` anything."""

    def __init__(self) -> None:
        self.count = 0
        self.sends = True

    @property
    def shows_tracebacks(self) -> bool:
        """Tell whether whoever runs this wants to see where an error came from."""
        return self.count >= _TRACEBACKS


def told(error: BaseException, verbosity: Verbosity) -> Exit:
    """Say on stderr what went wrong, and give the exit code."""
    if verbosity.shows_tracebacks and not isinstance(error, (click.ClickException, Stopped)):
        import traceback

        talk.say("".join(traceback.format_exception(error)).rstrip())
    code, text = _sorted(error, sends=verbosity.sends)
    talk.say(text)
    return code


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Give `` – mente du »…«?`` where something known looks like it, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(wrong.casefold(), list(known), n=1)
    return f" – mente du »{close[0]}«?" if close else ""


def _sorted(error: BaseException, *, sends: bool) -> tuple[Exit, str]:
    match error:
        case Stopped():
            return error.code, error.text
        case click.ClickException():
            return _of_click(error)
        case KeyboardInterrupt() | click.Abort():
            return Exit.INTERRUPTED, "Afbrudt."
    text = f"Uventet fejl: {_unexpected(error)}. Kør igen med -vv for at se, hvor."
    return _of_ours(error, sends=sends) or (Exit.FAILED, text)


def _unexpected(error: BaseException) -> str:
    if not isinstance(error, OSError):
        return type(error).__name__
    from esdh_connect import wording

    return wording.system(error)


def _of_ours(error: BaseException, *, sends: bool) -> tuple[Exit, str] | None:  # noqa: PLR0911 - a table
    """Sort the library's own errors; it is imported here because most runs have none."""
    from esdh_connect import errors, wording
    from esdh_connect.ids import mask
    from esdh_connect.outbox import UnknownDispatch

    if isinstance(error, UnknownDispatch):
        return Exit.FAILED, "Den forsendelse er ikke i udbakken. »esdh-connect outbox list« viser, hvad der er."
    if not isinstance(error, errors.EsdhConnectError):
        return None
    text = wording.of(error) if sends else wording.of_no_letter(error)
    match error:
        case errors.ProgramOutdated() | errors.TemporaryFailure():  # the same call works later, or in the new version
            return Exit.TEMPORARY, text
        case errors.StoreError() | errors.DamagedRow():  # who runs the program is who must find the cause
            return Exit.SETTINGS, f"{text}\nTeknisk: {mask(str(error))}"
        case errors.ConfigurationError() | errors.WrongSecret():
            return Exit.SETTINGS, text
        case errors.OutcomeUnknown():
            return Exit.UNKNOWN, text
    return Exit.FAILED, text


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
        case click.BadParameter() if error.param is not None and (wanted := _wanted(error.param.type)):
            text = f"{_name(error.param)} skal være {wanted}"
        case click.BadParameter() if error.param is not None:
            text = f"{_name(error.param)} kan ikke være det: {error.message}"
        case click.BadOptionUsage():
            text = f"{error.option_name} skal efterfølges af en værdi, og en mulighed uden værdi må ingen have"
        case click.UsageError() if surplus := _SURPLUS.match(error.message):
            text = f"Der er skrevet for meget: {surplus[1]}"
        case _:
            text = error.format_message()
    where = f"\n»{context.command_path} --help« viser, hvad der kan skrives." if context is not None else ""
    return code, text + where


def _wanted(type_: click.ParamType[Any]) -> str:
    """Tell what an argument has to be; nothing where its type says that itself."""
    match type_:
        case click.Choice():
            return f"en af: {', '.join(map(str, type_.choices))}"
        case click.Path():
            return f"{_kind(type_)}{', der findes og kan læses' if type_.exists else ''}"
        case click.DateTime():
            return "en dato, skrevet som 2026-12-24"
        case click.IntRange() | click.FloatRange():
            return f"{'et helt tal' if isinstance(type_, click.IntRange) else 'et tal'}{_bounds(type_.min, type_.max)}"
    return {"integer": "et helt tal", "float": "et tal"}.get(type_.name, "")


def _kind(type_: click.Path) -> str:
    if type_.file_okay and type_.dir_okay:
        return "en fil eller en mappe"
    return "en fil" if type_.file_okay else "en mappe"


def _bounds(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" fra {least} til {most}"
    return f", mindst {least}" if least is not None else f", højst {most}" if most is not None else ""


def _name(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.metavar or param.human_readable_name
