"""Preflight finds what is wrong with a file, says it in Danish, and repairs what it can."""

import re
from pathlib import Path

import pytest
from hostile.files import escaped_javascript
from hostile.writing import PAGE, pdf, stream
from preflight.examples import EXAMPLES, PERFECT, damaged, drawn, encrypted, sized

from esdh_connect.dispatch import Owner
from esdh_connect_bilag.engine import COPIED, Declined, Part, Reason, Removed, Style, merge, open_pdf
from esdh_connect_bilag.preflight import (
    Finding,
    Flaw,
    Paper,
    Report,
    Weight,
    Zone,
    declined_as,
    placed_as,
    preflight,
    text,
)
from esdh_connect_bilag.preflight.document import REMOVALS
from esdh_connect_bilag.repair import REPAIRS, Mending

PAPER = Paper(address=Zone(20, 40, 110, 80), codes=(Zone(0, 100, 8, 200),))
DOCUMENTATION = Path(__file__).parents[4] / "docs" / "bilag.md"


def looked_at(content: bytes, flaw: Flaw | None = None) -> Report:
    repair = (Mending("no_such_library"),) if flaw is Flaw.UNREPAIRED else REPAIRS
    return preflight(content, repair=repair, paper=PAPER, is_letter=True)


def flaws(report: Report) -> set[Flaw]:
    return {finding.flaw for finding in report.findings}


@pytest.mark.parametrize("flaw", Flaw)
def test_each_flaw_has_an_example_that_has_it_and_a_text_and_an_owner(flaw: Flaw) -> None:
    """The text is Danish in whole sentences, and says who acts where it is not the caseworker."""
    report = looked_at(EXAMPLES[flaw](), flaw)
    (finding, *_) = [finding for finding in report.findings if finding.flaw is flaw]
    said = text(finding)
    assert said[0].isupper() or said[0].isdigit()
    assert said.endswith((".", "?"))
    assert "None" not in said
    assert finding.owner in {Owner.CASEWORKER, Owner.ADMINISTRATOR}
    assert report.stops == (flaw.weight is Weight.STOPS)


def test_ids_stay_what_they_are() -> None:
    """They are stored and counted: a new one may come, an old one never goes or means something else."""
    assert [flaw.value for flaw in Flaw] == [flaw.name.lower() for flaw in Flaw]


def test_nothing_is_found_in_a_perfect_file() -> None:
    """Who does everything right sees nothing of preflight."""
    assert looked_at(PERFECT) == Report("application/pdf", PERFECT, 1, ())


def test_every_code_of_what_the_engine_takes_out_is_told_as_something() -> None:
    """The plan says what will be missing, whatever it is."""
    assert {*Removed} == REMOVALS.keys()


def test_javascript_is_found_however_its_name_is_spelt() -> None:
    """A name may be written with escapes: `/J#53` is `/JS`."""
    assert Flaw.SCRIPTS in flaws(preflight(escaped_javascript()))


def test_a_repaired_file_goes_on_and_tells_its_pages_before_and_after() -> None:
    """What goes on opens; the caseworker is asked to look at it."""
    report = looked_at(damaged())
    assert report.content is not None
    assert len(open_pdf(report.content).pages) == 1
    assert report.way == "pikepdf"
    (finding,) = [finding for finding in report.findings if finding.flaw is Flaw.REPAIRED]
    assert (finding.before, finding.after) == (1, 1)


def test_a_repair_that_loses_pages_stops_the_letter() -> None:
    """A repair drops what it cannot read without a word: the file's own count of its pages tells."""
    report = looked_at(damaged(pages=7))
    assert report.stops
    (finding,) = [finding for finding in report.findings if finding.flaw is Flaw.PAGES_LOST]
    assert text(finding) == (
        "Filen er beskadiget: den skulle have 7 sider, og kun 1 kunne reddes. Bed om en ny udgave."
    )


def test_a_file_that_nobody_may_repair_here_is_the_administrators() -> None:
    """The file may be all right: it is the installation that lacks something."""
    report = preflight(encrypted(), repair=(Mending("no_such_library"),))
    (finding,) = report.findings
    assert (finding.flaw, finding.owner) == (Flaw.UNREPAIRED, Owner.ADMINISTRATOR)


def test_a_signed_file_goes_apart_and_as_it_came() -> None:
    """Not one byte of it may change."""
    content = EXAMPLES[Flaw.SIGNED]()
    report = looked_at(content)
    assert report.apart
    assert not report.stops
    assert (report.content, report.way) == (content, COPIED)


def test_nothing_is_said_to_be_taken_out_of_a_signed_file() -> None:
    """Because nothing is; that something in it may run is told instead."""
    report = looked_at(EXAMPLES[Flaw.ACTS_AND_SIGNED]())
    assert {finding.weight for finding in report.findings} == {Weight.APART, Weight.NOTED}


def test_a_field_that_waits_for_a_signature_is_no_signature() -> None:
    """Forms have such fields for the citizen to sign in."""
    content = EXAMPLES[Flaw.SIGNED]().replace(b"/V 7 0 R", b"/Q 1     ")
    assert not looked_at(content).apart


@pytest.mark.parametrize(
    ("rotate", "text_at"),
    [(0, b"60 680"), (90, b"162 60"), (180, b"535 162"), (270, b"680 535")],
)
def test_zones_are_where_they_are_on_paper_however_the_page_is_turned(rotate: int, text_at: bytes) -> None:
    """The sheet is seen as it is printed: the same corner, wherever the file has its origin."""
    box = b"[0 0 595 842]" if rotate % 180 == 0 else b"[0 0 842 595]"
    content = drawn(b"%b m %b l S" % (text_at, text_at), b"/Rotate %d" % rotate).replace(b"[0 0 595 842]", box)
    assert Flaw.IN_ADDRESS_ZONE in flaws(looked_at(content))


@pytest.mark.parametrize(
    "content",
    [
        b"1 g 0 0 595 842 re f",
        b"0 0 0 0 k 0 0 595 842 re f",
        b"60 680 m 200 680 l n",
        b"q 1 0 0 1 300 0 cm BT /F 10 Tf 60 680 Td (x) Tj ET Q",
        b"BT /F 10 Tf 60 680 Td () Tj ET",
    ],
    ids=["white", "no ink", "a clip", "moved away", "no text"],
)
def test_what_shows_nothing_in_a_zone_is_not_in_it(content: bytes) -> None:
    """White behind a page, clips and empty lines are no marks on the paper."""
    assert not {Flaw.IN_ADDRESS_ZONE, Flaw.IN_CODE_ZONE} & flaws(looked_at(drawn(content)))


def test_a_picture_and_a_form_in_a_zone_are_in_it() -> None:
    """A logo or a scanned page is drawn by name; what a form draws is where the form is put."""
    resources = b"/Resources << /XObject << /I 5 0 R /F 6 0 R >> >>"
    for content in (b"q 90 0 0 60 60 660 cm /I Do Q", b"q 1 0 0 1 60 680 cm /F Do Q"):
        made = pdf(
            {
                3: PAGE.replace(b"/Resources << >>", resources),
                4: stream(content),
                5: stream(b"\0", b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"),
                6: stream(b"0 0 9 9 re f", b"/Subtype /Form /BBox [0 0 9 9]"),
            }
        )
        assert Flaw.IN_ADDRESS_ZONE in flaws(looked_at(made))


def test_the_address_zone_is_of_the_letter_alone() -> None:
    """A bilag has no window before it."""
    content = EXAMPLES[Flaw.IN_ADDRESS_ZONE]()
    assert Flaw.IN_ADDRESS_ZONE not in flaws(preflight(content, paper=PAPER))


def test_paper_is_not_looked_at_for_a_digital_letter() -> None:
    """Nobody prints it."""
    assert Flaw.NOT_A4 not in flaws(preflight(sized(b"[0 0 100 100]")))


@pytest.mark.parametrize("reason", Reason)
def test_whatever_the_merge_declines_is_a_finding_that_stops(reason: Reason) -> None:
    """What preflight did not see, the merge may: the caseworker reads the same kind of text."""
    assert declined_as(Declined(reason, "")).weight is Weight.STOPS


@pytest.mark.parametrize("flaw", [flaw for flaw in Flaw if flaw.weight is Weight.CHANGED and flaw in REMOVALS.values()])
def test_what_is_announced_is_what_is_taken_out(flaw: Flaw) -> None:
    """Preflight says what the merge will do, and the merge what it has done: the same."""
    content = EXAMPLES[flaw]()
    merged = merge([Part("Brev", PERFECT), Part("Bilag", content)], Style("Brev"))
    announced = {it for it in flaws(preflight(content)) if it.weight is Weight.CHANGED}
    assert {it.flaw for it in placed_as(merged.placed[1])} == announced == {flaw}


def documented() -> list[str]:
    weights = {Weight.STOPS: "stopper", Weight.APART: "for sig", Weight.CHANGED: "ændres", Weight.NOTED: "nævnes"}
    owners = {Owner.CASEWORKER: "sagsbehandleren", Owner.ADMINISTRATOR: "administratoren"}
    names = {Flaw.NOT_PDF: "image/jpeg", Flaw.TWO_TYPES: "application/zip", Flaw.FONTS_MISSING: "Arial"}
    return [
        f"| `{flaw.value}` | {weights[flaw.weight]} | {owners[flaw.owner]} | {text(example)} |"
        for flaw in Flaw
        for example in [
            Finding(
                flaw,
                pages=(2,),
                count=1,
                names=(names.get(flaw, "Udkast"),),
                before=7,
                after=7 - 2 * (flaw is Flaw.PAGES_LOST),
            )
        ]
    ]


def test_the_documentation_lists_every_flaw() -> None:
    """With what it means for the letter, who acts, and the text as the caseworker reads it."""
    rows = [
        line
        for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| `\w+` \| (stopper|for sig|ændres|nævnes) \|", line)
    ]
    assert rows == documented()


def test_many_pages_are_not_all_named() -> None:
    """A text is read by a person."""
    said = text(Finding(Flaw.NOT_A4, pages=tuple(range(1, 31))))
    assert said.startswith("Papiret på 30 sider (1, 2, 3, 4, 5 …) er ikke A4.")


def test_no_cpr_number_comes_out_of_a_name() -> None:
    """A layer may be called anything."""
    assert "010190" not in text(Finding(Flaw.HIDDEN_LAYERS, names=("010190-1234",)))


def test_a_long_normal_file_has_nothing_wrong_with_it() -> None:
    """185 pages and a megabyte; what that takes is measured with the benchmarks."""
    pages = {10 + at: PAGE.replace(b"4 0 R", b"%d 0 R" % (1000 + at)) for at in range(185)}
    contents = {1000 + at: stream(bytes(5600)) for at in range(185)}
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    content = pdf({2: b"<< /Type /Pages /Kids [%b] /Count 185 >>" % kids, **pages, **contents})
    assert preflight(content).pages == 185
