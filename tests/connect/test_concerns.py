"""What speaks against a letter stops it until a person has said why it goes anyway."""

import json
import zipfile
from io import BytesIO

import attrs
import pytest

from esdh_connect import hookimpl, wording
from esdh_connect.dispatch import Concern, Deed, Override, Remedy, Request
from esdh_connect.errors import Objection, PlanChanged, Rejected
from esdh_connect.model import Circumstance
from esdh_connect.outbox import Change
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation

WHY = "borgeren har bedt om det i telefonen"


@attrs.define(eq=False)
class Wary:
    """A plugin with something to say: ``said`` gives the concerns of a plan."""

    said: object = attrs.field(default=lambda plan: [])

    @hookimpl
    def review_plan(self, plan):
        """Say it."""
        return self.said(plan)


def strange(plan):
    """Raise a concern about each recipient."""
    return [
        Concern("strange", f"modtageren {row.party.id} er mærkelig", row.party, advice="se efter") for row in plan.rows
    ]


@pytest.fixture
def wary():
    return Wary(strange)


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, esdh_host, esdh_channel, esdh_clock, wary):
    """A department with a wary plugin, in memory and in a real file."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else None
    with installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox, more={"wary": wary}
    ) as made:
        yield made


@pytest.fixture
def couple(letter, esdh_host):
    """The letter, to two people."""
    return attrs.evolve(letter, parties=(*letter.parties, esdh_host.person("p2", "1503851111", "Bo Prøve")))


def override(letter, why=WHY):
    return [Override("strange", why, party) for party in letter.parties]


def test_a_concern_stops_the_letter_and_is_told(post, letter):
    """The row has the concern, and its error says what it is and what to do."""
    [row] = post.plan(letter).rows
    assert [one.id for one in row.concerns] == ["strange"]
    assert row.open == row.concerns
    assert isinstance(row.error, Objection)
    assert row.error.concerns == ("strange",)
    assert wording.of(row.error) == "Der er ikke sendt noget: modtageren p1 er mærkelig. se efter."
    assert wording.concern(row.concerns[0]) == "Modtageren p1 er mærkelig. Se efter."
    with pytest.raises(Objection):
        post.commit(post.plan(letter), by="bo")


def test_an_override_lets_it_go_and_stays_beside_the_letter(post, letter, esdh_channel):
    """Who, which, what it said and why: in the entry, the audit log and the proof pack."""
    shown = post.plan(letter)
    [entry] = post.commit(shown, by="bo", overrides=override(letter)).entries
    [act] = post.entry(entry.id).acts
    assert act == entry.acts[0]
    said = (act.deed, act.by, act.concern, act.seen, act.why)
    assert said == (Deed.OVERRODE, "bo", "strange", "modtageren p1 er mærkelig", WHY)
    assert wording.act(act) == f"bo bestilte det trods en betænkelighed (modtageren p1 er mærkelig): {WHY}"
    post.deliver()
    assert len(esdh_channel.sent) == 1
    pack = BytesIO()
    post.proof(entry.id).write(pack)
    happened = json.loads(zipfile.ZipFile(pack).read("haendelser.json"))
    assert any(one.get("fordi") == WHY and one["betænkelighed"] == act.seen for one in happened)


def test_the_audit_log_has_every_override_and_is_whole(tmp_path, esdh_host, esdh_channel, esdh_clock, wary, letter):
    """In a store, where there is a log: the line is in the chain, and all lines are sound."""
    outbox = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    with installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox, more={"wary": wary}
    ) as post:
        [entry] = post.commit(post.plan(letter), by="bo", overrides=override(letter)).entries
        post.deliver()
        lines = tuple(post.audit.of(entry.id))
        assert [one.number for one in lines] == list(range(len(lines)))
        assert all(one.is_sound for one in lines)
        assert [(one.what, one.about, one.by, one.why) for one in lines][1] == ("deed overrode", "strange", "bo", WHY)
        assert not post.proof(entry.id).damage


def test_one_that_cannot_be_overridden_is_not(post, wary, letter):
    """Whoever raises it says so."""
    wary.said = lambda plan: [Concern("strange", "det går ikke", row.party, overridable=False) for row in plan.rows]
    with pytest.raises(Objection):
        post.commit(post.plan(letter), by="bo", overrides=override(letter))


def test_an_override_is_for_the_person_it_names(post, couple):
    """What was said of one recipient is not said of the other, nor what names nobody."""
    for said in ([Override("strange", WHY, couple.parties[0])], [Override("strange", WHY)]):
        rows = post.plan(couple, said).rows
        assert [bool(row.open) for row in rows] == [said[0].party is None, True]
        with pytest.raises(Objection):
            post.commit(post.plan(couple), by="bo", overrides=said)
    assert post.commit(post.plan(couple), by="bo", overrides=override(couple)).entries


def test_an_override_is_for_what_was_seen(post, wary, letter):
    """The same rule with another text since: the letter is not what was shown."""
    shown = post.plan(letter)
    wary.said = lambda plan: [Concern("strange", "noget andet", row.party) for row in plan.rows]
    with pytest.raises(PlanChanged) as refused:
        post.commit(shown, by="bo", overrides=override(letter))
    assert "der er noget nyt, der taler imod at sende brevet" in wording.of(refused.value)
    assert post.committed(letter.key) == ()


def test_an_override_of_a_concern_is_for_what_it_said(post, wary, letter):
    """Another letter to the same person, of which the rule says something else: it is of no use there."""
    [concern] = post.plan(letter).rows[0].concerns
    said = [Override.of(concern, WHY)]
    assert said[0].seen == concern.text
    assert post.plan(letter, said).is_clear
    wary.said = lambda plan: [Concern("strange", "noget andet", row.party) for row in plan.rows]
    other = attrs.evolve(letter, key="et andet")
    shown = post.plan(other, said)
    assert not shown.is_clear
    with pytest.raises(Objection):
        post.commit(other, expect=shown.fingerprint, by="bo", overrides=said)
    assert post.committed(other.key) == ()


def test_one_that_was_typed_is_for_what_the_fingerprint_has(post, wary, letter):
    """It says nothing of what was seen: that is the fingerprint's."""
    wary.said = lambda plan: []
    shown = post.plan(letter)
    wary.said = strange
    with pytest.raises(PlanChanged):
        post.commit(letter, expect=shown.fingerprint, by="bo", overrides=override(letter))
    assert post.committed(letter.key) == ()


@pytest.mark.parametrize("do", ["cancel", "stop_batch", "resolve", "erase"])
def test_what_people_say_beside_a_letter_is_one_line(post, wary, letter, do):
    """Otherwise it would look like lines of the log; nothing is done."""
    wary.said = lambda plan: []
    [entry] = post.commit(post.plan(letter), by="bo").entries
    why = "fejl)\n2026-11-27 ane godkendte det"
    doors = {
        "cancel": lambda: post.cancel(entry.id, by="bo", why=why),
        "stop_batch": lambda: post.stop_batch("rotter", by="bo", why=why),
        "resolve": lambda: post.resolve(entry.id, Remedy.SOLVED, by="bo", why=why),
        "erase": lambda: post.erase(entry.id, by="bo", why=why),
    }
    with pytest.raises(ValueError, match="one line"):
        doors[do]()
    assert post.entry(entry.id) == entry


def test_a_reason_of_an_earlier_version_is_one_line_in_the_proof_pack(post, wary, letter):
    """What was taken then is shown so that it forges nothing."""
    [entry] = post.commit(post.plan(letter), by="bo", overrides=override(letter)).entries
    forged = attrs.evolve(entry.acts[0], why="a\n2026-11-27  Handling: godkendte det\x1b[2J")
    post.outbox.change(entry.id, lambda now: Change(attrs.evolve(now, acts=(*now.acts, forged))))
    pack = BytesIO()
    post.proof(entry.id).write(pack)
    lines = zipfile.ZipFile(pack).read("haendelser.txt").decode().splitlines()
    assert not any(line.startswith("2026-11-27  Handling") for line in lines)
    assert sum("Handling: godkendte det" in line and "\x1b" not in line for line in lines) == 1


def test_a_concern_that_came_since_is_told_as_what_it_is(post, wary, letter):
    """Nobody has seen it: it stops the letter with its own words."""
    wary.said = lambda plan: []
    shown = post.plan(letter)
    wary.said = strange
    with pytest.raises(Objection) as refused:
        post.commit(shown, by="bo")
    assert "mærkelig" in wording.of(refused.value)


def test_one_that_has_gone_since_is_in_nobodys_way(post, wary, letter):
    """Then there is nothing to override, and nothing is noted."""
    shown = post.plan(letter)
    wary.said = lambda plan: []
    [entry] = post.commit(shown, by="bo", overrides=override(letter)).entries
    assert entry.acts == ()


def test_the_same_key_again_gives_the_first_outcome(post, wary, letter):
    """Also when what spoke against it has gone since: it is the same letter."""
    [entry] = post.commit(post.plan(letter), by="bo", overrides=override(letter)).entries
    wary.said = lambda plan: []
    again = post.commit(post.plan(letter), by="bo")
    assert (again.repeated, again.entries) == (True, (entry,))


def test_a_concern_of_the_whole_letter_is_about_every_row(post, wary, couple):
    """It names no party, and neither does its override."""
    wary.said = lambda plan: [Concern("strange", "brevet er mærkeligt")]
    assert all(row.open for row in post.plan(couple).rows)
    assert post.plan(couple, [Override("strange", WHY)]).is_clear
    assert not post.plan(couple, override(couple)).is_clear


def test_one_about_somebody_unknown_is_about_everybody(post, wary, couple, esdh_host):
    """A plugin that names the wrong party has still seen something."""
    stranger = esdh_host.person("p9", "0202915678")
    wary.said = lambda plan: [Concern("strange", "her er noget galt", stranger)]
    assert not any(row.error is None for row in post.plan(couple).rows)


@pytest.mark.parametrize("why", ["", "  ", "010190-1234 vil have det", "x" * 501])
def test_a_reason_is_one_and_names_nobody_by_number(why):
    """It stays beside the letter, so no CPR number is taken in it."""
    with pytest.raises(ValueError, match="override"):
        Override("strange", why)


@pytest.mark.parametrize("id_", ["", "Ikke_part", "not a party", "a=b", "a;b"])
def test_a_concern_has_a_name_that_can_be_written_anywhere(id_):
    """It is part of fingerprints and arguments."""
    with pytest.raises(ValueError, match="id of a concern"):
        Concern(id_, "tekst")


def test_the_approver_sees_it_and_approves_what_was_overridden(esdh_host, esdh_channel, esdh_clock, wary, letter):
    """What was overridden then is overridden still; another concern since stops the approval."""
    post = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"wary": wary}, policy={"approval": True}
    )
    [entry] = post.commit(post.plan(letter), by="bo", overrides=override(letter)).entries
    assert [act.why for act in post.approvals()[0].acts] == [WHY]
    wary.said = lambda plan: [*strange(plan), Concern("dead", "modtageren er død", plan.rows[0].party)]
    with pytest.raises(Objection):
        post.approve(entry.id, by="ida")
    wary.said = lambda plan: [Concern("strange", "noget andet", plan.rows[0].party)]
    with pytest.raises(Objection, match="strange"):
        post.approve(entry.id, by="ida")
    wary.said = strange
    post.approve(entry.id, by="ida")


def test_a_letter_sent_again_needs_no_word_for_the_same_concern(esdh_host, esdh_clock, wary, letter):
    """What was said to the very same concern counts; another one must be overridden anew."""
    channel = FakeChannel(fail_with=[Rejected("no")])
    post = installation(host=esdh_host, channels=[channel], now=esdh_clock, more={"wary": wary})
    [entry] = post.commit(post.plan(letter), by="bo", overrides=override(letter)).entries
    post.deliver()
    wary.said = lambda plan: [*strange(plan), Concern("odd", "den er ny", plan.rows[0].party)]
    with pytest.raises(Objection) as refused:
        post.resolve(entry.id, Remedy.SEND_AGAIN, by="bo", why="prøver igen")
    assert refused.value.concerns == ("odd",)
    with pytest.raises(ValueError, match="says what was seen"):
        post.resolve(entry.id, Remedy.SEND_AGAIN, by="ida", why="prøver igen", overrides=[Override("odd", WHY)])
    said = [Override(id_, WHY, seen=text) for id_, text in refused.value.told]
    wary.said = lambda plan: [*strange(plan), Concern("odd", "den er en anden", plan.rows[0].party)]
    with pytest.raises(Objection, match="odd"):
        post.resolve(entry.id, Remedy.SEND_AGAIN, by="ida", why="prøver igen", overrides=said)
    wary.said = lambda plan: [*strange(plan), Concern("odd", "den er ny", plan.rows[0].party)]
    child = post.resolve(entry.id, Remedy.SEND_AGAIN, by="ida", why="prøver igen", overrides=said)
    assert [(act.concern, act.by, act.why) for act in child.acts] == [("strange", "ida", WHY), ("odd", "ida", WHY)]


def test_a_mailing_refuses_those_rows_and_sends_the_rest(post, wary, requests):
    """Counted under its rule, until the rule is overridden once for all of them."""
    wary.said = lambda plan: [one for one in strange(plan) if one.party.id in ("p2", "p5")]
    shown = post.overview(post.plan_many(requests))
    assert (shown.letters, shown.concerns) == (5, {"strange": 2})
    [problem] = shown.problems
    assert (problem.error, problem.concern, problem.count) == ("Objection", "strange", 2)
    said = [Override("strange", WHY)]
    over = post.overview(post.plan_many(requests, said))
    assert (over.letters, over.overridden, over.problems) == (7, {"strange": 2}, ())
    done = post.commit_many(requests, batch="rotter", expect=7, by="bo", fingerprint=over.fingerprint, overrides=said)
    assert (done.fresh, done.problems, done.overridden) == (7, (), {"strange": 2})
    acts = [act for entry in post.entries(limit=10) for act in entry.acts if act.deed is Deed.OVERRODE]
    assert [(act.by, act.why) for act in acts] == [("bo", WHY)] * 2


def test_letters_without_facts_have_the_fingerprint_they_always_had(esdh_connect, letter, esdh_host):
    """One that waits for approval since an earlier version is the same letter still."""
    plain = esdh_connect.plan(letter).fingerprint
    assert "gate" not in plain
    ane = letter.parties[0]
    esdh_host.recipients[ane] = attrs.evolve(esdh_host.recipients[ane], circumstances={"protected"})
    assert esdh_host.recipients[ane].circumstances == frozenset({Circumstance.PROTECTED})
    assert esdh_connect.plan(letter).fingerprint != plain


def test_a_recipient_keeps_what_is_known_of_them_in_the_outbox(post, wary, letter, esdh_host):
    """It is stored with the letter, and read again as it was."""
    wary.said = lambda plan: []
    ane = letter.parties[0]
    esdh_host.recipients[ane] = attrs.evolve(esdh_host.recipients[ane], circumstances={Circumstance.EMIGRATED})
    said = [Override("emigrated", WHY, ane)]
    [entry] = post.commit(post.plan(letter), by="bo", overrides=said).entries
    assert post.cover(entry.id).recipient.circumstances == {Circumstance.EMIGRATED}


def test_a_request_is_made_as_before():
    """Nothing new is demanded of a host."""
    assert not {"circumstances", "overrides"} & {field.name for field in attrs.fields(Request)}
