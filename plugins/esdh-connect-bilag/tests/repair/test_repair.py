"""Damaged and encrypted files come back whole from a child process, or are declined with a reason; nothing hangs."""

import os
import resource
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter

from esdh_connect_bilag.engine import Bounds, Declined, Part, Reason, open_pdf
from esdh_connect_bilag.repair import (
    Confines,
    Mending,
    PagesLost,
    merge_with_pypdf,
    pages_claimed,
    with_pikepdf,
    with_pypdf,
)
from esdh_connect_bilag.repair import worker as worker_module
from esdh_connect_bilag.repair.child import ChildFailed, called
from tests.hostile.files import BOMBS, CYCLES
from tests.hostile.writing import CATALOG, PAGE, pdf

BOTH = pytest.mark.parametrize("way", [with_pypdf, with_pikepdf], ids=lambda way: way.name)
BOUNDS = Bounds()
WORKER = Path(worker_module.__file__)


def pages(content: bytes) -> int:
    return len(open_pdf(content).pages)


def encrypted(*, password: str = "", owner: str = "owner") -> bytes:
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(made, encryption=pikepdf.Encryption(user=password, owner=owner))
    return made.getvalue()


def damaged(pages: int = 1) -> bytes:
    """Its cross-reference lies ten bytes beside the truth; it may say it has more pages than it has."""
    return pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % pages}).replace(
        b"%PDF-1.7\n", b"%PDF-1.7\n%12345678\n"
    )


@BOTH
@pytest.mark.parametrize("content", [encrypted(), damaged()], ids=["encrypted", "damaged"])
def test_what_the_engine_declines_comes_back_as_what_it_takes(way: Mending, content: bytes) -> None:
    """Decrypted with the empty password or its cross-reference rebuilt, with the same pages."""
    with pytest.raises(Declined):
        open_pdf(content)
    (page,) = open_pdf(way(content, BOUNDS)).pages
    assert page.entries["MediaBox"] == [0, 0, 595, 842]


@BOTH
def test_the_same_file_is_mended_to_the_same_bytes(way: Mending) -> None:
    """A letter that went through a repair is as deterministic as any other."""
    assert way(damaged(), BOUNDS) == way(damaged(), BOUNDS)


@BOTH
def test_a_repair_that_loses_pages_is_no_repair(way: Mending) -> None:
    """Libraries drop what they cannot read without a word; the file's own count of its pages tells."""
    with pytest.raises(PagesLost) as lost:
        way(damaged(pages=7), BOUNDS)
    assert (lost.value.before, lost.value.after) == (7, 1)


def test_pages_of_an_earlier_version_are_not_missed_in_an_encrypted_file() -> None:
    """Its cross-reference is whole: what counts is the page tree it leads to, not every count in the file."""
    content = encrypted()
    assert pages_claimed(content + b"\n9 0 obj << /Kids [] /Count 9 >> endobj", BOUNDS) == 1


@BOTH
def test_a_file_that_needs_a_password_is_declined_as_locked(way: Mending) -> None:
    """The caseworker is told that it is locked, not that it is damaged."""
    with pytest.raises(Declined) as declined:
        way(encrypted(password="secret"), BOUNDS)
    assert declined.value.reason is Reason.ENCRYPTED


@BOTH
def test_what_is_no_pdf_is_declined_without_a_word_of_it(way: Mending) -> None:
    """Errors go into logs: what a library says of a file may quote it, so only the name of the exception is told."""
    with pytest.raises(Declined) as declined:
        way(b"%PDF-1.7 Hanne Jensen bor her", BOUNDS)
    assert declined.value.reason is Reason.DAMAGED
    assert "Hanne" not in str(declined.value)
    assert "Hanne" not in str(declined.value.__cause__)


def test_a_library_that_is_not_installed_is_said_to_be_unavailable() -> None:
    """The library pikepdf is an extra: without it the part is declined as not repaired, and no child is started."""
    with pytest.raises(Declined, match="not installed") as declined:
        Mending("no_such_library")(damaged(), BOUNDS)
    assert declined.value.reason is Reason.UNAVAILABLE


def test_a_child_that_cannot_be_started_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with a Python built in has perhaps no program to start: the part is declined, the letter not broken."""
    monkeypatch.setattr(sys, "executable", "/usr/sbin/webserver")
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    with pytest.raises(Declined, match="no Python to start") as declined:
        with_pypdf(damaged(), BOUNDS)
    assert declined.value.reason is Reason.UNAVAILABLE


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A worker that does what a test wants."""
    return tmp_path / "worker.py"


def failure(script: Path, confines: Confines = Confines()) -> str:
    with pytest.raises(ChildFailed) as failed:
        called("pypdf", [b""], confines, worker=script)
    return failed.value.reason


def test_a_child_that_crashes_is_a_finding(script: Path) -> None:
    """The library libqpdf dies of deep chains: the host process only hears of it."""
    script.write_text("import os; os.kill(os.getpid(), 11)")
    assert failure(script) == "crashed"


def test_a_child_that_waits_is_ended_with_all_it_started(script: Path, tmp_path: Path) -> None:
    """Its whole process group goes, and nothing of it is there afterwards."""
    script.write_text(
        "import subprocess, sys, time\n"
        f"one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(one.pid))\n"
        "time.sleep(60)"
    )
    began = time.monotonic()
    assert failure(script, Confines(clock=2)) == "time"
    assert time.monotonic() - began < 10
    grandchild = int((tmp_path / "pid").read_text())
    assert not running(grandchild)


def running(pid: int) -> bool:
    """Ended, it may wait a moment for the system to take it away."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("name", "limit"), [("RLIMIT_CPU", 1), ("RLIMIT_AS", 2**28), ("RLIMIT_FSIZE", 2**20), ("RLIMIT_CORE", 0)]
)
def test_the_child_sets_its_own_limits_before_it_reads(name: str, limit: int) -> None:
    """Processor, memory, size of what it writes, and no dump that would hold the letter."""
    program = (
        "import resource, runpy, sys; worker = runpy.run_path(sys.argv[1]); worker['_confine'](2**28, 1, 5, 2**20);"
        "print(resource.getrlimit(getattr(resource, sys.argv[2])))"
    )
    command = [sys.executable, "-I", "-c", program, str(WORKER), name]
    found = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert found.strip() == str((limit, limit))


def test_the_processor_time_of_a_child_is_bounded(script: Path) -> None:
    """However long the clock is."""
    worker = WORKER.read_text()
    script.write_text(worker.replace("order = json.loads", "while True: pass\n    order = json.loads"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert failure(script, Confines(processor=1)) == "time"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3


@pytest.mark.parametrize("make", [BOMBS["billion_laughs"], CYCLES["kids_go_round"]], ids=["laughs", "cycle"])
@BOTH
def test_hostile_files_are_declined_by_both_ways(way: Mending, make) -> None:
    """A page tree that goes round, or is the same again and again, has no pages that anybody could count."""
    with pytest.raises(Declined):
        pages(way(make(), BOUNDS))


def test_the_environment_of_the_host_stays_at_home(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts keep passwords there."""
    monkeypatch.setenv("ESDH_SECRET", "x")
    script.write_text("import os, sys; sys.stderr.write(' '.join(os.environ)); sys.stdout.write('%PDF-')")
    assert "ESDH_SECRET" not in called("pypdf", [b""], Confines(), worker=script).told


def test_all_files_of_the_child_have_no_name(script: Path, tmp_path: Path) -> None:
    """A letter is never on the disk in clear under a name."""
    script.write_text(
        "import os, sys\nsys.stderr.write(';'.join(os.readlink(f'/proc/self/fd/{at}') for at in range(3)))"
    )
    links = called("pypdf", [b""], Confines(), worker=script).told.split(";")
    assert [link for link in links if "(deleted)" not in link] == []


def test_pypdf_merges_the_whole_letter_as_the_last_way() -> None:
    """Each part has its bookmark and its pages; the way says that tags and layers did not come along."""
    parts = [Part("Brev", pdf()), Part("Låst", encrypted()), Part("Skadet", damaged())]
    merged = merge_with_pypdf(parts)
    assert [(placed.first_page, placed.pages, placed.way) for placed in merged.placed] == [
        (at, 1, "pypdf-merge") for at in range(3)
    ]
    outline: list[Any] = PdfReader(BytesIO(merged.content)).outline
    assert [item["/Title"] for item in outline] == ["Brev", "Låst", "Skadet"]


def test_nothing_that_acts_comes_through_the_last_way() -> None:
    """Scripts and launches of annotations, fields and the document are taken out there too."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    annotation = b"/Annots [<< /Subtype /Widget /T (f) /FT /Tx /Rect [0 0 9 9] /A %b /AA << /K %b >> >>]" % (
        script,
        script,
    )
    content = pdf(
        {
            1: CATALOG[:-2] + b"/OpenAction %b /Names << /JavaScript << /Names [(x) %b] >> >> >>" % (script, script),
            3: PAGE[:-2] + annotation + b" /AA << /O %b >> >>" % script,
        }
    )
    merged = merge_with_pypdf([Part("Brev", content)]).content
    assert b"JavaScript" in content
    assert b"JavaScript" not in merged
    assert b"alert" not in merged


def test_a_letter_that_pypdf_cannot_merge_is_declined() -> None:
    """There is no way after the last one."""
    with pytest.raises(Declined, match="pypdf-merge"):
        merge_with_pypdf([Part("Brev", pdf()), Part("Bilag", b"nothing")])


def test_mending_keeps_what_the_catalogue_leads_to() -> None:
    """Tags, layers and language are not lost where a file is decrypted."""
    layers = b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
    tagged = {
        1: CATALOG[:-2] + b"/Lang (da) /StructTreeRoot 5 0 R %b >>" % layers,
        5: b"<< /Type /StructTreeRoot /K 7 0 R >>",
        6: b"<< /Type /OCG /Name (skjult) >>",
        7: b"<< /S /P /P 5 0 R /Pg 3 0 R /K 0 >>",
    }
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(tagged))))
    writer.encrypt("", "owner")
    made = BytesIO()
    writer.write(made)
    for way in (with_pypdf, with_pikepdf):
        catalog = open_pdf(way(made.getvalue(), BOUNDS)).catalog
        assert {"Lang", "StructTreeRoot", "OCProperties"} <= catalog.keys()
