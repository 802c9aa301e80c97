"""Letters with bilag to lay together, made anew for each run; one set is of real files, where those are there."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path

import pikepdf
import reportlab
from pikepdf import Array, Dictionary, Name
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from esdh_connect_bilag.engine import Declined, Part, Style, merge

__all__ = ["SETS", "Letter", "write"]

#: Files in the order they are laid together, the letter first.
Letter = Sequence[Path]
Maker = Callable[[random.Random], bytes]

REFERENCE = os.environ.get("ESDH_CONNECT_REFERENCE", str(Path(__file__).parents[2] / "shared/data"))
REAL = Path(REFERENCE, "pdf")
A4 = (595, 842)
LINES, WORDS = 42, 12
SYLLABLES = (
    "af",
    "be",
    "da",
    "en",
    "fo",
    "ge",
    "hu",
    "is",
    "jo",
    "ka",
    "le",
    "mi",
    "no",
    "re",
    "se",
    "ti",
    "æg",
    "øl",
    "år",
)
TEXT_PAGES = (5, 8, 12, 15, 18, 20, 22, 24, 20, 40)


def _canvas(made: BytesIO, title: str) -> Canvas:
    rl_config.useA85 = 0
    rl_config.invariant = 1
    if "Vera" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    canvas = Canvas(made, pagesize=A4, pageCompression=1)
    canvas.setTitle(title)
    return canvas


def _logo(draw: random.Random) -> ImageReader:
    return ImageReader(Image.frombytes("RGB", (90, 40), draw.randbytes(90 * 40 * 3)))


def _page(canvas: Canvas, draw: random.Random, logo: ImageReader) -> None:
    canvas.drawImage(logo, 450, 780, 90, 40)
    canvas.setFont("Vera", 10)
    for line in range(LINES):
        words = ("".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(WORDS))
        canvas.drawString(60, 740 - 16 * line, " ".join(words))
    canvas.linkURL("https://example.org/", (60, 40, 160, 60))
    canvas.showPage()


def text(pages: int) -> Maker:
    """A document of text in an embedded font, with a logo, a link on each page and an outline."""

    def make(draw: random.Random) -> bytes:
        made, logo = BytesIO(), _logo(random.Random(1))  # noqa: S311 - one municipality, one logo
        canvas = _canvas(made, "Bilag")
        for page in range(pages):
            canvas.bookmarkPage(f"page {page}")
            canvas.addOutlineEntry(f"Afsnit {page + 1}", f"page {page}")
            _page(canvas, draw, logo)
        canvas.save()
        return made.getvalue()

    return make


def form(draw: random.Random) -> bytes:
    """Four pages with thirty fields each."""
    made, logo = BytesIO(), _logo(draw)
    canvas = _canvas(made, "Skema")
    for page in range(4):
        for field in range(30):
            canvas.acroForm.textfield(name=f"felt {page} {field}", x=60, y=60 + 20 * field, width=200, height=16)
        _page(canvas, draw, logo)
    canvas.save()
    return made.getvalue()


def scan(draw: random.Random) -> bytes:
    """Nine pages of a scanner: nothing but a picture on each."""
    made = BytesIO()
    canvas = _canvas(made, "Skanning")
    for _ in range(9):
        jpeg = BytesIO()
        noise = Image.frombytes("L", (620, 877), draw.randbytes(620 * 877)).resize((1240, 1754))
        noise.save(jpeg, "JPEG", quality=42)
        jpeg.seek(0)
        canvas.drawImage(ImageReader(jpeg), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def tagged(pages: int) -> Maker:
    """A document of text with tags: a paragraph for each line, as a word processor writes them."""

    def make(draw: random.Random) -> bytes:
        made = BytesIO()
        with pikepdf.open(BytesIO(text(pages)(draw))) as document:
            root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
            whole = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array()))
            numbers = Array()
            for at, page in enumerate(document.pages):
                elements = [
                    document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=whole, Pg=page.obj, K=mark))
                    for mark in range(LINES)
                ]
                whole.K.extend(elements)
                page.obj.StructParents = at
                numbers.extend([at, document.make_indirect(Array(elements))])
            root.K, root.ParentTree = whole, document.make_indirect(Dictionary(Nums=numbers))
            document.Root.StructTreeRoot, document.Root.MarkInfo = root, Dictionary(Marked=True)
            document.Root.Lang = pikepdf.String("da-DK")
            document.save(made)
        return made.getvalue()

    return make


def _made(makers: Sequence[Maker], folder: Path) -> Letter:
    files = [folder / f"{at:03}.pdf" for at in range(len(makers))]
    for at, (file, make) in enumerate(zip(files, makers, strict=True)):
        file.write_bytes(make(random.Random(at)))  # noqa: S311 - the same files every time
    return files


def mixed(folder: Path) -> Letter:
    """S2: text, forms, tags and scans."""
    return _made([text(2), *[text(20)] * 2, *[form] * 3, *[tagged(20)] * 2, *[scan] * 3], folder)


def real(folder: Path) -> Letter:
    """S3: a letter and the ten largest real files that nobody has to repair; none where they are not there."""
    if not (REAL / "SOURCES.json").is_file():
        return []
    known = json.loads((REAL / "SOURCES.json").read_text(encoding="utf-8"))
    odd = {"damaged", "pypdf-fails", "pikepdf-fails", "encrypted-userpw", "encrypted-ownerpw"}
    largest = sorted((one for one in known if one["pages"] and not odd & {*one["tags"]}), key=lambda one: -one["size"])
    sound = (REAL / one["file"] for one in largest if _is_sound(REAL / one["file"]))
    return [*_made([text(2)], folder), *islice(sound, 10)]


def _is_sound(file: Path) -> bool:
    """Tell whether the engine takes it without a repair, which would be a process started and nothing else."""
    try:
        merge([Part("Bilag", file.read_bytes())], Style("Brev"))
    except Declined:
        return False
    return True


def thrice(folder: Path) -> Letter:
    """S6: the same five attachments three times, each in a file of its own."""
    letter, *five = _made([text(2), *map(text, TEXT_PAGES[:5])], folder)
    copies = [folder / f"{turn}-{file.name}" for turn in range(3) for file in five]
    for at, copy in enumerate(copies):
        copy.write_bytes(five[at % 5].read_bytes())
    return [letter, *copies]


#: What each set is, and what makes its files in an empty folder.
SETS: dict[str, tuple[str, Callable[[Path], Letter]]] = {
    "S1": ("a letter and ten bilag of text", lambda folder: _made([text(1), *map(text, TEXT_PAGES)], folder)),
    "S2": ("text, forms, tags and scans", mixed),
    "S3": ("a letter and ten real files", real),
    "S4": ("200 files of a page", lambda folder: _made([text(1)] * 200, folder)),
    "S5": ("a letter and 1 500 pages", lambda folder: _made([text(2), text(1500)], folder)),
    "S6": ("five bilag three times", thrice),
}


def write(name: str, folder: Path) -> Letter:
    """Make the files of a set in an empty folder; none where the set cannot be had here."""
    return SETS[name][1](folder)
