"""
Off is off (P6): departments, plugins and letters at random, against a model that is written another way.

The model knows which plugins are on by going through all decisions one by one, from the top of the tree; the plugins
note each time anything is asked of them or told to them.
"""

import tempfile
from datetime import timedelta
from pathlib import Path

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from esdh_connect.channel import Limits
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request, Work
from esdh_connect.errors import PlanError, PolicyError
from esdh_connect.events import FACTS, DocumentFinalized, DocumentPrinted
from esdh_connect.hookspecs import Action, hookimpl
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Address, Case, Document, Letter, Party, Recipient, Sender
from esdh_connect.policy import HERE, Department, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import Usage, UsageKind

PLUGINS = ("a", "b", "c")
IDS = ("d0", "d1", "d2", "d3", "d4")
CASE = Case("sag-1")
SEAL = Seal(b"a secret of thirty-two bytes.....")


@attrs.frozen(eq=False)
class Noting:
    """A plugin that has an implementation of every hook there is, and notes what it is asked and told."""

    name: str
    noted: list = attrs.field(repr=False)
    troubled: list = attrs.field(factory=list, repr=False)
    channel: FakeChannel = attrs.Factory(lambda self: FakeChannel(f"by_{self.name}"), takes_self=True)

    def _note(self, hook, about=None):
        self.noted.append((self.name, hook, about))

    @hookimpl
    def register_channels(self):
        return [self.channel]

    @hookimpl
    def read_document(self, document: Document):
        self._note("read_document")
        return pdf_of(document.id)

    @hookimpl
    def find_bundle(self, name, departments, at):
        self._note("find_bundle", departments[0])
        return [Document("bilag")]

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case):
        self._note("resolve_recipient")
        address = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")
        return Recipient(party, "Ane Prøve", Cpr("1212121212"), address)

    @hookimpl
    def find_parties(self, case):
        self._note("find_parties", case.id)

    @hookimpl
    def choose_channel(self, recipient, channels, policy):
        self._note("choose_channel", policy.department.id)

    @hookimpl
    def consolidate_letter(self, letter: Letter, limits: Limits, policy):
        self._note("consolidate_letter", policy.department.id)

    @hookimpl
    def offer_actions(self, document, actor, policy):
        self._note("offer_actions", policy.department.id)
        return [Action(self.name, self.name)]

    @hookimpl
    def review_plan(self, plan, policy):
        self._note("review_plan", policy.department.id)
        return []

    @hookimpl
    def request_letters(self, event):
        self._note("request_letters", event.department)
        return []

    @hookimpl
    def find_journal_entry(self, mark):
        self._note("find_journal_entry", mark)

    @hookimpl
    def journalize_dispatch(self, dispatch, mark):
        self._note("journalize_dispatch", dispatch.id)
        if self.troubled:
            raise self.troubled.pop()
        return mark


def _hears(fact):
    def told(self, event):
        self._note(fact, event)

    told.__name__ = fact
    return hookimpl(told)


for _fact in FACTS:
    setattr(Noting, _fact, _hears(_fact))


@attrs.define
class Model:
    """Departments and what was decided about them, in the order it was."""

    parents: dict = attrs.field(factory=dict)
    decided: list = attrs.field(factory=list)

    def ordered(self, id_, at):
        mine = [one for one in self.decided if one.department.id == id_ and one.in_force <= at]
        return sorted(mine, key=lambda one: one.in_force)  # stable: then as they were decided

    def parent(self, id_, at):
        found = self.parents[id_]
        for change in self.ordered(id_, at):
            found = change.what.get("parent", found) or None
        return found

    def held(self, id_, at, name):
        above = self.parent(id_, at)
        inherited = self.held(above, at, name) if above else None
        held = inherited
        for change in self.ordered(id_, at):
            if name in change.what:
                held = self._after(held, inherited, change.what[name])
        return held

    def _after(self, held, inherited, said):
        if said is None:
            return inherited
        if not isinstance(said, tuple) or not any(one[0] in "+-" for one in said):
            return said
        names = list(held or ())
        for one in said:
            names = [name for name in names if name != one[1:]] + ([one[1:]] if one[0] == "+" else [])
        return tuple(names)

    def on(self, id_, at):
        """Give the plugins that are on."""
        day = at.astimezone(HERE).date()
        begins, ends = self.held(id_, at, "active_from"), self.held(id_, at, "active_until")
        closed = (begins is not None and day < begins) or (ends is not None and day > ends)
        return frozenset() if closed else frozenset(self.held(id_, at, "plugins") or ())


LISTS = st.lists(st.sampled_from(PLUGINS), unique=True)
WHOLE = LISTS.map(tuple)
PARTS = LISTS.flatmap(lambda names: st.tuples(*(st.sampled_from((f"+{name}", f"-{name}")) for name in names)))
DAYS = st.integers(-3, 6)


class OffIsOff(RuleBasedStateMachine):
    """One installation, and what is asked of whom."""

    def outbox(self):
        return MemoryOutbox()

    def __init__(self):
        super().__init__()
        self.clock, self.noted, self.model = FakeClock(), [], Model()
        self.store = self.outbox()
        self.plugins = {name: Noting(name, self.noted) for name in PLUGINS}
        self.post = self.opened()
        self.under, self.governed, self.serial = {}, {}, 0

    def opened(self):
        return Connect(
            outbox=self.store,
            seal=SEAL,
            changes=(),
            sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
            loaded=dict(self.plugins),
            now=self.clock,
        )

    # --- what happens

    @initialize(parents=st.lists(st.sampled_from((None, *IDS)), min_size=len(IDS), max_size=len(IDS)), first=WHOLE)
    def set_up(self, parents, first):
        """A tree: each department under one before it, or under none; all channels, in one order."""
        for at, (id_, parent) in enumerate(zip(IDS, parents, strict=True)):
            above = parent if parent in IDS[:at] else None
            by_all = {"channels": tuple(f"by_{name}" for name in PLUGINS), "gate": ("-same_letter",)}
            channels = {} if above else by_all
            self.model.parents[id_] = above
            self._decide(id_, {"plugins": first, **channels} if at == 0 else channels, timedelta(0), above)

    @rule(id_=st.sampled_from(IDS), plugins=WHOLE | PARTS | st.none(), days=st.integers(0, 5))
    def switch(self, id_, plugins, days):
        """Switch plugins on and off, now or some day."""
        self._decide(id_, {"plugins": plugins}, timedelta(days=days))

    @rule(id_=st.sampled_from(IDS), name=st.sampled_from(("active_from", "active_until")), days=DAYS | st.none())
    def date(self, id_, name, days):
        """Say until or from when a department is there."""
        day = None if days is None else (self.clock() + timedelta(days=days)).date()
        self._decide(id_, {name: day}, timedelta(0))

    @rule(id_=st.sampled_from(IDS), parent=st.sampled_from(("", *IDS)), days=st.integers(0, 3))
    def move(self, id_, parent, days):
        """Put a department under another: refused where it would be under itself, at whatever moment."""
        self._decide(id_, {"parent": parent}, timedelta(days=days))

    @rule(id_=st.sampled_from(IDS), approval=st.booleans())
    def ask_for_approval(self, id_, approval):
        """Have a second person look."""
        self._decide(id_, {"approval": approval}, timedelta(0))

    def _decide(self, id_, what, wait, parent=None):
        now = self.clock()
        change = PolicyChange(Department(id_, parent=parent), what, "ida", now, now + wait)
        try:
            self.post.departments.change([change])
        except PolicyError:
            return
        self.model.decided.append(change)
        self.under["policy_changed", f"policy/{len(self.model.decided)}"] = self.model.on(id_, now)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours):
        """Let time go by."""
        self.clock.move(hours=hours)

    @rule(name=st.sampled_from(PLUGINS))
    def trouble(self, name):
        """Have a journal fail once, so that it must be looked into."""
        self.plugins[name].troubled.append(TimeoutError())

    @rule()
    def open_again(self):
        """Be another process."""
        self.post = self.opened()

    # --- verbs

    @rule(id_=st.sampled_from(IDS))
    def offer(self, id_):
        """Ask what can be done."""
        self.post.actions(Document("d"), actor="bo", department=id_)
        self._nobody_was_asked_but(self.model.on(id_, self.clock()))

    @rule(id_=st.sampled_from(IDS))
    def bundle(self, id_):
        """Ask for a bundle."""
        try:
            self.post.bundle("pakke", department=id_)
        except PlanError:
            assert not self.model.on(id_, self.clock())
        self._nobody_was_asked_but(self.model.on(id_, self.clock()))

    @rule(id_=st.sampled_from(IDS))
    def send(self, id_):
        """Plan a letter and commit it; where no plugin is on there is nobody to read a document."""
        self.serial += 1
        on = self.model.on(id_, self.clock())
        wish = Request(f"key-{self.serial}", CASE, id_, "Brev", (Document("d"), Document("e")), (Party("p"),))
        plan = self.post.plan(wish)
        assert (plan.rows[0].error is None) == bool(on)
        if on:
            [entry] = self.post.commit(plan, by="bo").entries
            assert entry.channel.removeprefix("by_") in on
            self.governed[entry.id] = on
            for kind in UsageKind:
                self.under["usage_recorded", str(Usage.id_of(entry.id, kind))] = on
        self._nobody_was_asked_but(on)

    @rule(id_=st.sampled_from(IDS), kind=st.sampled_from((DocumentFinalized, DocumentPrinted)))
    def tell(self, id_, kind):
        """Tell what the host saw."""
        self.serial += 1
        event = kind(f"event-{self.serial}", self.clock(), id_, Document("d"), CASE)
        self.post.tell(event)
        on = self.model.on(id_, self.clock())
        self.under[event.hook(), event.id] = on
        self.under["usage_recorded", str(Usage.id_of(event.id, UsageKind.PRINTED))] = on
        self._nobody_was_asked_but(frozenset())

    @precondition(lambda self: self.post.approvals())
    @rule()
    def approve(self):
        """What was shown is planned again by those who planned it then, whoever is on by now."""
        for entry in self.post.approvals():
            self.post.approve(entry.id, by="ida")
            self._nobody_was_asked_but(self.governed[entry.id])

    @rule()
    def deliver(self):
        """Do what is to be done: each call is governed by what it is about."""
        self.post.deliver()
        for name, hook, about in self.noted:
            assert name in self._governing(hook, about), (name, hook, about)
        self.noted.clear()

    def _governing(self, hook, about):
        if hook == "request_letters":
            return self.model.on(about, self.clock())
        if hook in ("find_journal_entry", "journalize_dispatch"):
            return self.governed[about]
        assert hook in FACTS, hook
        dispatch = getattr(about, "dispatch", None)
        return self.governed[dispatch] if dispatch else self.under[hook, about.id]

    def _nobody_was_asked_but(self, on):
        assert {name for name, _, _ in self.noted} <= on, self.noted
        self.noted.clear()

    def teardown(self):
        """Whatever was switched off meanwhile: what was committed and approved has left, each letter once."""
        if self.model.parents:
            self.deliver()
            self.deliver()
        entries = [self.post.entry(id_) for id_ in self.governed]
        waiting = {entry.id for entry in entries if entry.work is Work.HELD}
        sent = [one.id for plugin in self.plugins.values() for one in plugin.channel.sent]
        assert sorted(sent) == sorted(self.governed.keys() - waiting)
        self.store.close()


class OffIsOffInAFile(OffIsOff):
    """The same in SQLite."""

    def outbox(self):
        self._folder = tempfile.TemporaryDirectory()
        return Store.open(Path(self._folder.name) / "outbox.db", SEAL, now=self.clock)

    def teardown(self):
        """And the file is gone."""
        super().teardown()
        self._folder.cleanup()
