"""The suite for channels: what ships with the library passes it, and it notices what it is for."""

import attrs
import pytest

from esdh_connect.dispatch import Receipt
from esdh_connect.errors import OutcomeUnknown
from esdh_connect.model import PDF
from esdh_connect.testing.channel import ChannelSuite, assert_nobody_in, outcome
from esdh_connect.testing.dispatches import CITIZEN, dispatch, envelope
from esdh_connect.testing.fakes import GENEROUS, FakeChannel


class TestFakeChannel(ChannelSuite):
    @pytest.fixture
    def channel(self):
        return FakeChannel()


class TestPlainTextChannel(ChannelSuite):
    """A channel that takes no PDF."""

    @pytest.fixture
    def channel(self):
        return FakeChannel(limits=attrs.evolve(GENEROUS, media_types={"text/plain": (".txt",)}))


class TestReminderChannel(ChannelSuite):
    """A channel that takes no files."""

    @pytest.fixture
    def channel(self):
        return FakeChannel(limits=attrs.evolve(GENEROUS, max_files=0, media_types={}, max_text=150))


def test_a_number_in_an_error_is_noticed():
    """Whatever it stands in: the error, its Danish text, or the exception behind it."""
    said = outcome(lambda: throw(OutcomeUnknown("perhaps", danish=f"brevet til {CITIZEN.id.reveal()}")))
    with pytest.raises(AssertionError):
        assert_nobody_in(said, CITIZEN)


def throw(error: Exception) -> Receipt:
    raise error


def test_another_exception_comes_out():
    """A channel that raises anything else fails the suite."""
    with pytest.raises(KeyError):
        outcome(lambda: throw(KeyError("x")))


def test_dispatches_are_of_the_channels_own_kind():
    """The file is of a type it takes, with an extension that goes with it; every one has a UUID of its own."""
    one, two = (dispatch("fake", envelope(GENEROUS)) for _ in range(2))
    assert one.envelope.letter.main.media_type == PDF
    assert one.envelope.letter.main.name.endswith(".pdf")
    assert one.message_uuid != two.message_uuid
    assert one.message_uuid.version == 4
    assert one.entry.attempts[-1].transaction_id == one.transaction_id
