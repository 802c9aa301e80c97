"""
Indholdsregler: what Digital Post, NemSMS and remote print refuse beyond their schemas, asked before anything is sent.

A refusal comes hours later, as a receipt; here it is a sentence to the caseworker who still has the letter open.
Each rule gives what is wrong as a PlanError of its own. What the rules let through is valid by the schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import get_args, get_type_hints
from urllib.parse import urlsplit

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit, NoRecipient, PlanError
from esdh_connect.model import Envelope, File, Letter, LetterAction, Options, Recipient, Reservation
from esdh_connect_serviceplatformen import address

__all__ = ["digital_post", "fysisk_post", "nemsms"]

#: Lengths: MeMo's text types, and KOMBIT's print schemas. See ``limits`` for those a channel declares.
_TEXT = 256
_NOTIFICATION = 150
_NAME_ON_PAPER = 130
_COST_CENTRE = 2000
_ATTACHMENT_NAME = 300
#: The codes of buttons, and whether they are a meeting. Source: two clients in production; the schema lists none.
_ACTION_CODES = {
    "AFTALE": True,
    **dict.fromkeys(
        ("BEKRAEFT", "BETALING", "FORBEREDELSE", "INFORMATION", "SELVBETJENING", "TILMELDING", "UNDERSKRIV"), False
    ),
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_4 = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_URL = re.compile(r"https://[\w.-]+(:[0-9]{1,5})?([/?#]([\w.~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?")
_LANGUAGE = re.compile(r"[a-zA-Z]{2}")
_CATEGORIES = get_args(get_type_hints(Options)["post_category"])


def digital_post(envelope: Envelope, limits: Limits, now: datetime) -> Iterator[PlanError]:
    """Tell what is wrong with a letter in Digital Post."""
    yield from _number(envelope.recipient, "Digital Post")
    yield from _missing({"titlen": envelope.letter.title, "afsenderens navn": envelope.sender.name})
    yield from _files(envelope.letter, limits)
    yield from _too_long(_texts(envelope))
    yield from _too_long({"adviseringen": envelope.options.notification}, _NOTIFICATION)
    yield from _contact_point(envelope)
    yield from _dates(envelope.options, now)
    for action in envelope.options.actions:
        yield from _action(action)


def nemsms(envelope: Envelope, limits: Limits) -> Iterator[PlanError]:
    """Tell what is wrong with a reminder by SMS."""
    yield from _number(envelope.recipient, "NemSMS")
    yield from _missing(
        {
            "teksten i sms'en": envelope.options.reminder,
            "titlen": envelope.letter.title,
            "afsenderens navn": envelope.sender.name,
        }
    )
    yield from _too_long({"teksten i sms'en": envelope.options.reminder}, limits.max_text)
    yield from _too_long(_texts(envelope))


def fysisk_post(envelope: Envelope, limits: Limits) -> Iterator[PlanError]:
    """Tell what is wrong with a letter on paper."""
    recipient, letter = envelope.recipient, envelope.letter
    yield from _missing({"modtagerens navn": recipient.name, "titlen": letter.title})
    yield from _too_long({"modtagerens navn": recipient.name}, _NAME_ON_PAPER)
    yield from _too_long({"titlen": letter.title}, limits.max_title)
    yield from _too_long({f"navnet på »{file.name}«": file.name for file in letter.attachments}, _ATTACHMENT_NAME)
    if recipient.address is None:
        yield NoRecipient("the recipient has no address", danish="modtageren har ingen postadresse")
    else:
        yield from address.problems(recipient.address)
    yield from _files(letter, limits)
    yield from _printing(envelope)
    if envelope.options.post_category not in _CATEGORIES:
        yield PlanError("no such post category", danish="den forsendelsesmåde findes ikke i fysisk post")


# --- the parts


def _printing(envelope: Envelope) -> Iterator[PlanError]:
    """Tell what is wrong with what the department has told the print supplier: its administrator must act."""
    printing = envelope.printing
    yield from _too_long({"konteringsgruppen": printing.cost_centre}, _COST_CENTRE)
    if printing.return_address is not None:
        yield from _missing({"afsenderens navn": envelope.sender.name})
        yield from _too_long({"afsenderens navn": envelope.sender.name}, _NAME_ON_PAPER)
        for problem in address.problems(printing.return_address):
            problem.danish = f"afdelingens returadresse: {problem.danish.removeprefix('adressen: ')}"
            yield problem


def _number(recipient: Recipient, channel: str) -> Iterator[PlanError]:
    if recipient.id is None:
        yield NoRecipient(
            "the recipient has neither CPR nor CVR number",
            danish=f"modtageren har hverken CPR- eller CVR-nummer, og {channel} kræver et af dem",
        )


def _missing(texts: dict[str, str]) -> Iterator[PlanError]:
    for what, text in texts.items():
        if not text.strip():
            yield DoesNotFit(f"{what} is empty", limit="1", actual="0", danish=f"{what} mangler")


def _too_long(texts: dict[str, str], limit: int = _TEXT) -> Iterator[PlanError]:
    for what, text in texts.items():
        if len(text) > limit:
            yield DoesNotFit(
                f"a text has {len(text)} characters of {limit}",
                limit=str(limit),
                actual=str(len(text)),
                danish=f"{what} er på {len(text)} tegn; der er plads til {limit}",
            )


def _texts(envelope: Envelope) -> dict[str, str]:
    sender, recipient, case = envelope.sender, envelope.recipient, envelope.case
    point, attention, representative = sender.contact_point, recipient.attention, sender.representative
    return {
        "titlen": envelope.letter.title,
        "afsenderens navn": sender.name,
        "modtagerens navn": recipient.name,
        "sagens id": case.id,
        "sagssystemets navn": case.system,
        "kontaktpunktets navn": point.label if point else "",
        "kontaktpunktets gruppe": point.group if point else "",
        "repræsentantens navn": representative.name if representative else "",
        "att.-navnet": attention.person if attention else "",
        "att.-mailadressen": attention.email if attention else "",
        "att.-telefonnummeret": attention.telephone if attention else "",
    }


def _contact_point(envelope: Envelope) -> Iterator[PlanError]:
    point = envelope.sender.contact_point
    if point and not _UUID.fullmatch(point.id):
        yield PlanError("the contact point's id is no UUID", danish="kontaktpunktets id skal være et UUID")
    representative = envelope.sender.representative
    if representative:
        yield from _missing({"repræsentantens navn": representative.name})


def _dates(options: Options, now: datetime) -> Iterator[PlanError]:
    # The day is UTC's, so that yesterday passes until two in the morning: Digital Post itself decides then.
    if options.not_before and options.not_before < now.astimezone(UTC).date():
        yield PlanError("not_before is past", danish="den dag, brevet tidligst må leveres, er allerede gået")
    if not options.reply_by:
        return
    if not options.reply_allowed:
        yield PlanError("reply_by without a reply", danish="der er en svarfrist, men der kan ikke svares på brevet")
    if options.reply_by.tzinfo is None:
        yield PlanError("reply_by has no time zone", danish="svarfristen mangler en tidszone")
    elif options.reply_by <= now:
        yield PlanError("reply_by is past", danish="svarfristen er allerede gået")


# --- files


def _files(letter: Letter, limits: Limits) -> Iterator[PlanError]:
    if not letter.files:
        yield DoesNotFit("no files", limit="1", actual="0", danish="brevet har ingen filer")
    if len(letter.files) > limits.max_files:
        yield DoesNotFit(
            f"{len(letter.files)} files of {limits.max_files}",
            limit=str(limits.max_files),
            actual=str(len(letter.files)),
            danish=f"brevet fylder {len(letter.files)} filer; kanalen tager {limits.max_files}",
        )
    for file in letter.files:
        yield from _file(file, limits)
    size = sum(4 * -(-file.size // 3) for file in letter.files)
    if size > limits.max_bytes:
        yield DoesNotFit(
            f"{size} bytes of base64, of {limits.max_bytes}",
            limit=str(limits.max_bytes),
            actual=str(size),
            danish=f"filerne fylder {_megabytes(size)} i forsendelsen; der er plads til {_megabytes(limits.max_bytes)}",
        )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _file(file: File, limits: Limits) -> Iterator[PlanError]:
    extensions = limits.media_types.get(file.media_type, ())
    if not file.content:
        yield DoesNotFit("an empty file", limit="1", actual="0", danish=f"filen »{file.name}« er tom")
    if not extensions:
        yield DoesNotFit(
            f"a file of type {file.media_type}",
            limit="media_types",
            actual=file.media_type,
            danish=f"filen »{file.name}« er af en type, kanalen ikke tager ({file.media_type})",
        )
    elif PurePosixPath(file.name).suffix.lower() not in extensions:
        yield DoesNotFit(
            f"a file of type {file.media_type} has another extension",
            limit=" ".join(extensions),
            actual=PurePosixPath(file.name).suffix,
            danish=f"filen »{file.name}« skal ende på {' eller '.join(extensions)}",
        )
    if set(file.name) & set(limits.forbidden_in_names):
        yield PlanError(
            "a file name with a character that is not allowed",
            danish=f"navnet på filen »{file.name}« har et tegn, der ikke er tilladt",
        )
    yield from _too_long({f"navnet på filen »{file.name}«": file.name}, limits.max_name)
    if not _LANGUAGE.fullmatch(file.language):
        yield PlanError("a language is two letters", danish=f"sproget for filen »{file.name}« skal være to bogstaver")


# --- actions


def _action(action: LetterAction) -> Iterator[PlanError]:
    name = f"knappen »{action.label}«"
    yield from _missing({"teksten på en knap": action.label})
    yield from _too_long({f"teksten på {name}": action.label, f"adressen på {name}": action.url})
    if action.code not in _ACTION_CODES:
        yield PlanError("no such action code", danish=f"{name}: koden »{action.code}« findes ikke")
    elif _ACTION_CODES[action.code] != (action.reservation is not None) or (action.reservation and action.url):
        yield PlanError(
            "an AFTALE has a reservation, every other action an address",
            danish=f"{name}: en aftale skal have tid og sted, og enhver anden knap en adresse",
        )
    elif not action.reservation and not _is_https(action.url):
        yield PlanError(
            "the address of an action is not https", danish=f"{name}: adressen skal begynde med https:// og være hel"
        )
    yield from _times(name, action.start, action.end)
    if action.reservation:
        yield from _reservation(name, action.reservation)


def _is_https(url: str) -> bool:
    try:
        return _URL.fullmatch(url) is not None and bool(urlsplit(url).hostname) and url.count("#") <= 1
    except ValueError:
        return False


def _times(name: str, start: datetime | None, end: datetime | None) -> Iterator[PlanError]:
    if any(at is not None and at.tzinfo is None for at in (start, end)):
        yield PlanError("a time without a time zone", danish=f"{name}: et tidspunkt mangler en tidszone")
    elif start and end and end < start:
        yield PlanError("ends before it starts", danish=f"{name}: slutter, før den begynder")


def _reservation(name: str, reservation: Reservation) -> Iterator[PlanError]:
    needed = {
        f"{name}: aftalens beskrivelse": reservation.description,
        f"{name}: aftalens overskrift": reservation.abstract,
        f"{name}: aftalens sted": reservation.location,
    }
    yield from _missing(needed)
    more = {
        f"{name}: arrangørens mailadresse": reservation.organizer_email,
        f"{name}: arrangørens navn": reservation.organizer_name,
    }
    yield from _too_long(needed | more)
    if not _UUID_4.fullmatch(reservation.id):
        danish = f"{name}: aftalens id skal være et UUID af version 4 (et tilfældigt)"
        yield PlanError("the reservation's id is no UUID, version 4", danish=danish)
    yield from _times(name, reservation.start, reservation.end)
