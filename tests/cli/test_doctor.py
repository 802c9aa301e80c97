"""``doctor``: from the settings to the last plugin, each check with a number that stays."""

import re
from pathlib import Path

import pytest

from esdh_connect import doctor, hookimpl
from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Level
from esdh_connect.doctor import departments, examine_running, machine, parts
from esdh_connect.testing.fakes import FakeClock, FakeHost
from esdh_connect.testing.installation import installation

DOCS = Path(__file__).parents[2] / "docs"


def ids(ended):
    """The number of each check, in order."""
    return [one["id"] for one in ended.json["checks"]]


def test_all_is_well_is_code_0(place):
    """Each check on a line of its own, and what was not looked at is said."""
    place.send("--yes")
    ended = place.run("doctor")
    assert ended.code == 0
    assert "i orden   ESDH-I020  Udbakken kan åbnes" in ended.out
    assert "i orden   ESDH-I043  Demo kan sende ad" in ended.out
    assert ended.out.splitlines()[-1] == "Tjenesterne blev ikke kaldt: det gør --online."


def test_programs_read_it_as_json(place):
    """Keys are English and stay."""
    ended = place.run("doctor", "--json")
    assert ended.json["well"] is True
    assert set(ended.json["checks"][0]) == {"id", "level", "text", "hint"}
    assert {one["level"] for one in ended.json["checks"]} <= {"fine", "warning"}


def test_what_is_not_there_yet_is_not_made(place):
    """A look leaves nothing behind: neither an outbox nor anything beside where it would be."""
    before = {path.name for path in place.path.iterdir()}
    found = ids(place.run("doctor", "--json"))
    assert "ESDH-W020" in found
    assert {path.name for path in place.path.iterdir()} == before


def test_settings_with_an_error_are_told_and_nothing_more_is_looked_at(place):
    """All that stands on them would be guesswork."""
    place.settings("[plugins.folder_post]\nfolder = 7\n")
    ended = place.run("doctor", "--json")
    assert ended.code == 6
    assert ids(ended)[-1] == "ESDH-E030"
    place.settings("nonsense = 1\n")
    ended = place.run("doctor", "--json")
    assert ended.code == 6
    assert ids(ended)[-1] == "ESDH-E010"


def test_a_secret_others_may_read_is_an_error_with_what_mends_it(place):
    """The words of the error are those of every other command."""
    [secret] = place.path.glob("*.secret*") or place.path.glob("*secret*")
    secret.chmod(0o644)
    ended = place.run("doctor")
    assert ended.code == 6
    assert "ESDH-E011" in ended.out
    assert "chmod 600" in ended.out


def test_a_damaged_outbox_is_an_error(place):
    """It is what stops every letter."""
    place.send("--yes")
    place.path.joinpath("outbox.db").write_bytes(b"not a database" * 1000)
    ended = place.run("doctor", "--json")
    assert (ended.code, ids(ended)[-1]) == (6, "ESDH-E020")


def test_a_plugin_that_cannot_be_imported_is_an_error_and_the_others_are_looked_at(place):
    """P9: it hides nobody."""
    place.settings(place.SETTINGS + "\n[plugins.lost]\n")
    found = ids(place.run("doctor", "--json"))
    assert "ESDH-E031" in found
    assert "ESDH-I031" in found
    assert "ESDH-I043" in found


def test_a_department_nobody_set_up_is_an_error(place):
    """Whoever asks for it has misspelt it."""
    ended = place.run("doctor", "--department", "demmo", "--json")
    assert (ended.code, "ESDH-E040" in ids(ended)) == (6, True)


def test_only_the_department_asked_for_is_looked_at(place):
    """And what the others lack is not told."""
    place.settings(
        place.SETTINGS + '\n[departments.tom]\nname = "Tom"\n'
        '\n[departments.gal]\nname = "Gal"\nplugins = ["folder_post"]\nchannels = ["brevdue"]\n'
    )
    assert "Demo" not in place.run("doctor", "--department", "tom").out
    assert "ESDH-W043" in ids(place.run("doctor", "--department", "tom", "--json"))
    assert {"ESDH-E042", "ESDH-W043"} <= {*ids(place.run("doctor", "--department", "gal", "--json"))}


def test_settings_that_say_something_else_than_was_decided_are_told(place):
    """What was decided counts, and whoever edits the file must be told."""
    place.run("departments", "set", "demo", "approval=ja", "--why", "forsøg", "--yes")
    ended = place.run("doctor", "--json")
    assert (ended.code, "ESDH-W045" in ids(ended)) == (0, True)


def test_a_channel_that_is_left_when_its_plugin_is_switched_off_is_a_warning_that_helps(place):
    """Nothing is broken: it is said what takes it away, and that does. The department is named for programs."""
    place.run("departments", "disable", "demo", "folder_post", "--yes")
    ended = place.run("doctor", "--json")
    left = [one for one in ended.json["checks"] if one["id"] == "ESDH-W042"]
    assert (ended.code, [one["department"] for one in left]) == (0, ["demo", "demo"])
    assert "kanalen post står tilbage, men pluginet folder_post er ikke slået til" in left[0]["text"]
    for one in left:
        command = one["hint"].partition("»esdh-connect ")[2].partition("«")[0]
        assert place.run(*command.split(), "--yes").code == 0
    assert "ESDH-W042" not in ids(place.run("doctor", "--json"))
    place.run("departments", "set", "demo", "channels=brevdue", "--yes")
    ended = place.run("doctor", "--json")
    assert (ended.code, "ESDH-W042" in ids(ended)) == (0, True)


def test_an_installation_that_runs_is_examined_where_it_runs(place):
    """A page finds what the command finds, but for the file, what it says, and the opening of the outbox."""
    place.run("departments", "disable", "demo", "folder_post", "--yes")
    told = {one["id"]: one["text"] for one in place.run("doctor", "--json").json["checks"]}
    with Connect.from_settings(place.path / "esdh-connect.toml", host=None) as post:
        found = examine_running(post)
        none = examine_running(post, department="demmo")
    assert {one.id: one.text for one in found.diagnoses} == {
        id_: text for id_, text in told.items() if id_[-3:] not in ("010", "011", "020", "045")
    }
    assert [one.department for one in found.of(Level.WARNING) if one.id == "ESDH-W042"] == ["demo", "demo"]
    assert [one.id for one in none.of(Level.ERROR)] == ["ESDH-E040"]


def test_a_plugin_that_is_on_nowhere_is_a_warning(place):
    """Somebody installed it and forgot the last step."""
    place.settings('[plugins.folder_post]\nfolder = "post"\n\n[departments.demo]\nname = "Demo"\n')
    ended = place.run("doctor", "--json")
    assert (ended.code, "ESDH-W044" in ids(ended)) == (0, True)


def test_a_plugin_for_the_whole_installation_is_missed_in_no_department():
    """One that rings a bell, or only keeps things, is nobody's to switch on; one that hears of letters is."""

    class Keeping:
        @hookimpl
        def erase_expired(self):
            return 0

    class Hearing:
        @hookimpl
        def dispatch_sent(self, event):
            raise AssertionError(event)

    more = {"keeping": Keeping(), "hearing": Hearing()}
    policy = {"plugins": ("letters",)}
    post = installation(host=FakeHost(), channels=[], now=FakeClock(), policy=policy, more=more)
    found = [one.text for one in departments.examined(post, None) if one.id == "ESDH-W044"]
    assert found == ["Pluginet »hearing« er ikke slået til i nogen afdeling"]


@pytest.mark.parametrize(
    ("name", "check"),
    [("HTTPS_PROXY", "ESDH-W002"), ("REQUESTS_CA_BUNDLE", "ESDH-W002"), ("SSL_CERT_FILE", "ESDH-W003")],
)
def test_what_the_environment_says_is_told(name, check):
    """People believe it is used: most of it is not."""
    assert check in [one.id for one in machine.examined({name: "/etc/x"})]
    assert [one.level.name for one in machine.examined({})] == ["FINE"]


def test_a_plugin_that_fails_while_it_is_asked_is_told_and_hides_no_other(place):
    """P9, once more."""

    class Failing:
        from esdh_connect import hookimpl

        @hookimpl
        def examine_plugin(self, online):
            raise RuntimeError("1212121212")

    found = doctor.examine(place.path / "esdh-connect.toml", host=Failing())
    assert [one.id for one in found.diagnoses][-1] == "ESDH-E033"
    assert "1212121212" not in repr(found)


def test_every_finding_of_health_has_a_check():
    """Or the doctor would stumble over what health tells."""
    page = (DOCS / "health.md").read_text()
    table = page.split("## Findings")[1].split("##")[0]
    assert {*re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)} == {"what", *parts.FINDINGS}


def test_every_check_is_described():
    """The page has each number, and no other."""
    page = (DOCS / "doctor.md").read_text()
    described = {*re.findall(r"`((?:ESDH|SP)-\d{3})`", page)}
    of_health = {check for check, _ in parts.FINDINGS.values()}
    root = DOCS.parent
    sources = [
        *root.glob("src/esdh_connect/doctor/*.py"),
        root.joinpath("plugins/esdh-connect-serviceplatformen/src/esdh_connect_serviceplatformen/examination.py"),
    ]
    made = {one for source in sources for one in re.findall(r'"((?:ESDH|SP)-\d{3})"', source.read_text())}
    assert described - of_health == made - of_health
    assert {"ESDH-050", "ESDH-069"} <= described
