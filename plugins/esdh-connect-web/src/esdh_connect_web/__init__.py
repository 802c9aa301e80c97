"""Web for esdh_connect: the caseworker's dialog, and pages for those who look after it, in a browser."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esdh_connect_web.app import make_asgi_app, make_wsgi_app
    from esdh_connect_web.identity import EVERYWHERE, Person, Role
    from esdh_connect_web.launch import end_visits, launch_token
    from esdh_connect_web.plugin import Web

__all__ = ["EVERYWHERE", "Person", "Role", "Web", "end_visits", "launch_token", "make_asgi_app", "make_wsgi_app"]

_HOMES = {
    "EVERYWHERE": "identity",
    "Person": "identity",
    "Role": "identity",
    "Web": "plugin",
    "end_visits": "launch",
    "launch_token": "launch",
    "make_asgi_app": "app",
    "make_wsgi_app": "app",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
