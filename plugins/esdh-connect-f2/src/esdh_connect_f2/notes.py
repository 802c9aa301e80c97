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

from esdh_connect.errors import DeliveryError
from esdh_connect.events import DispatchDelivered, DispatchFailed
from esdh_connect.ids import mask
from esdh_connect.log import Log
from esdh_connect_f2.cases import Cases
from esdh_connect_f2.journal import Journal
from esdh_connect_f2.once import Once
from esdh_connect_f2.refusal import CaseClosed, Missing
from esdh_connect_f2.wire import Thing, form, patch

__all__ = ["Notes"]

#: So long a note is worth waiting for.
_PATIENCE = timedelta(days=1)
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

    def _told(self, event: DispatchDelivered | DispatchFailed, text: str, *, alert: bool) -> None:
        try:
            case = self.cases.thing(event.case.id)
            matter = self.journal.matter(event.dispatch, case)
            factory = self.cases.service.linked(matter or case, "create-note")
            said = f"{text} Forsendelse {event.dispatch}"
            self.once.made(event.dispatch, f"note {event.id}", factory, form({"Text": said}))
            if alert and matter is not None and self.alerts:
                self._alert(matter, said)
        except DeliveryError as error:
            for_good = isinstance(error, CaseClosed | Missing) or not hasattr(error, "retry_after")
            if not for_good and self.now() - event.at < _PATIENCE:
                raise
            self.log.warning("f2_note_not_written", dispatch=event.dispatch, error=str(error))

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
