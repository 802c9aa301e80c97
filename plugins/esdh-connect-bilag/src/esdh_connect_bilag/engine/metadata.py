"""What the merged file says of itself: document information and XMP (ISO 32000-2, 14.3; ISO 16684-1)."""

from __future__ import annotations

from datetime import datetime
from html import escape

from esdh_connect_bilag.engine.conformance import Claim
from esdh_connect_bilag.engine.parts import Style
from esdh_connect_bilag.engine.values import Value, string_of

__all__ = ["PRODUCER", "write_info", "write_xmp"]

PRODUCER = "esdh_connect"

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
{created}</rdf:Description>
{claims}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_CREATED = "<xmp:CreateDate>{0}</xmp:CreateDate>\n<xmp:ModifyDate>{0}</xmp:ModifyDate>\n"
_PDF_A = """<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part>{level}
</rdf:Description>
"""
_LEVEL = "<pdfaid:conformance>{}</pdfaid:conformance>"
_PDF_UA = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>{}</pdfuaid:part>
</rdf:Description>
"""
#: PDF/A knows XMP's own words only; what else is said must be explained in the file (ISO 19005-1, 6.7.8).
_UA_EXPLAINED = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def write_info(style: Style) -> dict[str, Value]:
    """Write the document information dictionary (14.3.3)."""
    info: dict[str, Value] = {"Title": string_of(style.title), "Producer": string_of(PRODUCER)}
    if style.created:
        info["CreationDate"] = info["ModDate"] = _date(style.created)
    return info


def _date(moment: datetime) -> bytes:
    """Write a date (7.9.4)."""
    zone = f"{moment:%z}" or "+0000"
    return f"D:{moment:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'".encode()


def write_xmp(style: Style, claim: Claim) -> bytes:
    """Write the same, and the claims, as XMP. PDF/A wants both to say the same."""
    claims = ""
    if claim.part:
        level = _LEVEL.format(claim.level) if claim.level else ""
        claims += _PDF_A.format(part=claim.part, level=level)
    if claim.ua:
        claims += (_UA_EXPLAINED if claim.part else "") + _PDF_UA.format(claim.ua)
    created = _CREATED.format(style.created.isoformat(timespec="seconds")) if style.created else ""
    return _PACKET.format(
        title=escape(style.title), language=escape(style.language), producer=PRODUCER, created=created, claims=claims
    ).encode()
