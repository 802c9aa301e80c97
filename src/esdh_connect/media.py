"""
Filtyper: what bytes are, by their content. A name and a media type are only what somebody says.

Nothing is opened or unpacked here: signatures, and the names in the directory of an archive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

import attrs

from esdh_connect.model import PDF

__all__ = [
    "OCTETS",
    "PROGRAM",
    "Kind",
    "canonical",
    "described",
    "disguise",
    "is_known",
    "is_text",
    "recognized",
    "stem",
]

OCTETS = "application/octet-stream"
PROGRAM = "application/x-executable"

_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


@attrs.frozen
class Kind:
    """A kind of file: its media type, what it is called in Danish, and the endings its names have."""

    media_type: str
    danish: str
    endings: tuple[str, ...] = ()


_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.media_type: kind
        for kind in (
            Kind(PDF, "en PDF-fil", (".pdf",)),
            Kind("image/jpeg", "et JPEG-billede", (".jpg", ".jpeg", ".jpe")),
            Kind("image/png", "et PNG-billede", (".png",)),
            Kind("image/tiff", "et TIFF-billede", (".tif", ".tiff")),
            Kind("image/gif", "et GIF-billede", (".gif",)),
            Kind("image/bmp", "et BMP-billede", (".bmp",)),
            Kind("image/webp", "et WebP-billede", (".webp",)),
            Kind("image/heic", "et HEIC-billede", (".heic", ".heif")),
            Kind("text/plain", "en tekstfil", (".txt", ".text", ".log")),
            Kind("text/html", "en webside", (".html", ".htm")),
            Kind("message/rfc822", "en e-mail", (".eml",)),
            Kind("application/vnd.ms-outlook", "en Outlook-mail", (".msg",)),
            Kind("application/rtf", "et RTF-dokument", (".rtf",)),
            Kind("application/msword", "et gammelt Word-dokument", (".doc",)),
            Kind("application/vnd.ms-excel", "et gammelt Excel-ark", (".xls",)),
            Kind("application/vnd.ms-powerpoint", "en gammel PowerPoint-præsentation", (".ppt",)),
            Kind(f"{_OOXML}.wordprocessingml.document", "et Word-dokument", (".docx",)),
            Kind(f"{_OOXML}.spreadsheetml.sheet", "et Excel-ark", (".xlsx",)),
            Kind(f"{_OOXML}.presentationml.presentation", "en PowerPoint-præsentation", (".pptx",)),
            Kind("application/vnd.ms-word.document.macroenabled.12", "et Word-dokument med makroer", (".docm",)),
            Kind("application/vnd.ms-excel.sheet.macroenabled.12", "et Excel-ark med makroer", (".xlsm",)),
            Kind(
                "application/vnd.ms-powerpoint.presentation.macroenabled.12",
                "en PowerPoint-præsentation med makroer",
                (".pptm",),
            ),
            Kind(f"{_ODF}.text", "et OpenDocument-dokument", (".odt",)),
            Kind(f"{_ODF}.spreadsheet", "et OpenDocument-regneark", (".ods",)),
            Kind(f"{_ODF}.presentation", "en OpenDocument-præsentation", (".odp",)),
            Kind("application/zip", "et zip-arkiv", (".zip",)),
            Kind("application/x-7z-compressed", "et 7z-arkiv", (".7z",)),
            Kind("application/vnd.rar", "et rar-arkiv", (".rar",)),
            Kind("application/gzip", "et gzip-arkiv", (".gz", ".tgz")),
            Kind("video/mp4", "en video- eller lydfil", (".mp4", ".m4a", ".mov")),
            Kind(PROGRAM, "et program", (".exe", ".dll", ".com", ".scr")),
        )
    }
)
_SYNONYMS = {
    "text/rtf": "application/rtf",
    "application/x-pdf": PDF,
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/tif": "image/tiff",
    "image/x-ms-bmp": "image/bmp",
    "image/heif": "image/heic",
    "application/x-zip-compressed": "application/zip",
    "application/x-msdownload": PROGRAM,
    "": OCTETS,
}
#: Where they stand, what they are, and what they say of the file.
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBPVP8", "image/webp"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"\xfe\xed\xfa\xcf", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What the directory of an OLE file calls its main stream. Outlook comes first: its attachments are in the same file.
_OLE_STREAMS = (
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_OOXML_FOLDERS = {
    "word": (f"{_OOXML}.wordprocessingml.document", "application/vnd.ms-word.document.macroenabled.12"),
    "xl": (f"{_OOXML}.spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroenabled.12"),
    "ppt": (
        f"{_OOXML}.presentationml.presentation",
        "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    ),
}
_ZIP, _ZIP_MIMETYPE = b"PK\x03\x04", slice(30, 38)
#: The header may stand anywhere in the first 1 024 bytes (ISO 32000-1, implementation note 13 to annex H).
_PDF_WITHIN = 1024
_LOOKED_AT = 64 * 1024
_ENTRIES = 100_000
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_HTML = re.compile(rb"(?is)\s*(<\?xml[^>]*>\s*)?(<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html|head|body)\b")
_MAIL_HEADER = re.compile(rb"(?im)^(from|to|cc|subject|date|message-id|mime-version|received|return-path):")
_MAIL_HEADERS = 3
_TEXTS = ("message/rfc822", "application/json", "application/xml", "application/xhtml+xml")


def canonical(media_type: str) -> str:
    """Give the one name of a media type, without parameters."""
    bare = media_type.partition(";")[0].strip().lower()
    return _SYNONYMS.get(bare, bare)


def is_known(media_type: str) -> bool:
    """Tell whether files of this type are recognized by their content."""
    return canonical(media_type) in _KINDS


def is_text(media_type: str) -> bool:
    """Tell whether files of this type are text."""
    bare = canonical(media_type)
    return bare.startswith("text/") or bare in _TEXTS


def described(media_type: str) -> str:
    """Give what a caseworker calls it: ``et Word-dokument``."""
    bare = canonical(media_type)
    return _KINDS[bare].danish if bare in _KINDS else "en fil af ukendt type" if bare == OCTETS else f"en {bare}-fil"


def stem(name: str, media_type: str) -> str:
    """Give the name without the ending that files of this type have: ``Re: hus nr. 4`` keeps what is none."""
    kind = _KINDS.get(canonical(media_type))
    folded = name.casefold()
    endings = (one for one in (kind.endings if kind else ()) if folded.endswith(one))
    return name[: -len(next(endings, ""))] or name if kind and folded.endswith(kind.endings) else name


def recognized(content: bytes, claimed: str = OCTETS, name: str = "") -> str:
    """
    Give the media type of what this is; nothing where it is not known by its content.

    Text is what it claims to be, or what its name says, as long as that is text too: there is nothing else to go by.
    """
    is_pdf = b"%PDF-" in content[:_PDF_WITHIN] and not _holds_pdf(content)
    return PDF if is_pdf else _other(content, canonical(claimed), name)


def _holds_pdf(content: bytes) -> bool:
    """Tell whether it is an archive whose first file is a PDF, not compressed: a PDF to who looks no further."""
    begins = 30 + int.from_bytes(content[26:28], "little") + int.from_bytes(content[28:30], "little")
    return content.startswith(_ZIP) and content.startswith(b"%PDF-", begins)


def disguise(content: bytes) -> str:
    """Give what a PDF is besides, whose header stands behind the beginning of something else; mostly nothing."""
    other = "" if content.startswith(b"%PDF-") else _other(content, OCTETS, "")
    if not other and content.startswith(_ZIP):
        return "application/zip"  # damaged, but there are programs that take out what they find
    return "" if other == "text/plain" else other


def _other(content: bytes, claimed: str, name: str) -> str:
    for at, signature, media_type in _SIGNATURES:
        if content.startswith(signature, at):
            return media_type
    return _container(content, claimed) or _text(content, claimed, name)


def _container(content: bytes, claimed: str) -> str:
    """Look into what may hold several kinds, and at signatures of two letters, which text may begin with."""
    if content.startswith(_ZIP):
        return _zipped(content)
    if content.startswith(_OLE):
        return _ole(content, claimed)
    if content.startswith(b"BM") and content[6:10] == bytes(4):
        return "image/bmp"
    return PROGRAM if content.startswith(b"MZ") and b"\x00" in content[:_LOOKED_AT] else ""


def _zipped(content: bytes) -> str:
    if content[_ZIP_MIMETYPE] == b"mimetype":  # OpenDocument: first in the archive, and not compressed
        length = int.from_bytes(content[18:22], "little")
        said = canonical(content[38 : 38 + min(length, 100)].decode("ascii", "replace"))
        return said if said in _KINDS else "application/zip"
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()[:_ENTRIES]
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return ""  # damaged: it cannot be told what it was
    folders = {name.partition("/")[0] for name in names}
    if "[Content_Types].xml" in names:
        for folder, (plain, with_macros) in _OOXML_FOLDERS.items():
            if folder in folders:
                return with_macros if any(one.endswith("vbaProject.bin") for one in names) else plain
    return "application/zip"


def _ole(content: bytes, claimed: str) -> str:
    found = [kind for stream, kind in _OLE_STREAMS if stream.encode("utf-16-le") in content]
    return claimed if claimed in found else found[0] if found else ""


def _text(content: bytes, claimed: str, name: str) -> str:
    start = content[:_LOOKED_AT]
    if not start.startswith(_BOMS[1:]) and _CONTROLS.search(start):
        return ""
    if is_text(claimed):
        return claimed
    if _HTML.match(start.removeprefix(_BOMS[0])):
        return "text/html"
    head = start.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    named = [kind for kind in _KINDS if is_text(kind) and name.casefold().endswith(_KINDS[kind].endings)]
    if len({one.lower() for one in _MAIL_HEADER.findall(head)}) >= _MAIL_HEADERS:
        return "message/rfc822"
    return named[0] if named else "text/plain"
