"""
Indstillinger: one TOML file for one installation; see :class:`Settings`.

Every mistake in it is a :class:`~esdh_connect.errors.SettingsError` that names file, line and key, and all of them
are told at once. ``str(error)`` is English for the log, ``error.danish`` the same for the operator. Neither repeats a
value: a secret may have ended up in the wrong place.
"""

from __future__ import annotations

from esdh_connect.settings.beginning import SECRET_NAME, SETTINGS_NAME, initialize
from esdh_connect.settings.departments import DepartmentSettings, SenderSettings, departments_in
from esdh_connect.settings.exchange import is_begun, put_in_place, renew
from esdh_connect.settings.installation import (
    SCHEMA,
    ClockSettings,
    RetentionSettings,
    Secrets,
    Settings,
    WorkerSettings,
    same_as,
)
from esdh_connect.settings.place import StoreServer
from esdh_connect.settings.secret import Secret

__all__ = [
    "SCHEMA",
    "SECRET_NAME",
    "SETTINGS_NAME",
    "ClockSettings",
    "DepartmentSettings",
    "RetentionSettings",
    "Secret",
    "Secrets",
    "SenderSettings",
    "Settings",
    "StoreServer",
    "WorkerSettings",
    "departments_in",
    "initialize",
    "is_begun",
    "put_in_place",
    "renew",
    "same_as",
]
