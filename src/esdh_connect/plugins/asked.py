"""Asking the plugins that a policy enables: a typed face over pluggy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs
import pluggy

from esdh_connect.channel import Channel, Limits
from esdh_connect.dispatch import Concern, Dispatch, Plan, Request
from esdh_connect.errors import Objection, PlanError
from esdh_connect.events import DocumentEvent
from esdh_connect.hookspecs import Action
from esdh_connect.ids import mask
from esdh_connect.log import Log
from esdh_connect.model import Case, Colleague, Document, Letter, Party, Recipient
from esdh_connect.policy import Policy

__all__ = ["Asked"]

T = TypeVar("T")


@attrs.frozen
class Asked:
    """
    The plugins that a policy enables, one typed method for each hook.

    What a plugin raises while it is asked becomes an Objection with the plugin's name, unless it is a PlanError
    already; duties let their exceptions out. The log has why: the caseworker is told it in words of their own.
    """

    _manager: pluggy.PluginManager
    _log: Log = Log()

    def read_document(self, document: Document) -> bytes | None:
        """Ask for the bytes of a document."""
        return self._first("read_document", bytes, document=document)

    def find_bundle(self, name: str, departments: Sequence[str], at: datetime) -> tuple[Document, ...] | None:
        """Ask for the documents of a shared bundle."""
        found: Sequence[Document] | None = self._called(
            "find_bundle", {"name": name, "departments": departments, "at": at}
        )
        return None if found is None else tuple(found)

    def resolve_recipient(self, party: Party, case: Case) -> Recipient | None:
        """Ask who a party is."""
        return self._first("resolve_recipient", Recipient, party=party, case=case)

    def choose_channel(self, recipient: Recipient, channels: Sequence[Channel], policy: Policy) -> Channel | None:
        """Ask which of the channels to take."""
        chosen: Channel | None = self._called(
            "choose_channel", {"recipient": recipient, "channels": channels, "policy": policy}
        )
        if chosen is not None and chosen not in channels:
            raise Objection("choose_channel chose what was not offered", danish="et plugin svarede forkert")
        return chosen

    def consolidate_letter(self, letter: Letter, limits: Limits, policy: Policy) -> Letter | None:
        """Ask for fewer files."""
        return self._first("consolidate_letter", Letter, letter=letter, limits=limits, policy=policy)

    def offer_actions(self, document: Document, actor: str, policy: Policy) -> tuple[Action, ...]:
        """Ask everybody what can be done with a document."""
        return tuple(self._all("offer_actions", Action, document=document, actor=actor, policy=policy))

    def find_parties(self, case: Case) -> tuple[Party, ...] | None:
        """Ask who the parties of a case are; None where nobody knows."""
        return self._listed("find_parties", Party, case=case)

    def find_approvers(self, department: str, case: Case) -> tuple[Colleague, ...] | None:
        """Ask who can approve a letter of a department; None where nobody knows."""
        return self._listed("find_approvers", Colleague, department=department, case=case)

    def find_colleague(self, id: str) -> Colleague | None:  # noqa: A002 - the field's own word
        """Ask what somebody who works here is called."""
        return self._first("find_colleague", Colleague, id=id)

    def review_plan(self, plan: Plan, policy: Policy) -> tuple[str | Concern, ...]:
        """Ask everybody for objections and concerns."""
        return tuple(self._all("review_plan", str | Concern, plan=plan, policy=policy))

    @property
    def requesters(self) -> tuple[str, ...]:
        """Give the names of those who may propose letters."""
        return tuple(one.plugin_name for one in self._manager.hook.request_letters.get_hookimpls())

    def request_letters(self, plugin: str, event: DocumentEvent) -> tuple[Request, ...]:
        """Ask one plugin for proposals."""
        asked = {"event": event}
        return tuple(
            one
            for implementation in self._manager.hook.request_letters.get_hookimpls()
            if implementation.plugin_name == plugin
            for one in _answer(implementation, Request, asked)
        )

    @property
    def journalizes(self) -> bool:
        """Tell whether anybody journalizes: with no answerer the duty does not exist."""
        return bool(self._manager.hook.journalize_dispatch.get_hookimpls())

    @property
    def can_look(self) -> bool:
        """Tell whether anybody can look for an entry by our mark."""
        return bool(self._manager.hook.find_journal_entry.get_hookimpls())

    @property
    def knows_commits(self) -> bool:
        """Tell whether anybody can say what became of the host's own transaction."""
        return bool(self._manager.hook.was_committed.get_hookimpls())

    def was_committed(self, key: str) -> bool | None:
        """Ask whether the host's own transaction for this key was committed."""
        answer: bool | None = self._manager.hook.was_committed(key=key)
        return answer

    def find_journal_entry(self, mark: str, case: Case) -> str | None:
        """Ask whether the host has an entry with our mark on this case."""
        return _id_of(self._manager.hook.find_journal_entry(mark=mark, case=case))

    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str | None:
        """Ask for an entry on the case."""
        return _id_of(self._manager.hook.journalize_dispatch(dispatch=dispatch, mark=mark))

    def _first(self, hook: str, kind: type[T], **asked: object) -> T | None:
        answer = self._called(hook, asked)
        if answer is not None and not isinstance(answer, kind):
            raise Objection(f"{hook} answered with {type(answer).__name__}", danish="et plugin svarede forkert")
        return answer

    def _listed(self, hook: str, kind: type[T], **asked: object) -> tuple[T, ...] | None:
        found = self._called(hook, asked)
        if found is None:
            return None
        if not isinstance(found, Sequence) or not all(isinstance(one, kind) for one in found):
            raise Objection(f"{hook} answered with no list of {kind.__name__}", danish="et plugin svarede forkert")
        return tuple(found)

    def _all(self, hook: str, kind: Any, **asked: object) -> list[Any]:  # noqa: ANN401 - a class, or a union of some
        """Ask each by itself: what is wrong with an answer is the fault of whoever gave it."""
        implementations = getattr(self._manager.hook, hook).get_hookimpls()
        return [one for implementation in implementations for one in self._answered(implementation, kind, asked)]

    def _answered(self, implementation: pluggy.HookImpl, kind: Any, asked: Mapping[str, object]) -> Sequence[Any]:  # noqa: ANN401
        try:
            return _answer(implementation, kind, asked)
        except PlanError as error:
            self._failed(implementation.function.__name__, error)
            raise

    def _called(self, hook: str, asked: Mapping[str, object]) -> Any:  # noqa: ANN401 - pluggy knows no types
        caller = getattr(self._manager.hook, hook)
        try:
            return caller(**asked)
        except PlanError as error:
            self._failed(hook, error)
            raise
        except Exception as error:
            blamed = _blamed(caller, error)
            self._failed(hook, blamed, raised=repr(error))
            raise blamed from error

    def _failed(self, hook: str, error: PlanError, **more: str) -> None:
        self._log.warning("hook_failed", hook=hook, error=str(error), **more)


def _id_of(answer: Any) -> str | None:  # noqa: ANN401 - whatever a host answers
    """Give a host's own id as it may be kept: it stands in tables and on pages, where no CPR number may."""
    return mask(answer) if isinstance(answer, str) else answer


def _answer(implementation: pluggy.HookImpl, kind: Any, asked: Mapping[str, object]) -> Sequence[Any]:  # noqa: ANN401
    """Give what one plugin answers. Raises Objection, with its name, for what it raises and for what is no answer."""
    name, hook = implementation.plugin_name, implementation.function.__name__
    try:
        answer: Any = implementation.function(*(asked[one] for one in implementation.argnames))
    except PlanError:
        raise
    except Exception as error:
        raise _objection(hook, name, f"raised {type(error).__name__}") from error
    if answer is None:
        return ()
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        raise _objection(hook, name, f"answered with {type(answer).__name__}, not with a list")
    wrong = [one for one in answer if not isinstance(one, kind)]
    if wrong:
        raise _objection(hook, name, f"answered with a {type(wrong[0]).__name__} in its list")
    return answer


def _blamed(caller: pluggy.HookCaller, error: Exception) -> Objection:
    """Make the Objection that names the plugin whose code an exception came through."""
    codes = {one.function.__code__: one.plugin_name for one in caller.get_hookimpls()}
    plugin, trace = "", error.__traceback__
    while trace is not None:
        plugin = codes.get(trace.tb_frame.f_code, plugin)
        trace = trace.tb_next
    return _objection(caller.name, plugin, f"raised {type(error).__name__}")


def _objection(hook: str, plugin: str, what: str) -> Objection:
    return Objection(
        f"{hook} of {plugin or 'a plugin'} {what}",
        plugin=plugin,
        danish=f"»{plugin or 'et plugin'}« kunne ikke svare. Prøv igen, eller spørg administratoren",
    )
