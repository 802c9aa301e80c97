"""Each of the converters passes the suite that everybody's must."""

from io import BytesIO

import pytest
from PIL import Image

from esdh_connect.model import PDF
from esdh_connect.testing.converter import ConverterSuite
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.converters import Converters

MAIL = b"From: ida@example.dk\nSubject: Hej\n\nHej Ane"
OF = {one.name: one for one in Converters().all()}


def picture(kind):
    file = BytesIO()
    Image.new("RGB", (9, 9), "red").save(file, kind)
    return f"billede.{kind}", f"image/{kind}", file.getvalue()


class TestImages(ConverterSuite):
    @pytest.fixture
    def converter(self):
        return OF["images"]

    @pytest.fixture
    def sound(self):
        return [picture(kind) for kind in ("jpeg", "png", "tiff", "gif", "bmp", "webp")]


class TestTexts(ConverterSuite):
    @pytest.fixture
    def converter(self):
        return OF["text"]

    @pytest.fixture
    def sound(self):
        return [("Notat.txt", "text/plain", "Blåbær".encode())]


class TestWebPages(ConverterSuite):
    @pytest.fixture
    def converter(self):
        return OF["html"]

    @pytest.fixture
    def sound(self):
        return [("Side.html", "text/html", b"<h1>Hej")]


class TestMails(ConverterSuite):
    @pytest.fixture
    def converter(self):
        return OF["mail"]

    @pytest.fixture
    def sound(self):
        return [("Svar.eml", "message/rfc822", MAIL)]


class TestMender(ConverterSuite):
    @pytest.fixture
    def converter(self):
        return OF["repair"]

    @pytest.fixture
    def sound(self):
        return [("tegning.pdf", PDF, pdf_of("a", "b").replace(b"startxref", b"startxxxx"))]


class TestLibreOffice(ConverterSuite):
    @pytest.fixture
    def converter(self, libreoffice):
        return libreoffice

    @pytest.fixture
    def sound(self):
        return [("Brev.rtf", "application/rtf", rb"{\rtf1 Hej}")]

    @pytest.mark.slow
    def test_what_it_cannot_use_is_refused_in_danish(self, converter):
        """As in the suite; thirteen times LibreOffice takes its time."""
        super().test_what_it_cannot_use_is_refused_in_danish(converter)
