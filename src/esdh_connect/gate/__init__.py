"""
Sikkerhedsport: what catches a wrong letter before it is sent.

What speaks against a letter is a :class:`~esdh_connect.dispatch.Concern`, raised by a rule of our own or by a plugin.
It stops the letter until a person has overridden it, with a reason that stays beside the letter for good.
"""

from __future__ import annotations

from esdh_connect.gate.weighing import weighed

__all__ = ["weighed"]
