"""Several processes: what one decides counts in the next verb of another."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from esdh_connect.errors import PolicyError
from esdh_connect.policy import PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation

SEAL = Seal(b"a secret of thirty-two bytes.....")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def opened(tmp_path, clock):
    """Opens the one outbox as another process would."""
    stores = []

    def open_():
        stores.append(Store.open(tmp_path / "outbox.db", SEAL, now=clock))
        return installation(host=FakeHost(), channels=[FakeChannel()], now=clock, outbox=stores[-1])

    yield open_
    for store in stores:
        store.close()


def change(post, clock, **what):
    about = post.departments.get("teknik")
    return PolicyChange(about, what, "ida", clock(), clock())


def test_what_another_decides_counts_at_once(opened, clock):
    """Without a restart; and a change of one's own counts there."""
    one, other = opened(), opened()
    assert not one.policy("teknik").approval
    other.departments.change([change(other, clock, approval=True)])
    assert one.policy("teknik").approval
    one.departments.change([change(one, clock, approval=False)])
    assert not other.policy("teknik").approval
    assert one.departments.history() == other.departments.history()


def test_where_nothing_was_decided_nothing_is_read_or_folded_again(opened):
    """A glance at a number by the driver, past the library that counts statements here, and the same policy again."""
    post = opened()
    known = post.policy("teknik")
    asked = []
    event.listen(post.outbox._engine, "before_cursor_execute", lambda *_: asked.append(1))
    assert all(post.policy("teknik") is known for _ in range(100))
    assert asked == []


def test_two_that_decide_at_once_both_count(opened, clock, monkeypatch):
    """Who comes second thinks again, about the departments as the first has left them."""
    one, other = opened(), opened()
    theirs = change(other, clock, channels=["+paper"])
    decide = one.outbox.decide
    calls = []

    def interrupted(*args, **options):
        if not calls:
            other.departments.change([theirs])
        calls.append(args)
        return decide(*args, **options)

    monkeypatch.setattr(one.outbox, "decide", interrupted)
    one.departments.change([change(one, clock, channels=["+sms"])])
    assert len(calls) == 2
    assert other.policy("teknik").channels == ("fake", "paper", "sms")


def test_together_they_make_no_circle(opened, clock, monkeypatch):
    """Each of two moves is sound alone; the second is refused."""
    one, other = opened(), opened()
    decide = one.outbox.decide

    def interrupted(*args, **options):
        monkeypatch.undo()
        other.departments.change([change(other, clock, parent="kultur")])
        return decide(*args, **options)

    monkeypatch.setattr(one.outbox, "decide", interrupted)
    about = one.departments.get("kultur")
    with pytest.raises(PolicyError, match="belong to itself"):
        one.departments.change([PolicyChange(about, {"parent": "teknik"}, "ida", clock(), clock())])
    assert one.departments.lineage("teknik") == ("teknik", "kultur")


def test_in_the_hosts_transaction_it_is_decided_when_the_host_commits(opened, clock):
    """What the host takes back was never decided, and nobody has seen it; twice in one transaction is twice."""
    one, other = opened(), opened()
    for keep in (False, True):
        with one.outbox._writing() as connection:
            one.departments.change([change(one, clock, approval=True)], connection=connection)
            one.departments.change([change(one, clock, undo=5)], connection=connection)
            if not keep:
                connection.rollback()
        for post in (one, other):
            assert post.policy("teknik").approval is keep
            assert post.policy("teknik").undo == timedelta(minutes=5 if keep else 0)
