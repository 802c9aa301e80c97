"""``send``: what is shown, what goes out, what it ends with."""

from datetime import UTC, datetime
from hashlib import sha256
from threading import Thread
from time import sleep
from zipfile import ZipFile

import pytest

from esdh_connect.dispatch import Receipt, ReceiptEvent

NOTHING = "Der er ikke sendt noget"


def test_a_dry_run_tells_who_gets_what_and_how_and_changes_nothing(place):
    """The plan is what was asked for, so it is data."""
    place.recipients(place.ANE, place.FIRM)
    place.write("bilag.pdf", "et", "to")
    (place.path / "post" / "exempt.txt").write_text("Ane Prøve")
    ended = place.send("--dry-run", files=("brev.pdf", "bilag.pdf"))
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "»Afgørelse« – 2 dokumenter"
    assert lines[1].startswith("Ane Prøve (xxxxxx-xxxx): Prøvepapir, 3 sider, ")
    assert "    Prøvepost når ikke modtageren" in lines
    assert "    Sendes med Prøvepapir" in lines
    assert "        bilag.pdf: side 2–3" in lines
    assert "    Bemærk: 2 dokumenter er lagt sammen i 1 fil" in lines
    assert any(line.startswith("Firma ApS (13748136): Prøvepost, ") for line in lines)
    assert "    De samme filer" in lines
    assert NOTHING in ended.err
    assert place.posted() == []
    assert place.run("outbox", "list").err == "Udbakken er tom.\n"


def test_a_letter_goes_out_byte_for_byte_as_it_is_told(place):
    """What ``files`` says is what every channel got, and the documents are the files that were named."""
    place.recipients(place.ANE, place.BO, place.FIRM)
    names = ("brev.pdf", "kort.pdf", "plan.pdf")
    sent = [place.write(name, *"abc"[: at + 1]).read_bytes() for at, name in enumerate(names)]
    ended = place.send("--yes", "--json", files=names)
    assert ended.code == 0
    assert [one["name"] for one in place.posted()] == ["Ane Prøve", "Bo Prøve", "Firma ApS"]
    for row in ended.json["dispatches"]:
        (file,) = row["manifest"]["files"]
        content = place.posted_file(row["message_uuid"])
        assert (file["sha256"], file["size"], file["pages"]) == (sha256(content).hexdigest(), len(content), 6)
        documents = row["manifest"]["documents"]
        assert [one["name"] for one in documents] == list(names)
        assert [one["sha256"] for one in documents] == [sha256(content).hexdigest() for content in sent]


def test_letters_are_not_laid_together_where_the_department_does_not_want_it(place):
    """Then each file goes as it is."""
    place.settings(place.SETTINGS + "consolidate = false\n")
    place.write("bilag.pdf", "b")
    (row,) = place.send("--yes", "--json", files=("brev.pdf", "bilag.pdf")).json["dispatches"]
    assert [file["name"] for file in row["manifest"]["files"]] == ["brev.pdf", "bilag.pdf"]
    assert place.posted_file(row["message_uuid"], 1) == (place.path / "bilag.pdf").read_bytes()


def test_the_outcome_of_each_recipient_is_told_in_words(place):
    """The status caseworkers know, what it means, and the id to ask with."""
    place.recipients(place.ANE, place.FIRM)
    ended = place.send("--yes")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "Ane Prøve (xxxxxx-xxxx): Behandles"
    assert lines[1].startswith("    Brevet er sendt til leverandøren")
    assert lines[3] == "Firma ApS (13748136): Behandles"
    assert place.run("status", lines[2].strip()).out.startswith(lines[0])


def test_nothing_is_sent_unless_every_recipient_is_clear(place):
    """Never a silent subset: who cannot be reached is told, and all others wait for that."""
    place.recipients(place.ANE, place.BO)
    (place.path / "post" / "exempt.txt").write_text("Bo Prøve")
    ended = place.send("--yes", "--json")
    assert ended.code == 1
    clear, wrong = ended.json["dispatches"]
    assert (clear["status"], wrong["status"]) == ("refused", "refused")
    assert wrong["error"].startswith(NOTHING)
    assert "1 af 2 forsendelser" in clear["error"]
    assert "kan ikke nås med Prøvepost eller Prøvepapir" in ended.err
    assert place.posted() == []
    assert place.run("outbox", "list").err == "Udbakken er tom.\n"


def test_a_dry_run_of_what_cannot_be_sent_fails_and_says_why(place):
    """The clear recipients are planned, the other is refused."""
    place.recipients(place.ANE, place.BO)
    (place.path / "post" / "exempt.txt").write_text("Bo Prøve")
    ended = place.send("--dry-run", "--json")
    assert ended.code == 1
    assert [row["status"] for row in ended.json["dispatches"]] == ["planned", "refused"]
    assert [row["error"] is None for row in ended.json["dispatches"]] == [True, False]


@pytest.mark.parametrize("content", [b"no PDF at all", b"%PDF-1.7 but damaged", b""])
def test_a_file_that_is_no_pdf_is_told_by_its_name(place, content):
    """Nothing has happened then."""
    (place.path / "bilag.pdf").write_bytes(content)
    ended = place.send("--yes", files=("brev.pdf", "bilag.pdf"))
    assert ended.code == 1
    assert "»bilag.pdf«" in ended.err
    assert NOTHING in ended.err


def test_a_file_of_a_kind_the_channel_does_not_take_is_told(place):
    """By what it is, and what to do."""
    with ZipFile(place.path / "notat.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    ended = place.send("--dry-run", files=("brev.pdf", "notat.docx"))
    assert ended.code == 1
    assert "»notat.docx« er et Word-dokument" in ended.out
    assert "Gem det som PDF" in ended.out


def test_what_is_converted_and_what_was_found_is_shown_at_the_document(place):
    """In the plan, before anything is sent: once, where several get the same files."""
    (place.path / "liste.csv").write_bytes("Navn;Beløb\n".encode())
    place.recipients(place.ANE, place.FIRM)
    files = ("brev.pdf", "liste.csv")
    shown = place.send("--dry-run", files=files)

    assert "liste.csv: side 2 (lavet om til PDF)" in shown.out
    told = "Se efter: »liste.csv«: har en kolonne, der ikke kan ses – skriften er mindre"
    assert shown.out.count(told) == 1
    [first, second] = place.send("--dry-run", "--json", files=files).json["dispatches"]
    assert first["findings"] == second["findings"]
    assert [(one["id"], one["document"], one["acts"]) for one in first["findings"]] == [
        ("column_lost", 1, "caseworker")
    ]
    assert first["manifest"]["documents"][1]["changes"] == ["converted"]


@pytest.mark.parametrize(
    ("options", "files", "said"),
    [
        ((), ("nowhere.pdf",), "filen »nowhere.pdf« findes ikke"),
        ((), ("post",), "filen »post« kan ikke læses"),
        ((), ("brev.pdf", "./brev.pdf"), "er nævnt to gange"),
        (("--department", "dmo"), ("brev.pdf",), "mente du »demo«?"),
        (("--title", "Til 121212-1212"), ("brev.pdf",), "--title indeholder noget, der ligner et CPR-nummer"),
        (("--case", "1212121212"), ("brev.pdf",), "--case indeholder"),
        (("--reminder", "Kære 1212121212"), ("brev.pdf",), "--reminder indeholder"),
        (("--to", "1212121212"), ("brev.pdf",), "--to indeholder"),
        ((), ("brev.pdf", "1212121212.pdf"), "fil 2 indeholder"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_the_outbox_is_opened(place, options, files, said):
    """CPR numbers on the command line too, which everybody on the machine can see."""
    ended = place.send("--yes", *options, files=files)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.startswith(NOTHING)
    assert "1212121212" not in ended.err
    assert not (place.path / "outbox.db").exists()


def test_where_there_are_several_departments_one_must_be_named(place):
    """A default that changes when a department is added would send in the wrong one's name."""
    place.settings(place.SETTINGS + '[departments.teknik]\nplugins = ["folder_post"]\nchannels = ["paper"]\n')
    ended = place.send("--yes")
    assert ended.code == 2
    assert "--department mangler. Afdelingerne er demo, teknik" in ended.err
    assert place.send("--yes", "--department", "teknik").code == 0
    assert place.posted()[0]["channel"] == "paper"


def test_settings_that_nobody_filled_in_send_nothing(place):
    """Neither without departments, nor in the name of the example, nor where there are none at all."""
    path = place.path / "esdh-connect.toml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.partition("[departments")[0], encoding="utf-8")
    assert place.send("--yes").code == 3
    path.write_text(whole.replace("55133018", "00000000"), encoding="utf-8")
    ended = place.send("--yes")
    assert ended.code == 3
    assert "udfyld [sender]" in ended.err
    path.write_text(whole.replace("[departments", "[deparments"), encoding="utf-8")
    ended = place.send("--yes")
    assert ended.code == 3
    assert "mente du" in ended.err
    path.unlink()
    ended = place.send("--yes")
    assert ended.code == 3
    assert "esdh-connect init" in ended.err


def test_settings_are_found_where_they_are_pointed_at_or_under_either_name(place):
    """Paths in them are relative to them, so it does not matter where one stands."""
    (place.path / "esdh-connect.toml").rename(place.path / "settings.toml")
    assert place.send("--dry-run").code == 0
    (place.path / "sub").mkdir()
    (place.path / "settings.toml").rename(place.path / "sub" / "other.toml")
    (place.path / "installation.secret").rename(place.path / "sub" / "installation.secret")
    (place.path / "post").rename(place.path / "sub" / "post")
    assert place.send("--dry-run").code == 3
    assert place.send("--yes", "--settings", "sub/other.toml").code == 0
    assert (place.path / "sub" / "outbox.db").exists()


@pytest.mark.parametrize(
    ("faults", "code", "statuses"),
    [
        (["ok", "ok", "ok"], 0, ["in_progress", "in_progress", "in_progress"]),
        (["ok", "rejected", "ok"], 4, ["in_progress", "failed", "in_progress"]),
        (["rejected", "rejected", "rejected"], 1, ["failed", "failed", "failed"]),
        (["ok", "temporary", "ok"], 75, ["in_progress", "waiting", "in_progress"]),
        (["ok", "rejected", "temporary"], 75, ["in_progress", "failed", "waiting"]),
        (["temporary", "unknown", "rejected"], 5, ["waiting", "unresolved", "failed"]),
    ],
)
def test_the_exit_code_tells_what_became_of_the_letters(place, faults, code, statuses):
    """Unknown before waiting before partly before failed: what a script must not do comes first."""
    place.recipients(place.ANE, place.BO, place.FIRM)
    place.faults(*faults)
    ended = place.send("--yes", "--json")
    assert ended.code == code
    assert [row["status"] for row in ended.json["dispatches"]] == statuses
    assert ("den samme kommando igen" in ended.err) == (code == 75)
    assert ("Send det ikke igen" in ended.err) == (code == 5)


def test_recipients_can_come_through_a_pipe(place):
    """As UTF-8, also with the mark Windows puts in front."""
    line = '{"cpr": "1212121212", "name": "Åse Prøve"}'
    assert place.run("send", "--title", "x", "--yes", "brev.pdf", stdin=line.encode("utf-8-sig")).code == 0
    assert place.posted()[0]["name"] == "Åse Prøve"


def test_a_wrong_list_sends_nothing(place):
    """Not to those above the wrong line either."""
    place.recipients(place.ANE, "{}")
    ended = place.send("--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "linje 2" in ended.err


def test_a_reminder_goes_beside_the_letter_or_is_told_not_to(place):
    """A NemSMS is a dispatch of its own, without files; where there is none, the plan says so."""
    ended = place.send("--dry-run", "--reminder", "Husk mødet")
    assert "påmindelsen bliver ikke sendt" in ended.out
    place.decide(channels=("post", "paper", "text"))
    ended = place.send("--yes", "--json", "--reminder", "Husk mødet")
    assert ended.code == 0
    letter, reminder = ended.json["dispatches"]
    assert (letter["channel"], reminder["channel"]) == ("post", "text")
    assert reminder["manifest"]["files"] == []
    assert "påmindelse til Ane Prøve" in ended.err


def test_a_letter_and_its_reminder_are_told_apart(place):
    """Both are to the same person, and are two things; together they end."""
    place.settings(place.SETTINGS.replace('"paper"', '"paper", "text"'))
    shown = place.send("--yes", "--reminder", "Husk mødet", "--not-before", "2027-01-20")
    assert [line for line in shown.out.splitlines() if ": " in line and not line.startswith(" ")] == [
        "Ane Prøve (xxxxxx-xxxx): Afventer",
        "Påmindelse til Ane Prøve (xxxxxx-xxxx): Afventer",
    ]
    [letter] = [
        one["id"] for one in place.run("outbox", "list", "--json").json["dispatches"] if one["channel"] == "post"
    ]
    assert place.run("cancel", letter.upper(), "--why", "fortrudt").code == 0
    rows = place.run("outbox", "list", "--json").json["dispatches"]
    assert {one["status"] for one in rows} == {"cancelled"}


def test_waiting_ends_with_the_last_receipt(place):
    """Whoever takes receipts in – another process – is seen while the command waits."""

    def give_receipt():
        with place.opened() as post:
            while not (entries := post.entries()) or not entries[0].receipts:
                sleep(0.05)
            delivered = Receipt("r1", ReceiptEvent.DELIVERED, datetime.now(UTC), entries[0].message_uuid)
            post.receive(delivered)

    thread = Thread(target=give_receipt)
    thread.start()
    ended = place.send("--yes", "--json", "--wait", "30")
    thread.join()
    assert ended.code == 0
    assert ended.json["dispatches"][0]["status"] == "delivered"


def test_waiting_ends_when_the_time_is_up(place):
    """Not delivered yet is no error."""
    ended = place.send("--yes", "--json", "--wait", "0.3")
    assert (ended.code, ended.json["dispatches"][0]["status"]) == (0, "in_progress")


def test_no_number_of_a_person_is_ever_shown(place):
    """Not in the plan, the outcome, the log or the outbox's own lines, whatever goes wrong."""
    place.recipients({**place.ANE, "name": "Ane 121212-1212"}, place.BO)
    place.faults("unknown", "rejected")
    ends = [
        place.send("--dry-run", "-vv"),
        place.send("--yes", "--json", "-vv"),
        place.send("--yes", "-vv"),
        place.run("outbox", "list", "--json"),
        place.run("outbox", "list"),
    ]
    ends += [place.run("status", row["id"]) for row in ends[1].json["dispatches"]]
    ends += [place.run("status", row["id"], "--json") for row in ends[1].json["dispatches"]]
    for ended in ends:
        assert ended.out
        for text in (ended.out, ended.err):
            assert not {"1212121212", "121212-1212", "0101901234", "010190-1234"} & set(text.replace('"', " ").split())
            assert "121212" not in text
            assert "010190" not in text
    assert "Ane xxxxxx-xxxx" in ends[0].out


def test_what_a_terminal_would_obey_is_not_handed_to_it(place):
    """A file name can hold anything."""
    name = "bre\x1b[2Jv.pdf"
    place.write(name, "x")
    ended = place.send("--dry-run", files=(name,))
    assert ended.code == 0
    assert "\x1b" not in ended.out + ended.err
