"""What plugins keep in an outbox."""

from __future__ import annotations

import pytest

from esdh_connect.errors import DamagedPayload, PluginError
from esdh_connect.outbox import Outbox, Shelf, UnknownDispatch
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

__all__ = ["Shelves"]


def _digest(*parts: str) -> str:
    return "/".join(parts)


class Shelves:
    """An outbox has room for other people's tables, and keeps them as well as its own."""

    def test_what_a_plugin_writes_is_there(self, outbox: Outbox) -> None:
        """In the order it was written, through a shelf that was handed out when its tables were registered."""
        from esdh_connect.testing.tables.notes import TABLES, Notes

        outbox.keep("notes", TABLES)
        notes = Notes(Shelf(outbox, _digest))
        notes.write("one")
        notes.write("two")
        assert notes.written() == ["one", "two"]

    def test_what_raises_in_a_transaction_is_undone(self, outbox: Outbox) -> None:
        """All of it, also what was noted in the audit log."""
        from esdh_connect.testing.tables.notes import TABLES, Notes

        outbox.keep("notes", TABLES)
        shelf = Shelf(outbox, _digest)
        lines = len(outbox.audit.of(""))
        with pytest.raises(RuntimeError, match="half way"):
            _write_half(shelf)
        assert Notes(shelf).written() == []
        assert len(outbox.audit.of("")) == lines

    def test_the_tables_are_made_once(self, outbox: Outbox) -> None:
        """The next start finds them with what is in them."""
        from esdh_connect.testing.tables.notes import TABLES, Notes

        outbox.keep("notes", TABLES)
        Notes(Shelf(outbox, _digest)).write("kept")
        outbox.keep("notes", TABLES)
        assert Notes(Shelf(outbox, _digest)).written() == ["kept"]

    def test_tables_that_are_named_for_another_are_refused(self, outbox: Outbox) -> None:
        """They may lie in the host's database, and nobody's table is made there but one's own."""
        from esdh_connect.testing.tables.notes import TABLES

        with pytest.raises(PluginError, match="esdh_connect_other_"):
            outbox.keep("other", TABLES)

    def test_what_is_sealed_opens_again_and_tells_nothing_before(self, outbox: Outbox) -> None:
        """As the part it was sealed as, and as no other."""
        shelf = Shelf(outbox, _digest)
        column = shelf.sealed("notes:by", "Bo Bøgh")
        assert "Bo Bøgh".encode() not in column
        assert shelf.unsealed("notes:by", column) == "Bo Bøgh"
        with pytest.raises(DamagedPayload):
            shelf.unsealed("notes:why", column)

    def test_a_plugin_can_look_up_what_was_sent(self, outbox: Outbox) -> None:
        """The line of the outbox and what it carries, without the contents."""
        one = draft("1")
        add(outbox, one)
        shelf = Shelf(outbox, _digest)
        assert shelf.entry(one.entry.id) == one.entry
        assert shelf.cover(one.entry.id).manifest == one.manifest
        with pytest.raises(UnknownDispatch):
            shelf.cover("nobody's")


def _write_half(shelf: Shelf) -> None:
    with shelf.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO esdh_connect_notes_note (text) VALUES ('never')")
        shelf.note(connection, "notes written", "1", by="bo")
        raise RuntimeError("half way")
