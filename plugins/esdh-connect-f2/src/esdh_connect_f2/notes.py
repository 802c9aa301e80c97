"""
Noter: what became of a letter afterwards, where the caseworker sees it in F2.

A note on the letter's matter, or on the case where it has none yet, is written once however often we are told. A letter
that failed gives the matter an alert too, for whoever is responsible for it. What cannot be told for good – the case is
closed, we have no right to it – is logged and left: the next letter must be told of as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

import attrs

from esdh_connect.errors import DeliveryError, OutcomeUnknown, Rejected
from esdh_connect.events import DispatchDelivered, DispatchEvent, DispatchFailed, DispatchUnresolved
from esdh_connect.ids import mask
from esdh_connect.log import Log
from esdh_connect_f2.cases import Cases
from esdh_connect_f2.journal import Journal
from esdh_connect_f2.once import Expired, Once
from esdh_connect_f2.refusal import CaseClosed, Locked, Missing, NoEntry
from esdh_connect_f2.wire import Thing, form, patch

__all__ = ["Notes"]

#: So long a note waits for F2 as a whole – and so long for what may be wrong with this one alone, for all later ones
#: wait behind it.
_PATIENCE, _SHORT_PATIENCE = timedelta(days=3), timedelta(hours=1)
_ABOUT_THIS_ONE = (Locked, NoEntry, OutcomeUnknown)
_FOR_GOOD = (CaseClosed, Missing, Rejected)
_ALERT = "Other"  # »Use the value "Other" for unexpected errors«


@attrs.frozen(eq=False)
class Notes:
    """Tells F2. ``alerts`` says whether a matter gets one; ``now`` is a clock that gives aware times."""

    cases: Cases
    once: Once
    journal: Journal
    zone: tzinfo
    alerts: bool
    now: Callable[[], datetime]
    log: Log = Log()

    def delivered(self, event: DispatchDelivered) -> None:
        """Say that the letter reached its recipient."""
        self._told(event, f"Brevet er leveret {event.at.astimezone(self.zone):%d.%m.%Y kl. %H.%M}.", alert=False)

    def failed(self, event: DispatchFailed) -> None:
        """Say that somebody must look."""
        why = f" {mask(event.why)}" if event.why else ""
        self._told(event, f"Brevet er ikke nået frem.{why} Se fejlbakken.", alert=True)

    def unresolved(self, event: DispatchUnresolved) -> None:
        """Say that nobody knows, where a person must find out: before that a receipt is awaited."""
        if event.why:
            text = f"Det er uafklaret, om brevet er sendt. Send det ikke igen. {mask(event.why)}"
            self._told(event, text, alert=True)

    def _told(self, event: DispatchEvent, text: str, *, alert: bool) -> None:
        try:
            case = self.cases.thing(event.case.id)
            matter = self.journal.matter(event.dispatch, case)
            said = f"{text} Forsendelse {event.dispatch}"
            self._noted(matter or case, event, said)
            if alert and matter is not None and self.alerts:
                self._alert(matter, said)
        except DeliveryError as error:
            patience = _SHORT_PATIENCE if isinstance(error, _ABOUT_THIS_ONE) else _PATIENCE
            if not isinstance(error, _FOR_GOOD) and self.now() - event.at < patience:
                raise
            self.log.warning("f2_note_not_written", dispatch=event.dispatch, error=str(error))

    def _noted(self, about: Thing, event: DispatchEvent, said: str) -> None:
        service, step, note = self.cases.service, f"note {event.id}", form({"Text": said})
        factory = service.linked(about, "create-note")
        try:
            self.once.made(event.dispatch, step, factory, note)
        except Expired:
            there = service.thing(service.linked(about, "notes"), "Notes").parts("Note", "LastEntry")
            if all(one.text("Text") != said for one in there):
                self.once.made(event.dispatch, step, factory, note)

    def _alert(self, matter: Thing, text: str) -> None:
        """Put an alert beside those there are: F2 takes the whole list, so one that cannot be repeated stops us."""
        responsible = matter.parts("Responsible")
        number = responsible[0].number("PartyNumber") if responsible else None
        known = [_repeated(one) for one in matter.parts("Alerts", "Alert")]
        if number is None or None in known or any(one and one["Description"] == text for one in known):
            return
        alerts = [*known, {"Type": _ALERT, "Description": text, "User": {"PartyNo": number, "PickFirstMatch": True}}]
        self.cases.service.patch(self.cases.service.linked(matter, "self"), patch({"Alerts": alerts}))


def _repeated(alert: Thing) -> dict[str, object] | None:
    user = alert.parts("User")
    number = user[0].number("PartyNumber") if user else None
    if number is None:
        return None
    who = {"PartyNo": number, "PickFirstMatch": True}
    return {"Type": alert.text("Type"), "Description": alert.text("Description"), "User": who}
