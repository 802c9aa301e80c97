"""`esdh-connect consolidate`, as whoever sits there types it."""

import json
import os
import stat
import zipfile
from contextlib import chdir
from io import BytesIO

import pikepdf
import pytest

from esdh_connect.cli.group import run
from esdh_connect.testing.fakes import pdf_of


@pytest.fixture
def folder(tmp_path, scripted):
    files = {"brev.pdf": pdf_of("Brev"), "kort.pdf": pdf_of("a", "b"), "noter.txt": "Blåbær".encode()}
    for name, content in {**files, "script.pdf": scripted}.items():
        (tmp_path / name).write_bytes(content)
    with chdir(tmp_path):
        yield tmp_path


def test_files_become_one_pdf_and_it_is_told_what_became_of_them(folder, capsys):
    """Where each is, and what was done to it; the owner alone can read it."""
    assert run(["consolidate", "ud.pdf", "brev.pdf", "kort.pdf", "noter.txt", "script.pdf", "--title", "Sag 7"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ud.pdf: ")
    assert any(line.endswith(": kort.pdf, 2 sider") for line in lines)
    assert any(line.endswith(": noter.txt, 1 side (lavet om til PDF)") for line in lines)
    assert any(line.endswith(": script.pdf, 1 side (gjort sikker)") for line in lines)
    assert "    Bemærk: »script.pdf«: Et script (JavaScript) i filen tages ud." in lines
    with pikepdf.open(folder / "ud.pdf") as pdf:
        assert str(pdf.docinfo.Title) == "Sag 7"
    assert stat.S_IMODE((folder / "ud.pdf").stat().st_mode) == 0o600
    assert not list(folder.glob("*.del"))


def test_a_program_is_told_the_same_as_json(folder, capsys):
    """And the same files give the same bytes."""
    assert run(["consolidate", "ud.pdf", "brev.pdf", "kort.pdf", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert [(one["name"], one["first_page"], one["pages"]) for one in told["places"]] == [
        ("brev.pdf", 1, 1),
        ("kort.pdf", 2, 2),
    ]
    assert told["size"] == (folder / "ud.pdf").stat().st_size
    assert {one["acts"] for one in told["findings"]} == {"administrator"}
    assert run(["consolidate", "igen.pdf", "brev.pdf", "kort.pdf", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sha256"] == told["sha256"]


def test_a_program_is_told_as_json_why_there_is_no_file(folder, capsys):
    """A document that cannot come along, one that is not there, or a file in the way; a person is told the same."""
    (folder / "i-stykker.pdf").write_bytes(b"%PDF-1.7 og ikke mere")
    (folder / "der.pdf").write_bytes(b"min")
    os.mkfifo(folder / "rør")
    for words in (
        ["ud.pdf", "brev.pdf", "i-stykker.pdf"],
        ["der.pdf", "brev.pdf", "kort.pdf"],
        ["ud.pdf", "brev.pdf", "væk.pdf"],
        ["ud.pdf", "brev.pdf", "010190-1234.pdf"],
        ["ud.pdf", "brev.pdf", "rør"],
    ):
        assert run(["consolidate", *words, "--json"]) != 0
        ended = capsys.readouterr()
        told = json.loads(ended.out)
        assert told["out"] is None
        assert ended.err.strip().endswith(told["error"])
        assert told["error"]
    assert not (folder / "ud.pdf").exists()
    assert (folder / "der.pdf").read_bytes() == b"min"


def test_a_list_and_stamps_are_as_whoever_types_it_wants_them(folder, capsys):
    """The list comes by itself, stamps do not."""
    words = ["consolidate", "ud.pdf", "brev.pdf", "kort.pdf", "noter.txt", "--json"]
    assert run(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["changes"]) for one in told["places"]] == [
        ("brev.pdf", []),
        (None, ["bilagsoversigt"]),
        ("kort.pdf", []),
        ("noter.txt", ["converted"]),
    ]
    (folder / "ud.pdf").unlink()
    assert run([*words, "--no-overview", "--stamp", "--paper"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["changes"]) for one in told["places"]] == [
        ("brev.pdf", []),
        (None, ["blank side"]),
        ("kort.pdf", ["stemplet", "tilpasset A4"]),
        ("noter.txt", ["converted", "stemplet", "tilpasset A4"]),
    ]


def test_what_is_there_already_is_not_overwritten(folder, capsys):
    """Neither a letter nor anything else."""
    assert run(["consolidate", "kort.pdf", "brev.pdf", "noter.txt"]) == 1

    assert "kort.pdf findes allerede og bliver ikke overskrevet" in capsys.readouterr().err
    assert (folder / "kort.pdf").read_bytes() == pdf_of("a", "b")


def test_two_runs_that_write_the_same_file_write_one_of_them_whole(folder, capsys):
    """Each has a file of its own until it is whole; what a killed run left is taken away, and only that."""
    left, fresh = folder / "ud.pdf.abc.del", folder / "ud.pdf.def.del"
    left.write_bytes(b"half a letter")
    fresh.write_bytes(b"being written")
    os.utime(left, (0, 0))
    assert run(["consolidate", "ud.pdf", "brev.pdf", "kort.pdf"]) == 0

    assert (folder / "ud.pdf").read_bytes().startswith(b"%PDF")
    assert fresh.read_bytes() == b"being written"
    assert not left.exists()


def test_a_folder_is_no_file_to_write(folder, capsys):
    """However it is named."""
    for out in (".", str(folder)):
        assert run(["consolidate", out, "brev.pdf", "kort.pdf"]) == 1
        assert "findes allerede" in capsys.readouterr().err


def test_everything_that_is_wrong_is_told_at_once(folder, capsys):
    """Files that cannot be read, and those that cannot be converted; and nothing speaks of sending."""
    (folder / "tom.pdf").write_bytes(b"")
    (folder / "falsk.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    assert run(["consolidate", "ud.pdf", "brev.pdf", "tom.pdf", "falsk.png"]) == 1
    said = capsys.readouterr().err
    assert "»tom.pdf« er tomt" in said
    assert "»falsk.png«" in said
    assert "sendt" not in said
    assert run(["consolidate", "ud.pdf", "brev.pdf", "0101901234.pdf"]) == 2
    assert capsys.readouterr().err.startswith("Filen er ikke skrevet: ")


def test_what_cannot_come_along_is_told_and_nothing_is_written(folder, capsys, encrypted):
    """Each file with what to do."""
    (folder / "låst.pdf").write_bytes(encrypted)
    with zipfile.ZipFile(folder / "arkiv.zip", "w") as archive:
        archive.writestr("a.txt", "a")

    assert run(["consolidate", "ud.pdf", "brev.pdf", "låst.pdf", "kort.pdf"]) == 1
    assert "Filen er ikke skrevet: dokumentet »låst.pdf« kan ikke bruges: Filen er låst med" in capsys.readouterr().err
    assert run(["consolidate", "ud.pdf", "brev.pdf", "arkiv.zip"]) == 1
    assert (
        "Filen er ikke skrevet: »arkiv.zip« er et zip-arkiv, og her er intet, der kan lave det om til PDF"
        in capsys.readouterr().err
    )
    assert not (folder / "ud.pdf").exists()


@pytest.mark.parametrize("words", [["ud.pdf", "brev.pdf"], ["ud.pdf", "brev.pdf", "væk.pdf"], []])
def test_a_command_that_is_wrong_is_told_so(folder, capsys, words):
    """As all other commands do; and none of it says anything of sending."""
    assert run(["consolidate", *words]) == 2
    said = capsys.readouterr().err
    assert said
    assert "sendt" not in said


@pytest.fixture
def encrypted():
    written = BytesIO()
    with pikepdf.open(BytesIO(pdf_of("Hemmeligt"))) as pdf:
        pdf.save(written, encryption=pikepdf.Encryption(user="x", owner="y"))
    return written.getvalue()


def test_an_error_page_that_is_called_a_pdf_is_refused(folder, capsys):
    """As when a letter is sent: it may stand for another document altogether."""
    (folder / "svar.pdf").write_text("500: proev igen senere")
    assert run(["consolidate", "ud.pdf", "brev.pdf", "svar.pdf"]) == 1
    assert "Filen er ikke skrevet: dokumentet »svar.pdf« er ikke en PDF-fil, men en tekstfil" in capsys.readouterr().err
    assert not (folder / "ud.pdf").exists()


def test_two_files_that_would_be_called_the_same_are_told_apart(folder, capsys):
    """kort.txt beside kort.pdf keeps its own name in what is told."""
    (folder / "kort.txt").write_text("kort")
    assert run(["consolidate", "ud.pdf", "brev.pdf", "kort.pdf", "kort.txt"]) == 0
    assert "»kort.pdf« og »kort.pdf«" not in capsys.readouterr().out
    with pikepdf.open(folder / "ud.pdf") as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root][-2:] == ["Bilag 1: kort", "Bilag 2: kort (2)"]
