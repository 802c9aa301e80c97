"""HTML: what stands in the file, tagged, and nothing from elsewhere."""

import base64
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from threading import Thread

import pikepdf
import pypdfium2
import pytest

from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag.converters.web.converter import WebPages

pytest.importorskip("weasyprint", exc_type=ImportError)
PAGES = WebPages(max_pages=20, seconds=20)


@pytest.fixture
def server():
    """A server that remembers what it was asked for."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as one:
        Thread(target=one.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{one.server_port}", asked
        one.shutdown()


@pytest.fixture
def made(original):
    """Makes the PDF of a page."""
    return lambda html: PAGES.convert(
        original("Side.html", "text/html", html.encode() if isinstance(html, str) else html)
    )


def text(pdf):
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_headings_lists_and_tables_are_tagged(made, structure):
    """So that they can be heard as what they are."""
    pdf = made("<h1>Høring</h1><p>Hej</p><ul><li>et<li>to</ul><table><tr><th>Sag<td>1</table>").content

    assert {"H1", "P", "L", "LI", "Table", "TH", "TD"} <= {tag for tag, _ in structure(pdf)}
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "da"
        assert str(opened.docinfo["/Title"]) == "Side"
        assert "pdfuaid:part" in bytes(opened.Root.Metadata.read_bytes()).decode()


def test_its_own_language_and_title_stand(made):
    """Where it says them."""
    with pikepdf.open(BytesIO(made('<html lang="en"><title>Hearing</title><p>Hello').content)) as opened:
        assert (str(opened.Root.Lang), str(opened.docinfo["/Title"])) == ("en", "Hearing")


@pytest.mark.parametrize(
    "page",
    [
        '<img src="{0}/a.png">',
        '<link rel="stylesheet" href="{0}/a.css">',
        "<style>@import url({0}/a.css); p {{ background: url({0}/b.png) }}</style><p>x",
        '<object data="{0}/a.svg"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}/a.png" width="9" height="9"/></svg>',
        '<img src="file:///etc/passwd">',
        '<img src="/etc/passwd">',
        '<a rel="attachment" href="{0}/a.bin">x</a><link rel="attachment" href="file:///etc/passwd">',
        '<base href="{0}/"><img src="a.png">',
        '<meta http-equiv="refresh" content="0; url={0}/">x',
        '<iframe src="{0}/"></iframe><script src="{0}/a.js"></script>x',
    ],
)
def test_nothing_is_fetched(made, server, page):
    """Neither from the web nor from the disk; and no file is laid into the PDF."""
    address, asked = server
    converted = made(page.format(address))

    assert asked == []
    assert b"root:" not in converted.content
    with pikepdf.open(BytesIO(converted.content)) as opened:
        assert not opened.attachments


def test_what_was_not_fetched_is_told(made):
    """It may have been what mattered."""
    [finding] = made('<img src="https://example.dk/a.png"><img src="b.png">').findings

    assert (finding.id, finding.acts) == ("not_fetched", "caseworker")
    assert "2 billeder" in finding.text


def test_a_picture_in_the_page_itself_is_shown(made, four_corners, encoded):
    """It is fetched from nowhere."""
    data = base64.b64encode(encoded(four_corners, "PNG")).decode()
    converted = made(f'<img alt="Fire farver" src="data:image/png;base64,{data}">')

    assert converted.findings == ()
    assert b"/Image" in converted.content


def test_the_page_is_a4_whatever_it_wants_to_be(made):
    """A letter is printed too."""
    pdf = made("<style>@page { size: 3m 3m }</style><p>x").content

    assert pypdfium2.PdfDocument(pdf)[0].get_size() == pytest.approx((595.3, 841.9), abs=0.5)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "cp1252", "utf-16"])
def test_danish_letters_are_read_as_they_were_written(made, encoding):
    """As the page says, or as its bytes do."""
    said = "" if encoding == "utf-16" else f'<meta charset="{encoding}">'
    assert "Rødgrød på æbler" in text(made(f"{said}<p>Rødgrød på æbler".encode(encoding)).content)
    assert "Rødgrød" in text(made("<p>Rødgrød".encode("latin-1")).content)


def test_the_same_page_gives_the_same_bytes(made):
    """Also a second later."""
    assert made("<h1>Høring").content == made("<h1>Høring").content


def test_too_many_pages_are_refused(made):
    """With the figures."""
    with pytest.raises(UnreadableDocument) as refused:
        made('<p style="break-after: page">x</p>' * 30)

    assert "der er plads til 20" in refused.value.danish


def test_one_that_never_comes_to_an_end_is_stopped(original):
    """And says what to do."""
    with pytest.raises(UnreadableDocument) as refused:
        WebPages(20, 1).convert(original("x.html", "text/html", b"<table>" * 5000))

    assert "tog for lang tid" in refused.value.danish


@pytest.mark.parametrize(
    ("text", "said"), [("漢字 漢", "3 tegn kan ikke vises og står som tomme felter: U+6F22"), ("Blåbær €", "")]
)
def test_characters_that_no_font_of_the_machine_has_are_told(original, text, said):
    """Each is an empty box on the page; which fonts there are is up to the machine."""
    made = PAGES.convert(original("side.html", "text/html", f"<p>{text}</p>".encode()))
    missing = [one for one in made.findings if one.id == "signs_missing"]
    if said and not missing:
        pytest.skip("this machine has a font for Chinese")

    assert [one.text.startswith(said) for one in missing] == [True] * bool(said)
