"""Whatever SBSYS answers in JSON: it is read, or it is an error of ours with a name, and no traceback of Python's."""

import json
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esdh_connect.errors import EsdhConnectError
from esdh_connect.model import Case, Document, Party

NAMES = [
    "Id", "ID", "Navn", "DokumentNavn", "SagsTitel", "Nummer", "PartType", "PartId", "CPRnummer", "CprNummer",
    "CVRnummer", "Adresse", "Filer", "Size", "Filendelse", "DokumentArt", "Beskrivelse", "Eksternid", "SidstAendret",
    "RegistreringsDato", "Results", "Sagsbehandler", "paths", "info", "title", "definitions", "Note",
]  # fmt: skip
TEXTS = [
    "person", "Firma", "010190-1234", "12345678", "17", "2026-11-27T09:00:00", "2026-13-99", "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.9999999", "[esdh-connect m 1/1]", "m 1/0", "[esdh-connect m 0/0]", "02.34.02-P19",
    "Prøvevej 7, 8000 Aarhus C",
]  # fmt: skip
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(TEXTS))
ANYTHING = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING)
def test_any_json_is_read_or_refused(sbsys, said):
    """Cases, parties, documents, marks, changes, names and the doctor."""
    sbsys.say(json.dumps(said).encode())
    host, case = sbsys.host(departments={"": "teknik"}, settle_seconds=0), Case("17", "sbsys")
    document, party = Document("1/2", "v"), Party("person-17", "sbsys")
    for ask in (
        lambda: host.case(17),
        lambda: host.documents(case),
        lambda: host.document(17),
        lambda: host.parties(case),
        lambda: host.read_document(document),
        lambda: host.resolve_recipient(party, case),
        lambda: host.find_journal_entry("m", case),
        lambda: host.read_events(""),
    ):
        with suppress(EsdhConnectError):
            ask()
    assert host.examine_plugin(online=True, at=None)
