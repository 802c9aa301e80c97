"""What a wave has taught comes up again where it fits, and anyone can give a tip without a name."""

import pytest
from sqlalchemy import text

from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.waves.notes import NoteKind


def items(town, name, **said):
    return {item.key: item for item in town.waves.checklist(name, **said)}


def learnt(town, name):
    return {item.note.text: item for item in town.waves.checklist(name) if item.note}


def test_an_experience_comes_up_again_for_the_departments_it_fits(here):
    """Those with the same document types, or in the same module; of whom it is not known are named too."""
    here.waves.learn(
        [
            Profile("byg", document_types=["docx", "dwg"], module="byggesag"),
            Profile("vej", document_types=["DWG"]),
            Profile("ydelse", document_types=["docx"], module="borger"),
            Profile("borger", module="borger"),
        ],
        by="eva",
    )
    first = here.running("Bølge 1", "byg")
    here.waves.note(first, "Tegninger skal gemmes som PDF først", by="eva", document_types=["dwg"])
    here.waves.note(first, "Journalnotatet hedder noget andet her", by="eva", module="borger")
    here.waves.note(first, "Bestil certifikatet i rigtig god tid", by="eva")
    here.waves.note(first, "Sådan gjorde vi det i Byggeri", by="eva", department="byg")
    second = here.plan("Bølge 2", "vej", "ydelse", "borger", "kultur", days=1)
    found = learnt(here, second)
    drawings = found["Tegninger skal gemmes som PDF først"]
    assert (drawings.departments, drawings.unsure) == (("vej",), ("borger", "kultur"))
    journal = found["Journalnotatet hedder noget andet her"]
    assert (journal.departments, journal.unsure) == (("ydelse", "borger"), ("vej", "kultur"))
    assert found["Bestil certifikatet i rigtig god tid"].departments == ("vej", "ydelse", "borger", "kultur")
    assert found["Sådan gjorde vi det i Byggeri"].departments == ("vej", "ydelse")
    assert learnt(here, first) == {}


def test_an_experience_that_fits_nobody_does_not_come_up(here):
    """A wave's list is about that wave."""
    here.waves.learn([Profile("vej", document_types=["docx"], module="vej")], by="eva")
    first = here.running("Bølge 1", "byg")
    here.waves.note(first, "Tegninger bliver ikke til PDF her", by="eva", document_types=["dwg"])
    assert learnt(here, here.plan("Bølge 2", "vej", days=1)) == {}


def test_a_tip_from_anyone_has_no_name_unless_it_is_signed(kept):
    """Neither shown nor stored, in the log of who did what neither."""
    with pytest.raises(WaveRefused):
        kept.waves.tip("Husk printeren")
    first = kept.running("Bølge 1", "byg", by="zacharias-fra-it")
    tip = kept.waves.tip("Husk printeren", department="byg")
    signed = kept.waves.tip("Spørg i kantinen", department="byg", by="Ole")
    assert (tip.kind, tip.by, tip.wave, signed.by) == (NoteKind.TIP, "", first, "Ole")
    with kept.post.store.reading() as connection:
        rows = connection.execute(text("SELECT wave, kind FROM esdh_connect_rollout_act ORDER BY number")).all()
    assert [tuple(row) for row in rows][-2:] == [(first, "tipped"), (first, "tipped")]


def test_a_tip_comes_up_once_it_is_taken_along(kept):
    """Nobody has to see to what anyone wrote; what is not relevant is kept, and may be taken after all."""
    first = kept.running("Bølge 1", "byg")
    good = kept.waves.tip("Husk printeren", department="byg")
    junk = kept.waves.tip("x y z", department="byg")
    second = kept.plan("Bølge 2", "ydelse", days=1)
    assert learnt(kept, second) == {}
    taken = kept.waves.take(good.number, by="eva")
    assert (taken.verdict.is_taken, taken.verdict.by, taken.verdict.at) == (True, "eva", kept.clock())
    kept.waves.dismiss(junk.number, by="eva", why="siger ikke noget")
    assert set(learnt(kept, second)) == {"Husk printeren"}
    assert [(one.text, one.verdict.why) for one in kept.waves.show(first).notes] == [
        ("Husk printeren", ""),
        ("x y z", "siger ikke noget"),
    ]
    kept.waves.take(junk.number, by="bo")
    kept.waves.dismiss(good.number, by="bo", why="printeren er væk")
    assert set(learnt(kept, second)) == {"x y z"}


def test_a_tip_is_not_decided_twice_alike(here):
    """The second is told; a number that is no tip's, and a reason that says nothing, are refused."""
    here.running("Bølge 1", "byg")
    tip, note = (
        here.waves.tip("Husk printeren"),
        here.waves.note("Bølge 1", "Bestil certifikatet i rigtig god tid", by="eva"),
    )
    here.waves.take(tip.number, by="eva")
    for refused in (
        lambda: here.waves.take(tip.number, by="bo"),
        lambda: here.waves.take(note.number, by="bo"),
        lambda: here.waves.dismiss(tip.number, by="bo", why="…"),
        lambda: here.waves.dismiss(99, by="bo", why="nej"),
    ):
        with pytest.raises(WaveRefused):
            refused()
    assert [one.verdict.by for one in here.waves.tips()] == ["eva"]


def test_a_tip_about_no_wave_comes_up_in_those_that_begin_later(here):
    """It is on no list of what a wave has learnt, and a wave that had begun when it was taken does not get it."""
    first = here.running("Bølge 1", "byg")
    tip = here.waves.tip("Hold det på et teammøde")
    second = here.plan("Bølge 2", "ydelse", days=1)
    assert (tip.wave, here.waves.show(first).notes, learnt(here, second)) == ("", (), {})
    here.waves.take(tip.number, by="eva")
    assert learnt(here, first) == {}
    assert learnt(here, second)["Hold det på et teammøde"].wave == ""
    here.waves.skip(first, by="eva", why="prøve")
    here.waves.start(second, by="eva")
    here.clock.move(days=2)
    assert set(learnt(here, second)) == {"Hold det på et teammøde"}
    here.waves.dismiss(tip.number, by="eva", why="holdt")
    assert learnt(here, here.plan("Bølge 3", "vej", days=9)) == {}


def test_a_tip_belongs_to_the_wave_of_its_department(here):
    """Else to none."""
    first = here.running("Bølge 1", "byg")
    here.waves.skip(first, by="eva", why="prøve")
    here.clock.move(days=1)
    second = here.running("Bølge 2", "ydelse")
    assert here.waves.tip("a", department="byg").wave == first
    assert here.waves.tip("a2", department="ydelse").wave == second
    assert here.waves.tip("b", department="kultur").wave == ""
    assert here.waves.tip("c").wave == ""
    assert here.waves.tip("d", wave="Bølge 1").wave == first


def test_what_is_written_of_a_wave_is_one_line(here):
    """Otherwise it would look like another line of its story."""
    first = here.running("Bølge 1", "byg")
    for do in (here.waves.note, here.waves.pause):
        said = {"why": "nej\n2026-11-27 bo"} if do == here.waves.pause else {"text": "en to tre fire fem\x1b[2J"}
        with pytest.raises(WaveRefused, match="control characters"):
            do(first, by="eva", **said)
    assert here.waves.show(first).notes == ()


def test_a_difficulty_is_open_until_it_is_solved(here):
    """How it was solved is what the next wave reads."""
    first = here.running("Bølge 1", "byg")
    note = here.waves.note(first, "Certifikatet kom ikke", by="eva", difficulty=True)
    assert here.waves.show(first).open_difficulties == (note,)
    solved = here.waves.solve(note.number, by="bo", how="Bestilt direkte hos leverandøren")
    assert here.waves.show(first).open_difficulties == ()
    assert (solved.solved, solved.solved_by) == ("Bestilt direkte hos leverandøren", "bo")
    assert solved.solved_at == here.clock()
    with pytest.raises(WaveRefused):
        here.waves.solve(note.number, by="bo", how="igen")
    second = here.plan("Bølge 2", "vej", days=1)
    [item] = [one for one in here.waves.checklist(second) if one.note]
    assert item.text == "Certifikatet kom ikke (løst: Bestilt direkte hos leverandøren)"


def test_the_usual_things_are_done_where_the_facts_say_so(here):
    """A contact, what doctor found, and documents that become PDF; the rest somebody checks."""
    name = here.plan("Bølge 1", "byg", "vej")
    first = items(here, name)
    assert first["kontaktperson"].departments == ("byg", "vej")
    assert first["doctor"].departments == ("byg", "vej")
    assert first["dokumenttyper"].unsure == ("byg", "vej")
    assert not any(item.is_done for item in first.values())
    here.waves.learn([Profile("byg", document_types=["docx"], contact="Ane")], by="eva")
    here.waves.learn([Profile("vej", document_types=["dwg"], contact="")], by="eva")
    here.waves.check(name, "skabeloner", by="bo")
    later = items(here, name, findings={"byg": (), "vej": ("certifikatet udløber",)})
    assert (later["kontaktperson"].departments, later["doctor"].departments) == (("vej",), ("vej",))
    assert (later["dokumenttyper"].departments, later["dokumenttyper"].unsure) == (("vej",), ())
    assert [key for key, item in later.items() if item.is_done] == ["skabeloner"]
    with pytest.raises(WaveRefused) as refused:
        here.waves.check(name, "kaffe", by="bo")
    assert "Der er: kontaktperson, doctor, " in refused.value.danish


def test_a_tick_is_somebodys_and_can_be_taken_back(kept):
    """Who set it and when is known; what nobody has ticked cannot be unticked."""
    name = kept.plan("Bølge 1", "byg")
    kept.waves.check(name, "skabeloner", by="bo")
    ticked = items(kept, name)["skabeloner"].ticked
    assert (ticked.by, ticked.at) == ("bo", kept.clock())
    kept.waves.uncheck(name, "skabeloner", by="eva")
    assert (items(kept, name)["skabeloner"].is_done, items(kept, name)["skabeloner"].ticked) == (False, None)
    with pytest.raises(WaveRefused) as refused:
        kept.waves.uncheck(name, "skabeloner", by="eva")
    assert "der er ikke sat flueben ved »skabeloner«" in refused.value.danish


def test_an_experience_can_be_checked_too(here):
    """It is an item like the others."""
    first = here.running("Bølge 1", "byg")
    note = here.waves.note(first, "Bestil certifikatet i rigtig god tid", by="eva")
    second = here.plan("Bølge 2", "vej", days=1)
    here.waves.check(second, f"note-{note.number}", by="bo")
    assert items(here, second)[f"note-{note.number}"].is_done


def test_a_text_that_looks_like_a_cpr_number_is_refused(here):
    """Anyone can write a tip, and it is read by many."""
    first = here.running("Bølge 1", "byg")
    for write in (
        lambda: here.waves.tip("Borgeren 121212-1212 klagede"),
        lambda: here.waves.note(first, "1212121212", by="eva"),
        lambda: here.waves.skip(first, by="eva", why="1212121212"),
        lambda: here.waves.note(first, " ", by="eva"),
        lambda: here.waves.tip("x" * 2001),
    ):
        with pytest.raises(WaveRefused):
            write()
    assert here.waves.show(first).notes == ()


def test_what_is_told_of_a_department_later_adds_to_what_was_known(kept):
    """Of each fact the last counts, and an unknown one takes nothing away."""
    kept.waves.learn([Profile("byg", 100, contact="Ane"), Profile("vej")], by="eva")
    kept.waves.learn([Profile("byg", letters=200, addressable=0.5)], by="bo")
    assert kept.waves.profiles()["byg"] == Profile("byg", 200, 0.5, contact="Ane")
    assert kept.waves.profiles()["byg"].digital == 100
