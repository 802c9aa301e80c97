"""What is said outside: CloudEvents 1.0 that another reader reads, in schemas that are shipped, about nobody."""

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import attrs
import jsonschema
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from emitters.houses import AT, EXTENT, used
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug.emitters.envelope import NAMES, Envelope

SCHEMAS = {
    path.name.removesuffix(".v1.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in files("esdh_connect_forbrug.emitters").joinpath("schemas").iterdir()
    if path.name.endswith(".json")
}
ENVELOPE = Envelope("urn:esdh-connect:eksempel")
CODES = st.from_regex(r"[A-Za-z][A-Za-z_.:-]{0,20}", fullmatch=True)
NUMBERS = st.integers(0, 10**9)
EVENTS = st.builds(
    used,
    NUMBERS,
    st.sampled_from(UsageKind),
    st.text(min_size=1, max_size=20),
    channel=CODES,
    plugin=CODES,
    cause=CODES,
    took=st.none() | st.timedeltas(timedelta(0), timedelta(days=90)),
    documents=NUMBERS,
    files=NUMBERS,
    pages=NUMBERS,
    size=NUMBERS,
)


def checked(event):
    """As it is told by the schema of its type."""
    name = event["type"].removeprefix("dk.esdh-connect.").removesuffix(".v1")
    validator = jsonschema.Draft202012Validator(SCHEMAS[name], format_checker=jsonschema.FormatChecker())
    validator.validate(event)


def test_each_kind_has_a_name_and_a_schema_and_there_are_no_others():
    """What a new kind is called outside is decided with it."""
    assert set(UsageKind) == NAMES.keys()
    assert set(NAMES.values()) == SCHEMAS.keys()
    for name, schema in SCHEMAS.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == schema["properties"]["dataschema"]["const"] == f"urn:esdh-connect:schema:{name}:v1"


@pytest.mark.parametrize("kind", UsageKind)
def test_the_contract_of_each_type(kind):
    """The very event, so that a change of it is seen."""
    event = ENVELOPE.event(used(1, kind))
    name = NAMES[kind]
    extent = {"documents": 3, "files": 1, "pages": 7, "bytes": 12345}
    data = {
        "document.printed": {"documents": 3},
        "dialog.opened": {"channel": "digital_post"},
        "action.unused": {"channel": "digital_post"},
    }.get(name, {"channel": "digital_post", **extent})
    assert event == {
        "specversion": "1.0",
        "id": str(used(1, kind).id),
        "source": "urn:esdh-connect:eksempel",
        "type": f"dk.esdh-connect.{name}.v1",
        "time": "2026-11-27T13:03:22.456Z",
        "subject": "afdeling/teknik",
        "datacontenttype": "application/json",
        "dataschema": f"urn:esdh-connect:schema:{name}:v1",
        "department": "teknik",
        "data": data,
    }
    checked(event)


@given(EVENTS)
def test_another_reader_reads_every_event_as_it_was_meant(usage):
    """The CloudEvents SDK is the judge; the schema is kept, whatever happened."""
    written = ENVELOPE.written(usage)
    read = JSONFormat().read(CloudEvent, written)
    event = ENVELOPE.event(usage)
    checked(event)
    assert b"\n" not in written
    assert read.get_id() == str(usage.id)
    assert read.get_time() == datetime.fromisoformat(event["time"])
    assert read.get_extension("department") == usage.department
    assert read.get_data() == event["data"]
    assert read.get_attributes().keys() == event.keys() - {"data"}


@given(EVENTS)
def test_a_batch_is_a_list_of_the_same_events(usage):
    """One reader for both."""
    assert json.loads(ENVELOPE.batch([usage, usage])) == [json.loads(ENVELOPE.written(usage))] * 2


def test_a_usage_fact_has_no_field_that_is_not_accounted_for():
    """A field more in the core is a decision here: what is not listed does not leave."""
    known = {"id", "kind", "department", "at", "channel", "plugin", "took", "cause", *EXTENT}
    assert {field.name for field in attrs.fields(Usage)} == known


def test_times_are_in_utc():
    """Whatever the zone a time was noted in."""
    event = ENVELOPE.event(attrs.evolve(used(), at=AT.astimezone(UTC)))
    assert event["time"].endswith("Z")
