"""
Papiret: fonts, colours and the page frame that every document of Eksempel Kommune shares.

All fonts are embedded and the same input gives the same bytes, so that a document's SHA-256 means something.
reportlab keeps one register of fonts per process; ours stand in it under names of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import attrs
import reportlab
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

__all__ = [
    "BOLD",
    "BRICK",
    "COLUMN",
    "GREY",
    "INK",
    "ITALIC",
    "LINE",
    "MARGIN",
    "PAGE",
    "PALE",
    "PETROL",
    "PLAIN",
    "Imprint",
    "Painter",
    "Style",
    "bulleted",
    "drawing",
    "paragraph",
    "typeset",
]

PLAIN, BOLD, ITALIC = "EksempelSans", "EksempelSans-Bold", "EksempelSans-Italic"
PETROL, BRICK = HexColor(0x17475A), HexColor(0xB0512F)
INK, GREY, LINE, PALE = HexColor(0x1E2326), HexColor(0x59636A), HexColor(0xB9C1C6), HexColor(0xF1F4F5)
PAGE: tuple[float, float] = A4
MARGIN = 25 * mm
#: Width of the text column: some 70 characters a line, with room for the references beside it.
COLUMN = 122 * mm

_LANGUAGE = "da-DK"
_INDENT = 6 * mm
_FONTS = {PLAIN: "Vera.ttf", BOLD: "VeraBd.ttf", ITALIC: "VeraIt.ttf"}

#: Draws what stands on a page beside its text: canvas, page number, pages in all.
Painter = Callable[[Canvas, int, int], None]


@attrs.frozen
class Imprint:
    """Kolofon: what a document says of itself in its metadata."""

    title: str
    department: str
    subject: str = ""

    @property
    def author(self) -> str:
        """Give the authority and its department."""
        return f"Eksempel Kommune, {self.department}"


@attrs.frozen
class Style:
    """A kind of paragraph: sizes in points."""

    size: float = 9
    leading: float = 13.2
    font: str = PLAIN
    colour: Color = INK
    before: float = 0
    after: float = 6

    def made(self, **more: object) -> ParagraphStyle:
        """Give it as reportlab wants it."""
        return ParagraphStyle(
            "style",
            fontName=self.font,
            fontSize=self.size,
            leading=self.leading,
            textColor=self.colour,
            spaceBefore=self.before,
            spaceAfter=self.after,
            alignment=TA_LEFT,
            bulletFontName=self.font,
            bulletFontSize=self.size,
            **more,
        )


def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in _FONTS.items():
        registerFont(TTFont(name, str(folder / file)))
    registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


_register_fonts()


def paragraph(markup: str, style: Style) -> Paragraph:
    """Make a paragraph; ``markup`` may hold ``<b>``, ``<i>`` and ``<br/>``."""
    return Paragraph(markup, style.made())


def bulleted(markup: str, style: Style, bullet: str = "–") -> Paragraph:
    """Make a paragraph of a list."""
    return Paragraph(markup, style.made(leftIndent=_INDENT, bulletIndent=0), bulletText=bullet)


def typeset(
    story: Callable[[], Sequence[Flowable]], imprint: Imprint, *, frames: Sequence[Frame], painters: Sequence[Painter]
) -> bytes:
    """
    Set the story on pages: the first frame and painter are for page 1, the second for the rest.

    It is set twice, because a foot that says "Side 1 af 3" must know the 3.
    """
    _, pages = _set(story(), imprint, frames, painters, 0)
    content, _ = _set(story(), imprint, frames, painters, pages)
    return content


def _set(
    story: Sequence[Flowable], imprint: Imprint, frames: Sequence[Frame], painters: Sequence[Painter], pages: int
) -> tuple[bytes, int]:
    target = BytesIO()
    book = BaseDocTemplate(
        target,
        pagesize=PAGE,
        title=imprint.title,
        author=imprint.author,
        subject=imprint.subject,
        creator="esdh-connect-demo",
        lang=_LANGUAGE,
        displayDocTitle=True,
        initialFontName=PLAIN,
        invariant=1,
    )
    names = ("first", "later")
    book.addPageTemplates(
        [
            PageTemplate(name, [frame], onPage=_page(painter, pages), autoNextPageTemplate="later")
            for name, frame, painter in zip(names, frames, painters, strict=True)
        ]
    )
    book.build(list(story))
    return target.getvalue(), book.page


def _page(painter: Painter, pages: int) -> Callable[[Canvas, BaseDocTemplate], None]:
    return lambda canvas, book: painter(canvas, book.page, pages)


def drawing(paint: Callable[[Canvas], None], imprint: Imprint) -> bytes:
    """Make a document of one page that is drawn, not set."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=PAGE, invariant=1, initialFontName=PLAIN, lang=_LANGUAGE)
    canvas.setTitle(imprint.title)
    canvas.setAuthor(imprint.author)
    canvas.setSubject(imprint.subject)
    canvas.setCreator("esdh-connect-demo")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    paint(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()
