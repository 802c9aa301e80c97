"""The command line as a host of its own: what it knows things by."""

from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.cli import wish
from esdh_connect.cli.exits import Stopped
from esdh_connect.cli.recipients import Named
from esdh_connect.dispatch import Request
from esdh_connect.errors import UnreadableDocument
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Address, Case, Document, Options, Party
from esdh_connect.seal import Seal

SEAL = Seal(b"a secret of thirty-two bytes.....")
ANE, FIRM = Named(Cpr.parse("1212121212"), "Ane Prøve"), Named(Cvr("13748136"), "Firma", Address(city="By"))
LETTER = Document("d1", "v1", "brev.pdf")


def wanted(**changes):
    request = Request("-", Case("s1"), "demo", "Titel", (LETTER,), tuple(wish.parties([ANE, FIRM], SEAL)))
    return attrs.evolve(request, **changes)


def test_a_document_is_known_by_what_is_in_it(tmp_path):
    """Never by its name, which may name a person."""
    path = tmp_path / "Ane Prøve.PDF"
    path.write_bytes(b"%PDF-1.7 same")
    (tmp_path / "copy.pdf").write_bytes(b"%PDF-1.7 same")
    first, second = wish.documents([path, tmp_path / "copy.pdf"])
    assert (first.name, first.media_type) == ("Ane Prøve.PDF", "application/pdf")
    assert "Ane" not in first.id + first.version
    assert first.version == second.version
    assert first.id != second.id


def test_a_file_that_changed_since_is_not_read(tmp_path):
    """The version is the content, so another content is another document."""
    path = tmp_path / "brev.pdf"
    path.write_bytes(b"%PDF-1.7 first")
    (document,) = wish.documents([path])
    desk = wish.Desk({document.id: path}, {})
    assert desk.read_document(document) == b"%PDF-1.7 first"
    path.write_bytes(b"%PDF-1.7 other")
    with pytest.raises(UnreadableDocument, match="changed"):
        desk.read_document(document)
    path.unlink()
    with pytest.raises(UnreadableDocument):
        desk.read_document(document)
    assert desk.read_document(Document("another host's")) is None


def test_a_file_that_no_channel_takes_is_not_read_at_all(tmp_path):
    """A sparse file of a terabyte is refused by its size."""
    path: Path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(Stopped, match="fylder mere end 500 MB"):
        wish.documents([path])


def test_a_party_is_known_by_a_keyed_digest():
    """The same person has the same one, another installation another, and no two people share one."""
    other = Seal(b"a second secret of thirty-two b..")
    ours, theirs = wish.parties([ANE, FIRM], SEAL), wish.parties([ANE, FIRM], other)
    assert list(ours) == list(wish.parties([attrs.evolve(ANE, name="Ane P."), FIRM], SEAL))
    assert set(ours).isdisjoint(theirs)
    assert len(ours) == 2
    assert all("12121212" not in repr(party) for party in ours)
    desk = wish.Desk({}, ours)
    assert [desk.resolve_recipient(party) for party in ours] == list(ours.values())
    assert desk.resolve_recipient(Party("another host's")) is None


def test_the_same_wish_has_the_same_key_in_whatever_order_the_recipients_stand():
    """A list that was sorted anew is no new letter."""
    known = wish.parties([ANE, FIRM], SEAL)
    turned = wish.parties([FIRM, ANE], SEAL)
    assert wish.wish_key(wanted(), known, SEAL) == wish.wish_key(wanted(parties=tuple(turned)), turned, SEAL)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "case": st.builds(Case, st.text(min_size=2)),
            "department": st.text(min_size=5),
            "title": st.text(min_size=6),
            "documents": st.tuples(st.builds(Document, st.just("d1"), st.text(min_size=3), st.text())),
            "options": st.builds(Options, reminder=st.text(min_size=1)),
        },
    )
)
def test_another_wish_has_another_key(changes):
    """Whatever of it differs."""
    known = wish.parties([ANE, FIRM], SEAL)
    same = wish.wish_key(wanted(), known, SEAL) == wish.wish_key(wanted(**changes), known, SEAL)
    assert same == (wanted() == wanted(**changes))


def test_a_new_key_is_like_no_other():
    """--again means it."""
    assert wish.new_key() != wish.new_key()
