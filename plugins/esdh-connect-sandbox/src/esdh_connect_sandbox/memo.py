"""
What a MeMo message may hold, versions 1.1 and 1.2, written for the sandbox alone.

Sources: the official 1.1 schema (order, cardinality, types) and, since none is published for 1.2, its official
examples and list of changes. How many of each child ``Representative`` has is not confirmed anywhere: all three
are asked for here.
"""

from __future__ import annotations

from esdh_connect_sandbox.grammar import Grammar, read_grammar

__all__ = ["GRAMMARS", "MEMO", "NEWEST"]

MEMO = "https://DigitalPost.dk/MeMo-1"
NEWEST = "1.2"

_NAMESPACES = {
    "": MEMO,
    "grd": "https://data.gov.dk/model/core/",
    "gln": "https://www.gs1.dk/gs1-standarder/identifikation/gln-global-location-number/",
    "sor": "https://services.nsi.dk/en/Services/SOR",
    "dmv": "https://motorregister.skat.dk/",
    "kle": "http://kle-online.dk/",
    "form": "http://www.form-online.dk/",
    "udd": "https://www.dst.dk/da/TilSalg/Forskningsservice/Dokumentation/hoejkvalitetsvariable/elevregister-2/udd#",
}

_SHARED = """
Message = MessageHeader MessageBody?

AttentionData = AttentionPerson? grd:ProductionUnit? gln:GlobalLocationNumber? EMail? grd:SEnumber? Telephone?
    grd:EID? ContentResponsible? GeneratingSystem? sor:SORdata? grd:Address? grd:UnstructuredAddress?
AttentionPerson = personID/text? label/text?
EMail = emailAddress/text relatedAgent/text?
Telephone = telephoneNumber/text relatedAgent/text?
ContentResponsible = contentResponsibleID/text? label/text?
GeneratingSystem = generatingSystemID/text label/text?
ContactPoint = contactGroup/text? contactPointID/text label/text? ContactInfo{0,2}
ContactInfo = label/text value/text

ContentData = grd:CPRdata? grd:CVRdata? dmv:MotorVehicle? grd:PropertyNumber? CaseID? kle:KLEdata? form:FORMdata?
    grd:ProductionUnit? udd:Education? grd:Address? grd:UnstructuredAddress? AdditionalContentData{0,10}
CaseID = caseID/text caseSystem/text
AdditionalContentData = contentDataType/text? contentDataName/text contentDataValue/text
ReplyData = messageID/text? messageUUID/uuid4 replyUUID/uuid4? senderID/text? recipientID/text? caseID/text?
    contactPointID/text? generatingSystemID/text? comment/comment? AdditionalReplyData{0,4}
AdditionalReplyData = label/text value/text

MessageBody = createdDateTime/utc MainDocument AdditionalDocument* TechnicalDocument*
MainDocument = mainDocumentID/text? label/text? File+ Action*
AdditionalDocument = additionalDocumentID/text? label/text? File+ Action*
TechnicalDocument = technicalDocumentID/text? label/text? File+
File = encodingFormat/text filename/text language/language content/base64
Action = label/text actionCode/text startDateTime/utc? endDateTime/utc? (Reservation | EntryPoint)?
EntryPoint = url/uri
Reservation = description/text reservationUUID/uuid4 abstract/text location/text startDateTime/utc
    endDateTime/utc organizerMail/text? organizerName/text?

grd:CPRdata = grd:cprNumber/text grd:name/text?
grd:CVRdata = grd:cvrNumber/text grd:companyName/text?
grd:ProductionUnit = grd:productionUnitNumber/p_number grd:productionUnitName/text?
grd:SEnumber = grd:seNumber/text grd:companyName/text?
grd:EID = grd:eID/text grd:label/text?
grd:PropertyNumber = grd:propertyNumber/text
grd:Address = grd:id/text? grd:addressLabel/text? grd:houseNumber/text? grd:door/text? grd:floor/text? grd:co/text?
    grd:zipCode/text? grd:city/text? grd:country/text? grd:AddressPoint?
grd:AddressPoint = grd:geographicEastingMeasure/text? grd:geographicNorthingMeasure/text?
    grd:geographicHeightMeasure/text?
grd:UnstructuredAddress = grd:unstructured/text
gln:GlobalLocationNumber = gln:globalLocationNumber/gln gln:location/text?
sor:SORdata = sor:sorIdentifier/text sor:entryName/text?
dmv:MotorVehicle = dmv:licenseNumber/licence dmv:chassisNumber/text?
kle:KLEdata = kle:subjectKey/text kle:version/text kle:activityFacet/text? kle:label/text
form:FORMdata = form:taskKey/text form:version/text form:activityFacet/text? form:label/text
udd:Education = udd:educationCode/text udd:educationName/text?
""".replace("\n\n", "\n")

_ONLY = {
    "1.1": """
MessageHeader = messageType/message_type messageUUID/uuid4 messageID/text? messageCode/text? label/text
    notification/notification? additionalNotification/text? reply/boolean? replyByDateTime/utc?
    doNotDeliverUntilDate/date? mandatory/boolean legalNotification/boolean postType/text?
    Sender Recipient ContentData? ForwardData? ReplyData*
Sender = senderID/text idType/text idTypeLabel/text? label/text AttentionData? ContactPoint?
Recipient = recipientID/text idType/text idTypeLabel/text? label/text? AttentionData? ContactPoint?
ForwardData = messageUUID/uuid4 originalMessageDateTime/utc originalSender/text originalContentResponsible/text?
    contactPointID/text? comment/comment?
""",
    "1.2": """
MessageHeader = messageType/message_type messageUUID/uuid4 messageID/text? messageCode/text? label/text
    notification/notification? additionalNotification/text? reply/boolean? replyByDateTime/utc?
    doNotDeliverUntilDate/date? mandatory/boolean? legalNotification/boolean? postType/text?
    Sender Recipient ContentData? ForwardData? ReplyData*
Sender = senderID/text idType/text label/text AttentionData? ContactPoint? Representative?
Representative = representativeID/text idType/text label/text
Recipient = recipientID/text idType/text label/text? AttentionData? ContactPoint?
ForwardData = messageUUID/uuid4 originalMessageDateTime/utc originalSender/text originalContentResponsible/text?
    originalRepresentative/text? contactPointID/text? comment/comment?
""",
}

GRAMMARS: dict[str, Grammar] = {
    version: read_grammar(_SHARED + only.lstrip(), _NAMESPACES) for version, only in _ONLY.items()
}
