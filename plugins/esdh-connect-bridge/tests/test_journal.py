"""A letter is on its case once, whatever the answer to the write was."""

import json
import logging
from base64 import b64decode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.dispatch import Cause, Remedy
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.model import File
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.host.bench import OnABench
from esdh_connect.testing.installation import installation
from esdh_connect_bridge.wire import Entry

#: Whether the host has written it, and was not heard.
WRITTEN = ["reset_after", "error_after", "html_after"]
NOT_WRITTEN = ["reset", "error", "html", "garbage", "redirect", "huge", "wrong_address", "too_many", "closed"]


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def post(example, clock):
    return installation(host=example.host(), channels=[FakeChannel()], now=clock)


def writes(example):
    return [call for call in example.calls if call.path == "/esdh-connect/journal"]


def test_what_was_sent_lies_on_the_case_as_it_went_out(example, bridge_bench, post):
    """With its files byte for byte, the mark as the key of the write, and no number of anybody."""
    content = pdf_of("x" * 1_000_000)
    entry = OnABench.sent(post, bridge_bench, content=content)
    assert post.deliver().journalized == 1
    [call] = writes(example)
    said = json.loads(call.body)
    assert call.headers["idempotency-key"] == call.headers["webhook-id"] == said["mark"]
    assert said["dispatch"] == entry.id
    assert said["text"].startswith("Brev med fake til Frida Mortensen, bestilt ")
    [file] = said["files"]
    assert b64decode(file["content"], validate=True) == content
    assert (file["size"], file["sha256"]) == (len(content), sha256(content).hexdigest())
    assert b"121212" not in call.body


@given(st.lists(st.binary(max_size=400_000), max_size=3))
def test_a_letter_is_written_in_pieces(contents):
    """The same each time, so that it can be counted, signed and sent, and none as large as the letter."""
    entry = Entry({"mark": "æ"}, tuple(File("a.pdf", "application/pdf", one, places=()) for one in contents))
    assert max(map(len, entry)) < 300_000
    whole = b"".join(entry)
    assert (b"".join(entry), len(entry)) == (whole, len(whole))
    assert [b64decode(one["content"], validate=True) for one in json.loads(whole)["files"]] == contents


@pytest.mark.parametrize("kind", [*WRITTEN, *NOT_WRITTEN])
def test_it_is_there_once_whatever_the_answer_was(example, bridge_bench, post, clock, kind):
    """It is searched for before every write, the first too, and written again only where it is not there."""
    case = bridge_bench.case()
    example.script.add("/journal", kind)
    OnABench.sent(post, bridge_bench, case=case, content=pdf_of("A"))
    for _ in range(5):
        post.deliver()
        clock.move(hours=2)
    assert len(bridge_bench.entries(case)) == 1
    assert post.outbox.duties(clock(), 10) == ()
    assert len(writes(example)) == (1 if kind in WRITTEN else 2)
    paths = [call.path.removeprefix("/esdh-connect") for call in example.calls]
    assert all(paths[at - 1] == "/journal/find" for at, path in enumerate(paths) if path == "/journal")


def test_while_it_cannot_be_searched_for_nothing_is_written(example, bridge_bench, post, clock):
    """A gateway's bare 404 is no »it is not there«, either."""
    case = bridge_bench.case()
    for kind in ("wrong_address", "html", "closed", "error"):
        example.script.add("/journal/find", kind)
    OnABench.sent(post, bridge_bench, case=case, content=pdf_of("A"))
    for _ in range(4):
        post.deliver()
        clock.move(hours=2)
        assert writes(example) == []
    post.deliver()
    assert len(bridge_bench.entries(case)) == 1


@pytest.mark.parametrize("kind", ["conflict", "refused"])
def test_what_the_host_will_not_have_waits_for_a_person(example, bridge_bench, post, clock, caplog, kind):
    """Who reads the host's own words, on one line, in the failure inbox; a log has the status alone."""
    caplog.set_level(logging.DEBUG)
    case = bridge_bench.case()
    example.script.add("/journal", kind, said="sagen er lukket;\nåbn den igen")
    entry = OnABench.sent(post, bridge_bench, case=case, content=pdf_of("A"))
    for _ in range(3):
        post.deliver()
        clock.move(hours=2)
    assert len(writes(example)) == 1
    [trouble] = post.failures_about(entry.id)
    assert trouble.kind is Cause.JOURNAL_REFUSED
    assert "»sagssystemet har afslået: sagen er lukket; åbn den igen«" in trouble.text
    assert "lukket" not in caplog.text
    post.resolve(entry.id, Remedy.JOURNALIZE, by="bo", why="sagen er åbnet")
    post.deliver()
    assert len(bridge_bench.entries(case)) == 1


def test_a_case_that_is_not_there_is_said(example, bridge_bench, post):
    """To a person as well: it does not come by itself."""
    entry = OnABench.sent(post, bridge_bench, content=pdf_of("A"))
    del example.records.cases[post.entry(entry.id).case.id]
    with pytest.raises(Rejected) as no:
        example.host().journalize_dispatch(post.dispatch(entry.id), "m")
    assert no.value.danish == "sagen findes ikke i sagssystemet"


def test_what_may_have_been_written_is_told_apart(example, bridge_bench, post):
    """OutcomeUnknown after the body was handed over whole, TemporaryFailure or Rejected where nothing was."""
    entry = OnABench.sent(post, bridge_bench, content=pdf_of("A"))
    dispatch = post.dispatch(entry.id)
    for kind, error in (
        ("error", OutcomeUnknown),
        ("garbage", OutcomeUnknown),
        ("wrong_address", TemporaryFailure),
        ("conflict", Rejected),
    ):
        example.script.add("/journal", kind)
        with pytest.raises(error):
            example.host().journalize_dispatch(dispatch, "m")


def test_a_secret_that_is_gone_for_a_while_stops_nothing_for_good(example, bridge_bench, post, clock):
    """Somebody exchanges it: what waits goes on when it is there again, without a restart."""
    case = bridge_bench.case()
    OnABench.sent(post, bridge_bench, case=case, content=pdf_of("A"))
    kept = (example.folder / "host.secret").read_text()
    (example.folder / "host.secret").unlink()
    post.deliver()
    assert bridge_bench.entries(case) == []
    (example.folder / "host.secret").write_text(kept)
    clock.move(hours=2)
    post.deliver()
    assert len(bridge_bench.entries(case)) == 1
