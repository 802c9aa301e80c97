"""
HTTPS to a service that takes letters. ``client`` makes the calls, ``outcome`` says what came of them.

``oauth`` keeps access tokens, ``route`` tells how far a connection gets. The one place that knows requests; import it
only when something is to be sent or looked up.
"""

from esdh_connect.http.client import Body, Client
from esdh_connect.http.oauth import Endpoint, GrantRefused, Token, Tokens, basic
from esdh_connect.http.outcome import FAULTS, STATUSES, Answer, Meaning
from esdh_connect.http.route import Step, Stepped, walk

__all__ = [
    "FAULTS",
    "STATUSES",
    "Answer",
    "Body",
    "Client",
    "Endpoint",
    "GrantRefused",
    "Meaning",
    "Step",
    "Stepped",
    "Token",
    "Tokens",
    "basic",
    "walk",
]
