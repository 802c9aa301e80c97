"""A change says in Danish what it will do, before it is made."""

from datetime import timedelta

import pytest

from esdh_connect.errors import PolicyError


def texts(found, *, warns=False):
    return [(one.department, one.text) for one in found if one.warns is warns]


def test_what_is_under_way_is_counted_and_said_to_go_on(post, said, wish):
    """Those below that lose the same are counted too."""
    for _ in range(2):
        post.commit(post.plan(wish()), by="bo", hold=timedelta(hours=1))
    post.departments.change([said("byggesag", "teknik")])
    post.commit(post.plan(wish("byggesag")), by="bo")
    assert texts(post.departments.foresee([said("teknik", plugins=["-letters"])])) == [
        ("teknik", "Pluginet »letters« bliver slået fra."),
        ("teknik", "Det slår igennem i afdelingen under den: »byggesag«."),
        ("teknik", "3 forsendelser er undervejs og bliver sendt."),
    ]
    assert post.policy("teknik").plugins == {"letters"}


def test_the_day_it_counts_from_is_said(post, said):
    """And what then may be under way is not counted now."""
    found = post.departments.foresee([said("teknik", since=timedelta(days=42), channels=[], approval=True)])
    assert texts(found) == [
        ("teknik", "Fra 4. januar 2027 kl. 10.00: Kanalerne bliver: ingen (før: Prøvekanal)."),
        ("teknik", "Fra 4. januar 2027 kl. 10.00: Godkendelse: ja (før: nej)."),
        ("teknik", "Det, der er bestilt inden da, bliver sendt."),
    ]


def test_what_hardly_anybody_means_is_said(post, said):
    """A plugin without a channel, a channel nobody has, dates that shut the department."""
    changes = [said("kultur", plugins=["letters"]), said("teknik", channels=["+telegram"], active_from="2027-01-04")]
    assert texts(post.departments.foresee(changes), warns=True) == [
        ("kultur", "Afdelingen har ingen kanal, så *Send digitalt* bliver ikke tilbudt."),
        ("teknik", "I dag er uden for afdelingens datoer, så den bliver ikke tilbudt noget nyt."),
    ]
    [doubt] = texts(post.departments.foresee([said("teknik", channels=["+telegram"])]), warns=True)
    assert doubt == ("teknik", "Ingen af de plugins, der er indlæst her, har kanalen »telegram«.")


def test_changes_that_follow_each_other_are_told_one_by_one(post, said):
    """Each by what it changes of what is then."""
    changes = [said("ny", "teknik"), said("ny", name="Ny", since=timedelta(days=1)), said("kultur", parent="teknik")]
    told = [text for _, text in texts(post.departments.foresee(changes))]
    assert told == [
        "Afdelingen bliver oprettet under »teknik«.",
        "Pluginet »letters« bliver slået til.",
        "Kanalerne bliver: Prøvekanal (før: ingen).",
        "Den kommer til at høre under »teknik«.",
        "Pluginet »letters« bliver slået til.",
        "Kanalerne bliver: Prøvekanal (før: ingen).",
        "Fra 24. november 2026 kl. 10.00: Navnet bliver »Ny« (før: »«).",
    ]
    assert texts(post.departments.foresee([said("kultur")])) == [("kultur", "Der bliver ikke ændret noget.")]


def test_what_cannot_be_is_refused_before_it_is_told(post, said):
    """As it would be when it is done."""
    with pytest.raises(PolicyError):
        post.departments.foresee([said("teknik", parent="teknik")])
