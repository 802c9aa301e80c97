"""Om pluginerne: what each is, how it is, and when it last handed a letter over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from esdh_connect.catalogue import Card, condition, described
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry
from esdh_connect.dispatch.status import Outcome
from esdh_connect_web.texts import N_

__all__ = ["Fact", "facts", "successes"]

#: Letters that are looked through for the last that went well: the newest.
_LOOKED_AT = 500
_OURS = "esdh-connect-"
#: The core's words for how far a plugin is, in English.
_SUPPORT: Mapping[str, str] = {
    "planlagt": N_("planned"),
    "forsøg": N_("early"),
    "afprøvning": N_("on trial"),
    "drift": N_("in production"),
    "ophørt": N_("ended"),
}

#: What the plugins of this repository are for; others say it in English alone.
_SUMMARIES: Mapping[str, str] = {
    "bilag": N_("Looks files through, makes them PDF, and lays letter and attachments together with a list of them."),
    "eksempel-forslag": N_("Proposes to send a decision when it is finished; a caseworker sends it, or declines."),
    "forbrug": N_("Counts how much is sent, department by department and never by person."),
    "rollout": N_("Brings a municipality there in waves, the easiest departments first."),
    "sandbox": N_("Plays Serviceplatformen, for trying and training: nothing leaves it."),
    "serviceplatformen": N_("Sends Digital Post, NemSMS and Fysisk Post through Serviceplatformen."),
    "web": N_("The pages in the browser: sending, administration and statistics."),
}


@attrs.frozen
class Fact:
    """One plugin. ``wrong`` is what is wrong with it, in Danish; ``last`` its last success, where it sends letters."""

    card: Card
    wrong: tuple[str, ...]
    last: datetime | None
    channels: tuple[str, ...]

    @property
    def summary(self) -> str:
        """Give what it is for, where we know: an English text, or nothing."""
        return _SUMMARIES.get(self.card.name, "") if self.card.distribution.startswith(_OURS) else ""

    @property
    def support(self) -> str:
        """Give how far its makers say it is: an English text, or nothing."""
        return _SUPPORT.get(self.card.support, self.card.support)


def facts(post: Connect) -> tuple[Fact, ...]:
    """Give all plugins that are installed, those that are loaded first."""
    last, labels = successes(post.entries(limit=_LOOKED_AT)), post.plugins.channels
    health = post.health()
    cards = sorted(described(post), key=lambda card: (not card.loaded, not card.problem, card.name))
    return tuple(
        Fact(
            card,
            condition(card, post, health) if card.loaded else (),
            last.get(card.name),
            tuple(labels[name].label for name in card.channels),
        )
        for card in cards
    )


def successes(entries: Iterable[Entry]) -> dict[str, datetime]:
    """Give when each plugin last had a letter taken by its provider."""
    found: dict[str, datetime] = {}
    for entry in entries:
        for one in entry.attempts:
            if one.outcome is Outcome.ACCEPTED and one.ended_at is not None:
                found[entry.plugin] = max(one.ended_at, found.get(entry.plugin, one.ended_at))
    return found
