"""
På engelsk: what the core and plugins said in Danish, told in English where its English is known.

A sentence comes finished – from the outbox it may come years later – so it is taken apart again: it is compared with
the templates its package has in ``english.po``, and so are the values in it, and theirs. What no template knows is a
name, a number, what somebody wrote, or a plugin's own: it stays as it is, and the page says that it is Danish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import islice, pairwise

import attrs

from esdh_connect.connect import Connect
from esdh_connect_web.sentences import is_danish, read
from esdh_connect_web.texts import Language, language

__all__ = ["English", "Piece", "catalogues_of"]

_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905
_DAY = re.compile(rf"(\d{{1,2}})\. ({'|'.join(_MONTHS)}) (\d{{4}})(?: kl\. (\d\d)\.(\d\d))?")
_NUMBER = re.compile(r"(-?\d{1,3}(?:\.\d{3})*|-?\d+)(,\d+)?(\s?(?:%|byte|kB|MB|GB))?")
_VALUE = re.compile(r"\{(\d+)(?::(ours))?\}")
_END = ".!?:"
#: Between parts that may each have been put there by another.
_BETWEEN = re.compile(
    rf"(?<=[.!?])(?<!kl\.) +(?!(?:{'|'.join(_MONTHS)}) )|: |; |, og at |, og |, | og | eller | – | (?=\()|(?<=\)) "
)
_GLUE = {", og at ": ", and that ", ", og ": ", and ", " og ": " and ", " eller ": " or "}
_AND = "og"  # stands in many a name: Kultur og Fritid
#: A template with fewer letters of its own says little: it counts only where its values are known.
_FEW = 8
#: A longer text than this is no sentence of ours, and so deep is nothing put together.
_LONGEST, _DEEPEST = 2_000, 6
#: So often a text of ours can be cut, and so many templates are tried for it at the most: others wrote the rest, and a
#: page is not kept waiting by what they wrote.
_MOST_CUTS, _MOST_STEPS = 40, 4_000
#: So many words a name has, with the id beside it; and how one is written.
_LONGEST_NAME = 5
_NAME = re.compile(r"[^\W\d_a-zæøå][\w.'’-]*(?: (?:[^\W\d_a-zæøå][\w.'’-]*|af|von|van))*(?: \([^\s()]+\))?")


@attrs.frozen
class Piece:
    """A part of what is shown; ``danish`` where it has no English."""

    text: str
    danish: bool = False


@attrs.frozen
class _Told:
    """A way to tell a text, and how much of it nobody knew."""

    pieces: tuple[Piece, ...]
    unknown: int


@attrs.define(eq=False)
class _Work:
    """What is known of the parts of one text, and how many steps are left for it."""

    known: dict[str, _Told] = attrs.field(factory=dict)
    left: int = _MOST_STEPS


@attrs.frozen(eq=False)
class _Template:
    """A Danish text with values, and its English; ``word`` is one that it always has."""

    danish: re.Pattern[str]
    word: str
    letters: int
    names: tuple[bool, ...]
    said: str
    english: str

    @classmethod
    def of(cls, danish: str, english: str) -> _Template:
        parts = _VALUE.split(danish)[::3]
        names = tuple(a.endswith("»") and b.startswith("«") for a, b in pairwise(parts))
        stretches = [_first_either_way(parts[0])]
        for name, part in zip(names, parts[1:], strict=True):
            if name:
                stretches[-1] += f"([^«»]*){re.escape(part)}"
            else:
                stretches.append(f"(.*?){re.escape(part)}")
        letters = sum(map(str.isalpha, "".join(parts)))
        whole = (word for word in _words("_".join(parts)) if "_" not in word)
        longest = max(whole, key=len, default="")
        return cls(_pattern(stretches), longest, letters, names, danish, english)


class English:
    """Tells sentences in English. Made once for an installation, of what its packages bring."""

    def __init__(self, catalogues: Iterable[Mapping[str, str]]) -> None:
        said: dict[str, str] = {}
        for one in catalogues:
            said = {**{danish: english for danish, english in one.items() if not _is_kept(danish, english)}, **said}
        self._phrases = {_bare(danish): _bare(english) for danish, english in said.items() if not _VALUE.search(danish)}
        self._templates: dict[str, list[_Template]] = {}
        for danish, english in said.items():
            if _VALUE.search(danish):
                template = _Template.of(_bare(danish), _bare(english))
                self._templates.setdefault(template.word, []).append(template)
        self._language: Language = language("en")
        self._remembered = lru_cache(maxsize=4096)(self._pieces)

    def tell(self, sentence: str) -> Sequence[Piece]:
        """Give a text in English, piece by piece; what has no English is a piece by itself."""
        return self._remembered(sentence) if len(sentence) <= _LONGEST else (Piece(sentence, danish=True),)

    def _pieces(self, sentence: str) -> tuple[Piece, ...]:
        return tuple(_joined(self._told(sentence, _Work(), 0).pieces))

    def _told(self, text: str, work: _Work, depth: int) -> _Told:
        """Give the best way to tell a text: the one that leaves the least unknown."""
        if text in work.known:
            return work.known[text]
        kept = _Told((Piece(text, danish=any(map(str.isalpha, text))),), len(text))
        core = text.strip()
        if not core or depth > _DEEPEST or work.left <= 0:
            return kept
        before, after = text[: text.index(core)], text[text.index(core) + len(core) :]
        best = kept
        for one in self._ways(core, work, depth):
            if one.unknown < best.unknown:
                best = one
            if not best.unknown:
                break
        if best is not kept:
            best = _Told((Piece(before), *best.pieces, Piece(after)), best.unknown)
        work.known[text] = best
        return best

    def _ways(self, text: str, work: _Work, depth: int) -> Iterator[_Told]:
        """Give each way a text can be told: as a whole, and in two parts."""
        figure = self._figure(text)
        if figure is not None:
            yield _Told((Piece(figure),), 0)
            return
        yield from self._as_phrase(text)
        yield from self._enclosed(text, work, depth)
        words = {"", *_words(text)}
        likely = sorted((one for word in words for one in self._templates.get(word, ())), key=lambda one: -one.letters)
        work.left -= 1 + len(likely)
        for end in ("", text[-1]) if text[-1] in _END else ("",):
            body = text.removesuffix(end)
            for template in likely:
                if found := template.danish.fullmatch(body):
                    yield from self._filled(template, found, end, work, depth)
        yield from self._in_two(text, work, depth)

    def _as_phrase(self, text: str) -> Iterator[_Told]:
        for end in ("", text[-1]) if text[-1] in _END else ("",):
            body = text.removesuffix(end)
            for known in (body, body[:1].lower() + body[1:], body[:1].upper() + body[1:]):
                if known in self._phrases:
                    yield _Told((Piece(_as_begun(self._phrases[known], known, body) + end),), 0)

    def _enclosed(self, text: str, work: _Work, depth: int) -> Iterator[_Told]:
        """Give what stands in brackets, what is quoted where it is ours, and what follows upon a name."""
        if text[0] + text[-1] == "()":
            inner = self._told(text[1:-1], work, depth + 1)
            yield _Told((Piece("("), *inner.pieces, Piece(")")), inner.unknown)
        if text[0] + text[-1] == "»«" and " " in text and text[1:-1] in self._phrases:
            yield _Told((Piece(f"“{self._phrases[text[1:-1]]}”"),), 0)
        elif text[0] + text[-1] == "»«":
            yield _Told((Piece("“"), Piece(text[1:-1], danish=True), Piece("”")), len(text) - 2)
        for space in islice(re.finditer(" ", text), _LONGEST_NAME):
            name, rest = text[: space.start()], text[space.end() :].removesuffix(".")
            if " " in rest and rest[0].islower() and rest in self._phrases and _is_name(name):
                end = "." * text.endswith(".")
                yield _Told((Piece(name, danish=True), Piece(f" {self._phrases[rest]}{end}")), len(name))

    def _filled(self, template: _Template, found: re.Match[str], end: str, work: _Work, depth: int) -> Iterator[_Told]:
        """Give the English of a template with its values, each told for itself. A name in quotes stays as it is."""
        values = [self._told(value, work, depth + 1) for value in found.groups()]
        pieces: list[Piece] = []
        parts, unknown = _VALUE.split(template.english), 0
        for at in range(0, len(parts), 3):
            pieces.append(Piece(parts[at]))
            if at + 1 < len(parts):
                number, ours = int(parts[at + 1]), parts[at + 2] is not None
                is_name = template.names[number] and not ours
                written = found.group(number + 1)
                pieces += [Piece(written, danish=any(map(str.isalpha, written)))] if is_name else values[number].pieces
        for number, value in enumerate(values):
            unknown += 0 if template.names[number] else value.unknown
        if template.letters < _FEW and any(piece.danish and is_danish(piece.text) for piece in pieces):
            return
        pieces[0] = Piece(_as_begun(pieces[0].text, template.said, found.string))
        yield _Told((*pieces, Piece(end)), unknown)

    def _in_two(self, text: str, work: _Work, depth: int) -> Iterator[_Told]:
        """Give a text cut where one part ends: a sentence may be unknown, a part of one only where it is no Danish."""
        cuts = list(_BETWEEN.finditer(text))
        for cut in cuts if len(cuts) <= _MOST_CUTS else ():
            first, rest = self._told(text[: cut.start()], work, depth + 1), text[cut.end() :]
            if _strange(first) and text[cut.start() - 1] not in ".!?":
                continue
            second = self._told(rest, work, depth)
            if _strange(second) and cut[0].strip() not in ("", ":"):
                continue
            if _AND in cut[0] and (_unknown(first) or _unknown(second)):
                continue
            glue = Piece(_GLUE.get(cut[0], cut[0]))
            yield _Told((*first.pieces, glue, *second.pieces), first.unknown + second.unknown)

    def _figure(self, text: str) -> str | None:
        """Give a day, a time or a number as English has it."""
        if found := _DAY.fullmatch(text):
            day = self._language.date(date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])))
            return f"{day} at {found[4]}:{found[5]}" if found[4] else day
        if found := _NUMBER.fullmatch(text):
            return found[1].replace(".", ",") + (found[2] or "").replace(",", ".") + (found[3] or "")
        return None


def catalogues_of(post: Connect) -> Iterator[Mapping[str, str]]:
    """Give what the core and each plugin that is loaded here bring in ``english.po``."""
    plugins = (post.plugins.get(name) for name in post.plugins.names)
    ours = (type(one).__module__.partition(".")[0] for one in plugins)
    for name in dict.fromkeys(("esdh_connect", "esdh_connect_web", *ours)):
        package = find_spec(name)
        if package is not None and package.submodule_search_locations:
            yield read(files(name))


def _pattern(stretches: Sequence[str]) -> re.Pattern[str]:
    """
    Put a pattern together of stretches that each begin with a value.

    Where a stretch is found first it leaves the most room for the others, so no other place for it has to be tried:
    that is what ``(?>`` says, and no text takes longer than its length.
    """
    first, *more = stretches
    return re.compile(first + "".join(f"(?>{one})" for one in more[:-1]) + "".join(more[-1:]), re.DOTALL)


def _is_kept(danish: str, english: str) -> bool:
    """Tell whether a text is the same in both and yet Danish: it is no sentence, or shown to nobody."""
    return danish == english and is_danish(danish)


def _is_name(text: str) -> bool:
    """Tell whether a text can be what somebody is called: Danish letters alone make no sentence of it."""
    return _NAME.fullmatch(text) is not None or not is_danish(text)


def _unknown(told: _Told) -> bool:
    """Tell whether nothing of a text is known; quoted it would be a name."""
    return all(piece.danish for piece in told.pieces)


def _strange(told: _Told) -> bool:
    """Tell whether a text is wholly unknown, and looks like Danish rather than a name."""
    return len(told.pieces) == 1 and told.pieces[0].danish and is_danish(told.pieces[0].text)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Put neighbours of one language together."""
    last: Piece | None = None
    for one in pieces:
        if last is not None and (last.danish == one.danish or not one.text.strip()) and not last.danish:
            last = Piece(last.text + one.text)
        elif one.text:
            if last is not None:
                yield last
            last = one
    if last is not None:
        yield last


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _bare(text: str) -> str:
    return text.strip().removesuffix(".") if text.strip() != "." else text


def _first_either_way(part: str) -> str:
    """A pattern for a text whose first letter may be large or small."""
    first = part[:1]
    return f"[{first.lower()}{first.upper()}]{re.escape(part[1:])}" if first.isalpha() else re.escape(part)


def _as_begun(english: str, known: str, written: str) -> str:
    """Begin with a large or a small letter as the Danish was written, where that is not as it is known."""
    if known[:1] == written[:1] or known[:1].lower() != written[:1].lower():
        return english
    return (english[:1].upper() if written[:1].isupper() else english[:1].lower()) + english[1:]
