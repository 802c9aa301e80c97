"""``esdh-connect departments``: see and decide what each department may use."""

import tomllib
from datetime import date

import pytest

from tests.cli.test_terminal import sit_down


def decide(place, *arguments):
    return place.run("departments", *arguments, "--by", "ida", "--yes")


def shown(place, *arguments):
    return place.run("departments", "show", "demo", "--json", *arguments).json


def test_departments_are_listed_as_a_tree(place):
    """With what they have, and those that are shut."""
    decide(place, "set", "under", "--new", "name=Under demo", "parent=demo", "active_from=2099-01-01")
    decide(place, "set", "anden", "--new")
    assert place.run("departments", "list").out.splitlines() == [
        "Demo (demo)           post, paper  (folder_post)",
        "  Under demo (under)  ingen kanaler; uden for sine datoer",
        "anden                 ingen kanaler",
    ]
    listed = place.run("departments", "list", "--json", "--at", "2099-01-01").json["departments"]
    assert [(one["id"], one["parent"], one["active"], one["channels"]) for one in listed] == [
        ("demo", None, True, ["post", "paper"]),
        ("under", "demo", True, ["post", "paper"]),
        ("anden", None, True, []),
    ]


def test_a_change_says_what_it_will_do_and_then_does_it(place):
    """What is under way is counted."""
    decide(place, "set", "demo", "approval=ja")
    for again in ((), ("--again", "--override", "same_letter=igen")):
        place.send("--yes", *again)
    ended = decide(place, "disable", "demo", "folder_post", "--why", "ferie")
    assert (ended.code, ended.err) == (0, "Det er besluttet.\n")
    assert ended.out.splitlines()[:3] == [
        "demo:",
        "  Pluginet »folder_post« bliver slået fra.",
        "  2 forsendelser er undervejs og bliver sendt.",
    ]
    assert shown(place)["plugins"] == []
    assert decide(place, "enable", "demo", "folder_post", "--channel", "text").code == 0
    assert shown(place)["channels"] == ["post", "paper", "text"]


def test_a_dry_run_changes_nothing(place):
    """It says so."""
    ended = place.run("departments", "set", "demo", "approval=ja", "undo=10", "--dry-run")
    assert ended.out == "demo:\n  Godkendelse: ja (før: nej).\n  Fortrydelsesfrist i minutter: 10 (før: 0).\n"
    assert ended.err == "Der er ikke ændret noget endnu.\n"
    assert not shown(place)["approval"]
    ended = place.run("departments", "set", "demo", "approval=ja", "--dry-run", "--json")
    assert (ended.json["changed"], ended.json["changes"][0]["what"]) == (False, {"approval": True})


def test_it_is_asked_first(place):
    """And without a terminal nothing is done unasked."""
    arguments = ("departments", "set", "demo", "approval=ja")
    ended = place.spawn(*arguments)
    assert (ended.code, ended.err.startswith("Der er ikke ændret noget: her er ingen terminal")) == (2, True)
    assert sit_down(place, b"n\n", *arguments).code == 1
    assert not shown(place)["approval"]
    assert sit_down(place, b"j\n", *arguments).code == 0
    assert shown(place)["approval"]


def test_what_holds_some_day_and_where_it_comes_from(place):
    """A change can count from a day; until then it is only known."""
    decide(place, "set", "under", "--new", "parent=demo")
    decide(place, "set", "demo", "sender.label=Demo Afdeling", "--from", "2099-01-01", "--why", "bølge 2")
    assert shown(place)["sender"]["label"] == ""
    assert shown(place, "--at", "2099-01-01")["sender"]["label"] == "Demo Afdeling"
    told = place.run("departments", "show", "under", "--at", "2099-01-01", "--origin").out
    assert "  afsenders navn: Demo Afdeling\n      fra »demo«, besluttet " in told
    assert " af ida: bølge 2\n" in told
    assert "  godkendelse: nej\n      ingen har sagt andet\n" in told
    origin = shown(place, "--at", "2099-01-01", "--origin")["origin"]["sender.label"]
    assert (origin["department"], origin["inherited"], origin["change"]["by"]) == ("demo", False, "ida")
    lines = place.run("departments", "history", "demo").out
    assert ", af ida: bølge 2, gælder fra 1. januar 2099 kl. 00.00\n    afsenders navn: Demo Afdeling\n" in lines
    assert [one["by"] for one in place.run("departments", "history", "--json").json["changes"]] == [
        "settings",
        "ida",
        "ida",
    ]


def test_what_is_empty_is_as_the_department_above_has_it(place):
    """And an address can be typed as JSON."""
    back = '{"street": "Rådhuspladsen", "number": "1", "post_code": "7700"}'
    decide(place, "set", "demo", "cost_centre=4711", f"sender.return_address={back}", "sender.contact_point=9a")
    decide(place, "set", "under", "--new", "parent=demo", "cost_centre=42", "channels=ingen")
    assert decide(place, "set", "under", "cost_centre=", "channels=").code == 0
    under = place.run("departments", "show", "under", "--json").json
    assert (under["cost_centre"], under["channels"]) == ("4711", ["post", "paper"])
    assert under["sender"]["return_address"]["street"] == "Rådhuspladsen"
    assert under["sender"]["contact_point"] == {"id": "9a"}


def test_out_and_in_again(place):
    """A file out of »export« changes nothing; one that says something else shows what, and does it."""
    text = place.run("departments", "export").out
    assert tomllib.loads(text)["departments"] == {
        "demo": {"name": "Demo", "plugins": ["folder_post"], "channels": ["post", "paper"]}
    }
    file = place.path / "afdelinger.toml"
    file.write_text(text, encoding="utf-8")
    ended = decide(place, "import", "afdelinger.toml")
    assert (ended.code, ended.err) == (0, "Der er ikke besluttet noget: det er allerede sådan.\n")
    file.write_text(text.replace('["post", "paper"]', '["paper"]') + "approval = true\n", encoding="utf-8")
    ended = decide(place, "import", "afdelinger.toml")
    assert [line.partition(":")[0] for line in ended.out.splitlines()[1:3]] == ["  Kanalerne bliver", "  Godkendelse"]
    assert (shown(place)["channels"], shown(place)["approval"]) == (["paper"], True)
    ended = decide(place, "import")
    assert (shown(place)["channels"], shown(place)["approval"]) == (["post", "paper"], False)


def test_a_file_that_counts_later_is_compared_with_what_holds_then(place):
    """What was decided for a day before it is taken back by it, too."""
    (place.path / "nu.toml").write_text(place.run("departments", "export").out, encoding="utf-8")
    decide(place, "set", "demo", "approval=ja", "--from", "2099-01-04")
    assert decide(place, "import", "nu.toml", "--from", "2099-01-05").code == 0
    held = [shown(place, "--at", day)["approval"] for day in ("2099-01-03", "2099-01-04", "2099-01-06")]
    assert held == [False, True, False]


def test_an_edit_of_the_settings_counts_when_it_is_imported(place):
    """Until then the program says in the log that they differ, and goes on as it was."""
    place.run("departments", "list")
    place.settings(place.SETTINGS + "approval = true\n")
    assert "departments_differ_from_settings" in place.spawn("departments", "list", "-v").err
    assert not shown(place)["approval"]
    assert decide(place, "import").code == 0
    assert shown(place)["approval"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("enable", "dmo", "folder_post"), 1, "der er ingen afdeling, der hedder »dmo«"),
        (("enable", "demo", "folder_pst"), 1, "pluginet »folder_pst« står ikke i indstillingerne"),
        (("set", "demo", "aproval=ja"), 1, "mente du »approval«?"),
        (("set", "demo", "approval=måske"), 2, "skriv ja eller nej"),
        (("set", "demo", "undo=snart"), 2, "skriv et antal minutter"),
        (("set", "demo", "approval"), 2, "skriv NAVN=VÆRDI"),
        (("set", "demo", "undo=1", "undo=2"), 2, "det står der to gange"),
        (("set", "demo", "values.folder_post=x"), 2, "en tabel skrives som JSON"),
        (("set", "demo"), 2, "der mangler NAVN=VÆRDI"),
        (("set", "demo", "parent=demo"), 1, "»Demo« ville komme til at høre under sig selv"),
        (("set", "demo", "--new"), 2, "afdelingen »demo« er der i forvejen"),
        (("set", "ny", "approval=ja"), 1, "der er ingen afdeling, der hedder »ny«"),
        (("set", "demo", "name="), 2, "en afdelings navn kan ikke være tomt"),
        (("set", "to ord", "--new"), 1, "afdelingens id »to ord« har mellemrum"),
        (("set", "demo", "approval=ja", "--from", "2020-01-01"), 2, "--from 1. januar 2020 kl. 00.00 er gået"),
        (("set", "demo", "active_from=2027-01-04", "active_until=2027-01-03"), 1, "før den begynder"),
        (("disable", "demo", "folder_pst"), 1, "mente du »folder_post«?"),
        (("import", "nowhere.toml"), 3, ""),
    ],
)
def test_what_cannot_be_is_refused(place, arguments, code, text):
    """In Danish, first of all that nothing was changed; and nothing was."""
    ended = decide(place, *arguments)
    assert ended.code == code
    assert text in ended.err
    assert ended.err.startswith("Der er ikke ")
    assert len(place.run("departments", "history", "--json").json["changes"]) == 1


def test_what_is_so_already_is_not_decided(place):
    """It is not said that nothing changes and that it was decided, both."""
    ended = decide(place, "enable", "demo", "folder_post")
    assert (ended.code, ended.out, ended.err) == (0, "", "Der er ikke besluttet noget: det er allerede sådan.\n")
    assert len(place.run("departments", "history", "--json").json["changes"]) == 1
    again = place.run("departments", "enable", "demo", "folder_post", "--yes", "--json").json
    assert (again["changed"], again["changes"]) == (False, [])
    decide(place, "set", "under", "--new", "parent=demo")
    ended = decide(place, "enable", "under", "folder_post")
    assert ended.out == "under:\n  Det er allerede sådan; nu bliver det afdelingens egen beslutning.\n"
    assert decide(place, "set", "demo", "approval=ja", "--from", date.today().isoformat()).code == 0  # noqa: DTZ011


def test_what_a_plugin_that_is_gone_left_behind_goes_out_and_in_again(place):
    """Whatever can be kept can be written and read; a misspelt plugin in the file is refused still."""
    place.run("departments", "list")
    decide(place, "set", "demo", "channels=paper,post", "undo=7,5", "sender.replies=as_wished")
    before = place.run("departments", "export").out
    place.settings('[departments.demo]\nname = "Demo"\n')
    assert place.run("departments", "export").out == before
    (place.path / "ud.toml").write_text(before, encoding="utf-8")
    assert decide(place, "import", "ud.toml").err == "Der er ikke besluttet noget: det er allerede sådan.\n"
    (place.path / "galt.toml").write_text(before.replace("folder_post", "folder_pst"), encoding="utf-8")
    ended = decide(place, "import", "galt.toml")
    assert (ended.code, 'mente du "folder_post"?' in ended.err) == (3, True)
    assert decide(place, "disable", "demo", "folder_post").code == 0
    ended = decide(place, "import", "ud.toml")
    assert "Pluginet »folder_post« er ikke indlæst her" in ended.out
    assert place.run("departments", "export").out == before


def test_a_file_with_mistakes_is_told_by_line(place):
    """As the settings are."""
    (place.path / "galt.toml").write_text("[departments.demo]\nplugins = ['x']\nproduct = 'A4'\n", encoding="utf-8")
    ended = decide(place, "import", "galt.toml")
    assert ended.code == 3
    assert "galt.toml:2: departments.demo.plugins[0]" in ended.err
    assert "galt.toml:3: departments.demo.product" in ended.err


@pytest.mark.parametrize("words", [("departments", "list"), ("plugins", "list"), ("audit", "verify")])
def test_what_is_wrong_with_the_settings_says_nothing_of_letters(place, words):
    """These commands send none: what was not done is that something was changed."""
    with (place.path / "esdh-connect.toml").open("a", encoding="utf-8") as file:
        file.write("\n[plugins.findes_ikke]\n")
    ended = place.run(*words)
    assert ended.code == 3
    assert ended.err.startswith("Der er ikke ændret noget: ")
