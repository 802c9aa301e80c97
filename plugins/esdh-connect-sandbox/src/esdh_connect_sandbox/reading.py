"""
Reading a ``kombi_request`` as it streams by: nothing of it is kept but its short texts and the sizes of its files.

Elements are checked against the grammars while they come. The first flaw of each part is what is reported, as a
schema-validating reader would; after it, that part is read on for its identifiers only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import attrs
from lxml import etree

from esdh_connect_sandbox import fjernprint, memo
from esdh_connect_sandbox.grammar import START, Grammar, Model, local_name, read_grammar
from esdh_connect_sandbox.values import LONGEST, VALUES, Base64Count, is_scheme

__all__ = ["Flaw", "Letter", "Part", "read"]

Part = Literal["envelope", "memo", "print"]

# The sandbox's own bounds: no client's message comes near them, and memory stays flat whatever is sent.
_MOST_ELEMENTS = 20_000
_DEEPEST = 32

_MESSAGE = f"{{{memo.MEMO}}}Message"
_SHIPMENTS = f"{{{fjernprint.FJERNPRINT}}}ForsendelseISamling"
_PARTS: dict[str, Part] = {_MESSAGE: "memo", _SHIPMENTS: "print"}
_SCHEMA_HINTS = {
    "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
    "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation",
}
_DECLARATION = re.compile(
    rb"\A(?:\xef\xbb\xbf)?<\?xml\s+version\s*=\s*([\"'])1\.[01]\1\s+encoding\s*=\s*([\"'])utf-8\2[^>]{0,40}\?>",
    re.IGNORECASE,
)

# Which of the two parts comes first is not documented: clients in production send the message first.
_ENVELOPE = read_grammar(
    """kombi_request = KombiValgKode/kombi
    (memo:Message fp:ForsendelseISamling? | fp:ForsendelseISamling memo:Message?)""",
    {"": "", "memo": memo.MEMO, "fp": fjernprint.FJERNPRINT},
)


@attrs.frozen
class Flaw:
    """What is wrong: a dotted code, and a text that names elements but never what stands in them."""

    code: str
    text: str


@attrs.frozen(repr=False)
class Letter:
    """
    What was read. Paths are local names joined by ``/``, beginning below ``kombi_request``.

    It has no repr: the texts hold the recipient's CPR number.
    """

    texts: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[Base64Count]]
    elements: frozenset[str]
    flaws: Mapping[Part, Flaw]

    def text(self, path: str) -> str:
        """Give the first text at a path, '' where there is none."""
        return next(iter(self.texts.get(path, ())), "")

    def has(self, path: str) -> bool:
        """Tell whether there is an element, of text or with children, at a path."""
        return path in self.elements

    def encoded(self, part: str) -> int:
        """Give how many characters of base64 are under a path."""
        return sum(file.encoded for path, files in self.files.items() if path.startswith(part) for file in files)


def read(pieces: Iterable[bytes]) -> Letter:
    """Read a request. What is not UTF-8 XML is a flaw of the envelope; nothing is raised for what was sent."""
    walk = _Walk()
    parser = etree.XMLParser(
        target=walk,  # type: ignore[arg-type]  # the stubs ask a target for more than lxml does
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
    )
    try:
        _feed(parser, pieces)
    except _Unreadable as error:
        walk.blame("envelope", "sandbox.xml.not.readable", str(error))
    except etree.XMLSyntaxError as error:
        walk.blame("envelope", "sandbox.xml.not.readable", f"not well-formed XML, line {error.lineno}")
    return walk.letter()


class _Unreadable(Exception):
    pass


def _feed(parser: etree.XMLParser, pieces: Iterable[bytes]) -> None:
    declared = False
    for piece in pieces:
        if not declared and not _DECLARATION.match(piece):
            raise _Unreadable("the body must begin with an XML declaration that says UTF-8")
        declared = True
        parser.feed(piece)
    parser.close()


@attrs.define
class _Open:
    """An element that has begun and not ended."""

    tag: str
    path: str
    part: Part
    model: Model | None = None
    type: str | None = None
    at: int = START
    length: int = 0
    pieces: list[str] = attrs.Factory(list)
    file: Base64Count | None = None


class _Walk:
    """What lxml's parser calls; the names are its own."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._memo = memo.GRAMMARS[memo.NEWEST]
        self._texts: dict[str, list[str]] = {}
        self._files: dict[str, list[Base64Count]] = {}
        self._elements: set[str] = set()
        self._flaws: dict[Part, Flaw] = {}
        self._count = 0

    def letter(self) -> Letter:
        return Letter(self._texts, self._files, frozenset(self._elements), self._flaws)

    def blame(self, part: Part, code: str, text: str) -> None:
        self._flaws.setdefault(part, Flaw(code, text))

    def doctype(self, *_: object) -> None:
        raise _Unreadable("a DOCTYPE is not allowed")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        parent = self._stack[-1] if self._stack else None
        opened = self._opened(tag, parent)
        self._stack.append(opened)
        self._elements.add(opened.path)
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._stack) > _DEEPEST:
            raise _Unreadable(f"more than {_MOST_ELEMENTS} elements, or deeper than {_DEEPEST}")
        if tag == _MESSAGE:
            self._memo = memo.GRAMMARS.get(attributes.get("memoVersion", ""), self._memo)
        if parent is not None:
            self._step(parent, tag)
        elif tag != "kombi_request":
            self.blame("envelope", "sandbox.envelope", f"the root is <{local_name(tag)}>, not <kombi_request>")
        self._define(opened)
        self._check_attributes(opened, attributes)

    def data(self, text: str) -> None:
        if not self._stack:
            return
        opened = self._stack[-1]
        if opened.file is not None:
            opened.file.feed(text)
            return
        if opened.model is not None:
            if text.strip(" \t\r\n"):
                self._structure(opened, f"<{local_name(opened.tag)}> holds elements, not text")
        elif opened.length < LONGEST:
            opened.pieces.append(text[:LONGEST])
            opened.length += len(text)

    def end(self, _tag: str) -> None:
        opened = self._stack.pop()
        if opened.file is not None:
            self._end_file(opened, opened.file)
        elif opened.model is not None:
            self._end_children(opened, opened.model)
        else:
            self._end_text(opened)

    def close(self) -> None:
        pass

    def _opened(self, tag: str, parent: _Open | None) -> _Open:
        if parent is None:
            return _Open(tag, "", "envelope")
        path = f"{parent.path}/{local_name(tag)}".lstrip("/")
        part = _PARTS.get(tag, parent.part) if len(self._stack) == 1 else parent.part
        return _Open(tag, path, part)

    def _grammar(self, part: Part) -> Grammar:
        return {"envelope": _ENVELOPE, "memo": self._memo, "print": fjernprint.GRAMMAR}[part]

    def _define(self, opened: _Open) -> None:
        grammar = self._grammar(opened.part)
        opened.model = grammar.models.get(opened.tag)
        opened.type = grammar.types.get(opened.tag)
        if opened.type == "base64":
            opened.file = Base64Count()

    def _step(self, parent: _Open, tag: str) -> None:
        name = local_name(tag)
        if parent.model is None:
            if parent.type:
                self._structure(parent, f"<{local_name(parent.tag)}> holds text, not <{name}>")
            return
        at = parent.model.step(parent.at, tag)
        if at is None:
            possible = ", ".join(f"<{other}>" for other in parent.model.possible(parent.at)) or "none"
            where = local_name(parent.tag)
            self._structure(parent, f"<{name}> may not come here in <{where}>; possible: {possible}")
            return
        parent.at = at

    def _structure(self, opened: _Open, text: str) -> None:
        codes = {"envelope": "sandbox.envelope", "memo": "memo.invalid", "print": "sandbox.forsendelse.invalid"}
        self.blame(opened.part, codes[opened.part], text)

    def _check_attributes(self, opened: _Open, attributes: Mapping[str, str]) -> None:
        given = {name: text for name, text in attributes.items() if name not in _SCHEMA_HINTS}
        name = local_name(opened.tag)
        if opened.tag == _MESSAGE:
            if given not in ({"memoVersion": "1.2"}, {"memoVersion": "1.1", "memoSchVersion": "1.1.0"}):
                self._structure(opened, 'Message says memoVersion="1.2", or "1.1" with memoSchVersion="1.1.0"')
        elif opened.tag == fjernprint.COUNTRY:
            if set(given) != {"scheme"} or not is_scheme(given["scheme"]):
                self._structure(opened, f"<{name}> has one attribute, scheme: one of four names")
        elif given:
            self._structure(opened, f"<{name}> has no attributes")

    def _end_children(self, opened: _Open, model: Model) -> None:
        if not model.may_end(opened.at):
            missing = ", ".join(f"<{other}>" for other in model.possible(opened.at))
            self._structure(opened, f"<{local_name(opened.tag)}> ends too early; expected: {missing}")

    def _end_text(self, opened: _Open) -> None:
        text = "".join(opened.pieces)[:LONGEST]
        self._texts.setdefault(opened.path, []).append(text)
        if opened.type and not VALUES[opened.type](text):
            self._structure(opened, f"<{local_name(opened.tag)}> does not hold a text of type {opened.type}")

    def _end_file(self, opened: _Open, file: Base64Count) -> None:
        self._files.setdefault(opened.path, []).append(file)
        if not file.is_valid:
            self._structure(opened, f"<{local_name(opened.tag)}> does not hold base64")
