"""Ærinde: one run of ``send``, from what its arguments say to the library's request and an open installation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Self

import attrs

from esdh_connect.cli import recipients, wish
from esdh_connect.cli.exits import Exit, Stopped, did_you_mean
from esdh_connect.cli.init import EXAMPLE_CVR
from esdh_connect.cli.installation import opened_for
from esdh_connect.cli.options import refuse_cpr
from esdh_connect.cli.report import cover_of
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cover, Entry, Override, Request, everywhere
from esdh_connect.model import Case, Options
from esdh_connect.settings import Settings

__all__ = ["Errand", "Said", "department_of", "refuse_example"]


@attrs.frozen(kw_only=True)
class Said:
    """What the arguments of ``send`` say of the letter. None of it may hold a CPR number: others see arguments."""

    files: tuple[Path, ...] = attrs.field(repr=False)
    title: str = attrs.field(repr=False)
    to: str
    department: str | None = None
    case: str = ""
    not_before: date | None = None
    deadline: date | None = None
    reminder: str = attrs.field(default="", repr=False)
    bundle: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what looks like a CPR number. Raises Stopped."""
        named = {"--title": self.title, "--to": self.to, "--case": self.case, "--reminder": self.reminder}
        named |= {f"fil {at}": str(path) for at, path in enumerate(self.files, start=1)}
        refuse_cpr(named)

    @property
    def options(self) -> Options:
        """Give the caseworker's wishes."""
        return Options(not_before=self.not_before, reminder=self.reminder, deadline=self.deadline)


@attrs.frozen(eq=False)
class Errand:
    """
    An open installation, and what is to be sent; ``size`` is that of all files that were named, in bytes.

    ``overrides`` is what was said to concerns, for every recipient.
    """

    post: Connect
    request: Request
    size: int
    overrides: tuple[Override, ...] = ()

    @classmethod
    def of(cls, settings_file: Path, said: Said, *, again: bool, overrides: Sequence[Override] = ()) -> Self:
        """Read settings, recipients and files, and open the outbox. Raises Stopped or ConfigurationError."""
        settings = Settings.load(settings_file)
        refuse_example(settings)
        department = department_of(settings.departments, said.department)
        files = wish.documents(said.files)
        named = tuple(recipients.parsed(recipients.read(said.to)))
        post, known = opened_for(settings_file, {document.id: path for document, path in files.items()}, named)
        shared = [one for name in said.bundle for one in post.bundle(name, department=department)]
        request = Request(
            key="-",
            case=Case(said.case, wish.SYSTEM),
            department=department,
            title=said.title,
            documents=(*files, *shared),
            parties=tuple(known),
            options=said.options,
        )
        key = wish.new_key() if again else wish.wish_key(request, known, post.seal)
        size = sum(path.stat().st_size for path in said.files)
        return cls(post, attrs.evolve(request, key=key), size, everywhere(overrides, request.parties))

    def entries(self) -> tuple[Entry, ...]:
        """Give what was committed under this wish, in the plan's order; nothing where it never was."""
        return self.post.committed(self.request.key)

    def letters(self) -> Iterator[tuple[Entry, Cover]]:
        """Give each of them with what it carries."""
        for entry in self.entries():
            yield entry, cover_of(self.post, entry.id)


def department_of(known: Mapping[str, object], wanted: str | None) -> str:
    """Give the department that was meant: the only one there is, where none was named."""
    names = ", ".join(known)
    if not known:
        raise Stopped(Exit.SETTINGS, "Der er ikke sendt noget: indstillingerne har ingen afdelinger ([departments.…])")
    if wanted is None and len(known) > 1:
        raise Stopped(Exit.USAGE, f"Der er ikke sendt noget: --department mangler. Afdelingerne er {names}")
    if wanted is not None and wanted not in known:
        hint = did_you_mean(wanted, known) or f". Afdelingerne er {names}"
        raise Stopped(Exit.USAGE, f"Der er ikke sendt noget: der er ingen afdeling »{wanted}«{hint}")
    return wanted or next(iter(known))


def refuse_example(settings: Settings) -> None:
    """Raise Stopped where nobody has said yet who sends."""
    if settings.sender.cvr.digits == EXAMPLE_CVR:
        raise Stopped(Exit.SETTINGS, f"Der er ikke sendt noget: udfyld [sender] i {settings.path}: cvr og navn")
