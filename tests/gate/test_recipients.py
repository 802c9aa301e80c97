"""Who gets it: a party of the case, alive and here, grown up, with an address that may be used."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from esdh_connect import hookimpl, wording
from esdh_connect.dispatch import Override, Remedy
from esdh_connect.errors import Objection, Rejected
from esdh_connect.gate.circumstances import age
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Address, Circumstance, Recipient
from esdh_connect.testing.fakes import FakeHost

WHY = "aftalt i telefonen"


@attrs.define(eq=False)
class HostWithParties(FakeHost):
    """A host that knows the parties of its cases. ``asked`` counts."""

    parties: tuple = ()
    asked: int = 0

    @hookimpl
    def find_parties(self, case):
        """Give them."""
        self.asked += 1
        return self.parties


def test_who_is_no_party_of_the_case_gets_no_letter(town):
    """The host knows who is: one is, the other is on another case."""
    town.host = HostWithParties()
    ane, bo = town.person(), town.person("p2", "1503851111", "Bo Prøve")
    town.host.parties = (ane,)
    assert town.raised(ane, bo) == [(), ("not_a_party",)]
    town.host.parties = ()
    assert town.raised(ane) == [("not_a_party",)]
    town.host.parties = None
    assert town.raised(bo) == [()]


def test_a_host_that_does_not_know_the_parties_is_not_held_to_them(town):
    """Without the hook nobody is a stranger."""
    assert town.raised() == [()]


def test_the_parties_are_asked_for_once_in_a_mailing_on_one_case(town):
    """And again after a while, since cases change."""
    town.host = HostWithParties()
    people = [town.person(f"p{at}") for at in range(5)]
    town.host.parties = tuple(people)
    requests = [town.request(one, key=f"key-{one.id}") for one in people]
    assert all(plan.is_clear for plan in town.post.plan_many(requests))
    assert town.host.asked == 1


def test_a_host_that_fails_to_give_the_parties_stops_the_letter(town):
    """What is not known is not *yes*."""

    class Broken(FakeHost):
        @hookimpl
        def find_parties(self, case):
            raise TimeoutError

    town.host = Broken()
    [row] = town.plan().rows
    assert isinstance(row.error, Objection)


@pytest.mark.parametrize(
    ("known", "digital", "paper"),
    [
        (Circumstance.DEAD, ("dead",), ("dead",)),
        (Circumstance.EMIGRATED, ("emigrated",), ("emigrated",)),
        (Circumstance.UNDER_15, ("under_15",), ("under_15",)),
        (Circumstance.PROTECTED, (), ("protected_address",)),
        (Circumstance.UNKNOWN_ADDRESS, (), ("unknown_address",)),
    ],
)
def test_what_the_host_knows_of_somebody_stops_their_letter_and_nobody_elses(town, known, digital, paper):
    """By the way it goes: Digital Post needs no address."""
    ane, bo = town.person(circumstances={known}), town.person("p2", "1503851111", "Bo Prøve")
    assert town.raised(ane, bo) == [digital, ()]
    town.on_paper("p1", "p2")
    assert town.raised(ane, bo) == [paper, ()]


def test_a_letter_to_an_address_abroad_may_go_to_who_has_moved_there(town):
    """That is what it is there for."""
    address = Address(lines=("1 High Street", "London"), country="GB")
    ane = town.person(circumstances={Circumstance.EMIGRATED}, address=address)
    town.on_paper()
    assert town.raised(ane) == [()]


@pytest.mark.parametrize(
    ("at", "raised"),
    [
        (datetime(2005, 1, 1, 12, tzinfo=UTC), ()),
        (datetime(2004, 12, 31, 22, 30, tzinfo=UTC), ("under_15",)),
        (datetime(2004, 12, 31, 23, 30, tzinfo=UTC), ()),
    ],
)
def test_the_number_tells_a_childs_age_in_denmark(town, at, raised):
    """The birthday begins at midnight in Denmark: one born on 1 January 1990 is 15 from 2005 on."""
    town.clock.time = at
    assert town.raised() == [raised]


@pytest.mark.parametrize(
    ("number", "at", "years"),
    [
        ("0101901234", datetime(2026, 11, 23, tzinfo=UTC), 36),
        ("6101800000", datetime(2026, 1, 1, 12, tzinfo=UTC), 46),
        ("2412772222", datetime(2026, 12, 24, 12, tzinfo=UTC), 49),
        ("2412772222", datetime(2026, 12, 23, 12, tzinfo=UTC), 48),
    ],
)
def test_ages(number, at, years):
    """Replacement numbers have a birthday too."""
    assert age(Cpr.parse(number), at) == years


def test_a_company_is_never_a_child(town):
    """Its number has no birthday."""
    party = town.person()
    town.host.recipients[party] = Recipient(party, "Prøve Byg ApS", Cvr("55133018"))
    assert town.raised(party) == [()]


NOWHERE = [
    Address(street="Prøvevej", number="7", post_code="9999", city="Ukendt"),
    Address(street="Ukendt adresse", post_code="8000", city="Aarhus C"),
    Address(street="Prøvevej", number="7", city="Aarhus C"),
    Address(post_code="8000", city="Aarhus C"),
    Address(country="GB"),
    None,
]


@pytest.mark.parametrize("address", NOWHERE)
def test_nothing_is_printed_for_an_address_that_is_none(town, address):
    """Digital Post goes there all the same."""
    ane = town.person(address=address)
    assert town.raised(ane) == [()]
    town.on_paper()
    assert town.raised(ane) == [("unknown_address",)]


@pytest.mark.parametrize(
    "address",
    [
        Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C"),
        Address(street="Ukendtvej", number="1", post_code="9990", city="Skagen"),
        Address(lines=("Storgatan 1", "21120 Malmø"), country="SE"),
    ],
)
def test_an_address_that_is_one_is_printed(town, address):
    """Whatever it is called."""
    ane = town.person(address=address)
    town.on_paper()
    assert town.raised(ane) == [()]


def test_a_protected_address_is_looked_for_in_all_that_is_sent(town):
    """In the bilag too, in capitals and over two lines; to whoever gets it, by whatever way it goes."""
    ane = town.person(circumstances={Circumstance.PROTECTED})
    bo = town.person("p2", "1503851111", "Bo Prøve")
    letter, bilag = town.document(), town.document("bilag")
    assert town.raised(ane, bo, documents=[letter, bilag]) == [(), ()]
    town.host.contents["bilag", "1"] = town.host.contents["bilag", "1"].replace(b"Ring til os.", b"PROEVEVEJ 7 ")
    found = town.plan(ane, bo, documents=[letter, bilag]).rows
    assert [one.text for row in found for one in row.concerns] == [
        "modtagerens beskyttede adresse står i det, der sendes",
        "en anden modtagers beskyttede adresse står i det, der sendes",
    ]


def test_another_recipients_address_is_looked_for_when_one_is_approved_alone(town):
    """The plan that is approved has one row, and the request has both."""
    ane = town.person(circumstances={Circumstance.PROTECTED})
    bo = town.person("p2", "1503851111", "Bo Prøve")
    request = town.request(ane, bo, documents=[town.letter("Prøvevej 7")])
    alone = town.post._planner.plan(request, town.post.policy("teknik"), town.clock(), [bo])
    assert [one.id for one in alone.rows[0].concerns] == ["protected_address"]


def test_an_address_that_nobody_protects_may_stand_anywhere(town):
    """It is in nearly every letter."""
    assert town.raised(documents=[town.letter("Prøvevej 7", "8000 Aarhus C")]) == [()]


def test_no_repr_shows_an_address():
    """Of a recipient, nor the address itself: it ends in logs and tracebacks."""
    address = Address(street="Hemmelig Vej", number="7", post_code="8000", city="Aarhus C", co="Bo", lines=("Linje",))
    shown = repr(address) + repr(Recipient(None, "Ane Prøve", None, address, None, {"protected"}))
    assert not any(word in shown for word in ("Hemmelig", "8000", "Aarhus", "Linje", "Bo", "protected"))


def test_a_letter_sent_again_on_paper_asks_for_the_address_anew(town):
    """Digital Post needed no word for it; the envelope does."""
    town.digital.fail_with.append(Rejected("no"))
    ane, post = town.person(circumstances={Circumstance.PROTECTED}), town.post
    [entry] = post.commit(post.plan(town.request(ane)), by="bo").entries
    post.deliver()
    with pytest.raises(Objection) as refused:
        post.resolve(entry.id, Remedy.SEND_AS_PRINT, by="bo", why="læser ikke sin post")
    assert refused.value.concerns == ("protected_address",)
    said = [Override(id_, WHY, seen=text) for id_, text in refused.value.told]
    child = post.resolve(entry.id, Remedy.SEND_AS_PRINT, by="bo", why="læser ikke sin post", overrides=said)
    assert [act.why for act in child.acts] == [WHY]


def test_the_same_letter_within_a_day_is_stopped_once(town):
    """Another key, the same letter to the same person: perhaps meant, and then somebody says so."""
    post = town.post
    post.commit(post.plan(town.request()), by="bo")
    again = town.request(key="dialog-2")
    [row] = post.plan(again).rows
    assert [one.id for one in row.concerns] == ["same_letter"]
    assert row.concerns[0].text.endswith("er bestilt til modtageren 23. november 2026 kl. 10.00 af bo")
    assert "Det er ikke sendt endnu. Se efter på sagen" in wording.of(row.error)
    [entry] = post.commit(post.plan(again), by="bo", overrides=[Override("same_letter", WHY, row.party)]).entries
    assert entry.acts[0].seen == row.concerns[0].text
    town.clock.time += timedelta(hours=25)
    assert post.plan(town.request(key="dialog-3")).is_clear


def test_a_mailing_that_was_sent_lately_is_seen_as_a_whole(town):
    """Its own letters are no repeats of each other, nor when it goes on after a break."""
    post = town.post
    people = [town.person(f"p{at}", name=f"Ane{at} Prøve") for at in range(4)]
    requests = [town.request(one, key=f"key-{one.id}") for one in people]
    post.commit_many(requests[:2], batch="rotter", expect=2, by="ida")
    whole = post.overview(post.plan_many([*requests, *(attrs.evolve(one, key=one.key + "x") for one in requests[:1])]))
    assert whole.concerns == {"same_letter": 1}
    again = [attrs.evolve(one, key=f"again-{at}") for at, one in enumerate(requests)]
    found = post.overview(post.plan_many(again))
    assert (found.letters, found.concerns) == (2, {"same_letter": 2})
    named = post.overview(post.plan_many(again, batch="rotter"))
    assert (named.letters, named.concerns) == (4, {})
    done = post.commit_many(again, batch="mus", expect=4, by="ida", fingerprint=found.fingerprint)
    assert (done.fresh, done.problems[0].concern) == (2, "same_letter")
