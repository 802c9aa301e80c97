"""What runs, reaches out or carries files is taken out, and told."""

import io

import pikepdf
import pytest

from esdh_connect_bilag.engine import Removal, Removed

ANNOTATION = b"/Type/Annot/Rect[0 0 9 9]"
LINK = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %b>>"


def everything(content):
    """Give all text of a file, with its object streams unpacked and its names read."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            out, object_stream_mode=pikepdf.ObjectStreamMode.disable, stream_decode_level=pikepdf.StreamDecodeLevel.all
        )
    return out.getvalue()


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(
    ("action", "what"),
    [
        (b"<</S/JavaScript/JS(evil)>>", Removed.JAVASCRIPT),
        (b"<</S/J#61vaScript/J#53(evil)>>", Removed.JAVASCRIPT),
        (b"<</S/JavaScript/JS 30 0 R>>", Removed.JAVASCRIPT),
        (b"<</S/JavaScript/JS(evil)/P 10 0 R>>", Removed.JAVASCRIPT),
        (b"<</S 31 0 R/JS(evil)>>", Removed.JAVASCRIPT),
        (b"<</S/GoTo/D[10 0 R/Fit]/Next<</S/JavaScript/JS(evil)>>>>", Removed.JAVASCRIPT),
        (b"<</S/GoTo/D[10 0 R/Fit]/Next[33 0 R]>>", Removed.JAVASCRIPT),
        (b"<</S/Launch/F(evil)>>", Removed.LAUNCH),
        (b"<</S/Launch/Win<</F(evil)>>>>", Removed.LAUNCH),
        (b"<</S/SubmitForm/F(http://evil)>>", Removed.SUBMIT_FORM),
        (b"<</S/ImportData/F(evil)>>", Removed.IMPORT_DATA),
        (b"<</S/GoToR/F(evil)/D[0/Fit]>>", Removed.REMOTE_GOTO),
        (b"<</S/GoToE/T<<>>/F(evil)/D[0/Fit]>>", Removed.EMBEDDED_GOTO),
        (b"<</S/URI/URI(javascript:evil)>>", Removed.URI_SCHEME),
        (b"<</S/URI/URI(file:///evil)>>", Removed.URI_SCHEME),
        (b"<</S/URI/URI(\\\\\\\\evil\\\\share)>>", Removed.URI_SCHEME),
        (b"<</S/URI/URI<6a6176617363726970743a6576696c>>>", Removed.URI_SCHEME),
        (b"<</S/URI/URI 32 0 R>>", Removed.URI_SCHEME),
        (b"<</S/Rendition/JS(evil)/OP 0>>", Removed.MULTIMEDIA),
        (b"<</S/Movie/T(evil)/Annotation 20 0 R>>", Removed.MULTIMEDIA),
    ],
)
def test_an_action_that_is_not_for_a_letter_is_gone(paper, small, action, what):
    """However it is written, and wherever it hides."""
    bilag = paper.document(
        page=b"/Annots[20 0 R]",
        o20=LINK % action,
        o30=paper.deflated(b"", b"evil"),
        o31=b"/JavaScript",
        o32=b"(javascript:evil)",
        o33=b"<</S/JavaScript/JS(evil)>>",
    )
    merged = paper.merge(paper.document(), bilag, small=small)
    assert [removal.what for removal in merged.placed[1].removed] == [what]
    assert merged.placed[0].removed == ()
    if what is not Removed.MULTIMEDIA and b"31 0 R" not in action:
        assert b"evil" not in everything(merged.content)
    assert b"JavaScript" not in everything(merged.content)


@pytest.mark.parametrize(
    "action",
    [
        b"<</S/URI/URI(https://www.borger.dk)>>",
        b"<</S/URI/URI(HTTP://www.borger.dk)>>",
        b"<</S/URI/URI(mailto:post@borger.dk)>>",
        b"<</S/URI/URI(tel:+4570101881)>>",
        b"<</S/URI/URI(www.borger.dk)>>",
        b"<</S/GoTo/D[10 0 R/Fit]>>",
        b"<</S/Named/N/NextPage>>",
    ],
)
def test_ordinary_links_stay(paper, action):
    """To pages, to the web, to a mailbox and to a telephone."""
    merged = paper.merge(paper.document(page=b"/Annots[20 0 R]", o20=LINK % action))
    assert merged.placed[0].removed == ()
    assert "/S" in paper.opened(merged).pages[0].Annots[0].A


@pytest.mark.parametrize(
    ("catalog", "what"),
    [
        (b"/OpenAction<</S/JavaScript/JS(evil)>>", Removed.JAVASCRIPT),
        (b"/AA<</WC<</S/JavaScript/JS(evil)>>>>", Removed.JAVASCRIPT),
        (b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(evil)>>]>>>>", Removed.JAVASCRIPT),
        (b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(evil)>>]>>>>", Removed.EMBEDDED_FILE),
        (b"/AF[<</Type/Filespec/F(evil)>>]", Removed.EMBEDDED_FILE),
        (b"/Collection<</Type/Collection>>", Removed.PORTFOLIO),
        (b"/AcroForm<</XFA(evil)>>", Removed.XFA),
    ],
)
def test_what_the_catalog_holds_of_it_is_told(paper, catalog, what):
    """It is never copied; but nothing goes missing without a word."""
    merged = paper.merge(paper.document(catalog=catalog))
    assert merged.placed[0].removed == (Removal(what),)
    assert b"evil" not in everything(merged.content)


@pytest.mark.parametrize(
    ("annotation", "what"),
    [
        (b"/Subtype/FileAttachment/FS<</Type/Filespec/F(evil.exe)/EF<</F 30 0 R>>>>", Removed.EMBEDDED_FILE),
        (b"/Subtype/FileAttachment/FS 31 0 R", Removed.EMBEDDED_FILE),
        (b"/Subtype/Screen/A<</S/Rendition/R(evil)>>", Removed.MULTIMEDIA),
        (b"/Subtype/RichMedia/RichMediaContent<</Assets(evil)>>", Removed.MULTIMEDIA),
        (b"/Subtype/Movie/Movie<</F(evil)>>", Removed.MULTIMEDIA),
        (b"/Subtype/Sound/Sound 30 0 R", Removed.MULTIMEDIA),
        (b"/Subtype/3D/3DD 30 0 R", Removed.MULTIMEDIA),
    ],
)
def test_a_player_or_a_carrier_leaves_its_picture(paper, annotation, what):
    """What the reader saw on the page is still there; what it would do is not."""
    bilag = paper.document(
        page=b"/Annots[<<%b%b/AP<</N 40 0 R>>>>]" % (ANNOTATION, annotation),
        o30=paper.deflated(b"", b"evil"),
        o31=b"<</Type/Filespec/F(evil.exe)/EF<</F 30 0 R/Odd 30 0 R>>>>",
        o40=paper.stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 9 9 re f"),
    )
    merged = paper.merge(bilag)
    assert [removal.what for removal in merged.placed[0].removed] == [what]
    assert b"evil" not in everything(merged.content)
    left = paper.opened(merged).pages[0].Annots[0]
    assert (str(left.Subtype), "/N" in left.AP) == ("/Stamp", True)


def test_files_beside_a_page_or_an_element_are_taken_out(paper):
    """Associated files are files."""
    bilag = paper.document(
        page=b"/AF[30 0 R]",
        o30=b"<</Type/Filespec/F(a.exe)/EF<</F 31 0 R>>>>",
        o31=paper.deflated(b"", b"evil"),
    )
    merged = paper.merge(bilag)
    assert merged.placed[0].removed == (Removal(Removed.EMBEDDED_FILE),)
    assert "/AF" not in paper.opened(merged).pages[0]
    assert b"evil" not in everything(merged.content)


def test_a_signature_is_not_kept_once_it_is_broken(paper):
    """A merged file is another file: what was signed is not there any longer. Its picture stays."""
    bilag = paper.document(
        catalog=b"/AcroForm<</Fields[20 0 R]/SigFlags 3>>",
        page=b"/Annots[20 0 R]",
        o20=b"<<%b/Subtype/Widget/FT/Sig/T(s)/V 21 0 R>>" % ANNOTATION,
        o21=b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>>>",
    )
    merged = paper.merge(bilag)
    assert merged.placed[0].removed == (Removal(Removed.SIGNATURE),)
    pdf = paper.opened(merged)
    assert "/SigFlags" not in pdf.Root.AcroForm
    assert "/Filter" not in (pdf.pages[0].Annots[0].get("/V") or {})


def test_a_picture_in_another_file_is_not_asked_for(paper):
    """A stream may say that its data are elsewhere, and a form that it is a page of another file."""
    bilag = paper.document(
        page=b"/Resources<</XObject<</X 20 0 R/Y 21 0 R>>>>",
        o20=paper.stream(b"/Subtype/Image/Width 1/Height 1/F(evil)/FFilter/FlateDecode", b""),
        o21=paper.stream(b"/Subtype/Form/BBox[0 0 1 1]/Ref<</F(evil)/Page 0>>", b""),
    )
    merged = paper.merge(bilag)
    assert merged.placed[0].removed == (Removal(Removed.REMOTE_REFERENCE, 2),)
    assert b"evil" not in everything(merged.content)
    assert str(paper.opened(merged).pages[0].Resources.XObject.X.Subtype) == "/Image"


@pytest.mark.parametrize("name", [b"JS", b"EF", b"AF", b"Launch", b"Sound", b"D", b"Dest"])
def test_a_font_may_be_called_anything(paper, name):
    """Words mean something by where they stand."""
    bilag = paper.document(page=b"/Resources<</Font<</%b 3 0 R>>>>" % name)
    merged = paper.merge(bilag)
    assert merged.placed[0].removed == ()
    assert str(paper.opened(merged).pages[0].Resources.Font["/" + name.decode()].BaseFont) == "/Helvetica"


def test_a_bookmark_that_runs_in_circles_ends(paper):
    """Readers hang on such files; the letter must not be one."""
    bilag = paper.document(
        catalog=b"/Outlines 20 0 R",
        o20=b"<</First 21 0 R/Last 22 0 R>>",
        o21=b"<</Title(a)/Parent 20 0 R/Next 22 0 R>>",
        o22=b"<</Title(b)/Parent 20 0 R/Next 21 0 R>>",
    )
    merged = paper.merge(bilag)
    assert merged.placed[0].removed == (Removal(Removed.BROKEN_BOOKMARKS),)
    first = paper.opened(merged).Root.Outlines.First.First
    assert [str(first.Title), str(first.Next.Title), "/Next" in first.Next] == ["a", "b", False]
