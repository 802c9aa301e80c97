"""``esdh-connect departments``: which there are, what holds in each, and how it came to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import LetterlessGroup
from esdh_connect.cli.deciding import disable, enable, import_, set_
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.moments import Moment, utc_now
from esdh_connect.cli.options import as_json, found_settings, settings, verbose
from esdh_connect.cli.policies import change_lines, plain_change, plain_policy
from esdh_connect.connect import Connect
from esdh_connect.departments import Department, decided_by, shown, written
from esdh_connect.policy import ATTRIBUTES, label

__all__ = ["departments"]

_at = click.option(
    "--at", metavar="DATO", type=Moment(last=True), default=utc_now, help="Som det var eller bliver den dag. Ellers nu."
)
#: What the first line has already.
_HEADING = ("name", "parent")
_department = click.argument("department", metavar="AFDELING")


@click.group(cls=LetterlessGroup)
def departments() -> None:
    """
    Se og bestem, hvad hver afdeling må bruge.

    Det, der bliver besluttet, gælder fra nu eller fra en dag, og det bliver gemt, hvem der gjorde det og hvorfor. Det,
    der er bestilt, bliver sendt efter de regler, der gjaldt, da det blev bestilt.
    """


for _command in (enable, disable, set_, import_):
    departments.add_command(_command)


@departments.command("list")
@settings
@_at
@as_json
@verbose
def list_(settings: Path | None, at: datetime, *, as_json: bool) -> int:
    """Se alle afdelinger med deres kanaler og plugins."""
    post = opened(found_settings(settings))
    known = post.departments.all(at)
    if as_json:
        talk.json_data({"departments": [plain_policy(post.departments, one, at) for one in known]})
    elif known:
        talk.data(_listed(post, known, at))
    else:
        talk.say("Der er ingen afdelinger. »esdh-connect departments set ID --new« opretter en.")
    return Exit.DONE


def _listed(post: Connect, known: tuple[Department, ...], at: datetime) -> Iterator[str]:
    ids = {one.id for one in known}
    tops = {one.parent for one in known if one.parent not in ids}
    ordered = list(_ordered(known, tops, 0))
    width = max(2 * depth + len(_name(one)) for depth, one in ordered)
    for depth, one in ordered:
        policy = post.departments.policy(one.id, at)
        channels = ", ".join(policy.channels) or "ingen kanaler"
        closed = "" if policy.is_active(at) else "; uden for sine datoer"
        plugins = f"  ({', '.join(sorted(policy.plugins))})" if policy.plugins else ""
        yield f"{'  ' * depth}{_name(one)}".ljust(width) + f"  {channels}{plugins}{closed}"


def _ordered(known: tuple[Department, ...], parents: set[str | None], depth: int) -> Iterator[tuple[int, Department]]:
    for one in known:
        if one.parent in parents:
            yield depth, one
            yield from _ordered(known, {one.id}, depth + 1)


def _name(one: Department) -> str:
    return f"{talk.on_one_line(one.name)} ({one.id})" if one.name else one.id


@departments.command("show")
@_department
@settings
@_at
@click.option("--origin", is_flag=True, help="Vis også, hvor hver værdi kommer fra.")
@as_json
@verbose
def show(department: str, settings: Path | None, at: datetime, *, origin: bool, as_json: bool) -> int:
    """Se alt, hvad der gælder i AFDELING."""
    post = opened(found_settings(settings))
    one = post.departments.get(department, at)
    if as_json:
        talk.json_data(plain_policy(post.departments, one, at, origin=origin))
    else:
        talk.data(_shown(post, one, at, origin=origin))
    return Exit.DONE


def _shown(post: Connect, one: Department, at: datetime, *, origin: bool) -> Iterator[str]:
    departments, plugins = post.departments, post.plugins
    policy, origins = departments.policy(one.id, at), departments.origins(one.id, at)
    above = departments.lineage(one.id, at)[1:]
    yield _name(one) + (f", under {', '.join(above)}" if above else "")
    if not policy.is_active(at):
        yield "Den er uden for sine datoer og bliver ikke tilbudt noget nyt."
    words = shown(policy, plugins)
    for name in dict.fromkeys((*ATTRIBUTES, *words)):
        if name not in words and not (origin and name in origins and name not in _HEADING):
            continue
        yield f"  {label(name)}: {talk.on_one_line(words.get(name, 'intet'))}"
        if origin:
            yield f"      {talk.on_one_line(decided_by(origins.get(name)))}"


@departments.command("history")
@click.argument("department", metavar="[AFDELING]", required=False)
@settings
@as_json
@verbose
def history(department: str | None, settings: Path | None, *, as_json: bool) -> int:
    """Se, hvad der er besluttet, af hvem og hvorfor, det ældste først."""
    post = opened(found_settings(settings))
    if department is not None:
        post.departments.get(department)
    made = post.departments.history(department)
    if as_json:
        talk.json_data({"changes": [plain_change(one) for one in made]})
    else:
        talk.data(line for one in made for line in change_lines(one, post.plugins))
    return Exit.DONE


@departments.command("export")
@settings
@_at
@as_json
@verbose
def export(settings: Path | None, at: datetime, *, as_json: bool) -> int:
    """Skriv, hvad afdelingerne selv siger, som i indstillingerne; »import« læser det igen."""
    post = opened(found_settings(settings))
    said = post.departments.exported(at)
    if as_json:
        talk.json_data({"departments": said})
    else:
        talk.data([written(said)])
    return Exit.DONE
