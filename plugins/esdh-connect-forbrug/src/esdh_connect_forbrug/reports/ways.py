"""Veje: which channels carry letters digitally, which on paper, and which carry no letter at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import attrs

from esdh_connect.channel import Channel

__all__ = ["Ways"]


@attrs.frozen
class Ways:
    """
    What is known of channels by their name. One that is not loaded any more is known by the field's own name for it.

    ``messages`` are no letters: a NemSMS is counted, but not among them.
    """

    labels: Mapping[str, str] = attrs.field(factory=dict)
    paper: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()

    @classmethod
    def of(cls, channels: Mapping[str, Channel]) -> Self:
        """Ask channels, by their names, what they carry."""
        return cls(
            labels=_LABELS | {name: one.label for name, one in channels.items()},
            paper=_PAPER | {name for name, one in channels.items() if one.limits.on_paper},
            messages=_MESSAGES | {name for name, one in channels.items() if not one.limits.max_files},
        )

    def label(self, channel: str) -> str:
        """Give what people call it."""
        return self.labels.get(channel) or channel

    def digital(self, sent: Mapping[str, int]) -> int:
        """Count the letters that went digitally."""
        return sum(number for name, number in sent.items() if name not in self.paper | self.messages)

    def on_paper(self, sent: Mapping[str, int]) -> int:
        """Count the letters that went on paper."""
        return sum(number for name, number in sent.items() if name in self.paper)

    def by_message(self, sent: Mapping[str, int]) -> int:
        """Count what was no letter."""
        return sum(number for name, number in sent.items() if name in self.messages)


_LABELS = {"digital_post": "Digital Post", "fysisk_post": "Fysisk Post", "nemsms": "NemSMS"}
_PAPER = frozenset({"fysisk_post"})
_MESSAGES = frozenset({"nemsms"})
