"""
Lægen: examines an installation from the settings file to the last plugin, and says what to do.

It looks, and changes nothing but what every command does when it opens the outbox: its tables are brought up to date.
With ``online`` the services are called too, without a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Diagnosis, Level, error, fine, warning
from esdh_connect.doctor import departments, machine, parts
from esdh_connect.errors import ConfigurationError, EsdhConnectError, StoreError
from esdh_connect.outbox import Outbox
from esdh_connect.policy import PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.settings import Settings
from esdh_connect.store import Store

__all__ = ["Examination", "examine", "examine_running"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen
class Examination:
    """Undersøgelse: every check that was made, in order, and when."""

    at: datetime
    diagnoses: tuple[Diagnosis, ...]

    def of(self, level: Level) -> tuple[Diagnosis, ...]:
        """Give those that ended so."""
        return tuple(one for one in self.diagnoses if one.level is level)

    @property
    def is_well(self) -> bool:
        """Tell whether nothing stops letters; there may be warnings."""
        return not self.of(Level.ERROR)


def examine(
    path: Path | str,
    *,
    department: str | None = None,
    online: bool = False,
    host: object | None = None,
    now: Callable[[], datetime] = _utc_now,
) -> Examination:
    """
    Examine the installation of a settings file, and of its departments the one that is named, or all.

    Never raises for what is wrong with the installation: that is what it tells.
    """
    with ExitStack() as stack:
        found = tuple(_Visit(Path(path), department, online, host, now, stack).checks())
    return Examination(now(), found)


def examine_running(
    post: Connect, *, department: str | None = None, online: bool = False, now: Callable[[], datetime] = _utc_now
) -> Examination:
    """
    Examine an installation that runs already, in its own process: a page that shows it opens nothing twice.

    All but the settings file, what it says, and the opening of the outbox. Never raises for what is wrong.
    """
    return Examination(now(), (*machine.examined(), *_parts(post, department, now(), online=online)))


def _parts(
    post: Connect, department: str | None, at: datetime, *, online: bool, said: Iterable[PolicyChange] = ()
) -> Iterator[Diagnosis]:
    yield from parts.examined(post)
    yield from departments.examined(post, department)
    yield from departments.compared(post, said, at)
    yield from parts.asked(post, at, online=online)


@attrs.frozen
class _Visit:
    """One examination; what it opens is closed with ``stack``."""

    path: Path
    department: str | None
    online: bool
    host: object | None
    now: Callable[[], datetime]
    stack: ExitStack

    def checks(self) -> Iterator[Diagnosis]:
        """Make every check that can be made: what stands on something broken is not looked at."""
        yield from machine.examined()
        try:
            settings = Settings.load(self.path)
        except ConfigurationError as wrong:
            yield error("ESDH-010", _danish(wrong), "Ret filen, og kør igen.")
            return
        yield fine("ESDH-010", f"Indstillingerne i {settings.path.name} kan læses")
        if settings.training is not None:
            yield warning(
                "ESDH-012", wording.training(settings.training.name), "Rigtige breve kræver en anden installation."
            )
        try:
            seal = Seal(settings.secrets.installation_key(), settings.secrets.keys)
        except ConfigurationError as wrong:
            yield error("ESDH-011", _danish(wrong), "Uden den kan ingen breve læses: find den i sikkerhedskopien.")
            return
        yield fine("ESDH-011", "Installationens hemmelighed kan læses, og kun af ejeren")
        post = yield from self._opened(settings, seal)
        if post is not None:
            said = settings.policies()
            yield from _parts(post, self.department, self.now(), online=self.online, said=said)

    def _opened(self, settings: Settings, seal: Seal) -> Generator[Diagnosis, None, Connect | None]:
        """Open the outbox and load the plugins. A file that is not there yet is not made."""
        place, outbox = settings.store, None
        try:
            if isinstance(place, Path) and not place.exists():
                outbox = self._in_its_stead(place, seal)
                yield warning("ESDH-020", f"Udbakken {place} findes ikke endnu", "Den laves ved det første brev.")
            post = Connect.from_settings(settings.path, host=self.host, outbox=outbox, now=self.now)
        except (StoreError, OSError) as wrong:
            yield error("ESDH-020", _danish(wrong), "Breve kan hverken bestilles eller sendes, før det er i orden.")
            return None
        except EsdhConnectError as wrong:
            yield error("ESDH-030", _danish(wrong), "Ret indstillingerne, eller installér det, der mangler.")
            return None
        if outbox is None:
            self.stack.callback(post.close)
            yield fine("ESDH-020", "Udbakken kan åbnes, og dens tabeller er af den rigtige udgave")
        return post

    def _in_its_stead(self, place: Path, seal: Seal) -> Outbox:
        """Make an outbox beside where it would be, which shows that it could be, and goes away with the visit."""
        folder = self.stack.enter_context(TemporaryDirectory(dir=place.parent, prefix=".esdh-connect-doctor-"))
        outbox = Store.open(Path(folder) / "outbox.db", seal, now=self.now)
        self.stack.callback(outbox.close)
        return outbox


def _danish(wrong: Exception) -> str:
    return wording.system(wrong) if isinstance(wrong, OSError) else getattr(wrong, "danish", "") or str(wrong)
