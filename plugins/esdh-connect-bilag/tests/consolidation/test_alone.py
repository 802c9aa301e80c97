"""A letter of one file, or of files that stay apart, is looked at and made safe like any other."""

import io

import attrs
import pikepdf
import pytest
from preflight.examples import EXAMPLES, encrypted

from esdh_connect.dispatch import Request
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import PDF, Case, File, Finding, Letter, Place
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeClock, FakeHost, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.preflight import Flaw, Paper, Weight

PLAIN = Layout(overview_from=0)


def told(made, *acts):
    return {one.id for one in made.findings if one.document == 0 and one.acts in (acts or {one.acts})}


def changes(made):
    return [place.changes for file in made.files for place in file.places]


def test_a_letter_that_is_well_stays_the_bytes_that_it_is(laid):
    """Also where there is something to say of it."""
    content = pdf_of("Brev", "Side 2")
    made = laid(content)

    assert made.main.content is content
    assert changes(made) == [()]
    assert told(made) == {"untagged", "no_title", "no_language", "fonts_missing"}


def test_what_acts_is_taken_out_of_the_only_file_too(laid, scripted):
    """The manifest says so, and whoever sends it is told."""
    made = laid(scripted)

    assert b"JavaScript" not in made.main.content
    assert changes(made) == [("made safe",)]
    assert "scripts" in told(made)
    assert laid(scripted) == made


@pytest.mark.parametrize("flaw", sorted(EXAMPLES, key=lambda flaw: flaw.value), ids=lambda flaw: flaw.value)
def test_a_file_is_found_the_same_of_alone_as_among_others(laid, flaw):
    """What stops a bilag stops a letter, and what is changed in one is changed in the other."""
    if flaw in {Flaw.EMPTY, Flaw.NOT_PDF}:
        pytest.skip("the core refuses it before")
    content = EXAMPLES[flaw]()
    on_paper = flaw in {Flaw.NOT_A4, Flaw.LANDSCAPE, Flaw.IN_CODE_ZONE, Flaw.IN_ADDRESS_ZONE}

    def one(*others):
        try:
            return laid(content, *others, max_files=9, layout=PLAIN, on_paper=on_paper)
        except UnreadableDocument as error:
            return error

    alone, among = one(), one("Kort", "Plan")
    if isinstance(among, UnreadableDocument):
        assert flaw.weight is Weight.STOPS
        assert alone.danish == among.danish
        return
    assert changes(alone)[0] == changes(among)[0]
    assert told(alone, "", "caseworker") == told(among, "", "caseworker")
    assert bool(changes(alone)[0]) == (alone.main.content != content)


def test_a_signed_letter_stays_the_bytes_that_were_signed(laid, signed):
    """On paper too."""
    assert laid(signed).main.content is signed
    assert laid(signed, on_paper=True).main.content is signed
    assert "signed" in told(laid(signed))


def test_an_encrypted_letter_that_needs_no_password_goes_without_encryption(laid):
    """The provider could not open it."""
    made = laid(encrypted())

    with pikepdf.open(io.BytesIO(made.main.content)) as pdf:
        assert not pdf.is_encrypted
    assert changes(made) == [("repaired",)]


def test_files_that_stay_apart_are_each_looked_at(letter, scripted):
    """Where a department does not lay its letters together."""
    files = letter(pdf_of("Brev"), scripted, pdf_of("Kort"))
    made = consolidate(files, GENEROUS, Layout(), paper=Paper(), most_files=9)

    assert changes(made) == [(), ("made safe",), ()]
    assert [one.content == other.content for one, other in zip(made.files, files.files, strict=True)] == [
        True,
        False,
        True,
    ]
    with pikepdf.open(io.BytesIO(made.files[1].content)) as pdf:
        assert str(pdf.docinfo.Title) == "bilag-1"


def test_files_that_stay_apart_are_stamped_with_their_number(letter):
    """A reader who prints them needs it more, not less."""
    files = letter(pdf_of("Brev"), pdf_of("Kort"))
    made = consolidate(files, GENEROUS, Layout(stamp=True), paper=Paper(), most_files=9)

    assert changes(made) == [(), ("stemplet",)]


def test_a_letter_that_goes_again_keeps_what_was_laid_together(laid, signed):
    """A file of several documents is one part; each of them has its place again, and no second list or stamp."""
    first = laid("Brev", "Kort", signed, max_files=9, layout=Layout(stamp=True))
    on_paper = attrs.evolve(GENEROUS, max_files=1, on_paper=True)
    again = consolidate(first, on_paper, Layout(stamp=True, fresh_sheets=False), paper=Paper())

    assert [place.document for place in first.main.places] == [0, None, 1]
    assert [(place.document, place.first_page, place.pages) for place in again.main.places] == [
        (0, 1, 1),
        (None, 2, 1),
        (1, 3, 1),
        (2, 4, 1),
    ]
    assert [place.changes for place in again.main.places if place.document == 1] == [("stemplet",)]


@pytest.mark.parametrize("has_bilag", [True, False])
def test_a_plan_has_the_same_care_for_one_file_where_the_plugin_is_on(scripted, has_bilag):
    """The core alone sends it as it is: it knows no more of a PDF than its pages."""
    host = FakeHost()
    document = host.document("brev", "")
    host.contents["brev", "1"] = scripted
    request = Request("dialog", Case("sag"), "teknik", "Afgørelse", [document], [host.person("p1", "0101901234")])
    more = {"bilag": Bilag()} if has_bilag else {}
    post = installation(host=host, channels=[FakeChannel()], now=FakeClock(), more=more)
    [row] = post.plan(request).rows

    assert row.error is None
    assert row.manifest.documents[0].changes == (("made safe",) if has_bilag else ())
    assert (row.envelope.letter.main.content == scripted) is not has_bilag
    assert ("scripts" in {one.id for one in row.envelope.letter.findings}) is has_bilag
    post.commit(post.plan(request), by="bo")
    assert post.deliver().letters == 1


def test_a_file_that_is_no_pdf_goes_as_it_is_and_that_is_told():
    """Where the channel takes it: nothing has looked into it. What was told already is not told twice."""
    files = (File("brev.txt", "text/plain", b"Hej", (Place(0, None, None),)),)
    letter = Letter("Hej", files)
    made = consolidate(letter, GENEROUS, Layout(stamp=True), paper=Paper(), most_files=9)

    assert made.files == files
    assert PDF not in {file.media_type for file in made.files}
    [said] = made.findings
    assert said.text.startswith("Filen er en tekstfil og sendes, som den er; der er ikke set efter i den.")
    before = attrs.evolve(letter, findings=(Finding("not_converted", "sendes som sin egen fil", 0),))
    assert consolidate(before, GENEROUS, Layout(), paper=Paper(), most_files=9).findings == before.findings
