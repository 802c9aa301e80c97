"""Parter: whether whoever gets the letter belongs to the case, and whether they are more than was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from esdh_connect.dispatch import Concern
from esdh_connect.errors import Objection
from esdh_connect.gate.evidence import Evidence
from esdh_connect.model import Case
from esdh_connect.policy import GATE, Policy

__all__ = ["Numbers", "not_a_party", "too_many_recipients"]

_MANY = 10


def _whole(_of: object, _field: object, number: object) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("a number of recipients is 1 or more")


def _table(_of: object, field: object, table: object) -> None:
    if not isinstance(table, Mapping):
        raise ValueError("a table of numbers is expected")  # noqa: TRY004 - as the other fields refuse
    for number in table.values():
        _whole(_of, field, number)


@attrs.frozen
class Numbers:
    """
    Tal: how many recipients one letter may have in a department (``values.gate``).

    ``kle`` says it for cases by the beginning of their KLE number ("27", "27.18", "27.18.02": the longest counts), and
    ``kind`` for letters by the host's type of the document, which goes before.
    """

    recipients: int = attrs.field(default=_MANY, validator=_whole)
    kle: Mapping[str, int] = attrs.field(factory=dict, validator=_table)
    kind: Mapping[str, int] = attrs.field(factory=dict, validator=_table)

    def most(self, case: Case, kind: str) -> int:
        """Give how many a letter of this kind may have in this case."""
        by_kind = {name.casefold(): number for name, number in self.kind.items()}
        if kind and kind.casefold() in by_kind:
            return by_kind[kind.casefold()]
        number = case.kle.number if case.kle else ""
        fitting = [group for group in self.kle if number == group or number.startswith(f"{group}.")]
        return self.kle[max(fitting, key=len)] if fitting else self.recipients


def _numbers(policy: Policy) -> Numbers:
    """Give what the department says. Raises Objection where that cannot be: nobody has looked at it before."""
    try:
        return Numbers(**(policy.of(GATE) or {}))
    except (TypeError, ValueError) as error:
        raise Objection(
            f"values.{GATE} of {policy.department.id}: {error}",
            danish=f"afdelingens tal for sikkerhedsporten (values.{GATE}) kan ikke bruges. Spørg administratoren",
        ) from error


def not_a_party(seen: Evidence) -> Iterator[Concern]:
    """Ikke part: the host knows who the parties of the case are, and this is none of them."""
    known = seen.parties()
    for row in seen.plan.rows if known is not None else ():
        if not row.reminder and row.party not in (known or ()):
            yield Concern(
                "not_a_party",
                "modtageren er ikke part i sagen",
                row.party,
                advice="Se efter, at brevet er lagt på den rigtige sag; tilføj ellers modtageren som part",
            )


def too_many_recipients(seen: Evidence) -> Iterator[Concern]:
    """For mange modtagere: more than letters of this kind have here, as when a list was taken for a person."""
    request = seen.plan.request
    most = _numbers(seen.policy).most(request.case, request.documents[0].kind)
    if len(request.parties) > most:
        yield Concern(
            "too_many_recipients",
            f"brevet har {len(request.parties)} modtagere, og i sager af denne art får højst {most} det samme brev",
            advice="Se listen af modtagere igennem, eller send det som en masseforsendelse",
        )
