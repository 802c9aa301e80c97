"""``esdh-connect rollout``: waves planned, run and looked at, and who comes first."""

from __future__ import annotations

import click

from esdh_connect.cli.danish import LetterlessGroup
from esdh_connect_rollout.command import lessons, moving, planning, telling, year

__all__ = ["rollout"]


@click.group(cls=LetterlessGroup)
def rollout() -> None:
    """Udrulning: afdelingerne kommer med i bølger, de letteste først."""


for _command in (*planning.COMMANDS, *moving.COMMANDS, *lessons.COMMANDS, *telling.COMMANDS, *year.COMMANDS):
    rollout.add_command(_command)
