"""
Statistik: how much Send digitalt is used, by departments and never by people – and what is published is all there is.

Every figure is one of :class:`~esdh_connect_forbrug.reports.Reports`: a sum of cells of at least five people. Who saw
them is written down elsewhere, and counts in none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from starlette.responses import Response

from esdh_connect.policy import Department
from esdh_connect_forbrug.reports import By, Form, Reports, exported
from esdh_connect_forbrug.reports.sheet import Level
from esdh_connect_forbrug.reports.standing import fastest_growing, most_used
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.figures import bars, words
from esdh_connect_web.figures.choosing import Choice, chosen, own_department, sees_all
from esdh_connect_web.figures.files import attached
from esdh_connect_web.figures.names import titled, together
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

_PLUGIN = "forbrug"
_NO_SUCH_FILE = N_("There is no such file.")
#: As they are offered: what most people open comes first.
_FORMS = (Form.XLSX, Form.CSV, Form.PDF, Form.HTML, Form.JSON)
#: The page for a meeting is for people: one to keep, and one to print.
_FOR_MEETINGS = (Form.PDF, Form.HTML)


def routes(site: Site) -> list[Guard]:
    """Give the statistics and the page for a meeting, each as a page and as files."""
    at = "/statistics"
    return [
        Page(site=site, name="statistics", path=at, to=Role, get=show, menu=N_("Statistics")),
        Page(site=site, name="statistics-file", path=f"{at}/file", to=Role, get=export),
        Page(site=site, name="meeting", path=f"{at}/meeting", to=Role, get=meeting),
        Page(site=site, name="meeting-file", path=f"{at}/meeting/file", to=Role, get=meeting_file),
    ]


# --- statistics


def show(call: Call) -> Response:
    """Show the figures of all departments, or of one with those below it."""
    reports = _reports(call)
    choice = chosen(call, reports)
    survey = reports.survey(choice.first, choice.last, department=choice.whose)
    return call.answer(
        "statistics/overview.html",
        400 if choice.error else 200,
        choice=choice,
        survey=survey,
        total=survey.total,
        hoped=[one for one in survey.sheet.rows if one.level is Level.OWN and "of_expected" in one.values],
        hope=survey.source.expected_in(survey.source.cells),
        times=bars.times(survey.trend),
        is_shared=_is_shared(survey.source.tree, survey.departments, choice.department),
        channels=bars.channels(survey, call.language.gettext(N_("Printed locally"))),
        failures=bars.failures(survey, call.language),
        above=_above(call, choice),
        scope=titled(survey.source.tree, survey.departments, call.language) if survey.departments else "",
        called=lambda key: together(survey.source.tree, key.split("+"), call.language),
        most=most_used(survey.peers) if len(survey.peers) > 1 else (),
        growing=fastest_growing(survey.peers) if len(survey.peers) > 1 else (),
        heads={one.parent for one in survey.source.tree.departments.values()},
        is_merged=any(len(one.departments) > 1 for one in survey.source.cells),
        theirs={one.id for one in call.departments},
        all_of_it=sees_all(call),
        closes=reports.closes(reports.running) if choice.last == reports.running else None,
        counts=_PLUGIN in call.post.plugins.names,
        forms=[(one.value, words.FORMS[one]) for one in _FORMS if one.is_installed],
        by=words.BY,
    )


def export(call: Call) -> Response:
    """Give them as a file."""
    reports = _reports(call)
    choice, form = chosen(call, reports), _form(call, Form)
    if choice.error:
        raise Refused(400, choice.error)
    by = next((one for one in By if one.value == call.query("by", By.DEPARTMENT.value)), None)
    if by is None:
        raise Refused(400, _NO_SUCH_FILE)
    survey = reports.survey(choice.first, choice.last, by=by, department=choice.whose)
    months = str(choice.first) if choice.first == choice.last else f"{choice.first}-{choice.last}"
    name = "-".join(filter(None, ["forbrug", choice.whose, months]))
    return attached(f"{name}.{form.value}", exported(survey, form), form.media_type)


# --- the page for a meeting


def meeting(call: Call) -> Response:
    """Show the page that a head of department brings to a meeting."""
    reports, department = _reports(call), own_department(call)
    page = reports.page(department.id)
    survey = reports.survey(page.first, page.last, department=department.id)
    return call.answer(
        "statistics/meeting.html",
        department=department,
        page=page,
        name=titled(survey.source.tree, page.departments, call.language),
        times=bars.times(page.trend),
        is_shared=_is_shared(survey.source.tree, page.departments, department),
        peers=bars.peers(page, survey.source.tree, call.language),
        after=len(page.peers) - max((number for number, _ in page.nearby), default=0),
        good=[(one, call.language.gettext(words.PLACES[one.what])) for one in page.places if one.is_good],
        forms=[(one.value, words.FORMS[one]) for one in _FOR_MEETINGS if one.is_installed],
    )


def meeting_file(call: Call) -> Response:
    """Give it as a file."""
    form, department = _form(call, _FOR_MEETINGS), own_department(call)
    content = _reports(call).meeting(department.id, form=form)
    return attached(f"forbrug-{department.id}.{form.value}", content, form.media_type)


# --- what they share


def _reports(call: Call) -> Reports:
    return Reports(call.post)


def _form(call: Call, among: Iterable[Form]) -> Form:
    """Give the form that is asked for. Raises Refused for one that is not made here."""
    found = next((one for one in among if one.value == call.query("form")), None)
    if found is None or not found.is_installed:
        raise Refused(404, _NO_SUCH_FILE)
    return found


def _is_shared(tree: Tree, shown: Collection[str], department: Department | None) -> bool:
    """Tell whether the figures of a department are those of others too, so small it is."""
    return department is not None and bool(set(shown) - tree.below(department.id))


def _above(call: Call, choice: Choice) -> list[Department]:
    """Give the departments above the one that is shown, as far as somebody works for them, the highest first."""
    if choice.department is None:
        return []
    lineage = call.post.departments.lineage(choice.department.id)[:0:-1]
    return [call.post.departments.get(one) for one in lineage if call.site.works_for(call.person, one)]
