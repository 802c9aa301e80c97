"""
The wire format, under its own official names: MeMo 1.2, ForsendelseI, kombi_request and kombi_response.

Values go in, a body of known length comes out; it is the same, byte by byte, each time the same dispatch is
written. Only ``kombi.read_response`` reads.
"""

from esdh_connect_serviceplatformen.wire.element import Body
from esdh_connect_serviceplatformen.wire.forsendelse import forsendelse
from esdh_connect_serviceplatformen.wire.kombi import Response, read_response, request
from esdh_connect_serviceplatformen.wire.memo import message, short_message

__all__ = ["Body", "Response", "forsendelse", "message", "read_response", "request", "short_message"]
