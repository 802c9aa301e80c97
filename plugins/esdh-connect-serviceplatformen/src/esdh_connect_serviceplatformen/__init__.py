"""
Digital Post, Fysisk Post and NemSMS through KOMBIT's Serviceplatformen (SF1601).

The plugin is :class:`Serviceplatformen`; its attributes are its settings. Receipts come in through
:func:`esdh_connect_serviceplatformen.endpoint.poststatus_app`, :meth:`Serviceplatformen.beskedhent` or the command
``esdh-connect receipts``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import attrs

from esdh_connect.channel import Channel, Conduct
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.dispatch import Receipt
from esdh_connect.errors import SettingsError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.ids import Cvr
from esdh_connect.settings import Secret
from esdh_connect_serviceplatformen.channels import DigitalPost, FysiskPost, NemSms
from esdh_connect_serviceplatformen.limits import (
    DIGITAL_POST_2025,
    FYSISK_POST_2025,
    MAX_ATTACHMENTS_ON_PAPER,
    NEMSMS_2025,
)
from esdh_connect_serviceplatformen.outcome import Duplicates
from esdh_connect_serviceplatformen.service import Addresses, Service

if TYPE_CHECKING:
    from esdh_connect_serviceplatformen.beskedhent import BeskedHent

__all__ = ["Serviceplatformen"]

#: All channels go by KombiPostAfsend: one pace for them together, and one rest.
_GATE = "serviceplatformen"
_LONGEST_LEAD = 30
_MOST_FILES = 100


def _https(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{field.name}: an https address without user, query and fragment is expected")


def _path(_plugin: object, field: attrs.Attribute[str], path: str) -> None:
    if not re.fullmatch(r"(/[\w.-]+)+", path):
        raise ValueError(f"{field.name}: a path beginning with / is expected")


def _proxy(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"{field.name}: the address of a proxy is expected, http://HOST:PORT")


def _amqps(_plugin: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if url and (url != f"amqps://{parts.netloc}" or not parts.hostname or parts.port == 0 or "@" in url):
        raise ValueError(f"{field.name}: amqps://HOST:PORT is expected, without anything after it")


def _uuid(_plugin: object, field: attrs.Attribute[str], name: str) -> None:
    if name and not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", name):
        raise ValueError(f"{field.name}: a UUID is expected")


@attrs.frozen(eq=False)
class Serviceplatformen:
    """
    The plugin, and its settings ``[plugins.serviceplatformen]``; the README tells what each of them is for.

    Raises SettingsError when it is made with a certificate that cannot be used, ValueError on a wrong address.
    """

    url: str = attrs.field(validator=_https)
    sts_url: str = attrs.field(validator=_https)
    authority: Cvr
    certificate: Secret
    certificate_password: Secret | None = None
    ca: Path | None = None
    proxy: str = attrs.field(default="", validator=_proxy, repr=False)
    print_product: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.gt(0)))
    print_attachments: bool = False
    max_files: int = attrs.field(
        default=DIGITAL_POST_2025.max_files,
        validator=(attrs.validators.ge(1), attrs.validators.le(_MOST_FILES)),
    )
    dedup: Literal["unproven", "proven"] = "unproven"
    duplicate_codes: tuple[str, ...] = ()
    lead_days: int = attrs.field(default=1, validator=(attrs.validators.ge(0), attrs.validators.le(_LONGEST_LEAD)))
    letters_per_second: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.gt(0))
    )
    kle_version: str = attrs.field(default="uoplyst", validator=attrs.validators.min_len(1))
    kombi_path: str = attrs.field(default="/service/KombiPostAfsend_1/kombi", validator=_path)
    beskedfordeler: str = attrs.field(default="", validator=_amqps)
    dueslag: str = attrs.field(default="", validator=_uuid)
    _service: Service = attrs.field(init=False, repr=False)

    @_service.default
    def _make_service(self) -> Service:
        return Service(
            addresses=Addresses(self.url, self.sts_url, self.kombi_path),
            authority=self.authority,
            certificate=self.certificate,
            certificate_password=self.certificate_password,
            ca=self.ca,
            proxy=self.proxy,
        )

    @hookimpl
    def register_channels(self) -> Sequence[Channel]:
        """Bring Digital Post and NemSMS, and Fysisk Post where ``print_product`` is set."""
        duplicates = Duplicates(frozenset(self.duplicate_codes), self.dedup == "proven")
        lead = timedelta(days=self.lead_days)
        conduct = Conduct(dedup=self.dedup, lead=lead, per_second=self.letters_per_second, gate=_GATE)
        digital = attrs.evolve(DIGITAL_POST_2025, max_files=self.max_files)
        channels: list[Channel] = [
            DigitalPost(self._service, digital, conduct, duplicates, self.kle_version),
            NemSms(self._service, NEMSMS_2025, conduct, duplicates),
        ]
        if self.print_product is not None:
            on_paper = 1 + MAX_ATTACHMENTS_ON_PAPER if self.print_attachments else 1
            limits = attrs.evolve(FYSISK_POST_2025, max_files=on_paper)
            channels.append(FysiskPost(self._service, limits, conduct, duplicates, self.print_product))
        return channels

    @hookimpl
    def examine_plugin(self, online: bool, at: datetime) -> Sequence[Diagnosis]:  # noqa: FBT001 - the hook's own
        """Look at the certificate and, if ``online``, go the way that letters go, step by step, without one."""
        from esdh_connect_serviceplatformen.examination import examined

        return tuple(examined(self._service, self.beskedfordeler, at, online=online))

    def leads_outside(self) -> str:
        """Say, in Danish, what of the settings is no sandbox on this machine; nothing where all is."""
        from esdh_connect_serviceplatformen.practice import leading_outside

        return "; ".join(leading_outside(self))

    def beskedhent(self, receive: Callable[[Receipt], object]) -> BeskedHent:
        """
        Make the pull of our dueslag: ``plugin.beskedhent(post.receive).run(stop)``.

        Raises SettingsError where ``beskedfordeler`` or ``dueslag`` is not set, or pika is not installed.
        """
        if not self.beskedfordeler or not self.dueslag:
            raise SettingsError(
                "beskedfordeler and dueslag must be set for receipts by pull",
                danish="beskedfordeler og dueslag skal stå i indstillingerne, før kvitteringer kan hentes",
            )
        try:
            from esdh_connect_serviceplatformen.beskedhent import BeskedHent
        except ModuleNotFoundError as error:
            if error.name != "pika":
                raise
            command = 'pip install "esdh-connect-serviceplatformen[amqp]"'
            raise SettingsError(
                f"receipts by pull need pika: {command}", danish=f"for at hente kvitteringer skal pika med: {command}"
            ) from error
        return BeskedHent(self._service, self.beskedfordeler, self.dueslag, receive)
