"""``esdh-connect resolve``: do what a person decided about a letter that needs one."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import recipients, report, show, talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened_for
from esdh_connect.cli.options import by, found_settings, refuse_cpr, settings, verbose, why
from esdh_connect.cli.recipients import Named
from esdh_connect.dispatch import Remedy
from esdh_connect.model import Party

__all__ = ["named_in", "resolve", "said"]


def said(remedy: Remedy) -> str:
    """Give a remedy as it is written on the command line."""
    return remedy.value.replace("_", "-")


_REMEDIES = {said(remedy): remedy for remedy in Remedy}
_WIDE = max(map(len, _REMEDIES)) + 2
_EPILOG = "\n".join(["\b", "UDVEJ er", *(f"  {name:<{_WIDE}}{wording.remedy(one)}" for name, one in _REMEDIES.items())])


@click.command(cls=Command, epilog=_EPILOG)
@click.argument("dispatch", metavar="ID")
@click.argument("remedy", metavar="UDVEJ", type=click.Choice(list(_REMEDIES)))
@settings
@by
@why
@click.option(
    "--to", metavar="FIL", help="change-recipient: den nye modtager, én linje som til »send« (- er standard input)."
)
@click.option("--party", metavar="[SYSTEM/]ID", help="change-recipient: den nye part, hvor et plugin kan slå den op.")
@verbose
def resolve(
    dispatch: str, remedy: str, settings: Path | None, *, by: str, why: str, to: str | None, party: str | None
) -> int:
    """
    Gør noget ved forsendelsen ID, som ligger i fejlbakken.

    »esdh-connect failures« viser, hvad der kan gøres. Hvem der gjorde det, og hvorfor, bliver gemt. send-again,
    send-as-print og change-recipient laver ét nyt brev af det, der er gemt af det gamle, også når der bliver bedt om
    det to gange.
    """
    refuse_cpr({"--by": by, "--why": why, "--party": party or "", "--to": to or ""})
    chosen, path = _REMEDIES[remedy], found_settings(settings)
    if (chosen is Remedy.CHANGE_RECIPIENT) is (to is None and party is None) or (to and party):
        raise Stopped(Exit.USAGE, "Der er ikke sendt noget: --to eller --party hører til change-recipient, og kun dér")
    named = named_in(to)
    if to and len(named) != 1:
        raise Stopped(Exit.USAGE, "Der er ikke sendt noget: --to skal have netop én modtager")
    post, known = opened_for(path, {}, named)
    entry = post.resolve(dispatch, chosen, by=by, why=why, party=next(iter(known), None) or _party(party))
    talk.data(show.outcome(entry, report.cover_of(post, entry.id)))
    if entry.id != dispatch:
        talk.say("Det nye brev ligger i udbakken: »esdh-connect drain« sender det, når det må sendes.")
    return Exit.DONE


def named_in(source: str | None) -> tuple[Named, ...]:
    """Read a list as ``send`` does; nothing where there is none."""
    return () if source is None else tuple(recipients.parsed(recipients.read(source)))


def _party(text: str | None) -> Party | None:
    if text is None:
        return None
    system, _, id_ = text.rpartition("/")
    return Party(id_, system)
