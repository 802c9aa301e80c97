"""A department is set up, named, moved and given its plugins' settings; and a plugin follows the one above again."""

from datetime import timedelta
from typing import ClassVar

import attrs
import pytest
from administering import ADA, BO, PER, Titles, at_desk, decide, plugins

from esdh_connect_web import Person, Role

TOR = Person("tor", "Tor i Teknik", {Role.ADMINISTRATOR}, {"teknik"})


@attrs.frozen
class Size:
    """What a department may set."""

    pages: int = attrs.field(
        default=10,
        validator=attrs.validators.in_(range(100)),
        metadata={"label": "Sider", "must": "et helt tal fra 0 til 99"},
    )
    factor: float = 1.0
    colour: bool = False
    footer: str = ""
    names: tuple[str, ...] = ()


class Sized(Titles):  # type: ignore[misc]  # its module is found by pytest alone
    department_values: ClassVar = Size


@pytest.fixture
def more():
    return {**plugins(), "sized": Sized()}


@pytest.fixture
def policy():
    return {"undo": timedelta(minutes=2), "plugins": ["letters"]}


def setup(hall, id_="teknik", **who):
    return at_desk(hall, **who).go(f"/department/setup?id={id_}")


def new(hall, under="teknik", **who):
    return at_desk(hall, **who).go(f"/departments/new?under={under}")


def agreed(desk, why="prøve"):
    return desk.press("/departments/decide", why=why)


def test_which_plugin_follows_again_is_told(hall):
    """Where it is decided, afterwards, and in the history: by its name, and of the others nothing."""
    decide(hall, {"plugins": ["+titles", "+notes"]}, "byg", parent="teknik")
    decide(hall, {"plugins": ["+titles"]}, "vej", parent="teknik")
    for id_ in ("byg", "vej"):
        desk = at_desk(hall).go("/plugins").press("/plugins", cell=f"=titles {id_}")
        assert "Plugins: titles som den overordnede" in desk.main
        agreed(desk, "den skal følge Teknik")
        assert desk.main.count("Plugins: titles som den overordnede") == 2 + (id_ == "vej")
        assert "Plugins: titles som den overordnede" in desk.go(f"/department?id={id_}").main


# --- one plugin as the department above has it


def test_one_plugin_follows_the_department_above_again(hall):
    """The others stay as the department has them, in a list of what is more and less, and in one that says it all."""
    decide(hall, {"plugins": ["+titles", "+notes"]}, "byg", parent="teknik")
    decide(hall, {"plugins": ["notes", "titles"]}, "vej", parent="teknik")
    for id_ in ("byg", "vej"):
        desk = at_desk(hall).go("/plugins").press("/plugins", cell=f"=titles {id_}")
        assert "Pluginet »titles« bliver slået fra." in desk.main
        agreed(desk, "den skal følge Teknik")
        assert "titles" not in hall.post.policy(id_).plugins
        assert "notes" in hall.post.policy(id_).plugins
    decide(hall, {"plugins": ["+titles"]}, "teknik")
    assert "titles" in hall.post.policy("byg").plugins & hall.post.policy("vej").plugins
    assert ("letters" in hall.post.policy("byg").plugins, "letters" in hall.post.policy("vej").plugins) == (True, False)
    assert "Plugins: titles som den overordnede" in at_desk(hall).go("/department?id=byg").main


def test_what_follows_already_offers_no_way_back(hall):
    """Neither does a department that has none above it; one that says it all the same is told that nothing is new."""
    decide(hall, {"plugins": ["+titles"]}, "byg", parent="teknik")
    text = at_desk(hall).go("/plugins").text
    assert 'value="=titles byg"' in text
    assert 'value="=notes byg"' not in text
    assert 'value="=letters teknik"' not in text
    assert at_desk(hall, PER).go("/plugins").post("/plugins", cell="=titles byg").status_code == 403


# --- a department anew, its name and its place


def test_a_department_is_set_up_below_another(hall):
    """With the id of the case system; what it inherits is told first."""
    desk = new(hall).press("/departments/new", **{"new-id": "vand", "new-name": "Vand og <b>"})
    assert "vand" not in hall.post.departments
    assert "Vand og &lt;b&gt;" in desk.answer.text
    assert "overordnet afdeling: Teknik og Miljø" in desk.main
    assert "Afdelingen bliver oprettet under »Teknik og Miljø«." in desk.main
    agreed(desk, "ny organisation")
    made = hall.post.departments.get("vand")
    assert (made.name, made.parent) == ("Vand og <b>", "teknik")
    assert hall.post.departments.history("vand")[0].why == "ny organisation"
    assert hall.post.policy("vand").channels == hall.post.policy("teknik").channels
    assert "Det er besluttet" in desk.main


@pytest.mark.parametrize(
    ("id_", "name", "field"),
    [("", "Vand", "new-id"), ("to ord", "Vand", "new-id"), ("kultur", "Vand", "new-id"), ("vand", "", "new-name")],
)
def test_a_department_that_cannot_be_is_told_at_its_field(hall, id_, name, field):
    """With what was written still there."""
    desk = new(hall).press("/departments/new", **{"new-id": id_, "new-name": name})
    assert f'href="#{field}"' in desk.text
    assert f'value="{name}"' in desk.text


def test_a_department_is_set_up_at_the_top(hall):
    """From the list of departments; by whoever works for all of them alone, and what it says afterwards is whole."""
    assert "/departments/new" in at_desk(hall).go("/departments").text
    desk = new(hall, "").press("/departments/new", **{"new-id": "it", "new-name": "IT"})
    agreed(desk, "ny stab")
    assert hall.post.departments.get("it").parent is None
    assert "IT – Oprettet." in desk.main
    assert "Oprettet" in desk.go("/department?id=it").main
    for under in ("", "kultur"):
        refused = new(hall, person=TOR).press("/departments/new", under=under, **{"new-id": "x", "new-name": "X"})
        assert 'href="#under"' in refused.text
    assert "x" not in hall.post.departments


@pytest.mark.parametrize("id_", ["<b>x</b>", "KULTUR", "a&b"])
def test_an_id_that_cannot_be_is_told_at_its_field(hall, id_):
    """Before anything is shown of what the department would be."""
    desk = new(hall).press("/departments/new", **{"new-id": id_, "new-name": "Vand"})
    assert 'href="#new-id"' in desk.text
    assert id_ not in hall.post.departments


def test_a_name_that_holds_a_cpr_number_is_refused_where_it_is_written(hall):
    """A new one's and that of one there is; at the field, in a sentence that names it."""
    desk = new(hall).press("/departments/new", **{"new-id": "vand", "new-name": "Sag 010190-1234"})
    assert 'href="#new-name"' in desk.text
    assert "Navn: her står noget, der ligner et CPR-nummer." in desk.main
    desk = setup(hall).press("/department/setup/place", name="Sag 010190-1234")
    assert "Navn: her står noget, der ligner et CPR-nummer." in desk.main
    assert "vand" not in hall.post.departments


def test_an_id_that_looks_like_a_cpr_number_is_refused(hall):
    """And is not shown again in a sentence."""
    desk = new(hall).press("/departments/new", **{"new-id": "121212-1212", "new-name": "Vand"})
    assert "ligner et CPR-nummer" in desk.main
    assert "121212-1212" not in hall.post.departments


def test_a_new_department_that_somebody_else_set_up_meanwhile_is_not_moved(hall):
    """The one of that id is another by now."""
    desk = new(hall).press("/departments/new", **{"new-id": "vand", "new-name": "Vand"})
    decide(hall, {}, "vand", parent="kultur")
    assert desk.post("/departments/decide", why="prøve").status_code == 409
    assert hall.post.departments.get("vand").parent == "kultur"


def test_a_department_is_renamed_and_moved(hall):
    """What it will have where it comes is told; not below itself."""
    decide(hall, {"plugins": ["+titles"]}, "kultur")
    decide(hall, {"name": "Byggesag"}, "byg", parent="teknik")
    desk = setup(hall, "byg")
    assert 'value="byg"' not in desk.text.split('id="parent"')[1].split("</select>")[0]
    desk.press("/department/setup/place", name="Byggeri", parent="kultur")
    assert "titles" in desk.main
    agreed(desk, "flyttet")
    moved = hall.post.departments.get("byg")
    assert (moved.name, moved.parent) == ("Byggeri", "kultur")
    assert "titles" in hall.post.policy("byg").plugins
    assert 'href="#name"' in setup(hall, "byg").press("/department/setup/place", name="").text
    assert "Der er ikke rettet noget" in setup(hall, "byg").press("/department/setup/place").main


def test_a_name_that_another_department_has_is_warned_of(hall):
    """New or renamed, however it is written: two of one name are confused. It may be so all the same."""
    decide(hall, {"name": "Byggesag"}, "byg", parent="teknik")
    warned = "En anden afdeling hedder også »Teknik og Miljø« (id »teknik«): de to kan forveksles."
    desk = new(hall).press("/departments/new", **{"new-id": "vand", "new-name": "teknik og  miljø"})
    assert warned in desk.main
    desk = setup(hall, "byg").press("/department/setup/place", name="Teknik og Miljø")
    assert warned in desk.main
    agreed(desk)
    assert hall.post.departments.get("byg").name == "Teknik og Miljø"
    assert "forveksles" not in setup(hall, "byg").press("/department/setup/place", parent="kultur").main


def test_nobody_moves_a_department_out_of_what_they_work_for(hall):
    """Neither to one of somebody else's nor to the top, whatever a form is made to say; caseworkers see no form."""
    decide(hall, {}, "byg", parent="teknik")
    for parent in ("kultur", ""):
        desk = setup(hall, "byg", person=TOR)
        assert desk.post("/department/setup/place", name="Byg", parent=parent).status_code == 403
        desk = setup(hall, "byg", person=TOR).press("/department/setup/place", name="Byg")
        what = f'{{"parent": "{parent}"}}'
        assert desk.post("/departments/decide", why="prøve", what=what, told=f"now {what}").status_code == 403
    assert hall.post.departments.get("byg").parent == "teknik"
    assert at_desk(hall, BO).go("/department/setup?id=teknik").answer.status_code == 403
    assert setup(hall, "kultur", person=TOR).answer.status_code == 403


# --- what plugins let it set


def test_values_of_a_plugin_are_set_one_by_one(hall):
    """Of the kinds that fit a field, under the plugin's own words; the others are named, and stay as they are."""
    decide(hall, {"values": {"sized": {"names": ["a"], "footer": "Side"}}}, "teknik")
    desk = setup(hall)
    assert "Sider" in desk.main
    assert "Kun på kommandolinjen: names" in desk.main
    desk.press("/department/setup/values", **{"value-pages": "12", "value-factor": "0,25", "value-colour": "yes"})
    assert "factor = 0,25" in desk.main  # a plugin that calls it nothing
    agreed(desk)
    assert hall.post.policy("teknik").of("sized") == {
        "names": ["a"], "footer": "Side", "pages": 12, "factor": 0.25, "colour": True,
    }  # fmt: skip
    desk = setup(hall)
    assert 'value="0,25"' in desk.text
    agreed(desk.press("/department/setup/values", **{"value-footer": "", "value-colour": "no"}))
    assert hall.post.policy("teknik").of("sized") == {"names": ["a"], "pages": 12, "factor": 0.25, "colour": False}
    agreed(setup(hall).press("/department/setup/values", do="above"))
    assert hall.post.policy("teknik").of("sized") is None


@pytest.mark.parametrize(
    ("field", "text"), [("value-pages", "mange"), ("value-pages", "500"), ("value-factor", "0,2x")]
)
def test_values_a_plugin_refuses_are_not_decided(hall, field, text):
    """It is told what is wrong, and nothing is changed."""
    desk = setup(hall).press("/department/setup/values", **{field: text})
    assert "Der er ikke ændret noget" in desk.main
    assert hall.post.policy("teknik").of("sized") is None


def test_what_a_value_must_be_is_told_and_what_was_typed_stays(hall):
    """By the words of the form, as the plugin has it."""
    desk = setup(hall).press("/department/setup/values", **{"value-pages": "-3", "value-footer": "Fod"})
    assert "Indstillinger for sized: »Sider« skal være et helt tal fra 0 til 99." in desk.main
    assert 'value="-3"' in desk.text
    assert 'value="Fod"' in desk.text
    desk = setup(hall).press("/department/setup/values", **{"value-pages": "99999999999999999999"})
    assert "»Sider« skal være et helt tal fra 0 til 99." in desk.main


def test_a_point_stands_between_thousands(hall):
    """As people write them here; it is never five where five thousand was written."""
    agreed(setup(hall).press("/department/setup/values", **{"value-factor": "5.000"}))
    assert hall.post.policy("teknik").of("sized") == {"factor": 5000}
    desk = at_desk(hall).go("/department?id=teknik").press("/department", undo="5.000")
    assert "Fortrydelsesfrist i minutter: her skal stå 0 minutter til et døgn." in desk.main


def test_settings_and_rules_are_told_by_what_they_are_called(hall):
    """Before and after it is decided, and never by what a program calls them."""
    desk = setup(hall).press("/department/setup/values", **{"value-pages": "12"})
    assert "Indstillinger for sized: Sider = 12" in desk.main
    agreed(desk)
    assert "pages = " not in desk.main
    desk.go("/department?id=teknik").press("/department/rules", rule=[])
    assert "»modtageren er død« fra" in desk.main
    agreed(desk)
    assert "dead" not in desk.main


def test_a_plugin_that_declares_nothing_has_no_form(hall):
    """And none is taken for it."""
    desk = setup(hall, person=ADA)
    assert "Indstillinger for pluginet titles" not in desk.main
    assert desk.post("/department/setup/values", plugin="titles").status_code == 400
