"""What became of everything: looked up at the provider, in the case system and in the outbox."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from esdh_connect import Connect
from esdh_connect.dispatch import Entry, Outcome, Status, Work
from esdh_connect.usage import UsageKind
from tests.e2e.soak import roles

OVER = (Work.CLOSED, Work.CANCELLED)
_LONG = timedelta(days=30)
_MANY = 10**7


@attrs.frozen
class Verdict:
    """The figures. Four of them must be 0; ``unknown`` are those a person is asked about, with nothing to tell."""

    letters: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    stuck: tuple[str, ...]
    wrong: tuple[str, ...]
    unknown: int
    refused: int
    delivered: int
    journalized: int
    counted: int
    attempts: int
    faults: int

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was lost, doubled, stuck or told wrongly."""
        return not (self.lost or self.doubled or self.stuck or self.wrong)

    def __str__(self) -> str:
        """Give it in a few lines."""
        bad = "  ".join(f"{name} {len(getattr(self, name))}" for name in ("lost", "doubled", "stuck", "wrong"))
        good = "  ".join(
            f"{name} {getattr(self, name)}"
            for name in ("delivered", "refused", "unknown", "journalized", "counted", "attempts", "faults")
        )
        some = [one for name in ("lost", "doubled", "stuck", "wrong") for one in getattr(self, name)[:10]]
        return "\n".join([f"letters {self.letters}:  {bad}", good.replace("unknown", "unknown-to-person"), *some])


def verdict(folder: Path, settings: Path, letters: int) -> Verdict:
    """
    Let a month go by, so that every deadline passes, and see what each letter has become.

    Nobody else is running by now.
    """
    host = roles.Archive(folder)
    with Connect.from_settings(settings, host=host, now=lambda: datetime.now(UTC) + _LONG) as post:
        while post.deliver():
            pass
        entries = post.entries(limit=_MANY)
        used = post.usage(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        owed = post.outbox.duties(datetime(2100, 1, 1, tzinfo=UTC), _MANY)
        titles = {entry.id: post.cover(entry.id).title for entry in entries}
    taken, faults = _taken(folder / "sandbox" / "received" / "log.jsonl")
    notes = Counter(path.name.partition(".")[0] for path in (folder / "journal").iterdir())
    told = [_told(entry, taken[str(entry.message_uuid)], notes[entry.id]) for entry in entries]
    promised = (folder / "acknowledged").read_text().split()
    known = Counter(titles.values())
    return Verdict(
        letters=letters,
        lost=(
            *(key for key in promised if f"Afgørelse {int(key[5:])}" not in known),
            *(f"{entry.id} {entry.work} {entry.status}" for entry in entries if _is_lost(entry, taken)),
        ),
        doubled=(
            *(title for title, times in known.items() if times > 1),
            *(uuid for uuid, times in taken.items() if times > 1),
            *(f"journalized {mark}" for mark, times in notes.items() if times > 1),
        ),
        stuck=(
            *(f"{one.id} {one.work}" for one in entries if one.work not in OVER and not one.needs_person),
            *(f"owes the journal entry {duty.mark}" for duty in owed),
        ),
        wrong=tuple(
            _fell(folder / "fell")
            + [one for one in told if one]
            + ([] if len(known) == len(promised) == letters else [f"{len(known)} letters, {len(promised)} promised"])
            + _miscounted(
                used[("demo", UsageKind.SENT, "digital_post")] + used[("demo", UsageKind.SENT, "fysisk_post")], entries
            )
        ),
        unknown=sum(entry.status is Status.UNRESOLVED for entry in entries),
        refused=sum(any(one.outcome is Outcome.REJECTED for one in entry.attempts) for entry in entries),
        delivered=sum(entry.status is Status.DELIVERED for entry in entries),
        journalized=len(notes),
        counted=sum(times for (_, kind, _channel), times in used.items() if kind is UsageKind.SENT),
        attempts=sum(len(entry.attempts) for entry in entries),
        faults=faults,
    )


def _fell(path: Path) -> list[str]:
    return [path.read_text()] if path.exists() else []


def _taken(log: Path) -> tuple[Counter[str], int]:
    """Give how often the provider took each message, and how often it was made to fail."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
    files = [line["file"].removesuffix(".xml") for line in lines if line["file"]]
    return Counter(file.partition(".")[0] for file in files), sum("fault" in line["outcome"] for line in lines)


def _is_lost(entry: Entry, taken: Counter[str]) -> bool:
    """Tell whether nobody has it and nobody is told: it was never taken, refused or in doubt."""
    doubtful = any(one.outcome in {Outcome.REJECTED, Outcome.UNKNOWN} for one in entry.attempts)
    return not taken[str(entry.message_uuid)] and not doubtful


def _told(entry: Entry, taken: int, notes: int) -> str:
    """Say what people are told wrongly about a letter; nothing where all is true."""
    if taken and entry.status is not Status.DELIVERED:
        return f"{entry.id} was taken, and is called {entry.status.value}"
    if not taken and (entry.has_proof or entry.status is Status.DELIVERED):
        return f"{entry.id} is called {entry.status.value}, and nobody took it"
    if taken and not notes:
        return f"{entry.id} was not journalized"
    return f"{entry.id} was journalized without proof" if notes and not taken else ""


def _miscounted(used: int, entries: tuple[Entry, ...]) -> list[str]:
    sent = sum(entry.has_proof for entry in entries)
    return [] if used == sent else [f"{used} counted as sent, not {sent}"]
