"""The push endpoint: 20 only after the receipt is stored, 40 where it was not, and never an exception."""

import io
from http.client import HTTPConnection
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app

LETTER = "0b2f6c52-5a53-4d0c-9b5b-2f6a3c1f7d11"
STATUS = (
    '<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">'
    f"<MessageUUID>{LETTER}</MessageUUID><TransaktionsStatusKode>Klar</TransaktionsStatusKode></PKO_PostStatus>"
).encode()


def call(app, body=b"", method="POST", **environ):
    """Call a WSGI application as a server would, held to the standard."""
    full = {
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/xml",
        "QUERY_STRING": "",
    }
    setup_testing_defaults(full)
    full |= {"wsgi.input": io.BytesIO(body), **environ}
    started = []

    def start(status, headers, exc_info=None):
        started.append((status, dict(headers)))
        return lambda _: None

    answer = validator(app)(full, start)
    text = b"".join(answer).decode()
    answer.close()
    return started[0][0], text


def test_it_says_20_after_the_receipt_was_stored():
    """The order is the promise."""
    stored = []
    status, text = call(poststatus_app(stored.append), STATUS)

    assert status == "200 OK"
    assert "<StatusKode>20</StatusKode>" in text
    assert str(stored[0].message_uuid) == LETTER


def test_it_says_40_where_the_receipt_could_not_be_stored():
    """Then it is told again; the answer says nothing of why."""

    def full(_):
        raise OSError("disk full at /secret/place")

    status, text = call(poststatus_app(full), STATUS)

    assert status == "200 OK"
    assert "<StatusKode>40</StatusKode>" in text
    assert "secret" not in text


@pytest.mark.parametrize("body", [b"<", b"<html/>", b"<!DOCTYPE x []><x/>"])
def test_what_came_whole_and_cannot_be_read_is_kept_for_a_person(body):
    """It would be told again just so, for ever. Where it cannot be stored it is told again all the same."""
    stored = []

    assert "<StatusKode>20</StatusKode>" in call(poststatus_app(stored.append), body)[1]
    assert [one.raw for one in stored] == [body]

    def full(_):
        raise OSError("disk full")

    assert "<StatusKode>40</StatusKode>" in call(poststatus_app(full), body)[1]


def test_it_says_40_to_nothing():
    """An empty body did not come whole."""
    stored = []

    assert "<StatusKode>40</StatusKode>" in call(poststatus_app(stored.append))[1]
    assert stored == []


@pytest.mark.parametrize("length", ["", "x", "-1", "99999999999", str(len(STATUS) + 5)])
def test_a_wrong_length_is_not_believed(length):
    """Neither read for ever nor cut."""
    stored = []
    app = poststatus_app(stored.append)
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(STATUS)}

    answer = b"".join(app(environ, lambda status, headers: None))

    assert b"<StatusKode>40</StatusKode>" in answer
    assert stored == []


def test_it_answers_the_calls_that_only_ask_whether_it_is_there():
    """Beskedfordeler may send HEAD and GET."""
    app = poststatus_app(print)

    assert call(app, method="HEAD") == ("200 OK", "")
    assert call(app, method="GET")[0] == "200 OK"
    assert call(app, method="DELETE")[0].startswith("405")


def test_it_serves_over_a_real_socket():
    """As the command runs it."""
    stored = []
    with serving(poststatus_app(stored.append)) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("POST", "/", STATUS, {"Content-Type": "application/xml"})
        assert b"<StatusKode>20</StatusKode>" in connection.getresponse().read()
        connection.close()

    assert len(stored) == 1
