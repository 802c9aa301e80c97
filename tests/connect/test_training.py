"""Øvelse: an installation to learn with, from the plan to the receipt, and all that would lead out of it."""

import socket
from io import BytesIO
from zipfile import ZipFile

import attrs
import pypdfium2
import pytest

from esdh_connect import hookimpl
from esdh_connect.dispatch import Concern, Receipt, ReceiptEvent, Remedy, Request, Status
from esdh_connect.errors import OutboxError, Rejected, SettingsError
from esdh_connect.model import Document, Options
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeHost, FakeLetters
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.training import MARK, WATERMARKED, Training
from tests.connect.conftest import CASE

SEAL = Seal(b"a secret of thirty-two bytes.....")
TEST_PERSON = "Øvelse Prøve"


@pytest.fixture
def channel():
    return FakeChannel()


@pytest.fixture
def practise(esdh_clock, channel):
    """Makes an installation to learn with."""

    def make(host=None, channels=(channel,), **more):
        return installation(host=host, channels=channels, now=esdh_clock, training=Training(), **more)

    return make


@attrs.define(eq=False)
class Practised(FakeHost):
    """A case system to learn with: it says so."""

    heard: list = attrs.field(factory=list)

    def leads_outside(self):
        """Nothing does."""
        return ""

    @hookimpl
    def dispatch_sent(self, event):
        """Hear of it."""
        self.heard.append(event.dispatch)


@attrs.define(eq=False)
class Earnest(FakeHost):
    """A case system that says nothing of learning, and brings a channel of its own."""

    heard: list = attrs.field(factory=list)

    @hookimpl
    def dispatch_sent(self, event):
        """Hear of it."""
        self.heard.append(event.dispatch)

    @hookimpl
    def register_channels(self):
        """Bring it."""
        return [FakeChannel("real", "Rigtig post")]


def letter(host, *names):
    documents = [host.document(name) for name in names or ("brev", "bilag")]
    return Request("k", CASE, "teknik", "Afgørelse", documents, [host.person("p1", "0101901234", "Frida Mortensen")])


def sent(post, wish):
    [entry] = post.commit(post.plan(wish), by="bo").entries
    post.deliver()
    return post.entry(entry.id)


def pages(file):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file.content)]


# --- the letter


def test_a_letter_goes_to_the_test_person_and_says_so(practise, channel):
    """The plan tells whom it would have gone to, by name; what is shown is what is sent."""
    host = FakeHost()
    with practise(host) as post:
        [row] = post.plan(letter(host)).rows
        assert (row.recipient.name, row.recipient.id.reveal()) == (TEST_PERSON, "1212121212")
        assert row.meant.name == "Frida Mortensen"
        assert f"øvelse: brevet går til {TEST_PERSON} i stedet for Frida Mortensen" in row.warnings
        assert "0101901234" not in repr(row) + str(row.warnings)
        sent(post, letter(host))
    [dispatch] = channel.sent
    assert dispatch.envelope == row.envelope
    assert dispatch.envelope.recipient.name == TEST_PERSON
    assert dispatch.manifest == row.manifest


@pytest.mark.parametrize("max_files", [1, 10])
def test_every_page_that_leaves_is_marked(practise, channel, max_files):
    """Laid together or in files of their own; the manifest says what was done."""
    channel.limits = attrs.evolve(channel.limits, max_files=max_files)
    host = FakeHost()
    with practise(host, policy={"consolidate": max_files == 1}) as post:
        sent(post, letter(host, "brev", "bilag-1", "bilag-2"))
    [dispatch] = channel.sent
    files = dispatch.envelope.letter.files
    assert len(files) == (1 if max_files == 1 else 3)
    assert [page.count(MARK) for file in files for page in pages(file)] == [2, 2, 2]
    assert [one.changes for one in dispatch.manifest.documents] == [(WATERMARKED,)] * 3
    assert [file.sha256 for file in files] == [file.sha256 for file in dispatch.manifest.files]


def test_a_file_that_cannot_carry_the_mark_is_told_of(practise):
    """Each by its name, as it goes out; one that can is not."""
    host, text = FakeHost(), Document("liste", "1", "liste.txt", "text/plain")
    host.contents["liste", "1"] = b"en liste"
    wish = letter(host, "brev")
    told = "øvelse: »liste.txt« er ikke en PDF og siger ikke selv, at det ikke er et rigtigt brev"
    with practise(host, policy={"consolidate": False}) as post:
        [row] = post.plan(attrs.evolve(wish, documents=(*wish.documents, text))).rows
        [other] = post.plan(attrs.evolve(wish, key="k2")).rows
    assert row.error is None
    assert [one for one in row.warnings if "PDF" in one] == [told]
    assert [one for one in other.warnings if "PDF" in one] == []


def test_the_same_letter_is_the_same_letter(practise):
    """Planned twice, committed once."""
    host = FakeHost()
    with practise(host) as post:
        first, second = post.plan(letter(host)), post.plan(letter(host))
        assert first.fingerprint == second.fingerprint
        post.commit(first, by="bo")
        assert post.commit(second, by="bo").repeated


def test_a_letter_that_goes_again_is_marked_once(practise, channel):
    """It is taken as it was stored."""
    host = FakeHost()
    channel.fail_with = [Rejected("no")]
    with practise(host) as post:
        failed = sent(post, letter(host, "brev"))
        post.resolve(failed.id, Remedy.SEND_AGAIN, by="bo", why="prøv igen")
        post.deliver()
        person = host.person("p2", "1503851111", "Svend Holm")
        [other] = post.plan(attrs.evolve(letter(host, "brev"), key="k2", parties=(person,))).rows
    assert [page.count(MARK) for page in pages(channel.sent[-1].envelope.letter.files[0])] == [2]
    assert channel.sent[-1].envelope.recipient.name == TEST_PERSON
    assert other.meant.name == "Svend Holm"


def test_a_reminder_goes_to_the_test_person_too(practise, channel):
    """It is a message of its own."""
    host, text = FakeHost(), FakeChannel("nemsms", limits=attrs.evolve(channel.limits, max_files=0))
    with practise(host, channels=(channel, text)) as post:
        wish = attrs.evolve(letter(host), options=Options(reminder="Husk mødet"))
        post.commit(post.plan(wish), by="bo")
        post.deliver()
    assert [one.envelope.recipient.name for one in text.sent] == [TEST_PERSON]


def test_what_speaks_against_a_letter_is_asked_of_whom_it_was_meant_for(practise):
    """That is to be learnt too."""
    host, seen = FakeHost(), []

    class Wary:
        def leads_outside(self):
            return ""

        @hookimpl
        def review_plan(self, plan):
            seen.extend((row.recipient.name, row.envelope.recipient.name) for row in plan.rows)
            return [Concern("odd", "noget er mærkeligt", row.party) for row in plan.rows]

    with practise(host, more={"wary": Wary()}) as post:
        [row] = post.plan(letter(host)).rows
    assert seen == [("Frida Mortensen", "Frida Mortensen")]
    assert [one.id for one in row.open] == ["odd"]
    assert row.recipient.name == TEST_PERSON


def test_a_proof_pack_of_a_training_letter_says_what_it_is(practise):
    """Nobody may show it as proof of a real one."""
    host, file = FakeHost(), BytesIO()
    with practise(host) as post:
        post.proof(sent(post, letter(host)).id).write(file)
    assert "ØVELSE, IKKE ET RIGTIGT BREV" in ZipFile(file).read("README.txt").decode()


def test_an_installation_tells_what_it_is(practise, esdh_connect):
    """To pages, programs and people."""
    with practise(FakeHost()) as post:
        assert post.training.name == TEST_PERSON
        assert (post.health().training, post.health().is_well) == (True, True)
    assert esdh_connect.training is None
    assert esdh_connect.health().training is False


# --- the case


def test_no_training_letter_is_put_on_a_case_that_may_be_real(practise):
    """A host that does not say it is one to learn with is asked, and told nothing; its channel is not there."""
    host = Earnest()
    with practise(host, policy={"channels": ["fake", "real"]}) as post:
        assert "real" not in post.plugins.channels
        entry = sent(post, letter(host))
        post.receive(Receipt("r", ReceiptEvent.DELIVERED, post._now(), entry.message_uuid))
        delivered = post.deliver()
        assert post.entry(entry.id).status is Status.DELIVERED
    assert delivered.journalized == 0
    assert (host.journal, host.heard) == ({}, [])
    assert {hook for hook, _ in host.calls} == {"read_document", "resolve_recipient"}


def test_a_case_system_to_learn_with_is_used_as_it_is(practise):
    """It says of itself that nothing of it leads outside."""
    host = Practised()
    with practise(host) as post:
        entry = sent(post, letter(host))
    assert (list(host.journal.values()), host.heard) == ([entry.id], [entry.id])


# --- what would lead outside


def outward(*_):
    with socket.socket() as line:
        line.connect(("192.0.2.1", 443))


@attrs.define(eq=False)
class Tapped(FakeChannel):
    """A channel that calls somebody, though its plugin has said that it does not."""

    def reaches(self, recipient):
        """Ask outside about those whose number begins so."""
        return outward() if recipient.party.id == "asked" else True

    def send(self, dispatch):
        """Send it outside."""
        return outward() or super().send(dispatch)


def test_a_channel_that_lied_reaches_nobody(practise):
    """Its letter fails, and says why; the next letter goes on."""
    host, tapped = FakeHost(), Tapped("tapped")
    with practise(host, channels=(tapped,)) as post:
        entry = sent(post, letter(host))
        assert entry.status is Status.FAILED
        assert "må intet forlade maskinen" in entry.stopped_because
        asked = host.person("asked", "0101901234")
        [row] = post.plan(attrs.evolve(letter(host), key="k2", parties=(asked,))).rows
        assert row.error is not None
    assert tapped.sent == []


def test_a_plugin_that_does_not_vouch_for_itself_is_left_out(practise, channel):
    """Its channel is not there, and nobody hands on what was used; the others go on."""

    @attrs.define(eq=False)
    class Silent(FakeLetters):
        leads_outside = None
        told: list = attrs.field(factory=list)

        @hookimpl
        def export_usage(self, usage):
            self.told += usage

    host, silent = FakeHost(), Silent([FakeChannel("elsewhere")])
    with practise(host, more={"silent": silent}) as post:
        sent(post, letter(host))
        post.deliver()
        [broken] = post.plugins.broken
        assert set(post.plugins.channels) == {"fake"}
    assert (broken.name, silent.told) == ("silent", [])
    assert broken.error.danish.startswith("er udeladt i øvelse")
    assert len(channel.sent) == 1


def test_a_plugin_that_says_it_leads_outside_stops_the_start(practise):
    """Nobody meant to practise with it."""

    class Open(FakeLetters):
        def leads_outside(self):
            return "url er ikke på denne maskine"

    with pytest.raises(SettingsError) as caught:
        practise(FakeHost(), more={"open": Open([])})
    assert caught.value.danish == (
        "mode er »training«, men pluginet »open« fører ud af øvelsen: url er ikke på denne maskine"
    )
    with pytest.raises(SettingsError, match="'host' leads outside"):
        practise(Open([]))


# --- the outbox


@pytest.mark.parametrize("first", [Training(), None], ids=["training", "earnest"])
@pytest.mark.parametrize("kind", ["memory", "file"])
def test_an_outbox_is_of_one_kind_for_ever(tmp_path, esdh_clock, esdh_host, channel, kind, first):
    """Also where nothing was ever sent with it."""
    kept = MemoryOutbox()

    def opened(training):
        outbox = Store.open(tmp_path / "outbox.db", SEAL) if kind == "file" else kept
        try:
            return installation(host=esdh_host, channels=[channel], now=esdh_clock, outbox=outbox, training=training)
        except OutboxError:
            outbox.close()
            raise

    opened(first).close()
    opened(first).close()
    other = None if first else Training()
    with pytest.raises(OutboxError) as caught:
        opened(other)
    told = "kan aldrig bruges til rigtige breve" if first else "kan ikke bruges til øvelse"
    assert told in caught.value.danish
    opened(first).close()


def test_an_outbox_from_before_there_was_training_is_in_earnest(tmp_path, esdh_clock, esdh_host, channel):
    """Its letters are real."""
    from sqlalchemy import create_engine, text

    from esdh_connect.store import schema

    engine = create_engine(f"sqlite:///{tmp_path / 'outbox.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE esdh_connect_schema (version_num VARCHAR(32) NOT NULL)"))
        schema.migrate(connection)
    engine.dispose()
    outbox = Store.open(tmp_path / "outbox.db", SEAL)
    with pytest.raises(OutboxError, match="real letters"):
        installation(host=esdh_host, channels=[channel], now=esdh_clock, outbox=outbox, training=Training())
    outbox.close()
