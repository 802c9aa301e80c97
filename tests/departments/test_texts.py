"""What people write in decisions about departments is kept for ever, and shown to everybody."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.connect import Connect
from esdh_connect.departments import Department, Departments, PolicyChange
from esdh_connect.errors import PolicyError, SettingsError
from esdh_connect.model import Address, ContactPoint
from esdh_connect.seal import Seal
from esdh_connect.settings import departments_in
from esdh_connect.testing.memory import MemoryOutbox

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NUMBERS = ("1212121212", "010190-1234", "020291 5678", "15 03 85 1111", "2412 77 2222", "610180-0000")
AROUND = st.text(st.sampled_from("abæ ,(»"), max_size=4)
#: A CPR number with words around it, or signs that forge lines and turn them around.
UNFIT = st.one_of(
    st.builds("{}{}{}".format, AROUND, st.sampled_from(NUMBERS), AROUND),
    st.builds("{}{}{}".format, AROUND, st.sampled_from(["\n", "\x00", "\x1b[2J", "\u2028", "\u202e"]), st.just("b")),
)
#: Every place of a decision in which somebody can write.
PLACES = {
    "name": lambda text: {"name": text},
    "sender": lambda text: {"sender": {"label": text}},
    "label": lambda text: {"sender.label": text},
    "contact point": lambda text: {"sender.contact_point": ContactPoint("id", text)},
    "address": lambda text: {"sender.return_address": {"lines": ["Torvet 1", text]}},
    "street": lambda text: {"sender.return_address": Address(street=text)},
    "cost centre": lambda text: {"cost_centre": text},
    "parent": lambda text: {"parent": text},
    "channels": lambda text: {"channels": [text]},
    "value": lambda text: {"values.gone": {"x": {"y": [text]}}},
    "key": lambda text: {"values.gone": {text: True}},
    "values": lambda text: {"values": {"gone": {"x": text}}},
}


def departments(*settings: PolicyChange, outbox: MemoryOutbox | None = None) -> Departments:
    """An installation of nothing else, at work since yesterday; »gone« is a plugin that was there once."""
    first = PolicyChange(Department("byg", "Byg"), {"values.gone": {"x": 1}}, "ida", NOW, NOW)
    seal = Seal(b"a secret of thirty-two bytes.....")
    post = Connect(outbox=outbox or MemoryOutbox(), seal=seal, changes=(first, *settings), now=lambda: NOW)
    return post.departments


def decided(what, *, about=None, by="ida", why=""):
    return PolicyChange(about or Department("byg", "Byg"), what, by, NOW, NOW, why)


def refused(change: PolicyChange) -> str:
    """Neither told, nor supposed, nor decided; gives what is said of it."""
    known = departments()
    for act in (known.foresee, known.supposing, known.news, known.change):
        with pytest.raises(PolicyError) as error:
            act([change])
    assert len(known.history()) == 1
    return f"{error.value} {error.value.danish}"


@given(st.sampled_from(sorted(PLACES)), UNFIT)
def test_no_decision_holds_a_cpr_number_or_what_forges_a_line(place, text):
    """Whatever it is about; and what is said of it does not repeat it."""
    told = refused(decided(PLACES[place](text)))
    assert not any(number in told for number in NUMBERS)


@given(UNFIT)
def test_neither_does_the_name_of_a_new_one_nor_a_reason_nor_who_decided(text):
    """What stands beside a decision is kept as long as it."""
    for change in (
        decided({}, about=Department("ny", text)),
        decided({"approval": True}, why=text),
        decided({"approval": True}, by=text),
    ):
        assert not any(number in refused(change) for number in NUMBERS)


@pytest.mark.parametrize("number", [1212121212, "1212121212"])
def test_a_number_is_read_as_it_is_shown(number):
    """A value that is a whole number can be a CPR number too; sizes and counts are none."""
    refused(decided({"values.gone": {"x": number}}))
    departments().change([decided({"values.gone": {"x": 104_857_600, "y": -1, "z": 0.5, "q": False}})])


def test_a_text_is_no_longer_than_anybody_reads():
    """It would be read out in every list there is."""
    assert "2000 tegn" in refused(decided({"name": "x" * 2_001}))


def test_a_department_that_was_called_so_before_can_be_called_something_else():
    """What is stored already keeps nobody from mending it."""
    outbox = MemoryOutbox()
    outbox.decide([decided({}, about=Department("gl", "Sag 010190-1234"))], (), 0)
    known = departments(outbox=outbox)
    known.change([decided({"name": "Gammel"}, about=known.get("gl"))])
    assert known.get("gl").name == "Gammel"


def test_settings_are_held_to_the_same():
    """Where the file and the line are known, they are named; otherwise the start is refused."""
    with pytest.raises(PolicyError, match="looks like a CPR number"):
        departments(decided({}, about=Department("ny", "Sag 010190-1234")))


def test_a_file_with_such_a_name_is_refused_where_it_stands(tmp_path):
    """As for an import."""
    file = tmp_path / "departments.toml"
    file.write_text('[departments.ny]\nname = "Sag 010190-1234"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        departments_in(file, {})
    file.unlink()  # no file of a test holds such a number when it ends
    assert "name" in str(error.value)
    assert "010190" not in str(error.value)
