"""The page of a department shows what is wholly its own, and tells what is not."""

from hypothesis import given
from hypothesis import strategies as st
from small_town import DEPARTMENTS, LAST, between, cell, cells_in, powers, source

from esdh_connect_forbrug.reports.advice import RULES, Seen, advice
from esdh_connect_forbrug.reports.meeting import meeting
from esdh_connect_forbrug.reports.overview import By, overview
from esdh_connect_forbrug.reports.page import page
from esdh_connect_forbrug.reports.standing import growth


@given(powers(), st.sampled_from([one.id for one in DEPARTMENTS]))
def test_every_number_of_the_page_is_a_sum_of_whole_cells_of_its_departments(cells, department):
    """None of it can be taken apart to what was merged with others."""
    made = page(source(cells, months=4), department)

    numbers = [made.total.letters, *(point.measures.letters for point in made.trend if point.measures)]
    for number in numbers:
        within = {name for _, unit in cells_in(number, cells) for name in unit}
        assert within <= made.departments
    known = [point for point in made.trend if point.measures]
    assert all({month for month, _ in cells_in(one.measures.letters, cells)} == {one.month} for one in known)
    assert sum(numbers[1:]) == numbers[0]
    for peer in made.peers:
        assert {name for one in peer.cells for name in one.departments} <= peer.departments


def test_a_month_together_with_others_is_told_and_not_counted():
    """The rest of the year is the department's own."""
    cells = [cell(LAST.later(-at), "byg", 100) for at in range(11) if at != 3]
    cells += [cell(LAST.later(-3), ("byg", "vej"), 40)]
    made = page(source(cells), "byg")

    assert (made.name, made.total.letters, made.total.months) == ("Byggesag", 1000, 10)
    [gap] = [point for point in made.trend if point.apart]
    assert (gap.month, gap.measures, gap.apart.told) == (LAST.later(-3), None, "Byggesag (lagt sammen med Vej)")
    told = meeting(made).replace("\N{NO-BREAK SPACE}", " ")
    assert "Ikke med her, for der var for få aktive brugere: juli 2026 Byggesag (lagt sammen med Vej)." in told


@given(powers())
def test_a_department_has_the_same_letters_on_every_page(cells):
    """Its own page and the rows of all departments are sums of the same cells: also where some of it is apart."""
    rows = {}
    for row in overview(source(cells, months=4), By.DEPARTMENT).rows:
        rows.setdefault(row.values["key"], row.values["letters"])  # a sum stands before what it is a sum of
    for department in ("teknik", "byg", "vej", "kultur"):
        made = page(source(cells, months=4), department)
        if department in rows and made.departments == source(cells).tree.below(department):
            assert made.total.letters == rows[department]


@given(powers(), st.sampled_from([one.id for one in DEPARTMENTS]), st.integers(0, 3), st.integers(0, 3))
def test_a_month_has_the_same_figures_whatever_months_it_is_looked_at_among(cells, department, one, other):
    """By itself, as one of several, and in a year: with the same departments in it, and the same apart."""
    first, last = LAST.later(-max(one, other)), LAST.later(-min(one, other))
    some, year = page(between(cells, first, last), department), page(between(cells, LAST.later(-11), LAST), department)

    assert some.departments == year.departments
    assert some.name == year.name
    whole = {point.month: point for point in year.trend}
    assert all(point == whole[point.month] for point in some.trend if first <= point.month)
    alone = page(between(cells, last, last), department)
    assert alone.total == (whole[last].measures or alone.total)
    assert whole[last].measures or not alone.total.letters


def test_one_month_together_with_others_gives_nobody_their_figures():
    """Looked at alone it is most months there are: the page was of four departments then, and of one in a year."""
    cells = [cell(LAST.later(-at), "byg", 100) for at in range(1, 6)]
    cells += [cell(LAST, ("byg", "kultur"), 800), cell(LAST, "vej", 9)]
    made = page(between(cells, LAST, LAST), "teknik")

    assert (made.name, made.total.letters) == ("Teknik med underafdelinger", 9)
    assert made.trend[-1].apart.told == "Byggesag (lagt sammen med Kultur)"


def test_a_part_that_is_apart_takes_nothing_else_with_it():
    """What the rest of the department did that month counts, and the month does not stand for how it goes."""
    cells = [cell(LAST.later(-at), "byg", 100) for at in range(3)]
    cells += [cell(LAST.later(-1), "vej", 7), cell(LAST, ("vej", "kultur"), 9)]
    made = page(source(cells), "teknik")

    assert (made.total.letters, made.total.months) == (307, 3)
    assert made.trend[-1].apart.told == "Vej (lagt sammen med Kultur)"
    assert made.trend[-1].measures.letters == 100
    assert made.latest.month == LAST.later(-1)


def test_a_department_that_is_mostly_merged_has_a_page_together_with_the_others():
    """Under all their names; a month in which both were alone is the same two together."""
    cells = [cell(LAST.later(-at), ("byg", "vej"), 30) for at in range(5)]
    cells += [cell(LAST.later(-5), "byg", 20), cell(LAST.later(-5), "vej", 15)]
    made = page(source(cells), "vej")

    assert (made.name, made.total.letters) == ("Byggesag og Vej (lagt sammen)", 185)


def test_a_department_with_others_below_it_has_theirs_too():
    """And is compared with those beside it."""
    cells = [cell(LAST, "teknik", 10), cell(LAST, "byg", 90), cell(LAST, "kultur", 20, 80)]
    made = page(source(cells), "teknik")

    assert (made.name, made.total.letters) == ("Teknik med underafdelinger", 100)
    assert [(peer.name, peer.measures.letters) for peer in made.peers] == [("Teknik", 100), ("Kultur", 100)]
    assert {(one.what, one.number, one.of) for one in made.places} >= {("andel digitalt", 1, 2)}


def test_equal_ones_share_a_place_and_too_few_letters_are_not_compared():
    """Nobody is last by chance, or by ten letters."""
    cells = [cell(LAST, "byg", 100), cell(LAST, "vej", 100), cell(LAST, "kultur", 0, 10)]
    places = {one.what: (one.number, one.of) for one in page(source(cells), "vej").places}

    assert places["andel digitalt"] == places["digitale breve om måneden"] == (1, 2)


def test_growth_needs_two_months_on_each_side_and_some_letters():
    """Else it is not told."""
    scale = source([]).scale
    steady = [cell(LAST.later(-at), "byg", 40 if at < 3 else 20) for at in range(6)]

    assert growth(steady, scale, LAST) == 1.0
    assert growth(steady[:4], scale, LAST) is None
    assert growth([cell(LAST.later(-at), "byg", 5) for at in range(6)], scale, LAST) is None


def test_what_was_expected_is_told_for_the_months_that_have_figures():
    """A department that began in August is not held to what was expected in January."""
    made = page(source([cell(LAST.later(-at), "byg", 150) for at in range(3)], expected={"byg": 100}), "byg")

    assert (made.hope.expected, made.hope.actual, made.hope.share) == (300, 450, 1.5)


def test_a_page_without_figures_does_not_say_that_nobody_has_begun():
    """They may have, this month or as four: what is not known is not told, and what is advised suits both."""
    made = page(source([cell(LAST, "kultur", 40)]), "byg")
    text = meeting(made, running="November 2026 er i gang")

    assert made.advice.rule == "ukendt"
    assert "Der er ingen tal at vise her endnu" in text
    assert "ikke begyndt" not in text


def test_the_page_of_a_first_month_begins_when_the_organisation_did():
    """Six months are drawn at least, and no year of nothing."""
    first = page(source([cell(LAST, "byg", 40)]), "byg")
    later = page(source([cell(LAST.later(-8), "kultur", 40), cell(LAST, "byg", 40)]), "byg")

    assert (first.first, len(first.trend), first.total.months) == (LAST.later(-5), 6, 1)
    assert (later.first, len(later.trend)) == (LAST.later(-8), 9)


def seen(*, more=None, **of):
    return Seen(source([]).scale.of([cell(LAST, "byg", **of)]), more)


SEEN = {
    "ukendt": Seen(source([]).scale.of([])),
    "begynd": seen(opened=9),
    "fejl": seen(digital=100, failed={"recipient": 4, "network": 1}),
    "åbnet": seen(digital=100, opened=140, unused=40),
    "printet": seen(digital=80, printed=20),
    "papir": seen(digital=60, paper=40),
    "bilag": seen(digital=50, documents=100, files=100),
    "langsomt": seen(digital=50, took=source([]).scale.of([]).figures.took.of([LAST.ends - LAST.begins] * 9)),
    "fortrudt": seen(digital=100, cancelled=5),
    "vækst": seen(digital=100, more=0.25),
    "godt": seen(digital=100, more=0.2),
}


def test_each_rule_has_a_case_in_which_it_speaks():
    """With nothing left to fill in, and never of a person."""
    assert {name: advice(what).rule for name, what in SEEN.items()} == {rule.name: rule.name for rule in RULES}
    for what in SEEN.values():
        text = advice(what).text
        assert text.endswith((".", "?"))
        assert not set("{}") & set(text)
        assert "medarbejder" not in text


def test_the_reason_most_letters_failed_for_is_the_one_that_is_told():
    """With what helps against that."""
    text = advice(SEEN["fejl"]).text.replace("\xa0", " ")

    assert text.startswith("5 breve af 100 nåede ikke frem, oftest fordi modtageren ikke kunne findes")


def test_of_few_letters_no_share_is_told():
    """Two of ten printed letters are no habit."""
    assert advice(seen(digital=8, printed=2)).rule == "godt"
