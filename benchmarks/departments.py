"""What choosing costs: a plan in one of 5 000 departments against the same hooks on a bare manager of pluggy."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import attrs
import pluggy
from figures import at_most, folder, in_turns, is_long, ratio, show

from esdh_connect import hookspecs
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request
from esdh_connect.hookspecs import PROJECT, hookimpl
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Address, Case, Document, Party, Recipient, Sender
from esdh_connect.outbox import Outbox
from esdh_connect.planning import Planner
from esdh_connect.plugins import Asked, Plugins
from esdh_connect.policy import Department, Policy, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, pdf_of
from esdh_connect.testing.memory import MemoryOutbox

PLUGINS, DEPARTMENTS, SETS = 40, 5000, 40
SEAL = Seal(b"a secret of thirty-two bytes.....")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LETTER = pdf_of("Afgørelse")
PERSON = Recipient(Party("p"), "Ane Prøve", Cpr("1212121212"), Address(street="Prøvevej", number="7", post_code="8000"))


class Silent:
    """A plugin with every hook of a plan, which has nothing to say; so the next is asked too."""

    @hookimpl
    def read_document(self, document: object) -> None:
        """Have nothing."""

    @hookimpl
    def resolve_recipient(self, party: object, case: object) -> None:
        """Know nobody."""

    @hookimpl
    def choose_channel(self, recipient: object, channels: object, policy: object) -> None:
        """Leave it to others."""

    @hookimpl
    def consolidate_letter(self, letter: object, limits: object, policy: object) -> None:
        """Leave it to others."""

    @hookimpl
    def review_plan(self, plan: object, policy: object) -> None:
        """Object to nothing."""


class Answering:
    """The plugin that is asked last, and answers."""

    @hookimpl
    def register_channels(self) -> list[FakeChannel]:
        """Bring one."""
        return [FakeChannel()]

    @hookimpl
    def read_document(self, document: Document) -> bytes:  # noqa: ARG002 - as the hook is called
        """Give a page."""
        return LETTER

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case) -> Recipient:  # noqa: ARG002
        """Know everybody."""
        return PERSON


def loaded() -> dict[str, object]:
    """Give the plugins by name; of these the last is asked first."""
    return {"answering": Answering(), **{f"p{at}": Silent() for at in range(1, PLUGINS)}}


def decisions() -> Iterator[PolicyChange]:
    """A tree of three levels: what is on is said in forty places at the top, and inherited."""
    drawn = random.Random(17)  # noqa: S311 - for nothing secret
    for at in range(DEPARTMENTS):
        parent = None if at < SETS else f"d{at % SETS}" if at < DEPARTMENTS // 10 else f"d{at % (DEPARTMENTS // 10)}"
        some = sorted(drawn.sample(range(1, PLUGINS), PLUGINS - 2))
        on = {"plugins": ["answering", *(f"p{one}" for one in some)], "channels": ["fake"]} if parent is None else {}
        yield PolicyChange(Department(f"d{at}", parent=parent), on, "ida", LONG_AGO, LONG_AGO)


@attrs.frozen(eq=False)
class Bare:
    """One manager with the plugins a department has on, made before; nobody chooses."""

    asked_: Asked
    plugins: Plugins
    policy: Policy

    @classmethod
    def of(cls, plugins: Plugins, policy: Policy, members: Mapping[str, object]) -> Bare:
        """Make it."""
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(plugins._members["esdh_connect"], "esdh_connect")  # noqa: SLF001
        for name, plugin in members.items():
            if name in policy.plugins:
                manager.register(plugin, name)
        return cls(Asked(manager), plugins, policy)

    def asked(self, _policy: Policy) -> Asked:
        """Give what is there."""
        return self.asked_

    def channels_of(self, _policy: Policy) -> Sequence[object]:
        """Give what is there."""
        return (self.plugins.channels["fake"],)

    def converters_of(self, _policy: Policy) -> Sequence[object]:
        """There are none."""
        return ()


@contextmanager
def opened(outbox: Outbox, members: Mapping[str, object]) -> Iterator[Connect]:
    """Open an installation; the first that opens an outbox sets all departments up."""
    began = time.perf_counter()
    with Connect(
        outbox=outbox, seal=SEAL, changes=decisions(), sender=Sender(Cvr("55133018"), "By"), loaded=dict(members)
    ) as post:
        show(f"start with {DEPARTMENTS} departments", f"{time.perf_counter() - began:.2f} s")
        yield post


def compare(name: str, post: Connect, members: Mapping[str, object], plans: int) -> None:
    """Plan the same letters in the same departments both ways."""
    drawn = random.Random(plans)  # noqa: S311 - for nothing secret
    ids = [f"d{drawn.randrange(DEPARTMENTS)}" for _ in range(plans)]
    policies = {id_: post.policy(id_) for id_ in ids}
    bares = {policy.plugins: Bare.of(post.plugins, policy, members) for policy in policies.values()}
    planners: dict[str, Planner] = {
        id_: attrs.evolve(post._planner, plugins=bares[policy.plugins])  # noqa: SLF001
        for id_, policy in policies.items()
    }
    requests = [
        Request(f"k{at}", Case("s"), id_, "Brev", (Document("d"),), (PERSON.party,)) for at, id_ in enumerate(ids)
    ]

    def ours() -> float:
        began = time.process_time()
        for request in requests:
            assert post.plan(request).rows[0].error is None
        return time.process_time() - began

    def bare() -> float:
        began = time.process_time()
        for request in requests:
            id_ = request.department
            planners[id_].plan(request, policies[id_], datetime.now(UTC))
        return time.process_time() - began

    found = in_turns(9, {"ours": ours, "bare": bare})
    for who, seconds in found.items():
        show(f"{name}, {who}", f"{min(seconds) / plans * 1e6:.0f} µs a plan")
    found_ratio = ratio(found["ours"], found["bare"])
    show(f"{name}, chosen against bare", f"{found_ratio:.3f}", goal=at_most(1.1), figure=found_ratio)


def main() -> None:
    """Compare in memory and in a file."""
    members, plans = loaded(), 2000 if is_long() else 600
    with opened(MemoryOutbox(), members) as post:
        compare("in memory", post, members, plans)
    with folder() as place:
        path = place / "outbox.db"
        with opened(Store.open(path, SEAL), members) as post:
            compare("in a file", post, members, plans)
        with opened(Store.open(path, SEAL), members) as post:
            began = time.perf_counter()
            post.policy("d4999")
            show("the first policy after that", f"{(time.perf_counter() - began) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
