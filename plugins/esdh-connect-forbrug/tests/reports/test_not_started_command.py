"""``esdh-connect stats not-started``, ``reason`` and ``users``, as a consultant types them."""

from datetime import UTC, date, datetime, timedelta

TODAY = datetime.now(UTC).date()


def answered(town_hall, *words):
    return town_hall.run("stats", "reason", "kultur", *words, "--by", "Mette Kontakt")


def test_who_has_not_started_is_told_with_the_reason_they_gave(town_hall):
    """And with what is to happen, by whom and when."""
    before = town_hall.run("stats", "not-started")
    step = ("--next", "Konsulenten ringer", "--owner", "Jens", "--due", str(TODAY + timedelta(days=7)))
    done = answered(town_hall, "--reason", "startup", "--hurdle", "templates", "--note", "Mangler et brevhoved", *step)
    after = town_hall.run("stats", "not-started")

    assert before.text.splitlines() == [
        "Kultur og Fritid (kultur) har ikke sendt noget i 30 arbejdsdage.",
        "    Årsag: Ikke oplyst",
        "Bibliotek (bibliotek) har ikke sendt noget i 30 arbejdsdage.",
        "    Årsag: Ikke oplyst",
    ]
    assert (done.code, done.err) == (0, "Noteret: Opstartsvanskeligheder: skabeloner.\n")
    assert "    Årsag: Opstartsvanskeligheder: skabeloner (Mette Kontakt) – Mangler et brevhoved\n" in after.text
    assert "    Næste skridt: Konsulenten ringer (Jens, " in after.text


def test_no_need_leaves_the_list_and_stands_under_all(town_hall):
    """So that nobody counts it as something that is missing."""
    answered(town_hall, "--reason", "no-need")

    assert "Kultur" not in town_hall.run("stats", "not-started").text
    assert "Årsag: Intet behov i jobfunktionen (Mette Kontakt)" in town_hall.run("stats", "not-started", "--all").text
    found = town_hall.run("stats", "not-started", "--all", "--json").json
    assert date.fromisoformat(found["made_up"]).weekday() == 0
    assert [one["department"] for one in found["departments"]] == ["bibliotek"]
    assert [(one["department"], one["answer"]["reason"]) for one in found["excused"]] == [("kultur", "no-need")]


def test_an_answer_that_cannot_be_is_refused(town_hall):
    """In words that say what is missing, and that nothing was changed."""
    later = answered(town_hall, "--reason", "later")
    half = answered(town_hall, "--reason", "other", "--next", "Ringe")
    number = answered(town_hall, "--reason", "other", "--note", "Ane 0101 90 1234")
    gone = answered(town_hall, "--reason", "later", "--until", str(TODAY))

    assert (later.code, "den dag, det er planlagt til" in later.err) == (1, True)
    assert (half.code, "--next, --owner og --due" in half.err) == (2, True)
    assert number.code == 2
    assert number.err.startswith("Der er ikke noteret noget: --note indeholder noget, der ligner et CPR-nummer")
    assert number.err.endswith("Skriv det uden nummeret\n")
    assert "90 1234" not in number.err
    assert (gone.code, "er ikke senere: skriv en dag, der kommer" in gone.err) == (1, True)


def test_users_are_looked_at_only_where_staff_was_told(town_hall):
    """Off, it says so; on, it says from when; off again, all of it is gone."""
    (town_hall.path / "brugere.txt").write_text("ane\nbo\n", encoding="utf-8")
    listed = ("stats", "not-started", "--roster", "brugere.txt")

    assert "»esdh-connect stats users on« slår det til" in town_hall.run(*listed).err
    assert "skal have det at vide" in town_hall.run("stats", "users", "on", "--told", "2999-01-01").err
    assert "Listen kan bruges fra " in town_hall.run("stats", "users", "on", "--told", str(TODAY)).err
    waiting = town_hall.run(*listed)
    assert (waiting.code, "kan ses fra" in waiting.err, "ane" in waiting.text) == (0, True, False)
    assert "alt om brugere er slettet" in town_hall.run("stats", "users", "off").err
    assert "Det var ikke slået til" in town_hall.run("stats", "users", "off").err
