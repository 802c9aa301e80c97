"""
What every channel must keep: subclass :class:`ChannelSuite` in a test file and give it a ``channel`` fixture.

.. code-block:: python

    class TestMyChannel(ChannelSuite):
        @pytest.fixture
        def channel(self, tmp_path):
            return MyChannel(tmp_path)

The channel is to work: letters are handed to it, so give it something to talk to that is no real service. A fixture
``recipient`` replaces the one it must reach. A channel whose ``conduct`` says that ``dedup`` is proven claims that the
same dispatch may be handed over again without making a second letter, and is held to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import attrs
import pytest

from esdh_connect.channel import Channel, ChecksContent, conduct_of
from esdh_connect.dispatch import Dispatch, Receipt, ReceiptEvent
from esdh_connect.errors import DeliveryError
from esdh_connect.ids import Cpr, mask
from esdh_connect.model import Envelope, Recipient
from esdh_connect.testing.dispatches import CITIZEN, NOBODY, dispatch, envelope

__all__ = ["ChannelSuite", "MakeDispatch"]

#: Makes a new dispatch within the channel's limits: ``dispatch()``, or with another title, file name or recipient.
MakeDispatch = Callable[..., Dispatch]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_EXTENSION = re.compile(r"\.[a-z0-9]+")
_AWKWARD_TITLE = "Børn & unge <1> \"2\" '3' – æøå\t… 🙂"
_AWKWARD_NAME = "Bilag nr. 1, æøå & ÆØÅ … (2) 🙂"


class ChannelSuite:
    """The protocol of :class:`esdh_connect.channel.Channel`, and the promises that go with it."""

    @pytest.fixture
    def channel(self) -> Channel:
        """Give a channel that works."""
        raise NotImplementedError("a subclass of ChannelSuite has a fixture `channel`")

    @pytest.fixture
    def recipient(self) -> Recipient:
        """Give somebody it reaches."""
        return CITIZEN

    @pytest.fixture
    def dispatch(self, channel: Channel, recipient: Recipient) -> MakeDispatch:
        """Give what makes new dispatches."""

        def make(*, recipient: Recipient = recipient, **said: str) -> Dispatch:
            return dispatch(channel.name, envelope(channel.limits, recipient, **said))

        return make

    # --- what it says of itself

    def test_its_name_goes_into_settings_and_its_label_before_people(self, channel: Channel) -> None:
        """A name is written in TOML without quotes and never changes; a label is what caseworkers call it."""
        assert _NAME.fullmatch(channel.name)
        assert channel.label.strip() == channel.label != ""
        assert channel.label != channel.name

    def test_its_limits_say_where_they_are_from(self, channel: Channel) -> None:
        """Who meets a limit can look it up, and see how old it is."""
        assert channel.limits.source.strip()
        assert channel.limits.dated <= datetime.now(UTC).date()
        assert channel.limits == channel.limits

    def test_it_takes_files_of_named_types_or_a_text(self, channel: Channel) -> None:
        """Types are lower case with their extensions; a channel without files carries a text of some length."""
        limits = channel.limits
        for media_type, extensions in limits.media_types.items():
            assert _MEDIA_TYPE.fullmatch(media_type)
            assert extensions
            assert all(_EXTENSION.fullmatch(extension) for extension in extensions)
        if limits.max_files:
            assert limits.media_types
            assert limits.max_bytes > 0
        else:
            assert limits.max_text > 0

    def test_it_shows_no_number_of_a_person(self, channel: Channel, recipient: Recipient) -> None:
        """Its repr stands in logs and tracebacks, also after it has been used."""
        channel.reaches(recipient)
        assert_nobody_in(repr(channel), recipient)

    # --- whom it reaches

    def test_reaching_somebody_is_yes_or_no(self, channel: Channel, recipient: Recipient) -> None:
        """A bool, not something like one; somebody of whom nothing is known is an ordinary question too."""
        assert channel.reaches(recipient) is True
        assert isinstance(channel.reaches(NOBODY), bool)

    # --- what it takes

    def test_it_takes_a_letter_within_its_limits(self, channel: Channel, dispatch: MakeDispatch) -> None:
        """The technical receipt is about this letter, and says no more than that it was taken."""
        one = dispatch()
        receipt = channel.send(one)
        assert isinstance(receipt, Receipt)
        assert receipt.event is ReceiptEvent.ACCEPTED
        assert (receipt.message_uuid, receipt.channel) == (one.message_uuid, channel.name)
        assert receipt.at.tzinfo is not None

    def test_two_letters_have_two_receipts(self, channel: Channel, dispatch: MakeDispatch) -> None:
        """A receipt's id makes a repetition recognizable, so no two letters share one."""
        first, second = channel.send(dispatch()), channel.send(dispatch())
        assert first.id
        assert second.id
        assert first.id != second.id

    def test_the_same_dispatch_again_makes_no_second_letter(self, channel: Channel, dispatch: MakeDispatch) -> None:
        """Where the channel claims that: the answer is yes again, and about the same letter."""
        if conduct_of(channel).dedup != "proven":
            pytest.skip("this channel claims no idempotence")
        one = dispatch()
        receipts = [channel.send(one), channel.send(one)]
        assert [receipt.event for receipt in receipts] == [ReceiptEvent.ACCEPTED] * 2
        assert {receipt.message_uuid for receipt in receipts} == {one.message_uuid}

    def test_awkward_words_are_no_surprise(
        self, channel: Channel, dispatch: MakeDispatch, recipient: Recipient
    ) -> None:
        """It takes them, or says in an error of ours what became of the letter."""
        awkward = dispatch(title=_AWKWARD_TITLE, name=_AWKWARD_NAME)
        assert_nobody_in(outcome(partial(channel.send, awkward)), recipient)

    def test_a_recipient_without_number_and_address_is_no_surprise(
        self, channel: Channel, dispatch: MakeDispatch
    ) -> None:
        """A foreigner may have neither; it is taken, or an error of ours says what became of the letter."""
        outcome(partial(channel.send, dispatch(recipient=NOBODY)))

    def test_no_number_of_a_person_leaves_but_in_the_message(
        self, channel: Channel, dispatch: MakeDispatch, recipient: Recipient
    ) -> None:
        """Neither a receipt nor an error shows it, whatever the other end said."""
        assert_nobody_in(outcome(partial(channel.send, dispatch())), recipient)
        bare = attrs.evolve(recipient, name="", address=None)
        assert_nobody_in(outcome(partial(channel.send, dispatch(recipient=bare))), recipient)

    # --- what it refuses beforehand

    def test_a_letter_within_its_limits_has_no_problems(self, channel: Channel, dispatch: MakeDispatch) -> None:
        """Where it checks content: planning would refuse the letter."""
        assert problems(channel, dispatch().envelope) == []

    def test_problems_are_told_in_danish(self, channel: Channel, dispatch: MakeDispatch) -> None:
        """Each with its own text for the caseworker, and without anybody's number in it."""
        one = dispatch(recipient=NOBODY, title="x" * 5000).envelope
        for danish, english in problems(channel, one):
            assert danish.strip()
            assert not danish.startswith("Der er ikke sendt noget"), "wording adds the opening"
            assert mask(danish + english) == danish + english


def problems(channel: Channel, carried: Envelope) -> list[tuple[str, str]]:
    """Give what the channel says is wrong: Danish and English; nothing where it checks nothing."""
    found = channel.problems(carried) if isinstance(channel, ChecksContent) else ()
    return [(problem.danish, str(problem)) for problem in found]


def outcome(send: Callable[[], Receipt]) -> str:
    """Give all that is shown of what came of it. Any other exception than a DeliveryError comes out."""
    try:
        return repr(send())
    except DeliveryError as error:
        return f"{error!r} {error} {error.danish} {error.__context__!r}"


def assert_nobody_in(text: str, recipient: Recipient) -> None:
    """Fail where the text shows the recipient's CPR number or anything like one."""
    assert mask(text) == text
    if isinstance(recipient.id, Cpr):
        assert recipient.id.reveal() not in text
