"""A look at a page costs a moment, whatever the page is: hostile ones are the reason for the bounds."""

import time
import zlib

import pytest

from esdh_connect import pdf
from esdh_connect.testing.fakes import pdf_of

MOMENT = 20.0  # seconds of the processor, on a machine that has much to do; without bounds it is minutes


def written(*objects):
    """A PDF of these objects, the first of which is the catalogue."""
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    body += b"".join(b"%010d 00000 n \n" % one for one in offsets)
    return bytes(body + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))


def stream(content, more=b"", packed=False):
    data = zlib.compress(content) if packed else content
    filtered = b"/Filter /FlateDecode " if packed else b""
    return b"<< /Length %d %s%s >>\nstream\n" % (len(data), filtered, more) + data + b"\nendstream"


def page(content, resources=b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>", *others):
    return written(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << " + resources + b" >> /Contents 4 0 R >>",
        content,
        *others,
    )


def forms(many=30):
    """Each form draws the next one twice: two to the power of thirty drawings of nothing."""
    for at in range(5, 5 + many):
        within = b"/Resources << /XObject << /X %d 0 R >> >> " % (at + 1)
        yield stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + within)
    yield stream(b"q Q", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << >> ")


HOSTILE = {
    "a bomb": lambda: page(stream(b" " * 300_000_000, packed=True)),
    "a million strokes": lambda: page(stream(b"0 0 m 1 1 l S " * 400_000, packed=True)),
    "forms in forms": lambda: page(stream(b"/X Do"), b"/XObject << /X 5 0 R >>", *forms()),
    "much text": lambda: page(stream(b"BT /F1 9 Tf " + b"(x) Tj " * 200_000 + b"ET", packed=True)),
    "no page": lambda: b"%PDF-1.7 nothing",
    "half a file": lambda: pdf_of("Kære Ane Prøve")[:-200],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_a_moment_and_is_told_the_same_each_time(name):
    """What is found is found again: the commit must find what the plan found."""
    content = HOSTILE[name]()
    before = time.process_time()
    first = pdf.glance(content)
    assert time.process_time() - before < MOMENT
    assert pdf.glance(content) == first


def test_what_is_too_much_says_so():
    """Then nobody believes that it was read."""
    assert not pdf.glance(HOSTILE["a million strokes"]()).is_whole
    assert not pdf.glance(b"%PDF-1.7 nothing").is_whole


def test_only_the_pages_that_were_asked_for_are_read():
    """A letter within a file of bilag begins where it lies."""
    content = pdf_of("forside", "brevet", "dets side to", "bilag")
    assert pdf.glance(content, 2, 2).lines == ("brevet", "dets side to")
    assert pdf.glance(content).lines == ("forside", "brevet")
