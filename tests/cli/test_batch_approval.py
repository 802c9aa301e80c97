"""``batch approve`` and ``batch send-back``: a mailing looked at by a second person, as a whole."""

import pytest

NOTHING = "Der er ikke sendt noget"

HELD = ("--by", "chefen")


@pytest.fixture
def strict(mailing):
    """The same list, where a second person approves; committed."""
    mailing.settings(mailing.SETTINGS + "approval = true\n")
    assert mailing.send_many("--count", "3").code == 0
    return mailing


def test_a_mailing_is_approved_by_whoever_brings_its_list_and_files(strict):
    """It is counted as waiting, and goes when all of it is as it was committed."""
    assert "Venter på at blive godkendt: 3" in strict.run("batch", "show", "Rotter 2027").out
    approve = ("batch", "approve", "Rotter 2027", "brev.pdf", "--list", "breve.jsonl", *HELD)
    assert "Skriv --count 3" in strict.spawn(*approve).err
    ended = strict.run(*approve, "--count", "3")
    assert (ended.code, ended.out) == (0, "Godkendt: 3\n")
    with strict.opened() as post:
        for entry in post.entries():
            assert ("deed approved", "chefen") in [(line.what, line.by) for line in post.audit.of(entry.id)]
    assert strict.run("drain").code == 0
    assert [one["title"] for one in strict.posted()] == ["Til Ane", "Rotter", "Rotter"]
    assert strict.run(*approve).err == "Der er ingen breve, som venter på at blive godkendt.\n"


def test_a_mailing_is_not_approved_with_another_file(strict):
    """It names the letters, and all of them wait."""
    strict.write("eget.pdf", "Noget helt tredje")
    ended = strict.run("batch", "approve", "Rotter 2027", "brev.pdf", "--list", "breve.jsonl", "--count", "3", *HELD)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(
        f"{NOTHING} nyt: 1 af 3 breve er ikke, som de blev bestilt, og ingen af dem er godkendt.\n"
    )
    assert strict.works() == {"held": 3}


def test_a_mailing_is_sent_back(strict):
    """All of it is stopped."""
    back = ("batch", "send-back", "Rotter 2027", "--why", "forkert bilag", *HELD)
    assert strict.run(*back, "--count", "2").code == 1
    ended = strict.run(*back, "--count", "3")
    assert (ended.code, ended.out) == (0, "Sendt tilbage: 3\n")
    assert strict.works() == {"cancelled": 3}
