"""
Hooks: where the library asks and where it tells.

Their grammar tells their kind. ``register_<nouns>`` is asked once, at start. ``<verb>_<noun>`` decides or asks
before the commit, and may stop it; two *duties* with the same grammar run after it, alone and again until
answered. ``<noun>_<participle>`` is a fact: told from the store, to each subscriber alone, at least once, always
with the one argument ``event``, and can stop nothing. ``erase_expired`` is asked now and then, ``examine_plugin`` by
``esdh-connect doctor``. ``export_usage`` is handed what was used, many at a time, and ``read_events`` asked what
happened, beside everything else.

The host is asked before plugins, plugins before the built-in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs
import pluggy

if TYPE_CHECKING:
    from esdh_connect import events as told
    from esdh_connect.bell import Bell
    from esdh_connect.channel import Channel, Limits
    from esdh_connect.converter import Converter
    from esdh_connect.diagnosis import Diagnosis
    from esdh_connect.dispatch import Concern, Dispatch, Plan, Request
    from esdh_connect.model import Case, Colleague, Document, Letter, Party, Recipient
    from esdh_connect.outbox import Shelf
    from esdh_connect.policy import Policy
    from esdh_connect.tables import Tables
    from esdh_connect.usage import Usage

__all__ = ["PROJECT", "Action", "hookimpl", "hookspec"]

PROJECT = "esdh_connect"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@attrs.frozen
class Action:
    """Handling: what an actor may do with a document. ``label`` and ``reason`` are Danish."""

    id: str
    label: str
    enabled: bool = True
    reason: str = ""


# --- register: once, at start; every answer counts, two of a name are refused


@hookspec
def register_channels() -> Sequence[Channel]:
    """Registrér kanaler: the channels this plugin brings."""


@hookspec
def register_converters() -> Sequence[Converter]:
    """Registrér konvertere: what this plugin can make PDF of. Of two that take a type the first in order makes it."""


@hookspec
def register_bells() -> Sequence[Bell]:
    """Registrér klokker: the worker engines this plugin brings; the settings name the one that is used."""


@hookspec
def register_tables(store: Shelf) -> Tables:
    """Registrér tabeller: what this plugin keeps in the store, made and brought up to date with it."""


# --- decide: before the commit; the first answer wins, an exception becomes that row's problem


@hookspec(firstresult=True)
def read_document(document: Document) -> bytes | None:
    """Læs dokument: its bytes, in the version asked for. Stops at the first answer."""


@hookspec(firstresult=True)
def find_bundle(name: str, departments: Sequence[str], at: datetime) -> Sequence[Document] | None:
    """Find bilagspakke: its documents in the version in force. ``departments``: whose letter, and those above."""


@hookspec(firstresult=True)
def resolve_recipient(party: Party, case: Case) -> Recipient | None:
    """Find modtager: who the party is and where. Stops at the first answer; none is NoRecipient."""


@hookspec(firstresult=True)
def find_parties(case: Case) -> Sequence[Party] | None:
    """Find parter: who is a party of the case; None: not known. Stops at the first answer."""


@hookspec(firstresult=True)
def find_approvers(department: str, case: Case) -> Sequence[Colleague] | None:
    """Find godkendere: who can approve a letter of the department; None: not known. Stops at the first answer."""


@hookspec(firstresult=True)
def choose_channel(recipient: Recipient, channels: Sequence[Channel], policy: Policy) -> Channel | None:
    """Vælg kanal among those the policy allows and that reach the recipient. Stops at the first answer."""


@hookspec(firstresult=True)
def consolidate_letter(letter: Letter, limits: Limits, policy: Policy) -> Letter | None:
    """Saml bilag: the files looked at, and fewer of them; every document in its place. Stops at the first answer."""


# --- ask all: before the commit; every answer is collected


@hookspec
def offer_actions(document: Document, actor: str, policy: Policy) -> Sequence[Action]:
    """Tilbyd handlinger: what this actor may do with this document in this department."""


@hookspec
def review_plan(plan: Plan, policy: Policy) -> Sequence[str | Concern]:
    """Gennemse plan: what speaks against it, in Danish. A text stops the commit, a concern until it is overridden."""


@hookspec
def request_letters(event: told.DocumentEvent) -> Sequence[Request]:
    """Foreslå breve: is anything to be sent because of this? Proposals wait for a caseworker."""


# --- duties: after the commit; repeated alone until answered


@hookspec(firstresult=True)
def find_journal_entry(mark: str, case: Case) -> str | None:
    """Find journalnotat by our mark on the letter's case; its id, or None: not there. Asked before every repeat."""


@hookspec(firstresult=True)
def journalize_dispatch(dispatch: Dispatch, mark: str) -> str | None:
    """Journalisér: put what was sent on the case, carrying the mark; the host's id of the entry."""


@hookspec(firstresult=True)
def was_committed(key: str) -> bool | None:
    """Blev det gemt: did the host's own transaction for this key commit? None: not known yet. Asked until answered."""


# --- clearing up: asked of everybody now and then, whatever departments have on


@hookspec
def erase_expired(now: datetime) -> int | None:
    """Slet det udløbne: what this plugin keeps and nobody may keep any longer; how much there was."""


# --- looking after: asked of everybody when an administrator wants to know, whatever departments have on


@hookspec
def examine_plugin(online: bool, at: datetime) -> Sequence[Diagnosis]:  # noqa: FBT001 - hooks have no keywords
    """Undersøg plugin: what is wrong with what this plugin needs. Only if ``online`` may anybody be called."""


@hookspec(firstresult=True)
def find_colleague(id: str) -> Colleague | None:  # noqa: A002 - the field's own word
    """Find kollega: what somebody who works here is called; None: not known. Stops at the first answer."""


# --- handing on: many at a time, in their order, beside everything else and never waited for


@hookspec
def export_usage(usage: Sequence[Usage]) -> None:
    """Aflevér forbrug: to a receiver outside. Those of a call are handed on again, all of them, where it raises."""


# --- source: read by deliver beside everything else, each from where it was read to


@hookspec
def read_events(cursor: str) -> told.NewEvents | None:
    """Læs hændelser: what happened since ``cursor``, "" at first. For hosts that cannot tell."""


# --- facts: told, not asked


@hookspec
def document_created(event: told.DocumentCreated) -> None:
    """Dokument oprettet."""


@hookspec
def document_changed(event: told.DocumentChanged) -> None:
    """Dokument ændret: a new version."""


@hookspec
def document_finalized(event: told.DocumentFinalized) -> None:
    """Dokument færdiggjort."""


@hookspec
def document_journalized(event: told.DocumentJournalized) -> None:
    """Dokument journaliseret."""


@hookspec
def document_withdrawn(event: told.DocumentWithdrawn) -> None:
    """Dokument tilbagetrukket."""


@hookspec
def document_printed(event: told.DocumentPrinted) -> None:
    """Dokument printet lokalt."""


@hookspec
def dispatch_committed(event: told.DispatchCommitted) -> None:
    """Forsendelse bestilt."""


@hookspec
def dispatch_held(event: told.DispatchHeld) -> None:
    """Forsendelse afventer godkendelse."""


@hookspec
def dispatch_sent(event: told.DispatchSent) -> None:
    """Forsendelse modtaget af leverandøren."""


@hookspec
def dispatch_delivered(event: told.DispatchDelivered) -> None:
    """Forsendelse leveret."""


@hookspec
def dispatch_failed(event: told.DispatchFailed) -> None:
    """Forsendelse fejlet."""


@hookspec
def dispatch_unresolved(event: told.DispatchUnresolved) -> None:
    """Forsendelse uafklaret."""


@hookspec
def dispatch_cancelled(event: told.DispatchCancelled) -> None:
    """Forsendelse afbrudt."""


@hookspec
def receipt_received(event: told.ReceiptReceived) -> None:
    """Kvittering modtaget."""


@hookspec
def usage_recorded(event: told.UsageRecorded, actor: str | None) -> None:
    """Forbrug registreret. Who did it (the host's user id, or None) is told to those that ask, beside the event."""


@hookspec
def policy_changed(event: told.PolicyChanged) -> None:
    """Afdelingspolitik ændret."""
