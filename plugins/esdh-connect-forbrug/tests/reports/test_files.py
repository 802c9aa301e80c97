"""What is handed on opens everywhere, can be read by everybody, and does nothing by itself."""

import csv
import itertools
import re
import sys
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as reader
from small_town import LAST, cell, source

from esdh_connect.errors import ConfigurationError
from esdh_connect.policy import Department
from esdh_connect_forbrug.reports.meeting import meeting
from esdh_connect_forbrug.reports.overview import By
from esdh_connect_forbrug.reports.page import page
from esdh_connect_forbrug.reports.plain import as_text
from esdh_connect_forbrug.reports.printed import pdf
from esdh_connect_forbrug.reports.separated import as_csv
from esdh_connect_forbrug.reports.survey import Survey
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.workbook import as_workbook

NAMES = st.text(max_size=40) | st.text("=+-@|%;\"'\t\r\n \u202e,.<>&1A", max_size=12)
NUMBER = re.compile(r"-?\d+(,\d+)?")
SVG = "{http://www.w3.org/2000/svg}"


def survey(name="Byggesag", by=By.DEPARTMENT):
    """A year of one department of this name, with figures of all kinds."""
    failed = {"recipient": 3, "certificate": 1}
    cells = [cell(LAST.later(-at), "byg", 1100 + at, 40, failed=failed, printed=2) for at in range(12)]
    known = source(cells, expected={"byg": 900})
    return Survey(type(known)(known.first, known.last, known.cells, tree(name), known.scale, known.expected), by)


def tree(name):
    return Tree.of([Department("byg", name)])


def meeting_of(name="Byggesag"):
    return meeting(page(survey(name).source, "byg"), organisation="Eksempel Kommune")


# --- CSV and Excel


@given(NAMES)
@example('=HYPERLINK("http://x")')
@example("\t+1")
@example("\uff1d1+1")
@example('";=1+1;"')
def test_no_cell_of_a_csv_is_a_formula_whatever_a_department_is_called(name):
    """Each is a number as Danes write it, or a text no spreadsheet reckons with; rows and columns stay in place."""
    text = as_csv(survey(name).sheet).decode("utf-8-sig")
    [head, *rows] = csv.reader(text.split("\r\n")[:-1], delimiter=";")

    assert {len(row) for row in rows} == {len(head)}
    for value in (value for row in [head, *rows] for value in row):
        assert NUMBER.fullmatch(value) or value == "" or value[0] not in "=+-@|%\t\r\n\uff0b\uff0d\uff1d\uff20"
    assert not any("\n" in value or "\r" in value for row in rows for value in row)


def test_a_csv_is_as_a_danish_excel_wants_it():
    """UTF-8 with its mark, semicolons, decimal commas, and no line before the titles."""
    content = as_csv(survey().sheet)

    assert content.startswith(b"\xef\xbb\xbfAfdeling;Id;")
    assert b"\r\nByggesag;byg;12;" in content
    assert ";0,9634;" in content.decode("utf-8-sig")


@settings(max_examples=25)
@given(NAMES)
@example("=1+1")
@example("http://x.example")
def test_a_workbook_has_texts_and_numbers_and_nothing_else(name):
    """No formula, no link, nothing that is fetched – and the names as they are."""
    one = survey(name)
    with ZipFile(BytesIO(as_workbook(one.title, one.sheets, one.notes))) as book:
        files = {name: book.read(name) for name in book.namelist() if name.endswith((".xml", ".rels"))}

    sheets = [content for name, content in files.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(one.sheets) + 1
    assert not any(re.search(rb"<f[ >]|<hyperlink", content) for content in sheets)
    assert not any(b'TargetMode="External"' in content for content in files.values())
    assert b"Om tallene" in files["xl/workbook.xml"]


# --- HTML


@given(NAMES)
@example("<script>alert(1)</script>")
@example('" onload="x')
def test_a_report_runs_nothing_and_fetches_nothing_whatever_a_department_is_called(name):
    """A name is text; there is no script, no address, and a browser is told to allow neither."""
    shown = tree(name).name("byg")
    for content in (meeting_of(name), survey(name).html()):
        found = reader.fromstring(content)
        elements = [one for one in found.iter() if isinstance(one.tag, str)]
        attributes = [(key, value) for one in elements for key, value in one.attrib.items()]

        assert not {one.tag for one in elements} & {"script", "link", "img", "iframe", "object", "a", "base", "form"}
        assert not [key for key, _ in attributes if key.startswith("on") or key in ("src", "href", "xlink:href")]
        assert "url(" not in content
        assert found.find(".//meta[@http-equiv]").get("content").startswith("default-src 'none'; ")
        assert " ".join(shown.split()) in " ".join(found.text_content().split())


@pytest.mark.parametrize("content", [meeting_of(), survey().html(), survey(by=By.MONTH).html()])
def test_a_report_is_made_for_screen_readers(content):
    """Its language, one heading above all, no level left out, and tables whose cells have headers."""
    found = reader.fromstring(content)
    levels = [int(one.tag[1]) for one in found.iter("h1", "h2", "h3")]

    assert found.get("lang") == "da"
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for table in found.iter("table"):
        assert table.find("caption") is not None
        assert all(cell.get("scope") in ("row", "col") for cell in table.iter("th"))
        assert all(row[0].get("scope") == "row" for row in table.find("tbody"))
    for region in found.iter("div"):
        assert region.get("role") != "region" or (region.get("tabindex") == "0" and region.get("aria-label"))


def test_the_drawing_has_a_title_a_description_and_labels_of_twelve_pixels():
    """What it shows is in the table below it too."""
    found = reader.fromstring(meeting_of())
    [drawing] = found.iter("svg")
    told = {one.get("id"): one.text for one in drawing if one.tag in ("title", "desc")}

    assert drawing.get("role") == "img"
    assert list(told) == drawing.get("aria-labelledby").split()
    assert all(told.values())
    assert {int(one.get("font-size")) for one in drawing.iter("text")} == {12}
    drawn = [one.text for one in drawing.iter("text") if "." in one.text and one.text[0].isdigit()]
    [table] = [one for one in found.iter("table") if one.get("class") == "months"]
    assert [one.text for one in table.find("tbody")[0][1:]] == drawn
    assert len(drawn) == 12


def test_a_department_without_figures_is_encouraged_and_shown_no_empty_drawing():
    """Its page says what to do first."""
    content = meeting(page(source([]), "kultur"))

    assert "Tag det første brev sammen" in content
    assert "<svg" not in content


# --- PDF


@pytest.mark.parametrize("name", ["Byggesag", "En meget lang afdeling med mange ord i navnet " * 6])
def test_the_page_for_a_meeting_is_one_tagged_a4(name):
    """With language, title and tags, and a text in place of the drawing; however long the name is."""
    content = pdf(meeting_of(name), one_sheet=True)

    with pikepdf.open(BytesIO(content)) as found:
        assert len(found.pages) == 1
        assert [round(float(side) / 72 * 25.4) for side in found.pages[0].mediabox] == [0, 0, 210, 297]
        assert found.Root.Lang == "da"
        assert found.Root.MarkInfo.Marked
        assert found.Root.ViewerPreferences.DisplayDocTitle
        assert str(found.docinfo["/Title"]).startswith("Forbrug: ")
        assert found.open_metadata()["pdfuaid:part"] == "1"
        tags = list(tags_of(found.Root.StructTreeRoot))
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Caption", "/P"} <= {str(one.S) for one in tags}
        assert [one for one in tags if one.S == "/Figure" and str(one.get("/Alt", ""))]
        assert {str(one.A.Scope) for one in tags if one.S == "/TH"} == {"/Column", "/Row"}


def tags_of(node):
    for child in kids(node.get("/K")):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from tags_of(child)


def kids(found):
    return found if isinstance(found, pikepdf.Array) else [] if found is None else [found]


def test_the_same_report_gives_the_same_pdf():
    """So that it can be compared, and kept once."""
    content = survey().html()
    assert pdf(content) == pdf(content)


# --- on a terminal


def test_a_table_lines_up_and_is_no_wider_than_it_must_be():
    """Titles and long names go on in the next line; numbers stand to the right."""
    *titles, rule, row, _, total = as_text(survey().sheet.brief)
    long = list(as_text(survey("En afdeling med et navn, som ingen skærm har plads til").sheet.brief))

    assert row.startswith("Byggesag  ")
    assert total.startswith("I alt  ")
    assert set(rule) == {"─"}
    assert {len(titles[-1]), len(row), len(total), len(rule)} == {len(rule)}
    assert any(line.startswith("  som ingen") or line.strip().endswith("plads til") for line in long)
    assert max(map(len, long)) < 130


def test_svg_is_well_formed_xml():
    """It can be taken out and used alone."""
    [drawing] = re.findall(r"<svg.*?</svg>", meeting_of())
    assert etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)).tag


@pytest.mark.parametrize(
    ("library", "make"), [("xlsxwriter", lambda: as_workbook("", (), ())), ("weasyprint", lambda: pdf(""))]
)
def test_a_library_that_is_not_there_is_named_with_what_to_type(monkeypatch, library, make):
    """It is an extra: not everybody wants it."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigurationError, match=library) as refused:
        make()
    assert "pip install 'esdh-connect-forbrug[" in refused.value.danish
