"""The description is what is sent and what is answered: with it a vendor makes his side, and nothing else."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib.resources import files
from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from esdh_connect.dispatch import Status
from esdh_connect.events import DispatchFailed
from esdh_connect.model import Case, Document, Party
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.host.bench import OnABench
from esdh_connect.testing.installation import installation
from esdh_connect_bridge import Extra, wire

DESCRIBED = json.loads(files("esdh_connect_bridge").joinpath("openapi.json").read_text(encoding="utf-8"))
OPERATIONS = {path: item["post"] for path, item in DESCRIBED["paths"].items()}


def fits(said, schema):
    whole = {**schema, "components": DESCRIBED["components"]}
    Draft202012Validator.check_schema(whole)
    return [error.message for error in Draft202012Validator(whole).iter_errors(said)]


def resolved(one):
    return DESCRIBED["components"]["responses"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def wrong(example):
    """Give what in all that was asked, and answered, is not as described."""
    found = []
    for call in example.calls:
        path = call.path.removeprefix("/esdh-connect")
        operation, reply = OPERATIONS[path], example.answer(call)
        found += fits(json.loads(call.body), operation["requestBody"]["content"]["application/json"]["schema"])
        answer = resolved(operation["responses"][str(reply.status)])
        if "application/json" in answer.get("content", {}):
            found += fits(json.loads(reply.body), answer["content"]["application/json"]["schema"])
        for parameter in operation.get("parameters", []):
            found += [] if parameter["name"].lower() in call.headers else [f"{path} lacks {parameter['name']}"]
    return found


@pytest.fixture
def asked(example, bridge_bench):
    """A host that was asked everything, with what there is and with what there is not."""
    post = installation(host=example.host(), channels=[FakeChannel()], now=FakeClock())
    closed, case = bridge_bench.case(), bridge_bench.case()
    OnABench.sent(post, bridge_bench, case=case, content=pdf_of("A"))
    OnABench.sent(post, bridge_bench, case=closed, content=pdf_of("B"))
    bridge_bench.close_case(closed)
    bridge_bench.happen(2)
    post.deliver()
    host, nowhere = example.host(), Case("findes-ikke")
    host.read_document(Document("findes-ikke"))
    host.resolve_recipient(Party("findes-ikke"), nowhere)
    host.find_parties(nowhere)
    host.find_parties(case)
    example.records.approvers.append({"id": "mkj", "name": "Mette Kjærgård"})
    for one in (case, nowhere):
        host.find_approvers("teknik", one)
    host.find_journal_entry("findes-ikke", case)
    example.records.bundles["byggesag"] = [{"id": "dok-1", "version": "1"}]
    for name in ("byggesag", "findes-ikke"):
        host.find_bundle(name, ["teknik"], datetime.now(UTC))
    at = datetime.now(UTC)
    host.dispatch_failed(DispatchFailed("f-1", at, "teknik", "d", "digital_post", case, Status.FAILED, why="Adressen"))
    return example


def test_all_that_is_asked_and_answered_is_as_described(asked):
    """Every address, every answer of the host to test with."""
    assert {call.path.removeprefix("/esdh-connect") for call in asked.calls} == OPERATIONS.keys()
    assert wrong(asked) == []


def test_nothing_that_must_be_there_is_ever_empty(asked):
    """Frameworks take an empty text for one that is missing, and answer 400."""
    schemas = DESCRIBED["components"]["schemas"]
    for call in asked.calls:
        said = json.loads(call.body)
        operation = OPERATIONS[call.path.removeprefix("/esdh-connect")]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        required = schemas[schema["$ref"].rpartition("/")[2]]["required"]
        assert [one for one in required if said[one] in ("", None)] == []


def test_what_a_recipient_may_hold_is_what_is_read():
    """Also inside: what is described is taken, and what is not described is refused."""
    schemas = DESCRIBED["components"]["schemas"]
    example = {
        "Address": dict.fromkeys(schemas["Address"]["properties"], "x") | {"lines": ["x"]},
        "Attention": {"person": "x", "p_number": "1234567890", "gln": "5798000000000", "email": "x", "telephone": "x"},
    }
    assert {name: {*example[name]} for name in example} == {
        name: {*schemas[name]["properties"]} for name in ("Address", "Attention")
    }
    every = {"address": example["Address"], "attention": example["Attention"]}
    circumstances = schemas["Recipient"]["properties"]["circumstances"]["items"]["enum"]
    said = {"name": "Frida", "cpr": "1212121212", "circumstances": circumstances, **every}
    assert fits(said, {"$ref": "#/components/schemas/Recipient"}) == []
    assert wire.recipient_of(Party("p"), said).circumstances == {*circumstances}
    for where in ((), ("address",), ("attention",)):
        more = json.loads(json.dumps(said))
        inner = more
        for name in where:
            inner = inner[name]
        inner["misspelt"] = "x"
        assert fits(more, {"$ref": "#/components/schemas/Recipient"})
        with pytest.raises(wire.Unclear):
            wire.recipient_of(Party("p"), more)


def test_what_a_host_may_leave_out_is_marked():
    """By the names of the setting ``has``."""
    optional = {path.strip("/") for path, one in OPERATIONS.items() if one.get("x-optional")}
    assert optional == {*get_args(Extra)}
    assert {*wire.EVENTS} == {*DESCRIBED["components"]["schemas"]["Event"]["properties"]["type"]["enum"]}


def test_the_command_prints_the_description():
    """As it is, for whatever makes a client or a server of it."""
    program = [sys.executable, "-m", "esdh_connect.cli", "bridge", "openapi"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == DESCRIBED
    assert DESCRIBED["openapi"] == "3.1.0"
