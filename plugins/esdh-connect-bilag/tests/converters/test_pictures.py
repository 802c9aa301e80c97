"""Pictures: every pixel as it was, the right way up, on a page that fits."""

from contextlib import suppress
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageFile

from esdh_connect_bilag.converters.pictures.picture import NoPicture
from esdh_connect_bilag.converters.pictures.worker import answer

CORNERS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}
ORDER = {"title": "Et billede", "max_pages": 10, "max_pixels": 50_000_000}
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def made(pillow):
    """Makes the PDF of a file, and gives what was told beside it."""

    def one(content, **order):
        told, [pdf] = answer(ORDER | order, content)
        return pdf, told

    return one


def images(pdf):
    """The pictures in a PDF, as Pillow decodes them."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [pikepdf.PdfImage(page.resources.XObject["/P"]).as_pil_image().copy() for page in opened.pages]


def stored(pdf):
    """What a PDF says of its first picture, and the bytes it keeps of it."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        image = opened.pages[0].resources.XObject["/P"]
        return {str(key): str(value) for key, value in image.items()}, image.read_raw_bytes()


def seen(pdf, page=0):
    """The page as a picture, a pixel for a point."""
    opened = pypdfium2.PdfDocument(pdf)
    return opened[page].render(scale=1).to_pil().convert("RGB")


def corners(shown):
    """The colours of what is drawn on the page, corner by corner, row by row."""
    left, top, right, bottom = Image.eval(shown, lambda value: 255 - value).getbbox()
    names = {colour: name for name, colour in CORNERS.items()}
    places = [(left + 8, top + 8), (right - 8, top + 8), (left + 8, bottom - 8), (right - 8, bottom - 8)]
    return [names.get(nearest(shown.getpixel(place))) for place in places], right - left < bottom - top


def nearest(pixel):
    return min(CORNERS.values(), key=lambda colour: sum(abs(a - b) for a, b in zip(pixel, colour, strict=True)))


# --- nothing is lost


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_is_taken_as_it_is(made, four_corners, encoded, mode):
    """Its data are the file's own, so that no pixel is another."""
    content = encoded(four_corners.convert(mode), "JPEG", quality=80)
    told, data = stored(made(content)[0])

    assert told["/Filter"] == "/DCTDecode"
    assert data[-200:] == content[-200:]
    assert Image.open(BytesIO(data)).tobytes() == Image.open(BytesIO(content)).tobytes()


def test_place_and_camera_do_not_go_out_with_a_photograph(made, four_corners, encoded):
    """Nobody who receives a letter has use for where the inspector stood."""
    exif = Image.Exif()
    exif[0x010F] = "Kamerafabrikken"
    exif.get_ifd(0x8825)[1] = "N"
    content = encoded(four_corners, "JPEG", exif=exif, comment=b"taget af Ida") + b"PK and more"
    pdf, _ = made(content)

    assert b"Kamerafabrikken" in content
    for text in (b"Kamerafabrikken", b"Ida", b"PK and more"):
        assert text not in pdf


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
@given(data=st.data(), size=st.tuples(st.integers(1, 40), st.integers(1, 40)))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_png_keeps_every_pixel(made, encoded, mode, data, size):
    """Black and white, grey, a palette, colours, sixteen bits."""
    bits = {"1": -(-size[0] // 8) * size[1], "RGB": 3 * size[0] * size[1], "I;16": 2 * size[0] * size[1]}
    length = bits.get(mode, size[0] * size[1])
    pixels = data.draw(st.binary(min_size=length, max_size=length))
    image = Image.frombytes(mode, size, pixels)
    if mode == "P":
        image.putpalette(data.draw(st.binary(min_size=768, max_size=768)))
    content = encoded(image, "PNG")
    whole = Image.open(BytesIO(content))
    pdf, told = made(content)
    if mode == "I;16":
        with pikepdf.open(BytesIO(pdf)) as opened:
            assert opened.pages[0].resources.XObject["/P"].read_bytes() == swapped(image.tobytes())
    else:
        assert images(pdf)[0].convert("RGB").tobytes() == whole.convert("RGB").tobytes()
    assert told == {"animated": False, "reduced": False}


def swapped(data):
    """Sixteen bits with the large byte first."""
    return b"".join(data[at + 1 : at + 2] + data[at : at + 1] for at in range(0, len(data), 2))


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "1", {}),
        ("TIFF", "L", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", "CMYK", {}),
        ("GIF", "P", {}),
        ("BMP", "RGB", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("PNG", "RGB", {"interlace": 1}),
    ],
)
def test_what_must_be_decoded_keeps_every_pixel(made, four_corners, encoded, kind, mode, options):
    """It is stored without loss, black and white as fax machines do."""
    content = encoded(four_corners.convert(mode), kind, **options)
    pdf, _ = made(content)

    assert images(pdf)[0].convert("RGB").tobytes() == Image.open(BytesIO(content)).convert("RGB").tobytes()
    assert (stored(pdf)[0]["/Filter"] == "/CCITTFaxDecode") == (mode == "1")


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
@pytest.mark.parametrize("rows", [120, 16])
def test_jpeg_in_a_tiff_is_taken_as_it_is_where_a_page_is_one_piece(made, four_corners, encoded, mode, rows):
    """Else it is decoded; the pixels are the same either way."""
    content = encoded(four_corners.convert(mode), "TIFF", compression="jpeg", quality=80, tiffinfo={278: rows})
    pdf, _ = made(content)
    told, _ = stored(pdf)
    shown, wanted = (one.convert("RGB") for one in (images(pdf)[0], Image.open(BytesIO(content))))

    assert (told["/Filter"] == "/DCTDecode") == (rows == 120)
    assert max(high for _, high in ImageChops.difference(shown, wanted).getextrema()) <= 2


@given(data=st.data(), size=st.tuples(st.integers(1, 70), st.integers(1, 40)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fax_keeps_every_dot(made, encoded, data, size):
    """Whichever of the two TIFF calls black, in one piece or in several."""
    length = -(-size[0] // 8) * size[1]
    image = Image.frombytes("1", size, data.draw(st.binary(min_size=length, max_size=length)))
    tags = {262: data.draw(st.sampled_from([0, 1])), 278: data.draw(st.sampled_from([size[1], 8]))}
    content = encoded(image, "TIFF", compression="group4", tiffinfo=tags)
    image = Image.open(BytesIO(content))
    pdf, _ = made(content)

    assert images(pdf)[0].convert("L").tobytes() == image.convert("L").tobytes()


def test_alpha_is_kept_as_alpha(made, four_corners, encoded):
    """And one that hides nothing is left out."""
    alpha = Image.linear_gradient("L").resize(four_corners.size)
    half = four_corners.convert("RGBA")
    half.putalpha(alpha)
    with pikepdf.open(BytesIO(made(encoded(half, "PNG"))[0])) as opened:
        image = opened.pages[0].resources.XObject["/P"]
        assert pikepdf.PdfImage(image).as_pil_image().convert("RGB").tobytes() == four_corners.tobytes()
        assert pikepdf.PdfImage(image.SMask).as_pil_image().tobytes() == alpha.tobytes()
    assert "/SMask" not in stored(made(encoded(four_corners.convert("RGBA"), "PNG"))[0])[0]


@pytest.mark.parametrize(("transparent", "kept"), [(2, "/Mask"), (bytes([255, 0, 128, 255]), "/SMask")])
def test_a_palette_may_be_seen_through(made, four_corners, encoded, transparent, kept):
    """One colour by its number, several by a mask."""
    content = encoded(four_corners.quantize(4), "PNG", transparency=transparent)

    assert kept in stored(made(content)[0])[0]


def test_a_profile_goes_along_and_one_of_another_kind_does_not(made, four_corners, encoded):
    """A profile for colours says nothing of grey."""
    colours = stored(made(encoded(four_corners, "PNG", icc_profile=SRGB))[0])[0]
    grey = stored(made(encoded(four_corners.convert("L"), "JPEG", icc_profile=SRGB))[0])[0]

    assert "ICCBased" in colours["/ColorSpace"]
    assert grey["/ColorSpace"] == "/DeviceGray"


def test_inks_that_are_stored_upside_down_are_seen_as_they_should(made, four_corners, encoded):
    """As Adobe does, and everybody after it: red stays red."""
    pdf, _ = made(encoded(four_corners.convert("CMYK"), "JPEG", quality=95))

    assert corners(seen(pdf))[0] == list(CORNERS)


# --- how it lies


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "TIFF of JPEG", "WEBP"])
def test_a_picture_stands_as_its_camera_was_held(made, four_corners, encoded, kind, orientation):
    """All eight ways, whether its pixels are taken as they are or decoded."""
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = four_corners if back is None else four_corners.transpose(back)
    options = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}}.get(kind, {})
    if kind == "TIFF of JPEG":
        options = {"compression": "jpeg", "quality": 95, "tiffinfo": {274: orientation, 278: held.height}}
    pdf, _ = made(encoded(held, kind.split()[0], exif=exif, **options))

    assert corners(seen(pdf)) == (list(CORNERS), True)


@pytest.mark.parametrize(
    ("size", "dots", "page", "box"),
    [
        ((1654, 2339), 200, (595, 842), (0, 0, 595, 842)),
        ((2339, 1654), 200, (842, 595), (0, 0, 842, 595)),
        ((1700, 2200), 200, (595, 842), (43, 43, 553, 702)),
        ((200, 100), 200, (842, 595), (385, 43, 457, 79)),
        ((4000, 3000), 72, (842, 595), (81, 43, 761, 553)),
        ((96, 96), None, (595, 842), (262, 43, 334, 115)),
        ((96, 96), 1, (595, 842), (262, 43, 334, 115)),
    ],
)
def test_a_page_is_a4_and_a_scan_of_one_fills_it(made, encoded, size, dots, page, box):
    """Others are as large as they say, within the margins; who says nothing is as large as on a screen."""
    options = {"dpi": (dots, dots)} if dots else {}
    shown = seen(made(encoded(Image.new("L", size, 0), "PNG", **options))[0])
    left, top, right, bottom = Image.eval(shown, lambda value: 255 - value).getbbox()

    assert shown.size == pytest.approx(page, abs=1)
    assert (left, top, right, bottom) == pytest.approx(box, abs=2)


def test_a_tiff_has_a_page_for_each_picture_and_each_is_told(made, four_corners, encoded, structure):
    """In the order of the file."""
    pages = [four_corners, four_corners.convert("1"), four_corners.convert("L").rotate(90, expand=True)]
    pdf, told = made(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]))

    assert [image.size for image in images(pdf)] == [(80, 120), (80, 120), (120, 80)]
    assert structure(pdf) == [("Figure", f"Et billede, side {at} af 3") for at in (1, 2, 3)]
    assert not told["animated"]


def test_the_file_has_title_language_and_a_text_for_who_cannot_see(made, four_corners, encoded, structure):
    """The name of the file is what is known of it."""
    pdf, _ = made(encoded(four_corners, "PNG"))
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "da"
        assert str(opened.docinfo["/Title"]) == "Et billede"
        assert opened.check_pdf_syntax() == []
    assert structure(pdf) == [("Figure", "Et billede")]


def test_the_same_picture_gives_the_same_bytes(made, four_corners, encoded):
    """Every time."""
    content = encoded(four_corners, "TIFF")

    assert made(content) == made(content)


# --- what cannot be used


def test_an_animation_is_told(made, four_corners, encoded):
    """Only its first picture goes on paper."""
    frames = [four_corners.convert("P"), four_corners.rotate(90, expand=False).convert("P")]
    _, told = made(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert told["animated"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "BMP"])
def test_a_truncated_picture_is_refused(made, four_corners, encoded, kind, monkeypatch):
    """Half a picture looks like a whole one until somebody needs the rest."""
    # WeasyPrint wants them read all the same, for a whole process; where pictures are converted it is not.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    content = encoded(four_corners, kind)
    with pytest.raises(NoPicture, match=r"afkortet|beskadiget"):
        made(content[: len(content) // 2])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says much of damaged files
@given(at=st.integers(0, 5000), byte=st.integers(0, 255))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_damage_makes_a_pdf_or_an_error(made, four_corners, encoded, kind, at, byte):
    """Which ends with the child it is raised in."""
    content = bytearray(encoded(four_corners, kind))
    content[at % len(content)] = byte
    pdf = b"%PDF-"
    with suppress(Exception):
        pdf, _ = made(bytes(content))
    assert pdf.startswith(b"%PDF-")


def test_what_must_be_decoded_may_have_a_third_of_the_pixels(made, encoded):
    """It lies in memory; what is taken as it is does not."""
    content = {kind: encoded(Image.new("L", (700, 700)), kind) for kind in ("PNG", "BMP")}
    assert made(content["PNG"], max_pixels=500_000)[0]
    with pytest.raises(NoPicture, match="flere pixels"):
        made(content["BMP"], max_pixels=500_000)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF"])
def test_a_bomb_is_refused(made, encoded, kind):
    """By its size, before a pixel is decoded."""
    content = encoded(Image.new("1", (3000, 3000)), kind)
    with pytest.raises(NoPicture, match="flere pixels"):
        made(content, max_pixels=1_000_000)


def test_too_many_pages_are_refused(made, encoded):
    """With the figures."""
    page = Image.new("1", (8, 8))
    content = encoded(page, "TIFF", save_all=True, append_images=[page] * 10)
    with pytest.raises(NoPicture, match="11 sider; der er plads til 10"):
        made(content)
