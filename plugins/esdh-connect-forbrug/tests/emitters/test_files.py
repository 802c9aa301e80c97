"""Use in files: whole lines, each once, whatever is killed; and a table that Excel opens and cannot be fooled by."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import attrs
import pytest
from emitters.houses import AT, house, used
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.testing.fakes import FakeClock
from esdh_connect.usage import UsageKind
from esdh_connect_forbrug.emitters.envelope import Envelope
from esdh_connect_forbrug.emitters.files import Csv, JsonLines
from esdh_connect_forbrug.emitters.series import Series

FRIDAY = date(2026, 11, 27)


def at_friday(emitter):
    emitter.now = FakeClock(AT)
    return emitter


@pytest.fixture
def lines(tmp_path):
    return at_friday(JsonLines(path=tmp_path / "use" / "usage.jsonl"))


@pytest.fixture
def table(tmp_path):
    return at_friday(Csv(path=tmp_path / "usage.csv"))


def ids(folder):
    return [json.loads(line)["id"] for path in sorted(folder.iterdir()) for line in path.read_bytes().splitlines()]


def test_a_line_is_a_cloud_event(lines):
    """The very event that everybody else is told."""
    lines.export_usage([used(1), used(2)])
    [path] = lines.path.parent.iterdir()
    assert path.name == "usage-2026-11-27.jsonl"
    assert path.read_bytes() == b"".join(Envelope("urn:esdh-connect").written(used(at)) + b"\n" for at in (1, 2))


def test_what_is_handed_over_again_is_written_once(lines):
    """A process that was killed before it could say so is handed the same again."""
    lines.export_usage([used(1), used(2)])
    lines.export_usage([used(1), used(2), used(3)])
    assert ids(lines.path.parent) == [str(used(at).id) for at in (1, 2, 3)]


@given(st.integers(0, 3000))
def test_half_a_line_is_cut_off_and_comes_again(tmp_path_factory, cut):
    """Wherever the writing was cut off, every line is whole afterwards, and each is there once."""
    folder = tmp_path_factory.mktemp("cut")
    lines = at_friday(JsonLines(path=folder / "usage.jsonl"))
    batch = [used(at) for at in range(5)]
    lines.export_usage(batch)
    [path] = folder.iterdir()
    os.truncate(path, min(cut, path.stat().st_size))
    lines.export_usage(batch)
    assert sorted(ids(folder)) == sorted(str(one.id) for one in batch)


def test_a_day_has_files_of_its_own_and_a_file_has_an_end(lines):
    """By the Danish day, and by size: a reader takes files that are over."""
    series = attrs.evolve(lines._series, max_bytes=2000)
    for at, day in enumerate([FRIDAY] * 6 + [FRIDAY + timedelta(days=1)] * 2):
        series.add([Envelope("x").written(used(at)) + b"\n"], day)
    names = sorted(path.name for path in lines.path.parent.iterdir())
    assert names == ["usage-2026-11-27.2.jsonl", "usage-2026-11-27.jsonl", "usage-2026-11-28.jsonl"]
    assert all(path.stat().st_size <= 2000 for path in lines.path.parent.iterdir())
    assert len(set(ids(lines.path.parent))) == 8
    series.add([b'{"id":"late"}\n'], FRIDAY)
    assert b"late" in (lines.path.parent / "usage-2026-11-28.jsonl").read_bytes()


def test_the_day_is_the_danish_one(lines):
    """At 23.30 in London it is tomorrow here."""
    lines.now = FakeClock(AT.replace(hour=23, minute=30))
    lines.export_usage([used(1)])
    assert [path.name for path in lines.path.parent.iterdir()] == ["usage-2026-11-28.jsonl"]


def test_files_that_are_too_old_are_deleted_and_nothing_else(tmp_path):
    """Where nothing is said they are kept; what has another name is none of ours."""
    lines = at_friday(JsonLines(path=tmp_path / "usage.jsonl", keep_days=30))
    for name in (
        "usage-2026-10-27.jsonl",
        "usage-2026-10-28.jsonl",
        "other-2020-01-01.jsonl",
        "usage-2020-02-31.jsonl",
    ):
        (tmp_path / name).write_text("{}\n")
    assert lines.erase_expired() == 1
    assert at_friday(JsonLines(path=tmp_path / "usage.jsonl")).erase_expired() == 0
    assert not (tmp_path / "usage-2026-10-27.jsonl").exists()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_full_disk_is_an_error_and_leaves_no_half_batch(tmp_path, monkeypatch):
    """What was begun is taken back, and comes again when there is room."""
    lines = at_friday(JsonLines(path=tmp_path / "usage.jsonl"))
    lines.export_usage([used(1)])
    whole, real = ids(tmp_path), os.write

    def full(file, content):
        real(file, content[:50])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            lines.export_usage([used(2), used(3)])
    assert ids(tmp_path) == whole
    lines.export_usage([used(2), used(3)])
    assert len(ids(tmp_path)) == 3


def test_the_table_opens_in_a_danish_excel(table):
    """A mark for UTF-8, semicolons, CRLF, the time as it is here, seconds with a comma."""
    table.export_usage([used(1, department="børn"), used(2, UsageKind.PRINTED)])
    [path] = table.path.parent.glob("*.csv")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfId;Tidspunkt;Kilde;Afdeling;H")
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0]["Tidspunkt"] == "2026-11-27 14:03:22"
    assert (rows[0]["Afdeling"], rows[0]["Hændelse"], rows[0]["Sider"]) == ("børn", "Afsendt", "7")
    assert rows[1]["Hændelse"] == "Printet lokalt"


@given(st.text(min_size=1, max_size=30), st.sampled_from(["", *'=+-@\t\r\n;"', "\uff1d", " ="]))
def test_no_cell_is_a_formula_and_every_line_is_a_row(tmp_path_factory, text, begins):
    """Whatever a department is called: what is read back is a text on one line."""
    folder = tmp_path_factory.mktemp("csv")
    table = at_friday(Csv(path=folder / "usage.csv"))
    table.export_usage([used(1, department=begins + text)])
    [path] = folder.iterdir()
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 2
    assert len(rows[1]) == len(rows[0]) == 13
    assert not [cell for cell in rows[1] if cell.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))]
    assert path.read_bytes().count(b"\n") == 2


def test_the_table_too_is_mended_and_written_once(table):
    """Half a head is no head."""
    table.export_usage([used(1), used(2)])
    [path] = table.path.parent.glob("*.csv")
    whole = path.read_bytes()
    for cut in (5, 150, len(whole) - 3):
        os.truncate(path, 0)
        path.write_bytes(whole[:cut])
        table.export_usage([used(1), used(2)])
        assert path.read_bytes() == whole


WORKER = """
import sys
from pathlib import Path
from emitters.houses import house
from esdh_connect_forbrug.emitters.files import JsonLines

with house(Path(sys.argv[1]), out=JsonLines(path=Path(sys.argv[2]))) as one:
    one.letters = int(sys.argv[3])
    while True:
        one.send(3)
        one.round(None)
        print("round", flush=True)
"""


@pytest.mark.slow
def test_a_worker_that_is_killed_leaves_whole_lines_each_once(tmp_path):
    """Slow: real processes, ended by SIGKILL wherever they are; the next one writes what is missing, and no more."""
    folder, place = tmp_path / "use", Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    for run, seconds in enumerate((0.0, 0.02, 0.05, 0.09, 0.14, 0.2)):
        command = [sys.executable, "-c", WORKER, tmp_path / "outbox.db", folder / "usage.jsonl", str(run * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert [process.stdout.readline() for _ in range(2)] == [b"round\n"] * 2
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
    with house(tmp_path / "outbox.db", out=JsonLines(path=folder / "usage.jsonl")) as last:
        while last.round(None):
            continue
        counted = sum(last.post.usage(AT - timedelta(days=999), AT + timedelta(days=999)).values())
    written = ids(folder)
    assert len(written) == len(set(written)) == counted > 30


def test_where_a_line_ends_is_found_however_long_it_is(tmp_path):
    """Longer than what is read at a time."""
    path = tmp_path / "usage-2026-11-27.jsonl"
    path.write_bytes(b'{"id":"1"}\n' + b"x" * 200_000)
    Series(tmp_path / "usage.jsonl", 1 << 30).add([b'{"id":"2"}\n'], FRIDAY)
    assert path.read_bytes() == b'{"id":"1"}\n{"id":"2"}\n'
