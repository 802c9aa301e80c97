"""Plugins: only the named are loaded, a broken one is reported, and rules of the hooks are kept at start."""

import sys
import textwrap
from importlib.metadata import entry_points
from types import SimpleNamespace

import pytest

from esdh_connect.errors import NoRecipient, Objection, PluginError, SettingsError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.log import Log
from esdh_connect.plugins import Plugins, load
from esdh_connect.policy import Department, Policy
from esdh_connect.testing.fakes import FakeChannel, FakeLetters


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A distribution with three plugins: a good one, one that cannot be imported, one that is a function."""
    (tmp_path / "vendor_good.py").write_text(
        textwrap.dedent(
            """
            import sys
            sys.modules["vendor_good_was_imported"] = sys
            class Good:
                def __init__(self, colour="red"):
                    self.colour = colour
            def function():
                return None
            """
        )
    )
    (tmp_path / "vendor_bad.py").write_text("import no_such_module_at_all")
    info = tmp_path / "vendor-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vendor\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[esdh_connect]\ngood = vendor_good:Good\nbad = vendor_bad:Bad\nfunction = vendor_good:function\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("vendor_good", "vendor_bad", "vendor_good_was_imported"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield
    for name in ("vendor_good", "vendor_good_was_imported"):
        sys.modules.pop(name, None)


def build(name, cls):
    return cls()


@pytest.mark.usefixtures("installed")
def test_what_is_installed_but_not_named_is_not_even_imported():
    """A production server must not gain a channel because somebody ran pip install."""
    assert "good" in {point.name for point in entry_points(group="esdh_connect")}

    loaded, broken = load([], build, Log())

    assert (loaded, broken) == ({}, ())
    assert "vendor_good_was_imported" not in sys.modules


@pytest.mark.usefixtures("installed")
def test_a_broken_plugin_is_reported_and_the_others_go_on():
    """Its name and its fault are there to be shown."""
    loaded, broken = load(["bad", "good", "function"], build, Log())

    assert list(loaded) == ["good"]
    assert [one.name for one in broken] == ["bad", "function"]
    assert "no_such_module_at_all" in str(broken[0].error)


@pytest.mark.usefixtures("installed")
def test_a_name_nobody_offers_is_a_settings_error():
    """It would be a spelling mistake."""
    with pytest.raises(SettingsError, match="godo"):
        load(["godo"], build, Log())


def test_a_hook_that_does_not_exist_is_found_at_start():
    """A misspelt name would never be called."""

    class Misspelt:
        @hookimpl
        def dispatch_sended(self, event):
            """Nobody calls this."""

    everybody = Plugins(object(), {"misspelt": Misspelt(), "letters": FakeLetters()}, None)

    assert [one.name for one in everybody.broken] == ["misspelt"]
    assert list(everybody.channels) == ["fake"]


def test_a_fact_cannot_be_wrapped():
    """Facts are told one by one; nobody stands around another."""

    class Wraps:
        @hookimpl(wrapper=True)
        def dispatch_sent(self, event):
            yield

    assert [one.name for one in Plugins(object(), {"wraps": Wraps()}, None).broken] == ["wraps"]


def test_a_class_instead_of_an_instance_is_told_kindly():
    """The commonest slip."""
    with pytest.raises(PluginError, match="register an instance"):
        Plugins(object(), {}, FakeLetters)


def test_a_plugin_may_register_nothing():
    """No answer is None, for lists too."""

    class Nothing:
        @hookimpl
        def register_channels(self):
            return None

    everybody = Plugins(object(), {"nothing": Nothing(), "letters": FakeLetters()}, None)
    assert (everybody.broken, list(everybody.channels)) == ((), ["fake"])


@pytest.mark.parametrize("brought", ["digital_post", 7, [object()], [SimpleNamespace(name="x", label="X")]])
def test_what_is_no_channel_is_found_at_start(brought):
    """The plugin is left out, and the others go on; in the host itself it stops the start."""

    class Brings:
        @hookimpl
        def register_channels(self):
            return brought

    everybody = Plugins(object(), {"brings": Brings(), "letters": FakeLetters()}, None)
    assert ([one.name for one in everybody.broken], list(everybody.channels)) == (["brings"], ["fake"])
    with pytest.raises(PluginError, match="register_channels"):
        Plugins(object(), {}, Brings())


def test_a_plugin_is_asked_once_what_it_registers():
    """It may open something while it is."""

    class Counts:
        asked = 0

        @hookimpl
        def register_channels(self):
            self.asked += 1
            return [FakeChannel()]

    loaded, host = Counts(), Counts()
    Plugins(object(), {"loaded": loaded}, None)
    Plugins(object(), {}, host)
    assert (loaded.asked, host.asked) == (1, 1)


@pytest.mark.parametrize("answer", ["Nej tak", 7, [None], [b"nej"]])
def test_an_answer_that_is_none_is_blamed_on_whoever_gave_it(answer):
    """A text is no list of texts: it would object with each of its letters."""

    class Answers:
        @hookimpl
        def review_plan(self):
            return answer

    class Sound:
        @hookimpl
        def review_plan(self):
            return ("det er for sent",)

    everybody = Plugins(object(), {"answers": Answers(), "sound": Sound()}, None)
    with pytest.raises(Objection) as raised:
        everybody.asked(Policy(Department("d"), {"answers", "sound"})).review_plan(None, None)
    assert raised.value.plugin == "answers"
    assert everybody.asked(Policy(Department("d"), {"sound"})).review_plan(None, None) == ("det er for sent",)


def test_two_channels_of_one_name_are_refused_and_both_are_named():
    """Or it would be chance which one sends."""
    with pytest.raises(PluginError, match="one and two"):
        Plugins(object(), {"one": FakeLetters(), "two": FakeLetters()}, None)


def test_only_enabled_plugins_are_asked_and_the_host_answers_first():
    """A plugin registered after the policy was made does not slip in."""
    asked = []

    class Answers:
        def __init__(self, name):
            self.name = name

        @hookimpl
        def resolve_recipient(self, party):
            asked.append(self.name)

    everybody = Plugins(Answers("builtin"), {"on": Answers("on"), "off": Answers("off")}, Answers("host"))
    everybody.asked(Policy(Department("d"), {"on", "not-installed"})).resolve_recipient(None, None)

    assert asked == ["host", "on", "builtin"]


def test_a_channel_is_allowed_only_through_a_plugin_that_is_on():
    """Naming the channel is not enough, nor is switching on the plugin."""
    everybody = Plugins(object(), {"letters": FakeLetters([FakeChannel("a"), FakeChannel("b")])}, None)

    def names(plugins, channels):
        return [one.name for one in everybody.channels_of(Policy(Department("d"), plugins, channels))]

    assert names(["letters"], ["b", "a", "c"]) == ["b", "a"]
    assert names(["letters"], []) == []
    assert names([], ["a", "b"]) == []


def test_an_id_that_a_host_answers_with_is_kept_without_a_cpr_number():
    """It stands in the outbox, the audit log and on pages."""

    class Journal:
        @hookimpl
        def find_journal_entry(self, mark, case):
            """It is there."""
            return "010190-1234"

        @hookimpl
        def journalize_dispatch(self, dispatch, mark):
            """It is written."""
            return "akt 010190-1234/17"

    asked = Plugins(object(), {}, Journal()).asked(Policy(Department("d")))
    assert asked.find_journal_entry("m", None) == "xxxxxx-xxxx"
    assert asked.journalize_dispatch(None, "m") == "akt xxxxxx-xxxx/17"


def test_the_log_says_why_a_hook_failed_while_a_letter_was_planned(caplog):
    """Whoever sends the letter is told it in words; whoever mends it needs the reason."""

    class Host:
        @hookimpl
        def resolve_recipient(self, party, case):
            """There is nobody."""
            raise NoRecipient("HTTP 500 from host:443/recipient about 010190-1234", danish="sagssystemet svarede ikke")

    with pytest.raises(NoRecipient):
        Plugins(object(), {}, Host()).asked(Policy(Department("d"))).resolve_recipient(None, None)
    [line] = caplog.messages
    assert "hook_failed" in line
    assert "HTTP 500 from host:443/recipient about xxxxxx-xxxx" in line
