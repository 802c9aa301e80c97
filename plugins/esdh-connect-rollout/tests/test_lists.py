"""Lists of departments come from Excel, and every mistake in them is told with its line."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_rollout.errors import UnreadableList
from esdh_connect_rollout.profiles.lists import COLUMNS, read
from esdh_connect_rollout.profiles.profile import Profile

GOOD = """afdeling;breve_pr_måned;andel_cpr_cvr;bilag_pr_brev;andel_gengangere;dokumenttyper;modul;kontaktperson
borger;1.450;98 %;0,6;0,8;docx pdf;Borger;Ane Prøve
byg;;;;;;;-

kultur;0;0;0;0;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_what_excel_writes_is_read(encoding, newline, delimiter):
    """With a mark at its beginning or without, and from an old version too."""
    text = GOOD.replace(";", delimiter).replace("\n", newline)
    borger, byg, kultur = read(text.encode(encoding))
    assert borger == Profile("borger", 1450, 0.98, 0.6, 0.8, frozenset({"docx", "pdf"}), "Borger", "Ane Prøve")
    assert byg == Profile("byg", contact="")
    assert kultur == Profile("kultur", 0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.encode("utf-16-le"), "Gem den som CSV UTF-8"),
        (GOOD.encode("utf-16")[:41], "den begynder som UTF-16"),
        (b"PK\x03\x04\x00\x00", "Gem den som CSV UTF-8"),
    ],
)
def test_what_is_no_text_says_how_it_is_to_be_saved(content, told):
    """A workbook, and a text that lacks its mark or is cut off."""
    with pytest.raises(UnreadableList) as refused:
        read(content)
    assert told in refused.value.danish


def test_an_empty_cell_is_not_a_zero():
    """Nobody knows, and that is kept."""
    [one] = read("afdeling;breve_pr_måned;kontaktperson\nbyg;;\n".encode())
    assert (one.letters, one.contact) == (None, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "filen er tom"),
        ("afdling;breve_pr_måned\n", "linje 1: der er ingen kolonne »afdling« – mente du »afdeling«?"),
        ("afdeling;xyz\n", "De hedder afdeling, breve_pr_måned, "),
        ("breve_pr_måned\n4\n", "kolonnen »afdeling« mangler"),
        ("afdeling;modul;modul\n", "kolonnen »modul« er der to gange"),
        ("afdeling;breve_pr_måned\nbyg;mange\n", "linje 2: »breve_pr_måned« skal være et helt tal fra 0 og op"),
        ("afdeling;breve_pr_måned\nbyg;1.5\n", "linje 2: »breve_pr_måned« skal være et helt tal"),
        (
            "afdeling;andel_cpr_cvr\nbyg;98\n",
            "linje 2: »andel_cpr_cvr« skal være en andel, skrevet som 85 % eller 0,85",
        ),
        ("afdeling;andel_cpr_cvr\nbyg;nan\n", "skal være en andel"),
        ("afdeling;bilag_pr_brev\nbyg;-1\n", "skal være et tal fra 0 og op"),
        ("afdeling;modul\n;Byg\n", "linje 2: der står ingen afdeling"),
        ("afdeling\nbyg\nbyg\n", "linje 3: afdelingen »byg« er der to gange"),
        ("afdeling;modul\nbyg;Byg;4\n", "linje 2: der er 3 celler, men kun 2 kolonner"),
        ("afdeling;kontaktperson\nbyg;121212-1212\n", "»kontaktperson« indeholder noget, der ligner et CPR-nummer"),
        ('afdeling;modul\nbyg;"Byg\n', "et citationstegn står forkert"),
        (f"afdeling;modul\nbyg;{'x' * 201}\n", "højst have 200 tegn"),
    ],
)
def test_a_mistake_is_told_with_its_line(text, told):
    """In the words of whoever wrote the list; nothing of it is taken in."""
    with pytest.raises(UnreadableList) as refused:
        read(text.encode())
    assert told in refused.value.danish
    assert "121212" not in refused.value.danish


def test_all_mistakes_are_told_at_once():
    """But not more than can be read."""
    with pytest.raises(UnreadableList) as refused:
        read(("afdeling;breve_pr_måned\n" + "".join(f"d{at};x\n" for at in range(50))).encode())
    assert refused.value.danish.count("linje ") == 20
    assert refused.value.danish.endswith("… og 30 fejl mere")


def told(content):
    """What is read, or what is wrong, in words."""
    try:
        return f"{read(content)}"
    except UnreadableList as error:
        return error.danish


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_an_error(content):
    """And nothing else."""
    assert told(content)


@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=5))
def test_any_cells_are_a_list_or_an_error(rows):
    """Whatever somebody wrote into them."""
    lines = StringIO()
    csv.writer(lines, delimiter=";").writerows([list(COLUMNS), *rows])
    assert told(lines.getvalue().encode("utf-8", "replace"))
