"""
The words that tags use (ISO 32000-2, 14.7.3 to 14.7.5): types, attribute classes and ids.

In one file a word means one thing. What a later part uses otherwise than an earlier one is renamed in the later.
"""

from __future__ import annotations

import re

import attrs

from esdh_connect_bilag.engine.values import Name, Value, Verbatim

__all__ = ["Clash", "Renamed", "Vocabulary", "Words"]

#: The standard's own types (ISO 32000-1, 14.8.4). Who maps one of them to another may do so in its own part alone.
_STANDARD = frozenset(
    re.findall(
        r"\w+",
        "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl "
        "LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP "
        "Warichu WT WP Figure Formula Form",
    )
)


@attrs.frozen
class Renamed:
    """What one part must call otherwise."""

    roles: dict[str, str]
    classes: dict[str, str]
    suffix: str
    ids: frozenset[bytes]

    def __bool__(self) -> bool:
        return bool(self.roles or self.classes or self.ids)

    @property
    def wanted(self) -> bytes:
        """Give what stands after a slash in every element that has a word to rename."""
        words = [re.escape(word).encode("latin-1") for word in sorted({*self.roles, *self.classes})]
        words += [b"ID", b"Headers"] if self.ids else []
        return rb"(?:" + b"|".join(words) + rb")(?![^\0\t\n\f\r ()<>\[\]{}/%])"

    def id(self, key: bytes) -> bytes:
        """Give the id as it is called now."""
        return key + self.suffix.encode() if key in self.ids else key

    def treat(self, entries: dict[str, Value]) -> dict[str, Value]:
        """Rename in a structure element, or in its attributes."""
        changed = dict(entries)
        if "P" in entries and isinstance(kind := entries.get("S"), Name):
            changed["S"] = Name(self.roles.get(kind, kind))
        if "P" in entries and "C" in entries:
            changed["C"] = self._class(entries["C"])
        if isinstance(key := entries.get("ID"), bytes):
            changed["ID"] = self.id(key)
        if isinstance(headers := entries.get("Headers"), list):
            changed["Headers"] = [self.id(each) if isinstance(each, bytes) else each for each in headers]
        return changed

    def _class(self, value: Value) -> Value:
        if isinstance(value, list):
            return [self._class(each) for each in value]
        return Name(self.classes.get(value, value)) if isinstance(value, Name) else value


@attrs.frozen
class Clash:
    """Words that mean something else already."""

    roles: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    ids: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.roles or self.classes or self.ids)

    def __or__(self, other: Clash) -> Clash:
        return Clash(self.roles | other.roles, self.classes | other.classes, self.ids | other.ids)


@attrs.frozen
class Words:
    """The words of one part."""

    roles: dict[str, Value]
    classes: dict[str, Value]
    ids: frozenset[bytes]

    def __bool__(self) -> bool:
        return bool(self.roles or self.classes or self.ids)

    def called(self, renamed: Renamed) -> Words:
        """Give them as they are called now."""
        roles: dict[str, Value] = {}
        for key, value in self.roles.items():
            target = Name(renamed.roles.get(value, value)) if isinstance(value, Name) else value
            roles[renamed.roles.get(key, key)] = target
        classes = {renamed.classes.get(key, key): value for key, value in self.classes.items()}
        return Words(roles, classes, frozenset(map(renamed.id, self.ids)))


@attrs.define
class Vocabulary:
    """The words of all parts so far. `suffix` is what the next part's words get where they are taken."""

    roles: dict[str, Value] = attrs.Factory(dict)
    classes: dict[str, Value] = attrs.Factory(dict)
    ids: set[bytes] = attrs.Factory(set)
    suffix: str = ""
    _parts: int = 0

    @classmethod
    def taken(cls, clash: Clash, suffix: str) -> Vocabulary:
        """Give one in which nothing but these words is taken, whatever they mean."""
        other = Verbatim(b"")  # which is the value of none
        return cls(dict.fromkeys(clash.roles, other), dict.fromkeys(clash.classes, other), set(clash.ids), suffix)

    def copy(self) -> Vocabulary:
        """Give one to learn in: a part that is declined must leave no word behind."""
        return Vocabulary(dict(self.roles), dict(self.classes), set(self.ids), self.suffix, self._parts)

    def clash(self, words: Words) -> Clash:
        """Tell which words of another part are taken."""
        if not words:
            return Clash()
        roles = (key for key, value in words.roles.items() if key in _STANDARD or self.roles.get(key, value) != value)
        classes = (key for key, value in words.classes.items() if self.classes.get(key, value) != value)
        return Clash(frozenset(roles), frozenset(classes), words.ids.intersection(self.ids))

    def learn(self, words: Words) -> Renamed:
        """Take the words of another part in, and tell what they are called from now on."""
        self._parts += 1
        suffix, clash = self.suffix or f".{self._parts}", self.clash(words)
        roles, classes = ({key: key + suffix for key in sorted(those)} for those in (clash.roles, clash.classes))
        renamed = Renamed(roles, classes, suffix, clash.ids)
        self.take(words.called(renamed))
        return renamed

    def take(self, words: Words) -> None:
        """Take words in as they are."""
        self.roles |= words.roles
        self.classes |= words.classes
        self.ids |= words.ids
