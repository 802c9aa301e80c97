"""Letters that were taken for another's and were not, or were and got through: one line for each that was found."""

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from esdh_connect import pdf
from esdh_connect.gate.evidence import letters_of
from esdh_connect.gate.mismatch import stranger
from esdh_connect.gate.titles import people_in
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Party, Recipient
from esdh_connect.testing.fakes import FakeClock

ANE, BY = "Ane Prøve Jensen", "Jensen Byg ApS"
HEAD = "Eksempel Kommune|Borgerservice|Rådhuspladsen 2|8000 Aarhus C|Dato: 23. november 2026|Sagsnr. 2026-17|"
FOOT = "|Afgørelse om boligstøtte|Vi har behandlet din ansøgning.|Med venlig hilsen|Bo Larsen|Sagsbehandler"
HANS, OWN = "Hans Hansen|Prøvevej 7|8000 Aarhus C", "Ane Prøve Jensen|Prøvevej 7|8000 Aarhus C"


def to(name):
    """Address and greet somebody."""
    return f"{name}|Prøvevej 7|8000 Aarhus C|Kære {name}"


#: What it is, the lines of the letter parted by bars, pages by a form feed, and the recipient.
STOPPED = [
    ("a farewell at the top", f"Hilsen fra Eksempel Kommune|{HANS}|Kære Hans", ANE),
    ("an address under the greeting", f"Kære borger|{HANS}", ANE),
    ("letters written in two parts", "Ka\u030are Hansen|Prøvevej 7|8000 Aarhus C|Kære Ka\u030are", ANE),
    ("a Turkish name", to("İbrahim Öztürk"), ANE),
    ("a Turkish name with a cedilla", to("Şükran Şahin"), ANE),
    ("a Polish name", to("Łukasz Šimić"), ANE),
    ("another Polish name", to("Świętosława Żak"), ANE),
    ("a Vietnamese name", to("Đỗ Thị Ánh"), ANE),
    ("a Ukrainian name", to("Олена Шевченко"), ANE),
    ("al- in small letters", to("Mohammed al-Hassan"), ANE),
    ("d’", to("Luca d’Angelo"), ANE),
    ("bint", to("Amira bint Rashid"), ANE),
    ("von und zu", to("Karl von und zu Berg"), ANE),
    ("de la", to("Juan de la Cruz"), ANE),
    ("Kåre is not kære", to("Kåre Hansen"), ANE),
    ("Kaare", to("Kaare Pedersen"), ANE),
    ("Born is not børn", to("Max Born"), ANE),
    ("a country as surname", to("Lars Danmark"), ANE),
    ("a bank as surname", to("Lis Bank"), ANE),
    ("a school as surname", to("Karl Skole"), ANE),
    ("a pronoun as surname", to("Du Chen"), ANE),
    ("Bak is not Bæk", to("Hans Bak"), "Hans Bæk"),
    (
        "a namesake with another number",
        "Peter Hansen|Prøvevej 7|8000 Aarhus C|CPR-nr. 150385-1111|Kære Peter",
        "Peter Hansen",
    ),
    ("another's number after the name", f"{ANE} 150385-1111|Prøvevej 7|8000 Aarhus C|Kære Ane", ANE),
    ("a second letter in the file", f"{to(ANE)}{FOOT}\f{HEAD}{HANS}|Kære Hans", ANE),
    ("a caseworker of the same name above", f"{OWN}|{HANS}|Kære borger", ANE),
    ("two blocks, the first theirs, and no greeting", f"{OWN}|{HANS}", ANE),
    ("a person's letter to a company", f"{HANS}|CPR-nr. 150385-1111|Kære Hans Hansen", BY),
    ("a company with a surname in common", "Jensen ApS|Prøvevej 7|8000 Aarhus C", "Jensen & Nielsen Entreprenør ApS"),
    ("Dear", "Dear Hans Hansen", ANE),
    ("Dear Mr.", "Dear Mr. Hansen", ANE),
    ("Sehr geehrter", "Sehr geehrter Herr Hansen", ANE),
    ("Kaere", "Kaere Hans Hansen", ANE),
    ("Velkommen", "Velkommen, Hans Hansen", ANE),
    ("a greeting and a subject", "Kære Hans Hansen – vedr. din sag", ANE),
    ("a greeting and prose", "Kære Hans Hansen tak for dit brev", ANE),
    ("a greeting in small letters", "kære hans", ANE),
    ("an unlisted name", "Kære Zofia", ANE),
    ("post code and city on two lines", "Hans Hansen|Prøvevej 7|8000|Aarhus C", ANE),
    ("a telephone after the city", "Hans Hansen|Prøvevej 7|8000 Aarhus C Tlf. 12345678", ANE),
    ("name and street on one line", "Hans Hansen, Prøvevej 7|8000 Aarhus C", ANE),
    ("K- before the post code", "Hans Hansen|Prøvevej 7|K-1550 København V", ANE),
    ("a Swedish post code", "Hans Hansen|Storgatan 7|211 22 Malmö", ANE),
    ("a Faroese post code", "Hans Hansen|Prøvevej 7|FO-100 Tórshavn", ANE),
    ("an address in small letters", "hans hansen|prøvevej 7|8000 aarhus c", ANE),
    ("a farm without a number", "Hans Hansen|Bakkegården|8000 Aarhus C", ANE),
    (
        "seven lines of address",
        "Hans Hansen|c/o Lis Jensen|Prøvegården|Prøvevej 7|Opgang B, 3. sal|Nørre Bork|6893 Hemmet",
        ANE,
    ),
    ("broken words", "Kæ re Ha ns Han sen", ANE),
    ("a title and another surname", "Kære Borgmester Hansen", ANE),
]
GOES = [
    ("the sender's own school", "Hjørring Musikskole|Rådhuspladsen 2|9800 Hjørring|Kære borger", ANE),
    ("the sender's dental care", "Tandplejen Nord|Skolegade 2|9800 Hjørring|Kære borger", ANE),
    ("the sender's libraries", "Eksempel Bibliotekerne|Skolegade 2|9800 Hjørring|Kære låner", ANE),
    ("the sender's house", "Byens Ejendomme|Skolegade 2|9800 Hjørring|Kære lejer", ANE),
    ("somebody at the town hall", f"Bo Larsen|Rådhuspladsen 2|8000 Aarhus C|{OWN}|Kære borger", ANE),
    (
        "a supplier's letterhead",
        "Eksempel Forsyning A/S|Vandvej 1|8000 Aarhus C|Til Tømrer Hansen ApS",
        "Tømrer Hansen ApS",
    ),
    (
        "custody on two lines",
        "Forældremyndighedsindehaver for|Emma Prøve Jensen|Prøvevej 7|8000 Aarhus C|Kære Ane",
        ANE,
    ),
    ("parents on two lines", "Til forældrene til|Emma Prøve Jensen|Prøvevej 7|8000 Aarhus C", ANE),
    ("an estate on two lines", "Boet efter|Hans Hansen|c/o Ane Prøve Jensen|Prøvevej 7|8000 Aarhus C", ANE),
    ("the applicant", f"Byggeansøger|{HANS}|Kære Ane", ANE),
    ("the property", f"Vedrørende ejendommen|{HANS}|Kære Ane", ANE),
    ("the owner", f"Ejendommens ejer:|{HANS}|Kære nabo", ANE),
    ("a neighbour below", f"{OWN}|Afgørelse om hegn|Din nabo|{HANS}|har klaget.", ANE),
    ("a dentist", "Kære Tandlæge Ane Jensen", ANE),
    ("a chairman", "Kære Formand Ane", ANE),
    ("a professor", "Professor, dr.med. Ane Prøve Jensen|Prøvevej 7|8000 Aarhus C|Kære Professor Jensen", ANE),
    ("a mayor", "Kære Borgmester Jensen", ANE),
    ("students", "Kære Nye Studerende", ANE),
    ("a pensioner", "Kære Hr. Pensionist", ANE),
    ("a wish", "Til Lykke Med Fødselsdagen|Kære Ane", ANE),
    ("a court", f"{OWN}|Til Vestre Landsret|kan du anke", ANE),
    (
        "greeting the one who gets it for them",
        "Ane Prøve Jensen|c/o Advokat Lise Holm|Prøvevej 7|8000 Aarhus C|Kære Lise Holm",
        ANE,
    ),
    ("Mohamed", to("Mohamed Ali"), "Mohammed Ali"),
    ("no dots", to("Işıl Yıldız"), "Isil Yildiz"),  # noqa: RUF001
    ("Cyrillic", to("Олена Шевченко"), "Olena Shevchenko"),
    ("ä in two spellings", to("Jukka Mäkinen"), "Jukka Makinen"),
    ("no Danish letters in the whole letter", "Hans Bak|Hovedgaden 7|8000 Aarhus C", "Hans Bæk"),
    ("a ward's number", f"{OWN}|Vedr.: Karl Nielsen|CPR-nr. 150385-1111|Kære Ane", ANE),
    (
        "a guardian",
        "Ane Prøve Jensen|Værge for Karl Nielsen|Prøvevej 7|8000 Aarhus C|CPR-nr. 150385-1111|Kære Ane",
        ANE,
    ),
    ("the company's person", "Jensen Byg ApS|Att.: Hans Hansen|Prøvevej 7|8000 Aarhus C|CPR-nr. 150385-1111", BY),
    (
        "page two speaks of others",
        f"{OWN}|Kære Ane{FOOT}\fKlagevejledning|Nævnenes Hus|Toldboden 2|8800 Viborg|{HANS}",
        ANE,
    ),
    ("broken words of their own", "Kæ re A ne Pr øve Jen sen", ANE),
]


def named(text, name):
    """Give whom it is addressed to where that is not this person, or company."""
    pages = tuple(tuple((None, line) for line in page.split("|")) for page in text.split("\f"))
    recipient = Recipient(Party("p1"), name, Cvr("55133018") if "ApS" in name else Cpr.parse("0101901234"))
    found = (stranger(one, recipient, FakeClock()()) for one in letters_of(pdf.Glance(pages=pages)))
    return next(filter(None, found), "")


@pytest.mark.parametrize(("text", "name"), [pytest.param(*one, id=what) for what, *one in STOPPED])
def test_it_is_somebody_elses(text, name):
    """With nothing around it, and under a letterhead and above a text."""
    assert named(text, name)
    assert named(f"{HEAD}{text}{FOOT}", name)


@pytest.mark.parametrize(("text", "name"), [pytest.param(*one, id=what) for what, *one in GOES])
def test_it_is_theirs(text, name):
    """Or nobody's."""
    assert named(text, name) == ""


def drawn(*pieces):
    """Write a page of which each line has its own place, in this order."""
    file = BytesIO()
    canvas = Canvas(file)
    for high, line in pieces:
        canvas.drawString(190 if high % 10 else 60, high, line)
    canvas.save()
    return file.getvalue()


BODY = [
    (780, "Eksempel Kommune"),
    (590, "Kære borger"),
    (570, "Afgørelse"),
    (550, "Med venlig hilsen"),
    (530, "Bo Larsen"),
]


@pytest.mark.parametrize("top", [745, 581])
def test_a_frame_with_the_address_is_drawn_last(town, top):
    """As word processors do it: above the text, and beside it."""
    for name, raised in (("Hans Hansen", ("name_mismatch",)), ("Ane Prøve", ())):
        frame = [(top, name), (top - 13, "Prøvevej 7"), (top - 26, "8000 Aarhus C")]
        assert town.raised(documents=[town.document(content=drawn(*BODY, *frame))]) == [raised]


def test_whom_the_sender_writes_a_copy_to_is_below(town):
    """It comes after the end, and stands below it."""
    copy = [(500, "Kopi til:"), (485, "Hans Hansen"), (471, "Prøvevej 7"), (457, "8000 Aarhus C")]
    assert town.raised(documents=[town.document(content=drawn(*BODY, *copy))]) == [()]


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        (("Hans Hansen", "Afgørelse om hjælp"), True),
        (("Navn: Hans Hansen", "Kære borger"), True),
        (("Kære Bergljot",), True),
        (("Ane Prøve", "Afgørelse om hjælp"), False),
        (("Kære borger",), False),
    ],
)
def test_a_name_that_may_be_the_addressee_is_told_of_and_stops_nothing(town, lines, is_told):
    """Somebody may look."""
    [row] = town.plan(documents=[town.letter("Eksempel Kommune", *lines)]).rows
    assert (row.error, row.concerns) == (None, ())
    assert any("kunne ikke sammenholdes" in text for text in row.warnings) is is_told


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("AFGØRELSE HANS HANSEN", True),
        ("Vedr. Hansen, Hans", True),
        ("afgørelse hans hansen", True),
        ("Afgørelse til Świętosława Żak", False),
        ("Indkaldelse til Sankt Hans Aften", False),
        ("Karen Blixen Museet", False),
        ("Renovering af Carl Nielsen Kvarteret", False),
        ("Opfyldning ved Mads Clausen Instituttet", False),
        ("VEDTÆGT FOR HAVNEN", False),
    ],
)
def test_names_in_titles(title, found):
    """However they are written; places and saints are nobody."""
    assert bool(people_in(title)) is found


@pytest.mark.parametrize("title", ["Świętosława Żaks ansøgning", "vedr. żak, świętosława", "Świętosławas skolegang"])
def test_a_title_about_another_recipient_is_known_by_the_names_of_all(town, title):
    """No list has them; the letter has."""
    ane, other = town.person(), town.person("p2", "1503851111", "Świętosława Żak")
    assert town.raised(ane, other, title=title)[0] == ("title_tells",)
    assert town.raised(ane, other, title="Afgørelse om carport") == [(), ()]


@pytest.mark.parametrize("name", ["afgørelse (tidl. udkast).pdf", "Høring af udkast.pdf"])
def test_what_was_a_draft_once_is_none(town, name):
    """Nor is a letter that asks what others think of one."""
    assert town.raised(documents=[town.document(name=name)]) == [()]
