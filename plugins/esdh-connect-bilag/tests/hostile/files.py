"""Files made to hurt whoever reads them; each is a function, for some are large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256

from hostile.writing import (
    CATALOG,
    CONTENT,
    PAGE,
    bomb,
    object_stream,
    pdf,
    stream,
    with_xref_stream,
)

DEEP = 200_000
MANY = 200_000


def content_bomb(rounds: int) -> bytes:
    filters = b"/Filter [" + b"/FlateDecode " * rounds + b"] "
    return pdf({4: stream(bomb(2**30, rounds), filters)})


def object_stream_bomb() -> bytes:
    """Three gigabytes that an object is said to be in."""
    packed = stream(bomb(3 * 2**30), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode ")
    return with_xref_stream({5: packed}, packed={3: (5, 0)})


def cross_reference_bomb(entries: bytes, widths: tuple[int, int, int], rows: bytes) -> bytes:
    return with_xref_stream(entries=entries, widths=widths, rows=rows)


def nested(opening: bytes, closing: bytes) -> bytes:
    return pdf({5: opening * DEEP + closing * DEEP}, trailer=b"/Info 5 0 R")


def in_the_page(entry: bytes, more: Mapping[int, bytes] | None = None) -> bytes:
    return pdf({3: PAGE[:-2] + entry + b" >>", **(more or {})})


def chain(link: Callable[[int], bytes]) -> dict[int, bytes]:
    return {10 + at: link(10 + at + 1) for at in range(DEEP)} | {10 + DEEP: b"(end)"}


def laughs() -> bytes:
    """Ten kids that are all the same, thirty levels deep."""
    levels = {5 + at: b"<< /Type /Pages /Kids [%b] /Count 1 >>" % (b"%d 0 R " % (6 + at) * 10) for at in range(30)}
    return pdf({1: CATALOG.replace(b"2 0 R", b"5 0 R"), **levels, 35: PAGE})


def wide_tree() -> bytes:
    return pdf({2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * 1_000_000, 1_000_000)})


def outline(siblings: bytes, first: int = 10) -> dict[int, bytes]:
    return {
        1: CATALOG[:-2] + b"/Outlines 9 0 R >>",
        9: b"<< /Type /Outlines /First %d 0 R /Last 11 0 R /Count 2 >>" % first,
        10: b"<< /Title (a) /Parent 9 0 R /Next 11 0 R /Dest [3 0 R /Fit] >>",
        11: b"<< /Title (b) /Parent 9 0 R /Prev 10 0 R %b >>" % siblings,
    }


def long_outline() -> bytes:
    items = {10 + at: b"<< /Title (%d) /Parent 9 0 R /Next %d 0 R >>" % (at, 11 + at) for at in range(DEEP)}
    return pdf({**outline(b""), **items, 10 + DEEP: b"<< /Title (end) /Parent 9 0 R >>"})


def deep_tags() -> bytes:
    elements = {11 + at: b"<< /S /Div /P %d 0 R /K %d 0 R >>" % (10 + at, 12 + at) for at in range(DEEP)}
    return pdf(
        {
            1: CATALOG[:-2] + b"/StructTreeRoot 10 0 R /MarkInfo << /Marked true >> >>",
            10: b"<< /Type /StructTreeRoot /K 11 0 R >>",
            **elements,
            11 + DEEP: b"<< /S /P /P %d 0 R /Pg 3 0 R /K 0 >>" % (10 + DEEP),
        }
    )


def tree_of_names(kids: bytes) -> bytes:
    return pdf(
        {
            1: CATALOG[:-2] + b"/Names << /Dests 9 0 R >> /PageLabels 9 0 R >>",
            9: b"<< /Kids [%b] /Names [(a) [3 0 R /Fit]] /Nums [0 << /S /D >>] >>" % kids,
        }
    )


def fields(kids: bytes) -> bytes:
    return pdf(
        {
            1: CATALOG[:-2] + b"/AcroForm << /Fields [9 0 R] >> >>",
            9: b"<< /T (a) /FT /Tx /Kids [%b] /Parent 9 0 R >>" % kids,
        }
    )


def previous_is_itself() -> bytes:
    whole = pdf()
    at = whole.rindex(b"startxref") + 10
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %010d" % int(whole[at:].split()[0]))


def previous_go_round() -> bytes:
    """Two tables, each the one before the other."""
    whole = pdf(trailer=b"/Prev 9999999999")
    first = int(whole[whole.rindex(b"startxref") + 10 :].split()[0])
    second = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    at = len(whole)
    return whole.replace(b"9999999999", b"%010d" % at) + second % (first, at)


def hex_digits(before: bytes = b"") -> bytes:
    return in_the_page(
        b"/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents %b<%b> >>]" % (before, b"31" * 2**20)
    )


def escaped_javascript() -> bytes:
    return pdf({1: CATALOG[:-2] + b"/Open#41ction << /#53 /J#61vaScript /J#53 (app.alert\\(1\\)) >> >>"})


def truncations() -> dict[str, Callable[[], bytes]]:
    whole = pdf({5: object_stream({6: b"<< /A 1 >>"})})
    cuts = range(0, len(whole), len(whole) // 24)
    return {f"truncated-{at}": partial(head, whole, at) for at in cuts}


def head(content: bytes, size: int) -> bytes:
    return content[:size]


def noise() -> bytes:
    seed, out = b"noise", []
    for _ in range(8192):
        seed = sha256(seed).digest()
        out.append(seed)
    return b"%PDF-1.7\n" + b"".join(out)


def many_objects() -> bytes:
    return pdf(
        {10 + at: b"<< /Next %d 0 R >>" % (10 + (at * 7919) % MANY) for at in range(MANY)}, trailer=b"/Info 10 0 R"
    )


def many_annotations() -> bytes:
    several = {10 + at: b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /P 3 0 R >>" for at in range(MANY)}
    return in_the_page(b"/Annots [%b]" % b" ".join(b"%d 0 R" % number for number in several), several)


CYCLES: dict[str, Callable[[], bytes]] = {
    "kids_are_their_parent": lambda: pdf({2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"}),
    "kids_go_round": lambda: pdf(
        {
            2: b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
            5: b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
        }
    ),
    "parents_go_round": lambda: pdf({3: b"<< /Type /Page /Parent 3 0 R /Contents 4 0 R >>"}),
    "one_page_twice": lambda: pdf({2: b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"}),
    "previous_is_itself": previous_is_itself,
    "previous_go_round": previous_go_round,
    "outline_next_is_itself": lambda: pdf(outline(b"/Next 11 0 R")),
    "outline_next_goes_back": lambda: pdf(outline(b"/Next 10 0 R")),
    "outline_child_is_its_parent": lambda: pdf(outline(b"/First 9 0 R /Last 9 0 R /Count 1")),
    "reference_to_itself": lambda: in_the_page(b"/Rotate 9 0 R", {9: b"9 0 R"}),
    "references_go_round": lambda: in_the_page(b"/Rotate 9 0 R", {9: b"10 0 R", 10: b"9 0 R"}),
    "length_is_itself": lambda: pdf({4: b"<< /Length 4 0 R >>\nstream\nq Q\nendstream"}),
    "names_go_round": lambda: tree_of_names(b"9 0 R"),
    "fields_go_round": lambda: fields(b"9 0 R"),
    "tags_go_round": lambda: pdf(
        {
            1: CATALOG[:-2] + b"/StructTreeRoot 9 0 R >>",
            9: b"<< /Type /StructTreeRoot /K 10 0 R /ParentTree 9 0 R /Kids [9 0 R] >>",
            10: b"<< /S /P /P 10 0 R /K 10 0 R >>",
        }
    ),
    "object_stream_in_itself": lambda: with_xref_stream(
        {5: object_stream({3: PAGE, 5: b"null"})}, packed={3: (5, 0), 5: (5, 1)}
    ),
    "object_streams_extend_each_other": lambda: with_xref_stream(
        {
            5: object_stream({3: PAGE}).replace(b"/N 1", b"/N 1 /Extends 6 0 R"),
            6: object_stream({7: b"null"}).replace(b"/N 1", b"/N 1 /Extends 5 0 R"),
        },
        packed={3: (5, 0), 7: (6, 0)},
    ),
    "form_draws_itself": lambda: in_the_page(
        b"/Resources << /XObject << /A 9 0 R >> >>",
        {9: stream(b"/A Do", b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 9 0 R >> >>")},
    ),
}

BOMBS: dict[str, Callable[[], bytes]] = {
    "flate": lambda: content_bomb(1),
    "flate_twice": lambda: content_bomb(2),
    "object_stream_of_3_gb": object_stream_bomb,
    "cross_reference_index_of_300_million": lambda: cross_reference_bomb(b"/Index [0 300000000] ", (0, 0, 0), b""),
    "cross_reference_of_one_byte_rows": lambda: cross_reference_bomb(b"/Index [0 300000000] ", (1, 0, 0), bytes(2**20)),
    "cross_reference_of_wide_rows": lambda: cross_reference_bomb(b"", (1, 2**30, 2), b"\1"),
    "cross_reference_predictor": lambda: cross_reference_bomb(
        b"/DecodeParms << /Predictor 12 /Columns 2000000000 >> ", (1, 4, 2), bytes(100)
    ),
    "object_stream_says_n_is_a_billion": lambda: with_xref_stream(
        {5: object_stream({3: PAGE}).replace(b"/N 1", b"/N 1000000000")}, packed={3: (5, 0)}
    ),
    "run_length": lambda: pdf({4: stream(b"\x81\0" * 2**20, b"/Filter /RunLengthDecode ")}),
    "ascii_85": lambda: pdf({4: stream(b"z" * 2**22 + b"~>", b"/Filter /ASCII85Decode ")}),
    "billion_laughs": laughs,
    "a_million_kids": wide_tree,
    "size_of_four_billion": lambda: pdf().replace(b"/Size 5", b"/Size 4294967295"),
    "table_of_a_billion": lambda: pdf().replace(b"xref\n0 5\n", b"xref\n0 1000000000\n"),
}

DEPTHS: dict[str, Callable[[], bytes]] = {
    "arrays": lambda: nested(b"[", b"]"),
    "dictionaries": lambda: nested(b"<< /A ", b" >>"),
    "strings": lambda: pdf({5: b"<< /Title " + b"(" * DEEP + b")" * DEEP + b" >>"}, trailer=b"/Info 5 0 R"),
    "open_arrays": lambda: pdf({5: b"[" * DEEP}, trailer=b"/Info 5 0 R"),
    "open_dictionaries": lambda: pdf({5: b"<<" * DEEP}, trailer=b"/Info 5 0 R"),
    "open_string": lambda: pdf({5: b"(" * DEEP}, trailer=b"/Info 5 0 R"),
    "references": lambda: in_the_page(b"/Rotate 10 0 R", chain(lambda number: b"%d 0 R" % number)),
    "dictionaries_of_references": lambda: in_the_page(b"/A 10 0 R", chain(lambda number: b"<< /A %d 0 R >>" % number)),
    "kids": lambda: pdf(
        {2: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"}
        | chain(lambda number: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % number)
    ),
    "tags": deep_tags,
    "outline": long_outline,
    "previous": lambda: b"".join(
        [pdf(), *(b"xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\n" % 9 for _ in range(10_000))]
    ),
}

WRONG: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "header_alone": lambda: b"%PDF-1.7",
    "noise": noise,
    "length_too_long": lambda: pdf({4: stream(b"q Q", length=10**9)}),
    "length_too_short": lambda: pdf({4: stream(b"q Q " * 99, length=1)}),
    "length_negative": lambda: pdf({4: stream(b"q Q", length=-1)}),
    "length_is_a_name": lambda: pdf({4: b"<< /Length /Long >>\nstream\nq Q\nendstream"}),
    "length_of_4000_digits": lambda: pdf({4: b"<< /Length %b >>\nstream\nq Q\nendstream" % (b"9" * 4000)}),
    "no_length": lambda: pdf({4: b"<< >>\nstream\nq Q\nendstream"}),
    "no_endstream": lambda: pdf({4: b"<< /Length 3 >>\nstream\nq Q"}),
    "offsets_negative": lambda: pdf().replace(b"startxref\n", b"startxref\n-"),
    "offsets_beyond": lambda: pdf().replace(b"0000000009 00000 n", b"9999999999 00000 n"),
    "no_pages": lambda: pdf({2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
    "count_of_a_billion": lambda: pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>"}),
    "count_negative": lambda: pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>"}),
    "kids_are_numbers": lambda: pdf({2: b"<< /Type /Pages /Kids [1 2 3] /Count 3 >>"}),
    "kids_are_missing": lambda: pdf({2: b"<< /Type /Pages /Kids [77 0 R] /Count 1 >>"}),
    "root_is_missing": lambda: pdf().replace(b"/Root 1 0 R", b"/Root 9 0 R"),
    "root_is_a_page": lambda: pdf().replace(b"/Root 1 0 R", b"/Root 3 0 R"),
    "root_is_a_number": lambda: pdf({1: b"17"}),
    "page_is_a_stream": lambda: pdf({3: CONTENT}),
    "media_box_of_infinity": lambda: pdf({3: PAGE.replace(b"595 842", b"1e999 1e999")}),
    "media_box_of_words": lambda: pdf({3: PAGE.replace(b"595 842", b"/Wide (high)")}),
    "media_box_a_kilometre": lambda: pdf({3: PAGE.replace(b"595 842", b"2834646 2834646")}),
    "media_box_of_nothing": lambda: pdf({3: PAGE.replace(b"595 842", b"0 0")}),
    "digits_in_hex": hex_digits,
    "digits_bare": lambda: pdf({5: b"[" + b"1" * 2**21 + b"]"}, trailer=b"/Info 5 0 R"),
    "digits_and_spaces": lambda: pdf({5: b"[" + b"1 " * 2**20 + b"]"}, trailer=b"/Info 5 0 R"),
    "almost_references": lambda: pdf({5: b"[" + b"1 0 X " * 2**18 + b"]"}, trailer=b"/Info 5 0 R"),
    "references_to_nothing": lambda: in_the_page(
        b"/A [%b]" % b" ".join(b"%d 0 R" % number for number in range(1000, 100_000))
    ),
    "number_of_an_object_beyond": lambda: in_the_page(b"/A 99999999999999999999 0 R"),
    "comment_without_end": lambda: pdf({5: b"%" + b"x" * 2**20}, trailer=b"/Info 5 0 R"),
    "comment_swallows_the_next": lambda: with_xref_stream(
        {5: object_stream({3: PAGE, 6: b"<< /A 1 % >>\n"})}, packed={3: (5, 0), 6: (5, 1)}
    ),
    "counts_without_end": lambda: b"%PDF-1.7\n" + b"1 0 obj << /Kids [] /Count 1 >> " * 100_000,
    "counts_of_nothing": lambda: b"%PDF-1.7\n1 0 obj " + b"/Count 1 " * 200_000,
    "escaped_javascript": escaped_javascript,
    "escapes_without_end": lambda: pdf({5: b"<< /A#/B#4/C#ZZ" + b"#41" * 2**18 + b" 1 >>"}, trailer=b"/Info 5 0 R"),
    "encrypted_by_nothing": lambda: pdf(trailer=b"/Encrypt 77 0 R"),
    "encrypted_by_rubbish": lambda: pdf(
        {9: b"<< /Filter /Standard /V 99 /R 99 /O (x) /U (y) /P -1 >>"}, trailer=b"/Encrypt 9 0 R /ID [(a) (a)]"
    ),
    "encrypted_key_of_a_billion": lambda: pdf(
        {9: b"<< /Filter /Standard /V 2 /R 3 /Length 1000000000 /O (%b) /U (%b) /P -1 >>" % (b"o" * 32, b"u" * 32)},
        trailer=b"/Encrypt 9 0 R /ID [(a) (a)]",
    ),
    "half_a_stream": lambda: pdf({4: stream(b"q Q " * 9999)})[:-9999],
}

POLYGLOTS: dict[str, Callable[[], bytes]] = {
    "zip_in_front": lambda: b"PK\x03\x04" + bytes(500) + pdf(),
    "zip_behind": lambda: pdf() + b"PK\x05\x06" + bytes(18),
    "html_in_front": lambda: b"<html><script>alert(1)</script>" + pdf(),
    "program_in_front": lambda: b"MZ" + bytes(900) + pdf(),
    "picture_in_front": lambda: b"\x89PNG\r\n\x1a\n" + bytes(900) + pdf(),
    "header_after_two_kilobytes": lambda: bytes(2048) + pdf(),
    "two_in_one": lambda: pdf() + pdf({4: stream(b"9 w 0 0 m 500 500 l S")}),
}

CROWDS: dict[str, Callable[[], bytes]] = {"objects": many_objects, "annotations": many_annotations}

SETS = {"bomb": BOMBS, "cycle": CYCLES, "depth": DEPTHS, "wrong": WRONG, "polyglot": POLYGLOTS, "crowd": CROWDS}
ALL: dict[str, Callable[[], bytes]] = {
    **{f"{kind}-{name}": make for kind, several in SETS.items() for name, make in several.items()},
    **truncations(),
}
