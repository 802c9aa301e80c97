"""Identifiers: what people type is understood, what cannot be a number is refused, and no CPR number shows itself."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from esdh_connect.ids import Cpr, Cvr, Gln, InvalidId, Kle, PNumber, in_order, mask

WIDE = {ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}
KNOWN = ["1212121212", "0101901234", "0202915678", "1503851111", "2412772222", "6101800000"]


@pytest.mark.parametrize("text", ["1212121212", "121212-1212", " 121212 1212 ", "12 12 12 12 12", "12-12-12 - 1212"])
def test_a_cpr_number_is_read_as_people_write_it(text):
    """Spaces and a hyphen are no reason to refuse it."""
    assert Cpr.parse(text).reveal() == "1212121212"


@pytest.mark.parametrize(
    "text", ["", "121212121", "12121212123", "abcdefghij", "3202901234", "0013901234", "٠١٠١٩٠١٢٣٤"]
)
def test_what_cannot_be_a_cpr_number_is_refused_without_repeating_it(text):
    """The message is safe to log."""
    with pytest.raises(InvalidId) as caught:
        Cpr.parse(text)

    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("number", KNOWN)
def test_a_cpr_number_masks_itself_everywhere(number):
    """Neither str, repr nor a format string gives it away."""
    cpr = Cpr.parse(number)

    shown = f"{cpr} {cpr!r} {cpr!s:>20} {[cpr]} {{{cpr!r}: 1}}"

    assert number not in shown
    assert number[:6] not in shown


def test_modulus_11_is_a_hint_and_never_a_reason_to_refuse():
    """The official example of Digital Post fails it."""
    assert not Cpr.parse("221177 " + "1212").passes_modulus_11


@pytest.mark.parametrize(
    ("day", "rest", "born"),
    [
        ("010190", "1234", date(1990, 1, 1)),
        ("010136", "4000", date(2036, 1, 1)),
        ("010137", "4000", date(1937, 1, 1)),
        ("010157", "5000", date(2057, 1, 1)),
        ("010158", "5000", date(1858, 1, 1)),
        ("290200", "4000", date(2000, 2, 29)),
        ("610180", "0000", date(1980, 1, 1)),
    ],
)
def test_the_seventh_digit_tells_the_century(day, rest, born):
    """As the register's own table says; day + 60 is taken back."""
    assert Cpr.parse(day + rest).birth_date == born


def test_a_replacement_number_is_accepted_and_says_so():
    """Erstatningspersonnumre are 60 days into the month."""
    assert Cpr.parse("6101800000").is_replacement
    assert not Cpr.parse("0101901234").is_replacement


@given(st.integers(min_value=0, max_value=10**10 - 1))
def test_parsing_any_ten_digits_ends_in_a_real_date_or_a_refusal(number):
    """Nothing in between, and no other exception."""
    try:
        cpr = Cpr.parse(f"{number:010d}")
    except InvalidId:
        return

    assert isinstance(cpr.birth_date, date)


def test_the_other_numbers_are_checked_for_form_only():
    """Digst's own examples fail their check digits."""
    assert Cvr.parse("DK 55 13 30 18").passes_modulus_11
    assert not Cvr.parse("12345678").passes_modulus_11
    assert Gln.parse("5798009811578").passes_modulus_10
    assert not Gln.parse("5798000012345").passes_modulus_10
    assert str(PNumber.parse("1234567890")) == "1234567890"
    assert str(Kle.parse("00.00.00")) == "00.00.00"


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Cvr, "1234567"), (Gln, "579800001234"), (PNumber, "1"), (Kle, "0.0.0"), (Kle, "000000")],
)
def test_a_wrong_form_is_refused(kind, text):
    """Each kind says what it wants."""
    with pytest.raises(InvalidId):
        kind.parse(text)


@pytest.mark.parametrize("number", KNOWN)
@pytest.mark.parametrize("form", ["{}", "cpr={}", "'{}'", "({}).", "a={0}&b={0}", "/{}/", "CPR-nr. {}"])
def test_masking_finds_cpr_numbers_in_any_text(number, form):
    """With and without a hyphen, also percent-encoded."""
    for spelling in (
        number,
        f"{number[:6]}-{number[6:]}",
        f"{number[:6]} {number[6:]}",
        f"{number[:6]}%2D{number[6:]}",
    ):
        assert spelling not in mask(form.format(spelling))


GAPS = st.sampled_from(["", "", " ", "-", "\u00a0", "\u2011", "–", "—", ".", "/", " - ", "_"])
EDGES = st.sampled_from(["", " ", "ane", "cpr", "(", "x", "/", "=", "–"])


@given(st.sampled_from(KNOWN), st.lists(GAPS, min_size=9, max_size=9), st.booleans(), EDGES, EDGES)
@example("1212121212", ["", " ", "", " ", "", " ", "", " ", ""], False, "", "")
@example("1212121212", ["", "", "", "", "", "\u2011", "", "", ""], False, "ane", ".pdf")
def test_whatever_is_read_as_a_cpr_number_is_hidden(number, gaps, by_pairs, before, after):
    """However it is written, and whatever letters stand around it."""
    kept = [gap if not by_pairs or at % 2 else "" for at, gap in enumerate(gaps)]
    written = "".join(digit + gap for digit, gap in zip(number, [*kept, ""], strict=True))
    try:
        Cpr.parse(written)
    except InvalidId:
        return
    left = mask(f"{before}{written}{after}")
    assert not any(digit in left for digit in "0123456789")


@pytest.mark.parametrize("text", ["01.02.26 10.30", "01-02-2026 10:30", "01/02/26 10:30", "2026-02-01 10:30:00.123456"])
def test_masking_leaves_a_date_with_a_time_alone(text):
    """It has as many digits."""
    assert mask(f"modtaget {text}") == f"modtaget {text}"


@pytest.mark.parametrize(
    "written",
    [
        "0101 90 1234", "0101 901234", "01 0190 1234", "01-01-901234", "010190 - 1234", "010190 12 34", "010 190 1234",
        "01019 01234", "0 1 0 1 9 0 1 2 3 4", "0101-90-1234", "0101901 234", "٠١٠١٩٠١٢٣٤",
        "0101901234".translate(WIDE), "010190-1234".translate(WIDE), "0101\u200b90\u200b1234",
        "12 34 0101 90 1234 56", "26 010190 1234",
    ],
)  # fmt: skip
def test_a_cpr_number_in_groups_or_in_other_digits_is_hidden(written):
    """Whoever types it so means it to be read."""
    left = mask(f"Ane, {written}, ringede")
    assert "xxxxxx-xxxx" in left
    assert left.startswith("Ane, ")
    assert left.endswith(", ringede")
    assert not re.search(r"0?1.?0?1.?9.?0", left)


@pytest.mark.parametrize(
    "text",
    [
        "27.11.2026 12.34", "27-11-2026 10", "tlf. 20 12 90 12", "+45 20 12 90 12", "010226 10.30", "27/11 20 30 40 50",
        "1.012.901.234 kr.", "CVR 12121212 10 ansatte", "uge 12, 1012 breve", "२०२६",
    ],
)  # fmt: skip
def test_masking_leaves_dates_telephones_and_amounts_alone(text):
    """They have as many digits, in groups of their own."""
    assert mask(text) == text


@given(st.uuids())
def test_masking_leaves_uuids_alone(uuid):
    """They are what receipts and log lines are matched by."""
    assert mask(f"dispatch {uuid} sent") == f"dispatch {uuid} sent"


def test_masking_leaves_other_numbers_alone():
    """A telephone number and a time are no CPR number."""
    text = "tlf. 8940 2000, 2026-11-23T09:00:00Z, CVR 55133018, 99.5 MB"

    assert mask(text) == text


@given(st.uuids(version=4), st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_an_ordered_uuid_sorts_by_its_time_and_keeps_the_randomness(random, moment):
    """Version 7 of RFC 9562: a millisecond later is after it, whatever is random in either."""
    at = moment.replace(tzinfo=UTC)
    ordered = in_order(random, at)
    assert (ordered.version, ordered.variant) == (7, RFC_4122)
    assert ordered.int % (1 << 76) == random.int % (1 << 76)
    assert str(ordered) < str(in_order(UUID(int=0), at + timedelta(milliseconds=2)))
