"""What a large letter costs."""

import os
import subprocess
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("elsewhere the figure has another unit, or is not there", allow_module_level=True)

MEGABYTE = 1_000_000


def large_pdf(pages: int) -> bytes:
    """A PDF with a megabyte on each page, which nobody can make smaller."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * page) for page in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids)]
    for page in range(pages):
        box = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>" % (4 + 2 * page)
        objects += [box, b"<< /Length %d >>\nstream\n%s\nendstream" % (MEGABYTE, os.urandom(MEGABYTE))]
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    end = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, end)
    return bytes(body)


MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.mark.slow  # 70 MB are read, sealed, stored, opened and written, twice
@pytest.mark.parametrize(
    "files",
    [
        ("stor.pdf",),
        ("brev.pdf", "stor.pdf"),
    ],
    ids=["alone", "as an attachment"],
)
def test_a_letter_of_70_mb_does_not_cost_300_mb_of_memory(place, files):
    """The plan's bytes are gone before the commit makes its own, and those before the letter is sent."""
    (place.path / "stor.pdf").write_bytes(large_pdf(70))
    # Whoever installs us has no rich; structlog imports it where a tool of development brought it, at 6 MB.
    (place.path / "without").mkdir()
    (place.path / "without" / "rich.py").write_text("raise ImportError")
    paths = os.pathsep.join(filter(None, ["without", place.environment.get("PYTHONPATH")]))
    command = place.command("send", "--title", "x", "--to", "liste.jsonl", "--yes", *files)
    # A small process in between: what a process needs at most is never less than what its parent had.
    measured = [sys.executable, "-c", MEASURED, *command]
    environment = {**place.environment, "PYTHONPATH": paths}
    done = subprocess.run(measured, cwd=place.path, env=environment, capture_output=True, check=True)
    code, most = map(int, done.stdout.split())
    assert code == 0
    assert len(place.posted()) == 1
    assert most < 300 * MEGABYTE
