"""
Errors, sorted by who must act.

.. code-block:: text

    EsdhConnectError                 never raised itself
    ├── ConfigurationError           the operator · only at start
    │   ├── PluginError              .plugin
    │   └── SettingsError            names file, line and key, never the value
    ├── OutboxError                  the operator · at start and while running
    │   ├── StoreError               it cannot be opened, read or written
    │   ├── WrongSecret              what is stored was sealed with another installation secret
    │   ├── DamagedRow               a line of it cannot be read; the others can
    │   └── DamagedPayload           what a letter carries does not open: nothing may be sent from it
    ├── PolicyError                  the administrator · nothing was changed
    │   └── UnknownDepartment        .department
    ├── PlanError                    the caseworker · nothing has happened
    │   ├── NoRecipient
    │   ├── NoChannel
    │   ├── DoesNotFit               .limit .actual
    │   ├── UnreadableDocument       .document
    │   ├── Objection                .plugin .concerns .told
    │   ├── PlanChanged              .changes
    │   ├── KeyReused
    │   ├── TooLate
    │   └── BatchDiffers             .letters .held
    └── DeliveryError                the machine · raised by channels
        ├── TemporaryFailure         nothing was sent; .retry_after
        ├── Rejected                 nothing was sent, and never will be; .code
        └── OutcomeUnknown           perhaps sent: never resend by yourself

``str(error)`` is English and meant for the log; the Danish text for the caseworker comes from
:func:`esdh_connect.wording.of`. An error raised by a plugin brings its Danish text along in ``danish``: a
sentence without the opening about what was sent, which ``wording`` adds. Neither text may hold a CPR number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

__all__ = [
    "BatchDiffers",
    "ConfigurationError",
    "DamagedPayload",
    "DamagedRow",
    "DeliveryError",
    "DoesNotFit",
    "EsdhConnectError",
    "KeyReused",
    "NoChannel",
    "NoRecipient",
    "Objection",
    "OutboxError",
    "OutcomeUnknown",
    "PlanChanged",
    "PlanError",
    "PluginError",
    "PolicyError",
    "ProgramOutdated",
    "Rejected",
    "SettingsError",
    "StoreError",
    "TemporaryFailure",
    "TooLate",
    "UnknownDepartment",
    "UnreadableDocument",
    "WrongSecret",
]


class EsdhConnectError(Exception):
    """Never raised itself: catch it to catch all of ours."""

    def __init__(self, message: str = "", *, danish: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        self.danish = danish


class ConfigurationError(EsdhConnectError):
    """The installation is set up wrongly; raised only at start, for the operator."""


class PluginError(ConfigurationError):
    """A plugin could not be loaded or breaks the rules of the hooks."""

    def __init__(self, message: str = "", *, plugin: str = "", danish: str = "") -> None:
        super().__init__(message, danish=danish)
        self.plugin = plugin


class SettingsError(ConfigurationError):
    """The settings file is missing, unreadable or has a wrong key or value."""


class OutboxError(EsdhConnectError):
    """Something is wrong with the outbox, for the operator: at start, and while running, since disks fill."""


class StoreError(OutboxError):
    """
    The outbox cannot be opened, read or written: damaged, locked, full, read-only, or not ours.

    What was about to be stored when it was raised is not stored – but where a server went away in the middle of a
    commit nobody knows until it is back. The same call again settles it: a key that was committed gives its first
    outcome.
    """


class ProgramOutdated(StoreError):
    """A newer version of the program has taken the outbox over: start this process again, with that version."""


class WrongSecret(OutboxError):
    """The installation secret is not the one the stored letters were sealed with; with the right one they open."""


class DamagedRow(OutboxError):
    """A line of the outbox is not what anybody wrote: a disk has failed. It says nothing of the other lines."""


class DamagedPayload(OutboxError):
    """
    What was stored of a letter is damaged, incomplete or belongs elsewhere: nothing may be sent from it.

    It tells nothing of what was sent earlier: a letter is also read to journalize it.
    """


class PolicyError(EsdhConnectError):
    """A department cannot be as somebody wanted it; nothing was changed."""


class UnknownDepartment(PolicyError):
    """Nobody has set up a department of this id."""

    def __init__(self, message: str = "", *, department: str = "", danish: str = "") -> None:
        super().__init__(message or f"no department {department!r}", danish=danish)
        self.department = department


class PlanError(EsdhConnectError):
    """Something the caseworker can see and act on before anything has happened."""


class NoRecipient(PlanError):
    """The party could not be turned into a recipient."""


class NoChannel(PlanError):
    """No channel that the department allows reaches the recipient."""


class DoesNotFit(PlanError):
    """The letter breaks a limit of the channel."""

    def __init__(self, message: str = "", *, limit: str = "", actual: str = "", danish: str = "") -> None:
        super().__init__(message, danish=danish)
        self.limit = limit
        self.actual = actual


class UnreadableDocument(PlanError):
    """A document could not be read, or is not what it says it is."""

    def __init__(self, message: str = "", *, document: str = "", danish: str = "") -> None:
        super().__init__(message, danish=danish)
        self.document = document


class Objection(PlanError):
    """
    A plugin objects to the plan, or failed while it was asked; or a concern is open.

    ``concerns`` has the ids of those that nobody has overridden, ``told`` each of those ids with what it says:
    ``Override(id, why, seen=text)`` overrides what was read, and nothing else.
    """

    def __init__(
        self, message: str = "", *, plugin: str = "", danish: str = "", told: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message, danish=danish)
        self.plugin = plugin
        self.told = tuple(told)
        self.concerns = tuple(dict.fromkeys(id_ for id_, _ in self.told))


class PlanChanged(PlanError):
    """What would be sent now is not what was shown."""

    def __init__(self, message: str = "", *, changes: Sequence[str] = (), danish: str = "") -> None:
        super().__init__(message, danish=danish)
        self.changes = tuple(changes)


class KeyReused(PlanError):
    """The key was used for another letter: a key names one wish to send, for ever."""


class TooLate(PlanError):
    """What somebody wanted to do to a letter is not possible as it is now: it has left, or it is done already."""


class BatchDiffers(PlanError):
    """
    A mailing is not what was confirmed, so nothing more of it leaves.

    ``letters`` is how many of it lie in the outbox, ``held`` how many of those wait for its release.
    """

    def __init__(self, message: str = "", *, letters: int = 0, held: int = 0, danish: str = "") -> None:
        super().__init__(message, danish=danish)
        self.letters = letters
        self.held = held


class DeliveryError(EsdhConnectError):
    """What a channel raises; sorted by what may have happened at the other end."""


class TemporaryFailure(DeliveryError):
    """Nothing was sent; the same letter may be tried again later."""

    def __init__(self, message: str = "", *, retry_after: timedelta | None = None, danish: str = "") -> None:
        super().__init__(message, danish=danish)
        self.retry_after = retry_after


class Rejected(DeliveryError):
    """
    Nothing was sent, and this letter never will be.

    ``ours`` says that the program made the letter wrong: the administrator must act, and no caseworker can.
    """

    def __init__(self, message: str = "", *, code: str = "", danish: str = "", ours: bool = False) -> None:
        super().__init__(message, danish=danish)
        self.code = code
        self.ours = ours


class OutcomeUnknown(DeliveryError):
    """Perhaps sent: wait for a receipt or ask a person, never resend by yourself."""
