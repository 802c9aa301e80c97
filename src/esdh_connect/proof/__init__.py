"""
Bevispakke: everything that is known of one letter in one zip file, for whoever must see that it was sent.

It holds personal data by purpose, the recipient's CPR number too.
"""

from __future__ import annotations

from esdh_connect.proof.pack import Proof
from esdh_connect.proof.record import Record

__all__ = ["Proof", "Record"]
