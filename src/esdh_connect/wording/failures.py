"""Fejl: what went wrong, who must act, and first of all whether anything was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from esdh_connect.errors import (
    BatchDiffers,
    ConfigurationError,
    DamagedPayload,
    DamagedRow,
    DeliveryError,
    DoesNotFit,
    EsdhConnectError,
    KeyReused,
    NoChannel,
    NoRecipient,
    Objection,
    OutboxError,
    OutcomeUnknown,
    PlanChanged,
    PlanError,
    PluginError,
    PolicyError,
    ProgramOutdated,
    Rejected,
    SettingsError,
    StoreError,
    TemporaryFailure,
    TooLate,
    UnknownDepartment,
    UnreadableDocument,
    WrongSecret,
)
from esdh_connect.ids import mask
from esdh_connect.wording.figures import span
from esdh_connect.wording.sentences import NOT_CHANGED, NOT_SENT, UNKNOWN, sentences

__all__ = ["kind", "of", "of_no_letter"]

_DO_NOT_RESEND = "Send ikke igen; kommer der ingen kvittering, skal administratoren spørge leverandøren"

# An error of another class speaks as the nearest class above it that stands here.
_OPENINGS: Mapping[type[EsdhConnectError], str] = {
    EsdhConnectError: UNKNOWN,
    ConfigurationError: NOT_SENT,
    # A letter is in the outbox before it is tried; what happened to it can fail to be stored afterwards.
    OutboxError: f"{NOT_SENT}, som ikke står i udbakken",
    # Its line is what could have told.
    DamagedRow: UNKNOWN,
    # It is also found when a letter is read to journalize it, long after it was sent.
    DamagedPayload: f"{NOT_SENT} i dette forsøg",
    # It is about departments, and no letter.
    PolicyError: NOT_CHANGED,
    PlanError: NOT_SENT,
    KeyReused: f"{NOT_SENT} nyt",
    TooLate: f"{NOT_SENT} nyt",
    BatchDiffers: f"{NOT_SENT} nyt",
    DeliveryError: UNKNOWN,
    TemporaryFailure: NOT_SENT,
    Rejected: NOT_SENT,
    OutcomeUnknown: UNKNOWN,
}
_KINDS: Mapping[str, str] = {
    one.__name__: text
    for one, text in {
        NoRecipient: "modtageren kunne ikke findes",
        NoChannel: "ingen kanal når modtageren",
        DoesNotFit: "passer ikke i kanalen",
        UnreadableDocument: "et dokument kan ikke læses",
        Objection: "der er en indvending",
        PlanChanged: "ændret, siden det blev vist",
        KeyReused: "bestilt før",
        TooLate: "for sent",
        BatchDiffers: "udsendelsen er en anden",
    }.items()
}
_STORIES: Mapping[type[EsdhConnectError], str] = {
    EsdhConnectError: "der opstod en fejl, som ikke er beskrevet. Administratoren skal se i loggen",
    ConfigurationError: "programmet er sat forkert op. Administratoren skal rette det",
    PluginError: "et plugin kan ikke bruges. Administratoren skal rette eller fjerne det",
    SettingsError: "indstillingsfilen kan ikke bruges. Administratoren skal rette den",
    OutboxError: "der er noget galt med udbakken. Administratoren skal finde årsagen",
    StoreError: "udbakken kan ikke læses eller skrives. Administratoren skal finde årsagen",
    ProgramOutdated: "udbakken er taget over af en nyere version af programmet. "
    "Administratoren skal starte programmet igen",
    WrongSecret: "installationens hemmelighed er en anden end den, brevene er gemt med. "
    "Administratoren skal lægge den rigtige tilbage; så kan brevene åbnes igen",
    DamagedRow: "brevets linje i udbakken er beskadiget. Administratoren skal finde den i en sikkerhedskopi",
    DamagedPayload: "brevet ligger beskadiget i udbakken. Administratoren skal finde det i en sikkerhedskopi; "
    "ellers skal det laves igen",
    PolicyError: "afdelingen kan ikke sættes sådan op",
    UnknownDepartment: "der er ingen afdeling, der hedder sådan",
    PlanError: "brevet kan ikke sendes, som det er. Ret det, og prøv igen",
    NoRecipient: "modtageren kunne ikke findes. Kontrollér parten på sagen",
    NoChannel: "ingen af afdelingens kanaler når modtageren. Send brevet på en anden måde",
    DoesNotFit: "brevet overskrider en grænse for kanalen. Gør det mindre, eller vælg en anden kanal",
    UnreadableDocument: "et dokument kunne ikke læses. Åbn det i ESDH-systemet, og ret det",
    Objection: "et plugin har en indvending mod brevet. Spørg administratoren",
    PlanChanged: "brevet er ændret, siden det blev vist. Se det igennem igen",
    KeyReused: "der er tidligere bestilt et andet brev på samme måde, og det står ved magt. "
    "Åbn »Send digitalt« igen for at sende et nyt",
    TooLate: "det kan ikke lade sig gøre længere. Se brevets status",
    BatchDiffers: "udsendelsen er ikke den, der blev bekræftet. Se den igennem igen",
    DeliveryError: "leverandøren svarede noget, som ikke kan forstås",
    TemporaryFailure: "leverandøren kunne ikke nås. Det samme brev kan prøves igen senere",
    Rejected: "leverandøren afviste brevet. Ret det, eller vælg en anden kanal",
    OutcomeUnknown: "leverandørens svar nåede ikke frem",
}


def of(error: EsdhConnectError) -> str:
    """
    Tell an error to the person who must act, beginning with whether anything was sent.

    The error's own Danish text is used where it has one; the opening about sending is added here.
    """
    opening = _nearest(_OPENINGS, error)
    story = _story(error)
    told = story if story.startswith(opening) else f"{opening}: {story}"
    return mask(sentences(told, _further(error), _DO_NOT_RESEND if opening == UNKNOWN else ""))


def of_no_letter(error: EsdhConnectError) -> str:
    """Tell an error to whoever was about to do something that sends nothing: it begins with that it was not done."""
    opening, story = _nearest(_OPENINGS, error), _story(error)
    if opening == UNKNOWN:  # it is about a letter, or nobody knows what it is about
        return mask(sentences(f"{story[:1].upper()}{story[1:]}"))
    opening = NOT_CHANGED if opening.startswith(NOT_SENT) else opening
    return mask(sentences(story if story.startswith(opening) else f"{opening}: {story}"))


def kind(error: str) -> str:
    """Tell in a few words what letters of a list have in common that cannot be sent, by the class of their error."""
    return _KINDS.get(error, "brevet kan ikke sendes, som det er")


def _nearest(texts: Mapping[type[EsdhConnectError], str], error: EsdhConnectError) -> str:
    return next(texts[one] for one in type(error).__mro__ if one in texts)


def _story(error: EsdhConnectError) -> str:
    return error.danish.strip() or _own_story(error)


def _own_story(error: EsdhConnectError) -> str:
    match error:
        case PluginError(plugin=name) if name:
            return f"pluginet »{name}« kan ikke bruges. Administratoren skal rette eller fjerne det"
        case Objection(plugin=name) if name:
            return f"pluginet »{name}« har en indvending mod brevet. Spørg administratoren"
        case DoesNotFit(limit=limit, actual=actual) if limit and actual:
            return f"brevet overskrider en grænse for kanalen ({actual}; grænsen er {limit}). Gør det mindre"
        case UnknownDepartment(department=id_) if id_:
            return f"der er ingen afdeling, der hedder »{id_}«"
        case UnreadableDocument(document=id_) if id_:
            return f"dokumentet {id_} kunne ikke læses. Åbn det i ESDH-systemet, og ret det"
    return _nearest(_STORIES, error)


def _further(error: EsdhConnectError) -> str:
    match error:
        case TemporaryFailure(retry_after=timedelta() as wait):
            return f"Det kan tidligst prøves igen om {span(wait)}"
        case Rejected(code=code) if code:
            return f"Leverandørens kode: {code}"
        case StoreError():
            return "Se brevets status, før der sendes igen"
    return ""
