"""Office documents, by a real LibreOffice: apart, alone, offline, and within its time."""

import os
import tempfile
import time
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import attrs
import pikepdf
import pypdfium2
import pytest

from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag.converters.office import Office
from esdh_connect_bilag.converters.office.converter import LibreOffice
from esdh_connect_bilag.converters.office.traces import findings

OOXML = "application/vnd.openxmlformats-officedocument"
WORD, EXCEL = f"{OOXML}.wordprocessingml.document", f"{OOXML}.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def packed(**parts):
    """A zip file of these parts."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def package(main, kind, **parts):
    """An Office file whose main part is this."""
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
        "</Types>"
    )
    relations = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="{main}"/></Relationships>'
    )
    return packed(**{"[Content_Types].xml": types, "_rels/.rels": relations, **parts})


def word(*paragraphs, body="", links=""):
    """A Word document of these paragraphs."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    document = f'<w:document xmlns:w="{space}" xmlns:r="{_RELATIONS}"><w:body>{text}{body}</w:body></w:document>'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
    parts = {"word/document.xml": document, "word/_rels/document.xml.rels": relations}
    return package("word/document.xml", "wordprocessingml.document", **parts)


def excel(*rows):
    """A sheet of these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(one)}</t></is></c>' for one in row) + "</row>"
        for row in rows
    )
    sheets = '<sheets><sheet name="Ark" sheetId="1" r:id="r1"/></sheets>'
    workbook = f'<workbook xmlns="{space}" xmlns:r="{_RELATIONS}">{sheets}</workbook>'
    relations = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    parts = {
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>',
    }
    return package("xl/workbook.xml", "spreadsheetml.sheet", **parts)


def text(pdf):
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """The folder that documents lie in while they are converted: ours, so that it can be looked into."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("Afgørelse.docx", WORD, word("Blåbærgrød på øen")),
        ("Ark.xlsx", EXCEL, excel(["12", "Blåbærgrød på øen"])),
        ("Brev.rtf", "application/rtf", rb"{\rtf1\ansi Bl\u229?b\u230?rgr\u248?d p\u229? \u248?en}"),
    ],
)
def test_a_document_becomes_a_tagged_pdf(libreoffice, original, rooms, name, media_type, content):
    """With its words, and nothing of it is left on the disk."""
    made = libreoffice.convert(original(name, media_type, content))

    assert "Blåbærgrød på øen" in text(made.content)
    with pikepdf.open(BytesIO(made.content)) as opened:
        is_tagged = "/StructTreeRoot" in opened.Root
        claims = "/Metadata" in opened.Root and b"pdfuaid:part" in opened.Root.Metadata.read_bytes()
    assert (is_tagged, claims) == (True, True) or media_type == EXCEL
    assert is_tagged or not claims
    assert list(rooms.iterdir()) == []


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (WORD, os.urandom(5000)),
        (WORD, packed(**{"[Content_Types].xml": "x", "word/document.xml": "<w:"})),
        (EXCEL, word("x")[:-100]),
        ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)),
        (ODT, packed(mimetype=ODT, **{"content.xml": "<"})),
    ],
)
def test_what_is_damaged_is_refused_and_not_printed_as_text(libreoffice, original, rooms, media_type, content):
    """As LibreOffice would by itself."""
    with pytest.raises(UnreadableDocument) as refused:
        libreoffice.convert(original("x", media_type, content))

    assert "gem det som PDF" in refused.value.danish
    assert list(rooms.iterdir()) == []


def test_it_is_stopped_when_its_time_is_up(libreoffice, original, rooms):
    """With all that it started; the plan says what to do."""
    slow = attrs.evolve(libreoffice, seconds=1)
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument) as refused:
        slow.convert(original("x.docx", WORD, word(*["Blåbær"] * 200_000)))

    assert "tog for lang tid" in refused.value.danish
    assert time.monotonic() - begun < 30
    assert list(rooms.iterdir()) == []
    assert running(rooms) == []


def running(folder):
    """The programs that were started for documents in this folder."""
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.parent.exists())
    return [line for line in lines if str(folder).encode() in line]


def test_a_pdf_that_is_too_large_is_not_written(libreoffice, original, rooms):
    """Its size is bounded by the system."""
    small = attrs.evolve(libreoffice, output_mb=0)
    with pytest.raises(UnreadableDocument):
        small.convert(original("x.docx", WORD, word("x")))


def test_what_a_killed_process_left_behind_is_taken_away(libreoffice, original, rooms):
    """By the next document, when it is an hour old."""
    old, young = rooms / "esdh-connect-office-old", rooms / "esdh-connect-office-young"
    for left in (old, young):
        left.mkdir()
        (left / "dokument.docx").write_bytes(b"secret")
    os.utime(old, (0, 0))
    libreoffice.convert(original("x.docx", WORD, word("x")))

    assert list(rooms.iterdir()) == [young]


def test_a_linked_picture_is_not_fetched_and_told(libreoffice, original, rooms):
    """A document must not tell its author that it was opened."""
    where = 'Target="http://127.0.0.1:9/spor.png" TargetMode="External"'
    link = f'<Relationship Id="r9" Type="{_RELATIONS}/image" {where}/>'
    made = libreoffice.convert(original("x.docx", WORD, word("x", links=link)))

    assert [one.id for one in made.findings] == ["not_fetched"]


@pytest.mark.parametrize(
    ("media_type", "content", "found"),
    [
        (WORD, word("x"), []),
        (WORD, word(body='<w:p><w:ins w:id="1"/></w:p>'), ["tracked_changes"]),
        (WORD, packed(**{"word/document.xml": "", "word/comments.xml": "<w:comment w:id='1'>"}), ["comments"]),
        (WORD, packed(**{"word/document.xml": "", "word/vbaProject.bin": ""}), ["macros"]),
        (EXCEL, excel(["x"]), ["sheet"]),
        (ODT, packed(**{"content.xml": "<text:tracked-changes><office:annotation "}), ["tracked_changes", "comments"]),
        ("application/msword", b"\xd0\xcf\x11\xe0", []),
        (EXCEL, b"\xd0\xcf\x11\xe0", ["sheet"]),
    ],
)
def test_what_whoever_sends_it_may_not_have_meant_is_told(original, media_type, content, found):
    """Before it is sent."""
    told = findings(original("x", media_type, content), is_sheet=media_type == EXCEL)

    assert [one.id for one in told] == found


def test_where_there_is_no_libreoffice_it_says_so(original, tmp_path):
    """In the plan, and where the administrator looks; and the letter is not sent without it."""
    [missing] = Office(program=tmp_path / "soffice.bin").register_converters()

    assert "libreoffice-writer-nogui" in missing.problem()
    with pytest.raises(UnreadableDocument) as refused:
        missing.convert(original("x.docx", WORD, word("x")))
    assert refused.value.danish == missing.problem()
    assert missing.version


def test_its_version_is_that_of_the_program(libreoffice, tmp_path):
    """An update of LibreOffice makes other PDFs."""
    program = tmp_path / "soffice.bin"
    program.write_bytes(b"")
    (tmp_path / "versionrc").write_text("[Version]\nbuildid=7.4.7.2\n")
    other = LibreOffice(program, 90, 4096, 100)

    assert other.version != libreoffice.version
    assert "7.4.7.2" in other.version
