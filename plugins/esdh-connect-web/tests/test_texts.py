"""Texts, dates, numbers and money in both languages, and catalogues that lack nothing."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from importlib import util
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from esdh_connect_web.texts import LANGUAGES, choose, language

HOME = Path(__file__).parents[1]
TEMPLATES = HOME / "src" / "esdh_connect_web" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
AT = datetime(2026, 11, 7, 8, 4, tzinfo=UTC)
SPOKEN = ("aria-label", "title", "alt", "placeholder", "data-title", "label")


@pytest.fixture(scope="module")
def gather():
    spec = util.spec_from_file_location("gather", HOME / "gather.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- catalogues


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_pages_is_in_the_catalogue_and_translated(gather, code):
    """`make texts` gathers them; the Danish ones are then written by hand."""
    catalog = read_po(io.BytesIO(gather.catalogue_of(code).read_bytes()), locale=code)
    wanted = {(message.context, message.id) for message in gather.gathered() if message.id}
    there = {(message.context, message.id): message for message in catalog if message.id}

    assert wanted == set(there)
    assert [key for key, message in there.items() if message.fuzzy or not gather.said(message)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_takes_what_its_text_gives(gather, code):
    """A name for a value that is misspelt in a translation would stop the page."""
    catalog = read_po(io.BytesIO(gather.catalogue_of(code).read_bytes()), locale=code)
    strange = [
        (message.id, said)
        for message in catalog
        if message.id
        for said in ([message.string] if isinstance(message.string, str) else message.string)
        if not set(re.findall(r"%\((\w+)\)s", said)) <= set(re.findall(r"%\((\w+)\)s", str(message.id)))
    ]
    assert strange == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_catalogue_is_as_the_gathering_writes_it(gather, code):
    """Sorted, without places and times: gathering once more changes nothing."""
    path = gather.catalogue_of(code)
    assert gather.written(gather.brought_up(code, path.read_bytes(), gather.gathered())) == path.read_text()


def hard_coded(source: str) -> list[str]:
    """Words that a template shows and nobody can translate."""
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    source = re.sub(r"<(style|script)\b.*?</\1>|<!DOCTYPE[^>]*>", "", source, flags=re.DOTALL | re.IGNORECASE)
    spoken = re.findall(rf'\s(?:{"|".join(SPOKEN)})="([^"]*)"', source)
    shown = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', "\n", source).splitlines()
    return [words.strip() for words in [*shown, *spoken] if re.search(r"[^\W\d_]{2}", re.sub(r"&\w+;", "", words))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_template_has_a_word_that_cannot_be_translated(path):
    """Neither between the tags nor in what is read aloud."""
    assert hard_coded(path.read_text()) == []


def test_words_that_cannot_be_translated_are_found():
    """The test above would see them."""
    seen = '<p class="x">Send {{ n }}</p><p>letters</p><a title="Open" href="/">{{ _("Go") }}</a>'
    seen += "{% trans %}Fine{% endtrans %}"
    assert hard_coded(seen) == ["Send", "letters", "Open"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_template_has_a_style_or_script_of_its_own(path):
    """The browser is told to refuse them."""
    source = path.read_text()
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source, re.IGNORECASE) == []


# --- one language or the other


def test_a_text_is_danish_or_english():
    """The English text is its name."""
    assert [language(code).gettext("Delivered") for code in ("da", "en")] == ["Leveret", "Delivered"]


def test_a_text_counts():
    """One and several, in both."""
    told = [language(code).ngettext("%(n)s byte", "%(n)s bytes", n) % {"n": n} for code in ("da", "en") for n in (1, 2)]
    assert told == ["1 byte", "2 byte", "1 byte", "2 bytes"]


@pytest.mark.parametrize(
    ("accepted", "chosen", "expected"),
    [
        (None, None, "da"),
        ("", None, "da"),
        ("en", None, "en"),
        ("en-GB,en;q=0.9,da;q=0.8", None, "en"),
        ("en;q=0.5, da-DK;q=0.7", None, "da"),
        ("sv, en;q=0.1", None, "en"),
        ("en;q=0", None, "da"),
        ("en;q=many, ;;, *", None, "da"),
        ("en", "da", "da"),
        ("da", "en", "en"),
        ("da", "xx", "da"),
    ],
)
def test_what_the_user_chose_counts_then_what_the_browser_asks_for_then_danish(accepted, chosen, expected):
    """Whatever stands in the header, there is a page."""
    assert choose(accepted, chosen).code == expected


# --- dates, numbers, money


def test_times_are_told_as_they_are_in_denmark():
    """Inside it is UTC; in November Denmark is an hour ahead, in summer two."""
    da, en = language("da"), language("en")
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    assert da.moment(AT) == "7. november 2026 kl. 09.04"
    assert en.moment(AT) == "7 November 2026 at 09:04"
    assert da.moment(summer, "short") == "02.07.2026 kl. 00.30"
    assert (da.date(summer), da.clock(summer)) == ("2. juli 2026", "00.30")
    assert (da.date(date(2026, 3, 5)), da.date(date(2026, 3, 5), "month")) == ("5. marts 2026", "marts 2026")


@pytest.mark.parametrize("form", ["moment", "date", "clock"])
def test_a_time_without_a_time_zone_is_not_guessed(form):
    """It would be an hour wrong, or two."""
    with pytest.raises(ValueError, match="time zone"):
        getattr(language("da"), form)(datetime(2026, 11, 7, 8, 4))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("length", "danish", "english"),
    [
        (timedelta(seconds=-30), "for 30 sekunder siden", "30 seconds ago"),
        (timedelta(minutes=-5), "for 5 minutter siden", "5 minutes ago"),
        (timedelta(hours=2), "om 2 timer", "in 2 hours"),
        (timedelta(days=1), "om 1 dag", "in 1 day"),
    ],
)
def test_how_long_ago_is_told_in_words(length, danish, english):
    """As people say it."""
    assert [language(code).ago(AT + length, AT) for code in ("da", "en")] == [danish, english]


def test_numbers_are_written_as_the_language_writes_them():
    """Blanks inside a number do not break over lines."""
    da, en = language("da"), language("en")

    assert (da.number(1234567.5), en.number(1234567.5)) == ("1.234.567,5", "1,234,567.5")
    assert (da.money(1234.5), en.money(1234.5)) == ("1.234,50\xa0kr.", "DKK\xa01,234.50")
    assert (da.percent(0.75), en.percent(0.75)) == ("75\xa0%", "75%")


@pytest.mark.parametrize(
    ("bytes_", "expected"),
    [(0, "0 byte"), (812, "812 byte"), (34_200, "34 kB"), (1_200_000, "1,2 MB"), (3_400_000_000, "3,4 GB")],
)
def test_sizes_are_those_that_the_core_tells(bytes_, expected):
    """A caseworker who reads of a size here and in a message reads the same."""
    from esdh_connect.wording.figures import size

    assert language("da").size(bytes_) == expected
    assert size(bytes_) == expected


def test_letters_of_every_language_are_in_the_catalogues():
    """They are kept in UTF-8, and read as such."""
    assert language("da").gettext("Skip to the content of the page") == "Gå til sidens indhold"
    assert language("da").gettext("Next") == "Næste"
