"""The name in the letter against the recipient: a mail merge that mixed people up is stopped, and little else."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.dispatch import Override
from esdh_connect.gate.danish_names import GIVEN, SURNAMES
from esdh_connect.gate.greeting import addressed
from esdh_connect.gate.mismatch import stranger
from esdh_connect.gate.names import alike, companies_alike, words
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Attention, Party, Recipient
from esdh_connect.testing.fakes import FakeClock

NAME = "Ane Prøve Jensen"
HEAD = ("Eksempel Kommune", "Rådhuspladsen 2", "8000 Aarhus C", "", "Dato: 23. november 2026", "Sagsnr.: 2026-17", "")
FOOT = (
    "",
    "Afgørelse om carport",
    "",
    "Vi har behandlet sagen om Oliver Hansen.",
    "",
    "Med venlig hilsen",
    "Bo Larsen",
)
SAME = [
    ("Ane Prøve Jensen", "Prøvevej 7", "8000 Aarhus C", "Kære Ane Prøve Jensen"),
    ("Ane Jensen", "Prøvevej 7, 2. tv", "8000 Aarhus C", "Kære Ane"),
    ("ANE PRØVE JENSEN", "c/o Bo Larsen", "Prøvevej 7", "DK-8000 Aarhus C", "Kære Ane,"),
    ("Jensen, Ane Prøve", "Prøvevej 7", "8000 Aarhus C"),
    ("Til Ane P. Jensen", "Prøvevej 7", "Lystrup", "8520 Lystrup"),
    ("Ane Prøve-Jensen, Prøvevej 7, 8000 Aarhus C", "Kære fru Jensen"),
    ("Kære Ane og Bo Prøve",),
    ("Kære Bo Prøve & Ane Prøve Jensen!",),
    ("Bo og Ane Prøve", "Prøvevej 7", "8000 Aarhus C"),
    ("Kære Ane Proeve Jensen",),
    ("Hej Ane",),
    ("Til:", "Ane Prøve Jensen"),
    ("K ære A ne P røve J ensen",),
    ("Kære AnePrøveJensen",),
    ("Ane Prøve Jensen (værge)", "Prøvevej 7", "8000 Aarhus C"),
]
NOBODY = [
    (),
    ("Kære borger",),
    ("Kære forældre til Oliver Hansen",),
    ("Kære Forældre Til Oliver Hansen",),
    ("Til beboerne på Prøvevej 7",),
    ("Til orientering",),
    ("Kære alle i Teknik og Miljø",),
    ("Boet efter Hans Hansen", "Prøvevej 7", "8000 Aarhus C"),
    ("Jobcenter Aarhus", "Værkmestergade 5", "8000 Aarhus C"),
    ("Vedrørende: Oliver Hansen",),
    ("Ansøger: Hans Hansen",),
    ("Prøve Byg ApS", "Prøvevej 7", "8000 Aarhus C"),
]
OTHERS = [
    ("Hans Hansen", "Prøvevej 7", "8000 Aarhus C"),
    ("Hans Hansen", "Prøvevej 7", "8000 Aarhus C", "Kære Ane Prøve Jensen"),
    ("Ane Prøve Jensen", "Prøvevej 7", "8000 Aarhus C", "Kære Hans"),
    ("Kære Hans Hansen",),
    ("Kære hr. Hansen",),
    ("Kære Ane Hansen",),
    ("Til Bergljot Kvist",),
    ("HANSEN, HANS", "Prøvevej 7", "8000 Aarhus C"),
    ("Hans Hansen, Prøvevej 7, 8000 Aarhus C",),
    ("Hans Hansen", "c/o Ane Prøve Jensen", "Prøvevej 7", "8000 Aarhus C"),
    ("Kære Hans og Grete Hansen",),
]


def found_in(lines, name=NAME, number="0101901234"):
    recipient = Recipient(Party("p1"), name, Cpr.parse(number))
    return stranger(addressed([*HEAD, *lines, *FOOT]), recipient, FakeClock()())


@pytest.mark.parametrize("lines", SAME)
def test_a_letter_to_them_goes_however_their_name_is_written(town, lines):
    """With the sender's own address above, and others named in the text."""
    assert found_in(lines) == ""
    assert town.raised(town.person(name=NAME), documents=[town.letter(*HEAD, *lines, body=FOOT)]) == [()]


@pytest.mark.parametrize("lines", NOBODY)
def test_a_letter_that_addresses_nobody_goes(town, lines):
    """Whoever is named in it: a child, an applicant, the sender's other offices."""
    assert found_in(lines) == ""
    assert town.raised(town.person(name=NAME), documents=[town.letter(*HEAD, *lines, body=FOOT)]) == [()]


@pytest.mark.parametrize("lines", OTHERS)
def test_a_letter_to_somebody_else_is_stopped(town, lines):
    """In the address or in the greeting: one of them is enough."""
    assert found_in(lines)
    assert town.raised(town.person(name=NAME), documents=[town.letter(*HEAD, *lines, body=FOOT)]) == [
        ("name_mismatch",)
    ]


def test_the_caseworker_reads_both_names_and_what_to_do(town):
    """And sends it anyway only with a reason."""
    ane = town.person(name=NAME)
    request = town.request(ane, documents=[town.letter("Kære Hans Hansen")])
    [row] = town.post.plan(request).rows
    assert row.concerns[0].text == "brevet er stilet til »Hans Hansen«, og modtageren er »Ane Prøve Jensen«"
    assert town.post.plan(request, [Override("name_mismatch", "det er hendes far", ane)]).is_clear


def test_a_merge_that_slipped_one_row_stops_every_letter_of_it(town):
    """Each has the letter of the one before it; the right ones all go."""
    people = [("Ane Prøve", "1"), ("Bo Larsen", "2"), ("Carl Møller", "3"), ("Dorthe Aagaard", "4")]
    parties = [town.person(f"p{at}", name=name) for name, at in people]
    letters = [
        town.document(f"brev-{at}", town.host.contents[town.letter(name, f"Prøvevej {at}", "8000 Aarhus C").id, "1"])
        for name, at in people
    ]
    for shift in (0, 1):
        requests = [
            town.request(party, documents=[letters[(at + shift) % 4]], key=f"{shift}-{at}")
            for at, party in enumerate(parties)
        ]
        found = town.post.overview(town.post.plan_many(requests))
        assert (found.letters, found.concerns) == ((0, {"name_mismatch": 4}) if shift else (4, {}))


def test_one_letter_to_both_parents_goes_to_both(town):
    """It is addressed to one who gets it; alone, the other would be somebody else."""
    ane, bo = town.person(name=NAME), town.person("p2", "1503851111", "Bo Larsen")
    request = town.request(ane, bo, documents=[town.letter("Kære Bo Larsen")])
    post = town.post
    assert post.plan(request).is_clear
    alone = post._planner.plan(request, post.policy("teknik"), town.clock(), [ane])
    assert alone.is_clear
    assert town.raised(ane, documents=[town.letter("Kære Bo Larsen")]) == [("name_mismatch",)]


def test_somebody_who_has_changed_their_surname_is_known_by_their_number():
    """The number in the letter is theirs, and the given name."""
    assert found_in(["Kære Ane Hansen"])
    assert not found_in(["Kære Ane Hansen", "CPR-nr. 010190-1234"])
    assert found_in(["Kære Hans Hansen", "CPR-nr. 010190-1234"])


@pytest.mark.parametrize(
    ("line", "is_other"),
    [
        ("CPR-nr. 150385-1111", True),
        ("CPR-nr. 010190-1234", False),
        ("CPR 010190-1234 og 150385-1111", False),
        ("", False),
    ],
)
def test_the_number_alone_tells_where_there_is_no_name(line, is_other):
    """Another grown-up's is another's letter."""
    assert bool(found_in([line])) is is_other


def test_the_number_of_a_child_is_in_its_parents_letters(town):
    """In 1999 the one born in 1990 is nine."""
    recipient = Recipient(Party("p1"), NAME, Cpr.parse("1503851111"))
    then = FakeClock()().replace(year=1999)
    assert stranger(addressed(["CPR-nr. 010190-1234"]), recipient, then) == ""
    assert stranger(addressed(["CPR-nr. 010190-1234"]), recipient, FakeClock()()) != ""


@pytest.mark.parametrize(
    ("name", "lines", "is_other"),
    [
        ("Prøve Byg ApS", ("PRØVE BYG APS", "Prøvevej 7", "8000 Aarhus C"), False),
        ("Prøve Byg A/S", ("Prøve Byg og Anlæg A/S", "Att. Hans Hansen", "Prøvevej 7", "8000 Aarhus C"), False),
        ("Prøve Byg ApS", ("Kære Hans Hansen",), False),
        ("Prøve Byg ApS", ("Andre Huse ApS", "Prøvevej 7", "8000 Aarhus C"), True),
    ],
)
def test_a_company_is_compared_with_companies(name, lines, is_other):
    """Whoever opens its post is greeted by name."""
    recipient = Recipient(Party("p1"), name, Cvr("55133018"), attention=Attention("Hans Hansen"))
    assert bool(stranger(addressed([*HEAD, *lines, *FOOT]), recipient, FakeClock()())) is is_other


def test_a_picture_of_a_letter_goes_and_says_that_nobody_could_read_it(town):
    """It has no text, and most of them are right: whoever sends it looks."""
    [row] = town.plan(documents=[town.letter(body=())]).rows
    assert (row.error, row.concerns) == (None, ())
    assert any("kunne ikke sammenholdes" in text for text in row.warnings)
    town.policy = {"gate": ["-name_mismatch"]}
    assert town.plan(documents=[town.letter(body=())]).rows[0].warnings == ()


def test_only_the_letter_itself_is_compared_and_not_its_bilag(town):
    """A bilag may be a letter to anybody."""
    letter = town.letter("Kære Ane Prøve")
    bilag = town.document("bilag", town.host.contents[letter.id, "1"])
    letter = town.letter("Kære Hans Hansen")
    assert town.raised(documents=[bilag, letter]) == [()]
    assert town.raised(documents=[letter, bilag]) == [("name_mismatch",)]


NAMES = st.lists(st.sampled_from(sorted(GIVEN)), min_size=1, max_size=3, unique=True).flatmap(
    lambda given: st.sampled_from(sorted(SURNAMES - {*given})).map(lambda last: (*given, last))
)
SPELLINGS = st.sampled_from(
    [
        str,
        str.upper,
        str.lower,
        lambda text: text.replace("å", "aa").replace("Å", "Aa"),
        lambda text: text.replace("æ", "ae").replace("ø", "oe").replace("Ø", "Oe").replace("å", "aa"),
        lambda text: text.replace("ø", "o").replace("Ø", "O").replace("å", "a").replace("Å", "A"),
        lambda text: text.replace(" ", "-"),
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: f"Hr. {text}",
        lambda text: f"{text} (værge)",
    ]
)
ORDERS = st.sampled_from(
    [
        " ".join,
        lambda name: f"{name[-1]}, {' '.join(name[:-1])}",
        lambda name: f"{name[0]} {name[-1]}",
        lambda name: " ".join([name[0], *(f"{one[0]}." for one in name[1:-1]), name[-1]]),
        lambda name: f"{name[0][0]}. {name[-1]}",
        lambda name: name[0],
        "".join,
    ]
)


@given(name=NAMES, spelt=SPELLINGS, ordered=ORDERS)
def test_a_name_is_the_same_however_it_is_written(name, spelt, ordered):
    """Middle names left out, initials, surname first, without Danish letters, in any case."""
    assert alike(spelt(ordered(name)), " ".join(name))


@given(name=NAMES, text=st.data())
def test_a_name_broken_anywhere_is_the_same(name, text):
    """As PDFs have it: spaces where there are none."""
    whole = " ".join(name)
    at = text.draw(st.integers(1, len(whole) - 1))
    assert alike(f"{whole[:at]} {whole[at:]}", whole)


@given(name=NAMES, other=NAMES)
def test_somebody_with_another_name_is_somebody_else(name, other):
    """Two who share no name are never the same; nor are two of whom each has a name the other has not."""
    one, two = {*words(" ".join(name))}, {*words(" ".join(other))}
    if one - two and two - one:
        assert not alike(" ".join(name), " ".join(other))
    assert alike(" ".join(name), " ".join(other)) is alike(" ".join(other), " ".join(name))


@given(lines=st.lists(st.text(max_size=60), max_size=40), name=st.text(max_size=60))
def test_nothing_that_stands_in_a_letter_breaks_it(lines, name):
    """Whatever a PDF gives, and whatever a host calls people."""
    recipient = Recipient(Party("p1"), name, None)
    assert isinstance(stranger(addressed(lines), recipient, FakeClock()()), str)
    assert isinstance(companies_alike(name, "".join(lines)), bool)


@given(name=NAMES, other=NAMES, spelt=SPELLINGS, ordered=ORDERS)
def test_letters_out_of_any_merge(name, other, spelt, ordered):
    """To them as they are written: it goes. To somebody with whom they share no name: it is stopped."""
    recipient = Recipient(Party("p1"), " ".join(name), None)
    written = spelt(ordered(name)) if len(ordered(name).split()) > 1 else " ".join(name)
    own = addressed([*HEAD, written, "Prøvevej 7", "8000 Aarhus C", f"Kære {name[0]}", *FOOT])
    assert stranger(own, recipient, FakeClock()()) == ""
    if not {*words(" ".join(name))} & {*words(" ".join(other))}:
        theirs = addressed([*HEAD, " ".join(other), "Prøvevej 7", "8000 Aarhus C", *FOOT])
        assert stranger(theirs, recipient, FakeClock()()) == " ".join(other)
        assert attrs.evolve(theirs, address=()).greeting == ()
