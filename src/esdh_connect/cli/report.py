"""What ``--json`` prints: keys and words are English and stay as they are; no CPR number is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.cli import overriding
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Act, Cover, Entry, Manifest, Plan, Reason, Row
from esdh_connect.errors import DamagedPayload
from esdh_connect.ids import mask
from esdh_connect.legal_clock import ComplaintPeriod
from esdh_connect.model import Finding, Party, Recipient
from esdh_connect.outbox import Duty, Line
from esdh_connect.stopping import Stoppable

__all__ = [
    "act",
    "audited",
    "complaint",
    "cover_of",
    "detailed",
    "dispatches",
    "line",
    "moment",
    "planned",
    "refused",
    "sent",
    "stoppable",
    "who",
]

#: Words of our own for a letter that is not in the outbox; one that is has a :class:`~esdh_connect.dispatch.Status`.
PLANNED, REFUSED = "planned", "refused"


def dispatches(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Give the whole answer."""
    return {"dispatches": list(rows)}


def planned(plan: Plan) -> list[dict[str, Any]]:
    """Tell of letters that are not committed: what would go, or why not."""
    return [_planned(row) for row in plan.rows]


def refused(rows: Iterable[dict[str, Any]], why: str) -> list[dict[str, Any]]:
    """Tell that planned letters do not go; one that had a reason of its own keeps it."""
    return [{**row, "status": REFUSED, "error": row["error"] or why} for row in rows]


def sent(entry: Entry, cover: Cover) -> dict[str, Any]:
    """Tell of a letter that is in the outbox."""
    return {
        "id": entry.id,
        "message_uuid": str(entry.message_uuid),
        "recipient": who(cover.recipient),
        "channel": entry.channel,
        "status": entry.status.value,
        "manifest": _manifest(cover.manifest),
        "reasons": _reasons(cover.reasons),
    }


def line(entry: Entry) -> dict[str, Any]:
    """Tell of a line of the outbox, without what the letter carries."""
    return {
        "id": entry.id,
        "message_uuid": str(entry.message_uuid),
        "channel": entry.channel,
        "department": entry.department,
        "case": {"id": mask(entry.case.id), "system": entry.case.system},
        "status": entry.status.value,
        "work": entry.work.value,
        "committed_at": moment(entry.committed_at),
        "due": moment(entry.due),
        "extent": attrs.asdict(entry.extent),
    }


def detailed(entry: Entry, cover: Cover, duty: Duty | None) -> dict[str, Any]:
    """Tell everything of a letter; ``journaling`` is null where nothing is owed."""
    attempts = [
        {
            "transaction_id": str(one.transaction_id),
            "started_at": moment(one.started_at),
            "ended_at": moment(one.ended_at),
            "outcome": one.outcome.value if one.outcome else None,
            "code": one.providers_code,
            "detail": mask(one.detail),
        }
        for one in entry.attempts
    ]
    receipts = [
        {
            "id": mask(one.id),
            "event": one.event.value,
            "at": moment(one.at),
            "code": one.providers_code,
            "word": mask(one.word),
            "text": mask(one.text),
        }
        for one in entry.receipts
    ]
    return {
        **sent(entry, cover),
        **line(entry),
        "explanation": wording.explain(entry, datetime.now(UTC)),
        "attempts": attempts,
        "receipts": receipts,
        "acts": [act(one) for one in entry.acts],
        "parent": entry.parent,
        "journaling": {"tries": duty.tries, "due": moment(duty.due)} if duty else None,
    }


def stoppable(answer: Stoppable) -> dict[str, Any]:
    """Tell whether a letter can still be stopped."""
    return {"yes": answer.yes, "until": moment(answer.until), "explanation": answer.text}


def complaint(period: ComplaintPeriod | None, entry: Entry) -> dict[str, Any]:
    """Tell of a complaint period; its figures are null where none runs."""
    told = {"explanation": wording.complaint(period, entry)}
    if period is None:
        return {"weeks": None, "basis": None, "counted_from": None, "ends": None, "earliest": None, **told}
    return {
        "weeks": period.weeks,
        "basis": period.basis.value,
        "counted_from": period.counted_from.isoformat(),
        "ends": period.ends.isoformat() if period.ends else None,
        "earliest": period.earliest.isoformat(),
        **told,
    }


def act(act: Act) -> dict[str, Any]:
    """Tell what somebody did to a letter."""
    done = {"deed": act.deed.value, "at": moment(act.at)}
    said = {"by": mask(act.by), "why": mask(act.why), "to": mask(act.to)}
    return done | said | {"concern": act.concern or None, "seen": mask(act.seen) or None}


def cover_of(post: Connect, id_: str) -> Cover:
    """Give what a letter carries; where that was erased or does not open, that it was."""
    try:
        return post.cover(id_)
    except DamagedPayload:
        erased = any(line.what == "erased" for line in post.audit.of(id_))
        return Cover(Recipient(Party(""), "slettet" if erased else "slettet eller beskadiget"), "", Manifest((), ()))


def who(recipient: Recipient | None) -> str:
    """Give a recipient as they may be shown: the name, and the number where it names no person."""
    if recipient is None:
        return ""
    return mask(f"{recipient.name} ({recipient.id})" if recipient.id else recipient.name)


def _planned(row: Row) -> dict[str, Any]:
    return {
        "id": None,
        "message_uuid": None,
        "recipient": who(row.recipient),
        "channel": row.channel,
        "status": REFUSED if row.error else PLANNED,
        "manifest": _manifest(row.manifest or Manifest((), ())),
        "reasons": _reasons(row.reasons),
        "latest_safe": row.latest_safe.isoformat() if row.latest_safe else None,
        "timing": row.timing,
        "findings": [_finding(one) for one in row.envelope.letter.findings] if row.envelope else [],
        "concerns": overriding.concerns_json(row),
        "error": wording.of(row.error) if row.error else None,
    }


def _manifest(manifest: Manifest) -> dict[str, Any]:
    documents = [
        {**attrs.asdict(one), "name": mask(one.name), "changes": list(one.changes)} for one in manifest.documents
    ]
    files = [
        {"name": mask(one.name), "sha256": one.sha256, "size": one.size, "pages": one.pages} for one in manifest.files
    ]
    return {"documents": documents, "files": files, "fingerprint": manifest.fingerprint}


def _finding(one: Finding) -> dict[str, Any]:
    return {**attrs.asdict(one), "text": mask(one.text), "done": mask(one.done)}


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"channel": one.channel, "taken": one.taken, "why": mask(one.why)} for one in reasons]


def audited(line: Line) -> dict[str, Any]:
    """Tell of a line of the audit log."""
    return {
        "at": moment(line.at),
        "what": line.what,
        "about": mask(line.about),
        "work": line.work.value if line.work else None,
        "by": mask(line.by),
        "why": mask(line.why),
        "to": mask(line.to),
        "position": line.position,
        "is_sound": line.is_sound,
    }


def moment(at: datetime | None) -> str | None:
    """Give a time in UTC, as ISO 8601."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
