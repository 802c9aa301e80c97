"""
Content models in the short notation of DTDs, compiled to small automata.

A line is ``Name = content``: names in order, ``?`` optional, ``*`` any number, ``+`` one or more, ``{0,4}`` between
zero and four, ``( … | … )`` one of, and ``name/type`` for an element that holds text of a simple type. A name
is that of one element everywhere: neither MeMo nor ForsendelseI gives one name two contents.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping

import attrs

__all__ = ["Grammar", "Model", "local_name", "read_grammar"]

START = -1

_TOKEN = re.compile(r"[\w:]+(?:/\w+)?|\{\d+,\d+\}|[?*+()|]")
_COUNTS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


@attrs.frozen
class _Sequence:
    parts: list[_Tree]


@attrs.frozen
class _Choice:
    branches: list[_Tree]


@attrs.frozen
class _Repeated:
    part: _Tree
    least: int
    most: int | None


_Tree = str | _Sequence | _Choice | _Repeated


def local_name(tag: str) -> str:
    """Give an element's name without its namespace."""
    return tag.rpartition("}")[2]


@attrs.frozen
class Model:
    """Which children an element may have: positions in the notation, and what may follow each (Glushkov)."""

    names: tuple[str, ...]
    follow: Mapping[int, frozenset[int]]
    last: frozenset[int]

    def step(self, at: int, name: str) -> int | None:
        """Give the position reached by a child of that name; None where it may not come now."""
        return min((to for to in self.follow[at] if self.names[to] == name), default=None)

    def may_end(self, at: int) -> bool:
        """Tell whether the element may end here."""
        return at in self.last

    def possible(self, at: int) -> list[str]:
        """Give the names that may come now, without namespaces, in the order of the notation."""
        return list(dict.fromkeys(local_name(self.names[to]) for to in sorted(self.follow[at])))


@attrs.frozen
class Grammar:
    """All elements of a document: those with children, and those with text."""

    models: Mapping[str, Model]
    types: Mapping[str, str]

    def __or__(self, other: Grammar) -> Grammar:
        """Give one grammar with the elements of both."""
        return Grammar({**self.models, **other.models}, {**self.types, **other.types})


def read_grammar(text: str, namespaces: Mapping[str, str]) -> Grammar:
    """Read the notation. ``namespaces`` maps prefixes to URIs, "" is that of names without a prefix."""
    models: dict[str, Model] = {}
    types: dict[str, str] = {}
    for line in re.sub(r"\n\s+", " ", text.strip()).splitlines():
        head, _, content = line.partition("=")
        names = _Names(namespaces, types)
        models[names.qualified(head.strip())] = _compiled(_tree(content), names)
    return Grammar(models, types)


@attrs.define
class _Names:
    namespaces: Mapping[str, str]
    types: dict[str, str]

    def qualified(self, name: str) -> str:
        plain, _, simple = name.partition("/")
        prefix, _, local = plain.rpartition(":")
        uri = self.namespaces[prefix]
        tag = f"{{{uri}}}{local}" if uri else local
        if simple:
            self.types[tag] = simple
        return tag


def _tree(content: str) -> _Tree:
    if _TOKEN.sub("", content).strip():
        raise ValueError(f"not understood: {content}")
    tokens = deque(_TOKEN.findall(content))
    tree = _choice(tokens)
    if tokens:
        raise ValueError(f"a bracket too many: {content}")
    return tree


def _choice(tokens: deque[str]) -> _Tree:
    branches = [_sequence(tokens)]
    while tokens and tokens[0] == "|":
        tokens.popleft()
        branches.append(_sequence(tokens))
    return branches[0] if len(branches) == 1 else _Choice(branches)


def _sequence(tokens: deque[str]) -> _Tree:
    parts: list[_Tree] = []
    while tokens and tokens[0] not in {"|", ")"}:
        part: _Tree = tokens.popleft()
        if part == "(":
            part = _choice(tokens)
            tokens.popleft()
        if tokens and tokens[0][0] in "?*+{":
            part = _Repeated(part, *_counted(tokens.popleft()))
        parts.append(part)
    return _Sequence(parts)


def _counted(sign: str) -> tuple[int, int | None]:
    if sign in _COUNTS:
        return _COUNTS[sign]
    least, most = sign.strip("{}").split(",")
    return int(least), int(most)


@attrs.frozen
class _Piece:
    nullable: bool
    first: frozenset[int]
    last: frozenset[int]


_NOTHING = _Piece(nullable=True, first=frozenset(), last=frozenset())


def _compiled(tree: _Tree, names: _Names) -> Model:
    work = _Work(names)
    whole = work.piece(tree)
    work.follow[START] = set(whole.first)
    last = whole.last | {START} if whole.nullable else whole.last
    return Model(tuple(work.found), {at: frozenset(to) for at, to in work.follow.items()}, last)


@attrs.define
class _Work:
    names: _Names
    found: list[str] = attrs.Factory(list)
    follow: dict[int, set[int]] = attrs.Factory(dict)

    def piece(self, tree: _Tree) -> _Piece:
        match tree:
            case str():
                return self._name(tree)
            case _Repeated(part, least, most):
                return self._repeated(part, least, most)
            case _Choice(branches):
                return _either([self.piece(branch) for branch in branches])
            case _Sequence(parts):
                return self._joined(self.piece(part) for part in parts)

    def _name(self, name: str) -> _Piece:
        at = len(self.found)
        self.found.append(self.names.qualified(name))
        self.follow[at] = set()
        return _Piece(nullable=False, first=frozenset({at}), last=frozenset({at}))

    def _joined(self, pieces: Iterable[_Piece]) -> _Piece:
        whole = _NOTHING
        for piece in pieces:
            for at in whole.last:
                self.follow[at] |= piece.first
            whole = _Piece(
                nullable=whole.nullable and piece.nullable,
                first=whole.first | piece.first if whole.nullable else whole.first,
                last=whole.last | piece.last if piece.nullable else piece.last,
            )
        return whole

    def _repeated(self, part: _Tree, least: int, most: int | None) -> _Piece:
        if most is None:
            once = self.piece(part)
            for at in once.last:
                self.follow[at] |= once.first
            return attrs.evolve(once, nullable=once.nullable or least == 0)
        copies = [self.piece(part) for _ in range(most)]
        return self._joined(
            attrs.evolve(piece, nullable=piece.nullable or at >= least) for at, piece in enumerate(copies)
        )


def _either(pieces: list[_Piece]) -> _Piece:
    return _Piece(
        nullable=any(piece.nullable for piece in pieces),
        first=frozenset().union(*(piece.first for piece in pieces)),
        last=frozenset().union(*(piece.last for piece in pieces)),
    )
