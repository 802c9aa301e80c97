"""What a file is, by its bytes."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import media
from esdh_connect.model import PDF
from esdh_connect.testing.fakes import pdf_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD_MACROS = "application/vnd.ms-word.document.macroenabled.12"
POWERPOINT_MACROS = "application/vnd.ms-powerpoint.presentation.macroenabled.12"
ODT = "application/vnd.oasis.opendocument.text"
MAIL = b"From: a@example.dk\r\nTo: b@example.dk\r\nSubject: Hej\r\n\r\nHej"


def archive(*names, mimetype=""):
    """A zip file with these names in it."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as opened:
        if mimetype:
            opened.writestr(ZipInfo("mimetype"), mimetype)
        for name in names:
            opened.writestr(ZipInfo(name), name, compress_type=ZIP_DEFLATED)  # of 1980: its bytes name a test
    return file.getvalue()


def ole(*streams):
    """The beginning of an OLE file, and the names in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(one.encode("utf-16-le") for one in streams)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (pdf_of("a"), PDF),
        (b"\xef\xbb\xbf%PDF-1.4", PDF),
        (b"\r\n%PDF-1.4", PDF),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8L", "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"BM\x9a\0\0\0\0\0\0\0", "image/bmp"),
        (b"{\\rtf1 hej}", "application/rtf"),
        (b"MZ\x90\0\3", media.PROGRAM),
        (b"\x7fELF\2", media.PROGRAM),
        (archive("[Content_Types].xml", "word/document.xml"), WORD),
        (archive("[Content_Types].xml", "xl/workbook.xml"), EXCEL),
        (archive("[Content_Types].xml", "ppt/x.xml", "ppt/vbaProject.bin"), POWERPOINT_MACROS),
        (archive("[Content_Types].xml", "word/a", "word/vbaProject.bin"), WORD_MACROS),
        (archive("content.xml", mimetype=ODT), ODT),
        (archive("content.xml", mimetype="application/epub+zip"), "application/zip"),
        (archive("brev.docx"), "application/zip"),
        (archive("brev.docx")[:40], ""),
        (ole("Root Entry", "WordDocument"), "application/msword"),
        (ole("Root Entry", "Workbook"), "application/vnd.ms-excel"),
        (ole("Root Entry", "__properties_version1.0", "WordDocument"), "application/vnd.ms-outlook"),
        (ole("Root Entry"), ""),
        (MAIL, "message/rfc822"),
        (b"\n<!-- x --><!DOCTYPE HTML><p>", "text/html"),
        (b'<?xml version="1.0"?><html>', "text/html"),
        ("Blåbærgrød på øen".encode(), "text/plain"),
        ("Blåbærgrød på øen".encode("latin-1"), "text/plain"),
        ("Blåbærgrød på øen".encode("utf-16"), "text/plain"),
        (b"MZ is how a text may begin", "text/plain"),
        (b"BM is how a text may begin", "text/plain"),
        (b"\0\1\2\3", ""),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_content(content, found):
    """Whatever it is called."""
    assert media.recognized(content) == found
    assert found in {"", PDF, media.PROGRAM} or media.is_known(found)


@pytest.mark.parametrize(
    ("content", "claimed", "name", "found"),
    [
        (b"<html>", "text/plain", "a.txt", "text/plain"),
        (b"a;b", "text/csv; charset=utf-8", "a.csv", "text/csv"),
        (MAIL, "text/plain", "a.txt", "text/plain"),
        (b"hej", PDF, "a.pdf", "text/plain"),
        (b"hej", media.OCTETS, "a.eml", "message/rfc822"),
        (ole("WordDocument", "Workbook"), "application/vnd.ms-excel", "a.xls", "application/vnd.ms-excel"),
    ],
)
def test_text_is_what_it_claims_to_be(content, claimed, name, found):
    """Nothing in it tells more; and where two answers are right the claim decides."""
    assert media.recognized(content, claimed, name) == found


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (b"", ""),
        (b"\xef\xbb\xbf", ""),
        (b"Sendt fra min telefon\r\n", ""),
        (bytes(9), ""),
        (b"<html>", "text/html"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"MZ\x90\0\3", media.PROGRAM),
        (archive("a.txt"), "application/zip"),
        (b"PK\3\4" + bytes(99), "application/zip"),
    ],
)
def test_a_pdf_may_be_something_else_besides(before, found):
    """Readers look for its header within the first kilobyte; what stands before it may be text, or another file."""
    content = before + pdf_of("a")
    assert (media.recognized(content), media.disguise(content)) == (PDF, found)


def test_an_archive_with_a_pdf_in_it_is_an_archive():
    """Its first file begins within the first kilobyte, and is not all there is."""
    made = BytesIO()
    with ZipFile(made, "w") as zipped:
        zipped.writestr("kort.pdf", pdf_of("Kort"))
        zipped.writestr("plan.pdf", pdf_of("Plan"))
    assert media.recognized(made.getvalue(), PDF, "x.pdf") == "application/zip"


@pytest.mark.parametrize(
    ("name", "media_type", "stem"),
    [
        ("Notat.docx", WORD, "Notat"),
        ("Re: hus nr. 4", "message/rfc822", "Re: hus nr. 4"),
        ("BILLEDE.JPEG", "image/jpg", "BILLEDE"),
        (".txt", "text/plain", ".txt"),
        ("kort.xyz", "chemical/x-xyz", "kort.xyz"),
    ],
)
def test_only_an_ending_is_taken_off_a_name(name, media_type, stem):
    """Dots stand in titles, too."""
    assert media.stem(name, media_type) == stem


@given(st.binary(max_size=300), st.sampled_from(["", PDF, WORD, "text/plain", "x/y"]))
def test_nothing_makes_it_raise(content, claimed):
    """It reads what strangers send."""
    found = media.recognized(content, claimed)
    assert isinstance(found, str)
    assert media.described(found)


@given(
    st.binary(max_size=60)
    .filter(lambda tail: b"%PDF-" not in tail)
    .map(lambda tail: archive("a", "word/b")[:-20] + tail)
)
def test_a_damaged_archive_is_nothing_known(content):
    """And does no harm."""
    assert media.recognized(content) in {"", "application/zip"}
