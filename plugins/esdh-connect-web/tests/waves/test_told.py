"""What the pages of waves say before something is done, and after: the day, who, what stays, and what is final."""

from datetime import timedelta

from administering import CLARA, FIRST, KAJ, PER, WHAT, at_desk, at_wave, decide

from esdh_connect_rollout import State

ANYWAY = {"anyway": "yes", "why": "vi er klar"}


def pressed(desk, do, **said):
    """Press what does that on the page of a wave."""
    forms = desk.answer.text.count('action="/waves/note"')
    at = next(n for n in range(forms) if desk.held("/waves/note", n)["do"] == [do])
    return desk.press("/waves/note", at, **said)


def test_who_is_kept_from_a_wave_is_named_before_it_starts(hall, waves):
    """With what is decided of them; who is to move gets what the move promised, and that is said too."""
    decide(hall, {}, "bibliotek", parent="kultur")
    decide(hall, {}, "musik", parent="kultur")
    decide(hall, {"plugins": ["+titles", "+rollout"]}, "teknik")
    decide(hall, {"parent": "teknik"}, "musik", days=5)
    main = at_wave(hall).press("/waves/move", kind="started").main
    assert "»bibliotek« under den er ikke i bølgen." in main
    assert "får straks sin egen beslutning: plugins: titles fra, rollout fra." in main
    assert "musik (ikke med i bølgen)" in main
    assert "Den beslutning bliver ikke ændret" in main


def test_the_heading_and_the_button_say_the_day_that_counts(hall, waves):
    """Another day than the planned one is theirs, too; today is no day ahead."""
    waves.change(FIRST, starts=hall.clock() + timedelta(days=10), by="eva")
    desk = at_wave(hall).press("/waves/move", kind="started")
    assert desk.main.count("Lad den begynde 3. december 2026") == 2
    desk.press("/waves/move", **ANYWAY, since="2026-11-30")
    assert desk.main.count("Lad den begynde 30. november 2026") == 2
    desk.press("/waves/move", since="2026-11-23")
    assert "Det gælder med det samme" in desk.main
    assert "Lad den begynde" not in desk.text
    assert desk.main.count("Sæt den i gang") == 2
    desk.press("/waves/move", since="2020-01-01")
    assert "Den begynder af sig selv den 3. december 2026" in desk.main
    assert waves.show(FIRST).state(hall.clock()) is State.PLANNED


def test_the_day_a_wave_is_moved_to_is_named(hall, waves):
    """Beside the one it was planned for."""
    desk = at_wave(hall).press("/waves/move", kind="changed")
    desk.press("/waves/move", why="certifikatet er ikke kommet", since="2026-12-20")
    assert "Den bliver planlagt til 20. december 2026 i stedet for 23. november 2026." in desk.main
    assert desk.main.count("Flyt den til 20. december 2026") == 2


def test_before_a_wave_is_finished_the_page_says_that_it_is_final(hall, waves):
    """And who has not begun, and what is not ticked."""
    waves.start(FIRST, by="eva")
    waves.halfway(FIRST, by="eva", why="nu")
    main = at_wave(hall).press("/waves/move", kind="finished").main
    assert "Det er endeligt: bølgen kan bagefter ikke åbnes igen, sættes på pause eller rulles tilbage." in main
    assert "1 af 1 afdelinger har ikke sendt et brev endnu: Kultur og Fritid." in main
    assert "På tjeklisten mangler" in main


def test_what_a_wave_switches_on_is_all_of_it(hall, waves):
    """The plugin that counts its letters, too."""
    assert "Slår til titles, rollout" in at_wave(hall).main


def test_who_can_only_look_is_told_who_can_do_more(hall, waves):
    """A consultant decides of tips; an administrator of all its departments does the rest."""
    main = at_wave(hall, person=CLARA).main
    assert "Kun en administrator for alle dens afdelinger kan sætte den i gang" in main
    assert "Du kan tage stilling til tip" in main
    for person in (PER, None):
        desk = at_wave(hall, person=person) if person else at_wave(hall)
        assert "Kun en administrator" not in desk.main


def test_a_tick_is_somebodys_and_is_taken_off_again(hall, waves):
    """Who and when stands beside it; both are confirmed where the reader is."""
    desk = pressed(at_wave(hall), "check", item="skabeloner")
    assert "der er sat flueben på tjeklisten, af Ada Administrator (ada): Breve og skabeloner" in desk.main
    assert "flueben sat af Ada Administrator (ada), 23. november 2026" in desk.main
    pressed(desk, "uncheck")
    assert "et flueben på tjeklisten er taget af, af Ada Administrator (ada): Breve og skabeloner" in desk.main
    assert "flueben sat af" not in desk.main
    assert "skabeloner" not in waves.show(FIRST).checked


def test_an_experience_and_a_solution_are_confirmed(hall, waves):
    """Who solved a difficulty stands beside who wrote it; an experience has five words, as the page says."""
    waves.start(FIRST, by="eva")
    note = waves.note(FIRST, "Skabelonen mangler returadresse", by="Eva Holm", difficulty=True)
    desk = pressed(at_wave(hall), "note", text="for kort")
    assert "En erfaring har mindst 5 ord" in desk.main
    assert ">for kort</textarea>" in desk.text
    pressed(desk, "note", text="Bestil certifikatet tre uger før")
    assert 'role="status"' in desk.text
    assert "en erfaring er skrevet ned, af Ada Administrator" in desk.main
    pressed(desk, "solve", number=str(note.number), text="rettet i skabelonen")
    assert "Løst: rettet i skabelonen (Ada Administrator, 23. november 2026)" in desk.main
    assert "en vanskelighed er løst, af Ada Administrator: rettet i skabelonen" in desk.main


def test_a_wave_is_planned_for_a_day_that_can_come(hall, waves):
    """And its goal may be written as the pages write numbers."""
    desk = at_desk(hall).go("/waves/plan")
    said = {"title": "Bølge 2", "owner": "Bo", "department": "teknik", "plugin": "titles"}
    desk.press("/waves/plan", **said, starts="2020-01-01", goal="1.00")
    assert 'href="#starts"' in desk.text
    assert 'href="#goal"' in desk.text
    assert "Det kan tidligst være fra i dag" in desk.main
    desk.press("/waves/plan", **said, starts="2026-12-07", goal="1.000")
    assert waves.show("Bølge 2").aim.goal == 1000


def test_where_all_departments_are_in_waves_there_is_nothing_to_fill_in(hall, waves):
    """It is said instead."""
    others = [one.id for one in hall.post.departments if one.id != "kultur"]
    waves.plan("Bølge 2", others, starts=hall.clock(), owner="Bo", what=WHAT, by="eva")
    desk = at_desk(hall).go("/waves/plan")
    assert "Alle dine afdelinger er i en bølge" in desk.main
    assert 'action="/waves/plan"' not in desk.text


def test_what_became_of_a_tip_is_said_once(hall, waves):
    """Green, and no warning beside it."""
    waves.start(FIRST, by="eva")
    waves.tip("Lad en kollega sidde med", department="kultur")
    desk = at_desk(hall).go("/tips").press("/tips", do="take")
    assert desk.main.count("Tippet kommer på tjeklisten for de bølger, der kommer efter.") == 1
    assert "alert-warning" not in desk.text


def test_who_reads_the_tips_of_some_departments_is_told_so(hall, waves):
    """That there are none for them is not that there are none."""
    waves.start(FIRST, by="eva")
    waves.tip("Lad en kollega sidde med", department="kultur")
    assert "Ingen har givet et tip om dine afdelinger endnu" in at_desk(hall, KAJ).go("/tips").main
    assert "1 tip er givet om dine afdelinger." in at_desk(hall, PER).go("/tips").main
    assert "1 tip er givet af dem, der er begyndt." in at_desk(hall, CLARA).go("/tips").main
