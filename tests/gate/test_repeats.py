"""The same letter twice to the same person: what makes it the same, and what is told of the first one."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import hookimpl
from esdh_connect.dispatch import Override, Receipt, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, PlanError, Rejected
from esdh_connect.model import Colleague
from esdh_connect.testing.fakes import FakeClock, FakeHost

WHY = "det første er blevet væk"


@attrs.define(eq=False)
class HostWithNames(FakeHost):
    """A host that knows what people are called, or cannot say at the moment."""

    name: str = ""

    @hookimpl
    def find_colleague(self, id):  # noqa: A002 - the hook's own word
        """Give one."""
        if not self.name:
            raise PlanError("down", danish="nede")
        return Colleague(id, self.name)


def raised(post, request):
    """Give the ids of what is raised, row by row."""
    return [[one.id for one in row.concerns] for row in post.plan(request).rows]


@given(
    bilag=st.permutations(["a", "b", "c"]).flatmap(lambda all_: st.integers(0, 3).map(lambda many: all_[:many])),
    title=st.sampled_from(["Afgørelse om carport", "Rettet titel"]),
)
def test_other_bilag_make_it_no_other_letter(new_town, bilag, title):
    """In any order, with any of them left out, and under another title: the letter itself has been sent to them."""
    town = new_town(FakeHost(), FakeClock())
    post, letter, them = town.post, town.document(), [town.person(), town.person("p2", "1503851111")]
    first = town.request(*them, documents=[letter, *map(town.document, "abc")])
    post.commit(post.plan(first), by="bo")
    post.deliver()
    documents = [letter, *map(town.document, bilag)]
    again = town.request(*them, documents=documents, title=title, key="dialog-2")
    assert raised(post, again) == [["same_letter"], ["same_letter"]]


def test_another_letter_is_no_repeat(town):
    """A corrected version is another one, and so is a letter under the same title, or with the same bilag."""
    post, bilag = town.post, town.document("plan")
    post.commit(post.plan(town.request(documents=[town.document(), bilag])), by="bo")
    town.host.contents["brev", "2"] = town.host.contents[town.letter("Andet").id, "1"]
    corrected, other = attrs.evolve(town.document(), version="2"), town.host.document("andet", "Noget andet.")
    for letter in (corrected, other):
        assert raised(post, town.request(documents=[letter, bilag], key="dialog-2")) == [[]]


@pytest.mark.parametrize(
    ("became", "said"),
    [
        ("awaits approval", "Det venter på godkendelse"),
        ("waits", "Det er ikke sendt endnu"),
        ("on its way", "Det er på vej"),
        ("delivered", "Det er leveret"),
        ("unresolved", "Det er uvist, om det er sendt"),
        ("sent back", None),
        ("undone", None),
        ("refused", None),
        ("failed", None),
    ],
)
def test_it_is_told_what_became_of_the_first_one(town, became, said):
    """A letter that failed or was undone is no letter; of any other its state is told, and by whom and when."""
    if became in ("awaits approval", "sent back"):
        town.policy = {"approval": True}
    town.digital.fail_with += {"unresolved": [OutcomeUnknown("?")], "refused": [Rejected("no")]}.get(became, [])
    post = town.post
    [entry] = post.commit(post.plan(town.request()), by="bo").entries
    if became == "sent back":
        post.send_back(entry.id, by="ida", why="forkert")
    elif became == "undone":
        post.cancel(entry.id, by="bo")
    elif became != "waits":
        post.deliver()
    told = {"delivered": ReceiptEvent.DELIVERED, "failed": ReceiptEvent.FAILED}.get(became)
    if told:
        post.receive(Receipt("k-1", told, town.clock(), entry.message_uuid))
    [row] = post.plan(town.request(key="dialog-2")).rows
    assert [one.advice.partition(". ")[0] for one in row.concerns] == ([said] if said else [])
    assert all(one.text.endswith("kl. 10.00 af bo") for one in row.concerns)


def test_what_was_overridden_stays_so_when_the_first_one_arrives(town):
    """Between the plan and the commit the first letter moves on: nobody is asked about it once more."""
    post = town.post
    post.commit(post.plan(town.request()), by="bo")
    plan = post.plan(town.request(key="dialog-2"))
    said = [Override.of(one, WHY) for one in plan.rows[0].concerns]
    post.deliver()
    assert post.commit(plan, by="bo", overrides=said).entries


@pytest.mark.parametrize(("name", "shown"), [("Bo Skriver", "Bo Skriver (bo)"), ("", "bo")])
def test_who_ordered_the_first_one_has_a_name(town, name, shown):
    """As the host calls them; where it cannot say, the id is enough, and the letter is looked at all the same."""
    town.host = HostWithNames(name=name)
    post = town.post
    post.commit(post.plan(town.request()), by="bo")
    [row] = post.plan(town.request(key="dialog-2")).rows
    assert row.concerns[0].text.endswith(f"af {shown}")
