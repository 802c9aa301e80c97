"""
MeMo 1.2, the message of Digital Post and NemSMS: what a letter needs of it, in the order it must stand in.

Digital Post reads in order and refuses a message (``memo.invalid``) in which an element stands too late. Left out:
ForwardData, ReplyData and TechnicalDocument, for nobody here forwards or answers.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

from esdh_connect.dispatch import Dispatch
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import (
    Attention,
    Case,
    ContactPoint,
    File,
    LetterAction,
    Options,
    Recipient,
    Reservation,
    Sender,
)
from esdh_connect_serviceplatformen.limits import encoding_format
from esdh_connect_serviceplatformen.wire.element import Content, Element, boolean, element, leaf, moment

__all__ = ["CASE_SYSTEM", "message", "short_message"]

#: The prefix ``memo`` is always bound by name: SF1601 has been seen not to understand MeMo as default namespace.
_NAMESPACES = {
    "memo": "https://DigitalPost.dk/MeMo-1",
    "grd": "https://data.gov.dk/model/core/",
    "gln": "https://www.gs1.dk/gs1-standarder/identifikation/gln-global-location-number/",
    "kle": "http://kle-online.dk/",
}
_ATTRIBUTES = " ".join(
    [*(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items()), 'memoVersion="1.2"']
)
#: Where the host does not say which system a case is in; MeMo wants a word.
CASE_SYSTEM = "ESDH"

_message = partial(element, "memo:Message", attributes=_ATTRIBUTES)


def message(dispatch: Dispatch, kle_version: str) -> Element:
    """Write a Digital Post message: header, and body with a document for each file."""
    options = dispatch.envelope.options
    return _message(
        _header(dispatch, "DIGITALPOST", options.notification, options, kle_version), _message_body(dispatch)
    )


def short_message(dispatch: Dispatch) -> Element:
    """Write a NemSMS: the text is the reminder, and there is no body."""
    return _message(_header(dispatch, "NEMSMS", dispatch.envelope.options.reminder, None, ""))


def _header(dispatch: Dispatch, kind: str, notification: str, options: Options | None, kle_version: str) -> Element:
    envelope = dispatch.envelope
    return element(
        "memo:MessageHeader",
        leaf("memo:messageType", kind),
        leaf("memo:messageUUID", str(dispatch.message_uuid)),
        leaf("memo:messageID", dispatch.id),
        leaf("memo:label", envelope.letter.title),
        leaf("memo:notification", notification),
        *(_wishes(options) if options else ()),
        _sender(envelope.sender),
        _recipient(envelope.recipient),
        _content_data(envelope.case, kle_version) if options else None,
    )


def _wishes(options: Options) -> tuple[Element | None, ...]:
    return (
        leaf("memo:reply", boolean(options.reply_allowed)),
        leaf("memo:replyByDateTime", moment(options.reply_by) if options.reply_by else ""),
        leaf("memo:doNotDeliverUntilDate", options.not_before.isoformat() if options.not_before else ""),
        leaf("memo:mandatory", boolean(options.mandatory)),
        leaf("memo:legalNotification", boolean(options.legal_notification)),
    )


def _sender(sender: Sender) -> Element:
    representative = sender.representative
    return element(
        "memo:Sender",
        leaf("memo:senderID", sender.cvr.digits),
        leaf("memo:idType", "CVR"),
        leaf("memo:label", sender.name),
        _contact_point(sender.contact_point) if sender.contact_point else None,
        element(
            "memo:Representative",
            leaf("memo:representativeID", representative.cvr.digits),
            leaf("memo:idType", "CVR"),
            leaf("memo:label", representative.name),
        )
        if representative
        else None,
    )


def _contact_point(point: ContactPoint) -> Element:
    return element(
        "memo:ContactPoint",
        leaf("memo:contactGroup", point.group),
        leaf("memo:contactPointID", point.id),
        leaf("memo:label", point.label),
    )


def _recipient(recipient: Recipient) -> Element:
    return element(
        "memo:Recipient",
        *_identity(recipient.id),
        leaf("memo:label", recipient.name),
        _attention(recipient.attention) if recipient.attention else None,
    )


def _identity(who: Cpr | Cvr | None) -> tuple[Element | None, ...]:
    match who:
        case Cpr():
            return leaf("memo:recipientID", who.reveal()), leaf("memo:idType", "CPR")
        case Cvr():
            return leaf("memo:recipientID", who.digits), leaf("memo:idType", "CVR")
    raise ValueError("a recipient without CPR or CVR number was let through")


def _attention(attention: Attention) -> Element | None:
    parts = (
        _around("memo:AttentionPerson", leaf("memo:label", attention.person)),
        _around("grd:ProductionUnit", leaf("grd:productionUnitNumber", _digits(attention.p_number))),
        _around("gln:GlobalLocationNumber", leaf("gln:globalLocationNumber", _digits(attention.gln))),
        _around("memo:EMail", leaf("memo:emailAddress", attention.email)),
        _around("memo:Telephone", leaf("memo:telephoneNumber", attention.telephone)),
    )
    return element("memo:AttentionData", *parts) if any(parts) else None


def _digits(number: object) -> str:
    return str(number) if number else ""


def _around(name: str, inner: Element | None) -> Element | None:
    return element(name, inner) if inner else None


def _content_data(case: Case, kle_version: str) -> Element | None:
    parts = (
        element("memo:CaseID", leaf("memo:caseID", case.id), leaf("memo:caseSystem", case.system or CASE_SYSTEM))
        if case.id
        else None,
        element(
            "kle:KLEdata",
            leaf("kle:subjectKey", case.kle.number),
            leaf("kle:version", kle_version),
            leaf("kle:label", case.kle.number),
        )
        if case.kle
        else None,
    )
    return element("memo:ContentData", *parts) if any(parts) else None


def _message_body(dispatch: Dispatch) -> Element:
    letter = dispatch.envelope.letter
    return element(
        "memo:MessageBody",
        leaf("memo:createdDateTime", moment(dispatch.entry.committed_at)),
        element(
            "memo:MainDocument",
            leaf("memo:label", letter.title),
            _file(letter.main),
            *(_action(action) for action in dispatch.envelope.options.actions),
        ),
        *(
            element("memo:AdditionalDocument", leaf("memo:label", PurePosixPath(file.name).stem), _file(file))
            for file in letter.attachments
        ),
    )


def _file(file: File) -> Element:
    return element(
        "memo:File",
        leaf("memo:encodingFormat", encoding_format(file.media_type)),
        leaf("memo:filename", file.name),
        leaf("memo:language", file.language),
        element("memo:content", Content(file.content)),
    )


def _action(action: LetterAction) -> Element:
    return element(
        "memo:Action",
        leaf("memo:label", action.label),
        leaf("memo:actionCode", action.code),
        leaf("memo:startDateTime", moment(action.start) if action.start else ""),
        leaf("memo:endDateTime", moment(action.end) if action.end else ""),
        _reservation(action.reservation)
        if action.reservation
        else _around("memo:EntryPoint", leaf("memo:url", action.url)),
    )


def _reservation(reservation: Reservation) -> Element:
    return element(
        "memo:Reservation",
        leaf("memo:description", reservation.description),
        leaf("memo:reservationUUID", reservation.id),
        leaf("memo:abstract", reservation.abstract),
        leaf("memo:location", reservation.location),
        leaf("memo:startDateTime", moment(reservation.start)),
        leaf("memo:endDateTime", moment(reservation.end)),
        leaf("memo:organizerMail", reservation.organizer_email),
        leaf("memo:organizerName", reservation.organizer_name),
    )
