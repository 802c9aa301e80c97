"""
What every converter must keep: subclass :class:`ConverterSuite` in a test file and give it two fixtures.

.. code-block:: python

    class TestMyConverter(ConverterSuite):
        @pytest.fixture
        def converter(self):
            return MyConverter()

        @pytest.fixture
        def sound(self):
            return [("Notat.txt", "text/plain", b"Husk regnen")]

``sound`` are documents it makes a PDF of: name, media type, bytes. One that asks for what lies in a document is
answered with a page for each.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from esdh_connect import media, pdf
from esdh_connect.converter import Converted, Converter, Original, ReportsProblem
from esdh_connect.errors import DoesNotFit, UnreadableDocument
from esdh_connect.testing.fakes import pdf_of

__all__ = ["ConverterSuite"]

#: A sound document: its name, its media type and its bytes.
Sound = tuple[str, str, bytes]
_RUBBISH = bytes(range(256)) * 8


def _page(name: str, content: bytes, media_type: str) -> Converted:
    return Converted(pdf_of(f"{name}: {media_type}, {len(content)}"))


class ConverterSuite:
    """The protocol of :class:`esdh_connect.converter.Converter`, and the promises that go with it."""

    @pytest.fixture
    def converter(self) -> Converter:
        """Give a converter that works."""
        raise NotImplementedError("a subclass of ConverterSuite has a fixture `converter`")

    @pytest.fixture
    def sound(self) -> Sequence[Sound]:
        """Give documents that it makes a PDF of."""
        raise NotImplementedError("a subclass of ConverterSuite has a fixture `sound`")

    def test_it_says_who_it_is(self, converter: Converter) -> None:
        """Its name and version name what was made; the version says the same as long as nothing changes."""
        assert converter.name
        assert converter.version
        assert converter.version == converter.version
        assert {media.canonical(one) for one in converter.takes} == set(converter.takes) != set()

    def test_a_sound_document_becomes_a_pdf(self, converter: Converter, sound: Sequence[Sound]) -> None:
        """With pages to count; what was found is Danish, and belongs to no position yet."""
        for name, media_type, content in sound:
            assert media.canonical(media_type) in converter.takes
            made = converter.convert(Original(name, media_type, content, _page))
            assert pdf.count_pages(made.content) > 0
            assert all(one.id and one.text and one.document is None for one in made.findings)

    def test_what_it_cannot_use_is_refused_in_danish(self, converter: Converter) -> None:
        """Rubbish of each type it takes is a PDF or UnreadableDocument: it raises nothing else."""
        for media_type in converter.takes:
            made, danish = None, "it was made a PDF"
            try:
                made = converter.convert(Original("x", media_type, _RUBBISH, _page))
            except (UnreadableDocument, DoesNotFit) as error:
                danish = error.danish
            assert danish
            assert made is None or pdf.count_pages(made.content) > 0

    def test_it_can_say_what_it_lacks(self, converter: Converter) -> None:
        """Nothing here, or the tests above would not have come so far."""
        if isinstance(converter, ReportsProblem):
            assert converter.problem() == ""
