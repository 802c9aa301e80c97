"""
Gather the texts of pages and bring both catalogues up to date, and the English of all Danish sentences: `make texts`.

A text that is new stands in the Danish catalogue without a translation until somebody writes it there, and the tests
fail as long. English texts are their own translation. Nothing is guessed from texts that look alike. No times and no
places are written: two branches that add texts then meet in few lines.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from esdh_connect_web import sentences

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parent / "src" / "esdh_connect_web"
DOMAIN = "esdh_connect_web"
SOURCES = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"**.py": {}, "templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
LANGUAGES = ("da", "en")
CHANGING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Report-Msgid-Bugs-To|'
    r"Project-Id-Version|Language-Team):.*\n",
    re.MULTILINE,
)


def main() -> None:
    """Write both catalogues, and say what is missing."""
    wanted = gathered()
    for code in LANGUAGES:
        path = catalogue_of(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = written(brought_up(code, path.read_bytes() if path.exists() else b"", wanted))
        path.write_text(text, encoding="utf-8", newline="\n")
        kept = read_po(io.BytesIO(text.encode()), locale=code)
        missing = [message.id for message in kept if message.id and not said(message)]
        print(f"texts: {code}: {len(wanted)} texts, {len(missing)} missing", *missing, sep="\n  ")
    sentences.write(*packages())


def packages() -> list[Path]:
    """The core and every plugin here that says something in pages; the made-up case system says what a host says."""
    found = [ROOT / "src" / "esdh_connect", *sorted(ROOT.glob("plugins/*/src/esdh_connect_*"))]
    return [one for one in found if (one / "__init__.py").exists() and one.name != "esdh_connect_demo"]


def catalogue_of(code: str) -> Path:
    """Where a language's texts are."""
    return PACKAGE / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def gathered() -> Catalog:
    """Every text that modules and templates show."""
    catalog = Catalog(charset="utf-8")
    for _, _, text, comments, context in extract_from_dir(
        PACKAGE, SOURCES, OPTIONS, comment_tags=("To translators:",), strip_comment_tags=True
    ):
        catalog.add(text, None, auto_comments=comments, context=context)
    return catalog


def brought_up(code: str, before: bytes, wanted: Catalog) -> Catalog:
    """The catalogue of a language with exactly the texts that are wanted."""
    catalog = read_po(io.BytesIO(before), locale=code) if before else Catalog(locale=code, charset="utf-8")
    catalog.update(wanted, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = f"# What pages say in {catalog.locale.english_name}. `make texts` brings it up to date."
    for message in catalog:
        if code == "en" and message.id:
            message.string = message.id
        message.locations = []
    return catalog


def written(catalog: Catalog) -> str:
    """A catalogue as it is kept: sorted, without what changes by itself."""
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, no_location=True, omit_header=False, width=120)
    return CHANGING.sub("", out.getvalue().decode()).replace('#, fuzzy\nmsgid ""\n', 'msgid ""\n')


def said(message: Message) -> bool:
    """Whether a text has a translation, in the plural too."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


if __name__ == "__main__":
    main()
