"""Simple types, against XML Schema's own; base64 and grammars, against plain Python."""

import base64
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from esdh_connect_sandbox.grammar import START, read_grammar
from esdh_connect_sandbox.values import VALUES, Base64Count

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="boolean" type="xs:boolean"/><xs:element name="date" type="xs:date"/>
<xs:element name="date_time" type="xs:dateTime"/><xs:element name="positive" type="xs:positiveInteger"/>
<xs:element name="not_negative" type="xs:nonNegativeInteger"/>
<xs:element name="language"><xs:simpleType><xs:restriction base="xs:language"><xs:maxLength value="2"/>
</xs:restriction></xs:simpleType></xs:element></xs:schema>"""
SCHEMA = etree.XMLSchema(etree.fromstring(XSD))
TWO = st.integers(0, 61).map("{:02}".format)


def schema_takes(kind: str, text: str) -> bool:
    element = etree.Element(kind)
    element.text = text
    return bool(SCHEMA.validate(element))


@st.composite
def moments(draw: st.DrawFn) -> str:
    zone = draw(st.sampled_from(["", "Z", "+02:00", "-14:00", "+14:01", "+2:00"]))
    year = draw(st.sampled_from(["2024", "2025", "1900", "2000", "0001", "0000", "-0004", "12025", "99"]))
    time = f"T{draw(TWO)}:{draw(TWO)}:{draw(TWO)}" + draw(st.sampled_from(["", ".5", "."]))
    day = f"{year}-{draw(st.integers(0, 13)):02}-{draw(st.integers(0, 32)):02}"
    return day + draw(st.sampled_from([time, ""])) + zone + draw(st.sampled_from(["", "x"]))


@given(moments())
@example("2025-06-01T24:00:00Z")
@example("1900-02-29")
@example("2000-02-29T00:00:00")
def test_dates_are_those_of_the_calendar(text):
    """As XML Schema has them, years before our era, time zones and 24:00:00 included."""
    # Space around a date is left out here: XML Schema passes over it, libxml2 does not.
    assert VALUES["date"](text) == schema_takes("date", text)
    assert VALUES["date_time"](text) == schema_takes("date_time", text)


@given(st.text(alphabet="0123456789+- \ntruefalsTRUEday", max_size=8))
@example("+0")
@example("-0")
@example("+ 1")
def test_numbers_booleans_and_languages_are_those_of_xml_schema(text):
    """Space around them is passed over, space within is not."""
    for kind in ("boolean", "positive", "not_negative", "language"):
        assert VALUES[kind](text) == schema_takes(kind, text), kind


@given(st.binary(max_size=60), st.data())
def test_base64_is_counted_in_any_pieces(content, data):
    """Line breaks and pieces do not matter: valid, and as long as what was encoded."""
    text = base64.encodebytes(content).decode()
    cut = data.draw(st.integers(0, len(text)))
    count = Base64Count()
    count.feed(text[:cut])
    count.feed(text[cut:])
    assert count.is_valid
    assert count.decoded == len(content)
    assert count.encoded == len(base64.b64encode(content))


@given(st.text(alphabet="AQgw/+=B-ø ", max_size=9), st.integers(0, 9))
@example("AQ==AQ==", 4)
@example("AR==", 2)
def test_what_is_not_base64_is_seen(text, cut):
    """The characters, their number, the padding and the bits behind it: re-encoding must give the same text."""
    count = Base64Count()
    count.feed(text[:cut])
    count.feed(text[cut:])
    plain = text.replace(" ", "")
    try:
        is_base64 = base64.b64encode(base64.b64decode(plain, validate=True)).decode() == plain
    except ValueError:
        is_base64 = False
    assert count.is_valid == is_base64


@pytest.mark.parametrize(
    ("notation", "expression"),
    [
        ("a b? c", "ab?c"),
        ("a* b+", "a*b+"),
        ("a{0,2} (b | c)?", "a{0,2}(b|c)?"),
        ("(a b | c d?) a", "(ab|cd?)a"),
        ("(a | b c?)? d?", "(a|bc?)?d?"),
        ("(a b){1,2} c", "(ab){1,2}c"),
    ],
)
@given(text=st.text(alphabet="abcd", max_size=7))
def test_a_notation_means_what_the_regular_expression_means(notation, expression, text):
    """Sequence, choice, and how often."""
    model = read_grammar(f"x = {notation}", {"": ""}).models["x"]
    at: int | None = START
    for name in text:
        at = None if at is None else model.step(at, name)
    taken = at is not None and model.may_end(at)
    assert taken == bool(re.fullmatch(expression, text))


@pytest.mark.parametrize("notation", ["x = a)", "x = a & b"])
def test_a_notation_that_is_not_one_is_an_error(notation):
    """It is data in the program: a slip there must not pass."""
    with pytest.raises(ValueError, match=r"not understood|bracket"):
        read_grammar(notation, {"": ""})
