"""The installation a command works on: open while the command runs."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.connect import Connect
from esdh_connect.store import Store

__all__ = ["opened"]


def opened(settings_file: Path, host: object | None = None) -> Connect:
    """Open it until the command ends, and tell which plugins are missing. Raises ConfigurationError."""
    post = Connect.from_settings(settings_file, host=host)
    for broken in post.plugins.broken:
        talk.say(f"Pluginet »{broken.name}« kan ikke bruges: {broken.error}")
    if isinstance(post.outbox, Store):
        click.get_current_context().call_on_close(post.outbox.close)
    return post
