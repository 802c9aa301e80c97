"""What goes together: the same answer in whatever order letters came, the true counts, and bounds that hold."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_bilag.bundles.suggestions import Sending, saving_of, suggested

SENDINGS = st.lists(
    st.builds(
        Sending,
        pieces=st.frozensets(st.sampled_from("abcdef"), min_size=2, max_size=5),
        month=st.sampled_from(["2026-10", "2026-11"]),
        sender=st.sampled_from(["", "1", "2", "3"]),
        letters=st.integers(1, 6),
    ),
    max_size=12,
)
SETS = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=4), max_size=2)


def letters(sendings, pieces):
    return sum(one.letters for one in sendings if pieces <= one.pieces)


def senders(sendings, pieces):
    """In the month in which most sent them."""
    months = {one.month for one in sendings}
    by_month = [{s.sender for s in sendings if s.month == m and s.sender and pieces <= s.pieces} for m in months]
    return max(map(len, by_month), default=0)


def every_set(sendings):
    pieces = sorted({piece for one in sendings for piece in one.pieces})
    return [frozenset(some) for size in range(2, len(pieces) + 1) for some in combinations(pieces, size)]


def test_a_set_that_is_sent_often_is_suggested():
    """With how often, and what would have been saved."""
    four = frozenset("abcd")
    sendings = [Sending(four, "2026-11", who, 40) for who in "12345"] + [Sending(four | {"x"}, "2026-11", "1", 12)]
    [found] = suggested(sendings)
    assert (found.pieces, found.letters, found.choices) == (four, 212, 636)
    assert saving_of(found, dict.fromkeys("abcd", (1000, 2)), 1_000_000).size == 848_000
    assert saving_of(found, {}, None).seconds is None


@given(st.data(), SENDINGS, SETS)
def test_the_order_does_not_matter(data, sendings, refused):
    """The same letters give the same suggestions in the same order."""
    shuffled = data.draw(st.permutations(sendings))
    assert suggested(shuffled, refused, least=3, users=2) == suggested(sendings, refused, least=3, users=2)


@given(SENDINGS)
def test_letters_told_apart_or_together_count_alike(sendings):
    """Ten letters of one kind are ten times one."""
    apart = [Sending(one.pieces, one.month, one.sender, 1) for one in sendings for _ in range(one.letters)]
    assert suggested(apart, least=3, users=2) == suggested(sendings, least=3, users=2)


@given(SENDINGS)
def test_counts_are_true_and_nothing_is_shown_of_too_few(sendings):
    """So many letters had them all, at least three; in one month at least two people sent them."""
    for found in suggested(sendings, least=3, users=2):
        assert len(found.pieces) >= 2
        assert found.letters == letters(sendings, found.pieces) >= 3
        assert senders(sendings, found.pieces) >= 2


@given(SENDINGS)
def test_the_first_saves_most_of_all_sets_there_are(sendings):
    """Held against every set that could be made of the pieces."""
    shown = [one for one in every_set(sendings) if letters(sendings, one) >= 3 and senders(sendings, one) >= 2]
    best = max(((len(one) - 1) * letters(sendings, one) for one in shown), default=None)
    found = suggested(sendings, least=3, users=2)
    assert (found[0].choices if found else None) == best


@given(SENDINGS, SETS, SETS)
def test_what_was_refused_stays_away(sendings, refused, there):
    """With its parts and with what it is part of; and no two suggestions are part of each other."""
    found = [one.pieces for one in suggested(sendings, refused, there, least=3, users=2)]
    assert not any(one <= other or other <= one for one in found for other in refused)
    assert not any(one <= other for one in found for other in there)
    assert not any(one <= other or other <= one for one, other in combinations(found, 2))


@pytest.mark.parametrize("users", [4, 5])
def test_five_people_are_needed_in_one_month(users):
    """Four in each of two months are not: nobody can tell whether they are the same."""
    pieces = frozenset("ab")
    two_months = [Sending(pieces, month, str(who), 50) for month in ("2026-10", "2026-11") for who in range(users)]
    assert bool(suggested(two_months)) is (users == 5)
    assert suggested([Sending(pieces, "2026-11", "", 500)]) == ()


def test_many_kinds_of_letters_are_looked_through_within_bounds():
    """Twenty thousand, all different, of two hundred attachments: it comes to an end."""
    pieces = [f"{number:03}" for number in range(200)]
    sendings = [
        Sending(frozenset(pieces[(seed * step) % 200] for step in range(1, 12)), "2026-11", str(seed % 9), 1 + seed % 3)
        for seed in range(20_000)
    ]
    before = time.process_time()
    found = suggested(sendings)
    assert time.process_time() - before < 60
    assert len(found) <= 10
