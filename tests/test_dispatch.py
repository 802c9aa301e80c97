"""A request refuses nonsense, a manifest refuses a lost or doubled document, and its fingerprint tells everything."""

import attrs
import pytest

from esdh_connect.dispatch import Manifest, Request
from esdh_connect.model import Case, Document, File, Letter, Party, Place, Source

TWO = (Source(Document("a"), b"aa", 2), Source(Document("b"), b"b", 1))
WHOLE = File("brev.pdf", "application/pdf", b"aab", (Place(0, 1, 2), Place(1, 3, 1)), pages=3)


@pytest.mark.parametrize(
    "change", [{"key": ""}, {"documents": ()}, {"parties": ()}, {"parties": (Party("1"), Party("1"))}]
)
def test_a_request_that_is_no_wish_is_refused(change):
    """No key, nothing to send, nobody to send to, or somebody twice."""
    wish = {"key": "k", "documents": (Document("a"),), "parties": (Party("1"),)}

    with pytest.raises(ValueError, match="a request"):
        Request(case=Case("1"), department="d", title="t", **{**wish, **change})


def test_a_manifest_tells_where_each_document_went():
    """Both lists, and how much it is."""
    manifest = Manifest.of(TWO, Letter("t", (WHOLE,)))

    assert [(one.file, one.first_page, one.placed_pages) for one in manifest.documents] == [(0, 1, 2), (0, 3, 1)]
    assert attrs.astuple(manifest.extent) == (2, 1, 3, 3)


@pytest.mark.parametrize(
    "places",
    [
        (Place(0, 1, 2),),
        (Place(0, 1, 2), Place(0, 3, 1)),
        (Place(1, 1, 1), Place(0, 2, 2)),
        (Place(0, 1, 1), Place(1, 3, 1)),
        (Place(0, 1, 1), Place(1, 2, 1)),
        (Place(0, 1, 2), Place(1, 3, 1), Place(1, 4, 1)),
    ],
)
def test_a_lost_doubled_moved_or_gapped_document_is_refused(places):
    """No attachment is ever dropped silently (P1)."""
    with pytest.raises(ValueError, match=r"documents were chosen|belongs to no document|account for"):
        Manifest.of(TWO, Letter("t", (attrs.evolve(WHOLE, places=places),)))


def test_front_matter_is_marked_as_such():
    """Pages that were added stand in the file's own figure."""
    fronted = attrs.evolve(WHOLE, places=(Place(0, 1, 2), Place(None, 3, 1), Place(1, 4, 1)), pages=4)

    assert Manifest.of(TWO, Letter("t", (fronted,))).files[0].front_matter == 1


def test_one_changed_byte_changes_the_fingerprint():
    """So that chosen, shown, sent and journalized can be compared."""
    before = Manifest.of(TWO, Letter("t", (WHOLE,)))
    after = Manifest.of(TWO, Letter("t", (attrs.evolve(WHOLE, content=b"aaB"),)))

    assert before.fingerprint != after.fingerprint
    assert before.fingerprint == Manifest.of(TWO, Letter("t", (WHOLE,))).fingerprint
