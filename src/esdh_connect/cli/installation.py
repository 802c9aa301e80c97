"""The installation a command works on: open while the command runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import talk, wish
from esdh_connect.cli.recipients import Named
from esdh_connect.connect import Connect
from esdh_connect.model import Party, Recipient

__all__ = ["opened", "opened_for"]


def opened(settings_file: Path, host: object | None = None) -> Connect:
    """Open it until the command ends, and tell which plugins are missing. Raises ConfigurationError."""
    post = Connect.from_settings(settings_file, host=host)
    if post.training is not None:
        talk.say(wording.training(post.training.name))
    for broken in post.plugins.broken:
        talk.say(f"Pluginet »{broken.name}« kan ikke bruges: {broken.error}")
    click.get_current_context().call_on_close(post.close)
    return post


def opened_for(
    settings_file: Path, files: Mapping[str, Path], named: Iterable[Named]
) -> tuple[Connect, dict[Party, Recipient]]:
    """
    Open it with the command line as host, which knows these files and recipients.

    It is the outbox that names recipients: as it did before, where its secret is new. Raises ConfigurationError.
    """
    known: dict[Party, Recipient] = {}
    post = opened(settings_file, wish.Desk(files, known))
    known |= wish.parties(named, post.seal)
    return post, known
