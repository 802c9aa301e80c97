"""
Eftersyn: what is wrong with a file, whose it is, and what was repaired, before it becomes part of a letter.

A stranger's file is looked at in milliseconds by the engine's own reader; only one that the engine declines goes to
a repair, which takes a child process.
"""

from esdh_connect_bilag.preflight.checking import Report, declined_as, placed_as, preflight
from esdh_connect_bilag.preflight.flaws import Finding, Flaw, Weight
from esdh_connect_bilag.preflight.paper import Paper, Zone
from esdh_connect_bilag.preflight.telling import told
from esdh_connect_bilag.preflight.wording import text

__all__ = [
    "Finding",
    "Flaw",
    "Paper",
    "Report",
    "Weight",
    "Zone",
    "declined_as",
    "placed_as",
    "preflight",
    "text",
    "told",
]
