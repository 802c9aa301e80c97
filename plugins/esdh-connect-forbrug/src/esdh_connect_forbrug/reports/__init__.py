"""Rapporter: statistics of use, and the page that a head of department brings to a meeting."""

from __future__ import annotations

from esdh_connect_forbrug.reports.door import Reports
from esdh_connect_forbrug.reports.errors import MonthsRefused
from esdh_connect_forbrug.reports.forms import Form, exported
from esdh_connect_forbrug.reports.overview import By
from esdh_connect_forbrug.reports.page import Page
from esdh_connect_forbrug.reports.survey import Survey

__all__ = ["By", "Form", "MonthsRefused", "Page", "Reports", "Survey", "exported"]
