"""Letters to be laid together, without an installation around them."""

import io
from collections.abc import Callable

import attrs
import pikepdf
import pytest

from esdh_connect.model import PDF, File, Letter, Place
from esdh_connect.testing.fakes import GENEROUS, pdf_of
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.preflight import Paper

ONE = attrs.evolve(GENEROUS, max_files=1)


def letter(*contents: bytes, names: dict[int, str] | None = None, media_types: dict[int, str] | None = None) -> Letter:
    """Make a letter of files, called "brev.pdf", "bilag-1.pdf" and so on."""
    called = {0: "brev.pdf"} | {at: f"bilag-{at}.pdf" for at in range(1, len(contents))} | (names or {})
    kinds = media_types or {}
    files = [
        File(called[at], kinds.get(at, PDF), content, (Place(at, 1, 1),), pages=1)
        for at, content in enumerate(contents)
    ]
    return Letter("Afgørelse", tuple(files))


@pytest.fixture(name="letter")
def letter_() -> Callable[..., Letter]:
    return letter


@pytest.fixture
def laid() -> Callable[..., Letter]:
    """Lays one page for each text together; ``limits`` and ``layout`` are changed by name."""

    def one(
        *contents: bytes | str, layout: Layout | None = None, paper: Paper | None = None, **limits: object
    ) -> Letter:
        files = [pdf_of(one) if isinstance(one, str) else one for one in contents]
        return consolidate(letter(*files), attrs.evolve(ONE, **limits), layout or Layout(), paper=paper or Paper())

    return one


@pytest.fixture(scope="session")
def changed() -> Callable[..., bytes]:
    """Makes a document of one page, and changes it by pikepdf."""

    def one(change: Callable[[pikepdf.Pdf], object], *texts: str) -> bytes:
        written = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf_of(*(texts or ("Side",))))) as pdf:
            change(pdf)
            pdf.save(written, deterministic_id=True)
        return written.getvalue()

    return one


@pytest.fixture(scope="session")
def signed(changed: Callable[..., bytes]) -> bytes:
    """Give a document that is signed."""

    def sign(pdf: pikepdf.Pdf) -> None:
        signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"), Contents=b"\0")
        signature.ByteRange = pikepdf.Array([0, 1, 2, 3])
        field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="s", V=pdf.make_indirect(signature)))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)

    return changed(sign)


@pytest.fixture(scope="session")
def scripted(changed: Callable[..., bytes]) -> bytes:
    """Give a document that runs a script when it is opened."""
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return changed(lambda pdf: pdf.Root.__setattr__("OpenAction", action))
