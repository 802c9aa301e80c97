"""Rapporter: the door for everybody who shows statistics – the command line, the web pages, a host."""

from __future__ import annotations

import attrs

from esdh_connect.connect import Connect
from esdh_connect_forbrug.figures import Month, Use
from esdh_connect_forbrug.plugin import Forbrug
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.measures import Scale
from esdh_connect_forbrug.reports.meeting import running_month
from esdh_connect_forbrug.reports.overview import By, Expected, Source
from esdh_connect_forbrug.reports.page import Page, page
from esdh_connect_forbrug.reports.sheet import Column, Kind, Row, Sheet, Value
from esdh_connect_forbrug.reports.survey import Survey
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.ways import Ways

__all__ = ["MONTHS", "PLUGIN", "RUNNING", "Reports"]

PLUGIN = "forbrug"
#: What is said of a month that is running, where its figures are nobody's to see yet.
RUNNING = "I gang"
#: How many months a trend has.
MONTHS = 12


@attrs.frozen(eq=False)
class Reports:
    """
    Rapporter of one installation.

    ``expected`` is how many letters a month are expected of departments; else what the settings say. Every figure is a
    sum of published cells, so ``first`` and ``last`` are months.
    """

    post: Connect
    expected: Expected | None = None
    organisation: str = ""

    @property
    def running(self) -> Month:
        """Give the month that is running."""
        return Month.of(self.post.store.now())

    def survey(self, first: Month | None = None, last: Month | None = None, *, by: By = By.DEPARTMENT) -> Survey:
        """Give the statistics of the months from ``first`` to ``last``; else of the last twelve that are over."""
        source = self._source(first, last)
        asked = last is not None and last >= self.running
        return Survey(source, by, self._running(source.tree) if asked else None, self.organisation)

    def page(self, department: str, last: Month | None = None) -> Page:
        """Give the page of a department for the twelve months that end with ``last``. Raises UnknownDepartment."""
        self.post.departments.get(department)
        return page(self._source(None, last), department)

    def now(self, department: str) -> str:
        """Tell how the running month goes in a department, in a sentence."""
        figures = Use(self.post).running(department)
        return running_month(self.running, self._scale.of_figures(figures, self.running) if figures else None)

    # --- the parts of it

    def _source(self, first: Month | None, last: Month | None) -> Source:
        over = self.running.previous
        first = first or min(last or over, over).later(1 - MONTHS)
        last = max(
            min(last or over, over), first
        )  # the same month, without cells, where only the running one is asked for
        cells = Use(self.post).published(first, last)
        return Source(first, last, cells, self._tree, self._scale, self._expected)

    def _running(self, tree: Tree) -> Sheet:
        """Give the running month department by department: never added up, and "I gang" below five people."""
        rows = [self._running_row(tree, one) for one in tree.departments]
        columns = (
            Column("department", "Afdeling", Kind.TEXT, brief=True),
            Column("letters", "Breve i alt", brief=True),
            Column("digital", "Digitalt", brief=True),
            Column("share", "Andel digitalt", Kind.SHARE, brief=True),
        )
        return Sheet(f"I gang {danish.month(self.running)}", columns, rows, key="running")

    def _running_row(self, tree: Tree, department: str) -> Row:
        figures = Use(self.post).running(department)
        values: dict[str, Value] = {"department": tree.name(department), "letters": RUNNING}
        if figures is not None:
            measured = self._scale.of_figures(figures, self.running)
            values |= {"letters": measured.letters, "digital": measured.digital, "share": measured.share}
        return Row(values)

    @property
    def _tree(self) -> Tree:
        return Tree.of(self.post.departments)

    @property
    def _scale(self) -> Scale:
        return Scale(Ways.of(self.post.plugins.channels), self._settings.prices)

    @property
    def _expected(self) -> Expected:
        return self._settings.expected if self.expected is None else self.expected

    @property
    def _settings(self) -> Forbrug:
        found = self.post.plugins.get(PLUGIN)
        return found if isinstance(found, Forbrug) else Forbrug()
