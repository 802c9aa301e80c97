"""Parts that were made to do harm: an answer in seconds, and never a crash."""

import resource
import subprocess
import sys
import time

import pytest

from esdh_connect_bilag.engine import Declined, Reason

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]%b>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R%b>>"


def tree(page=b"", catalog=b"", more=()):
    return {1: CATALOG % catalog, 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: PAGE % page, **dict(more)}


def laughs():
    kids = {at: b"<</Kids[%b]/Count 9>>" % (b"%d 0 R " % (at + 1) * 10) for at in range(2, 40)}
    return {1: CATALOG % b"", **kids, 40: PAGE % b""}


def line(text, end):
    """Give objects that each name the next."""
    return ((at, text % (at + 1)) for at in range(4, end))


MANY = range(4, 60_004)
LOOP = b"<</Kids[4 0 R 5 0 R]/Nums[0<<>>-5<<>>9999999999<<>>]>>"
HOSTILE = {
    "laughs": laughs(),
    "chain": tree(b"/X 4 0 R", more=line(b"<</N %d 0 R>>", 60_000)),
    "many": tree(b"/X[" + b" ".join(b"%d 0 R" % at for at in MANY) + b"]", more=((at, b"<<>>") for at in MANY)),
    "lengths": tree(b"/X 4 0 R", more=line(b"<</Length %d 0 R>>stream\nx\nendstream", 5000)),
    "references": tree(catalog=b"/Names 4 0 R", more=line(b"%d 0 R", 5000)),
    "brackets": tree(b"/A<</S/Launch>>/X " + b"[" * 90_000 + b"]" * 90_000),
    "digits": tree(b"/X<" + b"12345" * 400_000 + b">"),
    "parentheses": tree(b"/X " + b"(" * 900_000),
    "comments": tree(b"/X " + b"%(" * 900_000 + b"\n1"),
    "escapes": tree(b"/X/" + b"#4a" * 300_000),
    "words": tree(b"/X[" + b"/D" * 200_000 + b"]"),
    "names": tree(b"/Annots[<</Dest(x)>>]", b"/Names<</Dests 4 0 R>>", [(4, LOOP), (5, LOOP)]),
    "outline": tree(b"", b"/Outlines 4 0 R", [(4, b"<</First 4 0 R/Next 4 0 R/Title(a)>>")]),
    "labels": tree(b"", b"/PageLabels 4 0 R", [(4, LOOP), (5, LOOP)]),
    "tags": tree(b"", b"/StructTreeRoot 4 0 R", [(4, b"<</K 4 0 R/ParentTree 4 0 R/RoleMap 4 0 R/Kids[4 0 R]>>")]),
    "layers": tree(b"", b"/OCProperties 4 0 R", [(4, b"<</OCGs[4 0 R 1 9 0 R]/D 4 0 R/Order[[[[]]]]/OFF 7>>")]),
    "form": tree(b"", b"/AcroForm 4 0 R", [(4, b"<</Fields[4 0 R 1 9 0 R]/DR 4 0 R/Kids[4 0 R]/Parent 4 0 R>>")]),
    "page": tree(b"/S/JavaScript/JS(x)"),
}


DECLINED = {"laughs", "lengths", "references", "brackets", "parentheses"}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("small", [False, True])
def test_a_hostile_part_gets_an_answer(paper, name, small):
    """Merged or declined, and neither hangs nor grows without end."""
    before = time.process_time()
    hostile = paper.lines(HOSTILE[name])
    if name in DECLINED:
        with pytest.raises(Declined) as raised:
            paper.merge(paper.document(1), hostile, small=small)
        assert raised.value.reason in {Reason.DAMAGED, Reason.TOO_DEEP}
    else:
        assert len(paper.opened(paper.merge(paper.document(1), hostile, small=small)).pages) == 2
    assert time.process_time() - before < 60


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
def test_a_bomb_does_not_fill_the_memory(paper, tmp_path):
    """An object stream of gigabytes, within a process that may have 256 MB."""
    bomb = paper.deflated(b"/Type/ObjStm/N 1/First 8", b"3 0 " + bytes(60_000_000))
    (tmp_path / "bomb.pdf").write_bytes(paper.lines(tree(b"/X 4 0 R", more=[(4, bomb)])))
    program = (
        "import sys, pathlib; from esdh_connect_bilag.engine import *\n"
        "pdf = open_pdf(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "try: pdf.decoded(pdf.get(4))\n"
        "except Declined as declined: print(declined.reason)\n"
    )

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))

    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "bomb.pdf"],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    assert done.stdout.strip() == "expands"


@pytest.mark.slow  # forty thousand links
def test_names_cost_no_more_than_there_are(paper):
    """160 bilag with 250 named destinations each, in seconds: where each looks through all, it is minutes."""
    names = b"".join(b"(n%03d)[10 0 R/XYZ 0 %d 0]" % (at, at) for at in range(250))
    links = b"".join(b"<</Subtype/Link/Rect[0 0 9 9]/Dest(n%03d)>>" % at for at in range(250))
    bilag = paper.document(1, catalog=b"/Names<</Dests<</Names[%b]>>>>" % names, page=b"/Annots[%b]" % links)
    before = time.process_time()
    merged = paper.merge(*[bilag] * 160)
    assert time.process_time() - before < 60
    assert merged.content.count(b"(n001)") == 0
