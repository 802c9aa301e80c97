"""Who can be reached: Digital Post and NemSMS, each with a rule and a table that overrides it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from esdh_connect_sandbox.watched import Say, Watched

__all__ = ["TEMPLATE", "Register", "Service"]

Service = Literal["digital_post", "nemsms"]

TEMPLATE = """\
# Who can be reached. What is written here overrides the rule; the file is read again whenever it changes.
# The rule: Digital Post reaches everybody whose number does not end in 8 or 9, NemSMS every person whose number
# ends in an even digit. Replacement numbers (day + 60) are reached by neither, whatever is written here.

[digital_post]
"1212121212" = true      # the person and the company of the real test environment
"55133018" = true

[nemsms]
"1212121212" = true
"""

_REPLACEMENT = re.compile(r"[6-9][0-9]{9}")


class Register:
    """*Tilmeldinger*: who is registered for what. Has no repr: it holds CPR numbers."""

    def __init__(self, path: Path, say: Say) -> None:
        """Read the table at ``path``; telling what is wrong in it with ``say``."""
        self._lock = Lock()
        self._table: Mapping[str, Mapping[str, bool]] = {}
        self._put: dict[tuple[Service, str], bool] = {}
        self._file = Watched(path, self._take, say)

    def put(self, service: Service, number: str, *, registered: bool) -> None:
        """Override file and rule until the sandbox stops."""
        with self._lock:
            self._put[service, number] = registered

    def reaches(self, service: Service, number: str) -> bool:
        """Tell whether a CPR number (ten digits) or CVR number (eight) is registered."""
        if _REPLACEMENT.fullmatch(number):
            return False
        self._file.look()
        with self._lock:
            known = self._put.get((service, number), self._table.get(service, {}).get(number))
        return _by_rule(service, number) if known is None else known

    def _take(self, table: Mapping[str, Any]) -> None:
        for name, numbers in table.items():
            if name not in {"digital_post", "nemsms"} or not isinstance(numbers, dict):
                raise ValueError("there are two tables, [digital_post] and [nemsms]")
            if not all(isinstance(answer, bool) for answer in numbers.values()):
                raise ValueError(f"[{name}] says true or false for each number")
        with self._lock:
            self._table = table


def _by_rule(service: Service, number: str) -> bool:
    if service == "nemsms":
        return len(number) == 10 and number[-1] in "02468"  # noqa: PLR2004 - a person's
    return number[-1:] not in {"8", "9"}
