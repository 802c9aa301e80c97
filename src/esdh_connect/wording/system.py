"""Styresystemets fejl: what is wrong with a file or a folder, where the operating system would say it in English."""

from __future__ import annotations

import errno
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
}


def system(error: OSError) -> str:
    """Tell in a few words what an error of the operating system is, as a part of a sentence."""
    number = error.errno or 0
    return _WORDS.get(number, f"styresystemets fejl {errno.errorcode.get(number, number)}")
