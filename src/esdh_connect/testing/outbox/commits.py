"""The commit, and what is read of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import attrs
import pytest

from esdh_connect.dispatch import Looked, Manifest, Work
from esdh_connect.model import Letter
from esdh_connect.outbox import Draft, KeyTaken, NotRung, Outbox, Overtaken, UnknownDispatch
from esdh_connect.testing.letters import NOON, POLICY, TITLE, committed, draft
from esdh_connect.testing.outbox.happenings import add, cancel, claim, ids

__all__ = ["Commits"]

_BEFORE, _AFTER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)


class Commits:
    """Adding and reading."""

    def test_what_was_added_is_given_back(self, outbox: Outbox) -> None:
        """Entry, cover and contents are what they were: nothing is lost or changed by storing it."""
        one = draft("1", contents=[b"%PDF-1.7 brev", b"%PDF-1.7 bilag"], documents=("doc-1", "doc-2"))
        add(outbox, one)
        assert outbox.entry(one.entry.id) == one.entry
        cover, dispatch = outbox.cover(one.entry.id), outbox.dispatch(one.entry.id)
        assert (cover.recipient, cover.title) == (one.envelope.recipient, TITLE)
        assert (cover.manifest, cover.reasons) == (one.manifest, one.reasons)
        assert (dispatch.entry, dispatch.envelope, dispatch.manifest) == (one.entry, one.envelope, one.manifest)

    def test_empty_and_long_contents_come_back_whole(self, outbox: Outbox) -> None:
        """No byte is too few, and a letter of several megabytes is not cut."""
        long = bytes(range(256)) * 4096 * 3 + b"end"
        one = draft("1", contents=[b"", long], documents=("doc-1", "doc-2"))
        add(outbox, one)
        assert [file.content for file in outbox.dispatch(one.entry.id).envelope.letter.files] == [b"", long]

    def test_a_letter_without_files_is_a_letter(self, outbox: Outbox) -> None:
        """A text message has no files."""
        one = draft("1")
        bare = attrs.evolve(one.envelope, letter=Letter(TITLE, ()))
        add(outbox, attrs.evolve(one, envelope=bare, manifest=Manifest((), ())))
        assert outbox.dispatch(one.entry.id).envelope == bare

    def test_all_are_added_or_none(self, outbox: Outbox) -> None:
        """Where one key is taken nothing of the same commit is stored, facts included."""
        outbox.install("plugin")
        first, again, other = draft("1"), draft("2", key="1"), draft("3")
        add(outbox, first)
        with pytest.raises(KeyTaken):
            add(outbox, other, again)
        assert [entry.id for entry in outbox.entries()] == ids(first)
        assert [told.event for told in outbox.unheard("plugin")] == [committed(first)]
        add(outbox, other)

    def test_a_key_is_taken_per_recipient(self, outbox: Outbox) -> None:
        """One wish to send goes to several recipients, also when some of them come later."""
        letter = draft("1")
        reminder = draft("2", key="1", beside=letter.entry.id)
        add(outbox, letter)
        add(outbox, reminder)
        found = outbox.committed(letter.key)
        assert found == {letter.recipient: letter.entry, reminder.recipient: reminder.entry}

    def test_a_key_gives_its_first_outcome(self, outbox: Outbox) -> None:
        """What a key stands for is its entry as it is now; a key never committed stands for nothing."""
        one = draft("1")
        add(outbox, one)
        stopped = outbox.change(one.entry.id, cancel())
        assert outbox.committed(one.key) == {one.recipient: stopped}
        assert outbox.committed("another") == {}

    def test_an_identical_letter_is_noticed(self, outbox: Outbox) -> None:
        """Equal letters under another key count, if they are recent and were not cancelled."""
        one = draft("1")
        add(outbox, one)
        assert outbox.identical(one.content, "another key", _BEFORE)
        assert not outbox.identical(one.content, one.key, _BEFORE)
        assert not outbox.identical(one.content, "another key", _AFTER)
        assert not outbox.identical("another letter", "another key", _BEFORE)
        outbox.change(one.entry.id, cancel())
        assert not outbox.identical(one.content, "another key", _BEFORE)

    def test_letters_equal_to_one_are_found(self, outbox: Outbox) -> None:
        """Whatever their keys, before it and after it; one that was stopped does not count."""
        first, second, third = (attrs.evolve(draft(key), content="equal") for key in "123")
        for one in (first, second, third, draft("4")):
            add(outbox, one)
        assert outbox.equal(first.entry.id, _BEFORE) == (second.entry, third.entry)
        assert outbox.equal(second.entry.id, _BEFORE) == (first.entry, third.entry)
        assert outbox.equal(first.entry.id, _AFTER) == ()
        outbox.change(third.entry.id, cancel())
        assert outbox.equal(first.entry.id, first.entry.committed_at) == (second.entry,)

    def test_of_two_equal_letters_at_once_one_is_refused(self, outbox: Outbox) -> None:
        """Each looked for the other before it was there. Who looks again finds it, and may be added then."""
        nothing = Looked(_BEFORE)
        first, second, other = (
            attrs.evolve(draft(key), content=content, looked=nothing)
            for key, content in (("1", "equal"), ("2", "equal"), ("3", "another"))
        )
        add(outbox, first)
        with pytest.raises(Overtaken):
            add(outbox, other, second)
        assert not outbox.committed(other.key)
        assert not outbox.committed(second.key)
        add(outbox, attrs.evolve(second, looked=Looked(_BEFORE, first.entry.id)))
        add(outbox, other)
        with pytest.raises(Overtaken):  # the one that was found is not the latest any more
            add(outbox, attrs.evolve(draft("4"), content="equal", looked=Looked(_BEFORE, first.entry.id)))

    def test_many_equal_letters_at_once_are_one(self, outbox: Outbox) -> None:
        """However they race: all looked, and found nothing."""
        drafts = [attrs.evolve(draft(str(at)), content="equal", looked=Looked(_BEFORE)) for at in range(6)]
        ready = Barrier(len(drafts))

        def sent(one: Draft) -> bool:
            ready.wait(20)
            try:
                add(outbox, one)
            except Overtaken:
                return False
            return True

        with ThreadPoolExecutor(len(drafts)) as pool:
            assert sorted(pool.map(sent, drafts)) == [False] * 5 + [True]

    def test_equal_letters_of_a_mailing_are_no_repeats_of_each_other(self, outbox: Outbox) -> None:
        """Who asks for one names it; letters beside it, and of others, count."""
        single, one = draft("1"), draft("2")
        one = attrs.evolve(one, entry=attrs.evolve(one.entry, batch="rotter"), content="one of many")
        add(outbox, single)
        add(outbox, one)
        assert not outbox.identical(one.content, "another key", _BEFORE, batch="rotter")
        assert outbox.identical(one.content, "another key", _BEFORE, batch="mus")
        assert outbox.identical(one.content, "another key", _BEFORE)
        assert outbox.identical(single.content, "another key", _BEFORE, batch="rotter")
        both = {single.content, one.content, "never"}
        assert outbox.recent(both, _BEFORE, batch="rotter") == {single.content}
        assert outbox.recent(both, _BEFORE) == {single.content, one.content}
        assert outbox.recent(both, _AFTER) == outbox.recent((), _BEFORE) == frozenset()
        outbox.change(single.entry.id, cancel())
        assert outbox.recent(both, _BEFORE, batch="mus") == {one.content}

    def test_entries_come_newest_first(self, outbox: Outbox) -> None:
        """They are found by department and case, and never more than asked for."""
        elsewhere = draft("3", department="kultur")
        drafts = [draft("1"), draft("2"), elsewhere]
        add(outbox, *drafts)
        assert [entry.id for entry in outbox.entries()] == ids(*reversed(drafts))
        assert [entry.id for entry in outbox.entries(limit=1)] == ids(elsewhere)
        assert [entry.id for entry in outbox.entries(department="kultur")] == ids(elsewhere)
        assert [entry.id for entry in outbox.entries(department="teknik", case="sag-1", limit=1)] == ids(drafts[1])
        assert outbox.entries(case="sag-2") == ()

    def test_the_bell_is_rung_for_letters_that_are_ready(self, outbox: Outbox) -> None:
        """Once for each commit, with how many there are; not for what is held, and not where nothing was added."""
        rung: list[int] = []
        drafts = [draft("1"), draft("2"), draft("3", work=Work.HELD)]
        outbox.add(drafts, [], POLICY, ring=lambda _, letters: rung.append(letters))
        outbox.add([draft("4", work=Work.HELD)], [], POLICY, ring=lambda _, letters: rung.append(letters))
        with pytest.raises(KeyTaken):
            outbox.add([draft("5", key="1")], [], POLICY, ring=lambda _, letters: rung.append(letters))
        assert rung == [2]

    def test_a_bell_that_cannot_be_rung_stops_nothing(self, outbox: Outbox) -> None:
        """The letters are there all the same."""

        def ring(*_: object) -> None:
            raise NotRung

        outbox.add([draft("1")], [], POLICY, ring=ring)
        assert claim(outbox).id == draft("1").entry.id

    @pytest.mark.parametrize("ask", ["entry", "cover", "dispatch"])
    def test_an_unknown_id_is_said_to_be_unknown(self, outbox: Outbox, ask: str) -> None:
        """An id that was never added is an error of its own kind."""
        with pytest.raises(UnknownDispatch):
            getattr(outbox, ask)("nobody")

    def test_a_policy_is_kept_under_its_version(self, outbox: Outbox) -> None:
        """What governed a letter can be looked up when it has long been changed."""
        add(outbox, draft("1"))
        assert outbox.policy(POLICY.version) == POLICY
        with pytest.raises(LookupError):
            outbox.policy("another")

    def test_a_reminder_stands_beside_a_letter_that_is_there(self, outbox: Outbox) -> None:
        """A reminder of a letter nobody knows is refused, and so is everything added with it."""
        astray: Draft = draft("2", beside="nobody")
        with pytest.raises(ValueError, match="reminder"):
            add(outbox, draft("1"), astray)
        assert outbox.entries() == ()

    def test_what_was_committed_is_there_for_the_next_process(
        self, outbox: Outbox, reopen: Callable[[], Outbox]
    ) -> None:
        """Entries, contents, attempts and facts survive the process that stored them."""
        one, two = draft("1"), draft("2")
        outbox.install("plugin")
        add(outbox, one, two)
        under_way = claim(outbox).entry
        told = outbox.unheard("plugin")
        anew = reopen()
        assert anew.orphaned("another") == (under_way,)
        assert anew.entry(two.entry.id) == two.entry
        assert anew.dispatch(two.entry.id).envelope == two.envelope
        assert anew.unheard("plugin") == told
