"""PDF text: read, written, and renumbered without being read."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from esdh_connect_bilag.engine import Declined, Name, Reason, Ref
from esdh_connect_bilag.engine.references import pieces_of
from esdh_connect_bilag.engine.syntax import read
from esdh_connect_bilag.engine.values import render, string_of, text_of

names = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=8).map(Name)
strings = st.binary(max_size=20) | st.sampled_from([b"1 0 R", b"(7 0 R)", b")) 3 0 R ((", b"% 4 0 R", b"\\(5 0 R"])
simple = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | names | strings | st.integers(0, 99999).map(Ref)
values = st.recursive(
    simple | st.floats(-1e6, 1e6).map(lambda value: round(value, 5) + 0.0),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names.map(str), inner, max_size=4),
    max_leaves=20,
)


def reference(number):
    return b"%d 0 R" % number


@given(values)
def test_what_is_written_is_read_as_it_was(value):
    """Names with any character, strings with any byte, numbers, and all of them within one another."""
    assert read(render(value, reference)) == value


@given(values)
@example([b"1 0 R", Ref(1), b"(2 0 R", Ref(2)])
@example({"A": b"% 1 0 R", "B": Ref(7)})
def test_renumbering_text_gives_what_renumbering_values_gives(value):
    """So no reference is missed, and none is seen in a string, a name or a comment."""
    pieces = pieces_of(render(value, reference))
    pieces[1::2] = [b"%d 0 R" % (int(number) + 1000) for number in pieces[1::2]]
    assert b"".join(pieces) == render(value, lambda number: reference(number + 1000))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"[1 0 R]", [b"1"]),
        (b"<</A 1 0 R/B 2  0\nR>>", [b"1", b"2"]),
        (b"<</A(9 0 R)/B 2 0 R>>", [b"2"]),
        (b"<</A((9 0 R) 8 0 R)/B 2 0 R>>", [b"2"]),
        (rb"<</A(\(9 0 R)/B 2 0 R>>", [b"2"]),
        (rb"<</A(9 0 R\\)/B 2 0 R>>", [b"2"]),
        (b"<</A % 9 0 R (\n 2 0 R>>", [b"2"]),
        (b"<</A<39203020522030>/B 2 0 R>>", [b"2"]),
        (b"[5 6 0 R 7 0 Rx]", [b"6"]),
        (b"[/7 6 0 R]", [b"6"]),
    ],
)
def test_a_reference_is_found_where_it_is_one(text, found):
    """Not in a string, however deep, and not in a comment."""
    assert pieces_of(text)[1::2] == found


@pytest.mark.parametrize(
    "filling", [b"<" + b"12345" * 100_000 + b">", b"(" * 200_000 + b")" * 200_000, b"%( " * 99_999]
)
def test_long_runs_cost_no_more_than_their_length(filling):
    """A signature of 80 000 digits stopped another merger for 20 seconds."""
    before = time.process_time()
    assert pieces_of(b"<</A " + filling + b"\n/B 2 0 R>>")[1::2] == [b"2"]
    assert time.process_time() - before < 60  # seconds instead of minutes, on any machine


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"/J#53", Name("JS")),
        (b"/A#20B", Name("A B")),
        (b"/", Name("")),
        (rb"(a\)b\\c\101\n\r\t)", b"a)b\\cA\n\r\t"),
        (b"(a\\\nb)", b"ab"),
        (b"(a\r\nb\rc)", b"a\nb\nc"),
        (b"(a(b)c)", b"a(b)c"),
        (b"<4 1 4>", b"A@"),
        (b"% comment ]\n[1 %x\n2]", [1, 2]),
        (b"-.5", -0.5),
        (b"+3", 3),
        (b"4.", 4.0),
    ],
)
def test_a_value_is_read_as_the_standard_says(text, value):
    """Escapes, ends of line, comments, and numbers in each of their forms."""
    assert read(text) == value


@pytest.mark.parametrize("text", [b"", b"[1", b"<</A>>", b"<<1 2>>", b"]", b"(a", b"<</A(b>>"])
def test_what_is_no_value_is_declined(text):
    """By name, and never with an error that nobody expected."""
    with pytest.raises(Declined) as raised:
        read(text)
    assert raised.value.reason is Reason.DAMAGED


def test_a_value_may_be_only_so_deep():
    """Otherwise a few kilobytes of brackets would break the stack."""
    with pytest.raises(Declined) as raised:
        read(b"[" * 5000 + b"]" * 5000)
    assert raised.value.reason is Reason.TOO_DEEP


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_is_read_as_it_was_written(text):
    """Danish letters as well as any other."""
    assert text_of(string_of(text)) == text


def test_old_text_strings_are_read_by_their_own_table():
    """PDFDocEncoding has quotation marks and the euro where Latin-1 has none."""
    assert text_of(b"\x8dBr\xf8d\x8e \xa0") == "“Brød” €"
    assert text_of(b"\xef\xbb\xbf\xc3\xa6") == "æ"


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_otherwise(text):
    """Whatever stands there is a value, or is declined."""
    try:
        value = read(text)
    except Declined:
        return
    assert isinstance(render(value, reference), bytes)
