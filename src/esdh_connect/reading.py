"""
Læsning: a document's bytes become a :class:`~esdh_connect.model.Source`, and what they are is found out.

A host may answer 200 with an error page, and people name files as they like. What is harmless is taken for what it is
and said; what may be another document altogether, or a program, is refused.
"""

from __future__ import annotations

from esdh_connect import media, pdf
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import PDF, Document, Finding, Source

__all__ = ["source"]


def source(document: Document, content: bytes | None, *, mended: bool = False) -> Source:
    """
    Read what the host gave. Raises UnreadableDocument.

    Where a damaged PDF is ``mended`` later, one whose pages cannot be counted is let through without their number.
    """
    if not content:
        what = "kunne ikke læses" if content is None else "er tomt"
        raise _unreadable(document, "nobody could read it", f"dokumentet »{document.name}« {what}")
    found = media.recognized(content, document.media_type, document.name)
    _refuse_another(document, found)
    return Source(
        document,
        content,
        pages=_pages(document, content, mended=mended) if found == PDF else None,
        media_type=_media_type(document, found),
        findings=_said(document, found),
    )


def _media_type(document: Document, found: str) -> str:
    """Give what it is; spelt as the host does where they agree, and as the host says where nobody knows better."""
    return document.media_type if found in {"", media.canonical(document.media_type)} else found


def _refuse_another(document: Document, found: str) -> None:
    claimed = media.canonical(document.media_type)
    what = f"dokumentet »{document.name}« er"
    if found == media.PROGRAM:
        text = f"{what} et program og bliver aldrig sendt. Fjern det fra brevet"
    elif found == claimed or not media.is_known(claimed):
        return
    elif not found:
        text = f"{what} ikke {media.described(claimed)}, selv om det hedder det. Åbn det, og gem det på ny"
    elif media.is_text(found) and not media.is_text(claimed):
        text = f"{what} ikke {media.described(claimed)}, men {media.described(found)}: måske en fejlmeddelelse, som \
sagssystemet gav i stedet. Åbn dokumentet, og prøv igen"
    else:
        return
    raise _unreadable(document, f"it claims to be {claimed} and is {found or 'something else'}", text)


def _said(document: Document, found: str) -> tuple[Finding, ...]:
    claimed = media.canonical(document.media_type)
    if found in {"", claimed} or claimed == media.OCTETS:
        return ()
    text = f"er {media.described(found)}, selv om det hedder {media.described(claimed)}"
    return (Finding("other_type", text),)


def _pages(document: Document, content: bytes, *, mended: bool) -> int | None:
    try:
        return pdf.count_pages(content)
    except UnreadableDocument as error:
        if mended:
            return None
        text = f"dokumentet »{document.name}« kan ikke bruges: {error.danish}"
        raise _unreadable(document, str(error), text) from error


def _unreadable(document: Document, why: str, danish: str) -> UnreadableDocument:
    return UnreadableDocument(f"document {document.id}: {why}", document=document.id, danish=danish)
