"""``esdh-connect resolve``: do what a person decided about a letter that needs one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import following, overriding, recipients, report, rounds, show, talk, waiting
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened_for
from esdh_connect.cli.options import by, dispatch, found_settings, refuse_cpr, settings, verbose, why
from esdh_connect.cli.recipients import Named
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Override, Remedy
from esdh_connect.errors import KeyReused, Objection, TooLate
from esdh_connect.model import Party

__all__ = ["named_in", "resolve", "said"]


def said(remedy: Remedy) -> str:
    """Give a remedy as it is written on the command line."""
    return remedy.value.replace("_", "-")


_DRAIN = "»esdh-connect drain« sender det."
_REMEDIES = {said(remedy): remedy for remedy in Remedy}
_WIDE = max(map(len, _REMEDIES)) + 2
_EPILOG = "\n".join(["\b", "UDVEJ er", *(f"  {name:<{_WIDE}}{wording.remedy(one)}" for name, one in _REMEDIES.items())])


@click.command(cls=Command, epilog=_EPILOG)
@dispatch
@click.argument("remedy", metavar="UDVEJ", type=click.Choice(list(_REMEDIES)))
@settings
@by
@why
@click.option(
    "--to", metavar="FIL", help="change-recipient: den nye modtager, én linje som til »send« (- er standard input)."
)
@click.option("--party", metavar="[SYSTEM/]ID", help="change-recipient: den nye part, hvor et plugin kan slå den op.")
@overriding.option
@overriding.seen_option
@verbose
def resolve(  # noqa: PLR0913 - the command line's own options
    dispatch: str, remedy: str, settings: Path | None, *, by: str, why: str, to: str | None, party: str | None,
    override: tuple[str, ...], seen: str,
) -> int:  # fmt: skip
    """
    Gør noget ved forsendelsen ID, som ligger i fejlbakken.

    »esdh-connect failures« viser, hvad der kan gøres. Hvem der gjorde det, og hvorfor, bliver gemt. send-again,
    send-as-print og change-recipient laver ét nyt brev af det, der er gemt af det gamle, også når der bliver bedt om
    det to gange.
    """
    refuse_cpr({"--by": by, "--why": why, "--party": party or "", "--to": to or ""})
    chosen, path, overrides = _REMEDIES[remedy], found_settings(settings), overriding.overrides_of(override)
    _refuse_misplaced(chosen, to, party)
    named = named_in(to)
    if to and len(named) != 1:
        raise _refused("--to skal have netop én modtager")
    post, known = opened_for(path, {}, named)
    try:
        to_whom = next(iter(known), None) or _party(party)
        done = partial(post.resolve, dispatch, chosen, by=by, why=why, party=to_whom)
        entry = _done(done, overrides, seen)
    except (TooLate, KeyReused) as error:
        raise Stopped(Exit.FAILED, f"{wording.of(error)}{_instead(post, dispatch)}") from error
    except Objection as error:
        raise Stopped(Exit.FAILED, f"{wording.of(error)}{overriding.anyway_seen(error.told, seen)}") from error
    talk.data(show.outcome(entry, report.cover_of(post, entry.id)))
    if entry.id != dispatch:
        talk.say(_new_letter(entry))
    return Exit.DONE


def _done(resolved: Callable[..., Entry], overrides: Sequence[Override], seen: str) -> Entry:
    """Do it. What was typed is said to what stands in the way, where that is what was shown."""
    try:
        return resolved()
    except Objection as error:
        said = overriding.said_to(error.told, overrides, seen)
        if not said:
            raise
    return resolved(overrides=said)


def _refuse_misplaced(remedy: Remedy, to: str | None, party: str | None) -> None:
    """Refuse a recipient too many or too few. Raises Stopped."""
    given = (to is not None) + (party is not None)
    if remedy is not Remedy.CHANGE_RECIPIENT and given:
        raise _refused("--to og --party hører til change-recipient, og kun dér")
    if remedy is Remedy.CHANGE_RECIPIENT and given != 1:
        missing = "der mangler en ny modtager: skriv --to FIL eller --party [SYSTEM/]ID"
        raise _refused("skriv enten --to eller --party, ikke begge" if given else missing)


def _refused(text: str) -> Stopped:
    return Stopped(Exit.USAGE, f"Der er ikke sendt noget: {text}")


def _instead(post: Connect, dispatch: str) -> str:
    """Name the letter that was made already, where there is one."""
    child = following.after(post, post.entry(dispatch))
    return f" Det nye brev er {child.id}; »esdh-connect status« viser, hvad der er blevet af det." if child else ""


def _new_letter(entry: Entry) -> str:
    """Tell what becomes of the letter that was made, by this command or by an earlier one."""
    now = datetime.now(UTC)
    if not rounds.waits(entry):
        return f"Det nye brev blev bestilt {wording.when(entry.committed_at)}; ovenfor står, hvad der er blevet af det."
    held = " ".join(waiting.held(rounds.held_back([entry], now)))
    return f"Det nye brev er bestilt. {held}" if held else f"Det nye brev ligger i udbakken: {_DRAIN}"


def named_in(source: str | None) -> tuple[Named, ...]:
    """Read a list as ``send`` does; nothing where there is none."""
    return () if source is None else tuple(recipients.parsed(recipients.read(source)))


def _party(text: str | None) -> Party | None:
    if text is None:
        return None
    system, _, id_ = text.rpartition("/")
    return Party(id_, system)
