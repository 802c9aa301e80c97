"""A signature is of what is sent and when, however it is cut into pieces."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.settings import Secret
from esdh_connect.signature import signed

AT = datetime(2026, 11, 27, tzinfo=UTC)


@given(st.lists(st.binary(max_size=20), max_size=5))
def test_pieces_are_signed_as_the_whole(tmp_path_factory, pieces):
    """A body that is made while it is sent has the signature of one that lay in memory."""
    secret = Secret("file:a.secret", tmp_path_factory.getbasetemp() / "settings.toml")
    (Path(secret.settings).parent / "a.secret").write_text("a secret to sign with, long enough")
    whole = signed([secret], "call", AT, [b"".join(pieces)])
    assert signed([secret], "call", AT, pieces) == whole
    assert signed([secret], "call", AT, [*pieces, b"."]) != whole
    assert signed([secret], "other", AT, pieces)["webhook-signature"] != whole["webhook-signature"]
