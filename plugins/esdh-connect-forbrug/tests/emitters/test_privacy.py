"""Nobody is in what leaves: whatever a person, a case or a document is called, and whoever sent it."""

import json
from pathlib import Path

import pytest
from emitters.houses import house
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from esdh_connect.dispatch import Request
from esdh_connect.model import Address, Case, Document, Party, Recipient
from esdh_connect.policy import PolicyChange
from esdh_connect.testing.fakes import pdf_of
from esdh_connect.usage import UsageKind
from esdh_connect_forbrug.emitters.files import Csv, JsonLines
from esdh_connect_forbrug.emitters.prometheus import Prometheus
from esdh_connect_forbrug.emitters.webhook import Webhook

#: Strange enough to stand nowhere by chance; no digits, as a title that looks like a CPR number stops a letter.
NAMES = st.text("αβγδεζηθκλμνξπρστφχψωæøå ", min_size=3, max_size=20).map(lambda text: f"ψ{text.strip()}ω")
FIELDS = ("title", "case", "kle", "document", "file", "party", "name", "street", "actor", "key")


def sent(one, told):
    """Commit a letter of which everything has these words in it, and hand it over."""
    document = Document(told["document"], "1", f"{told['file']}.pdf")
    one.host.contents[document.id, "1"] = pdf_of("a")
    party = Party(told["party"], "fake")
    known = one.host.person("p", "0101901234")
    ane = one.host.recipients[known]
    address = Address(street=told["street"], number="7", post_code="8000", city="Aarhus C")
    one.host.recipients[party] = Recipient(party, told["name"], ane.id, address)
    case = Case(told["case"], "fake")
    request = Request(told["key"], case, "teknik", told["title"], [document], [party])
    one.post.commit(one.post.plan(request), by=told["actor"])
    one.round(None)


@pytest.mark.parametrize("fails", [False, True])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(NAMES, min_size=len(FIELDS), max_size=len(FIELDS), unique=True))
def test_nothing_of_a_letter_but_figures_leaves(tmp_path_factory, receiver, ca, secret, fails, words):
    """In every emitter's every byte: no title, case, document, name, address, key or caseworker, nor a CPR number."""
    folder = tmp_path_factory.mktemp("out")
    receiver.calls.clear()
    emitters = {
        "webhook": Webhook(url=receiver.url, secret=secret, ca=ca),
        "jsonl": JsonLines(path=folder / "usage.jsonl"),
        "csv": Csv(path=folder / "usage.csv"),
        "prometheus": Prometheus(path=folder / "usage.prom"),
    }
    with house(**emitters) as one:
        if fails:
            one.channel.fail_with.append(RuntimeError(" ".join(words)))
        sent(one, dict(zip(FIELDS, words, strict=True)))
        one.clock.move(days=10)
        one.round(None)
    out = [path.read_bytes() for path in Path(folder).iterdir()]
    out += [body + json.dumps(headers).encode() for headers, body in receiver.calls]
    assert fails or len(out) == 4
    for word in (*words, "0101901234", "010190-1234", "Aarhus"):
        assert not [content for content in out if word.encode() in content]
        assert not [content for content in out if json.dumps(word)[1:-1].encode() in content]


def test_where_a_department_has_it_off_nothing_leaves(tmp_path, receiver, ca, secret):
    """Neither now nor later, when it is switched on: who was off has passed over it."""
    emitters = {
        "webhook": Webhook(url=receiver.url, secret=secret, ca=ca),
        "jsonl": JsonLines(path=tmp_path / "u.jsonl"),
    }
    with house(policy={"plugins": ("letters", "jsonl")}, **emitters) as one:
        one.send(3)
        one.round(None)
        one.round(None)
    assert receiver.calls == []
    [path] = tmp_path.glob("u-*.jsonl")
    assert len(path.read_bytes().splitlines()) == 3


DOINGS = st.lists(st.sampled_from(["+", "-", "letter", "opened", "round"]), max_size=14)


def switched(one, sign):
    """Switch the emitter on or off in teknik, from now on."""
    now = one.clock()
    department = one.post.departments.get("teknik")
    one.post.departments.change([PolicyChange(department, {"plugins": (f"{sign}jsonl",)}, "bo", now, now, "test")])


@settings(max_examples=40)
@given(DOINGS)
@example(["letter", "-", "opened", "round", "+", "letter", "round"])
def test_what_leaves_is_what_was_used_under_a_policy_that_had_it_on(tmp_path_factory, doings):
    """A letter by the policy it was committed under, all else by that of its moment – whenever it is handed on."""
    folder = tmp_path_factory.mktemp("on")
    on, expected = True, 0
    with house(jsonl=JsonLines(path=folder / "u.jsonl")) as one:
        for number, doing in enumerate([*doings, "round"]):
            one.clock.move(minutes=1)
            match doing:
                case "+" | "-":
                    switched(one, doing)
                    on = doing == "+"
                case "letter":
                    one.send(1)
                    expected += on
                case "opened":
                    one.post.use(UsageKind.OPENED, department="teknik", key=str(number), by="bo")
                    expected += on
                case _:
                    one.round(None)
    lines = [line for path in folder.iterdir() for line in path.read_bytes().splitlines()]
    assert len(lines) == expected
