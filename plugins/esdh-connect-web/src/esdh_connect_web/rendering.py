"""How a page is written: one environment of templates for each language, with the design system's icons."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from esdh_connect.errors import ConfigurationError
from esdh_connect_web.english import English
from esdh_connect_web.sentences import is_danish
from esdh_connect_web.texts import LANGUAGES, Language

__all__ = ["check_assets", "environment", "sentence"]

_FORMS = ("ago", "clock", "date", "duration", "kroner", "moment", "money", "number", "percent", "share", "size")
_ICON = re.compile(r'<svg xmlns="[^"]+" (viewBox="[^"]+")[^>]*>(.*)</svg>', re.DOTALL)


def environment(language: Language, english: English | None = None) -> Environment:
    """
    Templates in one language. A name that a page does not give is an error, and what a page gives is escaped.

    ``english`` tells pages in English what the core and plugins say in Danish; without it that is Danish there too.
    """
    made = Environment(
        loader=PackageLoader("esdh_connect_web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # put there by the extension
        language.gettext, language.ngettext, newstyle=True, pgettext=language.pgettext, npgettext=language.npgettext
    )
    made.filters.update({form: getattr(language, form) for form in _FORMS})
    made.filters["sentence"] = sentence
    made.tests["danish"] = is_danish
    spoken = english if language.code == "en" else None
    made.globals.update(lang=language.code, languages=LANGUAGES, icon=icon, english=spoken)
    return made


def check_assets() -> None:
    """Raise where the design system, which is fetched and not kept in the repository, has not been laid in yet."""
    if not _packed("css/dkfds.min.css").is_file():
        raise ConfigurationError(
            "the look of the pages is not there: run `make assets` in the clone this is installed from,"
            " or install a built package of esdh-connect-web"
        )


def sentence(text: str) -> str:
    """Begin with a capital: what the core says after »Der er ikke ændret noget:« stands by itself on a page."""
    return text[:1].upper() + text[1:]


def icon(name: str, label: str = "", classes: str = "") -> Markup:
    """
    One of the design system's icons, drawn in the page itself.

    Without a label it is decoration, which screen readers pass over: then the text beside it must say the same.
    """
    box, drawing = _drawn(name)
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    shape = Markup('<svg class="{}" focusable="false" {} {}>{}</svg>')
    return shape.format(" ".join(["icon-svg", *classes.split()]), told, box, drawing)


@cache
def _drawn(name: str) -> tuple[Markup, Markup]:
    """The box and the paths of an icon."""
    found = _ICON.fullmatch(_packed(f"img/svg-icons/{name}.svg").read_text(encoding="utf-8").strip())
    if not found:
        raise ValueError(f"the icon {name} is not drawn as expected")
    return Markup(found[1]), Markup(found[2])  # noqa: S704 - the package's own file


def _packed(name: str) -> Traversable:
    return files("esdh_connect_web") / "static" / "fds" / name
