"""Ikke begyndt: departments – and, where staff has been told, users – with nothing sent yet, why, and what helps."""

from __future__ import annotations

from esdh_connect_forbrug.starting.door import NotStarted
from esdh_connect_forbrug.starting.errors import AnswerRefused
from esdh_connect_forbrug.starting.starters import Starters
from esdh_connect_forbrug.starting.values import Answer, Hurdle, Reason, Starting, Step, Waiting

__all__ = ["Answer", "AnswerRefused", "Hurdle", "NotStarted", "Reason", "Starters", "Starting", "Step", "Waiting"]
