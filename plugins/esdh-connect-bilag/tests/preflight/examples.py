"""A file for each thing that preflight can find, as small as it can be."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
from hostile.files import CYCLES
from hostile.writing import CATALOG, PAGE, deflated, pdf, stream

from esdh_connect_bilag.preflight import Flaw

SIGNATURE = b"<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> >>"


def catalog(entries: bytes) -> bytes:
    return CATALOG[:-2] + entries + b" >>"


def page(entries: bytes) -> bytes:
    return PAGE[:-2] + entries + b" >>"


def sized(box: bytes) -> bytes:
    return pdf({3: PAGE.replace(b"[0 0 595 842]", box)})


def acting(action: bytes) -> bytes:
    return pdf({3: page(b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << %b >> >>]" % action)})


def annotated(annotation: bytes) -> bytes:
    return pdf({3: page(b"/Annots [<< /Type /Annot /Rect [0 0 9 9] %b >>]" % annotation)})


def drawn(content: bytes, entries: bytes = b"") -> bytes:
    fonts = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    return pdf({3: page(entries).replace(b"/Resources << >>", b"/Resources << %b >>" % fonts), 4: deflated(content)})


def encrypted(password: str = "", *, allow: bool = True) -> bytes:
    made, allowed = BytesIO(), pikepdf.Permissions(extract=allow, modify_assembly=allow, modify_other=allow)
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(made, encryption=pikepdf.Encryption(user=password, owner="owner", allow=allowed))
    return made.getvalue()


def damaged(pages: int = 1) -> bytes:
    """Its cross-reference points ten bytes beside everything; it may claim more pages than it has."""
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % pages
    return pdf({2: tree}).replace(b"%PDF-1.7\n", b"%PDF-1.7\n%12345678\n")


def form(entries: bytes, field: bytes = b"<< /FT /Tx /T (a) >>") -> bytes:
    return pdf({1: catalog(b"/AcroForm << %b >>" % entries), 5: field, 6: stream(b"<xdp/>"), 7: SIGNATURE})


EXAMPLES: dict[Flaw, Callable[[], bytes]] = {
    Flaw.EMPTY: lambda: b"",
    Flaw.NOT_PDF: lambda: b"\x89PNG\r\n\x1a\n",
    Flaw.LOCKED: lambda: encrypted("secret"),
    Flaw.DAMAGED: lambda: b"%PDF-1.7\nnothing",
    Flaw.UNREPAIRED: damaged,
    Flaw.TOO_MUCH: lambda: pdf({2: b"<< /Type /Pages /Kids [%b] >>" % (b"3 0 R " * 50_001)}),
    Flaw.NO_PAGES: lambda: pdf({2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
    Flaw.PAGES_LOST: lambda: damaged(5),
    Flaw.DYNAMIC_FORM: lambda: form(b"/XFA 6 0 R /Fields []"),
    Flaw.PORTFOLIO: lambda: pdf({1: catalog(b"/Collection << /Type /Collection >>")}),
    Flaw.NOT_REDACTED: lambda: annotated(b"/Subtype /Redact"),
    Flaw.SIGNED: lambda: form(b"/SigFlags 3 /Fields [5 0 R]", b"<< /FT /Sig /T (a) /V 7 0 R >>"),
    Flaw.REPAIRED: damaged,
    Flaw.DECRYPTED: encrypted,
    Flaw.TWO_TYPES: lambda: b"PK\x03\x04" + bytes(99) + pdf(),
    Flaw.SCRIPTS: lambda: acting(b"/S /JavaScript /JS (app.alert\\(1\\))"),
    Flaw.LAUNCHES: lambda: acting(b"/S /Launch /F (calc.exe)"),
    Flaw.SENDS_DATA: lambda: acting(b"/S /SubmitForm /F (http://example.org)"),
    Flaw.LEADS_OUT: lambda: acting(b"/S /URI /URI (file:///etc/passwd)"),
    Flaw.MULTIMEDIA: lambda: annotated(b"/Subtype /Movie /Movie << /F (a.avi) >>"),
    Flaw.EMBEDDED_FILES: lambda: pdf(
        {1: catalog(b"/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>"), 5: b"<< /EF << /F 6 0 R >> /F (a.exe) >>"}
    ),
    Flaw.XFA: lambda: form(b"/XFA 6 0 R /Fields [5 0 R]"),
    Flaw.BROKEN_BOOKMARKS: CYCLES["outline_next_goes_back"],
    Flaw.RESTRICTED: lambda: encrypted(allow=False),
    Flaw.ACTS_AND_SIGNED: lambda: form(
        b"/SigFlags 3 /Fields [5 0 R]",
        b"<< /FT /Sig /T (a) /V 7 0 R /AA << /K << /S /JavaScript /JS (app.alert\\(1\\)) >> >> >>",
    ),
    Flaw.ODD_PAGE: lambda: sized(b"[0 0 0 0]"),
    Flaw.HUGE_PAGE: lambda: sized(b"[0 0 595 15000]"),
    Flaw.FONTS_MISSING: lambda: drawn(b""),
    Flaw.HIDDEN_LAYERS: lambda: pdf(
        {1: catalog(b"/OCProperties << /OCGs [5 0 R] /D << /OFF [5 0 R] >> >>"), 5: b"<< /Type /OCG /Name (Udkast) >>"}
    ),
    Flaw.UNTAGGED: pdf,
    Flaw.NO_TITLE: pdf,
    Flaw.NO_LANGUAGE: pdf,
    Flaw.UNCHECKED: lambda: pdf({3: page(b"/Contents 5 0 R"), 4: b"", 5: stream(b"", b"/Filter /Odd")}),
    Flaw.NOT_A4: lambda: sized(b"[0 0 612 792]"),
    Flaw.LANDSCAPE: lambda: sized(b"[0 0 842 595]"),
    Flaw.IN_ADDRESS_ZONE: lambda: drawn(b"BT /F 10 Tf 60 680 Td (Hr. Hansen) Tj ET"),
    Flaw.IN_CODE_ZONE: lambda: drawn(b"0 0 m 5 500 l S"),
}

#: Nothing is wrong with it: A4, tagged, with a title and a language.
PERFECT = pdf(
    {
        1: catalog(b"/Lang (da-DK) /MarkInfo << /Marked true >> /StructTreeRoot 5 0 R"),
        5: b"<< /Type /StructTreeRoot >>",
        6: b"<< /Title (Brev) >>",
    },
    trailer=b"/Info 6 0 R",
)
