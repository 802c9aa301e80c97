"""A pack, or the facts of a part, as bytes to be kept, and back. What was not kept to the bit is neither."""

from __future__ import annotations

from hashlib import sha256
from itertools import accumulate, pairwise
from struct import Struct
from typing import Any

from esdh_connect_bilag.engine.packs import Facts, Pack
from esdh_connect_bilag.engine.syntax import read
from esdh_connect_bilag.engine.values import Value, render
from esdh_connect_bilag.engine.vocabulary import Words

__all__ = ["Unreadable", "read_kept", "write_kept"]

_DIGEST = 32
#: Base, span, and the sizes of head, table and what it has in common with others; the content follows.
_PACK = Struct(">cIIQQQ")
_COMMON = Struct(f">{_DIGEST}sI")
_A_PACK, _FACTS = b"P", b"F"


class Unreadable(ValueError):
    """The bytes are not what was written, or were written under another key."""


def write_kept(key: bytes, kept: Facts | Pack) -> list[bytes | memoryview]:
    """Give the bytes to be kept under a key, in pieces."""
    pieces = _written(kept) if isinstance(kept, Pack) else [_FACTS, _told(kept)]
    hashed = sha256(key)
    for piece in pieces:
        hashed.update(piece)
    return [hashed.digest(), *pieces]


def read_kept(key: bytes, content: bytes) -> Facts | Pack:
    """Read what was kept under a key. Raises Unreadable."""
    whole = memoryview(content)
    hashed = sha256(key)
    hashed.update(whole[_DIGEST:])
    if hashed.digest() != whole[:_DIGEST]:
        raise Unreadable("it is not what was written")
    return (_pack if whole[_DIGEST : _DIGEST + 1] == _A_PACK else _facts)(whole[_DIGEST:])


def _written(pack: Pack) -> list[bytes | memoryview]:
    common = b"".join(_COMMON.pack(digest, number) for digest, number in pack.common.items())
    sizes = map(len, (pack.head, pack.table, common))
    return [_PACK.pack(_A_PACK, pack.base, pack.span, *sizes), pack.head, pack.table, common, pack.content]


def _pack(whole: memoryview) -> Pack:
    _, base, span, *sizes = _PACK.unpack_from(whole)
    ends = accumulate(sizes, initial=_PACK.size)
    head, table, common = (bytes(whole[start:end]) for start, end in pairwise(ends))
    content = whole[_PACK.size + sum(sizes) :]
    return Pack(base, span, head, content, table, dict(_COMMON.iter_unpack(common)))


def _told(facts: Facts) -> bytes:
    words = facts.words
    told: list[Value] = [
        facts.has_form,
        [name.encode() for name in sorted(facts.fonts)],
        words.roles,
        words.classes,
        [*sorted(words.ids)],
        b"".join(sorted(facts.common)),
    ]
    return render(told, lambda _number: b"null")


def _facts(whole: memoryview) -> Facts:
    told: Any = read(bytes(whole[1:]), depth=1000)  # what it is was settled when it was written
    has_form, fonts, roles, classes, ids, common = told
    digests = (common[at : at + _DIGEST] for at in range(0, len(common), _DIGEST))
    names = frozenset(each.decode() for each in fonts)
    return Facts(has_form, names, Words(roles, classes, frozenset(ids)), frozenset(digests))
