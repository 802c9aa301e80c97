"""På papir: a report as tagged PDF (PDF/UA-1), made of its HTML by WeasyPrint."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from esdh_connect.errors import ConfigurationError

__all__ = ["pdf"]

#: How much smaller a page is made that has to fit one sheet, and does not because of long names.
_SCALES = (1.0, 0.93, 0.86, 0.8)
_A4 = (210, 297)


def pdf(html: str, *, one_sheet: bool = False) -> bytes:
    """
    Print a report. The same report gives the same PDF. With ``one_sheet`` it is made smaller where it needs be.

    Raises ConfigurationError where WeasyPrint is missing.
    """
    name = sha256(html.encode()).digest()[:16]
    document, scale = _rendered(html, _SCALES if one_sheet else _SCALES[:1])
    content: bytes = document.write_pdf(zoom=scale, finisher=_scoped, pdf_variant="pdf/ua-1", pdf_identifier=name)
    return content


def _rendered(html: str, scales: tuple[float, ...]) -> tuple[Any, float]:
    """Lay it out on a larger sheet, which is then made A4, until it is one."""
    css, source = _weasyprint()
    made = source(string=html, url_fetcher=_refuse)
    for scale in scales:
        width, height = (side / scale for side in _A4)
        sheet = [css(string=f"@page {{ size: {width:.1f}mm {height:.1f}mm !important }}")] if scale < 1 else []
        document = made.render(stylesheets=sheet, pdf_variant="pdf/ua-1")
        if len(document.pages) == 1:
            break
    return document, scale


def _scoped(_document: object, pdf: Any) -> None:  # noqa: ANN401 - what WeasyPrint hands to a finisher
    """Say of each header cell whether it is of its column or its row, which WeasyPrint leaves out."""
    by_reference = {one.reference: one for one in pdf.objects}
    for one in pdf.objects:
        if isinstance(one, dict) and one.get("S") == "/TH":
            section = by_reference[by_reference[one["P"]]["P"]]
            one["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"


def _weasyprint() -> tuple[Any, Any]:
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as error:  # OSError: pango is not on the machine
        raise ConfigurationError(
            f"WeasyPrint cannot be used: {error}",
            danish="PDF kræver WeasyPrint: pip install 'esdh-connect-forbrug[pdf]', og pango på maskinen",
        ) from error
    return CSS, HTML


def _refuse(url: str, *_: object, **__: object) -> None:
    raise ValueError(f"nothing is fetched: {url[:80]}")
