"""The commands that change departments; each says what it will do before it does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import attrs
import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.moments import Moment, midnight, utc_now
from esdh_connect.cli.options import as_json, by, found_settings, refuse_cpr, settings, verbose
from esdh_connect.cli.policies import consequence_lines, plain_change
from esdh_connect.cli.values import said_of
from esdh_connect.connect import Connect
from esdh_connect.departments import Department, Departments, PolicyChange
from esdh_connect.errors import UnknownDepartment
from esdh_connect.settings import Settings, departments_in

__all__ = ["disable", "enable", "import_", "set_"]

F = TypeVar("F", bound=Callable[..., Any])

_NOTHING = "Der er ikke ændret noget"
_OPTIONS = (
    settings,
    by,
    click.option("--why", metavar="TEKST", default="", help="Hvorfor. Det gemmes sammen med ændringen."),
    click.option(
        "--from", "since", metavar="DATO", type=Moment(), help="Den dag, det gælder fra (2027-01-04). Ellers nu."
    ),
    click.option("--dry-run", is_flag=True, help="Vis kun, hvad der ville ske."),
    click.option("--yes", is_flag=True, help="Spørg ikke."),
    as_json,
    verbose,
)


@attrs.frozen(kw_only=True)
class _Said:
    """What was said on the command line about a change, whatever it is."""

    settings: Path | None
    by: str
    why: str
    since: datetime | None
    dry_run: bool
    yes: bool
    as_json: bool
    now: datetime = attrs.field(factory=utc_now)

    @property
    def in_force(self) -> datetime:
        """Give from when it counts: today is now."""
        return self.now if self.since is None or self.since <= self.now else self.since

    def opened(self) -> Connect:
        """Open the installation. Raises Stopped for a day that is past: what held then, held."""
        if self.since is not None and self.since < min(self.now, midnight(self.now)):
            raise Stopped(
                Exit.USAGE, f"{_NOTHING}: --from {wording.when(self.since)} er gået. Det kan tidligst gælde fra i dag"
            )
        refuse_cpr({"--by": self.by, "--why": self.why}, nothing=_NOTHING)
        return opened(found_settings(self.settings))

    def change(self, department: Department, what: dict[str, Any]) -> PolicyChange:
        """Give a change as it was said."""
        return PolicyChange(department, what, self.by, self.now, self.in_force, self.why)


def _deciding(command: F) -> F:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_department = click.argument("department", metavar="AFDELING")
_plugins = click.argument("plugins", metavar="PLUGIN...", nargs=-1, required=True)


@click.command("enable", cls=Command)
@_department
@_plugins
@click.option("--channel", "channels", metavar="KANAL", multiple=True, help="Slå også denne kanal til. Kan gentages.")
@_deciding
def enable(department: str, plugins: tuple[str, ...], channels: tuple[str, ...], **said: Any) -> int:  # noqa: ANN401
    """Slå plugins til i AFDELING og dem under den."""
    how = _Said(**said)
    post = how.opened()
    what = {"plugins": _more(plugins)} | ({"channels": _more(channels)} if channels else {})
    return _decided(post.departments, [how.change(post.departments.get(department), what)], how)


def _more(names: Sequence[str]) -> list[str]:
    return [f"+{name}" for name in dict.fromkeys(names)]


@click.command("disable", cls=Command)
@_department
@_plugins
@_deciding
def disable(department: str, plugins: tuple[str, ...], **said: Any) -> int:  # noqa: ANN401
    """
    Slå plugins fra i AFDELING og dem under den.

    Det, der er bestilt, bliver sendt, kvitteret og journaliseret som bestilt.
    """
    how = _Said(**said)
    post = how.opened()
    what = {"plugins": [f"-{name}" for name in dict.fromkeys(plugins)]}
    return _decided(post.departments, [how.change(post.departments.get(department), what)], how)


@click.command("set", cls=Command)
@_department
@click.argument("values", metavar="NAVN=VÆRDI...", nargs=-1)
@click.option("--new", is_flag=True, help="Opret afdelingen.")
@_deciding
def set_(department: str, values: tuple[str, ...], *, new: bool, **said: Any) -> int:  # noqa: ANN401
    """
    Bestem, hvad der gælder i AFDELING.

    For eksempel approval=ja undo=10 channels=digital_post,fysisk_post plugins=+bilag active_from=2027-01-04. En tom
    værdi (approval=) er at have det som den overordnede.
    """
    how = _Said(**said)
    post = how.opened()
    refuse_cpr({one.partition("=")[0]: one for one in values}, nothing=_NOTHING)
    known = department in post.departments
    if new and known:
        raise Stopped(Exit.USAGE, f"{_NOTHING}: afdelingen »{department}« er der i forvejen. Udelad --new")
    if not new and not known:
        raise UnknownDepartment(department=department)
    what = said_of(values)
    if what.get("name") == "":
        raise Stopped(Exit.USAGE, f"{_NOTHING}: en afdelings navn kan ikke være tomt")
    about = Department(department) if new else post.departments.get(department)
    if new:
        about = attrs.evolve(about, name=what.pop("name", ""), parent=what.pop("parent", None) or None)
    elif not what:
        raise Stopped(Exit.USAGE, f"{_NOTHING}: der mangler NAVN=VÆRDI")
    return _decided(post.departments, [how.change(about, what)], how)


@click.command("import", cls=Command)
@click.argument("file", metavar="[FIL]", required=False, type=click.Path(path_type=Path))
@_deciding
def import_(file: Path | None, **said: Any) -> int:  # noqa: ANN401
    """
    Lad afdelingerne blive, som FIL siger; ellers som [departments] i indstillingerne.

    Det, filen ikke siger om en afdeling, er som den overordnede. De afdelinger, den ikke nævner, bliver, som de er.
    """
    how = _Said(**said)
    post = how.opened()
    found = Settings.load(found_settings(how.settings))
    known = dict.fromkeys(post.departments.mentioned) | dict(found.plugins)
    wanted = found.policies() if file is None else departments_in(file, known)
    changes = post.departments.catching_up(wanted, by=how.by, at=how.in_force, why=how.why or (file or found.path).name)
    dated = [attrs.evolve(one, decided_at=how.now) for one in changes]
    return _decided(post.departments, dated, how)


def _decided(departments: Departments, changes: list[PolicyChange], how: _Said) -> int:
    """Tell what it will do, ask, and do it; what is said already is not decided again."""
    changes = list(departments.news(changes))
    if not changes and not how.as_json:
        talk.say("Der er ikke besluttet noget: det er allerede sådan.")
        return Exit.DONE
    told = departments.foresee(changes)
    if not how.as_json:
        talk.data(consequence_lines(told))
    if not how.dry_run:
        if not how.yes:
            _agreed()
        departments.change(changes)
    if how.as_json:
        talk.json_data(
            {
                "changed": bool(changes) and not how.dry_run,
                "changes": [plain_change(one) for one in changes],
                "consequences": [attrs.asdict(one) for one in told],
            }
        )
    else:
        talk.say("Der er ikke ændret noget endnu." if how.dry_run else "Det er besluttet.")
    return Exit.DONE


def _agreed() -> None:
    """Ask. Raises Stopped where the answer is no, or there is nobody to ask."""
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None:
            raise Stopped(
                Exit.USAGE, f"{_NOTHING}: her er ingen terminal at spørge i. Skriv --yes for at gøre det uden"
            )
        if not terminal.agrees("Skal det gøres?"):
            raise Stopped(Exit.FAILED, f"{_NOTHING}.")
