"""What may come onto the screen, and how wide it is."""

from io import BytesIO, StringIO, TextIOWrapper

from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_demo.screen import Screen


def said(*words: str) -> list[str]:
    stream = StringIO()
    screen = Screen(stream)
    for text in words:
        screen.say(text)
    return stream.getvalue().splitlines()


def test_a_cpr_number_is_masked() -> None:
    """Whoever's text it came in."""
    assert said("Borgeren 121212-1212 og 1212121212") == ["  Borgeren xxxxxx-xxxx og xxxxxx-xxxx"]


@given(st.lists(st.text("abcæøå", min_size=1, max_size=20), min_size=1, max_size=60))
def test_lines_are_wrapped_and_no_word_is_lost(words: list[str]) -> None:
    """Each line fits, and all of them together say what was said."""
    lines = said(" ".join(words))
    assert all(len(line) <= 96 for line in lines)
    assert " ".join(lines).split() == words


def test_a_table_keeps_its_columns_and_wraps_the_last() -> None:
    """What goes on stands beneath itself."""
    stream = StringIO()
    Screen(stream).table([("a", "kort"), ("længere", "ord " * 40)])
    first, *rest = stream.getvalue().splitlines()
    assert first == "    a        kort"
    assert len(rest) > 1
    assert {line.index("ord") for line in rest} == {first.index("kort")}


def test_a_line_to_copy_stays_one_line() -> None:
    """However long it is."""
    stream = StringIO()
    Screen(stream).copy("esdh-connect " + "x" * 200)
    assert len(stream.getvalue().splitlines()) == 1


def test_a_stream_that_knows_fewer_signs_gets_question_marks() -> None:
    """A narrow code page is no reason to end with an error."""
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="ascii")
    Screen(stream).say("Åge – 5 sider")
    assert raw.getvalue().decode() == "  ?ge ? 5 sider\n"
