"""Sentences of the core and of plugins, in pages that are read in English."""

import re
from importlib import util
from pathlib import Path

import pytest

from esdh_connect_web.english import _LONGEST, _MOST_STEPS, English, _Work
from esdh_connect_web.sentences import ENGLISH, gathered, is_danish, lacking, read, written

HOME = Path(__file__).parents[1]
_spec = util.spec_from_file_location("gather", HOME / "gather.py")
GATHER = util.module_from_spec(_spec)
_spec.loader.exec_module(GATHER)
PACKAGES = GATHER.packages()
each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
VALUE = re.compile(r"\{(\d+)(?::ours)?\}")


@pytest.fixture(scope="module")
def english():
    return English(read(one) for one in PACKAGES)


def marked(english, sentence):
    """What is said, with what stays Danish in brackets."""
    return "".join(f"[{one.text}]" if one.danish else one.text for one in english.tell(sentence))


# --- that nothing lacks


@each_package
def test_every_sentence_has_its_english(package):
    """`make texts` gathers them from the source; the English is then written in `english.po` by hand."""
    assert lacking(package) == []


@each_package
def test_what_is_kept_is_what_is_said(package):
    """A sentence that is gone is gone there too: gathering once more changes nothing."""
    kept = package / ENGLISH
    assert (kept.read_text() if kept.exists() else "") == written(package)


@each_package
def test_every_sentence_is_told(package, english):
    """Filled with values it is known again, whatever else is like it."""
    for danish, said in read(package).items():
        if danish == said:
            continue
        filled, expected = (VALUE.sub(lambda found: f"Xqz{found[1]}", text) for text in (danish, said))
        told = "".join(one.text for one in english.tell(filled))
        assert told.strip().rstrip(".") == expected.strip().rstrip("."), danish


def test_a_sentence_without_english_is_found(tmp_path):
    """The tests above would see it, and a translation that needs a value there is none of."""
    (tmp_path / "__init__.py").write_text(
        '"""Det er ikke med."""\nname = "x"\ntold = f"brevet er {name} og sendes ikke"\nlog = f"the letter is {name}"\n'
    )
    assert list(gathered(tmp_path)) == lacking(tmp_path) == ["brevet er {0} og sendes ikke"]
    (tmp_path / ENGLISH).write_text('msgid "brevet er {0} og sendes ikke"\nmsgstr "the letter is {1}"\n')
    assert lacking(tmp_path) == ["brevet er {0} og sendes ikke"]
    (tmp_path / ENGLISH).write_text(
        'msgid "brevet er {0} og sendes ikke"\nmsgstr "the letter is {0} and is not sent"\n'
    )
    assert lacking(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brevet er ikke sendt", True),
        ("dokumentet »{0}« {1}: {2}", True),
        ("the letter was not sent", False),
        ("no department {0} for this", False),
        (r"^\s*(?:til|att\.?)\s*", False),
        ("https://æ.example", False),
        ("dispatch_sent", False),
    ],
)
def test_danish_is_told_from_english(text, expected):
    """By its words and its letters; patterns and names of things are neither."""
    assert is_danish(text) is expected


# --- how a sentence is told


@pytest.mark.parametrize(
    ("danish", "expected"),
    [
        ("Der er ikke sendt noget: der er ingen afsender.", "Nothing has been sent: there is no sender."),
        (
            (
                "Der er ikke sendt noget endnu: brevet holdes tilbage til 3. marts 2026 kl. 14.05. "
                "Sagsbehandleren kan stoppe det indtil da; ellers sendes det af sig selv."
            ),
            (
                "Nothing has been sent yet: the letter is held back until 3 March 2026 at 14:05. "
                "The caseworker can stop it until then; otherwise it is sent by itself."
            ),
        ),
        (
            "1.234 breve venter; det ældste har ventet i 90 minutter. Kører der en worker?",
            "1,234 letters waiting; the oldest has waited for 90 minutes. Is a worker running?",
        ),
        ("filen »stor.pdf« fylder 1,2 MB; der er plads til 1 MB i hver fil", None),
        ("bo bestilte et nyt brev i stedet", "[bo] ordered a new letter instead"),
        ("Sendes med Digital Post", "Sent with [Digital Post]"),
    ],
)
def test_a_sentence_is_told_with_its_values(english, danish, expected):
    """Days, times and numbers are written as in England; names stay what they are."""
    wanted = expected or "the file “[stor.pdf]” takes up 1.2 MB; there is room for 1 MB in each file"
    assert marked(english, danish) == wanted


def test_a_name_is_never_translated(english):
    """Not where it is a word of ours either: what stands in quotes is called so, and so is a department."""
    assert marked(english, "Kultur og Fritid har ingen kanal og bliver ikke tilbudt Send digitalt") == (
        "[Kultur og Fritid] has no channel and is not offered Send digitally"
    )
    assert marked(english, "dokumentet »Skat og gæld« er tomt") == "the document “[Skat og gæld]” is empty"
    assert marked(english, "brevet er stilet til »intet«, og modtageren er »ingen«") == (
        "the letter is addressed to “[intet]”, and the recipient is “[ingen]”"
    )


@pytest.mark.parametrize(
    ("danish", "expected"),
    [
        ("Luk vinduet, eller gå hjem.", "[Luk vinduet, eller gå hjem.]"),
        ("Der er ikke sendt noget: det regner for meget.", "Nothing has been sent: [det regner for meget.]"),
        ("eva stoppede det: Filen er tom, og det haster", "[eva] stopped it: [Filen er tom, og det haster]"),
        ("", ""),
        ("»Visitation«, »Hjælpemidler«", "“[Visitation]”, “[Hjælpemidler]”"),
        ("–", "–"),
        ("brevet " * 2000, f"[{'brevet ' * 2000}]"),
    ],
)
def test_what_nobody_knows_stays_as_it_is(english, danish, expected):
    """A plugin's own words and what people wrote: whole, and said to be Danish. Nothing is told by halves."""
    assert marked(english, danish) == expected


# --- that nobody keeps a page waiting


@pytest.mark.parametrize(
    "said",
    [
        "a og ",
        "brev: ",
        "brevet, og at ",
        "»a« (b) og c: d; e, og f. ",
        "(((( ",
        "»brev« ",
        "Der er ikke sendt noget: ",
        "leverandøren modtageren – dokumentet: bilagspakken og pluginet (kanalen) ",
    ],
)
@pytest.mark.parametrize("length", [500, _LONGEST])
def test_a_text_that_somebody_wrote_takes_no_more_steps_than_any(english, said, length):
    """Whatever it is made of; it stays as it was written, or is told in English, and no sign of it is lost for that."""
    text = (said * length)[:length].strip()
    work = _Work()
    told = "".join(one.text for one in english._told(text, work, 0).pieces)
    assert work.left > -_MOST_STEPS
    assert len(work.known) < _MOST_STEPS
    assert told


def test_a_template_with_many_values_is_compared_in_one_go(english):
    """A text that nearly fits it a thousand times over is not tried in every way."""
    many = English([{"{0} er {1} er {2} er {3} er {4} er {5} og slut her": "{0} {1} {2} {3} {4} {5}"}])
    (template,) = [one for found in many._templates.values() for one in found]
    assert template.danish.fullmatch(" er " * 500) is None
    assert template.danish.fullmatch("a er b er c er d er e er f og slut her").groups() == tuple("abcdef")
    assert marked(many, "a er b er c er d er e er f er g og slut her") == "[a] [b] [c] [d] [e] [f er g]"


def test_what_somebody_did_is_english_whatever_they_are_called(english):
    """Danish letters in a name make no Danish sentence of what stands after it."""
    done = "bestilte et nyt brev i stedet: firmaet har flyttet"
    for name in ("Mette Kjærgård (mkj)", "Åse von Støvring Ægir (ava)", "mkj"):
        assert marked(english, f"{name} {done}") == f"[{name}] ordered a new letter instead: [firmaet har flyttet]"
    doubt = "Mette Kjærgård (mkj) bestilte det trods en betænkelighed (beskyttet adresse): spurgt"
    assert marked(english, doubt).startswith("[Mette Kjærgård (mkj)] ordered it despite a concern (protected address")
