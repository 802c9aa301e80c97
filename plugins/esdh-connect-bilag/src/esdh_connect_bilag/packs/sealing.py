"""
Forsegling: a pack on the disk can be read with the installation's secret alone, and tells that it was not changed.

The key is a keyed digest of its own purpose (HMAC-SHA256, which is a pseudorandom function), and so are the names of
the files: the name of a pack is not the hash of a document that somebody else may have. A sealed pack::

    nonce 12 | sealed bytes | tag 16
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Sealing"]

_NONCE = 12  # NIST SP 800-38D; at random, under one key, for at most 2**32 packs
_TAG = 16


@attrs.frozen(eq=False)
class Sealing:
    """Seals with one key; the names it gives tell nothing of what they name."""

    _key: bytes = attrs.field(repr=False)
    name: Callable[[bytes], str] = attrs.field(repr=False)

    @classmethod
    def of(cls, digest: Callable[..., str]) -> Sealing:
        """Derive it from the installation's keyed digest."""
        return cls(bytes.fromhex(digest("bilag pack key")), lambda key: digest("bilag pack", key.hex()))

    def seal(self, name: str, pieces: Iterable[bytes | memoryview]) -> bytes:
        """Seal the pieces, as one, under a name."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, b"".join(pieces), name.encode())

    def open(self, name: str, sealed: bytes) -> bytes | None:
        """Open what was sealed under a name; None where it is not that, to the bit."""
        from cryptography.exceptions import InvalidTag

        if len(sealed) < _NONCE + _TAG:
            return None
        try:
            return self._cipher.decrypt(sealed[:_NONCE], memoryview(sealed)[_NONCE:], name.encode())
        except InvalidTag:
            return None

    @cached_property
    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)
