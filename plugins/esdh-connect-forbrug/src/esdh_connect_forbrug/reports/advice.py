"""
Råd: one thing to try next, chosen by a table of rules from the figures of the last three months.

The first rule that holds is the one that speaks. It speaks as a proud head of department would: of work, not of people.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs

from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.causes import cause
from esdh_connect_forbrug.reports.measures import Measures

__all__ = ["RULES", "Advice", "Rule", "Seen", "advice"]

#: Of fewer, a share says nothing.
_ENOUGH = 20
_SLOW = timedelta(days=2)
_GROWS = 0.25


@attrs.frozen
class Seen:
    """What the rules look at: the measures of the last three months, and how much they grew."""

    measures: Measures
    growth: float | None = None

    def reaches(self, percent: int, part: int, whole: int) -> bool:
        """Tell whether ``part`` is at least so many of a hundred, of enough to say anything."""
        return whole >= _ENOUGH and part * 100 >= whole * percent


@attrs.frozen
class Advice:
    """Råd: what to try, why, and the rule that said so."""

    rule: str
    title: str
    text: str


@attrs.frozen
class Rule:
    """
    Regel: ``when`` says in Danish when it ``holds``, ``title`` what to try and ``text`` why.

    What stands in braces in the text is told of what was seen.
    """

    name: str
    when: str
    holds: Callable[[Seen], bool]
    title: str
    text: str


def advice(seen: Seen) -> Advice:
    """Give the advice of the first rule that holds; the last one always does."""
    rule = next(rule for rule in RULES if rule.holds(seen))
    return Advice(rule.name, rule.title, rule.text.format(**_told(seen)))


def _told(seen: Seen) -> dict[str, str]:
    one, figures = seen.measures, seen.measures.figures
    worst = cause(max(figures.failed, key=lambda code: figures.failed[code], default=""))
    return {
        "failed": _letters(one.failures),
        "because": worst.because,
        "try_next": worst.try_next,
        "sent": danish.count(one.sent),
        "letters": danish.count(one.letters),
        "printed": _letters(one.printed),
        "paper": _letters(one.paper),
        "cancelled": _letters(figures.cancelled),
        "files": danish.count(figures.files, "fil", "filer"),
        "unused": danish.count(figures.unused, "gang", "gange"),
        "opened": danish.count(figures.opened),
        "took": danish.duration(one.median or timedelta(0)),
        "more": danish.percent(seen.growth or 0),
    }


def _letters(number: int) -> str:
    return danish.count(number, "brev", "breve")


RULES = (
    Rule(
        "ukendt",
        "der er ingen tal de seneste tre måneder",
        lambda seen: not seen.measures.months,
        "Tag det første brev sammen, eller vis en kollega det næste",
        "Er I ikke i gang, så vælg et brev, I sender tit, og tag tyve minutter sammen om det; "
        "digitaliseringskonsulenten kommer gerne. Er I i gang, så vis det til en kollega: når fem har brugt det på en "
        "måned, er der tal for den.",
    ),
    Rule(
        "begynd",
        "der er tal, men ingen breve, de seneste tre måneder",
        lambda seen: not seen.measures.letters,
        "Send det første brev sammen",
        "Vælg et brev, I sender tit, og tag tyve minutter sammen om at sende det med Send digitalt. "
        "Digitaliseringskonsulenten kommer gerne og er med.",
    ),
    Rule(
        "fejl",
        "mindst 5 af 100 sendte breve fejlede",
        lambda seen: seen.reaches(5, seen.measures.failures, seen.measures.sent),
        "Få de sidste breve hele vejen frem",
        "{failed} af {sent} nåede ikke frem, oftest fordi {because}. {try_next}",
    ),
    Rule(
        "åbnet",
        "mindst 25 af 100 gange blev Send digitalt åbnet uden at sende",
        lambda seen: seen.reaches(25, seen.measures.figures.unused, seen.measures.figures.opened),
        "Spørg hinanden, hvad der mangler for at trykke Send",
        "{unused} af {opened} blev Send digitalt åbnet, uden at brevet blev sendt. Tag det op på næste møde: er det en "
        "skabelon, en modtager eller et bilag, der driller?",
    ),
    Rule(
        "printet",
        "mindst 20 af 100 breve blev printet lokalt",
        lambda seen: seen.reaches(20, seen.measures.printed, seen.measures.letters),
        "Flyt én brevtype fra printeren",
        "{printed} af {letters} blev printet. Vælg den brevtype, I printer mest, og send den med Send digitalt i to "
        "uger. Modtagere uden Digital Post får den stadig på papir.",
    ),
    Rule(
        "papir",
        "mindst 40 af 100 sendte breve gik på papir",
        lambda seen: seen.reaches(40, seen.measures.paper, seen.measures.sent),
        "Se efter CVR-nummeret",
        "{paper} af {sent} gik på papir. Virksomheder og foreninger har næsten altid Digital Post: se, om deres "
        "CVR-nummer står på sagens part.",
    ),
    Rule(
        "bilag",
        "der var mindst 2 filer i hvert brev, og ingen bilag blev lagt sammen",
        lambda seen: not seen.measures.merged and seen.reaches(200, seen.measures.figures.files, seen.measures.sent),
        "Lad bilagene følge med i én fil",
        "I sendte {files} i {sent} breve. Bed administratoren slå sammenlægning til: så får modtageren ét dokument, og "
        "et brev på papir har bilagene med.",
    ),
    Rule(
        "langsomt",
        "halvdelen af brevene var over 2 dage om at nå frem",
        lambda seen: (seen.measures.median or timedelta(0)) > _SLOW,
        "Find det sted, hvor brevene venter",
        "Halvdelen af brevene er over {took} om at nå frem. Se, om det er godkendelsen, der venter, eller breve, der "
        "bliver gemt til sidst på dagen.",
    ),
    Rule(
        "fortrudt",
        "mindst 5 af 100 sendte breve blev afbrudt",
        lambda seen: seen.reaches(5, seen.measures.figures.cancelled, seen.measures.sent),
        "Se brevet igennem, før I sender",
        "{cancelled} blev fortrudt. Godt, at det kan lade sig gøre – og hurtigere, når brevet er set igennem.",
    ),
    Rule(
        "vækst",
        "der blev sendt mindst 25 af 100 flere digitalt end de tre måneder før",
        lambda seen: (seen.growth or 0) >= _GROWS,
        "Fortæl de andre, hvad I gjorde",
        "De seneste tre måneder sendte I {more} mere digitalt end de tre før. Skriv to linjer om, hvad der virkede: "
        "det hjælper den næste afdeling i gang.",
    ),
    Rule(
        "godt",
        "ellers",
        lambda _: True,
        "Hold fast, og hjælp en anden i gang",
        "Det kører. Inviter en kollega fra en afdeling, der skal til at begynde, til at se, hvordan I gør.",
    ),
)
