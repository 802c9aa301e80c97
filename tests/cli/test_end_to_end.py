"""From files on disk to a stored MeMo, against an offline Serviceplatformen."""

import json
from base64 import b64decode
from hashlib import sha256
from importlib.metadata import entry_points

import pytest
from lxml import etree

if "serviceplatformen" not in entry_points(group="esdh_connect").names:
    pytest.skip("the plugin esdh-connect-serviceplatformen is not installed", allow_module_level=True)
sandboxes = pytest.importorskip("esdh_connect_sandbox", reason="esdh-connect-sandbox is not installed")

FILES = ("brev.pdf", "kort.pdf", "plan.pdf")


@pytest.fixture
def sandbox(place):
    """One that is running, in the folder of the installation, with three files to send."""
    for pages, name in enumerate(FILES, start=1):
        place.write(name, *[name] * pages)
    with sandboxes.Sandbox(place.path / "sandbox") as running:
        yield running


def send(place, sandbox, *options):
    return place.send("--settings", str(sandbox.settings), "--json", *options, files=FILES)


def files_in(body):
    """The contents that a message carries, in order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    tree = etree.fromstring(body, parser)
    return [
        b64decode(node.text)
        for node in tree.iter()
        if node.text and node.text.startswith("JVBERi")  # a PDF in base64
    ]


def test_three_files_become_one_stored_memo_of_exactly_the_bytes_that_were_told(place, sandbox):
    """What ``files`` says is what Serviceplatformen received, under the UUID that was told."""
    ended = send(place, sandbox, "--yes")
    assert ended.code == 0
    (row,) = ended.json["dispatches"]
    (received,) = sandbox.received()
    assert (row["channel"], received.message) == ("digital_post", row["message_uuid"])
    (content,) = files_in(sandbox.body(received))
    (file,) = row["manifest"]["files"]
    assert (file["sha256"], file["size"], file["pages"]) == (sha256(content).hexdigest(), len(content), 6)
    told = [(one["name"], one["sha256"]) for one in row["manifest"]["documents"]]
    assert told == [(name, sha256((place.path / name).read_bytes()).hexdigest()) for name in FILES]


def test_the_dry_run_told_the_same(place, sandbox):
    """Chosen is shown is sent, and a dry run sends nothing."""
    planned = send(place, sandbox, "--dry-run").json["dispatches"][0]
    assert sandbox.requests() == []
    sent = send(place, sandbox, "--yes").json["dispatches"][0]
    for key in ("recipient", "channel", "manifest", "reasons"):
        assert planned[key] == sent[key]


def test_an_answer_that_is_lost_is_not_asked_for_again(place, sandbox):
    """Exit code 5, once and whenever it is repeated: there is one letter."""
    sandbox.script.add(sandboxes.Fault("kombi", "reset_after"))
    for _ in range(2):
        ended = send(place, sandbox, "--yes")
        assert ended.code == 5
        assert ended.json["dispatches"][0]["status"] == "unresolved"
    assert len(sandbox.received()) == 1


def test_a_service_that_is_down_is_a_reason_to_come_back(place, sandbox):
    """Nothing was sent, and the letter lies in the outbox."""
    sandbox.script.add(sandboxes.Fault("kombi", "too_many", retry_after=60))
    ended = send(place, sandbox, "--yes")
    assert ended.code == 75
    assert "1 af 1 venter i udbakken" in ended.err
    assert sandbox.received() == []


def test_who_has_no_digital_post_gets_a_letter_on_paper(place, sandbox):
    """With all of the attachments."""
    place.recipients({**place.ANE, "cpr": "6101800000"})
    (row,) = send(place, sandbox, "--yes").json["dispatches"]
    assert row["channel"] == "fysisk_post"
    (received,) = sandbox.received()
    contents = files_in(sandbox.body(received))
    assert [sha256(one).hexdigest() for one in contents] == [one["sha256"] for one in row["manifest"]["files"]]


def test_neither_side_writes_a_number_where_people_look(place, sandbox):
    """Not in the log of the program, nor in the outbox's file."""
    ended = send(place, sandbox, "--yes", "-vv")
    assert "1212121212" not in ended.out + ended.err + json.dumps([str(one) for one in sandbox.requests()])
    assert b"1212121212" not in (place.path / "sandbox" / "outbox.db").read_bytes()
