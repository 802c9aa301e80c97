"""Numbers are read as people type them in Danish."""

import pytest

from esdh_connect.danish_numbers import typed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("5.000", 5000),
        ("1.275.689", 1275689),
        ("1.234,5", 1234.5),
        ("0,25", 0.25),
        ("2.5", 2.5),
        ("0.125", 0.125),
        ("5,0", 5),
        ("-3", -3),
        ("\u22123", -3),
        ("5 000", 5000),
    ],
)
def test_what_somebody_means(text, number):
    """A point stands between thousands, a comma before decimals; a whole number is an int."""
    read = typed_number(text)
    assert read == number
    assert isinstance(read, type(number))


@pytest.mark.parametrize("text", ["", "mange", "1,2,3", "5.00,0", "1.2.3", "nan", "inf", "1e5", "1_000", "٣", "9" * 21])
def test_what_is_no_number(text):
    """Neither what only a program would write."""
    with pytest.raises(ValueError, match="not a number"):
        typed_number(text)
