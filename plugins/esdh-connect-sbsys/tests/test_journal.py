"""A letter is on its case once, whatever the answer to the write was and however late a list is."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from esdh_connect.model import File
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect_sbsys.journal import _file_name

#: Whether SBSYS has written it, and the client was told something else.
WRITTEN = ["reset_after", "error_after", "html_after"]
NOT_WRITTEN = ["reset", "error", "html", "garbage", "conflict", "too_many", "unauthorized", "unavailable"]


def test_what_was_sent_lies_on_the_case_as_it_went_out(clocked):
    """With its title, our mark, the recipient's name, and the number of the kind that was looked up."""
    post = clocked.post()
    entry = clocked.letter(post)
    post.deliver()
    [record] = clocked.journaled(entry)
    assert record["DokumentNavn"] == "Afgørelse"
    assert record["DokumentArt"] == {"Id": 7, "Navn": "Udgående"}
    assert record["OmfattetAfAktindsigt"] is True
    assert record["Beskrivelse"].startswith(f"[esdh-connect {entry.id} 1/1] Brev med")
    assert "Frida Mortensen" in record["Beskrivelse"]
    [content] = clocked.sbsys.archive.documents[record["Id"]].files.values()
    assert content == clocked.channel.sent[0].envelope.letter.main.content


@pytest.mark.parametrize("kind", [*WRITTEN, *NOT_WRITTEN])
@pytest.mark.parametrize("lag", [0, 4], ids=["at once", "late"])
def test_one_document_whatever_goes_wrong(clocked, kind, lag):
    """The list may lag behind the write by less than ``settle``; the fault strikes twice."""
    clocked.sbsys.archive.lag = timedelta(minutes=lag)
    post = clocked.post()
    entry = clocked.letter(post)
    clocked.sbsys.script.add("journalize", kind, times=2 if kind in NOT_WRITTEN else 1)
    clocked.run(post, times=40, seconds=45)
    clocked.run(post)
    assert len(clocked.journaled(entry)) == 1
    assert not post.outbox.duties(clocked.clock(), 10)


def test_what_is_not_in_the_list_yet_is_not_written_again(clocked):
    """The answer was lost, and the list shows it only after four minutes: nothing is written in between."""
    clocked.sbsys.archive.lag = timedelta(minutes=4)
    post = clocked.post()
    entry = clocked.letter(post)
    clocked.sbsys.script.add("journalize", "reset_after")
    post.deliver()
    writes = []
    for _ in range(6):
        clocked.clock.move(seconds=50)
        clocked.post().deliver()  # another process: it knows nothing of the first
        writes.append(sum(call.path == "/api/dokument/journaliser" for call in clocked.sbsys.calls))
    assert set(writes) == {1}
    assert len(clocked.journaled(entry)) == 1


def test_each_write_whose_answer_is_lost_is_waited_for_anew(clocked):
    """The first was not stored, the second was, and the list is late: what was seen before it says nothing of it."""
    clocked.sbsys.archive.lag = timedelta(minutes=4)
    post = clocked.post()
    entry = clocked.letter(post)
    clocked.sbsys.script.add("journalize", "reset")
    clocked.sbsys.script.add("journalize", "reset_after")
    clocked.run(post, times=40, seconds=45)
    clocked.run(post)
    assert len(clocked.journaled(entry)) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('Re: "svar"\r\nX-Evil: 1.pdf', "Re svar X-Evil 1.pdf"),
        (f"{'Afgørelse ' * 40}.pdf", f"{('Afgørelse ' * 40)[:200]}.pdf"),
        ("010190-1234 Ane.pdf", "xxxxxx-xxxx Ane.pdf"),
        ("...", "brev"),
    ],
    ids=["header", "long", "number", "nothing"],
)
def test_a_files_name_can_do_no_harm_and_keeps_its_ending(name, expected):
    """It stands in a header, between quotes; SBSYS tells the type by its ending."""
    assert _file_name(File(name, "application/pdf", b"", ())) == expected


@pytest.mark.parametrize("described", [True, False])
def test_a_letter_in_several_files_is_that_many_documents_also_where_one_was_lost(clocked, described):
    """Those that are there are not written again, wherever the mark has to be looked for."""
    clocked.sbsys.archive.described = described
    post = clocked.post()
    entry = clocked.letter(post, documents=3)
    clocked.sbsys.script.add("journalize", "slow")
    clocked.sbsys.script.add("journalize", "reset_after")
    clocked.run(post)
    found = sorted(record["Beskrivelse"].partition("]")[0] for record in clocked.journaled(entry))
    assert found == [f"[esdh-connect {entry.id} {at}/3" for at in (1, 2, 3)]


def test_a_part_that_is_refused_after_others_were_written_is_looked_for_first(clocked):
    """Written in part is not the same as surely nothing, least of all where a list is late."""
    clocked.sbsys.archive.lag = timedelta(minutes=4)
    post = clocked.post()
    entry = clocked.letter(post, documents=2)
    clocked.sbsys.script.add("journalize", "slow")
    clocked.sbsys.script.add("journalize", "conflict")
    clocked.run(post, times=20, seconds=45)
    assert len(clocked.journaled(entry)) == 2


def test_lists_without_descriptions_are_looked_through(clocked):
    """Some versions tell a description only of one document at a time; for a first write none is looked up."""
    clocked.sbsys.archive.described = False
    post = clocked.post()
    entry = clocked.letter(post)
    clocked.sbsys.script.add("journalize", "reset_after")
    before = len(clocked.sbsys.calls)
    post.deliver()
    assert not [call for call in clocked.sbsys.calls[before:] if re.fullmatch(r"/api/dokument/\d+", call.path)]
    clocked.run(post)
    assert len(clocked.journaled(entry)) == 1
    assert not post.outbox.duties(clocked.clock(), 10)


def test_a_list_that_tells_everything_twice_does_no_harm(clocked):
    """What was found twice is the same document."""
    clocked.sbsys.archive.repeats = True
    post = clocked.post()
    entry = clocked.letter(post)
    clocked.sbsys.script.add("journalize", "reset_after")
    clocked.run(post)
    assert len(clocked.journaled(entry)) == 1


def test_a_busy_sbsys_is_left_alone_for_as_long_as_it_says(clocked):
    """429 with Retry-After, for this request and every other."""
    post = clocked.post()
    clocked.letter(post)
    clocked.sbsys.script.add("journalize", "too_many", seconds=1800)
    post.deliver()
    before = len(clocked.sbsys.calls)
    clocked.run(post, times=5, minutes=5)
    assert len(clocked.sbsys.calls) == before
    clocked.run(post, times=2)
    assert len(clocked.sbsys.calls) > before


def test_a_kind_of_document_that_is_not_there_is_never_guessed(clocked, caplog):
    """Nothing is written, and whoever reads the log sees which kinds there are."""
    post = clocked.post(document_art="Afsendt")
    entry = clocked.letter(post)
    post.deliver()
    assert clocked.journaled(entry) == []
    assert "SBSYS has 0 dokumentart called" in caplog.text
    assert "Indgående, Internt, Udgående" in caplog.text


def test_a_number_the_administrator_has_looked_up_stands_in_place_of_the_name(clocked):
    """Where SBSYS does not say where its kinds are listed."""
    post = clocked.post(document_art_id=9)
    entry = clocked.letter(post)
    post.deliver()
    assert clocked.journaled(entry)[0]["DokumentArt"] == {"Id": 9}


def test_two_workers_at_once_write_each_letter_once(clocked, tmp_path):
    """Two installations on one outbox, each in a thread of its own, with answers that are lost among them."""
    clocked.outbox = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    posts = [clocked.post(), clocked.post()]
    entries = [clocked.letter(posts[0]) for _ in range(6)]
    for _ in range(2):
        clocked.sbsys.script.add("journalize", "reset_after")
    barrier = Barrier(2)

    def work(post):
        barrier.wait()
        post.deliver()

    for _ in range(6):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, posts))
        clocked.clock.move(minutes=10)
    assert [len(clocked.journaled(entry)) for entry in entries] == [1] * 6
