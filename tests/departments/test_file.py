"""What a settings file says of departments, against what was decided."""

import tomllib
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.connect import Connect
from esdh_connect.departments import written
from esdh_connect.departments.file import catching_up, exported
from esdh_connect.errors import PolicyError
from esdh_connect.policy import Department, PolicyChange, Tree, checked
from esdh_connect.reasons import is_on_one_line
from esdh_connect.seal import Seal
from esdh_connect.settings import departments_in
from esdh_connect.testing.memory import MemoryOutbox

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
IDS = ("teknik", "børn & unge", "kultur")
NAMES = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
LISTS = NAMES | NAMES.flatmap(lambda names: st.tuples(*(st.sampled_from((f"+{one}", f"-{one}")) for one in names)))
TEXT = st.text(st.characters(codec="utf-8").filter(is_on_one_line), min_size=1, max_size=8)
#: No CPR number is among them: it has ten digits.
WHOLE = st.integers(-(10**9), 10**9 - 1)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "plugins": LISTS,
        "channels": LISTS,
        "consolidate": st.booleans(),
        "undo": st.integers(0, 60) | st.sampled_from([0.5, 7.25]),
        "active_from": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        "sender.label": TEXT | st.just(""),
        "sender.replies": st.sampled_from(["as_wished", "never", "always"]),
        "sender.contact_point": st.builds(lambda id_, label: {"id": id_, "label": label}, TEXT, TEXT),
        "sender.return_address": st.builds(lambda line: {"lines": [line], "country": "SE"}, TEXT),
        "product": st.just("77"),
        "cost_centre": TEXT | st.just(""),
        "values.a": st.dictionaries(
            TEXT,
            st.recursive(
                st.booleans() | WHOLE | TEXT | st.dates() | st.floats(allow_nan=False, allow_infinity=False),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
                max_leaves=5,
            ),
        ),
    },
)


def changes(at):
    return st.builds(
        PolicyChange,
        department=st.sampled_from(IDS).map(lambda id_: Department(id_, f"Afd. {id_}")),
        what=SAID | st.fixed_dictionaries({}, optional={"plugins": st.none(), "channels": st.none()}),
        by=st.just("ida"),
        decided_at=st.just(at),
        in_force=st.just(at),
    )


@given(st.lists(changes(NOW)), st.lists(changes(NOW)))
def test_what_is_written_is_read_again_as_it_was(tmp_path_factory, ones, others):
    """Out of one installation and into another, which is the same then; into itself it changes nothing."""
    tree = Tree(ones)
    text = written(exported(tree, NOW))
    assert tomllib.loads(text).get("departments", {}).keys() == {one.id for one in tree.departments(NOW)}
    file = tmp_path_factory.mktemp("file") / "departments.toml"
    file.write_text(text or "departments = {}", encoding="utf-8", newline="\n")
    said = departments_in(file, {"a": {}, "b": {}, "c": {}})
    assert catching_up(tree, said, by="bo", at=NOW) == ()
    later = NOW + timedelta(days=1)
    other = Tree(others)
    other = other.more(catching_up(other, said, by="bo", at=later))
    for one in tree.departments(NOW):
        assert other.policy(one.id, later) == tree.policy(one.id, NOW)
    assert exported(other, later) == exported(tree, NOW) | {
        id_: table for id_, table in exported(other, NOW).items() if id_ not in tree
    }


@pytest.mark.parametrize(
    "what",
    [
        {"values.a": "x"},
        {"values.a": ["x"]},
        {"values.a": {"x": None}},
        {"values.a": {"x": [float("nan")]}},
        {"values.a": {"x": "\ud800"}},
        {"name": " "},
        {"plugins": ["+-a"]},
        {"channels": ["+ "]},
    ],
)
def test_what_no_file_can_say_is_not_kept(what):
    """So that whatever is kept can be written out and read in again."""
    with pytest.raises(PolicyError):
        checked(what)


@pytest.mark.parametrize(("policy", "differs"), [({}, False), ({"approval": True}, True)])
def test_the_start_says_where_file_and_truth_differ(policy, differs):
    """In the log, with the departments' ids; what counts is what was decided."""
    parts = {"outbox": MemoryOutbox(), "seal": Seal(b"a secret of thirty-two bytes.....")}
    said = PolicyChange(Department("teknik"), {"consolidate": False}, "settings", NOW, NOW)
    Connect(**parts, changes=[said])
    with structlog.testing.capture_logs() as log:
        again = Connect(**parts, changes=[attrs.evolve(said, what={**said.what, **policy})])
    expected = [{"departments": ["teknik"], "event": "departments_differ_from_settings", "log_level": "warning"}]
    assert log == (expected if differs else [])
    assert not again.policy("teknik").approval
