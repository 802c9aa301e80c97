"""A change says in Danish what it will do, before it is made."""

from datetime import timedelta

import pytest

from esdh_connect import hookimpl
from esdh_connect.errors import PolicyError
from esdh_connect.policy import PolicyChange
from esdh_connect.testing.fakes import FakeLetters
from esdh_connect.testing.installation import installation


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


def test_what_a_department_is_without_is_said_by_the_plugin(host, channel, clock, said):
    """Where it is switched off, and not where something else is."""

    class Said(FakeLetters):
        when_off = "Uden det går der kun breve på papir."

    plugin = Said([channel])
    post = installation(
        host=host, channels=[], now=clock, more={"more": plugin}, policy={"plugins": ["letters", "more"]}
    )
    told = [text for _, text in texts(post.departments.foresee([said("teknik", plugins=["-more"])]))]
    assert told[:2] == ["Pluginet »more« bliver slået fra.", "Uden det går der kun breve på papir."]
    assert "Uden det" not in str(post.departments.foresee([said("teknik", plugins=["-letters"])]))


def test_a_withdrawn_name_and_place_are_told_of(post, said, decide, clock):
    """As what was to come, and does not."""
    decide("kultur", since=timedelta(days=2), name="Kultur", parent="teknik")
    told = [text for _, text in texts(post.departments.foresee([said("kultur", withdrawn=[clock()])]))]
    assert told[0] == "Det, der var besluttet for en senere dag, bliver trukket tilbage."
    since = "Det, der skulle ske fra 25. november 2026 kl. 10.00, sker ikke: "
    assert f"{since}Navnet bliver »Kultur« (før: »Kultur og Fritid«)." in told
    assert f"{since}Den kommer til at høre under »Teknik og Miljø«." in told


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
        ("kultur", "Afdelingen har ingen kanal, så »Send digitalt« bliver ikke tilbudt."),
        ("teknik", "I dag er uden for afdelingens datoer, så den bliver ikke tilbudt noget nyt."),
    ]
    [doubt] = texts(post.departments.foresee([said("teknik", channels=["+telegram"])]), warns=True)
    assert doubt == ("teknik", "Ingen af de plugins, der er indlæst her, har kanalen »telegram«.")


def test_changes_that_follow_each_other_are_told_one_by_one(post, said):
    """Each by what it changes of what is then."""
    changes = [said("ny", "teknik"), said("ny", name="Ny", since=timedelta(days=1)), said("kultur", parent="teknik")]
    told = [text for _, text in texts(post.departments.foresee(changes))]
    assert told == [
        "Afdelingen bliver oprettet under »Teknik og Miljø«.",
        "Pluginet »letters« bliver slået til.",
        "Kanalerne bliver: Prøvekanal (før: ingen).",
        "Den kommer til at høre under »Teknik og Miljø«.",
        "Pluginet »letters« bliver slået til.",
        "Kanalerne bliver: Prøvekanal (før: ingen).",
        "Fra 24. november 2026 kl. 10.00: Navnet bliver »Ny« (før: »«).",
    ]
    assert texts(post.departments.foresee([said("kultur")])) == [("kultur", "Der bliver ikke ændret noget.")]


class Counting:
    """A plugin that counts use, as statistics do."""

    @hookimpl
    def usage_recorded(self, event):
        pass


def test_who_moves_a_department_is_told_that_past_months_of_the_statistics_move_too(host, channel, clock):
    """Where anything counts. Sums are of the departments as they are now, so what was printed has others."""
    told = {}
    for more in ({}, {"counting": Counting()}):
        post = installation(host=host, channels=[channel], now=clock, more=more)
        below = PolicyChange(post.departments.get("kultur"), {"parent": "teknik"}, "ida", clock(), clock())
        renamed = PolicyChange(below.department, {"name": "Kultur"}, "ida", clock(), clock())
        told[len(more)] = [text for _, text in texts(post.departments.foresee([below]))]
        assert not [text for _, text in texts(post.departments.foresee([renamed])) if "Statistikken" in text]
    assert not [text for text in told[0] if "Statistikken" in text]
    [moves] = [text for text in told[1] if "Statistikken" in text]
    assert moves == (
        "Statistikken lægger også tidligere måneder sammen efter den nye plads: tallene for afdelingerne over den "
        "bliver andre end på sider, der er gemt eller printet før."
    )


def test_who_comes_below_a_department_is_told_what_it_is_to_get(post, said, decide):
    """What was decided there for a day before this one came; and who leaves is told what it does not get."""
    decide("kultur")
    decide("borger", plugins=["letters"], since=timedelta(days=10))
    decide("borger", channels=["fake"], since=timedelta(days=20))
    day = "Fra 3. december 2026 kl. 10.00"
    told = [
        f"{day}, som besluttet for »borger«: Pluginet »letters« bliver slået til.",
        "Fra 13. december 2026 kl. 10.00, som besluttet for »borger«: Kanalerne bliver: Prøvekanal (før: ingen).",
    ]
    for moved in (said("kultur", parent="borger"), said("ny", "borger")):
        assert [text for _, text in texts(post.departments.foresee([moved]))][1:] == told
    decide("kultur", parent="borger")
    assert [text for _, text in texts(post.departments.foresee([said("kultur", parent="")]))] == [
        "Den hører ikke længere under nogen.",
        "Det, der skulle ske fra 3. december 2026 kl. 10.00, sker ikke: Pluginet »letters« bliver slået til.",
        "Det, der skulle ske fra 13. december 2026 kl. 10.00, sker ikke: Kanalerne bliver: Prøvekanal (før: ingen).",
    ]
    decide("under", "kultur")
    far = texts(post.departments.foresee([said("kultur", parent="", since=timedelta(days=15))]))
    assert [text for _, text in far] == [
        "Fra 8. december 2026 kl. 10.00: Den hører ikke længere under nogen.",
        "Fra 8. december 2026 kl. 10.00: Pluginet »letters« bliver slået fra.",
        "Fra 8. december 2026 kl. 10.00: Det slår igennem i afdelingen under den: »under«.",
        "Det, der er bestilt inden da, bliver sendt.",
        "Det, der skulle ske fra 13. december 2026 kl. 10.00, sker ikke: Kanalerne bliver: Prøvekanal (før: ingen).",
        "Det gælder også i afdelingen under den: »under«.",
    ]


def test_a_move_that_lies_ahead_is_told_of_when_the_department_above_changes(post, said, decide):
    """It comes below later than the change, and gets it then."""
    decide("kultur")
    decide("borger", channels=["fake"])
    decide("kultur", parent="borger", since=timedelta(days=10))
    assert texts(post.departments.foresee([said("borger", plugins=["letters"])])) == [
        ("borger", "Pluginet »letters« bliver slået til."),
        ("borger", "Fra 3. december 2026 kl. 10.00: Det slår igennem i afdelingen under den: »Kultur og Fritid«."),
    ]


def test_dates_and_later_decisions_are_told_of(post, said, decide):
    """The day a department opens, and the day on which another decision takes over from this one."""
    found = post.departments.foresee([said("teknik", active_from="2027-01-04")])
    assert texts(found)[-2:] == [
        ("teknik", "Fra 4. januar 2027 kl. 00.00: Pluginet »letters« bliver slået til."),
        ("teknik", "Fra 4. januar 2027 kl. 00.00: Kanalerne bliver: Prøvekanal (før: ingen)."),
    ]
    decide("teknik", approval=True, since=timedelta(days=10))
    assert texts(post.departments.foresee([said("teknik", cost_centre="42")])) == [
        ("teknik", "Konteringsgruppe: 42 (før: intet)."),
    ]
    assert texts(post.departments.foresee([said("teknik", approval=True)])) == [
        ("teknik", "Godkendelse: ja (før: nej)."),
    ]


def test_what_cannot_be_is_refused_before_it_is_told(post, said):
    """As it would be when it is done."""
    with pytest.raises(PolicyError):
        post.departments.foresee([said("teknik", parent="teknik")])


def test_a_list_that_leaves_a_name_to_the_one_above_makes_nothing_its_own(post, said):
    """Also where something else of the list stays the department's: what it says is less than it was."""
    post.departments.change([said("teknik", channels=["fake", "telegram"])])
    post.departments.change([said("ny", "teknik", channels=["+fake", "+telegram"])])
    changes = [said("ny", channels=None), said("ny", channels=["+telegram"])]
    told = [one.text for one in post.departments.foresee(changes) if not one.warns]
    assert told == ["Det er allerede sådan; nu følger afdelingen den overordnede."]
