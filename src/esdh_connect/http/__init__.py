"""
HTTPS to a service that takes letters. ``client`` makes the calls, ``outcome`` says what came of them.

``route`` tells how far a connection gets. The one place that knows requests; import it only when something is to be
sent or looked up.
"""

from esdh_connect.http.client import Body, Client
from esdh_connect.http.outcome import FAULTS, STATUSES, Answer, Meaning
from esdh_connect.http.route import Step, Stepped, walk

__all__ = ["FAULTS", "STATUSES", "Answer", "Body", "Client", "Meaning", "Step", "Stepped", "walk"]
