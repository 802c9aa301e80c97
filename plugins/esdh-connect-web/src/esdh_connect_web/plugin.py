"""The plugin: how it is set up, and what it keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import attrs

from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.errors import PluginError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.outbox import Shelf
from esdh_connect.settings import Secret
from esdh_connect.tables import Tables

__all__ = ["CASE", "PLUGIN", "Web", "web_of"]

#: The plugin's name.
PLUGIN = "web"
#: Where the number of a case stands in the address of one.
CASE = "{case}"


def origin_of(address: str) -> str:
    """Give the origin of an address as browsers write it; "" where it has none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme in ("http", "https") and parts.netloc else ""


def _are_origins(_web: Web, _field: attrs.Attribute[tuple[str, ...]], origins: tuple[str, ...]) -> None:
    if any(origin_of(one) != one for one in origins):
        raise ValueError("en oprindelse skrives https://esdh.kommune.dk, uden sti og med små bogstaver")


def _is_address(_web: Web, _field: attrs.Attribute[str], address: str) -> None:
    if address and (not origin_of(address) or address.endswith("/")):
        raise ValueError("adressen skrives https://esdh.kommune.dk/post, uden skråstreg til sidst")


def _leads(_web: Web, field: attrs.Attribute[str], address: str) -> None:
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    if address and not is_path and not origin_of(address):
        raise ValueError("adressen skrives https://esdh.kommune.dk/… eller, på sidernes egen adresse, /…")
    if field.name == "case_address" and address and CASE not in address:
        raise ValueError(f"{CASE} står, hvor sagens nummer skal være: https://esdh.kommune.dk/sager/{CASE}")


@attrs.define(eq=False, slots=False)
class Web:
    """
    Web: what people see of an installation in a browser.

    ``address`` is where it is mounted, as browsers see it: launch tokens are made for it alone. ``origins`` are the
    host pages that may open and frame the dialog; none but its own where there is none. ``language`` is for those who
    chose none and of whom the host says none; with ``browser``, that of their browser. ``launch`` is how many seconds
    a launch token lives, ``dialog`` how many minutes a dialog, ``visit`` how many hours a session, ``seen`` how many
    days it is remembered who saw what. ``api`` is the secret of a host that is not in Python, ``api_also`` another
    while it is exchanged. The pages lead back to ``case_system``, called ``case_system_name``, and to a case at
    ``case_address``, with ``{case}`` for its number.
    """

    address: str = attrs.field(default="", validator=_is_address)
    origins: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...], validator=_are_origins)
    language: Literal["da", "en", "browser"] = "da"
    launch: int = attrs.field(default=300, validator=attrs.validators.in_(range(10, 3601)))
    dialog: int = attrs.field(default=60, validator=attrs.validators.in_(range(5, 481)))
    visit: int = attrs.field(default=8, validator=attrs.validators.in_(range(1, 25)))
    seen: int = attrs.field(default=180, validator=attrs.validators.ge(1))
    api: Secret | None = None
    api_also: Secret | None = None
    case_system: str = attrs.field(default="", validator=_leads)
    case_system_name: str = ""
    case_address: str = attrs.field(default="", validator=_leads)
    _store: Shelf = attrs.field(init=False, repr=False)

    @property
    def framed_by(self) -> tuple[str, ...]:
        """Give the origins whose pages may frame the dialog."""
        return self.origins or (origin_of(self.address),) if self.address else self.origins

    def leads_outside(self) -> str:
        """Nothing does."""
        return ""

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_web.tables import TABLES

        self._store = store
        return TABLES

    @hookimpl
    def examine_plugin(self) -> list[Diagnosis]:
        """Look at how it is set up."""
        from esdh_connect_web.examination import findings

        return list(findings(self))

    @hookimpl
    def erase_expired(self, now: datetime) -> int:
        """Forget visits that are over, who saw what, and the names and languages of those who were here long ago."""
        from esdh_connect_web.tables import languages, names, seen, visits

        long_ago = now - timedelta(days=self.seen)
        with self._store.transaction() as connection:
            gone = visits.forget(connection, now) + seen.forget(connection, long_ago)
            gone += names.forget(connection, long_ago) + languages.forget(connection, long_ago)
        if gone:
            self._store.forget_deleted()
        return gone


def web_of(post: Connect) -> Web:
    """Give the plugin with its settings. Raises PluginError where the installation does not have it."""
    found = post.plugins.get(PLUGIN)
    if not isinstance(found, Web):
        raise PluginError(
            f"the plugin {PLUGIN} is not loaded",
            plugin=PLUGIN,
            danish=f"siderne kræver [plugins.{PLUGIN}] i indstillingerne",
        )
    return found
