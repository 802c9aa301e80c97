"""
Afdelinger: which there are, what holds in each – now, then, or some day – and how that is changed.

The door is ``post.departments``, a :class:`Departments`. What is decided is kept by the outbox as it was decided, and
nothing of it is ever changed or taken away; what holds is folded from it by :mod:`esdh_connect.policy`.
"""

from __future__ import annotations

from esdh_connect.departments.door import Departments
from esdh_connect.departments.foresight import Consequence
from esdh_connect.departments.showing import decided_by, said, shown
from esdh_connect.departments.toml import written
from esdh_connect.policy import Department, Origin, Policy, PolicyChange, SenderProfile

__all__ = [
    "Consequence",
    "Department",
    "Departments",
    "Origin",
    "Policy",
    "PolicyChange",
    "SenderProfile",
    "decided_by",
    "said",
    "shown",
    "written",
]
