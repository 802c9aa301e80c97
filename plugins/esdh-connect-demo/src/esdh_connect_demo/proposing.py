"""
Forslag: a plugin that proposes to send a decision when it is finished, to whom the case has settled beforehand.

It is one like any other: named in the settings, and asked only for departments that have it on. It looks into the case
system, so whoever starts the installation joins it to that.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect import Connect, hookimpl
from esdh_connect.dispatch import Request
from esdh_connect.events import DocumentEvent, DocumentFinalized
from esdh_connect_demo.host import EksempelEsdh
from esdh_connect_demo.municipality import DECISION

__all__ = ["NAME", "EksempelForslag", "join"]

#: What it is called in the settings, and on the pages.
NAME = "eksempel-forslag"


@attrs.define(eq=False)
class EksempelForslag:
    """Foreslå, at en afgørelse bliver sendt, når den er færdiggjort. It has no settings."""

    _host: EksempelEsdh = attrs.field(init=False, repr=False)

    def leads_outside(self) -> str:
        """Nothing does."""
        return ""

    def join(self, host: EksempelEsdh) -> None:
        """Say which case system the events are of. Until then, whatever is asked raises AttributeError."""
        self._host = host

    @hookimpl
    def request_letters(self, event: DocumentEvent) -> Sequence[Request]:
        """Propose a decision as it was finalized, with the bilag of its case; told again, it is the same wish."""
        if not isinstance(event, DocumentFinalized):
            return []
        esdh = self._host.esdh
        filed = esdh.filed(event.document.id)
        to = esdh.case(filed.case).standing
        if filed.kind != DECISION or to is None:
            return []
        return [self._host.wish(filed, to, key=f"forslag/{filed.id}/{event.document.version}")]


def join(post: Connect, host: EksempelEsdh) -> None:
    """Join the plugin to the case system, where the settings name it."""
    plugin = post.plugins.get(NAME)
    if isinstance(plugin, EksempelForslag):
        plugin.join(host)
