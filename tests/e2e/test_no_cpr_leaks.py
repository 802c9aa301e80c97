"""No CPR number leaves the message: every artefact of a run with everything logged and much going wrong is searched."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from esdh_connect.testing.fakes import pdf_of
from esdh_connect_sandbox import Sandbox

CPRS = ("1212121212", "0101901234", "0202915678", "1503851111", "2412772222", "6101800000")
RUN = [sys.executable, "-m", "esdh_connect.cli"]
FAULTS = """
[[fault]]
on = "kombi"
kind = "refuse"
text = "the recipient 010190-1234 is not known, nor is 0202915678"

[[fault]]
on = "kombi"
kind = "reset_after"

[[fault]]
on = "kombi"
kind = "html"

[[fault]]
on = "receipt"
kind = "failed"
code = "memo.invalid"
text = "recipientID 0101901234 is odd"
"""


def spellings(cpr):
    """Give it as it may be written, in bytes."""
    return [text.encode() for text in (cpr, f"{cpr[:6]}-{cpr[6:]}", f"{cpr[:6]} {cpr[6:]}", f"{cpr[:6]}%2D{cpr[6:]}")]


def found_in(folder, cprs=CPRS):
    """Give the files below a folder that hold a test CPR."""
    marks = [mark for cpr in cprs for mark in spellings(cpr)]
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(mark in path.read_bytes() or mark in str(path).encode() for mark in marks)
    ]


@contextmanager
def running(left, name, *arguments):
    """Run a command until the block ends; its log goes to a file, its one line of JSON is given."""
    with (left / f"{name}.err").open("wb") as log:
        process = subprocess.Popen([*RUN, "-vv", *arguments], stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture
def run(tmp_path):
    """Run everything as processes of their own, and give the folder of what they left."""
    left = tmp_path / "left"
    left.mkdir()
    with Sandbox(left / "sandbox") as first:
        settings = str(first.settings)
    with (
        running(left, "endpoint", "receipts", "--settings", settings) as endpoint,
        running(left, "sandbox", "sandbox", "--dir", str(left / "sandbox"), "--fast", "--push", endpoint["url"]),
    ):
        (left / "sandbox" / "faults.toml").write_text(FAULTS)
        yield left, settings


def send(left, settings, name, stdin, *arguments):
    """Send with everything said, and keep what was said."""
    done = subprocess.run(
        [*RUN, "-vv", "send", "--settings", settings, "--title", "Afgørelse", "--to", "-", "--yes", *arguments],
        input=stdin.encode(),
        capture_output=True,
        check=False,
    )
    (left / f"{name}.out").write_bytes(done.stdout)
    (left / f"{name}.err").write_bytes(done.stderr)
    return done.returncode


def test_no_artefact_holds_a_test_cpr_but_the_stored_messages(run, tmp_path):
    """Logs, database, journal files, output, errors and tracebacks; the fault texts quote numbers on purpose."""
    left, settings = run
    letter = tmp_path / "brev.pdf"
    letter.write_bytes(pdf_of("Kære borger"))
    address = {"street": "Prøvevej", "number": "7", "post_code": "8000", "city": "Aarhus C"}
    people = "\n".join(
        json.dumps({"cpr": cpr, "name": f"Person {at}", "address": address}) for at, cpr in enumerate(CPRS)
    )

    codes = [
        send(left, settings, "all", people, str(letter)),
        send(left, settings, "json", people, "--json", "--again", "--override", "same_letter=igen", str(letter)),
        send(left, settings, "wrong", '{"cpr": "0101901234", "nam": "x"}', str(letter)),
        send(left, settings, "twice", '{"cpr": "0101901234"}\n{"cpr": "010190-1234"}', str(letter)),
        send(left, settings, "no-such-file", people, str(tmp_path / "nothing.pdf")),
    ]
    for command in ("outbox list", "drain"):
        done = subprocess.run([*RUN, "-vv", *command.split(), "--settings", settings], capture_output=True, check=False)
        (left / f"{command.split()[0]}.txt").write_bytes(done.stdout + done.stderr)

    assert codes[0] in (4, 5)
    messages = list((left / "sandbox" / "received").glob("*.xml"))
    (left / "sandbox" / "faults.toml").unlink()  # our own script, whose texts quote numbers
    (left / "sandbox" / "registered.toml").unlink()  # the sandbox's table of who is registered
    provider = left / "sandbox" / "sandbox.db"  # the other side's memory: it holds the receipt that quotes one
    assert provider not in found_in(left, [cpr for cpr in CPRS if cpr != "0101901234"])
    provider.unlink()
    holding = found_in(left)
    assert len(messages) >= len(CPRS)
    digital = [path for path in holding if path.suffix == ".xml"]
    assert digital, "the search finds what is there to be found"
    assert set(holding) <= set(messages), [str(path.relative_to(left)) for path in holding if path not in messages]
    assert (left / "endpoint.err").read_bytes()


def test_the_search_would_find_one(tmp_path):
    """In any spelling, in a name as well as in content."""
    inputs = tmp_path / "inputs"  # a name the search of the whole run passes over
    inputs.mkdir()
    (inputs / "a.log").write_text("cpr=010190-1234")
    (inputs / "6101800000.txt").write_text("")
    (inputs / "clean.log").write_text("cpr=xxxxxx-xxxx")

    assert [Path(path).name for path in found_in(inputs)] == ["6101800000.txt", "a.log"]
