"""
Afdelingspolitik: what a department may use, as facts.

A policy is folded from changes, each with who, when, from when and why; so what held on a given day, and what
will hold, are the same question. Nothing here reads a clock or a file. What is there is kept by the outbox, and its
door is :mod:`esdh_connect.departments`.
"""

from __future__ import annotations

from esdh_connect.policy.attributes import (
    ATTRIBUTES,
    LISTS,
    VALUES,
    WITHDRAWN,
    checked,
    is_relative,
    label,
    plain,
)
from esdh_connect.policy.folding import Origin, Said, combined, over, statement
from esdh_connect.policy.rules import GATE, RULES
from esdh_connect.policy.texts import refuse_unfit, refuse_unfit_text
from esdh_connect.policy.tree import Tree, begins, fold, lineage
from esdh_connect.policy.values import HERE, Department, Policy, PolicyChange, SenderProfile

__all__ = [
    "ATTRIBUTES",
    "GATE",
    "HERE",
    "LISTS",
    "RULES",
    "VALUES",
    "WITHDRAWN",
    "Department",
    "Origin",
    "Policy",
    "PolicyChange",
    "Said",
    "SenderProfile",
    "Tree",
    "begins",
    "checked",
    "combined",
    "fold",
    "is_relative",
    "label",
    "lineage",
    "over",
    "plain",
    "refuse_unfit",
    "refuse_unfit_text",
    "statement",
]
