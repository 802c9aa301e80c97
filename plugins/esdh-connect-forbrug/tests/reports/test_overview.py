"""Statistics are sums of published cells: nothing is split, nothing counted twice."""

from hypothesis import given
from small_town import DEPARTMENTS, LAST, cell, cells_in, powers, source

from esdh_connect_forbrug.figures import Figures
from esdh_connect_forbrug.reports.causes import CAUSES
from esdh_connect_forbrug.reports.overview import By, overview
from esdh_connect_forbrug.reports.sheet import Level
from esdh_connect_forbrug.reports.survey import Survey


def named(sheet, first="department"):
    return {row.values[first]: row.values for row in sheet.rows}


@given(powers())
def test_every_row_is_a_sum_of_whole_cells_and_the_last_of_all(cells):
    """A unit's row has its own cells, a department's sum those of it and below it, and no cell is in two units."""
    tree = source(cells).tree
    rows = overview(source(cells, months=4), By.DEPARTMENT).rows

    own = [row for row in rows if row.level is Level.OWN]
    assert sum(row.values["letters"] for row in own) == sum(one.figures.letters for one in cells)
    for row in own:
        assert {"+".join(unit) for _, unit in cells_in(row.values["letters"], cells)} == {row.values["key"]}
    for row in rows:
        if row.level is Level.SUM:
            below = tree.below(row.values["key"])
            inside = {(one.month, one.departments) for one in cells if below >= set(one.departments)}
            assert cells_in(row.values["letters"], cells) == inside
    assert cells_in(rows[-1].values["letters"], cells) == {(one.month, one.departments) for one in cells}


@given(powers())
def test_months_add_up_to_the_same(cells):
    """And a month that has nothing to show has no figures, not zero."""
    rows = overview(source(cells, months=5), By.MONTH).rows

    assert [row.values["key"] for row in rows[:-1]] == [str(month) for month in LAST.later(-4).until(LAST)]
    assert "letters" not in rows[0].values
    assert sum(row.values.get("letters", 0) for row in rows[:-1]) == rows[-1].values["letters"]


def test_departments_that_were_merged_are_shown_together():
    """Under all their names, and never with a number of their own for that month."""
    rows = named(overview(source([cell(LAST, ("byg", "vej"), 40), cell(LAST.previous, "byg", 7)]), By.DEPARTMENT))

    assert rows["Byggesag og Vej (lagt sammen)"]["letters"] == 40
    assert rows["Byggesag"]["letters"] == 7
    assert rows["Teknik i alt"]["letters"] == rows["I alt"]["letters"] == 47
    assert "Vej" not in rows


def test_the_share_is_of_all_letters_also_those_of_the_old_way():
    """And a NemSMS is no letter."""
    sent = {"digital_post": 60, "fysisk_post": 20, "nemsms": 500}
    [row, _] = overview(source([cell(LAST, "kultur", sent=sent, printed=20)]), By.DEPARTMENT).rows

    assert (row.values["digital"], row.values["letters"], row.values["share"]) == (60, 100, 0.6)
    assert row.values["sent_nemsms"] == 500


def test_what_was_expected_stands_beside_what_was_sent():
    """For the months that have figures; where one of the merged has no expectation, there is none."""
    cells = [cell(LAST, "byg", 300, 100), cell(LAST.previous, "byg", 400), cell(LAST, ("vej", "teknik"), 9)]
    rows = named(overview(source(cells, expected={"byg": 200, "vej": 10}), By.DEPARTMENT))

    assert (rows["Byggesag"]["expected"], rows["Byggesag"]["of_expected"]) == (400, 2.0)
    assert "expected" not in rows["Teknik og Vej (lagt sammen)"]
    assert "expected" not in rows["I alt"]
    rows = named(overview(source([*cells[:2], cell(LAST, "vej", 9)], expected={"byg": 200, "vej": 10}), By.DEPARTMENT))
    assert rows["Teknik i alt"]["expected"] == rows["I alt"]["expected"] == 410


def test_channels_and_plugins_are_counted_with_their_share():
    """Most first; what was printed locally is there beside the channels."""
    cells = [cell(LAST, "byg", 60, 15, printed=25, plugins={"serviceplatformen": 75})]
    channels = overview(source(cells), By.CHANNEL).rows
    [plugin, total] = overview(source(cells), By.PLUGIN).rows

    assert [(row.values["channel"], row.values["count"]) for row in channels] == [
        ("Digital Post", 60), ("Printet lokalt", 25), ("Fysisk Post", 15), ("I alt", 100),
    ]  # fmt: skip
    assert (plugin.values["plugin"], plugin.values["share"]) == ("serviceplatformen", 1.0)
    assert total.values["count"] == 75


def test_most_used_and_fastest_growing_are_departments_in_their_usual_unit():
    """One month together with others makes nobody a winner, and who does not grow is not told to."""
    months = [LAST.later(-at) for at in range(6)]
    cells = [cell(one, "byg", 100 if one > LAST.later(-3) else 50) for one in months]
    cells += [cell(one, "kultur", 300 - at) for at, one in enumerate(reversed(months[1:]))]
    cells += [cell(LAST, ("kultur", "vej"), 9999)]
    survey = Survey(source(cells), By.DEPARTMENT)
    sheets = {sheet.key: sheet for sheet in survey.sheets}

    assert list(named(sheets["most_used"], "name")) == ["Kultur", "Byggesag"]
    assert {name: row["growth"] for name, row in named(sheets["fastest_growing"], "name").items()} == {"Byggesag": 1.0}


def test_failures_are_told_by_cause_and_an_unknown_cause_by_its_code():
    """The most frequent first."""
    failed = {"certificate": 3, "strange_thing": 1}
    sheets = {one.key: one for one in Survey(source([cell(LAST, "byg", 50, failed=failed)]), By.MONTH).sheets}

    assert list(named(sheets["failures"], "cause")) == ["Certifikatet", "Strange thing"]
    assert len({one.name for one in CAUSES.values()}) == len(CAUSES)


def test_a_department_that_is_gone_is_called_by_its_id():
    """Its letters were sent all the same."""
    [row, _] = overview(source([cell(LAST, "nedlagt", 5)]), By.DEPARTMENT).rows
    assert row.values["department"] == "nedlagt"


def test_nothing_at_all_is_shown_as_nothing():
    """No division by zero, no empty winners."""
    survey = Survey(source([]), By.DEPARTMENT)

    assert [row.values["letters"] for row in survey.sheet.rows] == [0]
    assert len(survey.sheets) == 1
    assert "Ingen tal for november 2025 – oktober 2026:" in survey.notes[-1].replace("\xa0", " ")
    assert len(DEPARTMENTS) == 4
    assert not Figures()
