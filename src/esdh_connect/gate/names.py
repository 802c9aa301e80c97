"""
Navnelighed: whether two ways of writing a name can be the same person's, or company's.

Written are names with and without middle names, with initials, surname first, in capitals, with »aa« for »å« or no
Danish letters at all, and out of a PDF with the words broken anywhere. What is left when all that is taken away must be
the same: who is called something else is somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import combinations, dropwhile

from esdh_connect.gate.danish_names import GIVEN, SURNAMES

__all__ = ["alike", "companies_alike", "company", "folded", "is_known", "words"]

_SPELT = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "ue", "ß": "ss", "ð": "d", "đ": "d", "þ": "th"}
    | {"ł": "l", "ı": "i"}  # noqa: RUF001 - the Turkish letter is meant
)
#: Ukrainian and Russian as passports have it, about.
_CYRILLIC = str.maketrans(
    dict(zip("абвгґдеєзиіїйклмнопрстуфыэ", "abvhgdeeziiiiklmnoprstufye", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia", "ё": "e"}  # noqa: RUF001 - as above
)
#: Those who have no Danish letters write »Soren« or »Soeren«: both fold to the same. Not so »Bæk« and »Bak«, which are
#: two names: »ae« is »a« only in a text that has no Danish letters at all.
_DOUBLES = (("aa", "a"), ("oe", "o"), ("ue", "u"))
#: One name in the spellings of those who wrote it down: »Mohammed«, »Muhamad«.
_ONE = (
    (re.compile(r"m[ou]ham+[ae]d"), "mohamed"),
    (re.compile(r"ahm[ae]d"), "ahmed"),
    (re.compile(r"h[uo]s+[ae]i?n"), "hussein"),
)
HONORIFICS = frozenset(
    """adv advokat arkitekt borgmester byrådsmedlem direktør doktor dr formand formanden frau frk fru frue frøken
    herr hr ingeniør læge mr mrs miss ms overlæge professor præst rektor revisor skoleleder sognepræst
    tandlæge tømrermester murermester""".split()  # noqa: SIM905 - prose is read better than a list
)
_LEGAL = re.compile(
    r"\b(?:a/s|aktieselskab|aps|anpartsselskab|i/s|k/s|p/s|ivs|a\.?m\.?b\.?a|s\.?m\.?b\.?a|f\.?m\.?b\.?a|smba|gmbh|ltd|ab)"
    r"(?![\w/])\.?",
    re.IGNORECASE,
)
_MOST_WORDS = 8


@cache
def _known() -> frozenset[str]:
    return frozenset(map(folded, GIVEN | SURNAMES))


def is_known(word: str) -> bool:
    """Tell whether a word alone is a name in Denmark."""
    return folded(word) in _known()


def folded(word: str) -> str:
    """Write a word with nothing but the letters a to z, the same for all ways to write its Danish ones."""
    text = unicodedata.normalize("NFC", word).casefold().translate(_SPELT).translate(_CYRILLIC)
    text = "".join(sign for sign in unicodedata.normalize("NFD", text) if "a" <= sign <= "z" or sign.isdigit())
    return _single(text)


@cache
def _honorifics() -> frozenset[str]:
    return frozenset(map(folded, HONORIFICS))


def _single(text: str) -> str:
    for double, single in _DOUBLES:
        text = text.replace(double, single)
    for spelt, one in _ONE:
        text = spelt.sub(one, text)
    return text


def words(name: str) -> tuple[str, ...]:
    """Give the words of a name, folded, the surname last; what stands in brackets and how one is titled is left out."""
    bare = re.sub(r"\([^)]*\)|\b[cC]/[oO]\b.*|\bv/.*", " ", name)
    last, comma, first = bare.partition(",")
    parts = re.split(r"[\s\-\u2010-\u2015.'’\u00b4`/]+", f"{first} {last}" if comma else bare)
    found = [folded(part) for part in parts if folded(part)]
    return tuple(dropwhile(_honorifics().__contains__, found))


def alike(written: str, name: str, *, plain: bool = False) -> bool:
    """
    Tell whether what is written can be this person.

    Each word of the shorter one is one of the longer one's, or its initial; of a full name two words at least must be
    there. Broken words count where, taken together, they are a way to write the name. ``plain``: it stands in a text
    that has no Danish letters, so that »a« can be »æ«.
    """
    if "ä" in f"{written}{name}".casefold() or plain:
        pairs = [(_plain(written, plain=plain), _plain(name, plain=plain))]
        return any(_alike(one, other) for one, other in [(written, name), *pairs])
    return _alike(written, name)


def _plain(text: str, *, plain: bool) -> str:
    bare = unicodedata.normalize("NFC", text).casefold().replace("ä", "a")
    return bare.replace("æ", "a").replace("ae", "a") if plain else bare


def _alike(written: str, name: str) -> bool:
    some, whole = words(written), words(name)[:_MOST_WORDS]
    if not some or not whole:
        return False
    return _within(some, whole) or _within(whole, some) or _single("".join(some)) in map(_single, _ways(whole))


def _within(some: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Tell whether all words of ``some`` are in ``whole``, each another, and not initials alone."""
    if len(some) > len(whole) or all(len(word) == 1 for word in some) or (len(some) == 1 < len(whole) and _short(some)):
        return False
    left = list(whole)
    for word in sorted(some, key=len, reverse=True):
        fitting = [one for one in left if one == word] or [one for one in left if _is_initial(word, one)]
        if not fitting:
            return False
        left.remove(fitting[0])
    return True


def _short(some: tuple[str, ...]) -> bool:
    return len(some[0]) == 1


def _is_initial(word: str, other: str) -> bool:
    return 1 in (len(word), len(other)) and word[:1] == other[:1]


def _ways(whole: tuple[str, ...]) -> frozenset[str]:
    """Give a name without gaps in all the ways it is written: middle names left out, the surname first."""
    if len(whole) == 1:
        return frozenset(whole)
    *given, last = whole
    found = {*given}
    for many in range(1, len(given) + 1):
        for some in combinations(given, many):
            found |= {"".join((*some, last)), "".join((last, *some)), *(("".join(some),) if many > 1 else ())}
    return frozenset(found)


def company(text: str) -> str:
    """Give the name of a company without its legal form; nothing where it has none, and so may be a person."""
    bare = _LEGAL.sub(" ", text)
    return " ".join(bare.split()) if bare != text else ""


def companies_alike(written: str, name: str) -> bool:
    """Tell whether it can be this company: all words of the shorter name are in the longer, and not a surname alone."""
    some, whole = ({*words(company(one) or one)} for one in (written, name))
    if not some or not whole:
        return False
    if some == whole or "".join(words(written)) == "".join(words(name)):
        return True
    less = min(some, whole, key=len)
    return (some < whole or whole < some) and not less <= _known()
