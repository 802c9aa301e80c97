"""The installation a command of this plugin works on."""

from __future__ import annotations

from pathlib import Path

from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings
from esdh_connect.connect import Connect

__all__ = ["PLUGIN", "opened_post"]

PLUGIN = "forbrug"


def opened_post(given: Path | None) -> Connect:
    """Open it. Raises Stopped where it does not count use."""
    post = opened(found_settings(given))
    if PLUGIN not in post.plugins.names:
        raise Stopped(
            Exit.SETTINGS, f"Statistik kræver pluginet »{PLUGIN}«: skriv [plugins.{PLUGIN}] i indstillingerne."
        )
    return post
