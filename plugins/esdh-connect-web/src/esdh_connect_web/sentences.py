"""
Sætninger: the Danish that a package says in its own modules, and the English beside it in its ``english.po``.

The core and plugins write Danish, and no page is known to them. So their sentences are read from their source: each
text that is Danish, with ``{0}`` for what is put into it. What is on paper only, or typed, is said in Danish alone.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import count
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

__all__ = ["ENGLISH", "gathered", "is_danish", "lacking", "read", "write", "written"]

#: Where a package has the English of its sentences: beside its ``__init__.py``.
ENGLISH = "english.po"
#: Words that Danish has and English has not, and the other way round.
_DANISH_WORDS = """
adresse af afdeling afdelinger afdelingen alle allerede alt blev bliver brev breve brevet den der det dokument
dokumenter du eller en endnu er et for fordi fra før gang har hvad hver hvis hvor hvornår ikke imod ind indtil ingen
intet kan kanal kanalen kommer kun kunne lige med mere minutter modtager modtageren mangler må ned nej ny nye når og
også om op på sendes sendt side siden skal som spørg svar svarer timer til uden ukendt under ved venter vil være
"""
_ENGLISH_WORDS = """
a an and are be been but by cannot for from has have is it its no not of one or that the their there these this to
under was were what which will with
"""
_DANISH, _ENGLISH = (frozenset(words.split()) for words in (_DANISH_WORDS, _ENGLISH_WORDS))
_LETTERS = re.compile(r"[æøåÆØÅ»«]")
#: No sentence: a pattern, a list over several lines, an address.
_NO_SENTENCE = re.compile(r"\n|\\|\(\?|://|^[»«{}\d\W]*$|^.?$|^[^ ]*[/_|\[][^ ]*$|/Artifact|^BT |^<p>")
#: Modules that no page shows a word of: what they say is typed, on paper or for tests, or is how sentences are read.
_UNSEEN = frozenset(
    {
        *("cli", "command", "commands", "example", "proof", "revisions", "testing", "year"),
        *("esdh_connect_bridge/checking", "esdh_connect_web/english", "esdh_connect_web/sentences"),
    }
)


def gathered(package: Path) -> dict[str, None]:
    """Every Danish text in the modules of a package, in their order, with ``{0}``, ``{1}`` … for values."""
    return {text: None for text in _texts(package) if is_danish(text)}


def is_danish(text: str) -> bool:
    """Tell whether a text is likely to be Danish, and to be read by somebody."""
    if _NO_SENTENCE.search(text):
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    danish = sum(word in _DANISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    return danish > english or (danish == english and _LETTERS.search(text) is not None)


def lacking(package: Path) -> list[str]:
    """Give what a package says that has no English in its ``english.po``, or one that leaves out a value."""
    said = read(package)
    return [text for text in gathered(package) if not said.get(text) or values(said[text]) - values(text)]


def values(text: str) -> set[str]:
    """Give the numbers of the values in a text."""
    return set(re.findall(r"\{(\d+)(?::ours)?\}", text))


def read(package: Traversable) -> dict[str, str]:
    """Give the English of each Danish text that a package brings; nothing where it brings none."""
    source = package / ENGLISH
    if not source.is_file():
        return {}
    catalogue = read_po(io.BytesIO(source.read_bytes()), locale="en", abort_invalid=True)
    return {str(one.id): str(one.string) for one in catalogue if one.id and one.string and not one.fuzzy}


def written(package: Path) -> str:
    """
    Give the ``english.po`` of a package as it is now: texts that are gone are left out, new ones lack their English.

    A text that nobody could tell for Danish, such as a lone word, is added by hand and stays while it is in the source.
    """
    before, there = read(package), dict.fromkeys(_texts(package))
    wanted = gathered(package) | {text: None for text in there if text in before}
    catalogue = Catalog(locale="en", charset="utf-8")
    for text in sorted(wanted):
        catalogue.add(text, before.get(text, ""))
    out = io.BytesIO()
    write_po(out, catalogue, no_location=True, omit_header=True, width=120)
    return out.getvalue().decode()


def _texts(package: Path) -> Iterator[str]:
    """Every text in the modules of a package that is no docstring."""
    for path in sorted(package.rglob("*.py")):
        where = path.relative_to(package).with_suffix("").parts
        if not _UNSEEN.intersection((*where, f"{package.name}/{where[0]}")):
            yield from _in(ast.parse(path.read_bytes()))


def _in(tree: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(tree):
        match child:
            case ast.Expr(value=ast.Constant()):  # a docstring
                continue
            case ast.Constant(value=str(text)):
                yield _numbered(text)
            case ast.JoinedStr():
                yield _template(child)
        yield from _inside(child) if isinstance(child, ast.JoinedStr) else _in(child)


def _template(text: ast.JoinedStr) -> str:
    return _numbered("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values))


def _numbered(text: str) -> str:
    """Number the values of a text: those of `str.format` too."""
    number = count()
    return re.sub(r"\{\w*\}", lambda _: f"{{{next(number)}}}", text)


def _inside(text: ast.JoinedStr) -> Iterator[str]:
    """The texts within the values of a text."""
    for part in text.values:
        if isinstance(part, ast.FormattedValue):
            yield from _in(part)


def write(*packages: Path) -> None:
    """Write the ``english.po`` of packages anew, and say what each lacks."""
    for package in packages:
        text = written(package)
        if text:
            (package / ENGLISH).write_text(text, encoding="utf-8", newline="\n")
        without = lacking(package)
        print(f"texts: {package.name}: {len(read(package))} sentences, {len(without)} missing", *without, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    write(*(Path(str(files(name))) for name in sys.argv[1:]))
