"""
Forsegling: what is stored of a letter can be read with the installation secret alone.

One secret, one purpose each: keys for payloads, ids, audit and launch tokens are derived from it by HKDF-SHA256
(RFC 5869), so that none of them tells anything of another. Contents are sealed with AES-256-GCM under one data key
per dispatch, which is itself sealed under the installation's: who erases the wrapped data key has erased the
letter, in every backup too.

The installation secret can be exchanged: wrapped keys are wrapped again, and the two keys that must outlive it – those
of ids and audit, by which things are recognized – are kept, wrapped as data keys are.

A wrapped data key, 85 bytes::

    version 1 | secret id 8 | key id 16 | nonce 12 | sealed key 32 | tag 16

A chunk of contents, at most 1 MiB + 28 bytes::

    nonce 12 | sealed bytes | tag 16
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO
from itertools import chain, pairwise
from struct import Struct
from typing import TYPE_CHECKING

import attrs

from esdh_connect.errors import ConfigurationError, DamagedPayload, WrongSecret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["CHUNK", "DataKey", "Purpose", "Seal", "secret_of"]

#: Plaintext bytes in a chunk: what sealing and opening hold in memory beside the contents themselves.
CHUNK = 1024 * 1024

_KEY = 32
_KEY_ID = 16
_SECRET_ID = 8
_NONCE = 12  # NIST SP 800-38D recommends 96 bits for GCM
_TAG = 16
_VERSION = b"\x01"
_HEAD = len(_VERSION) + _SECRET_ID + _KEY_ID
_WRAPPED = _HEAD + _NONCE + _KEY + _TAG
#: The place of a chunk, and how long the word is that follows: each with its length before it, as all that is framed.
_PLACE = Struct(">QQQ")
_END = b"no more chunks"  # known by its identity, so no chunk can be mistaken for it


class Purpose(Enum):
    """What a derived key is for. The values are part of the derivation: they never change."""

    PAYLOAD = "payload"
    IDS = "ids"
    AUDIT = "audit"
    LAUNCH = "launch"


def secret_of(wrapped: bytes) -> str:
    """Give the id of the secret under which a data key is wrapped."""
    return wrapped[len(_VERSION) : len(_VERSION) + _SECRET_ID].hex()


@attrs.frozen(eq=False)
class Seal:
    """
    Segl of one installation, made from its secret of at least 32 random bytes.

    ``others`` is asked for further secrets where a key turns up that was wrapped under another one: while the secret
    is being exchanged there are two. Raises ConfigurationError where a secret is shorter.
    """

    _secret: bytes = attrs.field(repr=False)
    _others: Callable[[], Iterable[bytes]] = attrs.field(default=tuple, repr=False)
    _kept: Mapping[Purpose, bytes] = attrs.field(factory=dict, repr=False)
    _known: dict[str, Seal] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a secret that could be guessed."""
        if len(self._secret) < _KEY:
            raise ConfigurationError(
                f"the installation secret has {len(self._secret)} bytes; at least {_KEY} are needed",
                danish=f"installationens hemmelighed er for kort: der skal være mindst {_KEY} tilfældige bytes",
            )

    @cached_property
    def id(self) -> str:
        """Give a short name of the secret, which tells nothing of it: equal secrets have equal ids."""
        return self._secret_id.hex()

    def key(self, purpose: Purpose) -> bytes:
        """Give the 32 byte key for one purpose: the kept one, or else the same for the same secret, for ever."""
        return self._kept.get(purpose) or self._derived(purpose.value, _KEY)

    def keeping(self, kept: Mapping[Purpose, bytes]) -> Seal:
        """Give a seal with these keys for these purposes, whatever its secret."""
        return attrs.evolve(self, kept=dict(kept))

    def under(self, secret: str) -> Seal:
        """Give the seal of the secret with this id, with nothing kept. Raises WrongSecret where it is not known."""
        if secret == self.id:
            return self
        if secret not in self._known:
            self._known.update({one.id: one for one in map(Seal, self._others())})
        if secret not in self._known:
            raise WrongSecret(f"there are keys wrapped under secret {secret}; this is {self.id}")
        return self._known[secret]

    def digest(self, *parts: str, length: int = 32) -> str:
        """
        Give a keyed digest (HMAC-SHA256) of the parts, as ``length`` hex digits, at most 64.

        Parts are joined so that no two lists of parts look alike. It names a thing without telling what it is: a
        plain hash of a CPR number is found out by trying them all.
        """
        return hmac.digest(self._ids, _framed(*map(_encoded, parts)), sha256).hex()[:length]

    def launch_code(self, *parts: str) -> str:
        """Give the keyed digest, as hex digits, by which a launch token's parts are known to be ours."""
        return hmac.digest(self.key(Purpose.LAUNCH), _framed(*map(_encoded, parts)), sha256).hex()

    def new_key(self, owner: str) -> tuple[bytes, DataKey]:
        """Make a data key for ``owner`` (a dispatch id). Gives it wrapped, to be stored, and ready for use."""
        key = DataKey.new(owner)
        return self.wrapped(key), key

    def wrapped(self, key: DataKey) -> bytes:
        """Wrap a data key, to be stored."""
        return self._wrapped(key.owner, key.id, key._key)  # noqa: SLF001 - here alone a key is seen

    def keep(self, owner: str, purpose: Purpose) -> bytes:
        """Give the key of a purpose, wrapped for ``owner``: stored so, it outlives the secret."""
        return self._wrapped(owner, os.urandom(_KEY_ID), self.key(purpose))

    def kept(self, owner: str, wrapped: bytes) -> bytes:
        """Give back what :meth:`keep` wrapped. Raises as :meth:`open_key`."""
        return self._unwrapped(owner, wrapped)[1]

    def rewrapped(self, owner: str, wrapped: bytes) -> bytes:
        """Wrap a key of ``owner`` under this secret, whichever it was wrapped under. Raises as :meth:`open_key`."""
        return self._wrapped(owner, *self._unwrapped(owner, wrapped))

    def open_key(self, owner: str, wrapped: bytes) -> DataKey:
        """
        Open the wrapped data key of ``owner``.

        Raises WrongSecret where it was wrapped under a secret that is not known, and DamagedPayload where it is
        damaged or another owner's.
        """
        return DataKey(owner, *self._unwrapped(owner, wrapped))

    def _wrapped(self, owner: str, key_id: bytes, key: bytes) -> bytes:
        nonce, head = os.urandom(_NONCE), _VERSION + self._secret_id + key_id
        return head + nonce + self._wrapping.encrypt(nonce, key, _framed(b"key", _encoded(owner), head))

    def _unwrapped(self, owner: str, wrapped: bytes) -> tuple[bytes, bytes]:
        if len(wrapped) != _WRAPPED or wrapped[:1] != _VERSION:
            raise DamagedPayload(f"the stored key of {owner} has an unknown form")
        head, nonce, sealed = wrapped[:_HEAD], wrapped[_HEAD : _HEAD + _NONCE], wrapped[_HEAD + _NONCE :]
        seal, bound = self.under(secret_of(wrapped)), _framed(b"key", _encoded(owner), head)
        return head[-_KEY_ID:], _opened(seal._wrapping, nonce, sealed, bound, f"the stored key of {owner}")  # noqa: SLF001 - its own kind

    @cached_property
    def _secret_id(self) -> bytes:
        return self._derived("secret id", _SECRET_ID)

    @cached_property
    def _ids(self) -> bytes:
        return self.key(Purpose.IDS)

    @cached_property
    def _wrapping(self) -> AESGCM:
        return _aesgcm()(self.key(Purpose.PAYLOAD))

    def _derived(self, what: str, length: int) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), length, salt=None, info=_framed(b"esdh_connect", what.encode())).derive(self._secret)


@attrs.frozen(eq=False)
class DataKey:
    """
    The key of one dispatch (``owner``), with which its parts are sealed and opened.

    Errors repeat the names of owner and part: they must be ours, never a file name of the host's.

    Every chunk is bound to owner, part, key, its place among the chunks and whether it is the last: a chunk that
    was changed, cut off, left out, moved, doubled or taken from elsewhere does not open.
    """

    owner: str
    id: bytes
    _key: bytes = attrs.field(repr=False)
    _cipher: AESGCM = attrs.field(init=False, repr=False)
    _whose: bytes = attrs.field(init=False, repr=False)
    _named: bytes = attrs.field(init=False, repr=False)

    @classmethod
    def new(cls, owner: str) -> DataKey:
        """Make a key."""
        # Randomness is no argument here: a repeated key or nonce would open what it closes.
        return cls(owner, os.urandom(_KEY_ID), os.urandom(_KEY))

    def seal(self, part: str, data: bytes) -> Iterator[bytes]:
        """Seal ``data`` as the chunks of ``part``, each made when it is asked for; no data is one empty chunk."""
        last = max(len(data) - 1, 0) // CHUNK
        view = memoryview(data) if last else data  # so that a chunk of a large letter is no copy of it
        for index in range(last + 1):
            # Random, not counted: the same part may be sealed twice, and a nonce must never meet its key again.
            # With one key per dispatch there are some hundred chunks; GCM allows 2**32 (NIST SP 800-38D, 8.3).
            nonce = os.urandom(_NONCE)
            plain = view[index * CHUNK : (index + 1) * CHUNK]
            yield nonce + self._cipher.encrypt(nonce, plain, self._bound(part, index, is_last=index == last))

    def open(self, part: str, chunks: Iterable[bytes]) -> bytes:
        """
        Open all chunks of ``part``, in order, and give the data; raises DamagedPayload unless it is all there.

        It needs memory for the data and two chunks.
        """
        whole = BytesIO()  # gives its buffer away without a copy, which a list to join or a bytearray cannot
        index = -1
        for index, (chunk, following) in enumerate(pairwise(chain(chunks, (_END,)))):
            bound = self._bound(part, index, is_last=following is _END)
            what = f"chunk {index} of {part} of {self.owner}"
            whole.write(_opened(self._cipher, chunk[:_NONCE], chunk[_NONCE:], bound, what))
        if index < 0:
            raise DamagedPayload(f"{part} of {self.owner} has no chunks")
        return whole.getvalue()

    @_cipher.default
    def _made(self) -> AESGCM:
        return _aesgcm()(self._key)

    @_whose.default
    def _chunk_of_owner(self) -> bytes:
        return _framed(b"chunk", _encoded(self.owner))

    @_named.default
    def _framed_id(self) -> bytes:
        return _framed(self.id)

    def _bound(self, part: str, index: int, *, is_last: bool) -> bytes:
        """Frame owner, part, key, place and whether it is the last; what is the same for all chunks is framed once."""
        name, end = _encoded(part), b"last" if is_last else b""
        place = _PLACE.pack(8, index, len(end))
        return b"".join((self._whose, len(name).to_bytes(8, "big"), name, self._named, place, end))


@cache
def _aesgcm() -> type[AESGCM]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM


def _opened(cipher: AESGCM, nonce: bytes, sealed: bytes, bound: bytes, what: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    if len(nonce) < _NONCE or len(sealed) < _TAG:
        raise DamagedPayload(f"{what} is cut short")
    try:
        return cipher.decrypt(nonce, sealed, bound)
    except InvalidTag as error:
        raise DamagedPayload(f"{what} does not open: it is damaged or belongs elsewhere") from error


def _encoded(text: str) -> bytes:
    # Names from a file system may hold lone surrogates; they too must give bytes, and different ones.
    return text.encode("utf-8", "surrogatepass")


def _framed(*parts: bytes) -> bytes:
    return b"".join([len(part).to_bytes(8, "big") + part for part in parts])
