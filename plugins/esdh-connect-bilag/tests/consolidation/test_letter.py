"""Letter and bilag laid together for a channel: where everything is, what is told, and what is refused."""

import io

import attrs
import pikepdf
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Manifest
from esdh_connect.errors import DoesNotFit, Objection, UnreadableDocument
from esdh_connect.model import Document, Source
from esdh_connect.testing.fakes import GENEROUS, pdf_of
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.preflight import Paper

ONE = attrs.evolve(GENEROUS, max_files=1)
PLAIN = Layout(overview_from=0)
NO_PAPER = Paper()


def told(letter, *acts):
    return [(one.id, one.document) for one in letter.findings if one.acts in (acts or ("", "caseworker"))]


def test_letter_and_bilag_become_one_file_each_in_its_place(laid):
    """The manifest can be written of it, and commit sends the bytes that were shown."""
    made = laid("Brev", pdf_of("a", "b"), "Kort", layout=PLAIN)

    [file] = made.files
    assert [(one.document, one.first_page, one.pages, one.changes) for one in file.places] == [
        (0, 1, 1, ()),
        (1, 2, 2, ()),
        (2, 4, 1, ()),
    ]
    sources = [Source(Document(str(at), name=str(at)), b"x", pages=1) for at in range(3)]
    assert Manifest.of(sources, made).files[0].pages == 4
    assert laid("Brev", pdf_of("a", "b"), "Kort", layout=PLAIN) == made


def test_the_file_has_the_letters_title_a_bookmark_for_each_bilag_and_labels(laid):
    """Readers show the bookmarks when it is opened."""
    with pikepdf.open(io.BytesIO(laid("Brev", "Kort", layout=PLAIN).main.content)) as pdf:
        assert str(pdf.docinfo.Title) == "Afgørelse"
        assert str(pdf.Root.Lang) == "da"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["brev", "Bilag 1: bilag-1"]
        assert [page.label for page in pdf.pages] == ["1", "Bilag 1 – 1"]


@pytest.mark.parametrize(
    ("name", "bookmark"),
    [
        ("Bilag 1 – Situationsplan.pdf", "Bilag 1: Situationsplan"),
        ("bilag_01_kort.pdf", "Bilag 1: kort"),
        ("Bilag 1.pdf", "Bilag 1: Bilag 1"),
        ("Bilag 12 kort.pdf", "Bilag 1: Bilag 12 kort"),
        ("Bilag 2 kort.pdf", "Bilag 1: Bilag 2 kort"),
    ],
)
def test_a_bilag_that_has_its_number_in_its_name_has_it_once(letter, name, bookmark):
    """People number files by hand; a number that is another one stays, for the letter may speak of it."""
    made = consolidate(letter(pdf_of("Brev"), pdf_of("a"), names={1: name}), ONE, PLAIN, paper=NO_PAPER)

    with pikepdf.open(io.BytesIO(made.main.content)) as pdf, pdf.open_outline() as outline:
        assert outline.root[1].title == bookmark


def test_what_is_taken_out_is_told_and_the_document_made_safe(laid, scripted):
    """Nobody need do anything about it."""
    made = laid("Brev", scripted, layout=PLAIN)

    assert told(made) == [("scripts", 1)]
    assert made.main.places[1].changes == ("made safe",)
    assert b"JavaScript" not in made.main.content


def test_a_bilag_that_stands_alone_is_made_safe_too(letter, scripted):
    """Between files that are no PDFs."""
    files = letter(b"Hej", scripted, b"Hej", media_types={0: "text/plain", 2: "text/plain"})
    made = consolidate(files, GENEROUS, PLAIN, paper=NO_PAPER)

    assert [file.size == files.files[at].size for at, file in enumerate(made.files)] == [True, False, True]
    assert made.files[1].places[0].changes == ("made safe",)


def test_a_damaged_bilag_is_repaired_and_told(laid):
    """Only it goes the slow way."""
    damaged = pdf_of("a", "b").replace(b"startxref", b"startxxxx").replace(b"xref\n", b"xxxx\n")
    made = laid("Brev", damaged, layout=PLAIN)

    assert told(made) == [("repaired", 1)]
    assert [one.changes for one in made.main.places] == [(), ("repaired",)]


def test_a_signed_bilag_stays_a_file_of_its_own_in_its_place(laid, signed):
    """Byte by byte, because the signature is of these bytes."""
    made = laid("Brev", "Kort", signed, "Plan", max_files=3, layout=PLAIN)

    assert [[place.document for place in file.places] for file in made.files] == [[0, 1], [2], [3]]
    assert made.files[1].content == signed
    assert told(made) == [("signed", 2)]


def test_a_signed_bilag_is_refused_where_the_channel_takes_one_file(laid, signed):
    """Its text says which document it is, and what to do."""
    with pytest.raises(DoesNotFit, match="signed documents are not joined") as caught:
        laid("Brev", signed, layout=PLAIN)

    text = wording.of(caught.value)
    assert text.startswith("Der er ikke sendt noget: »bilag-1.pdf« er underskrevet digitalt")
    assert "Det bliver 2 filer, og der er plads til 1" in text


def test_on_paper_a_signed_bilag_goes_with_the_rest(laid, signed):
    """What is printed has no signature that anybody could check; whoever sends it is told."""
    made = laid("Brev", signed, on_paper=True, layout=PLAIN)

    assert len(made.files) == 1
    assert ("signed", 1) in told(made)
    assert "På papir kan ingen se det" in next(one.text for one in made.findings if one.id == "signed")


def test_what_cannot_go_as_it_is_is_named_with_what_to_do(laid, changed):
    """All of it at once, so that nobody has to try again for each."""
    collection = pikepdf.Dictionary(View=pikepdf.Name.D)
    portfolio = changed(lambda pdf: pdf.Root.__setattr__("Collection", collection))
    with pytest.raises(UnreadableDocument) as caught:
        laid("Brev", portfolio, portfolio)

    assert caught.value.danish.count("er en PDF-portefølje") == 2
    assert "»bilag-1.pdf«: " in caught.value.danish
    assert "»bilag-2.pdf«: " in caught.value.danish


@pytest.mark.parametrize(("as_base64", "over"), [(False, "2 kB"), (True, "3 kB")])
def test_too_large_is_refused_with_how_much_and_what_weighs_most(laid, *, as_base64, over):
    """Nothing is made smaller so that somebody could see it."""
    large = pdf_of(*map(str, range(50)))
    room = len(laid("Brev", large, "Kort", layout=PLAIN).main.content) - 2000
    with pytest.raises(DoesNotFit) as caught:
        laid("Brev", large, "Kort", layout=PLAIN, max_bytes=room * 4 // 3 if as_base64 else room, as_base64=as_base64)

    assert f"brevet fylder {over} for meget" in caught.value.danish
    assert caught.value.danish.index("»bilag-1.pdf«") < caught.value.danish.index("»bilag-2.pdf«")


def test_the_same_flaw_of_many_documents_is_told_the_administrator_once(laid):
    """Templates and scanners make the same file again and again."""
    made = laid("Brev", *map(str, range(6)), layout=PLAIN)

    untagged = [one for one in made.findings if one.id == "untagged"]
    assert [one.document for one in untagged] == [None]
    assert untagged[0].text.startswith(
        "»brev.pdf«, »bilag-1.pdf«, »bilag-2.pdf« og 4 andre dokumenter: Filen er uden tags"
    )


def test_a_department_says_what_is_particular_to_it():
    """As a value, or as the table of a settings file."""
    assert Layout().of(None) == Layout()
    assert Layout().of({"overview_from": 5}) == Layout(overview_from=5)
    assert Layout().of(PLAIN) is PLAIN


@pytest.mark.parametrize(
    "said", [{"overview": 5}, {"overview_from": "5"}, {"overview_from": -1}, {"one_sided": "12"}, 5]
)
def test_what_a_department_cannot_say_is_the_administrators(said):
    """The plan says which keys there are, and no value."""
    with pytest.raises(Objection) as caught:
        Layout().of(said)

    assert "Nøglerne er overview_from" in caught.value.danish


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({1: "Bilag 1 - Kort.pdf", 2: "bilag_02.pdf"}, None),
        ({1: "Kort.pdf", 2: "Bilagsliste.pdf"}, None),
        ({1: "Bilag 10 - Kort.pdf"}, "Bilag 1 hedder »Bilag 10 - Kort.pdf«. Se, om"),
        ({1: "Bilag 2.pdf", 2: "Bilag 1.pdf"}, "Bilag 1 hedder »Bilag 2.pdf«, og 1 andre hedder også noget andet"),
    ],
)
def test_bilag_that_are_called_by_other_numbers_are_told(letter, names, said):
    """The letter speaks of bilag 2, and files are often sorted by name: 1, 10, 2."""
    made = consolidate(letter(pdf_of("Brev"), pdf_of("a"), pdf_of("b"), names=names), ONE, PLAIN, paper=NO_PAPER)

    assert [one.text.startswith(said) for one in made.findings if one.id == "other_number"] == [True] * bool(said)
