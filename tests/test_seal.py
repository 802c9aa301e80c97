"""The seal: what is stored opens with the right secret, whole and in its place, or not at all."""

import tracemalloc
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.errors import ConfigurationError, DamagedPayload, WrongSecret
from esdh_connect.seal import CHUNK, DataKey, Purpose, Seal

SECRET = bytes(range(32))
SEAL = Seal(SECRET)
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7)
OVERHEAD = 28
MB = 1_000_000
LETTER = "Kære borger, vi har behandlet din sag (1212121212)."


def content(size: int) -> bytes:
    return (LETTER.encode() * (size // len(LETTER) + 1))[:size]


def data_key(owner: str = "dispatch-1") -> DataKey:
    return SEAL.new_key(owner)[1]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_again(size: int) -> None:
    """With the wrapped key as it was stored, and for every size around the edges of a chunk; empty data too."""
    wrapped, key = SEAL.new_key("dispatch-1")
    chunks = list(key.seal("letter", content(size)))
    assert Seal(SECRET).open_key("dispatch-1", wrapped).open("letter", chunks) == content(size)


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_any_data_under_any_names_opens_again(data: bytes, owner: str, part: str) -> None:
    """Names are text of any kind; they are bound, not stored."""
    wrapped, key = SEAL.new_key(owner)
    assert SEAL.open_key(owner, wrapped).open(part, key.seal(part, data)) == data


@pytest.mark.parametrize("size", SIZES)
def test_sealing_costs_28_bytes_a_chunk(size: int) -> None:
    """A nonce and a tag; no chunk holds more than a MiB of the contents."""
    chunks = list(data_key().seal("letter", content(size)))
    assert len(chunks) == max(1, -(-size // CHUNK))
    assert sum(map(len, chunks)) == size + OVERHEAD * len(chunks)
    assert max(map(len, chunks)) <= CHUNK + OVERHEAD


def test_nothing_of_the_letter_can_be_read_in_what_is_stored() -> None:
    """Nor is the same letter recognizable: sealed twice, no chunk is the same."""
    key = data_key()
    once, twice = list(key.seal("letter", content(CHUNK + 99))), list(key.seal("letter", content(CHUNK + 99)))
    stored = b"".join((*once, *twice))
    assert not [word for word in (*LETTER.split(), "1212121212") if len(word) > 4 and word.encode() in stored]
    assert not set(once) & set(twice)


@given(st.data())
def test_every_changed_byte_is_noticed(data: st.DataObject) -> None:
    """In the nonce, in the contents and in the tag."""
    key = data_key()
    chunk = bytearray(next(key.seal("letter", content(data.draw(st.integers(0, 200))))))
    chunk[data.draw(st.integers(0, len(chunk) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedPayload):
        key.open("letter", [bytes(chunk)])


@given(st.integers(0, 2), st.integers(0, CHUNK - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed_in_every_chunk(chunk: int, byte: int, change: int) -> None:
    """A large letter is not read half: an error in the last chunk gives nothing of the first."""
    damaged = bytearray(LARGE[chunk])
    damaged[byte % len(damaged)] ^= change
    chunks = [*LARGE[:chunk], bytes(damaged), *LARGE[chunk + 1 :]]
    with pytest.raises(DamagedPayload, match=f"chunk {chunk} of letter of dispatch-large"):
        LARGE_KEY.open("letter", chunks)


LARGE_KEY = data_key("dispatch-large")
LARGE = list(LARGE_KEY.seal("letter", content(2 * CHUNK + 7)))
OTHER_ORDERS = [
    [LARGE[at] for at in order]
    for count in range(3)
    for order in permutations(range(3), count + 1)
    if order != (0, 1, 2)
]


@pytest.mark.parametrize("chunks", [*OTHER_ORDERS, [], [*LARGE, LARGE[2]], [LARGE[0], *LARGE]])
def test_chunks_left_out_moved_or_doubled_are_noticed(chunks: list[bytes]) -> None:
    """All fifteen other selections of three chunks, none at all, and one too many."""
    with pytest.raises(DamagedPayload):
        LARGE_KEY.open("letter", chunks)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27, 28, 40])
def test_a_chunk_cut_short_is_noticed(length: int) -> None:
    """Wherever the cut is."""
    key = data_key()
    chunk = next(key.seal("letter", b"forty bytes of a letter, more or less .."))
    with pytest.raises(DamagedPayload):
        key.open("letter", [chunk[:length]])


def test_a_chunk_opens_only_as_the_part_it_was_sealed_as() -> None:
    """Two files of one letter cannot be swapped, even though they have the same key."""
    key = data_key()
    with pytest.raises(DamagedPayload):
        key.open("file 2", key.seal("file 1", b"til den ene"))


def test_names_cannot_be_shifted_into_each_other() -> None:
    """Owner »a« with part »bc« is not owner »ab« with part »c«."""
    one = DataKey("a", b"k" * 16, b"s" * 32)
    other = DataKey("ab", b"k" * 16, b"s" * 32)
    with pytest.raises(DamagedPayload):
        other.open("c", one.seal("bc", b"data"))


def test_a_chunk_does_not_open_in_another_dispatch() -> None:
    """Each dispatch has a key of its own."""
    with pytest.raises(DamagedPayload):
        data_key("dispatch-2").open("letter", data_key("dispatch-1").seal("letter", b"data"))


def test_a_wrapped_key_opens_only_for_its_owner() -> None:
    """Rows swapped in the database are noticed before anything is read with the key."""
    wrapped, _ = SEAL.new_key("dispatch-1")
    with pytest.raises(DamagedPayload, match="dispatch-2"):
        SEAL.open_key("dispatch-2", wrapped)


@given(st.data())
def test_every_changed_byte_of_a_wrapped_key_is_noticed(data: st.DataObject) -> None:
    """A change of the secret's name looks like another secret; all others are damage."""
    wrapped = bytearray(SEAL.new_key("dispatch-1")[0])
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((DamagedPayload, WrongSecret)):
        SEAL.open_key("dispatch-1", bytes(wrapped))


@given(st.binary(max_size=100))
def test_what_is_no_wrapped_key_is_refused(noise: bytes) -> None:
    """Whatever stands in the column."""
    with pytest.raises((DamagedPayload, WrongSecret)):
        SEAL.open_key("dispatch-1", noise)


def test_another_secret_is_told_apart_from_damage() -> None:
    """The operator who put the wrong file in place is told so: nothing is lost, the right one opens it all."""
    wrapped, _ = SEAL.new_key("dispatch-1")
    with pytest.raises(WrongSecret, match=SEAL.id):
        Seal(bytes(32)).open_key("dispatch-1", wrapped)
    assert SEAL.open_key("dispatch-1", wrapped).owner == "dispatch-1"


@pytest.mark.parametrize("secret", [b"", b"password", SECRET[:31]])
def test_a_secret_that_could_be_guessed_is_refused(secret: bytes) -> None:
    """And the message does not repeat it."""
    with pytest.raises(ConfigurationError, match="at least 32") as caught:
        Seal(secret)
    assert "password" not in str(caught.value)


def test_secrets_do_not_show_themselves() -> None:
    """In a trace, a log or a debugger's list of variables."""
    wrapped, key = SEAL.new_key("dispatch-1")
    shown = repr((SEAL, key)) + str((SEAL, key))
    assert repr(SECRET) not in shown
    assert repr(key._key) not in shown
    assert key._key not in wrapped


def test_each_purpose_has_a_key_of_its_own() -> None:
    """Knowing one, or the id of the secret, is knowing nothing of the others."""
    keys = {SEAL.key(purpose) for purpose in Purpose}
    assert {len(key) for key in keys} == {32}
    assert len({SECRET, *keys}) == len(Purpose) + 1
    assert not [key for key in keys if bytes.fromhex(SEAL.id) in key]


def test_keys_and_digests_stay_the_same_for_ever() -> None:
    """What a released version has stored, every later one must find and open."""
    assert SEAL.id == "b690f552aaca3545"
    assert SEAL.digest("party", "esdh", "4711") == "3df0d8e2346c190d0b90f7ff22cc7b0a"
    wrapped = bytes.fromhex(
        "01b690f552aaca35452abeeabd3d9817181ec6bbe05f067210e9721a36527b97e473d6e32d70c899ec5fed"
        "d4680f4c1db0a9c339f462f4c1699c982d29d5fdc93e68887bba90724f78cdd982a7a81b3a989a4bfa55"
    )
    chunk = bytes.fromhex("df5b848e64917a1a82e5f10c4e6e604d3ef9d60ddaa8b74b228486166adb11")
    assert Seal(SECRET).open_key("dispatch-1", wrapped).open("letter", [chunk]) == b"Hej"


parts = st.lists(st.text(max_size=5), max_size=4)


@given(parts, parts)
def test_only_equal_parts_have_equal_digests(one: list[str], other: list[str]) -> None:
    """However the parts are cut: »ab«, »c« is not »a«, »bc«, and nothing is not an empty text."""
    assert (SEAL.digest(*one) == SEAL.digest(*other)) == (one == other)


@given(parts, st.text(max_size=3), st.integers(0, 3))
def test_moving_a_cut_changes_the_digest(texts: list[str], more: str, at: int) -> None:
    """The neighbours that a careless joining would make alike."""
    joined = "".join(texts)
    assert SEAL.digest(joined[:at], joined[at:]) != SEAL.digest(joined[:at] + more + "x", joined[at:])
    assert SEAL.digest(joined[:at], joined[at:]) != SEAL.digest(joined)
    assert SEAL.digest(*texts) != SEAL.digest(*texts, "")


@pytest.mark.parametrize("length", [1, 12, 32, 64])
def test_a_digest_is_as_long_as_asked(length: int) -> None:
    """In hex digits; the short one is the beginning of the long one."""
    digest = SEAL.digest("party", "4711", length=length)
    assert len(digest) == length
    assert SEAL.digest("party", "4711", length=64).startswith(digest)


def test_a_digest_is_keyed() -> None:
    """Who has only the digest cannot find a CPR number by trying them all."""
    assert SEAL.digest("1212121212") != Seal(bytes(32)).digest("1212121212")


def test_seventy_megabytes_are_sealed_in_the_memory_of_a_few_chunks() -> None:
    """The contents are looked at, not copied; each chunk is made when it is asked for."""
    key, data = data_key(), bytes(70 * MB)
    tracemalloc.start()
    try:
        sealed = sum(len(chunk) for chunk in key.seal("letter", data))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sealed == 70 * MB + 67 * OVERHEAD
    assert peak < 5 * MB


def test_seventy_megabytes_are_opened_in_little_more_than_their_own_memory() -> None:
    """An eighth at most is reserved ahead while it grows; there is never a second copy."""
    key, data = data_key(), bytes(70 * MB)
    chunks = key.seal("letter", data)
    tracemalloc.start()
    try:
        opened = key.open("letter", chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert opened == data
    assert peak < 70 * MB * 9 / 8 + 5 * MB
