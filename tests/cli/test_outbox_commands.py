"""``status``, ``outbox``, ``drain`` and ``init``."""

import json
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import attrs
import pytest

from esdh_connect.dispatch import Receipt, ReceiptEvent
from esdh_connect.outbox import Change


def sent(place, *options):
    """The one letter that was sent."""
    return place.send("--yes", "--json", *options).json["dispatches"][0]


def test_status_tells_everything_of_a_letter(place):
    """Attempts, receipts, what they mean, who is to act, and that nothing is owed to a journal."""
    row = sent(place, "--case", "2026-17")
    with place.opened() as post:
        uuid = post.entry(row["id"]).message_uuid
        post.receive(Receipt("r1", ReceiptEvent.FAILED, datetime.now(UTC), uuid, code="42", text="Ingen\nadresse"))
    told = place.run("status", row["id"], "--json").json
    assert {key: told[key] for key in row if key != "status"} == {key: row[key] for key in row if key != "status"}
    assert (told["status"], told["work"], told["case"]["id"]) == ("failed", "closed", "2026-17")
    assert [one["outcome"] for one in told["attempts"]] == ["accepted"]
    assert [(one["event"], one["code"]) for one in told["receipts"]] == [("accepted", ""), ("failed", "42")]
    assert told["explanation"].startswith("Brevet er sendt til leverandøren, men")
    assert told["journaling"] is None
    text = place.run("outbox", "show", row["id"]).out
    assert text.startswith("Ane Prøve (xxxxxx-xxxx): Fejlet\n")
    assert "Fejlet hos leverandøren – Ingen adresse" in text
    assert told["message_uuid"] in text


def test_an_id_is_found_however_it_is_typed(place):
    """In capitals, or with a space that came along."""
    row = sent(place)
    for command in (("status",), ("outbox", "show"), ("audit", "show")):
        assert place.run(*command, f" {row['id'].upper()}").code == 0


def test_a_letter_that_is_not_there_is_told(place):
    """In a sentence."""
    ended = place.run("status", "nothing")
    assert (ended.code, ended.out) == (1, "")
    assert "er ikke i udbakken" in ended.err


def test_a_letter_that_was_erased_is_shown_without_what_it_carried(place):
    """What happened to it is known for longer than to whom."""
    row = sent(place)
    with place.opened() as post:
        from esdh_connect.store.erasure import erase

        with post.outbox.transaction() as connection:
            erase(connection, row["id"])
    ended = place.run("status", row["id"])
    assert ended.code == 0
    assert "slettet eller beskadiget: Behandles" in ended.out


def test_the_outbox_is_listed_newest_first(place):
    """As many as asked for, of one department where one is named."""
    first, second = sent(place), sent(place, "--again", "--override", "same_letter=igen")
    lines = place.run("outbox", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == [second["id"], first["id"]]
    rows = place.run("outbox", "list", "--json", "--limit", "1").json["dispatches"]
    assert [row["id"] for row in rows] == [second["id"]]
    assert place.run("outbox", "list", "--json", "--department", "kultur").json == {"dispatches": []}
    none = place.run("outbox", "list", "--department", "kultur")
    assert none.err == "Udbakken har ingen breve fra en afdeling »kultur«.\n"


def test_drain_delivers_what_lies_ready(place):
    """And leaves what is not due, telling that it waits."""
    place.recipients(place.ANE, place.BO)
    place.faults("temporary", "temporary")
    rows = place.send("--yes", "--json").json["dispatches"]
    ended = place.run("drain")
    assert (ended.code, ended.out) == (75, "Taget op: 0; Afventer 2\n")
    with place.opened() as post:
        post.outbox.change(rows[0]["id"], lambda entry: Change(attrs.evolve(entry, due=entry.committed_at)))
    ended = place.run("drain")
    assert (ended.code, ended.out) == (75, "Taget op: 1; Afventer 1, Behandles 1\n")
    assert [one["name"] for one in place.posted()] == ["Ane Prøve"]


def test_drain_with_nothing_to_do_is_done(place):
    """It can stand in a timetable."""
    assert (place.run("drain").code, place.run("drain").out) == (0, "Taget op: 0\n")


def test_a_letter_that_waits_for_its_day_is_not_late(place):
    """``send`` and ``drain`` say when it goes, and a timetable hears that all is well."""
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    ended = place.send("--yes", "--not-before", day.isoformat())
    assert ended.code == 0
    assert ended.err.splitlines()[-1].startswith("1 brev venter til ")
    assert ended.err.endswith(". Derefter sender »esdh-connect drain« eller en worker det.\n")
    drained = place.run("drain")
    assert (drained.code, drained.out) == (0, "Taget op: 0; Afventer 1\n")
    assert drained.err == ended.err.splitlines()[-1] + "\n"


def test_a_list_that_is_no_file_is_told_in_danish(place):
    """What the operating system says stays out of it."""
    assert place.send("--yes", to="nofile").err.endswith("modtagerlisten kan ikke læses (findes ikke)\n")
    assert place.send("--yes", to="post").err.endswith("modtagerlisten kan ikke læses (det er en mappe)\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("what", ["letter", "recipients", "list", "settings"])
def test_a_pipe_instead_of_a_file_is_told_and_keeps_nobody_waiting(place, what):
    """Opening one waits for whoever writes into it, which nobody may ever do."""
    os.mkfifo(place.path / "rør")
    ended = {
        "letter": lambda: place.send("--yes", files=("rør",)),
        "recipients": lambda: place.send("--yes", to="rør"),
        "list": lambda: place.run("send-many", "--list", "rør", "--batch", "b", "--dry-run"),
        "settings": lambda: place.run("outbox", "list", "--settings", "rør"),
    }[what]()
    assert ended.code in {2, 3}
    assert "(det er ikke en fil, men et rør eller en enhed)" in ended.err


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="open files have no names here")
def test_recipients_may_come_from_a_command(place):
    """As a shell writes it: --to <(…), so that their numbers are in no file."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(json.dumps(place.ANE).encode())
    try:
        assert place.send("--yes", to=f"/dev/fd/{reading}").code == 0
    finally:
        os.close(reading)
    assert [one["name"] for one in place.posted()] == ["Ane Prøve"]


def test_drain_until_idle_waits_for_what_comes(place):
    """A letter that falls due meanwhile goes, and the time begins anew."""
    place.faults("temporary")
    (row,) = place.send("--yes", "--json").json["dispatches"]

    def make_due():
        sleep(0.5)
        with place.opened() as post:
            post.outbox.change(row["id"], lambda entry: Change(attrs.evolve(entry, due=entry.committed_at)))

    thread, started = Thread(target=make_due), monotonic()
    thread.start()
    ended = place.run("drain", "--until-idle", "2")
    thread.join()
    assert (ended.code, ended.out) == (0, "Taget op: 1; Behandles 1\n")
    assert monotonic() - started > 2


def test_a_letter_is_left_to_the_process_that_has_the_outbox(place):
    """One dispatcher at a time; whoever has it sends what lies there, and we tell what became of it."""

    def have_it():
        with place.opened() as post:
            with post.outbox.dispatching() as elected:
                assert elected
                (place.path / "had").touch()
                while not post.entries():
                    sleep(0.05)
                sleep(0.3)
            post.deliver()

    thread = Thread(target=have_it)
    thread.start()
    while not (place.path / "had").exists():
        sleep(0.02)
    ended = place.send("--yes", "--json")
    thread.join()
    assert (ended.code, ended.json["dispatches"][0]["status"]) == (0, "in_progress")
    assert len(place.posted()) == 1


def test_an_outbox_sealed_with_another_secret_is_not_opened(place):
    """Whoever lost the secret must find it: nothing is sent meanwhile."""
    sent(place)
    secret = place.path / "installation.secret"
    secret.write_text("A" * 43 + "=\n")
    ended = place.send("--yes", "--again")
    assert ended.code == 3
    assert ended.err.startswith("Der er ikke sendt noget")


def test_init_makes_an_installation_that_only_its_owner_can_read(place):
    """And says what is next; without an answer to who sends, the file asks for it."""
    ended = place.run("init", "new/place")
    assert (ended.code, ended.out) == (0, "new/place/esdh-connect.toml\n")
    assert "Udfyld [sender]" in ended.err
    assert "sikkerhedskopi" in ended.err
    secret = place.path / "new" / "place" / "installation.secret"
    assert secret.exists()
    if sys.platform != "win32":
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_init_overwrites_nothing(place):
    """A secret that is gone takes all letters with it."""
    before = (place.path / "installation.secret").read_bytes()
    ended = place.run("init", "--cvr", "13748136", "--name", "Anden Kommune")
    assert ended.code == 3
    assert "findes allerede" in ended.err
    assert (place.path / "installation.secret").read_bytes() == before


@pytest.mark.parametrize("cvr", ["1234", "en kommune"])
def test_init_refuses_what_is_no_cvr_number(place, cvr):
    """Before it writes."""
    assert place.run("init", "elsewhere", "--cvr", cvr).code == 2
    assert not (place.path / "elsewhere").exists()


def test_init_where_nothing_can_be_written_says_so(place):
    """A file is no folder."""
    ended = place.run("init", "brev.pdf/below")
    assert ended.code == 3
    assert "brev.pdf/below" in ended.err


def test_whoever_runs_the_program_is_told_what_is_wrong_with_the_outbox(place):
    """It is they who must find the cause; the sentence for caseworkers stands before it."""
    place.run("outbox", "list")
    (place.path / "outbox.db").write_bytes(b"Dette er et referat." * 100)
    ended = place.run("outbox", "list")
    assert ended.code == 3
    assert "Teknisk: the outbox" in ended.err
    assert "file is not a database" in ended.err
