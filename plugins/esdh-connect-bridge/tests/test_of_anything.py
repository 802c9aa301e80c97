"""Whatever the host answers: it is read, or it is an error of ours with a name, and no traceback of Python's."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esdh_connect.errors import EsdhConnectError
from esdh_connect.model import Case, Document, Party

NAMES = [
    "id", "system", "name", "cpr", "cvr", "address", "attention", "circumstances", "lines", "country", "parties",
    "documents", "version", "media_type", "cursor", "events", "more", "type", "at", "department", "document", "case",
    "error", "text", "gln", "p_number", "approvers",
]  # fmt: skip
TEXTS = ["person", "010190-1234", "12345678", "17", "2026-11-27T09:00:00Z", "2026-13-99", "finalized", "dead", "none"]
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(TEXTS))
ANYTHING = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=25,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING)
def test_any_json_is_read_or_refused(example, said):
    """Recipients, parties, bundles, marks, events, and the doctor."""
    example.say(json.dumps(said).encode())
    host, case = example.host(), Case("17")
    for ask in (
        lambda: host.read_document(Document("1")),
        lambda: host.find_bundle("byggesag", ["teknik"], datetime.now(UTC)),
        lambda: host.resolve_recipient(Party("part-1"), case),
        lambda: host.find_parties(case),
        lambda: host.find_approvers("teknik", case),
        lambda: host.find_journal_entry("m", case),
        lambda: host.read_events(""),
    ):
        with suppress(EsdhConnectError):
            ask()
    assert host.examine_plugin(online=True, at=None)
