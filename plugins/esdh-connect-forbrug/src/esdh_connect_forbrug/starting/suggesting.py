"""
Forslag: what the system saw in the week before the list was made up, as a question; the department says what it is.

There is no number in it: it would be one of fewer than five people.
"""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect.usage import UsageKind

__all__ = ["suggested"]


def suggested(seen: Mapping[UsageKind, int]) -> str:
    """Give the question; nothing where nothing was seen."""
    if seen.get(UsageKind.FAILED):
        return "Mislykkede forsøg i ugen før – certifikat?"
    if seen.get(UsageKind.CANCELLED):
        return "Der er fortrudt breve i ugen før – bilag?"
    if seen.get(UsageKind.OPENED) or seen.get(UsageKind.UNUSED):
        return "Send digitalt er åbnet i ugen før, uden at der er sendt – skabeloner eller oplæring?"
    if seen.get(UsageKind.PRINTED):
        return "Der printes stadig lokalt – oplæring?"
    return ""
