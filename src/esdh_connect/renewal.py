"""Udskiftning: a new installation secret, in the settings' file and in the outbox."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.settings import Secrets, is_begun, put_in_place, renew

__all__ = ["exchange_secret"]


def exchange_secret(secrets: Secrets, outbox: Outbox, *, by: str) -> Iterator[int]:
    """
    Make a new secret in the place of the old one, and wrap all data keys of ``outbox`` again under it.

    Gives after each transaction how many keys there were in it. Stopped anywhere, calling it again goes on; a secret
    that was exchanged by hand is not made anew. Others may read and write meanwhile. Raises SettingsError where the
    secret cannot be made anew, and WrongSecret for keys of a third.
    """
    if not is_begun(secrets) and outbox.is_exchanged(_seal(secrets)):
        renew(secrets)
    put_in_place(secrets)
    yield from outbox.exchange(_seal(secrets), by=by)


def _seal(secrets: Secrets) -> Seal:
    return Seal(secrets.installation_key(), secrets.keys)
