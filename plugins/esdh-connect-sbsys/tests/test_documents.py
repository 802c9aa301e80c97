"""A document is exactly the file that was chosen, or it is refused with a reason."""

import attrs
import pytest

from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import Case, Document
from esdh_connect.testing.fakes import pdf_of


@pytest.fixture
def case(sbsys, host):
    return host.case(sbsys.archive.add_case())


@pytest.fixture
def letter(sbsys, host, case):
    sbsys.archive.add_document(int(case.id), "Afgørelse.pdf", pdf_of("Afgørelse"))
    [found] = host.documents(case)
    return found


def test_a_file_is_named_and_typed_by_its_ending(host, letter):
    """And its kind is SBSYS' own word."""
    assert (letter.name, letter.media_type, letter.kind) == ("Afgørelse.pdf", "application/pdf", "udgående")
    assert host.read_document(letter) == pdf_of("Afgørelse")


def test_a_document_of_several_files_is_that_many(sbsys, host, case, letter):
    """Each with a number of its own."""
    number = int(letter.id.partition("/")[0])
    stored = sbsys.archive.documents[number]
    stored.record["Filer"].append({"Id": 77, "Navn": "Tegning.PNG", "Filendelse": ".PNG", "Size": 4})
    stored.files[77] = b"\x89PNG"
    both = host.document(number)
    assert both == host.documents(case)
    assert [one.name for one in both] == ["Afgørelse.pdf", "Tegning.PNG"]
    assert both[1].media_type == "image/png"


def test_another_version_is_refused_in_danish(sbsys, host, letter):
    """Also one that changed while it was read: it is looked up afterwards."""
    sbsys.archive.change_document(int(letter.id.partition("/")[0]), pdf_of("Noget andet"))
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(letter)
    assert caught.value.danish == "dokumentet »Afgørelse.pdf« er ændret i SBSYS, siden det blev valgt. Vælg det på ny"


def test_a_page_with_status_200_is_no_document(sbsys, host, letter):
    """Gateways answer so."""
    sbsys.script.add("file", "html")
    with pytest.raises(UnreadableDocument, match="a web page in its place"):
        host.read_document(letter)
    assert host.read_document(letter) == pdf_of("Afgørelse")


def test_a_file_cut_short_is_refused(sbsys, host, letter):
    """Although its Content-Length is right: SBSYS says another size."""
    sbsys.script.add("file", "cut")
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(letter)
    assert caught.value.danish == "dokumentet »Afgørelse.pdf« kom ikke helt fra SBSYS. Prøv igen om lidt"


def test_a_file_that_is_too_large_says_how_large_is_read(sbsys, case):
    """Memory is not SBSYS' to take."""
    host = sbsys.host(max_file_mb=1)
    sbsys.archive.add_document(int(case.id), "Stor.pdf", b"%PDF-1.7" + bytes(1_100_000))
    [large] = host.documents(case)
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(large)
    assert "højst 1,0 MB læses" in caught.value.danish


@pytest.mark.parametrize("kind", ["error", "unavailable", "reset", "conflict"])
def test_a_sbsys_that_does_not_answer_is_an_error_with_a_name(sbsys, host, letter, kind):
    """Nothing is sent, and it says of which document."""
    sbsys.script.add("file", kind)
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(letter)
    assert caught.value.danish.startswith("dokumentet »Afgørelse.pdf« kunne ikke hentes i SBSYS")


def test_what_is_not_of_sbsys_is_left_to_others(host):
    """A bundle's document, say; and nothing that somebody writes gets into an address."""
    for name in ("bilagspakke-7", "../../bruger/me", "1/2/3", "1%2f2", "7"):
        assert host.read_document(Document(name)) is None
    assert host.documents(Case("../bruger/me")) == ()
    assert host.parties(Case("17?x=1")) == ()


def test_a_file_nobody_has_is_none(host, letter):
    """The core says that it could not be read."""
    assert host.read_document(attrs.evolve(letter, id="1/999")) is None
