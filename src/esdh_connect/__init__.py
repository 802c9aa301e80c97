"""
Send letters and their attachments from a Danish case system, and know what became of them.

The names below are the everyday surface; they are imported when first used, so that ``import esdh_connect`` costs a
host next to nothing. The modules ``errors``, ``events``, ``hookspecs``, ``ids``, ``log``, ``model``, ``dispatch``,
``channel``, ``converter``, ``media``, ``bell``, ``policy``, ``departments``, ``usage``, ``outbox``, ``tables``,
``settings``, ``http``, ``signature``, ``danish_numbers``, ``wording``, ``reasons``, ``mailing``, ``inbox``,
``stopping``, ``deadlines``, ``legal_clock``, ``workdays``, ``training``, ``fence``, ``health``, ``metrics``,
``diagnosis``, ``doctor``, ``catalogue``, ``patience``, ``pipes``, ``connect`` and ``testing`` are public too. So are
``seal``, ``store`` and ``renewal`` for whoever keeps the outbox in his own database, and for command plugins
``cli.danish``, ``cli.exits``, ``cli.files``, ``cli.installation``, ``cli.options``, ``cli.talk`` and ``cli.wish``;
everything else may change.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from esdh_connect.connect import Connect
    from esdh_connect.dispatch import Dispatch, Entry, Plan, Receipt, Request, Status
    from esdh_connect.hookspecs import Action, hookimpl
    from esdh_connect.ids import Cpr, Cvr
    from esdh_connect.model import Address, Case, Document, Options, Party, Recipient, Sender

__all__ = [
    "Action",
    "Address",
    "Case",
    "Connect",
    "Cpr",
    "Cvr",
    "Dispatch",
    "Document",
    "Entry",
    "Options",
    "Party",
    "Plan",
    "Receipt",
    "Recipient",
    "Request",
    "Sender",
    "Status",
    "hookimpl",
]

_HOMES = {
    "connect": ("Connect",),
    "dispatch": ("Dispatch", "Entry", "Plan", "Receipt", "Request", "Status"),
    "hookspecs": ("Action", "hookimpl"),
    "ids": ("Cpr", "Cvr"),
    "model": ("Address", "Case", "Document", "Options", "Party", "Recipient", "Sender"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562: whatever the name stands for
    """Import a public name when it is first used."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"esdh_connect.{module}"), name)
    raise AttributeError(f"module 'esdh_connect' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
