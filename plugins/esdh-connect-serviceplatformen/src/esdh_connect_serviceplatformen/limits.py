"""
Grænser: what the channels take, as named profiles with their source and date.

The official list of file types and the package of SF1601 are not public; what stands here is what clients in
production keep to, and the more cautious figure where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from esdh_connect.channel import Limits
from esdh_connect.model import PDF

__all__ = [
    "DIGITAL_POST_2025",
    "FYSISK_POST_2025",
    "MAX_ATTACHMENTS_ON_PAPER",
    "MEDIA_TYPES",
    "NEMSMS_2025",
    "encoding_format",
]

_DATED = date(2026, 11, 1)
_OPEN_POSTBUD = "OpenPostbud (itk-dev-rpa, in production at Aarhus)"

#: A media type and the extensions its files may have. Source: OpenPostbud's list, after the SF1601 documentation.
MEDIA_TYPES: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    "text/html": (".html",),
    "text/plain": (".txt",),
    "application/msword": (".doc",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/rtf": (".rtf",),
    "text/rtf": (".rtf",),
    "image/bmp": (".bmp",),
    "image/gif": (".gif",),
    "image/jpeg": (".jpg",),
    "image/png": (".png",),
    "image/tiff": (".tif",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
}
#: MeMo's encodingFormat where it is not the media type: RTF goes as Word. Same source.
_ENCODING_FORMAT = {"application/rtf": "application/msword", "text/rtf": "application/msword"}

#: A file name with one of these is refused. Source: Digitaliseringsstyrelsen, in force since 10 September 2025.
_FORBIDDEN = (
    '<>:"/\\|?*\r\n\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u205f\u2060\u3000'
)
_MESSAGE = 99_500_000
#: What is left of the message for everything but the files; names and actions take a few thousand bytes.
_ENVELOPE = 100_000
_PAPER = 7 * 1024 * 1024
#: Source: KOMBIT's print schema, BilagSamling.
MAX_ATTACHMENTS_ON_PAPER = 100


def encoding_format(media_type: str) -> str:
    """Give MeMo's encodingFormat for a media type."""
    return _ENCODING_FORMAT.get(media_type, media_type)


#: 99.5 MB is Postkomponenten's figure for the whole message, read as decimal and counted as base64. The number of
#: files is unlimited in the schema of MeMo; the order on Digital Post before 2021 said ten, and so do we.
DIGITAL_POST_2025 = Limits(
    source="Postkomponenten (KOMBIT): 99,5 MB; MeMo 1.2: 256 characters; the order on Digital Post before 2021: "
    f"10 files; Digitaliseringsstyrelsen, September 2025: file names; file types: {_OPEN_POSTBUD}",
    dated=_DATED,
    max_files=10,
    max_bytes=_MESSAGE - _ENVELOPE,
    media_types=MEDIA_TYPES,
    as_base64=True,
    forbidden_in_names=_FORBIDDEN,
    signed_up_for=True,
)

#: About 10 MB encoded; 7 MiB of PDF is what is known to go through.
FYSISK_POST_2025 = Limits(
    source=f"{_OPEN_POSTBUD}: 7 MiB before base64, PDF only; KOMBIT's print schema (SF1600)",
    dated=_DATED,
    max_files=1,
    max_bytes=4 * -(-_PAPER // 3),
    media_types={PDF: (".pdf",)},
    as_base64=True,
    forbidden_in_names=_FORBIDDEN,
    on_paper=True,
)

#: 150 characters in the published schema, 160 in the reference library: the smaller one.
NEMSMS_2025 = Limits(
    source="MeMo 1.2: notification",
    dated=_DATED,
    max_files=0,
    max_bytes=0,
    media_types={},
    max_text=150,
    signed_up_for=True,
)
