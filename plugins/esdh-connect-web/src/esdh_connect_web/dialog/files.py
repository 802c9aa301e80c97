"""Filer: one file of a letter, for a browser to show, or to keep: always where showing it could do something."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.responses import Response

from esdh_connect.ids import mask
from esdh_connect.model import File

__all__ = ["as_file"]

#: What a browser shows without running anything that is in it.
_SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff", "text/plain"})


def as_file(file: File, *, kept: bool = False) -> Response:
    """Give the very bytes, under a name without a path and without a CPR number; to be ``kept`` and not shown."""
    media_type = file.media_type if file.media_type in _SHOWN else "application/octet-stream"
    how = "inline" if file.media_type in _SHOWN and not kept else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(_name(file.name), errors='replace')}",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    return Response(file.content, media_type=media_type, headers=headers)


def _name(name: str) -> str:
    """Give a name that is one in every system: nothing before a slash, no control signs, and no dots first."""
    last = mask(re.split(r"[/\\]", name)[-1])
    return re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", last).lstrip(". ")[:150] or "fil"
