"""Opsætning: whether bilag go in as packs, which of them, and where packs are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal

import attrs

from esdh_connect_bilag.packs.folder import Folder
from esdh_connect_bilag.packs.sealing import Sealing
from esdh_connect_bilag.packs.shelf import Kept

__all__ = ["Packs"]

_MEGABYTE = 1 << 20
_POSITIVE = attrs.validators.ge(1)


@attrs.frozen
class Packs:
    """
    Opsætning af bilag, der er gjort klar.

    ``documents`` says which bilag go in as packs: those of shared bundles, which many get, or all. They are kept in
    memory, up to ``memory`` megabytes in each process; in ``folder``, where there is one, up to ``megabytes``, sealed,
    and for ``days`` after they were used last.
    """

    folder: Path | None = None
    documents: Literal["bundles", "all"] = "bundles"
    memory: int = attrs.field(default=64, validator=_POSITIVE)
    megabytes: int = attrs.field(default=512, validator=_POSITIVE)
    days: int = attrs.field(default=30, validator=_POSITIVE)

    def kept(self, digest: Callable[..., str]) -> Kept:
        """Give where they are kept; ``digest`` is the installation's keyed digest, from which the key is derived."""
        kept = Kept(self.documents == "all", self.memory * _MEGABYTE, retention=timedelta(days=self.days))
        if self.folder:
            kept.folder = Folder(self.folder, Sealing.of(digest), self.megabytes * _MEGABYTE)
        return kept
