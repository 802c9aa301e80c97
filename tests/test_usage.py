"""Usage names nobody: there is no field that could, and who did it stands beside it, and only for those who ask."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_type_hints
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import hookimpl
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Receipt, ReceiptEvent, Request
from esdh_connect.events import Event, UsageRecorded
from esdh_connect.model import Case, Party
from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import Usage, UsageKind, code_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEAL = Seal(b"a secret of thirty-two bytes.....")
#: What a field may be: a number, a time, one of a few words – or a text that is held to be a name or a code.
HARMLESS = {UUID, UsageKind, datetime, timedelta | None, int}


@attrs.define(eq=False)
class Curious:
    """A subscriber that asks who did it."""

    heard: list[tuple[UsageRecorded, str | None]] = attrs.field(factory=list)

    @hookimpl
    def usage_recorded(self, event, actor):
        self.heard.append((event, actor))


@attrs.define(eq=False)
class Discreet:
    """A subscriber that does not ask, and breaks until it is mended."""

    heard: list[Event] = attrs.field(factory=list)
    is_broken: bool = False

    @hookimpl
    def usage_recorded(self, event):
        if self.is_broken:
            raise OSError("full")
        self.heard.append(event)


@pytest.fixture(params=["memory", "file"])
def outbox(request, tmp_path):
    if request.param == "memory":
        yield MemoryOutbox()
        return
    with_file = Store.open(tmp_path / "outbox.db", SEAL)
    yield with_file
    with_file.close()


def town(outbox: Outbox, *, more) -> tuple[Connect, FakeHost, FakeClock]:
    host, clock = FakeHost(), FakeClock()
    host.person("ane", "1212121212")
    return installation(host=host, channels=[FakeChannel()], now=clock, outbox=outbox, more=more), host, clock


def letter(host: FakeHost, key: str = "1") -> Request:
    return Request(key, Case("sag-1"), "teknik", "Afgørelse", [host.document("brev", "Hej")], [Party("ane", "fake")])


def test_no_field_of_usage_could_hold_a_person_a_title_or_a_case():
    """Each is a number, a time or a word of ours; a text is a department, or is refused where it is no short code."""
    types = get_type_hints(Usage)
    texts = {one.name for one in attrs.fields(Usage) if types[one.name] is str}
    assert {types[one.name] for one in attrs.fields(Usage) if one.name not in texts} <= HARMLESS
    assert texts == {"department", "channel", "plugin", "cause"}
    assert {one.name for one in attrs.fields(UsageRecorded)} == {"id", "at", "department", "usage"}


@pytest.mark.parametrize("field", ["channel", "plugin", "cause"])
@pytest.mark.parametrize(
    "text", ["1212121212", "121212-1212", "Ane Jensen", "sag 12/345", "x" * 41, "fejl: modtager", "æ", "\n", "a\n"]
)
def test_a_text_that_could_tell_of_somebody_is_refused(field, text):
    """And a provider's code that is such a text becomes "other"."""
    made = {"id": UUID(int=1), "kind": UsageKind.SENT, "department": "teknik", "at": NOON}
    with pytest.raises(ValueError, match=field):
        Usage(**made, **{field: text})
    assert Usage(**made, **{field: code_of(text)}) == Usage(**made, **{field: "other"})


@given(st.text())
def test_whatever_a_provider_calls_a_failure_can_be_written_as_a_code(text):
    """A failure is counted, whatever it is called."""
    assert code_of(code_of(text)) == code_of(text)


def test_a_letter_tells_how_long_it_took_and_which_plugin_sent_it(outbox):
    """From the click to the receipt."""
    curious = Curious()
    post, host, clock = town(outbox, more={"curious": curious})
    post.commit(post.plan(letter(host)), by="bo")
    post.deliver()
    clock.move(minutes=7)
    (entry,) = post.entries()
    post.receive(Receipt("r", ReceiptEvent.DELIVERED, clock(), entry.message_uuid, "fake"))
    post.deliver()
    told = {event.usage.kind: (event.usage, actor) for event, actor in curious.heard}
    assert told[UsageKind.SENT][1] == "bo"
    assert told[UsageKind.SENT][0].plugin == "letters"
    assert told[UsageKind.DELIVERED][1] is None
    assert told[UsageKind.DELIVERED][0].took == timedelta(minutes=7)


@pytest.mark.parametrize("kind", [UsageKind.OPENED, UsageKind.UNUSED, UsageKind.PRINTED])
def test_what_a_dialog_tells_twice_counts_once(outbox, kind):
    """And who was there is told to those who ask, beside it, once."""
    curious, discreet = Curious(), Discreet()
    post, _, clock = town(outbox, more={"curious": curious, "discreet": discreet})
    assert post.use(kind, department="teknik", key="dialog 1", by="bo", channel="fake")
    assert not post.use(kind, department="teknik", key="dialog 1", by="ida", channel="fake")
    post.deliver()
    post.deliver()
    assert [(event.usage.kind, actor) for event, actor in curious.heard] == [(kind, "bo")]
    assert discreet.heard == [event for event, _ in curious.heard]
    assert post.usage(clock(), clock() + timedelta(hours=1)) == {("teknik", kind, "fake"): 1}


def test_what_letters_tell_of_is_not_told_by_hosts(outbox):
    """It would be counted twice."""
    post, _, _ = town(outbox, more={})
    for kind in set(UsageKind) - {UsageKind.OPENED, UsageKind.UNUSED, UsageKind.PRINTED}:
        with pytest.raises(ValueError, match="by itself"):
            post.use(kind, department="teknik", key="1", by="bo")


def test_who_did_it_lies_sealed_until_all_have_heard_and_no_longer(tmp_path: Path):
    """P5: no file of the store has it in clear, and none at all once the last subscriber was told."""
    file = tmp_path / "outbox.db"
    curious, discreet = Curious(), Discreet(is_broken=True)
    with closing(Store.open(file, SEAL)) as store:
        post, host, clock = town(store, more={"curious": curious, "discreet": discreet})
        post.commit(post.plan(letter(host)), by="BOH0312-sagsbehandler")
        post.use(UsageKind.OPENED, department="teknik", key="dialog 1", by="BOH0312-sagsbehandler")
        post.deliver()
        assert actors(store) == 2
        post.deliver()
        assert actors(store) == 2
        discreet.is_broken = False
        clock.move(minutes=1)
        post.deliver()
        assert actors(store) == 0
        assert len(discreet.heard) == 2
    assert {actor for _, actor in curious.heard} == {"BOH0312-sagsbehandler"}
    for lies in tmp_path.iterdir():
        assert b"BOH0312" not in lies.read_bytes()


def test_who_did_it_is_forgotten_after_a_month_also_where_nobody_heard_it(tmp_path: Path):
    """A subscriber that was taken out of the settings would keep it for ever."""
    with closing(Store.open(tmp_path / "outbox.db", SEAL)) as store:
        post, _, clock = town(store, more={"discreet": Discreet(is_broken=True)})
        post.use(UsageKind.OPENED, department="teknik", key="dialog 1", by="bo")
        clock.move(days=29)
        post.deliver()
        assert actors(store) == 1
        clock.move(days=1)
        post.deliver()
        assert actors(store) == 0


def actors(store: Store) -> int:
    """Count the facts of which it is known who did it."""
    with store.reading() as connection:
        return connection.exec_driver_sql("SELECT count(actor) FROM esdh_connect_fact").scalar_one()
