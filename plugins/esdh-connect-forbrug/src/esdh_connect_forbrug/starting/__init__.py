"""Ikke begyndt: departments – and, where staff has been told, users – with nothing sent yet, why, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esdh_connect_forbrug.starting.errors import AnswerRefused
from esdh_connect_forbrug.starting.starters import Starters
from esdh_connect_forbrug.starting.values import Answer, Hurdle, Reason, Starting, Step, Waiting

if TYPE_CHECKING:
    from esdh_connect_forbrug.starting.door import NotStarted

__all__ = ["Answer", "AnswerRefused", "Hurdle", "NotStarted", "Reason", "Starters", "Starting", "Step", "Waiting"]


def __getattr__(name: str) -> object:
    """Import the door when it is first used: it knows the plugin, which knows these values."""
    if name != "NotStarted":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from esdh_connect_forbrug.starting.door import NotStarted

    return NotStarted
