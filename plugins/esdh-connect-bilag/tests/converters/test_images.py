"""Pictures, from the plugin's side: in a child, within bounds, with what whoever sends them should know."""

import sys

import pytest
from PIL import Image

from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag.converters.images import Images

IMAGES = Images(max_megapixels=20, max_pages=10, seconds=10)


def test_a_picture_becomes_a_page_with_its_name(original, four_corners, encoded, structure):
    """Without the ending."""
    made = IMAGES.convert(original("Facade mod syd.jpg", "image/jpeg", encoded(four_corners, "JPEG")))

    assert structure(made.content) == [("Figure", "Facade mod syd")]
    assert made.findings == ()


@pytest.mark.parametrize(
    ("kind", "mode", "options", "finding"),
    [
        ("GIF", "P", {"save_all": True, "append_images": [Image.new("P", (80, 120), 3)]}, "animated"),
        ("PNG", "RGB", {}, None),
    ],
)
def test_what_is_left_out_is_told(original, four_corners, encoded, kind, mode, options, finding):
    """Whoever sends it may want to do something."""
    content = encoded(four_corners.convert(mode), kind, **options)
    made = IMAGES.convert(original("x", f"image/{kind.lower()}", content))

    assert [one.id for one in made.findings] == ([finding] if finding else [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda image, encoded: encoded(image, "PNG")[:-20], "beskadiget"),
        (lambda image, encoded: encoded(Image.new("1", (9000, 9000)), "PNG"), "flere pixels"),
        (lambda image, encoded: b"\x89PNG\r\n\x1a\n" + b"nothing of the kind", "beskadiget"),
    ],
)
def test_what_cannot_be_used_says_why_in_danish(original, four_corners, encoded, content, said):
    """And what to do."""
    with pytest.raises(UnreadableDocument) as refused:
        IMAGES.convert(original("x.png", "image/png", content(four_corners, encoded)))

    assert said in refused.value.danish


def test_without_pillow_it_says_so(original, monkeypatch):
    """In the plan, and where the administrator looks."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setattr("esdh_connect_bilag.converters.images.find_spec", lambda _: None)
    assert "esdh-connect-bilag[images]" in IMAGES.problem()
    with pytest.raises(UnreadableDocument) as refused:
        IMAGES.convert(original("x.png", "image/png", b""))

    assert refused.value.danish == IMAGES.problem()
