"""Styresystemets fejl: what is wrong with a file or a folder, where the operating system would say it in English."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Mapping

__all__ = ["system"]

_WORDS: Mapping[int, str] = {
    errno.ENOENT: "findes ikke",
    errno.EISDIR: "det er en mappe",
    errno.ESPIPE: "det er ikke en fil, men et rør eller en enhed",
    errno.ENOTDIR: "en del af stien er ikke en mappe",
    errno.EACCES: "adgang nægtet",
    errno.EPERM: "adgang nægtet",
    errno.EEXIST: "findes allerede",
    errno.ENOSPC: "der er ikke mere plads på disken",
    errno.EDQUOT: "der er ikke mere plads til denne bruger",
    errno.EROFS: "der kan kun læses dér",
    errno.ENAMETOOLONG: "navnet er for langt",
    errno.ELOOP: "stien går i ring",
    errno.EMFILE: "programmet har for mange åbne filer",
    errno.ENFILE: "maskinen har for mange åbne filer",
    errno.EIO: "disken svarer med en fejl",
    errno.EBUSY: "den er i brug",
    errno.EADDRINUSE: "adressen er optaget af et andet program",
    errno.EADDRNOTAVAIL: "adressen er ikke maskinens egen",
    errno.ECONNREFUSED: "ingen svarer dér",
    errno.ECONNRESET: "forbindelsen blev afbrudt",
    errno.EPIPE: "forbindelsen blev afbrudt",
    errno.ETIMEDOUT: "der kom intet svar i tide",
    errno.ENETUNREACH: "der er ingen vej dertil",
    errno.EHOSTUNREACH: "der er ingen vej dertil",
}
#: Why OpenSSL does not trust a certificate, by its own numbers (X509_V_ERR_…).
_DISTRUST: Mapping[int, str] = {
    9: "det gælder ikke endnu",
    10: "det er udløbet",
    18: "det er udstedt af sig selv",
    19: "en udsteder er ikke blandt dem, vi stoler på",
    20: "udstederen er ikke blandt dem, vi stoler på",
    21: "udstederens certifikat mangler",
    23: "det er spærret",
    62: "det er udstedt til et andet navn",
    64: "det er udstedt til en anden adresse",
}


def system(error: Exception) -> str:
    """Tell in a few words what an error of the operating system or the network is, as a part of a sentence."""
    match error:
        case ssl.SSLCertVerificationError():
            return _DISTRUST.get(error.verify_code, f"certifikatet kan ikke godkendes, kode {error.verify_code}")
        case ssl.SSLError():
            return "der kan ikke krypteres med det"
        case TimeoutError():
            return _WORDS[errno.ETIMEDOUT]
        case socket.gaierror() | UnicodeError():
            return "navnet findes ikke"
    number = getattr(error, "errno", None)
    if number:
        return _WORDS.get(number, f"styresystemets fejl {errno.errorcode.get(number, number)}")
    refused = re.search(r"\b[1-5]\d\d\b", str(error))
    return f"svaret var {refused[0]}" if refused else f"fejlen {type(error).__name__}"
