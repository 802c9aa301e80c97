"""
Dokumenter: a decision letter and its bilag as real PDFs, made anew each time and always of the same bytes.

All of it is invented: people, properties, and what is decided about them.
"""

from __future__ import annotations

from esdh_connect_demo.documents.conditions import conditions_pdf
from esdh_connect_demo.documents.facade import facade_pdf
from esdh_connect_demo.documents.guidance import guidance_pdf
from esdh_connect_demo.documents.letters import Letter, letter_pdf
from esdh_connect_demo.documents.project import Box, Project
from esdh_connect_demo.documents.site_plan import site_plan_pdf

__all__ = [
    "Box",
    "Letter",
    "Project",
    "conditions_pdf",
    "facade_pdf",
    "guidance_pdf",
    "letter_pdf",
    "site_plan_pdf",
]
