"""A letter with bilag of all kinds, from the plan to what goes out."""

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Request
from esdh_connect.model import PDF, Case, Document
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeClock, FakeHost, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.converters.office import Office

PAPER = attrs.evolve(GENEROUS, max_files=1, media_types={PDF: (".pdf",)})


@pytest.fixture
def host():
    return FakeHost()


@pytest.fixture
def wish(host):
    """A letter with these bilag: (name, media type, bytes)."""

    def one(*bilag):
        documents = [host.document("afgørelse", "Afgørelse")]
        for at, (name, media_type, content) in enumerate(bilag):
            documents.append(Document(f"bilag-{at}", name=name, media_type=media_type))
            host.contents[f"bilag-{at}", "1"] = content
        ane = host.person("p1", "0101901234")
        return Request("dialog", Case("sag"), "teknik", "Afgørelse", documents, [ane])

    return one


@pytest.fixture
def build(host):
    """Makes an installation; ``plugins`` says what the department has."""

    def one(*plugins):
        policy = {"plugins": ("letters", *plugins)}
        more = {"bilag": Bilag(), "office": Office()}
        channels = [FakeChannel(limits=PAPER)]
        return installation(host=host, channels=channels, now=FakeClock(), policy=policy, more=more)

    return one


def _told(row):
    """What somebody is told who is not the administrator."""
    return [one.text for one in row.envelope.letter.findings if one.acts != "administrator"]


def test_pictures_text_and_mail_become_one_file_with_the_letter(build, wish, four_corners, encoded):
    """Each in its place; commit sends what was planned."""
    mail = b"From: ida@example.dk\nTo: ane@example.dk\nSubject: Hej\nDate: Tue, 03 Mar 2026 13:05:00 +0100\n\nHej Ane"
    request = wish(
        ("facade.jpg", "image/jpeg", encoded(four_corners, "JPEG")),
        ("noter.txt", "text/plain", "Blåbærgrød".encode()),
        ("svar.eml", "message/rfc822", mail),
        ("kort.pdf", PDF, pdf_of("Kort")),
    )
    post = build("bilag")
    plan = post.plan(request)
    [row] = plan.rows

    assert row.error is None
    assert [(one.first_page, one.changes) for one in row.manifest.documents] == [
        (1, ()),
        (3, ("converted",)),
        (4, ("converted",)),
        (5, ("converted",)),
        (6, ()),
    ]
    post.commit(plan, by="ida")
    post.deliver()
    [sent] = post.plugins.channels["fake"].sent
    assert sent.manifest == row.manifest


def test_a_picture_that_calls_itself_pdf_is_sent_as_what_it_is_and_told(build, wish, four_corners, encoded):
    """People name files as they like."""
    [row] = build("bilag").plan(wish(("scan.pdf", PDF, encoded(four_corners, "PNG")))).rows

    assert _told(row) == ["er et PNG-billede, selv om det hedder en PDF-fil"]
    assert row.manifest.documents[1].changes == ("converted",)


def test_a_department_without_office_is_told_what_to_do(build, wish):
    """Off is off; and nothing is left out."""
    rtf = ("brev.rtf", "application/rtf", rb"{\rtf1 Hej}")
    [row] = build("bilag").plan(wish(rtf)).rows

    assert "»brev.rtf« er et RTF-dokument, og her er intet, der kan lave det om til PDF" in wording.of(row.error)


def test_an_office_document_in_an_e_mail_is_shown_where_the_department_has_office(libreoffice, build, wish):
    """The converters of a department help each other, and none of them is asked twice."""
    mail = (
        b"Subject: Hej\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHej\n--x\n"
        b'Content-Type: application/rtf; name="brev.rtf"\n\n{\\rtf1 Hej igen}\n--x--'
    )
    request = wish(("svar.eml", "message/rfc822", mail))
    without = build("bilag").plan(request).rows[0]
    post = build("bilag", "office")
    plan = post.plan(request)

    assert [one.id for one in without.envelope.letter.findings if one.acts == "caseworker"] == ["part_missing"]
    assert _told(plan.rows[0]) == []
    assert plan.rows[0].manifest.documents[1].placed_pages == 2
    assert post.plan(request).fingerprint == plan.fingerprint


def test_a_damaged_pdf_is_mended_and_told(build, wish):
    """The plan asks for a look at its pages."""
    damaged = pdf_of("et", "to").replace(b"xref", b"xxxx").replace(b"startxref", b"startxxxx")
    [row] = build("bilag").plan(wish(("tegning.pdf", PDF, b"rubbish" + damaged[:-300]))).rows

    assert row.error is None
    assert row.manifest.documents[1].placed_pages == 2


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 and then nothing", b"%PDF-1.7\n" + b"1 0 obj <</Type /Page>> endobj\n" * 9]
)
def test_one_that_cannot_be_mended_says_what_to_do(build, wish, content):
    """It is not left out."""
    [row] = build("bilag").plan(wish(("tegning.pdf", PDF, content))).rows

    assert "»tegning.pdf« kan ikke bruges: " in wording.of(row.error)
