"""Ikke begyndt: the door for everybody who helps others to start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import attrs

from esdh_connect.connect import Connect
from esdh_connect.ids import mask
from esdh_connect.reasons import is_on_one_line
from esdh_connect.usage import UsageKind
from esdh_connect.workdays import Workdays
from esdh_connect_forbrug.figures import Use
from esdh_connect_forbrug.months import HERE, Month, day_of
from esdh_connect_forbrug.plugin import Forbrug
from esdh_connect_forbrug.reports.danish import day
from esdh_connect_forbrug.starting.answers import Answers
from esdh_connect_forbrug.starting.errors import AnswerRefused
from esdh_connect_forbrug.starting.starters import Starters, Watch
from esdh_connect_forbrug.starting.suggesting import suggested
from esdh_connect_forbrug.starting.values import Answer, Hurdle, Reason, Starting, Step, Waiting

__all__ = ["NotStarted"]

#: The plugin's name in the settings.
_PLUGIN = "forbrug"
_WEEK = timedelta(days=7)
#: Nothing is older.
_FIRST = Month(2000, 1)


@attrs.frozen(eq=False)
class NotStarted:
    """
    Ikke begyndt, in one installation: who can send and has sent nothing for so many working days, why, and what next.

    How many is a setting, and whole weeks are looked at: the list is made up once a week, for the Monday. Whoever reads
    it each day, or with other days, learns of no letter on which day it was sent – but for the first one there ever
    was: who begins is off the list at once.

    Who has no need, or is planned for later, is not on the list; see :meth:`excused`. What cannot be done is an
    AnswerRefused with a Danish text; nothing was noted then.
    """

    post: Connect

    # --- departments

    def departments(self) -> tuple[Waiting, ...]:
        """Give the departments that are to be helped, the most urgent first: late steps, then those with no answer."""
        today = self.today
        found = [one for one in self._waiting() if not (one.answer and one.answer.excuses(today))]
        return tuple(sorted(found, key=lambda one: _urgency(one, today)))

    def excused(self) -> tuple[Waiting, ...]:
        """Give the departments that have no need, or are planned for a later day."""
        today = self.today
        return tuple(one for one in self._waiting() if one.answer and one.answer.excuses(today))

    def answer(
        self,
        department: str,
        reason: Reason,
        *,
        by: str,
        hurdle: Hurdle | None = None,
        note: str = "",
        step: Step | None = None,
        until: date | None = None,
        user: str = "",
    ) -> Answer:
        """
        Note why a department has not started, as its contact says – or why a user has not, as they say themselves.

        Raises AnswerRefused or UnknownDepartment, and AnswerRefused where users are not looked at. A department that is
        not waited for (:meth:`refuse_unasked`) has no reason to give; its users may have.
        """
        self.post.departments.get(department)
        if not user:
            self.refuse_unasked(department)
        _refuse_cpr(by, note, user, *((step.what, step.owner) if step else ()))
        if until is not None and until <= self.today:
            raise AnswerRefused(
                "that day has come", danish=f"den {day(until)} er ikke senere: skriv en dag, der kommer"
            )
        given = Answer(department, reason, by.strip(), self._now, hurdle, note.strip(), step, until)
        self._answers.add(given, self._digest(user) if user else "")
        return given

    def refuse_unasked(self, department: str) -> None:
        """Raise AnswerRefused where a department is on no list, so that what it said would be shown nowhere."""
        if any(one.department == department for one in self._waiting()):
            return
        name = self.post.departments.get(department).name or department
        if self._can_send(department, _monday(self._workdays.before(self.made_up, self._settings.days))):
            raise AnswerRefused(
                f"{department} has started", danish=f"»{name}« er i gang, så der er ingen årsag at notere"
            )
        raise AnswerRefused(
            f"{department} could not send for long enough",
            danish=f"»{name}« har ikke kunnet sende i {self._settings.days} arbejdsdage endnu, så ingen venter på en "
            "årsag",
        )

    def history(self, department: str) -> tuple[Answer, ...]:
        """Give what a department has answered, the oldest first."""
        return self._answers.of(department)

    # --- users, where staff has been told

    @property
    def starters(self) -> Starters:
        """Give the set of who has started: it is switched on and off there."""
        return Starters(self.post.store)

    def users(self, roster: Iterable[str]) -> tuple[str, ...]:
        """
        Give those of the host's roster who have sent nothing; nobody where users are not looked at.

        Nobody either before it was on for as many working days: until then nothing can be known.
        """
        ready = self.ready_on()
        return self.starters.missing(roster) if ready is not None and ready <= self.today else ()

    def ready_on(self) -> date | None:
        """Give the first day :meth:`users` can say anything; None where users are not looked at."""
        watch = self.starters.watch
        return None if watch is None else self._workdays.after(day_of(watch.since), self._settings.days)

    def user_answer(self, department: str, user: str) -> Answer | None:
        """Give what a user has said last."""
        said = self._answers.of(department, self._digest(user))
        return said[-1] if said else None

    # --- the parts of it

    @property
    def today(self) -> date:
        """Give the day it is in Denmark."""
        return day_of(self._now)

    def _waiting(self) -> list[Waiting]:
        long, until = self._settings.days, _monday(self.made_up)
        begins = _monday(self._workdays.before(self.made_up, long))
        sent, seen = self._sent(begins, until) | self._first_letters(until), self._seen(until - _WEEK, until)
        last = self._answers.last()
        begun = {name for one in Use(self.post).published(_FIRST, Month.of(self._now)) for name in one.departments}
        return [
            Waiting(
                one.id,
                one.name or one.id,
                long,
                has_begun=one.id in begun,
                answer=last.get((one.id, "")),
                suggestion=suggested(seen.get(one.id, {})),
            )
            for one in self.post.departments
            if one.id not in sent and self._can_send(one.id, begins)
        ]

    @property
    def made_up(self) -> date:
        """Give the day the list was made up: the Monday of this week."""
        return self.today - timedelta(days=self.today.weekday())

    def _can_send(self, department: str, since: datetime) -> bool:
        """Tell whether it could send all that time: what was switched on yesterday has not been waiting."""
        policies = {at: self.post.departments.policy(department, at) for at in (since, self._now)}
        return all(one.is_active(at) and self.post.plugins.channels_of(one) for at, one in policies.items())

    def _sent(self, since: datetime, until: datetime) -> set[str]:
        from esdh_connect_forbrug.tables import counts

        counted = self.post.usage(since, until)
        told = {department for department, kind, _ in counted if kind is UsageKind.SENT}
        with self.post.store.reading() as connection:
            return told | counts.sent(connection, day_of(since), day_of(until))

    def _first_letters(self, until: datetime) -> set[str]:
        """Give the departments whose first letter ever was sent since then: that it was, their wave tells anyway."""
        from esdh_connect_forbrug.tables import counts, published

        with self.post.store.reading() as connection:
            before = counts.sent(connection, _FIRST.first_day, day_of(until)) | published.departments(connection)
        return self._sent(until, self._now + timedelta.resolution) - before

    def _seen(self, since: datetime, until: datetime) -> Mapping[str, Mapping[UsageKind, int]]:
        seen: dict[str, dict[UsageKind, int]] = {}
        for (department, kind, _), count in self.post.usage(since, until).items():
            of = seen.setdefault(department, {})
            of[kind] = of.get(kind, 0) + count
        return seen

    def _digest(self, user: str) -> str:
        watch: Watch | None = self.starters.watch
        if watch is None:
            raise AnswerRefused("users are not looked at", danish="der ses ikke på enkelte brugere i denne kommune")
        return watch.digest(user)

    @property
    def _workdays(self) -> Workdays:
        return Workdays(self._settings.closed)

    @property
    def _settings(self) -> Starting:
        found = self.post.plugins.get(_PLUGIN)
        return found.starting if isinstance(found, Forbrug) else Starting()

    @property
    def _answers(self) -> Answers:
        return Answers(self.post.store)

    @property
    def _now(self) -> datetime:
        return self.post.store.now()


def _monday(day: date) -> datetime:
    """Give the moment the week of a day begins."""
    return datetime.combine(day - timedelta(days=day.weekday()), datetime.min.time(), HERE)


def _urgency(one: Waiting, today: date) -> tuple[int, date]:
    step = one.answer.step if one.answer else None
    if step is not None:
        return (0 if step.is_late(today) else 2), step.due
    return (1 if one.answer is None else 3), today


def _refuse_cpr(*texts: str) -> None:
    if not all(map(is_on_one_line, texts)):
        raise AnswerRefused("a text has control characters", danish="teksten skal stå på én linje, uden styretegn")
    if any(mask(text) != text for text in texts):
        raise AnswerRefused("a text looks like a CPR number", danish="der står noget, der ligner et CPR-nummer")
