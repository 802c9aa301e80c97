"""Documents to be made PDF of, and ways to look at what came out."""

import os
import warnings
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageDraw

from esdh_connect.conversion import Conversion
from esdh_connect.converter import Original
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.converters.office import Office

CORNERS = ("red", "lime", "blue", "yellow")  # top left, top right, bottom left, bottom right


def refused(name, content, media_type):
    """Where nothing is to lie within."""
    raise AssertionError(f"nobody should have asked for {name} ({media_type}, {len(content)} bytes)")


@pytest.fixture
def original():
    """Makes a document of bytes."""
    return lambda name, media_type, content: Original(name, media_type, content, refused)


@pytest.fixture
def convert():
    """Converts a document as a department does that has the plugin; gives the PDF and the findings."""
    conversion = Conversion(Bilag().register_converters(), MemoryOutbox(), datetime(2026, 1, 1, tzinfo=UTC))

    def one(name, content, media_type):
        return conversion._made(name, content, media_type, 0)

    return one


@pytest.fixture
def four_corners():
    """A picture, upright, with a colour in each corner."""
    image = Image.new("RGB", (80, 120), "white")
    draw = ImageDraw.Draw(image)
    for at, colour in enumerate(CORNERS):
        left, top = (at % 2) * 40, (at // 2) * 60
        draw.rectangle((left, top, left + 39, top + 59), fill=colour)
    return image


@pytest.fixture
def pillow():
    """Pillow in this process, as the child sets it up; left as it was."""
    before = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        yield Image
    Image.MAX_IMAGE_PIXELS = before


@pytest.fixture
def libreoffice():
    """The converter, where LibreOffice is installed."""
    [found] = Office().register_converters()
    if found.problem():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{found.problem()} (make servers)")
    return found


@pytest.fixture
def encoded():
    """Gives the bytes of a picture's file."""

    def one(image, kind, **options):
        file = BytesIO()
        image.save(file, kind, **options)
        return file.getvalue()

    return one


@pytest.fixture
def structure():
    """Tells what a PDF's structure says: (tag, alternate text) in order, below the document itself."""

    def told(pdf):
        with pikepdf.open(BytesIO(pdf)) as opened:
            assert bool(opened.Root.MarkInfo.Marked)
            found = []
            waiting = [opened.Root.StructTreeRoot.K]
            while waiting:
                one = waiting.pop(0)
                if isinstance(one, pikepdf.Array):
                    waiting[:0] = list(one)
                elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
                    found.append((str(one.S).strip("/"), str(one.get("/Alt", ""))))
                    waiting[:0] = [one.K] if "/K" in one else []
            return found[1:]

    return told
