"""Former: statistics as a file – for a program, a spreadsheet, a browser or a printer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import Enum
from importlib.util import find_spec

from esdh_connect_forbrug.reports.survey import Survey

__all__ = ["Form", "exported"]


class Form(Enum):
    """What kind of file; its value is how the name of the file ends."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """Give what a browser is told that it is."""
        return _MEDIA[self]

    @property
    def is_installed(self) -> bool:
        """Tell whether what makes it is there. Nothing is loaded for that: it takes seconds."""
        made_with = _MADE_WITH.get(self)
        return made_with is None or find_spec(made_with) is not None

    @property
    def is_text(self) -> bool:
        """Tell whether it can be shown in a terminal."""
        return self not in (Form.XLSX, Form.PDF)


_MEDIA: Mapping[Form, str] = {
    Form.JSON: "application/json",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.HTML: "text/html; charset=utf-8",
    Form.PDF: "application/pdf",
}

#: The extras.
_MADE_WITH: Mapping[Form, str] = {Form.XLSX: "xlsxwriter", Form.PDF: "weasyprint"}


def exported(survey: Survey, form: Form) -> bytes:
    """Give statistics as a file. Raises ConfigurationError where what makes it is not installed."""
    return _FORMS[form](survey)


def _json(survey: Survey) -> bytes:
    source = survey.source
    asked = {"from": str(source.first), "to": str(source.last), "by": survey.by.value}
    plain = asked | {sheet.key: sheet.plain for sheet in survey.sheets} | {"notes": list(survey.notes)}
    return json.dumps(plain, ensure_ascii=False, indent=2).encode() + b"\n"


def _csv(survey: Survey) -> bytes:
    from esdh_connect_forbrug.reports.separated import as_csv

    return as_csv(survey.sheet)


def _xlsx(survey: Survey) -> bytes:
    from esdh_connect_forbrug.reports.workbook import as_workbook

    return as_workbook(survey.title, survey.sheets, survey.notes)


def _html(survey: Survey) -> bytes:
    return survey.html().encode()


def _pdf(survey: Survey) -> bytes:
    from esdh_connect_forbrug.reports.printed import pdf

    return pdf(survey.html())


_FORMS: Mapping[Form, Callable[[Survey], bytes]] = {
    Form.JSON: _json,
    Form.CSV: _csv,
    Form.XLSX: _xlsx,
    Form.HTML: _html,
    Form.PDF: _pdf,
}
