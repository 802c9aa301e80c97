"""What is said of a document that a child gave nothing back for or cannot show, and what a result was made with."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import PackageNotFoundError, version

from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import Finding
from esdh_connect_bilag.apart import Failed

__all__ = ["signs_missing", "unreadable", "versions"]

_NAMED_AT_MOST = 5
_INSTEAD = "Gem det som PDF, og vælg PDF-filen i stedet"


def unreadable(error: Failed, what: str) -> UnreadableDocument:
    """Say it of ``what`` (»billedet«), in Danish, with what to do."""
    danish = {
        "started": "konverteringen kunne ikke startes på serveren. Spørg administratoren",
        "time": f"{what} tog for lang tid. {_INSTEAD}",
        "memory": f"{what} er for stort. {_INSTEAD}",
        "size": f"{what} bliver for stort. {_INSTEAD}",
        "crashed": f"{what} kunne ikke læses. {_INSTEAD}",
    }
    return UnreadableDocument(str(error), danish=danish.get(error.reason, error.detail))


def signs_missing(missing: Counter[str], how: str) -> tuple[Finding, ...]:
    """Tell of characters that no font has, and ``how`` they are shown; nothing where there are none."""
    if not missing:
        return ()
    named = [f"U+{ord(sign):04X}" for sign, _ in missing.most_common(_NAMED_AT_MOST)]
    more = " …" if len(missing) > _NAMED_AT_MOST else ""
    text = (
        f"{missing.total()} tegn kan ikke vises og står som {how}: {', '.join(named)}{more}. Skal de med, så læg "
        "teksten ved som PDF"
    )
    return (Finding("signs_missing", text, acts="caseworker"),)


def versions(own: str, *packages: str) -> str:
    """Write down which code made a result: our own revision of it, and the packages it uses."""
    return " ".join([own, *(f"{package} {_version(package)}" for package in packages)])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
