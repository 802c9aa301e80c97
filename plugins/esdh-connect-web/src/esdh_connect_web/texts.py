"""
What pages say in the reader's language, and how dates, numbers and money are written in it.

The English text is the name of each text; ``locale/`` has what is shown, in Danish and in English. The catalogues are
read as they were written, so there is nothing to compile and nothing that could be older than they are.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo

import attrs
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_currency, format_decimal, format_percent

__all__ = ["CATALOGUES", "DEFAULT", "LANGUAGES", "N_", "Language", "choose", "lacking", "language"]

#: What a language calls itself, the one first that is shown where nothing else is asked for.
LANGUAGES: Mapping[str, str] = {"da": "Dansk", "en": "English"}
DEFAULT = "da"
DOMAIN = "esdh_connect_web"
#: Where the catalogues are.
CATALOGUES: Traversable = files("esdh_connect_web") / "locale"
HERE = ZoneInfo("Europe/Copenhagen")

_LOCALES = {"da": "da", "en": "en_GB"}  # days before months
_MONEY = {"da": None, "en": "¤¤\xa0#,##0.00"}  # DKK 12.50, not DKK12.50
_WHOLE = {"da": "#,##0\xa0¤", "en": "¤¤\xa0#,##0"}
_THOUSAND = 1000
_NEARLY_ALL = 0.99
#: A value in a text.
_VALUE = re.compile(r"%\((\w+)\)s")


def N_(text: str) -> str:  # noqa: N802 - the name that tools which gather texts know
    """Mark a text that is translated where it is shown."""
    return text


@attrs.frozen(eq=False)
class Language:
    """Sprog: texts, dates and numbers as one language has them. Made once, by :func:`language`."""

    code: str
    _locale: Locale
    _translations: gettext.NullTranslations

    @property
    def gettext(self) -> Callable[[str], str]:
        """A text."""
        return self._translations.gettext

    @property
    def ngettext(self) -> Callable[[str, str, int], str]:
        """A text that counts something."""
        return self._translations.ngettext

    @property
    def pgettext(self) -> Callable[[str, str], str]:
        """A text that needs a context to be understood: `pgettext("a letter", "Open")`."""
        return self._translations.pgettext

    @property
    def npgettext(self) -> Callable[[str, str, str, int], str]:
        """A text that counts something and needs a context."""
        return self._translations.npgettext

    def date(self, day: date, form: str = "long") -> str:
        """``27. november 2026``; `form` is ``short`` for 27.11.2026, ``month`` for november 2026."""
        at = _local(day) if isinstance(day, datetime) else day
        return format_date(at, {"month": "MMMM y"}.get(form, form), self._locale)

    def clock(self, at: datetime) -> str:
        """``09.41``, in Denmark."""
        return format_time(_local(at), "short", locale=self._locale)

    def moment(self, at: datetime, form: str = "long") -> str:
        """``27. november 2026 kl. 09.41``, in Denmark."""
        return self.gettext("%(date)s at %(time)s") % {"date": self.date(at, form), "time": self.clock(at)}

    def ago(self, at: datetime, now: datetime) -> str:
        """``for 5 minutter siden``, ``om 2 timer``."""
        return format_timedelta(_local(at) - _local(now), add_direction=True, locale=self._locale)

    def number(self, value: float | Decimal) -> str:
        """``1.234`` and ``0,5``."""
        return format_decimal(value, locale=self._locale)

    def money(self, kroner: float | Decimal) -> str:
        """``1.234,50 kr.``."""
        return format_currency(kroner, "DKK", _MONEY[self.code], locale=self._locale)

    def percent(self, share: float | Decimal) -> str:
        """``75 %`` for 0.75."""
        return format_percent(share, locale=self._locale)

    def share(self, share: float) -> str:
        """``87 %``, in whole percent; what is not quite all, or not quite nothing, is never rounded to that."""
        if _NEARLY_ALL < share < 1:
            return self.gettext("over %(share)s") % {"share": self.percent(_NEARLY_ALL)}
        if 0 < share < 1 - _NEARLY_ALL:
            return self.gettext("under %(share)s") % {"share": self.percent(1 - _NEARLY_ALL)}
        return self.percent(Decimal(str(share)).quantize(Decimal("0.01"), ROUND_HALF_UP))

    def duration(self, length: timedelta) -> str:
        """``12 sekunder``, ``3 timer``, ``2 dage``: in the unit that suits it, to its nearest whole."""
        if length >= timedelta(hours=36):
            days = round(length / timedelta(days=1))
            return self.ngettext("%(num)s day", "%(num)s days", days) % {"num": self.number(days)}
        if length >= timedelta(minutes=90):
            hours = round(length / timedelta(hours=1))
            return self.ngettext("%(num)s hour", "%(num)s hours", hours) % {"num": hours}
        if length >= timedelta(seconds=90):
            minutes = round(length / timedelta(minutes=1))
            return self.ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
        seconds = round(length / timedelta(seconds=1))
        return self.ngettext("%(num)s second", "%(num)s seconds", seconds) % {"num": seconds}

    def kroner(self, amount: Decimal) -> str:
        """``1.234 kr.``: whole kroner, of a sum where øre say nothing."""
        whole = amount.quantize(Decimal(1), ROUND_HALF_UP)
        return format_currency(whole, "DKK", _WHOLE[self.code], locale=self._locale, currency_digits=False)

    def size(self, bytes_: int) -> str:
        """``812 byte``, ``34 kB``, ``1,2 MB``; a kB is 1000 bytes."""
        if bytes_ < _THOUSAND:
            return self.ngettext("%(n)s byte", "%(n)s bytes", bytes_) % {"n": bytes_}
        if round(bytes_ / _THOUSAND) < _THOUSAND:
            return f"{round(bytes_ / _THOUSAND)} kB"
        megabytes = round(bytes_ / _THOUSAND**2, 1)
        if megabytes < _THOUSAND:
            return f"{self.number(megabytes)} MB"
        return f"{self.number(round(bytes_ / _THOUSAND**3, 1))} GB"


@cache
def language(code: str) -> Language:
    """One of LANGUAGES, read once. Raises KeyError for any other."""
    return Language(code, Locale.parse(_LOCALES[code]), _translations(code))


def choose(accepted: str | None, chosen: str | None = None) -> Language:
    """The language of a page: what the user chose, else the first the browser asks for that we have, else Danish."""
    if chosen in LANGUAGES:
        return language(chosen)
    ranked = sorted((_weighed(part) for part in (accepted or "").split(",")), key=lambda pair: -pair[1])
    wished = (code for code, weight in ranked if weight > 0 and code in LANGUAGES)
    return language(next(wished, DEFAULT))


def lacking(folder: Traversable = CATALOGUES) -> Mapping[str, int | None]:
    """Give how many texts each language lacks that another has; None for a language that cannot be read at all."""
    read: dict[str, frozenset[object] | None] = {}
    wanted: set[object] = set()
    for code in LANGUAGES:
        try:
            catalogue = [one for one in _catalogue(folder, code) if one.id]
        except (OSError, ValueError, PoFileError):
            read[code] = None
            continue
        wanted |= {(one.context, one.id) for one in catalogue}
        read[code] = frozenset((one.context, one.id) for one in catalogue if _says(one))
    return {code: None if said is None else len(wanted - said) for code, said in read.items()}


def _weighed(part: str) -> tuple[str, float]:
    """``en-GB;q=0.8`` is English, wished 0.8. What cannot be read is not wished."""
    tag, _, parameter = part.partition(";")
    code = tag.strip().partition("-")[0].lower()
    name, _, weight = parameter.partition("=")
    if not name.strip():
        return code, 1.0
    try:
        return code, float(weight) if name.strip() == "q" else 0.0
    except ValueError:
        return code, 0.0


def _translations(code: str) -> gettext.GNUTranslations:
    """What the catalogue of a language says; texts that are marked as uncertain are left out."""
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(CATALOGUES, code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _catalogue(folder: Traversable, code: str) -> Catalog:
    source = folder / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_po(io.BytesIO(source.read_bytes()), locale=code, abort_invalid=True)


def _says(message: Message) -> bool:
    """Tell whether a text is translated, in each of its numbers, and takes no value that its English text does not."""
    said = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    taken = {name for one in said for name in _VALUE.findall(one)}
    return not message.fuzzy and bool(said) and all(said) and taken <= set(_VALUE.findall(str(message.id)))


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone cannot be told")
    return at.astimezone(HERE)
