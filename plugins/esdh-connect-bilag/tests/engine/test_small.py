"""Small: equal objects once, what has an identity never, and a file that every reader opens."""

import io
import zlib

import pikepdf
import pytest

from esdh_connect_bilag.engine import Part, Style, merge

LOGO = bytes(range(256)) * 40
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" %b/></rdf:RDF></x:xmpmeta>'
)


def with_logo(paper, text="A", **more):
    objects = paper.objects(1, text, page=b"/Resources<</Font<</F 3 0 R>>/XObject<</L 20 0 R>>>>")
    objects[20] = paper.stream(b"/Type/XObject/Subtype/Image/Width 100/Height 100/SMask 21 0 R", LOGO)
    objects[21] = paper.stream(b"/Type/XObject/Subtype/Image/Width 10/Height 10", LOGO[:100])
    return paper.lines(objects | {int(name[1:]): value for name, value in more.items()})


def archival(paper, claim=b'pdfaid:part="2" pdfaid:conformance="B"', profile=b"sRGB", **more):
    """Give a file that claims to be PDF/A, with an output intent."""
    return paper.document(
        1,
        catalog=b"/Metadata 20 0 R/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(x)"
        b"/DestOutputProfile 21 0 R>>]",
        o20=paper.stream(b"/Type/Metadata/Subtype/XML", XMP % claim),
        o21=paper.deflated(b"/N 3", profile),
        **more,
    )


def claimed(pdf):
    with pdf.open_metadata() as xmp:
        return xmp.pdfa_status


def test_what_is_equal_is_stored_once(paper):
    """A logo with its mask, though its objects have other numbers in each bilag."""
    moved = with_logo(paper, "B", o20=b"<</Nothing true>>").replace(b"20 0 R", b"30 0 R")
    assert b"20 0 obj" in moved
    several = paper.merge(with_logo(paper), with_logo(paper, "B"), with_logo(paper, "C"))
    assert several.content.count(LOGO) == 1
    assert paper.merge(with_logo(paper), with_logo(paper, "B"), small=False).content.count(LOGO) == 2
    images = {page.Resources.XObject.L.objgen for page in paper.opened(several).pages}
    assert len(images) == 1


def test_two_that_look_alike_are_still_two(paper):
    """Pages, annotations, fields, layers."""
    bilag = paper.document(
        1,
        catalog=b"/OCProperties<</OCGs[22 0 R]/D<<>>>>/AcroForm<</Fields[21 0 R]>>",
        page=b"/Annots[20 0 R 21 0 R]/Resources<</Font<</F 3 0 R>>/Properties<</L 22 0 R>>>>",
        o20=b"<</Type/Annot/Subtype/Square/Rect[0 0 9 9]>>",
        o21=b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]>>",
        o22=b"<</Type/OCG/Name(L)>>",
    )
    pdf = paper.opened(paper.merge(bilag, bilag, bilag))
    for what in (
        lambda page: page.obj,
        lambda page: page.Annots[0],
        lambda page: page.Annots[1],
        lambda page: page.Resources.Properties.L,
    ):
        assert len({what(page).objgen for page in pdf.pages}) == 3
    assert len({page.Resources.Font.F.objgen for page in pdf.pages}) == 1


def test_objects_that_differ_in_one_byte_stay_two(paper):
    """Equal means every byte of it, also deep within."""
    other = with_logo(paper, "B", o21=paper.stream(b"/Type/XObject/Subtype/Image/Width 10/Height 10", LOGO[1:101]))
    pdf = paper.opened(paper.merge(with_logo(paper), other))
    first, second = (page.Resources.XObject.L for page in pdf.pages)
    assert first.objgen != second.objgen
    assert first.SMask.read_raw_bytes() != second.SMask.read_raw_bytes()


def test_a_comment_swallows_nothing(paper):
    """Objects follow one another in an object stream; a comment goes to the end of its line."""
    bilag = paper.document(1, page=b"/A 20 0 R/B 21 0 R", o20=b"[1 % one", o21=b"[2]")
    bilag = bilag.replace(b"[1 % one\nendobj", b"[1]% one\nendobj").replace(b"[1 % one", b"[1]%  ")
    pdf = paper.opened(paper.merge(bilag))
    assert [[int(each) for each in pdf.pages[0].obj[key]] for key in ("/A", "/B")] == [[1], [2]]


def test_a_great_object_does_not_hide_in_an_object_stream(paper):
    """A reader would have to unpack it to get at its neighbours."""
    bilag = paper.document(1, page=b"/X 20 0 R", o20=b"<" + b"41" * 500_000 + b">")
    merged = paper.merge(bilag)
    assert b"41" * 500_000 in merged.content
    assert bytes(paper.opened(merged).pages[0].obj.X) == b"A" * 500_000


@pytest.mark.parametrize(
    ("claims", "kept"),
    [
        ([b'pdfaid:part="2" pdfaid:conformance="B"'] * 2, "2B"),
        ([b'pdfaid:part="1" pdfaid:conformance="B"'] * 2, "1B"),
        ([b'pdfaid:part="2" pdfaid:conformance="U"', b'pdfaid:part="3" pdfaid:conformance="B"'], "3B"),
        ([b'pdfaid:part="2" pdfaid:conformance="A"'] * 2, "2B"),
        ([b'pdfaid:part="1" pdfaid:conformance="B"', b'pdfaid:part="2" pdfaid:conformance="B"'], ""),
        ([b'pdfaid:part="2" pdfaid:conformance="B"', b""], ""),
    ],
)
def test_a_claim_is_kept_where_all_make_it(paper, claims, kept):
    """The lowest level of all, and none where one part makes no such claim. Untagged pages are not of level A."""
    merged = paper.merge(*(archival(paper, claim) for claim in claims))
    pdf = paper.opened(merged)
    assert claimed(pdf) == kept
    assert len(pdf.Root.OutputIntents) == 1
    assert (b"/ObjStm" in merged.content) == (kept != "1B")


def test_where_colours_are_meant_otherwise_no_claim_is_made(paper):
    """PDF/A allows one output intent; two parts with different ones cannot both be right."""
    pdf = paper.opened(paper.merge(archival(paper), archival(paper, profile=b"CMYK")))
    assert claimed(pdf) == ""
    assert "/OutputIntents" not in pdf.Root


def test_streams_are_copied_to_the_byte(paper):
    """Nothing is decoded, so nothing can be lost, and what no library decodes may pass."""
    odd = paper.stream(b"/Filter/BrotliDecode", b"\0\1endobj\2 \r\n 5 0 R")
    bilag = paper.document(1, page=b"/X 20 0 R", o20=odd)
    for small in (False, True):
        with pikepdf.open(io.BytesIO(paper.merge(bilag, small=small).content)) as pdf:
            assert pdf.pages[0].obj.X.read_raw_bytes() == b"\0\1endobj\2 \r\n 5 0 R"


def test_small_is_small(paper):
    """Ten bilag of one kind take little more than one."""
    picture = zlib.compress(bytes(200_000), 0)
    bilag = [with_logo(paper, f"B{at}", o30=b"<<>>", o20=paper.stream(b"/Subtype/Image", picture)) for at in range(10)]
    parts = [Part(f"Bilag {at}", content) for at, content in enumerate(bilag)]
    assert len(merge(parts, Style("t")).content) < 0.15 * sum(map(len, bilag))
