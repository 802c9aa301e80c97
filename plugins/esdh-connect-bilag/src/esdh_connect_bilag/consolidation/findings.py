"""Fund: what whoever sends the letter should know of its documents, once for each and in few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from esdh_connect import media, wording
from esdh_connect.model import Finding
from esdh_connect_bilag import preflight
from esdh_connect_bilag.consolidation.documents import Item, listed
from esdh_connect_bilag.preflight import Flaw, told

__all__ = [
    "MERGED_SIMPLY",
    "as_they_are",
    "gathered",
    "misnumbered",
    "not_on_a4",
    "not_stamped",
    "of_item",
    "simply",
    "was_divided",
    "was_packed",
]

MERGED_SIMPLY = "merged_simply"
_NAMED = 3
_ON_PAPER = "Filen er underskrevet digitalt. På papir kan ingen se det; det, der ses på siden, er med."


def of_item(item: Item, in_merge: Iterable[preflight.Finding]) -> Iterator[Finding]:
    """Give what was found in a document, and what the merge did to it; what both tell of is told once."""
    found = {finding.flaw: finding for finding in (*(item.report.findings if item.report else ()), *in_merge)}
    for flaw, finding in found.items():
        yield told(finding, item.number, words=_ON_PAPER if flaw is Flaw.SIGNED and item.is_joined else "")


def as_they_are(items: Iterable[Item], before: Iterable[Finding]) -> Iterator[Finding]:
    """Tell which files are no PDFs and go as they are, where nobody has told why: nothing has looked into them."""
    known = {one.document for one in before if one.id == "not_converted"}
    for item in items:
        if item.report is None and item.number not in known:
            words = (
                f"Filen er {media.described(item.file.media_type)} og sendes, som den er; der er ikke set efter i den."
            )
            more = "Gem den som PDF, hvis modtageren måske ikke kan åbne den."
            yield Finding("as_it_is", f"{words} {more}", item.number, acts="caseworker")


def simply(forced: Item | None) -> Finding:
    """Tell that the letter was laid together by pypdf, and because of which document."""
    why = f"på grund af »{forced.file.name}« " if forced else ""
    return Finding(
        MERGED_SIMPLY,
        f"Brevet er {why}lagt sammen på en enklere måde: sider, links, felter og bogmærker er med, men en skærmlæser "
        "kan ikke læse det ordentligt. Gem dokumentet som PDF på ny, hvis det skal være bedre.",
        acts="caseworker",
    )


def not_stamped(bilag: int) -> Finding:
    """Tell that a bilag has no stamp."""
    return Finding("not_stamped", "Siderne kunne ikke stemples med bilagets nummer. De er med, som de er.", bilag)


def not_on_a4(bilag: int) -> Finding:
    """Tell that pages of a bilag could not be laid on A4."""
    return Finding("not_on_a4", "Siderne kunne ikke lægges på A4. Printleverandøren tilpasser dem selv.", bilag)


def was_packed(saved: int) -> Finding:
    """Tell that the letter was too large, and is not any more."""
    return Finding(
        "packed",
        f"Brevet var for stort til kanalen og er pakket tættere: det fylder {wording.size(saved)} mindre. Miniaturer "
        "og programmers egne oplysninger kan være taget ud; det, man ser, er uændret, også billederne.",
    )


def was_divided(files: int) -> Finding:
    """Tell that the letter is in several files, because none may be as large as the whole."""
    return Finding("divided", f"Brevet sendes i {files} filer, fordi kanalen har en grænse for hver fil.")


def misnumbered(items: Sequence[Item]) -> Iterator[Finding]:
    """Tell of bilag that are called by another number than they have in the letter: their order may be wrong."""
    wrong = [item for item in items if item.number and item.own_number not in {None, item.number}]
    if wrong:
        more = f", og {len(wrong) - 1} andre hedder også noget andet end deres nummer" if len(wrong) > 1 else ""
        yield Finding(
            "other_number",
            f"Bilag {wrong[0].number} hedder »{wrong[0].file.name}«{more}. Se, om bilagene ligger i den rigtige orden.",
            acts="caseworker",
        )


def gathered(findings: Sequence[Finding], items: Sequence[Item]) -> tuple[Finding, ...]:
    """Tell the administrator once what holds for several documents: that is how templates and scanners are."""
    several: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.acts == "administrator" and finding.document is not None:
            several.setdefault((finding.id, finding.text), []).append(finding)
    names = {item.number: item.file.name for item in items}
    gone = {id(one) for same in several.values() if len(same) > 1 for one in same}
    kept = [one for one in findings if id(one) not in gone]
    return (*kept, *(_together(same, names) for same in several.values() if len(same) > 1))


def _together(same: Sequence[Finding], names: dict[int, str]) -> Finding:
    about = [f"»{names[one.document]}«" for one in same if one.document is not None]
    left = len(about) - _NAMED
    more = [f"{left} andre dokumenter" if left > 1 else "1 andet dokument"] if left > 0 else []
    return Finding(same[0].id, f"{listed([*about[:_NAMED], *more])}: {same[0].text}", acts="administrator")
