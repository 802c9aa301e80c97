"""``audit``, ``proof`` and ``erase``."""

import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from esdh_connect.cli.audit import _line as told_of
from esdh_connect.dispatch import Receipt, ReceiptEvent, Request
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation


@pytest.fixture
def delivered(place):
    """The id of a letter that was sent and delivered."""
    (row,) = place.send("--yes", "--json").json["dispatches"]
    with place.opened() as post:
        uuid = post.entry(row["id"]).message_uuid
        post.receive(Receipt("r1", ReceiptEvent.DELIVERED, datetime.now(UTC), uuid, raw=b"<Kvittering/>"))
    place.run("drain")
    return row["id"]


def tamper(place, statement):
    with place.opened() as post, post.outbox.transaction() as connection:
        connection.exec_driver_sql(statement)


# --- the audit log


def test_a_log_that_nobody_touched_is_whole(place, delivered):
    """The head stands alone on stdout, to be kept somewhere else; with it the next check finds what was cut off."""
    ended = place.run("audit", "verify")
    assert ended.code == 0
    assert ended.out.startswith("Hoved: ")
    assert "Revisionsloggen er hel" in ended.err
    head = ended.out.split()[1]
    assert place.run("audit", "verify", "--expect", head).code == 0
    told = place.run("audit", "verify", "--json").json
    assert (told["whole"], told["head"], told["fault"]) == (True, head, None)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE esdh_connect_audit SET what = 'deed approved' WHERE position = 2",
            "Plads 2 (forsendelse {}, linje 1) er ændret",
        ),
        ("DELETE FROM esdh_connect_audit WHERE position = 2", "Plads 2 mangler"),
        ("UPDATE esdh_connect_dispatch SET work = 'ready'", "passer ikke med forsendelsens tilstand"),
    ],
)
def test_what_was_changed_is_named(place, delivered, statement, said):
    """And the exit code says it to a script."""
    tamper(place, statement)
    ended = place.run("audit", "verify")
    assert ended.code == 1
    assert said.format(delivered) in ended.err
    assert place.run("audit", "verify", "--json").code == 1


def test_a_head_that_is_none_is_refused(place, delivered):
    """With what it should look like."""
    ended = place.run("audit", "verify", "--expect", "igår")
    assert ended.code == 2
    assert "PLADS:LED" in ended.err


def test_the_lines_of_a_letter_are_shown(place, delivered):
    """With who did what."""
    lines = place.run("audit", "show", delivered).out.splitlines()
    assert "committed" in lines[0]
    assert "receipt delivered r1" in " ".join(lines)
    rows = place.run("audit", "show", delivered, "--json").json["lines"]
    assert rows[0]["by"]
    assert {row["is_sound"] for row in rows} == {True}
    assert place.run("audit", "show", "nothing").code == 1


# --- the proof pack


def test_a_proof_pack_is_for_its_owner_alone_and_overwrites_nothing(place, delivered):
    """It holds personal data, and says so."""
    ended = place.run("proof", delivered, "--out", "bevis.zip")
    path = place.path / "bevis.zip"
    assert (ended.code, ended.out) == (0, "bevis.zip\n")
    assert "personoplysninger" in ended.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ZipFile(path).testzip() is None
    before = path.read_bytes()
    again = place.run("proof", delivered, "--out", "bevis.zip")
    assert again.code == 1
    assert "findes allerede" in again.err
    assert path.read_bytes() == before
    path.unlink()


def test_a_pack_with_something_missing_says_so(place, delivered):
    """On the screen, and by its exit code."""
    tamper(place, "DELETE FROM esdh_connect_payload")
    ended = place.run("proof", delivered, "--out", "bevis.zip")
    assert ended.code == 4
    assert "slettet eller beskadiget" in ended.err
    (place.path / "bevis.zip").unlink()


def test_a_pack_of_nothing_makes_no_file(place):
    """Nor does one that cannot be written."""
    assert place.run("proof", "nothing", "--out", "bevis.zip").code == 1
    (row,) = place.send("--yes", "--json").json["dispatches"]
    ended = place.run("proof", row["id"], "--out", "nowhere/bevis.zip")
    assert ended.code == 1
    assert ended.err == "nowhere/bevis.zip kan ikke skrives (findes ikke).\n"
    assert not (place.path / "bevis.zip").exists()


# --- erasing


def test_a_letter_is_erased_with_a_reason(place, delivered):
    """What it carried is gone; the log says who did it."""
    ended = place.spawn("erase", delivered, "--why", "bedt om det", "--by", "ulla")
    assert ended.code == 2
    assert ended.err == "Der er ikke slettet noget: her er ingen terminal at spørge i. Skriv --yes for at slette uden\n"
    ended = place.run("erase", delivered, "--yes", "--why", "bedt om det", "--by", "ulla")
    assert ended.code == 0
    assert place.run("status", delivered).out.startswith("slettet: Leveret\n")
    last = place.run("audit", "show", delivered, "--json").json["lines"][-1]
    assert (last["what"], last["by"], last["why"]) == ("erased", "ulla", "bedt om det")
    assert place.run("audit", "verify").code == 0


def test_a_letter_that_is_not_over_is_not_erased(place):
    """And nothing is erased without a reason."""
    (row,) = place.send("--yes", "--json").json["dispatches"]
    ended = place.run("erase", row["id"], "--yes", "--why", "bedt om det")
    assert ended.code == 1
    assert ended.err.startswith("Der er ikke slettet noget: brevet kan ikke slettes, før det er færdigt")
    assert place.run("erase", row["id"], "--yes").code == 2
    ended = place.run("erase", row["id"], "--yes", "--why", " ")
    assert (ended.code, "--why er tom" in ended.err) == (2, True)


def test_the_settings_say_for_how_long(place, delivered):
    """A day is the least."""
    settings = place.path / "esdh-connect.toml"
    before = settings.read_text()
    settings.write_text(before + "\n[retention]\npayload_days = 0\n")
    ended = place.run("drain")
    assert ended.code == 3
    assert "payload_days" in ended.err
    settings.write_text(before + "\n[retention]\npayload_days = 1\n")
    assert place.run("drain").code == 0
    tamper(place, "UPDATE esdh_connect_dispatch SET over_at = '2026-01-01T00:00:00.000000Z'")
    assert place.run("drain").code == 0
    assert place.run("status", delivered).out.startswith("slettet: Leveret")


def test_what_the_page_shows_of_a_letter_is_what_is_told(tmp_path, esdh_host, esdh_channel, esdh_clock):
    """Line by line, but for the ids, which are others each time."""
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."), now=esdh_clock)
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store) as post:
        brev, ane = esdh_host.document("brev"), esdh_host.person("p", "0101901234")
        wish = Request("k", Case("1"), "teknik", "Afgørelse", [brev], [ane])
        [entry] = post.commit(post.plan(wish), by="bo").entries
        esdh_clock.move(seconds=4)
        post.deliver()
        told = [told_of(line) for line in post.audit.of(entry.id)]
    page = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    shown = page.partition("esdh-connect audit show ID\n\n```text\n")[2].partition("\n```")[0]
    an_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    assert [an_id.sub("…", line) for line in told] == [an_id.sub("…", line) for line in shown.splitlines()]


# --- retention


def test_what_has_lain_long_enough_is_erased_at_once(place, delivered):
    """What is not old enough stays, and where another process delivers it is said that that one erases."""
    ended = place.run("retention", "run")
    assert (ended.code, ended.err) == (0, "Der er ikke noget, der har ligget længe nok.\n")
    with place.opened() as post:
        assert post.cover(delivered)
        with post.outbox.dispatching():
            ended = place.run("retention", "run")
    assert ended.code == 75
    assert "sletter af sig selv" in ended.err
