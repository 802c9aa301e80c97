"""Filtyper: what a file is by its first bytes, whatever its name says."""

from __future__ import annotations

__all__ = ["PDF", "disguise", "media_type"]

PDF = "application/pdf"
_UNKNOWN = "application/octet-stream"
_PDF_WITHIN = 1024  # ISO 32000-1, implementation note 13 to annex H
_LOOKED_AT = 4096
_OPENDOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"{\\rtf", "text/rtf"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-msdownload"),
    (b"From: ", "message/rfc822"),
    (b"Received: ", "message/rfc822"),
    (b"Return-Path: ", "message/rfc822"),
)


def media_type(content: bytes) -> str:
    """Tell what it is; a PDF is one that has its header where readers look for it."""
    return PDF if b"%PDF-" in content[:_PDF_WITHIN] else _other(content)


def disguise(content: bytes) -> str:
    """Tell what a PDF is besides; empty for nothing but a PDF."""
    other = "" if content.startswith(b"%PDF-") else _other(content)
    return "" if other in {_UNKNOWN, "text/plain"} else other


def _other(content: bytes) -> str:
    for start, name in _STARTS:
        if content.startswith(start):
            return name
    if content.startswith(b"PK\x03\x04"):
        return _packed(content[:_LOOKED_AT])
    head = content[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:9].lower() == b"<!doctype" or head[:5].lower() == b"<html":
        return "text/html"
    return "text/plain" if head and not set(head) & {*range(9), *range(14, 27)} else _UNKNOWN


def _packed(head: bytes) -> str:
    if _OPENDOCUMENT in head:
        return "application/vnd.oasis.opendocument"
    return "application/vnd.openxmlformats-officedocument" if b"[Content_Types].xml" in head else "application/zip"
