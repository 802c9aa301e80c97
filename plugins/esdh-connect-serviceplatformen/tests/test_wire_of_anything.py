"""Whatever the rules let through is valid by the schemas, and the same bytes each time."""

import string
from datetime import UTC, date, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from esdh_connect.ids import Cpr, Cvr, Gln, Kle, PNumber
from esdh_connect.model import (
    Address,
    Attention,
    Case,
    ContactPoint,
    Envelope,
    File,
    Letter,
    LetterAction,
    Options,
    Party,
    Place,
    Printing,
    Recipient,
    Representative,
    Reservation,
    Sender,
)
from esdh_connect.testing.dispatches import COMMITTED, dispatch
from esdh_connect_serviceplatformen import rules, wire
from esdh_connect_serviceplatformen.limits import DIGITAL_POST_2025, FYSISK_POST_2025, MEDIA_TYPES, NEMSMS_2025
from esdh_connect_serviceplatformen.wire.element import write

TEXT = st.text(st.characters(), max_size=40)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)
UUIDS = st.uuids(version=4).map(str)
LATER = st.datetimes(
    COMMITTED.replace(tzinfo=None) + timedelta(days=1),
    COMMITTED.replace(year=2099, tzinfo=None),
    timezones=st.timezones(),
)
CVR = st.sampled_from(["55133018", "13748136", "19435075"]).map(Cvr)
CPR = st.sampled_from(["1212121212", "0101901234", "6101800000"]).map(Cpr)
URLS = st.builds("https://{}.dk/{}".format, st.text(string.ascii_lowercase, min_size=1, max_size=20), TEXT | WORDS)
PERIODS = st.tuples(LATER, LATER).map(sorted)


def at_most(strategy):
    return st.none() | strategy


RESERVATIONS = st.builds(
    lambda period, **said: Reservation(start=period[0], end=period[1], **said),
    PERIODS,
    id=UUIDS,
    description=WORDS,
    abstract=WORDS,
    location=WORDS,
    organizer_email=TEXT,
    organizer_name=TEXT,
)
LINKS = st.builds(
    lambda period, **said: LetterAction(start=period[0], end=period[1], **said),
    PERIODS,
    code=st.sampled_from(["BEKRAEFT", "BETALING", "INFORMATION", "UNDERSKRIV"]),
    label=WORDS,
    url=URLS,
)
MEETINGS = st.builds(LetterAction, code=st.just("AFTALE"), label=WORDS, reservation=RESERVATIONS)
OPTIONS = st.builds(
    Options,
    reply_allowed=st.just(value=True),
    reply_by=at_most(LATER),
    mandatory=st.booleans(),
    legal_notification=st.booleans(),
    not_before=at_most(st.dates(date(2026, 11, 23), date(2099, 1, 1))),
    notification=TEXT,
    reminder=WORDS,
    actions=st.lists(LINKS | MEETINGS, max_size=3).map(tuple),
    post_category=st.sampled_from(["", "Economique", "Rekommanderet med modtagerbevis"]),
    duplex=at_most(st.booleans()),
    colour=at_most(st.booleans()),
)
SENDERS = st.builds(
    Sender,
    cvr=CVR,
    name=WORDS,
    contact_point=at_most(st.builds(ContactPoint, id=UUIDS, label=TEXT, group=TEXT)),
    representative=at_most(st.builds(Representative, cvr=CVR, name=WORDS)),
)
ATTENTIONS = st.builds(
    Attention,
    person=TEXT,
    p_number=at_most(st.just(PNumber("1234567890"))),
    gln=at_most(st.just(Gln("5798000012345"))),
    email=TEXT,
    telephone=TEXT,
)
PARTS = st.builds(
    Address,
    street=WORDS,
    number=st.from_regex(r"0{0,2}[1-9][0-9]{0,2}[a-zA-Z]?", fullmatch=True),
    floor=st.sampled_from(["", "01", "7", "st", "KL", "k2", "st."]),
    door=st.sampled_from(["", "tv", "0003", "mf."]),
    co=TEXT,
    post_code=st.from_regex(r"[0-9]{4}", fullmatch=True),
    city=TEXT,
)
LINES = st.builds(
    Address,
    lines=st.lists(st.text(max_size=34), min_size=1, max_size=6).map(tuple),
    country=st.sampled_from(["DK", "se", "DE"]),
)
ABROAD = st.builds(
    Address,
    street=WORDS.map(lambda text: text[:20]),
    number=st.just("5"),
    post_code=st.just("10115"),
    city=st.just("Berlin"),
    country=st.just("DE"),
)
PRINTING = st.builds(
    Printing,
    product=st.integers(1, 10**9).map(str) | st.just(""),
    cost_centre=TEXT,
    return_address=at_most(PARTS | LINES | ABROAD),
)
RECIPIENTS = st.builds(
    Recipient,
    party=st.just(Party("1")),
    name=WORDS,
    id=CPR | CVR,
    address=PARTS | LINES | ABROAD,
    attention=at_most(ATTENTIONS),
)
CASES = st.builds(Case, id=TEXT, system=TEXT, kle=at_most(st.just(Kle("32.30.04"))))


def files(media_types):
    return st.builds(
        lambda kind, stem, content: File(stem + media_types[kind][0], kind, content, (Place(0, None, None),)),
        st.sampled_from(sorted(media_types)),
        st.text(st.characters(exclude_characters=DIGITAL_POST_2025.forbidden_in_names), max_size=40),
        st.binary(min_size=1, max_size=100),
    )


def envelopes(limits):
    letters = (
        st.lists(files(limits.media_types), min_size=1, max_size=min(limits.max_files, 4))
        if limits.max_files
        else st.just([])
    )
    return st.builds(
        Envelope,
        case=CASES,
        sender=SENDERS,
        recipient=RECIPIENTS,
        letter=st.builds(Letter, title=WORDS, files=letters.map(tuple)),
        options=OPTIONS,
        printing=PRINTING,
    )


SOME = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@pytest.fixture(scope="module")
def memo_schema(reference):
    return etree.XMLSchema(file=str(reference / "memo/xsd-1.2-derived/MeMo_core.xsd"))


@pytest.fixture(scope="module")
def print_schema(reference):
    return etree.XMLSchema(file=str(reference / "fjernprint/xsd/fjernprint.xsd"))


def carrying(carried):
    bare = attrs.evolve(carried, letter=Letter(carried.letter.title, ()))
    return attrs.evolve(dispatch("any", bare), envelope=carried)


def assert_sound(element, schema, part=lambda root: root):
    """Valid, of the length that was said, and the same each time."""
    body = write(element)
    content = b"".join(body)
    assert len(body) == len(content)
    assert content == b"".join(write(element))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    schema.assertValid(part(etree.fromstring(content, parser)))


@SOME
@given(envelopes(DIGITAL_POST_2025))
def test_whatever_the_rules_let_through_is_a_valid_message(memo_schema, carried):
    """Digital Post reads in order and forgives nothing."""
    assume(not list(rules.digital_post(carried, DIGITAL_POST_2025, COMMITTED)))
    assert_sound(wire.message(carrying(carried), "uoplyst"), memo_schema)


@SOME
@given(envelopes(NEMSMS_2025))
def test_whatever_the_rules_let_through_is_a_valid_reminder(memo_schema, carried):
    """The text and nothing else."""
    assume(not list(rules.nemsms(carried, NEMSMS_2025)))
    assert_sound(wire.short_message(carrying(carried)), memo_schema)


@SOME
@given(envelopes(attrs.evolve(FYSISK_POST_2025, max_files=101)))
def test_whatever_the_rules_let_through_is_a_valid_letter_on_paper(print_schema, carried):
    """Addresses are where it goes wrong."""
    assume(not list(rules.fysisk_post(carried, attrs.evolve(FYSISK_POST_2025, max_files=101))))
    assert_sound(wire.forsendelse(carrying(carried), 1234), print_schema, lambda root: root[0])


@given(envelopes(DIGITAL_POST_2025) | envelopes(FYSISK_POST_2025), st.datetimes(timezones=st.just(UTC)))
def test_every_problem_has_a_danish_text(carried, now):
    """Whatever is wrong, and whenever: without the opening, which is added for all alike."""
    problems = [
        *rules.digital_post(carried, DIGITAL_POST_2025, now),
        *rules.fysisk_post(carried, FYSISK_POST_2025),
        *rules.nemsms(carried, NEMSMS_2025),
    ]
    for problem in problems:
        assert problem.danish
        assert not problem.danish.endswith(".")
        assert not problem.danish.startswith("Der er ikke")


XML = st.recursive(
    st.sampled_from(["true", "Received", "<!-- x -->", "<?x y?>", "&amp;", "<AdvisTekst/>", ""]),
    lambda inner: st.builds(
        "<{0}>{1}{2}</{0}>".format,
        st.sampled_from(["kombi_response", "Result", "FejlKode", "FejlTekst", "x:y", "Advis"]),
        inner,
        inner,
    ),
)
BOMB = (
    '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<kombi_response>&b;</kombi_response>"
)


@given(st.binary(max_size=200) | XML.map(str.encode))
@example(BOMB.encode())
@example(b"<kombi_response>" * 5000 + b"</kombi_response>" * 5000)
@example(b'<!DOCTYPE k SYSTEM "file:///etc/passwd"><kombi_response/>')
@example(b"<kombi_response>" + b"<FejlKode>x</FejlKode>" * 5000 + b"</kombi_response>")
def test_whatever_is_answered_is_read_or_is_none(content):
    """Never an exception: the letter may have been taken all the same."""
    response = wire.read_response(content)
    assert response is None or not (response.is_acceptance and response.is_refusal)


def test_every_file_type_is_one_the_strategies_make():
    """So that a new one is tried too."""
    assert len(MEDIA_TYPES) == 16
