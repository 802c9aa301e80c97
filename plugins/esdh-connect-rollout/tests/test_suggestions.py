"""Who comes first, and why: the same facts give the same order, and what is not known is never a zero."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.suggestions.ranking import CRITERIA, Facts, ranked
from esdh_connect_rollout.suggestions.reasons import reason
from esdh_connect_rollout.suggestions.weights import CLEAN, Weights

#: What each fact is where it is worst.
WORST = {
    "letters": 0,
    "addressable": 0.0,
    "attachments": 0.0,
    "recurring": 0.0,
    "document_types": frozenset({"dwg"}),
    "contact": "",
}
shares = st.none() | st.floats(0, 1)
known_types = st.none() | st.frozensets(st.sampled_from(["pdf", "docx", "dwg", "msg"]), min_size=1)
profile = st.builds(
    Profile,
    department=st.just(""),
    letters=st.none() | st.integers(0, 5000),
    addressable=shares,
    attachments=st.none() | st.floats(0, 20),
    recurring=shares,
    document_types=known_types,
    contact=st.none() | st.sampled_from(["", "Eva"]),
)
findings = st.none() | st.lists(st.just("certifikat"), max_size=3).map(tuple)
facts = st.lists(st.builds(Facts, profile, findings), min_size=1, max_size=8).map(
    lambda found: [
        attrs.evolve(one, profile=attrs.evolve(one.profile, department=f"d{at}")) for at, one in enumerate(found)
    ]
)
weights = st.builds(Weights, **{one.name: st.floats(0, 10) for one in attrs.fields(Weights)})


def order(places):
    return [place.department for place in places]


def rank_of(department, places):
    return next(place.rank for place in places if place.department == department)


@given(facts, weights, st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_order(known, given_weights, chance):
    """However they are handed in."""
    shuffled = list(known)
    chance.shuffle(shuffled)
    assert ranked(shuffled, given_weights) == ranked(known, given_weights)


@given(facts, weights)
def test_everyone_has_a_place_and_a_reason(known, given_weights):
    """From the first to the last, in a sentence."""
    places = ranked(known, given_weights)
    assert [place.rank for place in places] == list(range(1, len(known) + 1))
    assert sorted(order(places)) == sorted(one.department for one in known)
    scores = [place.score for place in places]
    assert scores == sorted(scores, reverse=True)
    for place in places:
        assert 0 <= place.score <= 1
        said = reason(place)
        assert said[0].isupper()
        assert said.endswith(".")
        assert ("Ikke oplyst" in said) == bool(place.missing)


@given(facts, st.sampled_from(sorted(WORST)), weights)
def test_a_missing_fact_never_counts_as_the_worst(known, fact, given_weights):
    """Whoever has told nothing stands no further back than if the worst had been told."""
    first, *others = known
    unknown = attrs.evolve(first, profile=attrs.evolve(first.profile, **{fact: None}))
    worst = attrs.evolve(first, profile=attrs.evolve(first.profile, **{fact: WORST[fact]}))
    place, last = (
        next(one for one in ranked([it, *others], given_weights) if one.department == first.department)
        for it in (unknown, worst)
    )
    assert place.rank <= last.rank
    assert place.score >= last.score - 1e-9


@given(facts, weights)
def test_what_is_known_of_nobody_changes_nothing(known, given_weights):
    """It is left out for all, and said to be missing."""
    nobody = [attrs.evolve(one, findings=None) for one in known]
    places = ranked(nobody, given_weights)
    assert order(places) == order(ranked(nobody, attrs.evolve(given_weights, findings=0)))
    assert all("findings" in place.missing for place in places)


@given(facts, weights)
def test_more_of_something_good_never_costs_a_place(known, given_weights):
    """More letters, all else equal."""
    first, *others = known
    letters = first.profile.letters or 0
    fewer, more = (
        attrs.evolve(first, profile=attrs.evolve(first.profile, letters=many)) for many in (letters, letters + 50)
    )
    before, after = (rank_of(first.department, ranked([it, *others], given_weights)) for it in (fewer, more))
    assert after <= before


def test_a_reason_reads_as_somebody_would_say_it():
    """What speaks for it, what against, and what nobody has told."""
    borger = Profile("borger", 420, 0.98, 0.6, 0.8, frozenset({"docx", "pdf"}), contact="Ane")
    byg = Profile("byg", 210, 0.7, 5.0, 0.5, frozenset({"docx", "dwg"}), contact="")
    kultur = Profile("kultur", 35)
    places = ranked([Facts(borger, ()), Facts(byg, ("certifikat", "klokken")), Facts(kultur)], Weights())
    assert {place.department: reason(place) for place in places} == {
        "borger": "For taler, at den sender 420 breve om måneden, doctor intet har fundet, og at der er en "
        "kontaktperson; imod taler, at 0,5 bilag i hvert brev går igen.",
        "kultur": "Imod taler, at den sender 35 breve om måneden. Ikke oplyst: modtagernes numre, bilag, der går igen, "
        "dokumenttyper, doctor og kontaktperson.",
        "byg": "For taler, at den sender 210 breve om måneden, og at 2,5 bilag i hvert brev går igen; imod taler, at "
        "doctor har 2 fund, der ingen kontaktperson er, og at 1 af 2 dokumenttyper bliver til PDF uden videre.",
    }
    assert order(places) == ["borger", "kultur", "byg"]


def test_nothing_known_is_said_plainly():
    """And two that are alike are told so."""
    [place] = ranked([Facts(Profile("a"))], Weights())
    assert reason(place).startswith("Der er intet oplyst om afdelingen")
    first, _ = ranked([Facts(Profile("b", 10)), Facts(Profile("a", 10))], Weights())
    assert (first.department, reason(first).split(".")[0]) == ("a", "Den er som de andre i det, der er oplyst")


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_a_weight_is_a_number_from_zero_up(value):
    """Anything else is a mistake in the settings."""
    with pytest.raises(ValueError, match="letters"):
        Weights(letters=value)


def test_every_weight_is_a_criterion():
    """And each can be told."""
    assert [one.name for one in attrs.fields(Weights)] == list(CRITERIA)
    assert "dwg" not in CLEAN
