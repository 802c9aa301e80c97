"""F2's formats: read without trust, written as the manual has them."""

import json
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.http import Answer
from esdh_connect_f2.refusal import Archived, CaseClosed, Locked, Missing, problem, reason_of
from esdh_connect_f2.wire import Upload, form, instant, listed, patch, read_thing, wall

HERE = ZoneInfo("Europe/Copenhagen")
SCHEMA = 'xmlns="http://cbrain.com/casefile/schema/"'

CLOSED = f"<Error {SCHEMA}><Message>x</Message><ReasonCode>DossierCaseClosed</ReasonCode></Error>".encode()


def answer(status, content=b"", **headers):
    at = datetime(2026, 11, 27, tzinfo=HERE)
    return Answer(status, content, headers, "f2.test:443/x", about_letter=False, at=at)


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_a_thing_or_none(content):
    """Nothing is raised, and nothing is quoted."""
    thing = read_thing(content)
    assert thing is None or isinstance(thing.kind, str)
    assert reason_of(answer(400, content)) == ""


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "https://elsewhere.test/">]><x>&a;</x>',
        b"<x>",
        b"",
        b"<html><body><p>503",
    ],
)
def test_xml_that_brings_declarations_is_not_read(content):
    """No entity, no file, no network."""
    assert read_thing(content) is None


def test_a_thing_is_read_by_name_whatever_its_namespace_is_called():
    """With a prefix, with comments, with empty elements."""
    thing = read_thing(
        f"""<?xml version="1.0"?><!-- x --><a:Case {SCHEMA.replace("xmlns", "xmlns:a")}><a:Id> 17 </a:Id><a:Title/>
        <a:Closed>TRUE</a:Closed><!-- x --><a:Link rel="down" href="/a"/><a:Link rel="http://cbrain.com/casefile/rel/notes"
        href="/b"/></a:Case>""".encode()
    )
    assert (thing.kind, thing.number("Id"), thing.text("Title"), thing.flag("Closed")) == ("Case", 17, "", True)
    assert (thing.link("down"), thing.link("notes"), thing.link("up")) == ("/a", "/b", "")
    assert (thing.text("Missing"), thing.number("Title"), thing.flag("Id")) == ("", None, None)


def test_nothing_of_a_thing_is_shown():
    """It may have a CPR number in it."""
    thing = read_thing(f"<External {SCHEMA}><CVRCPR>121212-1212</CVRCPR></External>".encode())
    assert "1212" not in repr(thing)


@given(st.text(max_size=50), st.text(max_size=50), st.binary(max_size=300))
def test_an_upload_is_as_long_as_it_says_and_reads_back_whole(title, description, content):
    """By a parser that is not ours; the same each time."""
    title, description = (" ".join(one.split()).encode("utf-8", "ignore").decode() for one in (title, description))
    upload = Upload(title, description, content, ".pdf")
    body = b"".join(upload)
    assert len(body) == len(upload)
    assert body == b"".join(Upload(title, description, content, ".pdf"))
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {upload.content_type}\r\n\r\n".encode() + body)
    parts = [part.get_payload(decode=True) for part in message.iter_parts()]
    assert [parts[0].decode(), parts[1].decode(), parts[2]] == [title, description, content]


@pytest.mark.parametrize(
    ("ending", "name"), [(".pdf", "fil.pdf"), (".tar.gz", "fil.bin"), ('.p"\r\nX: 1', "fil.bin"), ("", "fil.bin")]
)
def test_a_name_on_the_way_is_nothing_but_its_ending(ending, name):
    """It stands in a header."""
    assert Upload("Brev", "", b"x", ending).file_name == name


def test_a_patch_replaces_and_does_nothing_else():
    """F2 knows no other operation."""
    assert json.loads(patch({"Title": "Ø", "Alerts": []})) == [
        {"op": "replace", "path": "/Title", "value": "Ø"},
        {"op": "replace", "path": "/Alerts", "value": []},
    ]
    assert b"".join(form({"Text": "Ø"})).decode() == '{"Text": "Ø"}'


@given(st.integers(0, 3_700_000_000))
def test_a_time_is_read_as_it_was_written(seconds):
    """On the server's clock; of the two hours in October it is the same one that is shown."""
    written = wall(datetime.fromtimestamp(seconds, HERE), HERE)
    assert "+" not in written
    assert wall(instant(written, HERE), HERE) == written


@pytest.mark.parametrize("text", ["", "snart", "2026-13-01T00:00:00", "2026-02-30", "٢٠٢٦-01-01T00:00:00"])
def test_what_is_no_time_is_none(text):
    """Not a guess."""
    assert instant(text, HERE) is None


def test_rows_are_where_the_manual_has_them():
    """``{"value": […]}``; a list alone is taken too."""
    assert listed({"value": [{"a": 1}, 2, None]}) == [{"a": 1}]
    assert listed([{"a": 1}]) == [{"a": 1}]
    assert listed({"value": 1}) is None
    assert listed("x") is None


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (404, b"", Missing),
        (410, b"", Missing),
        (404, CLOSED, CaseClosed),
        (409, b'{"Message":"x","ReasonCode":"CaseClosed","Links":[]}', CaseClosed),
        (423, f"<Error {SCHEMA}><ReasonCode>Locked</ReasonCode></Error>".encode(), Archived),
        (423, f"<Error {SCHEMA}><ReasonCode>LockedByAnotherUser</ReasonCode></Error>".encode(), Locked),
        (423, b"", Locked),
        (400, b'{"ReasonCode":"DossierBadCPR"}', Rejected),
        (409, b"", Rejected),
        (429, b"", TemporaryFailure),
        (503, b"<html>", TemporaryFailure),
        (500, b"", OutcomeUnknown),
        (502, b"", OutcomeUnknown),
        (504, b"", OutcomeUnknown),
    ],
)  # fmt: skip
def test_a_refusal_is_sorted_by_what_it_says(status, content, kind):
    """By its reason code before its status, in XML and in JSON; and the message is not quoted."""
    found = problem(answer(status, content.replace(b"<Message>x", b"<Message>121212-1212")))
    assert type(found) is kind
    assert "1212" not in f"{found}{found.danish}"


@pytest.mark.parametrize("status", [200, 201, 204, 303])
def test_a_success_is_no_problem(status):
    """Nor is where it shows on."""
    assert problem(answer(status)) is None


def test_a_reason_nobody_knows_is_not_shown():
    """It is F2's text, and could be anything."""
    found = problem(answer(400, b'{"ReasonCode":"121212-1212"}'))
    assert (str(found), found.code) == ("HTTP 400 from f2.test:443/x", "f2.400")
