"""Skrivebord: what everybody needs who works with waves – the installation, its acts, and a way to write another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.ids import mask
from esdh_connect.reasons import is_on_one_line
from esdh_connect_rollout.errors import UnknownWave, WaveRefused
from esdh_connect_rollout.logbook import Logbook
from esdh_connect_rollout.plugin import Rollout
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.wave import Wave, name_of, waves

__all__ = ["PLUGIN", "Desk", "named", "one_of", "past", "reasoned", "refuse_cpr"]

#: The plugin's name.
PLUGIN = "rollout"


@attrs.frozen(eq=False)
class Desk:
    """
    Where waves of one installation are worked with. ``clock`` stands in for the installation's own.

    A wave may be named by its title, or by how that begins where no other one begins so. What cannot be done is a
    PolicyError with a Danish text; nothing was changed then.
    """

    post: Connect
    clock: Callable[[], datetime] | None = attrs.field(default=None, repr=False)

    @property
    def now(self) -> datetime:
        """Give the time."""
        return (self.clock or self.post.store.now)()

    @property
    def plugin(self) -> Rollout:
        """Give the plugin with its settings. Raises WaveRefused where the installation does not have it."""
        found = self.post.plugins.get(PLUGIN)
        if not isinstance(found, Rollout):
            raise WaveRefused(
                f"the plugin {PLUGIN} is not loaded", danish=f"bølger kræver [plugins.{PLUGIN}] i indstillingerne"
            )
        return found

    def acts(self) -> tuple[Act, ...]:
        """Give everything that was done, the first first."""
        return self._logbook.acts()

    def list(self) -> tuple[Wave, ...]:
        """Give all waves, in the order they are to come."""
        return waves(self.acts())

    def show(self, name: str) -> Wave:
        """Give a wave by its name or title. Raises UnknownWave."""
        return one_of(self.list(), name)

    # --- writing

    @property
    def _logbook(self) -> Logbook:
        _ = self.plugin
        return Logbook(self.post.store)

    def _after(self, act: Act) -> Wave:
        """Give the wave as it is after an act."""
        return self.show(act.wave)

    def _act(
        self,
        name: str,
        kind: Kind,
        by: str,
        why: str = "",
        what: Mapping[str, Any] | None = None,
        *,
        check: Callable[[Wave], None] = lambda _: None,
    ) -> Act:
        """Write an act about a wave that ``check`` has nothing against."""
        refuse_cpr(by, why, str(what or ""))
        now = self.now

        def decided(acts: Sequence[Act], _connection: object) -> Act:
            wave = one_of(waves(acts), name)
            check(wave)
            return Act(0, wave.name, kind, now, now, by, why, what or {})

        return self._logbook.write(decided)


def one_of(known: tuple[Wave, ...], name: str) -> Wave:
    """Give the wave that is meant: named whole, or by how one alone begins. Raises UnknownWave."""
    try:
        wanted = name_of(name)
    except ValueError:
        wanted = ""
    meant = (
        [wave for wave in known if wave.name == wanted]
        or [wave for wave in known if wanted in _names(wave)]
        or [wave for wave in known if any(_begins(one, wanted) for one in _names(wave))]
    )
    if len(meant) == 1:
        return meant[0]
    there = ", ".join(wave.name for wave in meant or known) or "ingen"
    told = f"»{mask(name)}« kan være flere bølger" if meant else f"der er ingen bølge, der hedder »{mask(name)}«"
    raise UnknownWave("no such wave, or several", danish=f"{told}. Der er: {there}")


def _names(wave: Wave) -> tuple[str, ...]:
    """Give what a wave is called: its name, and what its title would give now."""
    return (wave.name,) if wave.is_damaged else (wave.name, name_of(wave.aim.title))


def _begins(name: str, wanted: str) -> bool:
    """Tell whether a name begins so; ``bølge-1`` is no beginning of ``bølge-10``."""
    more = name[len(wanted) :][:1]
    return bool(wanted) and name.startswith(wanted) and not (wanted[-1].isdigit() and more.isdigit())


def named(by: str) -> str:
    """Give who it is. Raises WaveRefused where nobody is named."""
    if not by.strip():
        raise WaveRefused("nobody is named", danish="der står ikke, hvem der gør det")
    return by.strip()


def reasoned(why: str) -> str:
    """Give why something is done. Raises WaveRefused where nothing is said: dots are no reason."""
    if not any(map(str.isalnum, why)):
        raise WaveRefused("no reason is given", danish="der står ikke hvorfor")
    return why.strip()


def past(day: datetime) -> WaveRefused:
    """Give the refusal of a day that is over: what held before, held."""
    return WaveRefused("that day is past", danish=f"en bølge kan ikke begynde {wording.when(day)}: det er gået")


def refuse_cpr(*texts: str) -> None:
    """Raise WaveRefused where a text holds what may be a CPR number, or would be more than a line."""
    if not all(map(is_on_one_line, texts)):
        raise WaveRefused("a text has control characters", danish="teksten skal stå på én linje, uden styretegn")
    if any(mask(text) != text for text in texts):
        raise WaveRefused(
            "a text looks like a CPR number",
            danish="teksten indeholder noget, der ligner et CPR-nummer. Lad det være ude",
        )
