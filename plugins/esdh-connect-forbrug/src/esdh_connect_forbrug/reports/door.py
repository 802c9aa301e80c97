"""Rapporter: the door for everybody who shows statistics – the command line, the web pages, a host."""

from __future__ import annotations

from datetime import date

import attrs

from esdh_connect.connect import Connect
from esdh_connect_forbrug.expectation import refuse_unknown
from esdh_connect_forbrug.figures import Month, Use
from esdh_connect_forbrug.months import day_of
from esdh_connect_forbrug.plugin import Forbrug
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.errors import MonthsRefused
from esdh_connect_forbrug.reports.forms import Form
from esdh_connect_forbrug.reports.measures import Scale
from esdh_connect_forbrug.reports.overview import By, Expected, Source
from esdh_connect_forbrug.reports.page import Page, named, page
from esdh_connect_forbrug.reports.survey import Survey
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.units import apart, within
from esdh_connect_forbrug.reports.ways import Ways

__all__ = ["MONTHS", "PLUGIN", "Reports"]

PLUGIN = "forbrug"
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

    @property
    def months(self) -> tuple[Month, ...]:
        """Give the months that have figures, the first one first."""
        return Use(self.post).months()

    def closes(self, month: Month) -> date:
        """Give the day from which on there are figures of a month."""
        return day_of(self._settings.kept.closes(month))

    def survey(
        self,
        first: Month | None = None,
        last: Month | None = None,
        *,
        by: By = By.DEPARTMENT,
        department: str | None = None,
    ) -> Survey:
        """
        Give the statistics of the months from ``first`` to ``last``; else of the last twelve that are over.

        ``department`` is for the figures of one, with those below it, as its page has them. Raises MonthsRefused where
        the first is after the last, or one of them has not begun, and UnknownDepartment.
        """
        survey = Survey(self._source(first, last), by, self._in_progress(last), self.organisation)
        return survey if department is None else self._within(survey, department)

    def page(self, department: str, last: Month | None = None) -> Page:
        """
        Give the page of a department for the twelve months that end with ``last``.

        Raises UnknownDepartment, and MonthsRefused where ``last`` has not begun.
        """
        self.post.departments.get(department)
        return page(self._source(None, last), department)

    def meeting(self, department: str, last: Month | None = None, *, form: Form = Form.HTML) -> bytes:
        """
        Give the page of a department as HTML that stands alone, or as PDF on one sheet.

        Raises as :meth:`page` does, ValueError for another form, and ConfigurationError where WeasyPrint is missing.
        """
        from esdh_connect_forbrug.reports.meeting import meeting
        from esdh_connect_forbrug.reports.printed import pdf

        if form not in (Form.HTML, Form.PDF):
            raise ValueError(f"the page is no {form.value}")
        html = meeting(self.page(department, last), organisation=self.organisation, running=self._in_progress(last))
        return pdf(html, one_sheet=True) if form is Form.PDF else html.encode()

    # --- the parts of it

    def _within(self, survey: Survey, department: str) -> Survey:
        self.post.departments.get(department)
        source = survey.source
        scope = source.of(department)
        merged = apart(source.cells, source.tree, scope)
        own = attrs.evolve(source, cells=within(source.cells, scope), scope=scope)
        return attrs.evolve(survey, source=own, name=named(source, scope, department), departments=scope, merged=merged)

    def _source(self, first: Month | None, last: Month | None) -> Source:
        for one in (first, last):
            if one is not None and one > self.running:
                raise MonthsRefused(
                    f"{one} has not begun", danish=f"{one} er ikke begyndt; den måned, der er i gang, er {self.running}"
                )
        if first and last and first > last:
            raise MonthsRefused(f"{first} is after {last}", danish=f"{first} er efter {last}")
        over = self.running.previous
        first = first or min(last or over, over).later(1 - MONTHS)
        last = max(
            min(last or over, over), first
        )  # the same month, without cells, where only the running one is asked for
        known = Use(self.post).published()
        cells = tuple(one for one in known if first <= one.month <= last)
        return Source(first, last, cells, self._tree, self._scale, self._expected, known=known)

    def _in_progress(self, last: Month | None) -> str:
        """
        Tell of the month that is running, where it is asked for: when there are figures of it, and never one of them.

        Who asked twice could subtract, and so see what a single person did in between.
        """
        if last is None or last < self.running:
            return ""
        month, when = danish.month(self.running).capitalize(), danish.day(self.closes(self.running))
        return f"{month} er i gang: tallene kommer {when}, når måneden er gjort op."

    @property
    def _tree(self) -> Tree:
        return Tree.of(self.post.departments)

    @property
    def _scale(self) -> Scale:
        return Scale(Ways.of(self.post.plugins.channels), self._settings.prices)

    @property
    def _expected(self) -> Expected:
        """Give what is expected. Raises SettingsError where it is of a department nobody has set up."""
        if self.expected is not None:
            return self.expected
        refuse_unknown(self._settings.expected, {one.id for one in self.post.departments})
        return self._settings.expected

    @property
    def _settings(self) -> Forbrug:
        found = self.post.plugins.get(PLUGIN)
        return found if isinstance(found, Forbrug) else Forbrug()
