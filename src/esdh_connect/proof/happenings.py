"""What happened to a letter, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from esdh_connect import wording
from esdh_connect.dispatch import Entry
from esdh_connect.proof.record import Record, moment

__all__ = ["happenings"]

Happening = tuple[datetime, str, dict[str, str]]


def happenings(record: Record) -> list[dict[str, str]]:
    """Give what happened, with the time in UTC and in Denmark: ours, but for receipts, which tell the provider's."""
    found = sorted([*_of_entry(record.entry), *_of_log(record)], key=lambda one: one[0])
    return [{**moment(at), "hvad": what, **said} for at, what, said in found]


def _of_entry(entry: Entry) -> Iterator[Happening]:
    yield entry.committed_at, "Bestilt", {"af": entry.committed_by}
    for one in entry.attempts:
        named = {"transaktion": str(one.transaction_id)}
        yield one.started_at, "Forsøg begyndt", named
        if one.ended_at is not None and one.outcome is not None:
            yield (
                one.ended_at,
                "Forsøg endt",
                {
                    **named,
                    "udfald": f"{wording.outcome(one.outcome)} [{one.outcome.value}]",
                    "kode": one.providers_code,
                },
            )
    for receipt in entry.receipts:
        told = {"id": receipt.id, "kode": receipt.providers_code, "tekst": receipt.text}
        yield receipt.at, f"Kvittering: {wording.receipt(receipt.event)}", told
    for act in entry.acts:
        yield (
            act.at,
            f"Handling: {wording.deed(act.deed)} [{act.deed.value}]",
            {"af": act.by, "fordi": act.why, "til": act.to, "betænkelighed": act.seen or act.concern},
        )


def _of_log(record: Record) -> Iterator[Happening]:
    """Give what stands in the audit log alone."""
    for line in record.lines:
        if line.what.startswith(("work ", "duty ", "erased")):
            told = wording.logged(line.what)
            yield (
                line.at,
                f"{told} [{line.what}]" if told else line.what,
                {"om": line.about, "af": line.by, "fordi": line.why},
            )
