"""Filer: statistics to keep. A browser saves them, and never shows one here: what is in it is not ours to run."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

__all__ = ["attached"]


def attached(name: str, content: bytes, media_type: str) -> Response:
    """Give bytes to be saved under a name."""
    plain = "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in name)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(plain, errors='replace')}",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    return Response(content, media_type=media_type, headers=headers)
