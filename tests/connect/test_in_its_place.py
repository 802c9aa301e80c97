"""The letter in the place of one that failed: the same may have gone since, and it is the one that was shown."""

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Override, Receipt, ReceiptEvent, Remedy, Status
from esdh_connect.errors import Objection, OutcomeUnknown, PlanChanged, TemporaryFailure, TooLate
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox


def sent(post, letter, by="bo"):
    [entry] = post.commit(post.plan(letter), by=by).entries
    post.deliver()
    return post.entry(entry.id)


def arrived(post, entry, event, clock):
    post.receive(Receipt(f"{entry.id}/{event.value}", event, clock(), entry.message_uuid, entry.channel, code="42"))


def came_back(post, letter, clock):
    entry = sent(post, letter)
    arrived(post, entry, ReceiptEvent.FAILED, clock)
    return entry


def anew(letter):
    """The same document, sent from the case with a wish of its own and another title."""
    return attrs.evolve(letter, key="another wish", title="Afgørelse, ny forsendelse")


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, esdh_host, esdh_channel, esdh_clock):
    """The gate has one rule."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    channels, policy = [esdh_channel], {"gate": ("same_letter",)}
    with installation(host=esdh_host, channels=channels, now=esdh_clock, outbox=outbox, policy=policy) as made:
        yield made


@pytest.fixture
def gave_up(post, esdh_channel, esdh_clock, letter):
    """It could not be handed in, for weeks; now the provider is there again."""
    esdh_channel.fail_with.extend([TemporaryFailure("later")] * 20)
    entry = sent(post, letter)
    for _ in range(20):
        esdh_clock.move(hours=12)
        post.deliver()
    esdh_channel.fail_with.clear()
    return post.entry(entry.id)


def test_the_list_says_that_it_was_sent_since_and_what_became_of_it(post, esdh_clock, letter):
    """By whom and when, and that this one is to be marked as solved; what was said of it before stands first."""
    failed = came_back(post, letter, esdh_clock)
    before = post.failures()[0]
    assert "vent" not in before.text
    assert (before.again, before.next) == (None, Remedy.CHANGE_RECIPIENT)

    esdh_clock.move(minutes=20)
    again = sent(post, anew(letter), by="ida")
    assert post.failures()[0].text.endswith(
        "Næste skridt: vent, og se, hvad der bliver af det; tryk så »Markér som løst«."
    )
    arrived(post, again, ReceiptEvent.DELIVERED, esdh_clock)
    [after] = post.failures()

    assert (after.entry.id, after.again, after.next) == (failed.id, post.entry(again.id), Remedy.SOLVED)
    assert set(after.remedies) == set(before.remedies)
    told = f"er siden bestilt til modtageren {wording.when(again.committed_at)} af ida. Det er leveret."
    assert told in after.text
    assert after.text.endswith("Næste skridt: »Markér som løst«.")
    assert post.failures_about(failed.id) == (after,)


def test_one_that_was_stopped_or_failed_too_says_nothing(post, esdh_clock, letter):
    """Its recipient does not have it: the first is still to be seen to, and the last is on the list itself."""
    failed = came_back(post, letter, esdh_clock)
    again = came_back(post, anew(letter), esdh_clock)
    assert [(one.entry.id, one.again) for one in post.failures()] == [(failed.id, None), (again.id, None)]


def test_a_letter_with_another_document_or_to_another_is_another(post, esdh_host, esdh_clock, letter):
    """It tells nothing of this one."""
    came_back(post, letter, esdh_clock)
    sent(post, attrs.evolve(anew(letter), documents=[esdh_host.document("en anden")]))
    other = esdh_host.person("p9", "0202915678")
    sent(post, attrs.evolve(anew(letter), key="a third", parties=[other]))
    assert [one.again for one in post.failures()] == [None]


def test_it_is_not_tried_again_as_it_is(post, esdh_clock, esdh_channel, letter, gave_up):
    """That is on no list any more, and whoever asks for it all the same is told why; nothing goes."""
    assert post.failures()[0].next is Remedy.RETRY
    again = sent(post, anew(letter))

    [trouble] = post.failures()
    assert trouble.next is Remedy.SOLVED
    assert Remedy.RETRY not in trouble.remedies
    with pytest.raises(TooLate, match=again.id) as refused:
        post.resolve(gave_up.id, Remedy.RETRY, by="ida", why="")
    assert "er siden bestilt til modtageren" in wording.of(refused.value)
    post.deliver()
    assert post.entry(gave_up.id) == gave_up


def test_a_new_one_in_its_place_is_weighed_as_any_other(post, esdh_clock, letter, gave_up):
    """However long ago the other was sent; the letter that failed is not what speaks against it."""
    assert post.replacement(gave_up.id, Remedy.SEND_AGAIN).rows[0].open == ()
    sent(post, anew(letter), by="ida")
    esdh_clock.move(days=3)

    with pytest.raises(Objection, match="same_letter"):
        post.resolve(gave_up.id, Remedy.SEND_AGAIN, by="bo", why="borgeren ringede")
    [concern] = post.replacement(gave_up.id, Remedy.SEND_AGAIN).rows[0].open
    said = Override(concern.id, "borgeren har mistet det første", seen=concern.text)
    child = post.resolve(gave_up.id, Remedy.SEND_AGAIN, by="bo", why="borgeren ringede", overrides=[said])
    assert (child.parent, post.failures()) == (gave_up.id, ())


def test_what_is_unresolved_may_still_be_confirmed(post, esdh_clock, esdh_channel, letter):
    """The provider may have taken both; the same letter is not tried once more."""
    esdh_channel.fail_with.append(OutcomeUnknown("silence"))
    unknown = sent(post, letter)
    esdh_clock.move(days=8)
    post.deliver()
    assert post.entry(unknown.id).status is Status.UNRESOLVED
    assert [one.next for one in post.failures()] == [Remedy.CONFIRM]
    esdh_clock.move(days=2)
    sent(post, anew(letter))
    [trouble] = (one for one in post.failures() if one.entry.id == unknown.id)
    assert trouble.remedies == (Remedy.SOLVED, Remedy.CONFIRM)


def test_what_is_not_as_it_was_shown_is_not_made(post, letter, esdh_clock, esdh_host):
    """The one it goes to is looked up anew."""
    failed = came_back(post, letter, esdh_clock)
    how = {"by": "ida", "why": "borgeren ringede", "party": esdh_host.person("p2", "0202915678", "Ida")}
    shown = post.replacement(failed.id, Remedy.CHANGE_RECIPIENT, party=how["party"]).fingerprint
    esdh_host.person("p2", "0202915678", "Eva")
    with pytest.raises(PlanChanged):
        post.resolve(failed.id, Remedy.CHANGE_RECIPIENT, **how, expect=shown)
    esdh_host.person("p2", "0202915678", "Ida")
    assert post.resolve(failed.id, Remedy.CHANGE_RECIPIENT, **how, expect=shown).parent == failed.id
