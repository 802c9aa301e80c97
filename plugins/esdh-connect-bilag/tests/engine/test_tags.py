"""Tags: what a screen reader is told about each page, whole and in its part's own language."""

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

small = pytest.mark.parametrize("small", [False, True])


def tagged(paper, pages=2, language="da", root=b"", element=b"", kind=b"P", **more):
    """Give a document with one element on each page, that has a key in the parent tree."""
    objects = paper.objects(
        pages, catalog=b"/StructTreeRoot 50 0 R/MarkInfo<</Marked true>>/Lang(%b)" % language.encode()
    )
    for at in range(pages):
        objects[10 + 2 * at] = objects[10 + 2 * at].replace(b"/Parent", b"/StructParents %d/Parent" % at)
        objects[11 + 2 * at] = paper.stream(b"", b"/P <</MCID 0>> BDC BT /F 24 Tf 20 150 Td (x) Tj ET EMC")
        objects[60 + at] = b"<</Type/StructElem/S/%b/P 51 0 R/Pg %d 0 R/K 0%b>>" % (kind, 10 + 2 * at, element)
    kids = b" ".join(b"%d 0 R" % (60 + at) for at in range(pages))
    keys = b" ".join(b"%d[%d 0 R]" % (at, 60 + at) for at in range(pages))
    objects[50] = b"<</Type/StructTreeRoot/K 51 0 R/ParentTree 52 0 R/ParentTreeNextKey %d%b>>" % (pages, root)
    objects[51] = b"<</Type/StructElem/S/Document/P 50 0 R/K[%b]>>" % kids
    objects[52] = b"<</Nums[%b]>>" % keys
    return paper.lines(objects | {int(name[1:]): text for name, text in more.items()})


def elements(element):
    """Give all elements beneath one, in reading order."""
    found = []
    kids = element.get("/K", None)
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *elements(kid)]
    return found


def role(pdf, element):
    """Give the type of an element as the role map has it in the end."""
    kind = element.S
    while (mapped := pdf.Root.StructTreeRoot.get("/RoleMap", {}).get(str(kind))) is not None:
        kind = mapped
    return str(kind)


@small
def test_each_page_finds_its_element_and_each_element_its_page(paper, small):
    """Through the parent tree in one direction, through /Pg in the other."""
    pdf = paper.opened(paper.merge(tagged(paper), tagged(paper, 3), tagged(paper, 1), small=small))
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    keys = [int(page.obj.StructParents) for page in pdf.pages]
    assert len(set(keys)) == 6
    assert [tree[key][0].Pg.objgen for key in keys] == [page.obj.objgen for page in pdf.pages]
    reached = [element.objgen for element in elements(pdf.Root.StructTreeRoot) if "/Pg" in element]
    assert reached == [tree[key][0].objgen for key in keys]
    assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) > max(keys)


@small
def test_each_part_is_read_in_its_own_language(paper, small):
    """A Polish leaflet behind a Danish letter is read as Polish."""
    pdf = paper.opened(paper.merge(tagged(paper), tagged(paper, language="pl"), small=small))
    parts = pdf.Root.StructTreeRoot.K[0].K
    assert [(str(part.S), str(part.T), str(part.Lang)) for part in parts] == [
        ("/Part", "Brev", "da"),
        ("/Part", "Bilag 1", "pl"),
    ]


@small
def test_elements_point_to_their_parents(paper, small):
    """The root of a part's tags becomes an element; what pointed to it still does."""
    pdf = paper.opened(paper.merge(tagged(paper), tagged(paper), small=small))
    for element in elements(pdf.Root.StructTreeRoot):
        kids = element.P.K if isinstance(element.P.K, pikepdf.Array) else [element.P.K]
        assert element.objgen in {kid.objgen for kid in kids}


def test_a_file_that_is_tagged_in_part_says_so(paper):
    """A reader may then look at the rest by itself; and nobody may call it accessible throughout."""
    assert paper.opened(paper.merge(tagged(paper), tagged(paper))).Root.MarkInfo == {"/Marked": True}
    mixed = paper.opened(paper.merge(tagged(paper), paper.document(1)))
    assert mixed.Root.MarkInfo == {"/Marked": True, "/Suspects": True}
    assert "/MarkInfo" not in paper.opened(paper.merge(paper.document(1))).Root


def test_keys_without_a_tree_do_not_lead_to_the_tags_of_another_part(paper):
    """Some writers leave the keys when they take the tags away."""
    untagged = paper.document(2, page=b"/StructParents 0")
    pdf = paper.opened(paper.merge(untagged, tagged(paper), untagged, small=False))
    assert ["/StructParents" in page.obj for page in pdf.pages] == [False, False, True, True, False, False]


@small
def test_a_key_may_be_an_object_of_its_own(paper, small):
    """Seldom seen, and still a key."""
    odd = tagged(paper, o10=b"<</Type/Page/Parent 2 0 R/Contents 11 0 R/StructParents 40 0 R>>", o40=b"0")
    pdf = paper.opened(paper.merge(tagged(paper), odd, small=small))
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    assert [tree[int(page.obj.StructParents)][0].Pg.objgen for page in pdf.pages] == [
        page.obj.objgen for page in pdf.pages
    ]


@given(st.lists(st.sampled_from(["H1", "P", "Span", "Caption"]), min_size=2, max_size=4))
def test_a_type_means_in_each_part_what_its_part_says(paper, meanings):
    """One writer's Overskrift is a heading, another's a caption: the later one gets another name."""
    parts = [
        tagged(paper, kind=b"Overskrift", root=b"/RoleMap<</Overskrift/%b>>" % meaning.encode()) for meaning in meanings
    ]
    pdf = paper.opened(paper.merge(*parts))
    found = [[role(pdf, each) for each in elements(part) if "/Pg" in each] for part in pdf.Root.StructTreeRoot.K[0].K]
    assert found == [[f"/{meaning}"] * 2 for meaning in meanings]


def test_one_part_may_not_change_what_a_standard_type_means_in_another(paper):
    """A document may say that its P is a Span. The letter's paragraphs stay paragraphs."""
    pdf = paper.opened(paper.merge(tagged(paper), tagged(paper, root=b"/RoleMap<</P/Span>>"), tagged(paper)))
    found = [{role(pdf, each) for each in elements(part) if "/Pg" in each} for part in pdf.Root.StructTreeRoot.K[0].K]
    assert found == [{"/P"}, {"/Span"}, {"/P"}]


def test_classes_of_one_name_stay_apart(paper):
    """They carry attributes: the width of a table's column, say."""
    parts = [
        tagged(paper, root=b"/ClassMap<</c<</O/Layout/Width %d>>>>" % width, element=b"/C/c") for width in (10, 20, 10)
    ]
    pdf = paper.opened(paper.merge(*parts))
    classes = pdf.Root.StructTreeRoot.ClassMap
    parts = pdf.Root.StructTreeRoot.K[0].K
    found = [{int(classes[str(each.C)].Width) for each in elements(part) if "/C" in each} for part in parts]
    assert found == [{10}, {20}, {10}]


@small
def test_a_cell_of_a_table_finds_its_heading_though_ids_are_alike(paper, small):
    """Headers are named by id, and ids are of the whole file."""
    parts = [
        tagged(
            paper,
            root=b"/IDTree<</Names[(h)60 0 R]>>",
            o60=b"<</Type/StructElem/S/TH/ID(h)/P 51 0 R/Pg 10 0 R/K 0>>",
            o61=b"<</Type/StructElem/S/TD/P 51 0 R/Pg 12 0 R/K 0/A<</O/Table/Headers[(h)]>>>>",
        )
        for _ in range(3)
    ]
    pdf = paper.opened(paper.merge(*parts, small=small))
    ids = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
    for part in pdf.Root.StructTreeRoot.K[0].K:
        _, heading, cell = elements(part)
        assert ids[str(cell.A.Headers[0])].objgen == heading.objgen
    assert len(ids) == 3


@small
def test_a_link_is_tagged_by_its_own_key(paper, small):
    """An annotation has a key of its own, beside that of its page."""
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/StructParent 2/Contents(more \\(5 0 R\\))/Dest[12 0 R/Fit]>>"
    objects = {
        "o40": link,
        "o52": b"<</Nums[0[60 0 R]1[61 0 R]2 62 0 R]>>",
        "o62": b"<</Type/StructElem/S/Link/P 51 0 R/Pg 10 0 R/K<</Type/OBJR/Obj 40 0 R>>>>",
        "o51": b"<</Type/StructElem/S/Document/P 50 0 R/K[60 0 R 61 0 R 62 0 R]>>",
        "o10": b"<</Type/Page/Parent 2 0 R/Contents 11 0 R/StructParents 0/Annots[40 0 R]>>",
    }
    pdf = paper.opened(paper.merge(tagged(paper, **objects), tagged(paper, **objects), small=small))
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for page in (pdf.pages[0], pdf.pages[2]):
        annotation = page.Annots[0]
        assert tree[int(annotation.StructParent)].K.Obj.objgen == annotation.objgen
        assert str(annotation.Contents) == "more (5 0 R)"
