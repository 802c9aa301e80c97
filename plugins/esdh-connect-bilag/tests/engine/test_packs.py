"""Packs: made once and laid in as they are; what comes out never tells whether they were there."""

import io
import random

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_bilag.engine import Bounds, Declined, Facts, Pack, Part, Reason, Style, merge, read_kept, write_kept

PICTURE = bytes(range(256)) * 8


class Forgetful:
    """Keeps each thing as bytes, and forgets some of them."""

    def __init__(self, chance=0.0, seed=0):
        self.kept, self.made, self.chance, self.draw = {}, 0, chance, random.Random(seed)  # noqa: S311

    def get(self, key):
        if self.draw.random() < self.chance:
            self.kept.pop(key, None)
        return read_kept(key, self.kept[key]) if key in self.kept else None

    def put(self, key, value):
        self.made += isinstance(value, Pack)
        self.kept[key] = b"".join(write_kept(key, value))


def bilag(paper, role="H1", element_id="a", font="Courier", field="name", picture=PICTURE):
    """Give a document that has all that can be in another's way."""
    return paper.document(
        2,
        catalog=b"/StructTreeRoot 50 0 R/MarkInfo<</Marked true>>/OCProperties<</OCGs[60 0 R]/D<</OFF[60 0 R]>>>>"
        b"/AcroForm<</Fields[20 0 R]/DR<</Font<</F1 21 0 R>>>>/DA(/F1 12 Tf)>>/Outlines 70 0 R",
        page=b"/StructParents 0/Annots[20 0 R]/Resources<</Font<</F 3 0 R>>/XObject<</L 30 0 R>>"
        b"/Properties<</O 60 0 R>>>>",
        o20=b"<</Type/Annot/Subtype/Widget/FT/Tx/T(%b)/V(%b)/DA(/F1 9 Tf)/Rect[0 0 9 9]>>"
        % (field.encode(), font.encode()),
        o21=b"<</Type/Font/Subtype/Type1/BaseFont/%b>>" % font.encode(),
        o30=paper.stream(b"/Type/XObject/Subtype/Image/Width 1/Height 1/SMask 31 0 R", picture),
        o31=paper.stream(b"/Type/XObject/Subtype/Image/Width 1/Height 1", picture[::-1]),
        o50=b"<</Type/StructTreeRoot/K 51 0 R/ParentTree 52 0 R/RoleMap<</Heading/%b>>/IDTree<</Names[(%b) 51 0 R]>>"
        b"/ClassMap<</C<</O/Layout/TextAlign/%b>>>>>>" % (role.encode(), element_id.encode(), role.encode()),
        o51=b"<</Type/StructElem/S/Heading/P 50 0 R/Pg 10 0 R/K 0/ID(%b)/C/C>>" % element_id.encode(),
        o52=b"<</Nums[0[51 0 R]]>>",
        o60=b"<</Type/OCG/Name(L)>>",
        o70=b"<</First 71 0 R/Last 71 0 R/Count 1>>",
        o71=b"<</Title(One)/Parent 70 0 R/Dest[12 0 R/Fit]>>",
    )


documents = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["H1", "H2"]),
        "element_id": st.sampled_from("ab"),
        "font": st.sampled_from(["Courier", "Times-Roman"]),
        "field": st.sampled_from(["name", "bilag1"]),
        "picture": st.sampled_from([PICTURE, PICTURE[1:]]),
    }
)


@given(
    st.lists(st.tuples(documents, st.booleans()), min_size=1, max_size=6),
    st.floats(0, 1),
    st.integers(0, 99),
)
def test_what_is_kept_never_shows(paper, wanted, chance, seed):
    """Cold, warm, or half forgotten: the same bytes, also for the letter after it."""
    parts = [Part(f"Bilag {at}", bilag(paper, **told), as_pack=packed) for at, (told, packed) in enumerate(wanted)]
    shelf, style = Forgetful(chance, seed), Style("t")
    for letter in (parts, parts[::-1], parts):
        assert merge(letter, style, shelf=shelf).content == merge(letter, style).content


@given(st.lists(documents, min_size=2, max_size=5))
def test_what_clashes_is_resolved_as_without_packs(paper, wanted):
    """Each field its value and font, each tag what it means, each layer hidden, each bookmark its page."""
    letter, several = paper.document(1), [bilag(paper, **told) for told in wanted]
    parts = [Part("Brev", letter), *(Part(f"B{at}", one, as_pack=True) for at, one in enumerate(several))]
    with pikepdf.open(io.BytesIO(merge(parts, Style("t")).content)) as pdf:
        assert pdf.check_pdf_syntax() == []
        root = pdf.Root.StructTreeRoot
        tree = pikepdf.NumberTree(root.ParentTree)
        for at, told in enumerate(wanted):
            page, following = pdf.pages[1 + 2 * at].obj, pdf.pages[2 + 2 * at].obj
            widget = page.Annots[0]
            assert pdf.Root.AcroForm.DR.Font[str(widget.DA).split()[0]].BaseFont == f"/{told['font']}"
            assert str(widget.V) == told["font"]
            assert str(widget.T) == told["field"]
            element = tree[int(page.StructParents)][0]
            assert element.Pg.objgen == page.objgen
            assert root.RoleMap[str(element.S)] == f"/{told['role']}"
            assert root.ClassMap[str(element.C)].TextAlign == f"/{told['role']}"
            assert pikepdf.NameTree(root.IDTree)[str(element.ID)].objgen == element.objgen
            assert page.Resources.XObject.L.read_raw_bytes() == told["picture"]
            assert page.Resources.Properties.O in list(pdf.Root.OCProperties.D.OFF)
            mark = next(one for number, one in enumerate(marks(pdf)) if number == at + 1)
            assert mark.First.Dest[0].objgen == following.objgen
        tops = [str(field.T) for field in pdf.Root.AcroForm.Fields]
        assert len(tops) == len(set(tops)) == len(wanted)


def marks(pdf):
    item = pdf.Root.Outlines.First
    while item is not None:
        yield item
        item = item.get("/Next")


def test_what_packs_have_in_common_is_stored_once(paper):
    """A picture with its mask, in two packs and in the letter."""
    one, other = bilag(paper), bilag(paper, role="H2", field="other")
    merged = merge([Part("a", one), Part("b", one, as_pack=True), Part("c", other, as_pack=True)], Style("t"))
    assert merged.content.count(PICTURE) == merged.content.count(PICTURE[::-1]) == 1


def test_a_bundle_is_the_same_packs_after_any_letter(paper):
    """Neither the letter nor a bilag that goes in afresh changes where packs are."""
    bundle = [Part(f"B{at}", bilag(paper, field=f"f{at}"), as_pack=True) for at in range(3)]
    shelf = Forgetful()
    merge([Part("a", paper.document(1, "A")), *bundle], Style("t"), shelf=shelf)
    assert shelf.made == 3
    another = [Part("other", paper.document(3, "B")), Part("mine", paper.document(2, "C")), *bundle]
    merge(another, Style("u"), shelf=shelf)
    assert shelf.made == 3


def test_titles_and_labels_are_not_in_the_pack(paper):
    """The same document is bilag 2 in one letter, and bilag 5 in the next."""
    shelf, content = Forgetful(), bilag(paper)
    for title, label in (("Kort", "Bilag 2 – "), ("Plan", "Bilag 5 – ")):
        merged = merge([Part(title, content, label=label, as_pack=True)], Style("t"), shelf=shelf)
        pdf = paper.opened(merged)
        assert str(pdf.Root.Outlines.First.Title) == title
        assert pdf.pages[1].label == f"{label}2"
    assert shelf.made == 1


def test_a_part_that_needs_a_repair_is_no_pack(paper):
    """It is repaired, and goes in afresh; nothing of it is kept."""

    class Mend:
        name = "mend"

        def __call__(self, _content, _bounds):
            return paper.document(3)

    shelf = Forgetful()
    merged = merge([Part("a", b"%PDF-1.4 rubble", as_pack=True)], Style("t"), repair=(Mend(),), shelf=shelf)
    assert (merged.placed[0].way, merged.placed[0].pages, shelf.kept) == ("mend", 3, {})


def test_what_there_are_no_numbers_for_goes_in_afresh(paper):
    """Keys to the tags are numbers too, and a document may have any; those after it are packs all the same."""
    tagged = {"catalog": b"/StructTreeRoot 50 0 R", "o50": b"<</Type/StructTreeRoot/K[]>>"}
    greedy = paper.document(1, page=b"/StructParents 250000", **tagged)
    parts = [Part("a", greedy, as_pack=True), Part("b", bilag(paper), as_pack=True), Part("c", greedy, as_pack=True)]
    shelf = Forgetful()
    merged = merge(parts, Style("t"), shelf=shelf)
    assert merge(parts, Style("t"), shelf=shelf).content == merged.content == merge(parts, Style("t")).content
    pdf = paper.opened(merged)
    assert len({int(page.StructParents) for page in pdf.pages if "/StructParents" in page}) == 3
    assert len(pdf.pages) == 4


def test_what_is_over_a_bound_is_declined_also_where_a_pack_is_kept(paper):
    """The bounds are among what a pack is known by."""
    shelf, part = Forgetful(), Part("a", paper.document(3), as_pack=True)
    merge([part], Style("t"), shelf=shelf)
    with pytest.raises(Declined) as raised:
        merge([part], Style("t"), shelf=shelf, bounds=Bounds(pages=2))
    assert raised.value.reason is Reason.TOO_MANY_PAGES


def test_an_archival_file_has_no_packs(paper):
    """PDF/A-1 knows no object streams: where all parts claim it, all go in afresh."""
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1" '
        b'pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>'
    )
    old = paper.document(1, catalog=b"/Metadata 20 0 R", o20=paper.stream(b"/Type/Metadata/Subtype/XML", xmp))
    both = [Part("a", old), Part("b", old, as_pack=True)]
    assert b"/ObjStm" not in merge(both, Style("t")).content
    assert b"/ObjStm" in merge([*both, Part("c", paper.document(1))], Style("t")).content


kept_values = st.sampled_from(["facts", "pack"])


@given(kept_values, st.data())
def test_what_was_changed_in_any_bit_is_not_read(paper, kind, data):
    """Nor what was cut off, made longer, or kept under another key."""
    shelf = Forgetful()
    merge([Part("a", bilag(paper), as_pack=True)], Style("t"), shelf=shelf)
    wanted = Facts if kind == "facts" else Pack
    key, content = next(
        (key, content) for key, content in shelf.kept.items() if isinstance(read_kept(key, content), wanted)
    )
    place = data.draw(st.integers(0, len(content) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
    for spoilt, known in ((flipped, key), (content[:place], key), (content + b"\0", key), (content, key[::-1])):
        with pytest.raises(ValueError, match="not what was written"):
            read_kept(known, spoilt)
