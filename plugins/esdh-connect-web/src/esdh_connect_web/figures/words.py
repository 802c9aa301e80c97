"""Ord: what statistics are called in the reader's language. The core's own words for them are Danish."""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect_forbrug.reports import By, Form
from esdh_connect_forbrug.starting import Hurdle, Reason
from esdh_connect_web.texts import N_, Language

__all__ = ["BY", "CAUSES", "FORMS", "HURDLES", "PLACES", "REASONS", "cause"]

#: What an export has a row for.
BY: Mapping[By, str] = {
    By.DEPARTMENT: N_("Department"),
    By.MONTH: N_("Month"),
    By.CHANNEL: N_("Channel"),
    By.PLUGIN: N_("Plugin"),
}
#: What a file is for.
FORMS: Mapping[Form, str] = {
    Form.XLSX: N_("Workbook for Excel (XLSX)"),
    Form.CSV: N_("Spreadsheet (CSV)"),
    Form.PDF: N_("For print (PDF)"),
    Form.HTML: N_("Page for the browser (HTML)"),
    Form.JSON: N_("For programs (JSON)"),
}
#: Why letters did not arrive, by the code they are counted with.
CAUSES: Mapping[str, str] = {
    "recipient": N_("The recipient"),
    "attachment": N_("An attachment"),
    "certificate": N_("The certificate"),
    "network": N_("The connection"),
    "rejected": N_("Rejected by the provider"),
    "failed": N_("Not handed over"),
    "recalled": N_("Recalled"),
    "stopped": N_("Stopped here"),
    "unreachable": N_("No connection"),
    "no_answer": N_("No answer"),
    "no_receipt": N_("No receipt"),
}
#: By what a department has a place among others: the Danish name, and the text.
PLACES: Mapping[str, str] = {
    "andel digitalt": N_("share sent digitally"),
    "digitale breve om måneden": N_("digital letters a month"),
    "vækst de seneste tre måneder": N_("growth in the last three months"),
    "bilag lagt sammen pr. brev": N_("attachments put together per letter"),
}
#: Why a department has not started, and what is said of that.
REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.STARTUP: (N_("Difficulties in starting"), N_("Something is in the way. The department gets help.")),
    Reason.NO_NEED: (
        N_("No need in the job"),
        N_("A good answer: the department leaves the list, and nobody asks again."),
    ),
    Reason.LATER: (N_("Planned for later"), N_("The department leaves the list until that day.")),
    Reason.OTHER: (N_("Something else"), N_("Write a line about it below.")),
    Reason.UNTOLD: (N_("Not told"), N_("The department would rather not say, or does not know yet.")),
}
#: What makes it hard to start.
HURDLES: Mapping[Hurdle, str] = {
    Hurdle.CERTIFICATE: N_("certificate"),
    Hurdle.TEMPLATES: N_("templates"),
    Hurdle.TIME: N_("time"),
    Hurdle.TRAINING: N_("training"),
    Hurdle.ATTACHMENTS: N_("attachments"),
}


def cause(code: str, spoken: Language) -> str:
    """Give what a cause is called; one that is a provider's own is called by its code."""
    known = CAUSES.get(code)
    return spoken.gettext(known) if known else code.replace("_", " ") or spoken.gettext(N_("Not told"))
