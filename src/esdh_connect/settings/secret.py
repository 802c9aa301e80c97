"""Hemmeligheder: settings refer to them, and never hold them."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from pathlib import Path

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError

__all__ = ["Secret"]

_REFERENCE = re.compile(r"(?P<kind>file|env):(?P<name>.+)", re.DOTALL)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@attrs.frozen(repr=False)
class Secret:
    """
    A reference to a secret: ``file:PATH`` (relative to the settings file) or ``env:NAME``.

    It is read when it is used and each time anew, so that a certificate that was renewed counts without a restart.
    ``settings`` and ``line`` tell errors where the reference stands.
    """

    reference: str
    settings: Path
    line: int | None = None

    @staticmethod
    def is_reference(text: str) -> bool:
        """Tell whether ``text`` refers to a secret; else it may be one."""
        return _REFERENCE.fullmatch(text) is not None

    @property
    def path(self) -> Path | None:
        """Give the absolute path of the file; None where the secret stands in the environment."""
        kind, _, name = self.reference.partition(":")
        return self.settings.parent / Path(name).expanduser() if kind == "file" else None

    def beside(self, suffix: str) -> Secret | None:
        """Give the secret in the file with this behind its name; None where this one is no file."""
        return None if self.path is None else attrs.evolve(self, reference=f"{self.reference}{suffix}")

    def read(self) -> bytes:
        """Give the bytes as they are now. Raises SettingsError where there are none."""
        secret = _file(self, self.path) if self.path else self._variable()
        if not secret:
            raise self.error("it is empty", "den er tom")
        return secret

    def text(self) -> str:
        """Give the secret as text without the line ending that editors add: a password. Raises SettingsError."""
        try:
            return self.read().decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise self.error("it is not UTF-8 text", "den er ikke UTF-8-tekst") from None

    def refuse_readers(self) -> None:
        """Raise SettingsError where others than the owner may read the file. On Windows modes say nothing."""
        path = self.path
        if path is None or sys.platform == "win32" or not path.stat().st_mode & _OTHERS:
            return
        mend = f"chmod 600 {shlex.quote(str(path))}"
        raise self.error(
            f"others than its owner may read or write the file; »{mend}« mends it",
            f"andre end ejeren kan læse eller ændre filen; »{mend}« retter det",
        )

    def error(self, english: str, danish: str) -> SettingsError:
        """Make an error that says which secret it is about."""
        place = f"{self.settings}{f':{self.line}' if self.line else ''}: {self.reference}"
        return SettingsError(f"{place}: {english}", danish=f"{place}: {danish}")

    def _variable(self) -> bytes:
        name = self.reference.partition(":")[2]
        value = os.environ.get(name)
        if value is None:
            raise self.error(f"the environment has no variable {name}", f"miljøvariablen {name} findes ikke")
        return os.fsencode(value)

    def __repr__(self) -> str:
        """Show the reference."""
        return f"Secret({self.reference!r})"


def _file(secret: Secret, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise secret.error(f"there is no file {path}", f"filen {path} findes ikke") from None
    except OSError as error:
        raise secret.error(
            f"{path}: {error.strerror}", f"filen {path} kan ikke læses ({wording.system(error)})"
        ) from error
