"""What ``--json`` prints is a promise to scripts: the same keys and kinds, whatever happened."""

import pytest

TEXT, COUNT, LIST, NOTHING = str, int, list, type(None)
FILE = {"name": TEXT, "sha256": TEXT, "size": COUNT, "pages": (COUNT, NOTHING)}
DOCUMENT = {
    **FILE,
    "id": TEXT,
    "version": TEXT,
    "file": COUNT,
    "first_page": (COUNT, NOTHING),
    "placed_pages": (COUNT, NOTHING),
    "changes": LIST,
    "bundle": TEXT,
}
REASON = {"channel": TEXT, "taken": (bool, NOTHING), "why": TEXT}
SENT = {
    "id": TEXT,
    "message_uuid": TEXT,
    "recipient": TEXT,
    "channel": TEXT,
    "status": TEXT,
    "manifest": {"documents": [DOCUMENT], "files": [FILE], "fingerprint": TEXT},
    "reasons": [REASON],
}
FINDING = {"id": TEXT, "text": TEXT, "document": (COUNT, NOTHING), "acts": TEXT, "done": TEXT}
CONCERN = {"id": TEXT, "text": TEXT, "advice": TEXT, "overridable": bool, "overridden": (TEXT, NOTHING)}
PLANNED = {
    **SENT,
    "id": NOTHING,
    "message_uuid": NOTHING,
    "findings": [FINDING],
    "concerns": [CONCERN],
    "error": (TEXT, NOTHING),
}
PLANNED |= {"latest_safe": (TEXT, NOTHING), "timing": TEXT}
LINE = {
    **dict.fromkeys(("id", "message_uuid", "channel", "department", "status", "work", "committed_at", "due"), TEXT),
    "case": {"id": TEXT, "system": TEXT},
    "extent": {"documents": COUNT, "files": COUNT, "pages": COUNT, "size": COUNT},
}
ATTEMPT = dict.fromkeys(("transaction_id", "started_at", "ended_at", "outcome", "code", "detail"), TEXT)
RECEIPT = dict.fromkeys(("id", "event", "at", "code", "word", "text"), TEXT)
ACT = {**dict.fromkeys(("deed", "at", "by", "why", "to"), TEXT), "concern": (TEXT, NOTHING), "seen": (TEXT, NOTHING)}
DETAILED = {
    **SENT,
    **LINE,
    "explanation": TEXT,
    "attempts": [ATTEMPT],
    "receipts": [RECEIPT],
    "acts": [ACT],
    "parent": (TEXT, NOTHING),
    "followed_by": (TEXT, NOTHING),
    "journaling": NOTHING,
    "complaint_period": {
        **dict.fromkeys(("basis", "counted_from", "ends", "earliest"), (TEXT, NOTHING)),
        "weeks": (COUNT, NOTHING),
        "explanation": TEXT,
    },
    "stoppable": {"yes": bool, "until": (TEXT, NOTHING), "explanation": TEXT},
}


def fits(value, form):
    """Tell whether a value has exactly this form."""
    match form:
        case dict():
            return value.keys() == form.keys() and all(fits(value[key], form[key]) for key in form)
        case [one]:
            return isinstance(value, list) and all(fits(item, one) for item in value)
    return isinstance(value, form)


@pytest.mark.parametrize("faults", [["ok"], ["temporary"], ["rejected"], ["unknown"]])
def test_letters_in_the_outbox_have_one_form(place, faults):
    """However they ended, and when they are asked for again."""
    place.faults(*faults)
    first = place.send("--yes", "--json").json
    assert fits(first, {"dispatches": [SENT]})
    assert fits(place.send("--yes", "--json").json, {"dispatches": [SENT]})
    told = place.run("status", first["dispatches"][0]["id"], "--json").json
    assert fits(told, DETAILED)
    assert fits(place.run("outbox", "list", "--json").json, {"dispatches": [LINE]})


def test_letters_that_are_not_sent_have_one_form(place):
    """Planned or refused."""
    assert fits(place.send("--dry-run", "--json").json, {"dispatches": [PLANNED]})
    place.recipients(place.ANE, place.BO)
    (place.path / "post" / "exempt.txt").write_text("Bo Prøve")
    assert fits(place.send("--yes", "--json").json, {"dispatches": [PLANNED]})


def test_it_is_utf_8_and_nothing_else_is_on_standard_output(place):
    """Whatever the terminal speaks."""
    ended = place.spawn(
        "send", "--title", "Æøå", "--to", "liste.jsonl", "--yes", "--json", "-vv", "brev.pdf", PYTHONIOENCODING="ascii"
    )
    assert ended.code == 0
    assert ended.json["dispatches"][0]["recipient"] == "Ane Prøve (xxxxxx-xxxx)"


def test_a_terminal_without_the_letters_of_a_name_does_not_end_the_program(place):
    """The letter was sent; the name is shown as well as can be."""
    place.recipients({**place.ANE, "name": "Łukasz Prøve"})
    ended = place.spawn("send", "--title", "x", "--to", "liste.jsonl", "--yes", "brev.pdf", PYTHONIOENCODING="latin-1")
    assert ended.code == 0
    assert ended.out.startswith("?ukasz Pr")
