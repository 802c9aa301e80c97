"""Stamps at the foot of pages: where they stand, that they cover nothing, and what they cost."""

import io
import math
import os
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from esdh_connect.errors import PlanError
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.consolidation import Layout
from esdh_connect_bilag.consolidation.stamps import STRIP, stamped
from esdh_connect_bilag.engine import Declined

STAMP = Layout(overview_from=0, stamp=True)
EDGES = b"0 1 0 rg 0 0 595 842 re f 1 0 0 rg 0 0 595 9 re f 0 833 595 9 re f 0 0 9 842 re f 586 0 9 842 re f "


def page(changed, *, rotate=0, crop=None, before=b"", unit=None):
    """Make a page that is coloured to its very edges, and beyond them."""

    def change(pdf):
        one = pdf.pages[0]
        one.Contents = pdf.make_stream(before + b"0 0 1 rg -500 -500 2000 2000 re f " + EDGES)
        one.Rotate = rotate
        if crop:
            one.CropBox = crop
        if unit:
            one.UserUnit = unit

    return changed(change)


def seen(content, at=0):
    return pypdfium2.PdfDocument(content)[at].render(scale=2).to_pil().convert("RGB")


@pytest.fixture(scope="module")
def real():
    """Every fifteenth of the real files."""
    home = Path(__file__).parents[4]
    folder = Path(os.environ.get("ESDH_CONNECT_REFERENCE", home / "../shared/data"), "pdf")
    if not folder.is_dir():
        pytest.skip("the real files are not ours to pass on; set ESDH_CONNECT_REFERENCE")
    return [path.read_bytes() for path in sorted(folder.glob("*.pdf"))[::15]]


def with_boxes(content, like):
    """Give the file with the boxes that its first page has in another."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(like)) as other, pikepdf.open(io.BytesIO(content)) as pdf:
        for name in ("MediaBox", "CropBox"):
            pdf.pages[0][f"/{name}"] = [float(side) for side in other.pages[1][f"/{name}"]]
        pdf.save(written)
    return written.getvalue()


def above(content, at):
    """Give the picture of a page without the strip."""
    pdf = pypdfium2.PdfDocument(content)
    page, scale = pdf[at], min(1, 800 / max(pdf[at].get_size()))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    larger = max(1, min(page.get_size()) / 595, max(page.get_size()) / 842)
    return picture.crop((0, 0, picture.width, picture.height - math.ceil(STRIP * larger * scale) - 1))


@pytest.mark.parametrize("crop", [None, [0, 0, 400, 200], [100, 300, 500, 842]])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90])
def test_a_stamp_stands_beneath_the_page_as_it_is_read_and_covers_nothing(changed, laid, rotate, crop):
    """Pixel for pixel: what was there is there, and beneath it a white strip with words in it."""
    before = page(changed, rotate=rotate, crop=crop)
    made = laid("Brev", before, layout=STAMP).main.content
    was, is_ = seen(before), seen(made, 1)

    assert is_.size == (was.width, was.height + 2 * STRIP)
    assert ImageChops.difference(was, is_.crop((0, 0, *was.size))).getbbox() is None
    strip = is_.crop((0, was.height, *is_.size))
    assert strip.getpixel((4, 4)) == (255, 255, 255)
    left, top, right, bottom = ImageChops.invert(strip).getbbox()
    assert right == pytest.approx(is_.width - 2 * 28, abs=4)
    assert (right - left, bottom - top) == (pytest.approx(2 * 80, abs=16), pytest.approx(2 * 8, abs=6))
    text = pypdfium2.PdfDocument(made)[1].get_textpage().get_text_bounded()
    assert text.strip() == "Bilag 1 · side 1 af 1"


@pytest.mark.parametrize("before", [b"q 0.1 0 0 0.1 50 50 cm q 1 0 0 1 9 9 cm ", b"Q Q ", b"0 0 0 0 re W n "])
def test_what_a_page_leaves_behind_does_not_move_the_stamp(changed, laid, before):
    """Many programs write pages that do not end as they began."""
    made = laid("Brev", page(changed, before=before), layout=STAMP).main.content
    plain = laid("Brev", page(changed), layout=STAMP).main.content
    strips = [seen(one, 1).crop((0, 1684, 1190, 1724)) for one in (made, plain)]

    assert ImageChops.difference(*strips).getbbox() is None
    assert "Bilag 1 · side 1 af 1" in pypdfium2.PdfDocument(made)[1].get_textpage().get_text_bounded()


def test_the_strip_is_in_proportion_where_units_are_larger(changed):
    """A drawing of two metres has a stamp that can be read when it is shown as small as others."""
    with pikepdf.open(io.BytesIO(stamped(page(changed, unit=4), 1))) as pdf:
        sides = [float(side) for side in pdf.pages[0].CropBox]
        assert sides == pytest.approx([0, -STRIP, 595, 842], abs=0.02)  # in proportion: it is four times as large


def test_a_stamp_is_an_artifact_and_the_letter_has_none(laid):
    """A screen reader leaves it out."""
    made = laid(pdf_of("Brev"), pdf_of("a", "b"), layout=STAMP).main
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        contents = [[part.read_bytes() for part in page.Contents] for page in pdf.pages[1:]]
        assert all(parts[0].startswith(b"/Artifact <</Type /Pagination") for parts in contents)
        assert not isinstance(pdf.pages[0].Contents, pikepdf.Array)
    assert [one.changes for one in made.places] == [(), ("stemplet",)]


def test_stamps_add_little_and_share_one_font(laid):
    """Equal objects are stored once, over all bilag."""
    bilag = [pdf_of(*(f"{at} {page}" for page in range(30))) for at in range(5)]
    plain = laid("Brev", *bilag, layout=Layout(overview_from=0)).main
    made = laid("Brev", *bilag, layout=STAMP).main

    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Length1" in one]
    assert len(fonts) == 1
    assert made.size - plain.size < 150 * 250 + 7000


@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode.__members__.values()))
def test_a_file_is_stamped_whatever_its_cross_reference_is(changed, laid, mode):
    """Tables and streams."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(page(changed))) as pdf:
        pdf.save(written, object_stream_mode=mode)
    made = laid("Brev", written.getvalue(), layout=STAMP).main

    assert pypdfium2.PdfDocument(made.content)[1].get_size() == (595, 842 + STRIP)


def test_resources_that_pages_share_are_copied_once(changed):
    """A drawing's resources can be large."""

    def share(pdf):
        shared = pdf.make_indirect(pikepdf.Dictionary(Font=pdf.pages[0].Resources.Font))
        for one in pdf.pages:
            one.Resources = shared

    with pikepdf.open(io.BytesIO(stamped(changed(share, "a", "b", "c"), 2))) as pdf:
        assert len({one.obj.Resources.objgen for one in pdf.pages}) == 1
        assert set(pdf.pages[0].Resources.Font) == {"/F1", "/EsdhConnectStamp"}


def test_real_pages_are_the_same_pixel_for_pixel_above_the_strip(laid, real):
    """Against the same pages whose boxes alone are changed."""
    compared = 0
    for before in real:
        try:
            made = laid("Brev", before, layout=STAMP).main
        except PlanError:
            continue
        if made.places[-1].changes == ("stemplet",):  # the others were repaired, or something was taken out
            was, is_ = above(with_boxes(before, made.content), 0), above(made.content, 1)
            assert ImageChops.difference(was, is_).getbbox() is None
            compared += 1
    assert compared > 30


def test_a_file_that_cannot_be_read_is_declined():
    """Whoever asked says so."""
    with pytest.raises(Declined):
        stamped(b"%PDF-1.7 and then nothing", 1)


def test_a_bilag_that_stands_alone_is_stamped_and_a_signed_one_is_not(laid, signed):
    """The signature is of the very bytes."""
    made = laid("Brev", signed, "Kort", max_files=3, layout=STAMP)

    assert [one.changes for file in made.files for one in file.places] == [(), (), ("stemplet",)]
    assert made.files[1].content == signed


def test_a_stamp_is_as_large_on_paper_however_large_the_page_is(laid, changed):
    """A plan of five metres is laid on A4, where its stamp must be readable."""
    heights = []
    for side in (1, 4, 20):
        plan = changed(lambda pdf, side=side: pdf.pages[0].__setattr__("MediaBox", [0, 0, 595 * side, 842 * side]))
        made = laid("Brev", plan, on_paper=True, layout=Layout(stamp=True, fresh_sheets=False)).main.content
        text = pypdfium2.PdfDocument(made)[1].get_textpage()
        at = text.get_text_range().index("Bilag 1 ·")
        _, bottom, _, top = text.get_charbox(at)
        heights.append(top - bottom)

    assert heights == pytest.approx([heights[0]] * 3, rel=0.01)
