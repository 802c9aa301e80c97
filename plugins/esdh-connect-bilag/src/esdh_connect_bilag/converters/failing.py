"""What it means for a document that a child process gave nothing back, and what a result was made with."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag.apart import Failed

__all__ = ["unreadable", "versions"]

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


def versions(own: str, *packages: str) -> str:
    """Write down which code made a result: our own revision of it, and the packages it uses."""
    return " ".join([own, *(f"{package} {_version(package)}" for package in packages)])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
