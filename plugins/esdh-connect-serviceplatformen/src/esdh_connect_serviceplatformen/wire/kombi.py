"""kombi_request and kombi_response, the call of KombiPostAfsend. Both are without a namespace."""

from __future__ import annotations

import re
from itertools import islice

import attrs

from esdh_connect.ids import mask
from esdh_connect_serviceplatformen.wire.element import Body, Element, element, leaf, write

__all__ = ["DIGITAL_POST", "FYSISK_POST", "NEMSMS", "Response", "code_of", "read_response", "request"]

# KombiValgKode: how it is to be sent. "Automatisk Valg" is not used: the caseworker was told which one.
DIGITAL_POST = "Digital Post"
FYSISK_POST = "Fysisk Post"
NEMSMS = "NemSMS"

_LONGEST_CODE = 64
_MOST_ELEMENTS = 1000


def request(kind: str, part: Element) -> Body:
    """Write a kombi_request for one recipient; ``kind`` is the KombiValgKode, ``part`` what goes with it."""
    return write(element("kombi_request", leaf("KombiValgKode", kind), part))


@attrs.frozen
class Response:
    """
    kombi_response as it was read; a part that was not there is empty.

    ``fault`` is a FejlKode or FejlId, and ``text`` a FejlTekst, wherever they stood: their place is not documented.
    """

    result: str = ""
    transmission: str = ""
    advice: str = ""
    fault: str = ""
    text: str = attrs.field(default="", repr=False)

    @property
    def is_acceptance(self) -> bool:
        """Tell whether it says in so many words that the letter was taken, and nothing else."""
        return self.result == "true" and self.advice.lower() == "received" and not (self.fault or self.text)

    @property
    def is_refusal(self) -> bool:
        """Tell whether it says in so many words that the letter was not taken. Result true with a fault is neither."""
        return self.result != "true" and bool(self.result == "false" or self.fault or self.text)


def read_response(content: bytes) -> Response | None:
    """Read a kombi_response; None where the content is none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.getroottree().docinfo.internalDTD is not None or root.tag != "kombi_response":
        return None
    elements = islice(root.iter("{*}*"), _MOST_ELEMENTS)
    return _response([(str(one.tag).rpartition("}")[2], (one.text or "").strip()) for one in elements])


def _response(named: list[tuple[str, str]]) -> Response:
    texts = dict(reversed(named))  # of two with the same name the first counts
    return Response(
        result=texts.get("Result", "").lower(),
        transmission=code_of(texts.get("TransmissionID", "")),
        advice=texts.get("AdvisTekst", ""),
        fault=code_of(texts.get("FejlKode") or texts.get("ErrorCode") or texts.get("FejlId") or ""),
        text=texts.get("FejlTekst") or texts.get("ErrorText") or "",
    )


def code_of(text: str) -> str:
    """Give a code of the other end's as it may be shown and logged: short, one word, masked."""
    return mask(re.sub(r"[^\w.:/-]+", "_", text.strip())[:_LONGEST_CODE])
