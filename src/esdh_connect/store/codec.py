"""
Values as JSON, with a converter of its own: what the registers of a host's cattrs say does not matter here.

Contents of files are never in it: they are sealed as parts of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import attrs
from cattrs.gen import make_dict_unstructure_fn, override
from cattrs.preconf.json import JsonConverter, make_converter

from esdh_connect.dispatch import Manifest, Reason
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Envelope, File
from esdh_connect.outbox import Draft
from esdh_connect.shared import Shared

__all__ = ["Carried", "carried", "decode", "encode", "joined", "split"]

T = TypeVar("T")

_JSON = json.JSONEncoder(separators=(",", ":"))
_LENGTH = 4
_ENVELOPE = tuple(field.name for field in attrs.fields(Envelope))


@attrs.frozen
class Carried:
    """What a dispatch carries; its files have no contents."""

    envelope: Envelope
    manifest: Manifest
    reasons: tuple[Reason, ...]


def encode(value: object) -> bytes:
    """Write a value."""
    return _text(value).encode()


def _text(value: object) -> str:
    return _JSON.encode(_CONVERTER.unstructure(value))


def carried(draft: Draft, shared: Shared) -> bytes:
    """Write the :class:`Carried` of a draft; what it shares with the one before it was written then."""
    envelope = [f'"{name}":{shared.once(name, getattr(draft.envelope, name), _text)}' for name in _ENVELOPE]
    manifest, reasons = (shared.once(name, getattr(draft, name), _text) for name in ("manifest", "reasons"))
    return f'{{"envelope":{{{",".join(envelope)}}},"manifest":{manifest},"reasons":{reasons}}}'.encode()


def decode(data: bytes, kind: type[T]) -> T:
    """Read a value of this kind."""
    return _CONVERTER.structure(json.loads(data), kind)


def joined(chunks: Iterator[bytes]) -> bytes:
    """Lay sealed chunks together, for a column that holds them all."""
    return b"".join(len(chunk).to_bytes(_LENGTH, "big") + chunk for chunk in chunks)


def split(column: bytes) -> Iterator[bytes]:
    """Take them apart again."""
    at = 0
    while at < len(column):
        end = at + _LENGTH + int.from_bytes(column[at : at + _LENGTH], "big")
        yield column[at + _LENGTH : end]
        at = end


def _converter() -> JsonConverter:
    converter = make_converter()
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook(UUID, lambda text, _: UUID(text))
    converter.register_unstructure_hook(timedelta, lambda span: span // timedelta.resolution)
    converter.register_structure_hook(timedelta, lambda count, _: count * timedelta.resolution)
    converter.register_unstructure_hook(Cpr, lambda cpr: {"cpr": cpr.reveal()})
    converter.register_unstructure_hook(Cvr, lambda cvr: {"cvr": cvr.digits})
    converter.register_structure_hook(Cvr, lambda data, _: Cvr(data["cvr"]))
    converter.register_structure_hook_func(lambda kind: kind == Cpr | Cvr | None, _recipient_id)
    empty = override(unstruct_hook=lambda _: "")
    converter.register_unstructure_hook(File, make_dict_unstructure_fn(File, converter, content=empty))
    return converter


def _recipient_id(data: dict[str, str] | None, _kind: Any) -> Cpr | Cvr | None:  # noqa: ANN401 - a union is no type
    if data is None:
        return None
    return Cpr(data["cpr"]) if "cpr" in data else Cvr(data["cvr"])


_CONVERTER = _converter()
