"""Profil: what LibreOffice is told before it sees a stranger's document."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType

__all__ = ["ENVIRONMENT", "write"]

#: A port of this machine that nobody listens at.
_NOBODY = "127.0.0.1"
_NO_PORT = 9
#: Where the network cannot be taken away, whatever asks for it is sent there.
ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        **dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), f"http://{_NOBODY}:{_NO_PORT}"),
    }
)
_OFFICE = "/org.openoffice.Office"
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    (f"{_OFFICE}.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_OFFICE}.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_OFFICE}.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{_OFFICE}.Common/Security/Scripting", "DisableActiveContent", "true"),
    (f"{_OFFICE}.Common/Misc", "UseOpenCL", "false"),
    (f"{_OFFICE}.Writer/Content/Update", "Link", "0"),  # never
    (f"{_OFFICE}.Calc/Content/Update", "Link", "1"),  # never
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", _NOBODY),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", str(_NO_PORT)),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", _NOBODY),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", str(_NO_PORT)),
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "da-DK"),
    (f"{_OFFICE}.Linguistic/General", "DefaultLocale", "da-DK"),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)


def write(folder: Path) -> None:
    """Write a profile there."""
    user = folder / "user"
    user.mkdir(parents=True)
    items = "".join(map(_item, _SETTINGS))
    (user / "registrymodifications.xcu").write_text(f"{_HEAD}{items}</oor:items>\n", encoding="utf-8")


def _item(setting: tuple[str, str, str]) -> str:
    path, name, value = map(escape, setting)
    return f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
