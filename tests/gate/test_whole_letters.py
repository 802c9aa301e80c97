"""What the letter is: its title, whether it is finished, and how many get it."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import wording
from esdh_connect.errors import PolicyError
from esdh_connect.gate import ALL, Numbers
from esdh_connect.gate.titles import people_in
from esdh_connect.ids import Kle
from esdh_connect.model import Case
from esdh_connect.policy import RULES

NUMBERS = {"recipients": 2, "kle": {"02": 3, "02.34": 1}, "kind": {"Høring": 4}}


@pytest.mark.parametrize(
    ("title", "raised"),
    [
        ("Afgørelse om carport", False),
        ("Afgørelse til Ane Prøve", False),
        ("Ane Prøves ansøgning", False),
        ("Afgørelse vedrørende Oliver Hansen", True),
        ("Underretning om Mohamed Ali Yilmaz", True),
        ("Lokalplan for Peter Bangs Vej 12", False),
        ("Ombygning af Karen Blixens Plads", False),
        ("Sankt Hans på Havnen", False),
        ("Sag 010190-1234", True),
        ("Vedr. 0101901234", True),
    ],
)
def test_a_title_tells_of_nobody_but_the_recipient(town, title, raised):
    """It is seen in notifications by whoever looks over a shoulder."""
    assert town.raised(title=title) == [("title_tells",) if raised else ()]


def test_a_number_in_the_title_is_never_repeated(town):
    """Not in the concern, nor in the error."""
    [row] = town.plan(title="Vedr. 010190-1234").rows
    assert "1234" not in row.concerns[0].text + wording.of(row.error)


def test_a_title_about_one_of_two_recipients_is_told_to_the_other(town):
    """Ane may see her own name, Bo may not."""
    ane, bo = town.person(), town.person("p2", "1503851111", "Bo Larsen")
    assert town.raised(ane, bo, title="Til Ane Prøve") == [(), ("title_tells",)]


@given(st.text(max_size=80))
def test_names_in_any_text(text):
    """Whatever it is: what is found stands in it, word for word."""
    assert all(word in text for name in people_in(text) for word in name.split())


DRAFTS = [
    {"name": "afgørelse-UDKAST.pdf"},
    {"name": "Udkast til afgørelse.pdf"},
    {"name": "brev_kladde_v2.pdf"},
    {"name": "draft.pdf"},
    {"kind": "Udkast"},
]


@pytest.mark.parametrize("how", DRAFTS)
def test_a_document_that_calls_itself_a_draft_does_not_leave(town, how):
    """By its name or by its type in the host."""
    assert town.raised(documents=[town.document(**how)]) == [("draft",)]


@pytest.mark.parametrize("name", ["afgørelse.pdf", "Draftsman.pdf", "kladdehæfte.pdf", "udkastning.pdf"])
def test_a_name_that_only_sounds_so_is_none(town, name):
    """The word stands for itself."""
    assert town.raised(documents=[town.document(name=name)]) == [()]


def test_somebody_may_be_heard_about_a_draft(town):
    """Then the draft is a bilag, and that it is one is the point; a letter that is one itself is stopped still."""
    bilag = town.document("bilag", name="Udkast til lokalplan.pdf")
    assert town.raised(documents=[town.document(), bilag]) == [("draft",)]
    assert town.raised(documents=[town.document(), bilag], title="Høring om lokalplan") == [()]
    assert town.raised(documents=[bilag], title="Høring om lokalplan") == [("draft",)]


@pytest.mark.parametrize("marked", ["UDKAST", "KLADDE", "DRAFT"])
def test_a_watermark_stops_it(town, marked):
    """Across the page, as word processors do it."""
    assert town.raised(documents=[town.letter("Kære Ane Prøve", marked=marked)]) == [("draft",)]


@pytest.mark.parametrize("line", ["UDKAST", "U D K A S T", "Udkast", "** KLADDE **"])
def test_a_heading_stops_it(town, line):
    """At the top, alone on its line."""
    assert town.raised(documents=[town.letter(line, "Kære Ane Prøve")]) == [("draft",)]


@pytest.mark.parametrize("line", ["Vi sender et udkast til dig senere.", "Udkast til lokalplan 12 er i høring"])
def test_a_letter_may_speak_of_drafts(town, line):
    """It is none for that."""
    assert town.raised(documents=[town.letter("Kære Ane Prøve", line)]) == [()]


def test_an_empty_field_for_a_signature_stops_the_letter_and_not_its_bilag(town):
    """A form that the citizen is to sign is a bilag."""
    unsigned, form = town.letter("Kære Ane Prøve", field=True), town.document("blanket", b"")
    assert town.raised(documents=[unsigned]) == [("draft",)]
    town.host.contents["blanket", "1"] = town.host.contents["brev", "1"]
    assert town.raised(documents=[town.letter("Kære Ane Prøve"), form]) == [()]


@pytest.mark.parametrize(
    ("kle", "kind", "most"),
    [
        (None, "", 2),
        ("27.00.00", "afgørelse", 2),
        ("02.00.01", "afgørelse", 3),
        ("02.34.02", "afgørelse", 1),
        ("02.34.02", "høring", 4),
    ],
)
def test_how_many_a_letter_may_have_goes_by_the_case_and_the_document(town, kle, kind, most):
    """What says most of it counts: the document's type, then the longest group, then the department's number."""
    town.policy = {"values": {"gate": NUMBERS}}
    case = Case("2026-17", "fake", kle=Kle(kle) if kle else None)
    people = [town.person(f"p{at}") for at in range(most + 1)]
    document = attrs.evolve(town.document(), kind=kind)
    assert town.raised(*people[:-1], documents=[document], case=case) == [()] * most
    assert town.raised(*people, documents=[document], case=case) == [("too_many_recipients",)] * (most + 1)


def test_ten_may_have_the_same_letter_where_nobody_has_said_otherwise(town):
    """More is a list that was taken for a few."""
    people = [town.person(f"p{at}") for at in range(11)]
    assert town.raised(*people[:10]) == [()] * 10
    assert {*town.raised(*people)} == {("too_many_recipients",)}


@pytest.mark.parametrize("wrong", [{"recipients": 0}, {"recipients": True}, {"kle": {"02": "3"}}, {"mange": 3}])
def test_numbers_that_are_none_are_refused_when_they_are_decided(town, wrong):
    """And not when somebody sends."""
    with pytest.raises(PolicyError):
        town.decide(values={"gate": wrong})
    town.policy = {"values": {"gate": wrong}}
    [row] = town.plan().rows
    assert "kan ikke bruges" in wording.of(row.error)


def test_a_rule_that_is_off_is_never_asked(town, monkeypatch):
    """By the policy that governs: each rule alone, all but one, and none."""
    asked = []
    for name in RULES:
        monkeypatch.setattr(
            "esdh_connect.gate.rules.ALL",
            {one: lambda seen, one=one: asked.append(one) or () for one in RULES},
        )
        for gate, expected in (([name], {name}), ([f"-{name}"], {*RULES} - {name}), ([], set())):
            asked.clear()
            town.policy = {"gate": gate}
            assert town.plan().is_clear
            assert {*asked} == expected


def test_every_rule_has_a_name_a_policy_knows_and_words(town):
    """And nothing else does."""
    assert tuple(ALL) == RULES
    assert all(wording.rule(name) != name for name in RULES)
    assert wording.rule("plugins_egen") == "plugins_egen"
    assert Numbers().recipients == 10


@pytest.mark.parametrize("gate", [["navn"], ["-name_mismatchs"], ["+dead", "draft"]])
def test_a_rule_there_is_not_cannot_be_switched(town, gate):
    """It is said at once, with what was meant."""
    with pytest.raises(PolicyError):
        town.decide(gate=gate)
