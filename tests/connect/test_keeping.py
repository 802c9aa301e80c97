"""What is kept of letters, for how long, and what proves them."""

import json
import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import attrs
import pytest
from sqlalchemy import text

from esdh_connect import wording
from esdh_connect.dispatch import Override, Receipt, ReceiptEvent, Remedy, Status
from esdh_connect.errors import DamagedPayload, Rejected, TemporaryFailure, TooLate
from esdh_connect.hookspecs import hookimpl
from esdh_connect.ids import Kle
from esdh_connect.model import LetterAction, Options, Reservation
from esdh_connect.policy import Department, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

DAYS = timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, esdh_host, esdh_channel, esdh_clock):
    """An installation that keeps letters for thirty days, and whose store has the clock of the test."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = MemoryOutbox()
    if request.param == "sqlite":
        outbox = Store.open(tmp_path / "outbox.db", seal, now=esdh_clock)
    with installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox, retention=30 * DAYS
    ) as made:
        yield made


def sent(post, letter):
    (entry,) = post.commit(post.plan(letter), by="bo").entries
    post.deliver()
    return post.entry(entry.id)


def told(post, entry, event=ReceiptEvent.DELIVERED, raw=b"<Kvittering/>"):
    return post.receive(Receipt(f"r-{event.value}", event, post._now(), entry.message_uuid, "fake", raw=raw))


def erased(post, id_):
    try:
        post.dispatch(id_)
    except DamagedPayload:
        return True
    return False


# --- retention


def test_what_a_letter_carried_goes_after_the_days_that_were_set(post, letter, esdh_clock):
    """Counted from when nobody had anything to do with it any more; what became of it stays."""
    entry = sent(post, letter)
    esdh_clock.move(days=5)
    told(post, entry)
    post.deliver()
    esdh_clock.move(days=29)
    assert post.deliver().erased == 0
    assert not erased(post, entry.id)
    esdh_clock.move(days=2)
    assert post.deliver().erased == 1
    assert erased(post, entry.id)
    assert post.entry(entry.id).status is Status.DELIVERED
    assert not post.deliver()


def test_a_letter_that_waits_for_its_receipt_is_kept(post, letter, esdh_clock):
    """However long that takes."""
    entry = sent(post, letter)
    for _ in range(20):
        esdh_clock.move(days=20)
        assert post.deliver().erased == 0
    assert not erased(post, entry.id)


def test_a_failure_is_kept_until_a_person_has_looked(post, letter, esdh_clock, esdh_channel):
    """And for the days after that."""
    esdh_channel.fail_with.append(Rejected("no", code="17"))
    entry = sent(post, letter)
    esdh_clock.move(days=400)
    assert post.deliver().erased == 0
    post.resolve(entry.id, Remedy.SOLVED, by="ulla", why="ringet op")
    esdh_clock.move(days=29)
    assert post.deliver().erased == 0
    esdh_clock.move(days=2)
    assert post.deliver().erased == 1


class ShutHost(FakeHost):
    """A case system whose journal is closed."""

    @hookimpl
    def journalize_dispatch(self, dispatch, mark):
        raise TemporaryFailure("closed")


@pytest.mark.parametrize("esdh_host", [ShutHost()])
def test_a_letter_that_is_not_journalized_is_kept(post, letter, esdh_clock, esdh_host):
    """The host gets it with all it carries, when it can."""
    entry = sent(post, letter)
    told(post, entry)
    for _ in range(10):
        esdh_clock.move(days=20)
        assert post.deliver().erased == 0
    assert not erased(post, entry.id)


def test_few_are_erased_in_a_round(post, letter, esdh_clock, esdh_host):
    """The letters behind them do not wait for long."""
    for at in range(3):
        told(post, sent(post, attrs.evolve(letter, key=f"dialog {at}")))
    post.deliver()
    esdh_clock.move(days=31)
    assert [post.deliver(2).erased for _ in range(3)] == [2, 1, 0]


def test_a_receipt_that_comes_after_it_is_kept_shortly_too(post, letter, esdh_clock):
    """It may tell of people again."""
    entry = sent(post, letter)
    told(post, entry)
    post.deliver()
    esdh_clock.move(days=31)
    assert post.deliver().erased == 1
    told(post, entry, ReceiptEvent.UPDATE)
    assert post.deliver().erased == 0
    if isinstance(post.outbox, Store):
        esdh_clock.move(days=31)
        assert post.deliver().erased == 1
    assert {one.raw for one in post.entry(entry.id).receipts} <= {b"", b"<Kvittering/>"}


def test_erasing_twice_is_erasing_once(post, letter):
    """By whom it was erased, and why, stands once in the log."""
    entry = sent(post, letter)
    told(post, entry)
    post.deliver()
    for _ in range(2):
        post.erase(entry.id, by="ida", why="borgeren bad om det")
    lines = [line for line in post.audit.of(entry.id) if line.what == "erased"]
    assert len(lines) == (0 if isinstance(post.outbox, MemoryOutbox) else 1)


def test_without_a_time_nothing_is_erased(esdh_connect, letter, esdh_clock):
    """What is gone cannot be had back: nobody is surprised."""
    entry = sent(esdh_connect, letter)
    told(esdh_connect, entry)
    esdh_clock.move(days=10_000)
    assert esdh_connect.deliver().erased == 0
    assert not erased(esdh_connect, entry.id)


def test_a_person_erases_one_letter(post, letter):
    """When it is over; before that they are told why not, in Danish."""
    entry = sent(post, letter)
    with pytest.raises(TooLate) as caught:
        post.erase(entry.id, by="ulla", why="borgeren bad om det")
    assert "kan ikke slettes" in wording.of(caught.value)
    told(post, entry)
    post.deliver()
    post.erase(entry.id, by="ulla", why="borgeren bad om det")
    assert erased(post, entry.id)
    if isinstance(post.outbox, Store):
        last = post.audit.of(entry.id)[-1]
        assert (last.what, last.by, last.why) == ("erased", "ulla", "borgeren bad om det")


# --- the chain grows


def test_a_round_with_nothing_else_to_do_makes_the_chain_longer(post, letter):
    """So that a worker links what was written, and a busy one does not write twice for each letter."""
    if not isinstance(post.outbox, Store):
        pytest.skip("no audit log in memory")
    sent(post, letter)
    assert post.audit.head().position == 0
    post.deliver()
    assert post.audit.verify().waiting == 0
    assert post.audit.head().position > 0


# --- the proof pack


def packed(post, id_):
    file = BytesIO()
    post.proof(id_).write(file)
    return ZipFile(file)


def test_a_proof_pack_holds_everything_known_of_a_letter(post, letter):
    """The files as they were sent, what was chosen, what the provider said, what happened, and the log."""
    entry = sent(post, letter)
    told(post, entry)
    post.deliver()
    pack = packed(post, entry.id)
    dispatch = post.dispatch(entry.id)
    manifest = json.loads(pack.read("foelgeseddel.json"))
    names = [name for name in pack.namelist() if name.startswith("brev/")]
    assert [pack.read(name) for name in names] == [file.content for file in dispatch.envelope.letter.files]
    assert [one["sha256"] for one in manifest["files"]] == [sha256(pack.read(name)).hexdigest() for name in names]
    assert manifest["fingerprint"] == dispatch.manifest.fingerprint
    assert pack.read("kvitteringer/02-delivered.xml") == b"<Kvittering/>"
    assert json.loads(pack.read("brev.json"))["recipient"]["id"] == "0101901234"
    happened = [one["hvad"] for one in json.loads(pack.read("haendelser.json"))]
    assert happened[0] == "Bestilt"
    assert "Kvittering: Afleveret i Digital Post" in happened
    first = json.loads(pack.read("haendelser.json"))[0]
    assert first["utc"].endswith("Z")
    assert first["dansk"].endswith(("+01:00", "+02:00"))
    for line in pack.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(pack.read(name)).hexdigest() == digest
    assert {*pack.namelist()} - {"SHA256SUMS"} == {
        line.split("  ")[1] for line in pack.read("SHA256SUMS").decode().splitlines()
    }
    assert "PERSONOPLYSNINGER" in pack.read("README.txt").decode()


def test_a_proof_pack_says_first_whose_letter_it_is(esdh_connect, letter, esdh_clock):
    """Recipient, title, case, who ordered and who approved it: no CPR number, wherever somebody wrote one."""
    titled = attrs.evolve(letter, title="Afgørelse om 010190-1234", case=attrs.evolve(letter.case, title="Carport"))
    now = esdh_clock()
    esdh_connect.departments.change([PolicyChange(Department("teknik"), {"approval": True}, "ada", now, now)])
    said = [Override.of(one, "aftalt") for one in esdh_connect.plan(titled).rows[0].concerns]
    (entry,) = esdh_connect.commit(esdh_connect.plan(titled), by="bo", overrides=said).entries
    esdh_connect.approve(entry.id, by="chefen")
    said = packed(esdh_connect, entry.id).read("README.txt").decode()
    name = esdh_connect.cover(entry.id).recipient.name
    assert re.search(f"Modtager +{name}\n", said)
    assert re.search(rf"Sag +{entry.case.id} – Carport\n", said)
    assert re.search("Titel +Afgørelse om [^0-9]", said)
    assert re.search("Bestilt .* af bo\n", said)
    assert re.search("Godkendt .* af chefen\n", said)
    assert not re.search(r"\d{6}-?\d{4}", said)


def test_whatever_was_wished_for_is_in_the_pack(post, letter, esdh_clock):
    """Days, times, subjects and buttons: a pack can be made of every letter that can be sent."""
    meeting = Reservation("1", "møde", "kort", "rådhuset", esdh_clock(), esdh_clock() + timedelta(hours=1))
    options = Options(
        reply_by=esdh_clock(),
        not_before=esdh_clock().date(),
        actions=(LetterAction("AFTALE", "Mød op", reservation=meeting, start=esdh_clock()),),
    )
    case = attrs.evolve(letter.case, kle=Kle("01.02.03"))
    entry = sent(post, attrs.evolve(letter, options=options, case=case))
    wished = json.loads(packed(post, entry.id).read("brev.json"))["options"]
    assert wished["not_before"] == f"{esdh_clock():%Y-%m-%d}"
    assert wished["actions"][0]["reservation"]["location"] == "rådhuset"


def test_the_same_letter_gives_the_same_pack(post, letter, esdh_clock):
    """Byte for byte, whenever it is made."""
    entry = sent(post, letter)
    packs = []
    for _ in range(2):
        packs.append(BytesIO())
        post.proof(entry.id).write(packs[-1])
        esdh_clock.move(days=1)
    assert packs[0].getvalue() == packs[1].getvalue()


def test_a_whole_letter_says_that_it_is(post, letter):
    """Files against manifest, log against its MACs."""
    if not isinstance(post.outbox, Store):
        pytest.skip("no audit log in memory")
    entry = sent(post, letter)
    post.deliver()
    assert post.proof(entry.id).damage == ()
    lines = json.loads(packed(post, entry.id).read("revisionslog.json"))
    assert [line["before"] for line in lines[1:] if line["position"]][-1]
    assert lines[0]["what"] == "committed"


def test_damage_is_said_and_not_hidden(post, letter):
    """What is left is packed all the same."""
    if not isinstance(post.outbox, Store):
        pytest.skip("nothing is damaged in memory")
    entry = sent(post, letter)
    post.deliver()
    with post.outbox.transaction() as connection:
        connection.execute(text("DELETE FROM esdh_connect_payload WHERE part = 'file:0'"))
        connection.execute(text("UPDATE esdh_connect_audit SET what = 'deed approved' WHERE number = 1"))
        connection.execute(text("DELETE FROM esdh_connect_audit WHERE number = 2"))
    said = " ".join(post.proof(entry.id).damage)
    assert "filer er slettet eller beskadiget" in said
    assert "linje 1 om brevet er ændret" in said
    assert "mangler linjer" in said
    pack = packed(post, entry.id)
    assert "ADVARSEL" in pack.read("README.txt").decode()
    assert "foelgeseddel.json" in pack.namelist()


def test_an_erased_letter_proves_when_but_not_what(post, letter):
    """Times, ids and states; it names nobody."""
    entry = sent(post, letter)
    told(post, entry)
    post.deliver()
    post.erase(entry.id, by="ulla", why="bedt om det")
    pack = packed(post, entry.id)
    assert "slettet eller beskadiget" in pack.read("README.txt").decode()
    assert not [name for name in pack.namelist() if name.startswith("brev")]
    assert json.loads(pack.read("forsendelse.json"))["message_uuid"] == str(entry.message_uuid)
