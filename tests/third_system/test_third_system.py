"""A third case system, which its vendor wrote by the documentation alone, held to what the library relies on."""

from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from esdh_connect import Case, Document, Party
from esdh_connect.testing.fakes import pdf_of
from esdh_connect.testing.host import HostSuite
from esdh_connect_sandbox import Fault
from tests.third_system import embedding
from tests.third_system.casebook import Casebook
from tests.third_system.caseworker import Dialog
from tests.third_system.embedding import SYSTEM, Host


class Bench:
    """What makes things happen in Sagskabet."""

    def __init__(self, folder: Path) -> None:
        self.book = Casebook(create_engine(f"sqlite:///{folder / 'sagskab.db'}"))

    def host(self):
        return Host(self.book)

    def document(self, content, name="Afgørelse.pdf"):
        return self.present(self.book.new_document(self.book.new_case(), name, content))

    def present(self, identity):
        row = self.book.document(identity)
        return Document(row.id, row.version, row.name)

    def case(self):
        return Case(self.book.new_case(), SYSTEM)

    def party(self, case):
        person = self.book.new_person("Frida Mortensen", "1212121212")
        self.book.add_party(case.id, person)
        return Party(person, SYSTEM)

    def change(self, document, content):
        self.book.edit(document.id, content)
        return self.present(document.id)

    def spoil(self, document):
        self.book.overwrite(document.id, b"<!DOCTYPE html><title>502 Bad Gateway</title>")

    def entries(self, case):
        return [note.text for note in self.book.journal(case.id)]

    def lose_answer(self):
        self.book.loses_answers += 1

    def close_case(self, case):
        self.book.set_case(case.id, "closed")

    def open_case(self, case):
        self.book.set_case(case.id, "open")

    def happen(self, count):
        return [self.finalized() for _ in range(count)]

    def happen_late(self):
        newest = self.book.changes(0, 1_000_000)[-1].number
        return self.finalized(newest - 1)

    def finalized(self, number=None):
        document = self.book.new_document(self.book.new_case(), "Afgørelse.pdf", b"%PDF-1.7")
        return f"change-{self.book.finalize(document, number)}"


class TestHost(HostSuite):
    """All that `HostSuite` holds a host to."""

    @pytest.fixture
    def bench(self, tmp_path):
        return Bench(tmp_path)


def test_a_letter_goes_all_the_way(town, sandbox):
    """Finalized, offered, shown, sent, delivered, journaled: all of it to be seen on the case's own page."""
    case, document = town.written()
    assert "<button disabled" in town.page(f"/sag/{case}")
    town.browser.post(f"/dokument/{document}/faerdig")
    town.post.deliver()
    assert f'href="/dokument/{document}/send">Send digitalt' in town.page(f"/sag/{case}")

    dialog = Dialog(town, f"/dokument/{document}/send").look()
    assert "Frida Mortensen" in dialog.page
    assert "Sendes med Digital Post" in dialog.page
    before = len(sandbox.received())
    assert dialog.press(expect=dialog.fingerprint).status == 302
    assert dialog.press(expect=dialog.fingerprint).status == 302  # a double click
    assert "(afsendt)" in town.page(f"/sag/{case}")

    page = town.until(case, "<b>Leveret</b>")
    assert "»Afgørelse.pdf« er sendt til Frida Mortensen." in page
    assert len(town.book.journal(case)) == len(sandbox.received()) - before == 1
    assert town.browser.post(f"/sag/{case}/luk").status_code == 302


def test_a_case_whose_letter_has_failed_stays_open(town, sandbox, finalized):
    """The page says why, and the case is as it was."""
    case, document = finalized
    sandbox.script.add(Fault("receipt", "failed", code="memo.invalid"))
    dialog = Dialog(town, f"/dokument/{document}/send").look()
    dialog.press(expect=dialog.fingerprint)
    assert "<b>Fejlet</b>" in town.until(case, "Et brev er fejlet.")
    answer = town.browser.post(f"/sag/{case}/luk")
    assert answer.status_code == 409
    assert "Sagen kan ikke lukkes." in unescape(answer.text)
    assert town.book.case(case).state == "open"


def test_what_is_edited_while_the_dialog_is_open_is_not_sent(town, finalized):
    """The caseworker sees what is different, and nothing was marked as sent."""
    _, document = finalized
    dialog = Dialog(town, f"/dokument/{document}/send").look()
    town.book.edit(document, pdf_of("Noget andet"))
    dialog.press(expect=dialog.fingerprint)
    assert dialog.status == 409
    assert "Der er ikke sendt noget: " in dialog.page
    assert town.book.document(document).state == "kladde"


def test_where_the_system_fails_no_letter_is_ordered(town, finalized, monkeypatch):
    """The letter lies in Sagskabet's own transaction, and goes with it."""
    case, document = finalized
    dialog = Dialog(town, f"/dokument/{document}/send").look()

    def fails(*_arguments: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Casebook, "mark_sent", fails)
        with pytest.raises(OSError, match="the disk"):
            dialog.press(expect=dialog.fingerprint)
    assert town.post.open_letters(Case(case, SYSTEM)) == ()
    assert dialog.press(expect=dialog.fingerprint).status == 302


def test_it_took_less_than_a_hundred_lines():
    """The embedding as `ruff format` has it, blank lines and all."""
    assert len(Path(embedding.__file__).read_text(encoding="utf-8").splitlines()) < 100
