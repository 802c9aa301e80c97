"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli.exits import Exit, Stopped, Verbosity

__all__ = ["as_json", "found_settings", "settings", "threads", "verbose"]

_MOST_THREADS = 64
_NAMES = ("esdh-connect.toml", "settings.toml")


def _louder(ctx: click.Context, _option: click.Parameter, count: int) -> None:
    """Count ``-v`` wherever it stands. Before a command's name the group sets up the log, behind it we do."""
    verbosity = ctx.ensure_object(Verbosity)
    verbosity.count += count
    if count and ctx.parent is not None:
        from esdh_connect.cli import logs

        logs.configure(verbosity.count)


verbose = click.option(
    "-v", "--verbose", count=True, expose_value=False, callback=_louder,
    help="Vis loggen; to gange for alt, også hvor en fejl kom fra.",
)  # fmt: skip
settings = click.option(
    "--settings", metavar="FIL", type=click.Path(path_type=Path),
    help=f"Indstillingerne. Ellers {' eller '.join(_NAMES)} her i mappen.",
)  # fmt: skip
threads = click.option(
    "--threads", metavar="ANTAL", type=click.IntRange(1, _MOST_THREADS), default=1, show_default=True,
    help="Aflever så mange breve på én gang.",
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")


def found_settings(given: Path | None) -> Path:
    """Give the settings file to use. Raises Stopped where none was named and none is here."""
    if given is not None:
        return given
    for name in _NAMES:
        if Path(name).is_file():
            return Path(name)
    here = " eller ".join(_NAMES)
    raise Stopped(
        Exit.SETTINGS, f"Her er ingen indstillinger ({here}). »esdh-connect init« laver dem, --settings peger på andre."
    )
