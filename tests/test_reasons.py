"""A reason is read by others for years: it is one line, and somebody can read it."""

import pytest

from esdh_connect.dispatch import Override
from esdh_connect.ids import mask
from esdh_connect.reasons import is_legible, is_on_one_line, legible, on_one_line

FORGED = [
    "værge)\n2026-11-27  Handling: godkendte det",
    "værge\rx", "værge\x1b[2J", "værge\x00b", "værge\x85b", "værge\u2028b", "værge\u2029b", "værge\u202eb",
    "værge\u2066b", "værge\u061cb", "værge\udc80b",
]  # fmt: skip


@pytest.mark.parametrize("text", FORGED)
def test_what_would_forge_a_line_is_no_reason(text):
    """Neither for a letter nor beside it."""
    assert is_legible(text)
    assert not is_on_one_line(text)
    with pytest.raises(ValueError, match="one line"):
        Override("strange", text)
    with pytest.raises(ValueError, match="one line"):
        legible(text)


@pytest.mark.parametrize("text", FORGED)
def test_what_was_kept_before_is_shown_on_one_line(text):
    """The signs that would end it or turn it are blanks."""
    shown = on_one_line(text)
    assert is_on_one_line(shown)
    assert shown.startswith("værge")


@pytest.mark.parametrize(
    "text", [".", "…", "12", "\u200b\u200b\u200b", "\u2060\ufeff", "\u3164\u3164\u3164", "ok", "a\u200bb"]
)
def test_what_nobody_can_read_is_no_reason(text):
    """Three letters are a word; what cannot be seen is none."""
    with pytest.raises(ValueError, match="can be read"):
        Override("strange", text)


def test_people_may_write_as_they_do():
    """Danish letters, figures, signs, and a family with a joiner in it."""
    for why in ("værge", "Åse, nr. 7 – »ja«", "mor \U0001f469\u200d\U0001f467 ringede"):
        assert Override("strange", why).why == why
    assert legible("") == ""


@pytest.mark.parametrize("text", ["010190, 1234", "010190,1234", "01-01-90, 1234", "010190 , 1234"])
def test_a_number_with_a_comma_in_it_is_a_number(text):
    """So it is written in a sentence."""
    assert mask(f"mor er {text} og") == "mor er xxxxxx-xxxx og"
    with pytest.raises(ValueError, match="CPR"):
        Override("strange", f"mor er {text}")


@pytest.mark.parametrize("text", ["27.11.2026, 10.30", "27.11.26, 10.30", "uge 12, 1012 breve", "12.121.212,12 kr."])
def test_dates_and_amounts_with_a_comma_stay(text):
    """They have as many digits."""
    assert mask(text) == text
