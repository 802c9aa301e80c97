"""
Sikkerhedsport: what catches a wrong letter before it is sent.

What speaks against a letter is a :class:`~esdh_connect.dispatch.Concern`, raised by a rule of our own or by a plugin.
It stops the letter until a person has overridden it, with a reason that stays beside the letter for good. Which rules
are asked is the department's to say (``gate`` in its policy).
"""

from __future__ import annotations

from esdh_connect.gate.evidence import Evidence
from esdh_connect.gate.parties import Numbers
from esdh_connect.gate.rules import ALL, judged, remarked
from esdh_connect.gate.weighing import weighed

__all__ = ["ALL", "Evidence", "Numbers", "judged", "remarked", "weighed"]
