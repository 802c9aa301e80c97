"""What a proof pack says of itself, in Danish: for somebody who knows neither us nor the case system."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect import wording
from esdh_connect.dispatch import Deed, Entry
from esdh_connect.ids import mask
from esdh_connect.proof.happenings import happenings
from esdh_connect.proof.record import Deadlines, Record
from esdh_connect.reasons import on_one_line

__all__ = ["events", "text"]

_WHOLE = "Alle filers SHA-256 passer med følgesedlen, og revisionsloggens linjer er, som de blev skrevet."

_TEXT = """\
{title}
==========

Pakken viser, hvad der er sendt, hvordan, hvornår, og hvad leverandøren har svaret. Den er lavet af esdh_connect af
det, der blev gemt, da det skete. DEN INDEHOLDER PERSONOPLYSNINGER, også modtagerens CPR-nummer: behandl den som brevet.

{whom}Forsendelse     {id}
Brevets UUID    {uuid}
Kanal           {channel}
Bestilt         {committed}
{approved}Status          {status}
{wanted}
{story}

{complaint}

{damage}

INDHOLD
-------
brev/                 filerne, præcis som de blev afleveret
brev.json             afsender, modtager og de valg, brevet er sendt med
foelgeseddel.json     de valgte dokumenter og de filer, de blev til: rækkefølge, sider, størrelse, SHA-256
forsendelse.json      forsendelsen: forsøg, handlinger og kvitteringer
frister.json          den dag, brevet skulle være fremme, og en klagefrist på fire uger, hvis loven giver den
haendelser.txt/.json  hvad der skete, med tid i UTC og dansk tid
kvitteringer.json     kvitteringerne; i kvitteringer/ ligger de, som leverandøren skrev dem
revisionslog.json     revisionsloggens linjer om forsendelsen, med deres plads i kæden
SHA256SUMS            kontrolsummer af alle filer i pakken

SÅDAN KONTROLLERES DEN
----------------------
1. Pak ud, og kør »sha256sum -c SHA256SUMS«: så er pakken, som den blev lavet.
2. Hver fil i brev/ skal have den SHA-256, der står under "files" i foelgeseddel.json.
3. Brevets UUID står i leverandørens egne kvitteringer. Leverandøren kan bekræfte dem.
4. Hver linje i revisionslog.json har en "mac" og en plads i en kæde ("position", "before", "link"). De er regnet ud
   med en nøgle, som kun installationen har. »esdh-connect audit verify« regner hele kæden efter; har nogen gemt
   kædens hoved et andet sted, kan »--expect« vise, at intet er ændret siden:
       mac  = HMAC-SHA256(nøgle, "line" dispatch number at what about work forseglet)
       link = HMAC-SHA256(nøgle, "link" before position mac)
"""


def text(record: Record, damage: Sequence[str]) -> str:
    """Give the page."""
    wrong = ["ADVARSEL: pakken er ikke hel.", *damage]
    entry = record.entry
    return _TEXT.format(
        title="BEVISPAKKE – ØVELSE, IKKE ET RIGTIGT BREV" if record.is_training else "BEVISPAKKE",
        whom=_whom(record),
        id=entry.id,
        uuid=entry.message_uuid,
        channel=record.channel or entry.channel,
        committed=f"{wording.when(entry.committed_at)} (dansk tid) af {_by(entry.committed_by)}",
        approved=_approved(entry),
        status=wording.standing(entry),
        wanted=_wanted(record.deadlines),
        story=wording.explain(entry),
        complaint=wording.complaint(record.deadlines.complaint, entry),
        damage="\n".join(wrong if damage else [_WHOLE]),
    )


def _whom(record: Record) -> str:
    """Give who got what, and on which case, as far as that is not erased; a CPR number in it is masked."""
    cover, case = record.cover, record.dispatch.envelope.case if record.dispatch else record.entry.case
    of_case = " – ".join(one for one in (case.id, case.title) if one)
    known = [("Modtager", cover.recipient.name), ("Titel", cover.title)] if cover else []
    lines = [*known, *([("Sag", of_case)] if of_case else [])]
    return "".join(f"{term:<15} {mask(on_one_line(said))}\n" for term, said in lines if said)


def _approved(entry: Entry) -> str:
    acts = [act for act in entry.acts if act.deed is Deed.APPROVED]
    return "".join(f"Godkendt        {wording.when(act.at)} (dansk tid) af {_by(act.by)}\n" for act in acts)


def _by(who: str) -> str:
    return mask(on_one_line(who)) or "en, hvis navn er slettet"


def _wanted(known: Deadlines) -> str:
    if known.wanted is None:
        return ""
    latest = f", og skulle sendes senest {wording.day(known.latest_safe)}" if known.latest_safe else ""
    return f"Skulle nå frem {wording.day(known.wanted)}{latest}\n"


def events(record: Record) -> str:
    """Give what happened, a line each."""
    lines = []
    for event in happenings(record):
        rest = ", ".join(
            f"{name}: {on_one_line(event[name])}"
            for name in event
            if name not in ("utc", "dansk", "hvad") and event[name]
        )
        lines.append(f"{event['utc']}  {event['dansk']}  {event['hvad']}{f' ({rest})' if rest else ''}\n")
    return "".join(lines)
