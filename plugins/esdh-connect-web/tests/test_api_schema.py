"""
The API by its own description: schemathesis asks what it allows, and much that it does not.

Its engine runs here as it does behind its command; its plugin for pytest is off (pyproject.toml).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pytest
import schemathesis
from hypothesis import settings
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema

from esdh_connect.settings import Secret

HOST = "https://esdh.example"
SECRET = {"Authorization": "Bearer s3cret"}
OPERATIONS = {"POST /api/launch", "POST /api/letters", "POST /api/logout", "GET /api/counts"}
#: Those of schemathesis that can say anything about an API without ids in its addresses.
CHECKS = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
}


@pytest.fixture
def api(hall, tmp_path):
    (tmp_path / "api.secret").write_text("s3cret\n")
    (tmp_path / "api.secret").chmod(0o600)
    hall.post.plugins.get("web").api = Secret("file:api.secret", tmp_path / "esdh-connect.toml")
    return hall.browser()


@pytest.fixture
def told(hall, api) -> dict[str, Any]:
    """The description, with what a host knows from elsewhere: its address, its departments, a letter there is."""
    hall.opened().press("/send/go")
    told: dict[str, Any] = api.get("/api/openapi.json", headers=SECRET).json()
    things = told["components"]["schemas"]
    things["Launch"]["properties"] |= {"origin": {"const": HOST}, "letter": {"enum": [hall.post.entries()[0].id, None]}}
    things["Person"]["properties"]["departments"] = {"const": ["*"]}
    # One without a system is the same as one whose system is "", which no description can say.
    del things["Party"]["properties"]["system"]
    return told


def filter_case(_: object, case: schemathesis.Case) -> bool:
    """Whether somebody works for the department of a letter, and may send it, is not described: here all do."""
    person = case.body.get("person") if isinstance(case.body, dict) else None
    if not isinstance(person, dict):
        return True
    roles = person.get("roles")
    return "departments" in person and (not isinstance(roles, list) or roles == [] or "caseworker" in roles)


@attrs.frozen
class Examined:
    """What was asked and answered, which checks looked at it, and what they found."""

    statuses: Counter[tuple[str, int]] = attrs.field(factory=Counter)
    checks: Counter[str] = attrs.field(factory=Counter)
    found: list[str] = attrs.field(factory=list)


def examined(app: object, told: Mapping[str, Any], headers: Mapping[str, str]) -> Examined:
    """Ask everything there is, in all ways schemathesis knows: each border of the description, and by chance."""
    generation = {"max-examples": 100, "deterministic": settings().derandomize}
    asked = {"headers": headers, "continue-on-failure": True, "generation": generation}
    schema = schemathesis.openapi.from_dict(dict(told), config=SchemathesisConfig.from_dict(asked))
    schema.hook(filter_case)
    schema.app, schema.location = app, "https://post.example/api/openapi.json"
    seen = Examined()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                answers = [one.response for one in event.recorder.interactions.values() if one.response]
                seen.statuses.update((str(event.label), answer.status_code) for answer in answers)
                seen.checks.update(one.name for checks in event.recorder.checks.values() for one in checks)
                seen.found.extend(failures(event))
            case events.NonFatalError():
                seen.found.append(f"{event.label}: {event.value!r}")
            case events.FatalError():
                raise event.exception
            case events.EngineFinished():
                assert event.stop_reason is StopReason.COMPLETED
    return seen


def failures(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for one in checks:
            if one.status is Status.FAILURE and one.failure_info is not None:
                failure = one.failure_info.failure
                yield f"{event.label}: {one.name}: {failure.message}\n{one.failure_info.code_sample}"


def test_every_operation_is_as_described(api, told):
    """Whatever the description allows is taken, whatever it does not is refused, and all answers are as it says."""
    seen = examined(api.app, told, SECRET)
    assert not seen.found, "\n\n".join(seen.found)
    assert set(seen.checks) >= CHECKS
    assert {label for label, status in seen.statuses if status == 200} == OPERATIONS
    assert seen.statuses["POST /api/launch", 200] > 50
    assert seen.statuses["POST /api/launch", 422] > 50


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer s3cre"}, {"Authorization": "Basic s3cret"}])
def test_every_operation_is_closed_to_those_without_the_secret(api, told, headers):
    """Nothing but »who are you« is ever answered, whatever is asked; to a method there is not, that there is not."""
    seen = examined(api.app, told, headers)
    assert not seen.found, "\n\n".join(seen.found)
    assert {status for _, status in seen.statuses} <= {401, 405}
    assert {label for label, status in seen.statuses if status == 401} == OPERATIONS


def test_what_the_description_promises_too_much_is_found(api, told):
    """The same examination of a description that is wrong: a missing field, a wrong answer."""
    told["components"]["schemas"]["Launch"]["required"].remove("origin")
    told["components"]["schemas"]["Token"]["required"].append("secret")
    named = {one.split(": ")[1] for one in examined(api.app, told, SECRET).found}
    assert named >= {"positive_data_acceptance", "response_schema_conformance"}
