"""Documents: exactly what was asked for, whole, or nothing, and why."""

import threading

import pytest

from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import PDF, Document
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_f2.testing import Fault
from esdh_connect_f2.testing.bench import F2Bench


@pytest.fixture
def bench(f2):
    return F2Bench(f2)


@pytest.fixture
def host(f2):
    return f2.host()


def test_the_documents_of_a_case_are_named_as_they_are_read(f2, host):
    """In the order of its akter, with a version each; a title that has its ending keeps it."""
    there = f2.world.add_case(title="Carport", keyword="02.34.02")
    akt = f2.world.add_matter(there.id, "Afgørelse")
    f2.world.add_document(akt, "Afgørelse", "pdf", pdf_of("A"))
    f2.world.add_document(akt, "notat.txt", "txt", b"Notat")
    case = host.cases.case(there.number)
    assert (case.id, case.title, str(case.kle)) == (str(there.id), "Carport", "02.34.02")
    first, second = host.cases.documents(case)
    assert [(one.name, one.media_type) for one in (first, second)] == [
        ("Afgørelse.pdf", PDF), ("notat.txt", "text/plain"),
    ]  # fmt: skip
    assert host.read_document(first) == pdf_of("A")
    assert host.read_document(second) == b"Notat"


def test_a_case_without_a_kle_number_has_none(f2, host):
    """Keywords need not be KLE."""
    there = f2.world.add_case(keyword="Emneord_Issuetyper")
    assert host.cases.case(str(there.id)).kle is None


def test_another_kind_of_file_is_read_as_f2_s_pdf_where_one_is_wanted(f2, host):
    """F2 makes it; the version is that of the document."""
    akt = f2.world.add_matter(0, "Kladder")
    there = f2.world.add_document(akt, "Brev", "docx", b"PK\x03\x04 word")
    [version] = {f"{f2.world.wall(there.modified)}/{len(there.content)}"}
    assert host.read_document(Document(str(there.id), version, "Brev.pdf", PDF)) == pdf_of("Brev")
    assert any("GET pdf" in one for one in f2.calls)


def test_one_that_is_changed_while_it_is_fetched_is_refused(f2, host, bench):
    """Its data are looked at before and after."""
    document = bench.document(pdf_of("Kladde"))
    f2.script.add(Fault("content", "slow", seconds=1.0))
    failed = []

    def read():
        try:
            host.read_document(document)
        except UnreadableDocument as error:
            failed.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    while not any("GET content" in one for one in f2.calls):
        thread.join(0.02)
    bench.change(document, pdf_of("Endelig"))
    thread.join(30)
    [error] = failed
    assert error.danish.endswith("er ændret i F2 siden. Luk vinduet, og åbn dokumentet på ny")


@pytest.mark.parametrize(
    ("on", "kind", "danish"),
    [
        ("content", "html", "er ikke det, F2 gav: måske en fejlmeddelelse"),
        ("content", "half", "blev ikke hentet helt fra F2"),
        ("content", "cut", "kunne ikke hentes fra F2: svaret blev afbrudt"),
        ("content", "reset_before", "kunne ikke hentes fra F2: forbindelsen blev afbrudt"),
        ("content", "unavailable", "kunne ikke hentes fra F2: F2 har travlt eller er lukket lige nu"),
        ("content", "locked", "kunne ikke hentes fra F2: nogen arbejder med det i F2 lige nu"),
        ("content", "forbidden", "kunne ikke hentes fra F2: F2 lukkede os ikke ind"),
        ("content", "error_before", "kunne ikke hentes fra F2: F2 svarede med en fejl"),
        ("content", "astray", "kunne ikke hentes fra F2: F2 henviser til en anden adresse end den i indstillingerne"),
        ("document", "astray", "kunne ikke hentes fra F2: F2 henviser til en anden adresse end den i indstillingerne"),
        ("document", "html", "kunne ikke hentes fra F2: tjenesten svarede uklart"),
        ("token", "html", "kunne ikke hentes fra F2: tjenesten svarede uklart"),
        ("index", "html", "kunne ikke hentes fra F2: tjenesten svarede uklart"),
        ("index", "unavailable", "kunne ikke hentes fra F2: F2's tjenesteoversigt kan ikke læses"),
    ],
)
def test_what_goes_wrong_is_told_to_the_caseworker(f2, host, bench, on, kind, danish):
    """In a sentence, with the document's name; and the next try is as good as new."""
    document = bench.document(pdf_of("A"), "Brev.pdf")
    f2.script.add(Fault(on, kind))
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(document)
    assert caught.value.danish == f"dokumentet »Brev.pdf« {danish}"
    assert f2.script.waiting == 0
    assert host.read_document(document) == pdf_of("A")


def test_a_web_page_in_place_of_a_text_is_none(f2, host, bench):
    """Both are text: only what F2 says of it tells."""
    document = bench.document(b"Notat: alt er godt", "notat.txt")
    bench.spoil(document)
    with pytest.raises(UnreadableDocument, match="something else"):
        host.read_document(document)


def test_a_token_that_has_ended_is_no_error(f2, host, bench):
    """It is exchanged for another, once."""
    document = bench.document(pdf_of("A"))
    host.read_document(document)
    f2.world.account.revoke()
    assert host.read_document(document) == pdf_of("A")
    assert len([one for one in f2.calls if "token" in one]) == 2


def test_one_that_is_too_large_is_refused_before_it_is_fetched(f2, bench):
    """And one that says it is small, while it is fetched."""
    host = f2.host(max_megabytes=1)
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(bench.document(b"%PDF-1.7" + bytes(1_100_000)))
    assert "fylder mere end 1 MB" in caught.value.danish
    assert not any("content" in one for one in f2.calls)


@pytest.mark.parametrize("id_", ["findes-ikke", "", "1e5", "../token", "٣", "9" * 40])
def test_an_id_that_is_none_of_f2_s_is_never_asked_for(f2, host, id_):
    """It would become a part of an address."""
    with pytest.raises(UnreadableDocument, match="an id of F2 is a number"):
        host.read_document(Document(id_, "1", "x.pdf"))
    assert f2.calls == []


def test_nothing_of_a_document_stands_in_an_address(f2, host, bench):
    """Addresses are logged by everything in between: only ids are in them."""
    document = bench.document(pdf_of("A"), "Brev til 121212-1212.pdf")
    host.read_document(document)
    assert not any("1212" in one or "Brev" in one for one in f2.calls)
