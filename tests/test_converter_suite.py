"""The suite for converters: what ships with the library passes it, and it notices what it is for."""

import pytest

from esdh_connect.converter import Converted
from esdh_connect.errors import UnreadableDocument
from esdh_connect.testing.converter import ConverterSuite
from esdh_connect.testing.fakes import FakeConverter


class TestFakeConverter(ConverterSuite):
    @pytest.fixture
    def converter(self):
        return FakeConverter()

    @pytest.fixture
    def sound(self):
        return [("Notat.txt", "text/plain", b"Husk regnen")]


class Careless(FakeConverter):
    def convert(self, original):
        return Converted(original.content)


def test_a_converter_that_makes_no_pdf_is_noticed():
    """Whatever it is given."""
    with pytest.raises(UnreadableDocument):
        ConverterSuite().test_a_sound_document_becomes_a_pdf(Careless(), [("a", "text/plain", b"a")])


@pytest.mark.parametrize("error", [UnreadableDocument("no"), RuntimeError()])
def test_one_that_says_nothing_in_danish_or_raises_something_else_is_noticed(error):
    """A caseworker reads what it says."""
    with pytest.raises((AssertionError, RuntimeError)):
        ConverterSuite().test_what_it_cannot_use_is_refused_in_danish(FakeConverter(fail_with=[error]))
