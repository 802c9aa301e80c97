"""
Sagsbehandling: what people do to letters that are held, failed, or still can be stopped. Each act is kept.

The rules stand in :mod:`esdh_connect.deeds`; here they are asked for, on the entry as it is in the outbox.
"""

from __future__ import annotations

from esdh_connect.handling.desk import Handling
from esdh_connect.handling.doors import Doors

__all__ = ["Doors", "Handling"]
