"""The door to departments: which there are, what holds, and how that is changed."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.departments import Department, PolicyChange, SenderProfile, decided_by, shown
from esdh_connect.departments import said as in_words
from esdh_connect.errors import PolicyError, UnknownDepartment
from esdh_connect.testing.memory import MemoryOutbox

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def test_the_settings_are_taken_over_once(post, clock):
    """What they said is in the history, by »settings« or whoever it was; another start changes nothing."""
    assert [one.id for one in post.departments] == ["teknik", "kultur"]
    assert len(post.departments) == 2
    said = [PolicyChange(Department("teknik"), {"approval": True}, "settings", clock(), clock())]
    again = Connect(outbox=post.outbox, seal=post.seal, changes=said, now=clock)
    assert not again.policy("teknik").approval
    assert len(again.departments.history()) == 2


def test_what_is_far_above_is_inherited_and_lists_say_what_is_more(post, decide):
    """A tree of any depth; relative lists go on from what holds above, whatever that becomes."""
    decide("byggesag", "teknik")
    decide("nabohoering", "byggesag", channels=["+paper"])
    assert post.departments.lineage("nabohoering") == ("nabohoering", "byggesag", "teknik")
    assert post.policy("nabohoering").channels == ("fake", "paper")
    decide("teknik", channels=("digital", "fake"), sender=SenderProfile("Teknik og Miljø"))
    decide("byggesag", sender__replies="never")
    assert post.policy("nabohoering").channels == ("digital", "fake", "paper")
    assert post.policy("nabohoering").sender == SenderProfile("Teknik og Miljø", replies="never")
    assert [one.id for one in post.departments.children("teknik")] == ["byggesag"]
    assert [one.id for one in post.departments.children(None)] == ["teknik", "kultur"]


def test_a_department_is_not_called_by_a_cpr_number(post, decide):
    """Its id stands in the outbox, in logs and in events, for ever."""
    with pytest.raises(PolicyError, match="looks like a CPR number"):
        decide("1212121212", name="x")
    assert "1212121212" not in post.departments


@pytest.mark.parametrize("id_", ["<b>x</b>", "a&b", 'a"b', "a'b", "a\\b", "`a`"])
def test_the_id_of_a_department_is_no_markup(post, decide, id_):
    """Whatever else the host calls it."""
    with pytest.raises(PolicyError, match="markup"):
        decide(id_, name="x")
    decide("Børn_og-Unge/0.2:a@b+c?50%#")


def test_no_two_ids_differ_in_small_and_capital_letters_alone(post, decide):
    """One would be taken for the other."""
    with pytest.raises(PolicyError) as refused:
        decide("TEKNIK")
    assert "»teknik«" in refused.value.danish
    assert "TEKNIK" not in post.departments


@pytest.mark.parametrize("id_", ["to ord", " foran", "linje\nskift", "\u00a0", "\x07"])
def test_the_id_of_a_department_has_no_blanks(post, decide, id_):
    """It is what the host says, and a name is something else."""
    with pytest.raises(PolicyError):
        decide(id_)
    assert id_ not in post.departments


@pytest.mark.parametrize("why", ["ja\n2026-11-27 ane slog den fra", "\x1b[2Jnej", "a\u2028b", "a\u202eb"])
def test_the_reason_of_a_decision_is_one_line(post, why):
    """Otherwise it would look like another decision where they are listed."""
    change = PolicyChange(Department("kultur"), {"approval": True}, "ida", NOW, NOW, why)
    with pytest.raises(PolicyError, match="one line"):
        post.departments.change([change])
    assert not any(one.why == why for one in post.departments.history())


def test_a_plugin_nobody_has_heard_of_is_neither_switched_on_nor_off(post, decide):
    """One that is gone from the settings can be: it is what departments say still."""
    for said in ("-leters", "+leters", "leters"):
        with pytest.raises(PolicyError) as refused:
            decide("kultur", plugins=[said])
        assert "mente du »letters«?" in refused.value.danish
    gone = PolicyChange(Department("gammel"), {"plugins": ["gone"], "values.gone": {"x": 1}}, "ida", NOW, NOW)
    bare = Connect(outbox=MemoryOutbox(), seal=post.seal, changes=[gone], now=lambda: LATER)
    decided = [PolicyChange(Department("gammel"), {"plugins": ["-gone"]}, "ida", LATER, LATER)]
    assert "gone" in bare.departments.mentioned
    bare.departments.change(decided)
    assert not bare.policy("gammel").plugins
    told = bare.departments.foresee([attrs.evolve(decided[0], what={"plugins": ["+gone"]})])
    assert "Pluginet »gone« er ikke indlæst her, så det gør ikke noget." in [one.text for one in told]


def test_a_department_does_not_end_before_it_begins(post, decide):
    """Not by what is said above it, either."""
    decide("teknik", active_from=date(2027, 1, 4))
    decide("byggesag", "teknik")
    for id_, what in (
        ("kultur", {"active_from": date(2027, 1, 4), "active_until": date(2027, 1, 3)}),
        ("byggesag", {"active_until": date(2026, 12, 31)}),
    ):
        with pytest.raises(PolicyError) as refused:
            decide(id_, **what)
        assert "før den begynder den 4. januar 2027" in refused.value.danish
    decide("byggesag", active_until=date(2027, 1, 4))


def test_what_is_said_already_is_no_news(post, said, decide):
    """But saying oneself what was inherited is; so is what will be said otherwise some day."""
    decide("byggesag", "teknik")
    assert post.departments.news([said("teknik", channels=["fake"]), said("teknik", plugins=["+letters"])]) == ()
    own, again = said("byggesag", channels=("fake",)), said("byggesag", channels=["+fake"])
    assert post.departments.news([own, again]) == (own,)
    [told] = post.departments.foresee([own])
    assert told.text == "Det er allerede sådan; nu bliver det afdelingens egen beslutning."
    decide("teknik", since=timedelta(days=2), approval=True)
    decide("teknik", approval=False)
    assert post.departments.news([said("teknik", approval=False)]) == ()
    until = said("teknik", approval=False, since=timedelta(days=3))
    assert post.departments.news([until]) == (until,)


def test_a_change_counts_from_its_day_and_leaves_the_past_as_it_was(post, decide, clock):
    """What held then is what holds when asked about then."""
    began = clock()
    decide("teknik", since=timedelta(days=2), approval=True)
    assert not post.policy("teknik").approval
    clock.move(days=3)
    assert post.policy("teknik").approval
    assert not post.departments.policy("teknik", began).approval
    origin = post.departments.origins("teknik")["approval"]
    assert (origin.change.by, origin.department, origin.inherited) == ("ida", "teknik", False)


def test_outside_its_dates_a_department_has_nothing(post, decide, clock):
    """Days in Denmark, the first and the last included."""
    decide("teknik", active_from=date(2026, 11, 24), active_until=date(2026, 11, 24))
    assert not post.policy("teknik").channels
    clock.time = clock.time.replace(hour=23)  # 24 November in Denmark
    assert post.policy("teknik").channels == ("fake",)
    clock.move(days=1)
    assert not post.policy("teknik").plugins


@pytest.mark.parametrize(
    ("id_", "what"),
    [
        ("teknik", {"parent": "teknik"}),
        ("teknik", {"parent": "byggesag"}),
        ("teknik", {"parent": "nowhere"}),
        ("teknik", {"plugins": ["leters"]}),
        ("teknik", {"plugins": ["+letters", "more"]}),
        ("teknik", {"aproval": True}),
        ("teknik", {"approval": "ja"}),
        ("teknik", {"undo": 100_000}),
        ("teknik", {"sender": {"labl": "x"}}),
        ("teknik", {"sender__contact_point": {"id": 7}}),
        ("teknik", {"product": "A4"}),
        (" ", {}),
    ],
)
def test_what_cannot_be_is_refused_in_danish(post, decide, id_, what):
    """And nothing of it is kept."""
    decide("byggesag", "teknik")
    with pytest.raises(PolicyError) as error:
        decide(id_, **what)
    assert error.value.danish
    assert len(post.departments.history()) == 3


def test_nobody_hears_of_a_department_that_is_not_there(post):
    """A name that was mistyped is not an empty department."""
    with pytest.raises(UnknownDepartment):
        post.departments.get("tekink")
    assert "tekink" not in post.departments


def test_the_past_is_not_decided_about(post, clock):
    """What held, held."""
    with pytest.raises(PolicyError):
        post.departments.change(
            [PolicyChange(Department("teknik"), {"approval": True}, "ida", clock(), clock() - timedelta(days=1))]
        )


def test_what_would_be_can_be_looked_at(post, said, clock):
    """On any day, and nothing is changed by looking."""
    changes = [said("kultur", parent="teknik"), said("teknik", approval=True, since=timedelta(days=2))]
    tree = post.departments.supposing(changes)
    assert tree.policy("kultur", clock()).channels == ("fake",)
    assert tree.policy("kultur", clock() + timedelta(days=2)).approval
    assert post.policy("kultur").channels == ()
    with pytest.raises(PolicyError):
        post.departments.supposing([said("teknik", parent="teknik")])


def test_who_decided_what_is_told_in_danish(post, decide, clock):
    """For a page as for the command line."""
    decide("byggesag", "teknik")
    decide("teknik", channels=["fake", "paper"], approval=True, sender__label="Teknik", values__letters={"x": True})
    decide("teknik", since=timedelta(days=2), consolidate=False)
    decide("teknik", approval=None, withdrawn=[clock()])
    assert [in_words(one) for one in post.departments.history("teknik")[1:]] == [
        {
            "kanaler": "fake, paper",
            "godkendelse": "ja",
            "afsenders navn": "Teknik",
            "indstillinger for letters": "x = ja",
        },
        {"saml bilag i én PDF": "nej"},
        {
            "godkendelse": "som den overordnede",
            "trukket tilbage, hvad der blev besluttet": "23. november 2026 kl. 10.00",
        },
    ]
    origins = post.departments.origins("byggesag")
    assert decided_by(origins["channels"]) == "fra »teknik«, besluttet 23. november 2026 kl. 10.00 af ida: test"
    assert decided_by(None) == "ingen har sagt andet"
    assert shown(post.policy("byggesag"))["sender.label"] == "Teknik"
    clock.move(days=3)
    assert post.policy("teknik").consolidate
