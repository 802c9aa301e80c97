"""The group of all commands: knows their names from what is installed, and imports the one that runs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

import click

from esdh_connect.cli import HELP
from esdh_connect.cli.danish import Group
from esdh_connect.cli.exits import Exit, Stopped, Verbosity, told
from esdh_connect.cli.options import verbose

__all__ = ["Commands", "esdh_connect", "run"]

_GROUP = "esdh_connect.commands"
_OURS = "esdh-connect"


class Commands(Group):
    """A click group that imports a command when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names of what is installed."""
        return sorted(_installed())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command. Raises Stopped where that fails."""
        point = _installed().get(cmd_name)
        return None if point is None else _loaded(point)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(point)) for name, point in sorted(_installed().items())])


@click.command(cls=Commands)
@click.version_option(package_name=_OURS, message="%(prog)s %(version)s", help="Vis versionen.")
@verbose
@click.pass_context
def esdh_connect(ctx: click.Context) -> None:
    """Send breve med bilag ad de kanaler, afdelingen bruger, og se, hvad der blev af dem."""
    from esdh_connect.cli import logs

    logs.configure(ctx.ensure_object(Verbosity).count)


def run(arguments: Sequence[str]) -> int:
    """Run the program; gives the exit code."""
    verbosity = Verbosity()
    try:
        code = esdh_connect.main(list(arguments), prog_name=_OURS, standalone_mode=False, obj=verbosity)
    except Exception as error:  # noqa: BLE001 - every end of the program is told the same way
        return told(error, verbosity)
    except KeyboardInterrupt as error:
        return told(error, verbosity)
    return code if isinstance(code, int) else Exit.DONE


def _installed() -> dict[str, EntryPoint]:
    """Find the commands of all installed distributions; none of them can take the name of one of our own."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=_GROUP), key=lambda point: (not _is_ours(point), point.value)):
        found.setdefault(point.name, point)
    return found


def _is_ours(point: EntryPoint) -> bool:
    """Tell by the module: asking a distribution for its name reads all of its metadata, which takes its time."""
    return point.module.startswith("esdh_connect.")


def _owner(point: EntryPoint) -> str:
    return "" if point.dist is None else point.dist.name


def _summary(point: EntryPoint) -> str:
    if _is_ours(point):
        return HELP.get(point.name, "")
    from esdh_connect.cli.summaries import summary

    return summary(point)


def _loaded(point: EntryPoint) -> click.Command:
    try:
        command = point.load()
    except Exception as error:
        raise Stopped(Exit.SETTINGS, f"{_broken(point)}: {type(error).__name__}: {error}") from error
    if not isinstance(command, click.Command):
        raise Stopped(Exit.SETTINGS, f"{_broken(point)}: {point.value} er ikke en kommando")
    return command


def _broken(point: EntryPoint) -> str:
    return f"Kommandoen »{point.name}« fra {_owner(point)} kan ikke indlæses"
