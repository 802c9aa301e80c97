"""
PostStatus: the event envelope of Beskedfordeler (SF1461) with a PKO_PostStatus inside, as it is pushed or pulled.

Identifiers of codes and of the two object types are those of the real services; who the sandbox itself is, is made up.
"""

from __future__ import annotations

import base64
import json
import uuid
from enum import Enum

import attrs
from lxml import etree

from esdh_connect_sandbox.values import is_uuid
from esdh_connect_sandbox.writing import Element, Names, document

__all__ = ["Notice", "Status", "acknowledged", "render"]

_STS = "urn:oio:sts:1.0.0"
_KUVERT = "urn:oio:besked:kuvert:1.0"
_SAGDOK = "urn:oio:sagdok:3.0.0"
_BASE64 = "urn:besked:kuvert:1.0"
_PKO = "http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types"

_POSTSTATUS = "d2bed63c-4853-4008-b6e0-a74c15b15fbf"
_OBJECT = "9a7be69f-b736-4e0e-9d5b-78d4f43e7ad7"
_DIGITAL_POST = "96514e13-afdd-44d6-95a8-adc2ca19b127"
_STRAALFORS = "afd21f3d-11c7-4f51-b2a6-f31d6480a9fb"
_SANDBOX = uuid.uuid5(uuid.NAMESPACE_URL, "https://localhost/esdh-connect-sandbox")

_AS_XML = {"content-type": "application/xml", "encoding": "UTF-8", "file-type": ".xml"}
_K = Names(_KUVERT)
_S = Names(_SAGDOK)

_TAKEN = "20"


class Status(Enum):
    """TransaktionsStatusKode: the text, and the ObjektHandling that goes with it."""

    FAILED = "Fejlet", "e225a75c-4b63-46c4-9423-77f5c8762445"
    TAKEN_DIGITAL = "Modtaget Digital Post", "eb866ca2-b871-4387-b501-12cde577bd58"
    DELIVERED_DIGITAL = "Afleveret Digital Post", "f7161a89-5068-4023-bc80-d7f4daad2a2e"
    READY = "Klar", "e2b30d57-504a-4e2e-ae2d-a1394a9cb0b8"
    TAKEN_PRINT = "Modtaget Fjern-print", "dd98e71c-41ac-4305-a47b-8f86b00e639b"
    PRINTING = "Afleveret til print og kuvertering", "e3c0a021-2070-40d4-b7b7-754aeba762e9"
    POSTED = "Afsendt", "db5a6025-caa3-45c3-8e02-4e6fa8142ade"
    DELIVERED_PRINT = "Modtaget Post Danmark", "e94a0a8b-60a0-42ad-8b83-52c9e15d0fb3"
    UNKNOWN = "Ukendt i sandkassen", "00000000-0000-4000-8000-000000000000"


@attrs.frozen
class Notice:
    """
    One receipt before it is written: what happened to which letter.

    ``message`` is the BeskedId, by which a receiver knows a repetition. A digital letter is known by its
    messageUUID, one on paper by its AfsendelseIdentifikator (``shipment``).
    """

    message: str
    status: str
    transmission: str
    cvr: str
    uuid: str = ""
    message_id: str = ""
    shipment: str = ""
    product: str = ""
    code: str = ""
    text: str = ""
    damaged: bool = False

    def dumps(self) -> str:
        """Write it as JSON."""
        return json.dumps(attrs.asdict(self))

    @classmethod
    def loads(cls, text: str) -> Notice:
        """Read what ``dumps`` wrote."""
        return cls(**json.loads(text))

    @property
    def is_print(self) -> bool:
        """Tell whether the letter went on paper."""
        return bool(self.shipment)


def render(notice: Notice, at: str, attempt: int, *, pushed: bool = True) -> bytes:
    """
    Write the envelope. ``at`` is when it happened (UTC, with Z); ``attempt`` counts deliveries from 1.

    What is pulled from a queue is the Haendelsesbesked alone, what is pushed wraps it in a ModtagBeskedInput.
    """
    sts = Names(_STS, {None: _SAGDOK, "ns2": _KUVERT, "ns4": _STS})
    base = Names(_BASE64, {None: _BASE64})
    content = base64.b64encode(_pko_poststatus(notice, at)).decode()
    payload = base("Base64", content, **_AS_XML)
    event = _K(
        "Haendelsesbesked",
        _id("BeskedId", notice.message),
        _K("BeskedVersion", "1.0"),
        _K("Beskedkuvert", _filters(notice, at), _delivery(at, attempt)),
        _K("Beskeddata", payload),
    )
    return document(sts("ModtagBeskedInput", event) if pushed else event)


def _leaf(name: str, leaf: str, text: str) -> Element:
    return _K(name, _S(leaf, text))


def _id(name: str, text: str) -> Element:
    return _leaf(name, "UUIDIdentifikator", text)


def _filters(notice: Notice, at: str) -> Element:
    related = _K("RelateretObjekt", _id("ObjektId", notice.message), _id("ObjektType", _made_up("related object")))
    return _K(
        "Filtreringsdata",
        _id("Beskedtype", _POSTSTATUS),
        _id("BeskedAnsvarligAktoer", _STRAALFORS if notice.is_print else _DIGITAL_POST),
        _leaf("TilladtModtager", "URNIdentifikator", f"urn:oio:cvr:{notice.cvr}"),
        related,
        _K(
            "ObjektRegistrering",
            _id("ObjektRegistreringId", notice.transmission),
            _id("RegistreringsAktoer", str(_SANDBOX)),
            _leaf("Registreringstidspunkt", "TidsstempelDatoTid", at),
            _leaf("ObjektAnsvarligMyndighed", "URNIdentifikator", f"urn:oio:cvr:{notice.cvr}"),
            _id("ObjektId", _object_id(notice)),
            _id("ObjektType", _OBJECT),
            _id("ObjektHandling", Status[notice.status].value[1]),
        ),
    )


def _object_id(notice: Notice) -> str:
    letter = notice.uuid or notice.shipment
    return letter if is_uuid(letter) else _made_up(letter)


def _made_up(name: str) -> str:
    return str(uuid.uuid5(_SANDBOX, name))


def _delivery(at: str, attempt: int) -> Element:
    route = _K(
        "Leverancerute",
        _id("Fordelingssystem", _made_up("Beskedfordeler")),
        _leaf("ModtagelsesTidspunkt", "TidsstempelDatoTid", at),
        _leaf("LeveranceTidspunkt", "TidsstempelDatoTid", at),
        _id("ModtagetFraSystem", str(_SANDBOX)),
        _id("ErLeveretIHenholdTil", _made_up("dueslag")),
        _K("LeveranceruteLokalUdvidelse", _K("AntalLeveranceforsoeg", str(attempt))),
    )
    return _K(
        "Leveranceinformation",
        _leaf("Dannelsestidspunkt", "TidsstempelDatoTid", at),
        _id("TransaktionsId", str(uuid.uuid4())),
        _id("Kildesystem", str(_SANDBOX)),
        _K("KildesystemIPAdresse", "127.0.0.1"),
        _K("KildesystemAkkreditiver", "c2FuZGJveA=="),
        _id("Sikkerhedsklassificering", _made_up("security")),
        _K("Leveranceruter", route),
    )


def _pko_poststatus(notice: Notice, at: str) -> bytes:
    p = Names(_PKO, {None: _PKO})
    fields = {
        "TransmissionId": notice.transmission,
        "MessageUUID": notice.uuid,
        "MessageId": notice.message_id,
        "AfsendelseIdentifikator": notice.shipment,
        "KanalKode": "Fysisk Post" if notice.is_print else "Digital Post",
        "TransaktionsDatoTid": at,
        "TransaktionsStatusKode": Status[notice.status].value[0],
        "ForsendelseTypeIdentifikator": notice.product,
        "CorrelationId": notice.transmission,
    }
    fault = [p("FejlKode", notice.code), p("FejlTekst", notice.text)] if notice.code else []
    elements = [p(name, text) for name, text in fields.items() if text]
    written = etree.tostring(p("PKO_PostStatus", *elements, p("FejlDetaljer", *fault)))
    return written[: len(written) // 2] if notice.damaged else written


def acknowledged(body: bytes) -> bool:
    """Tell whether an endpoint's answer says that it has the receipt: StatusKode 20."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return False
    return [(code.text or "").strip() for code in root.iter("{*}StatusKode")] == [_TAKEN]
