"""The plugin: its settings, what it registers, and what importing it costs."""

import subprocess
import sys

import pytest

from esdh_connect.errors import SettingsError
from esdh_connect.hookspecs import PROJECT
from esdh_connect.plugins import Plugins
from esdh_connect.settings import Settings
from esdh_connect_serviceplatformen import Serviceplatformen

LEAST = """
schema = 1
[secrets]
installation = "file:installation.secret"
[sender]
cvr = "55133018"
name = "Eksempel Kommune"
[plugins.serviceplatformen]
url = "https://localhost:8443"
sts_url = "https://localhost:8443/runtime/api/rest/wstrust/v1/issue"
authority = "55133018"
certificate = "file:client.pem"
"""


@pytest.fixture
def load(tmp_path, credentials):
    """Make the plugin from settings as an operator writes them."""
    for name in ("client.pem", "ca.pem"):
        (tmp_path / name).write_bytes((credentials.folder / name).read_bytes())

    def loaded(more="", text=LEAST):
        file = tmp_path / "esdh-connect.toml"
        file.write_text(text + more, encoding="utf-8")
        return Settings.load(file).plugin("serviceplatformen", Serviceplatformen)

    return loaded


def test_the_least_is_enough_for_digital_post(load):
    """Without the print supplier's number there is no paper."""
    names = [channel.name for channel in load().register_channels()]
    assert names == ["digital_post", "nemsms"]


def test_letters_of_all_channels_go_through_one_gate(load):
    """KombiPostAfsend takes so many in a second, whichever they are."""
    conducts = [one.conduct for one in load("letters_per_second = 5\nprint_product = 1").register_channels()]
    assert [(conduct.gate, conduct.per_second) for conduct in conducts] == [("serviceplatformen", 5)] * 3


def test_everything_can_be_set(load, tmp_path):
    """Paths are relative to the file."""
    plugin = load(
        'ca = "ca.pem"\nproxy = "http://proxy.example.dk:8080"\nprint_product = 1234\nprint_attachments = true\n'
        'max_files = 3\ndedup = "proven"\nduplicate_codes = ["uuid.used"]\nkle_version = "Maj 2026"\n'
        'kombi_path = "/service/KombiPostAfsend_1/memos"\n'
    )
    channels = {channel.name: channel for channel in plugin.register_channels()}
    assert plugin.ca == tmp_path / "ca.pem"
    assert channels["digital_post"].limits.max_files == 3
    assert channels["digital_post"].kle_version == "Maj 2026"
    assert channels["digital_post"].conduct.dedup == "proven"
    assert channels["fysisk_post"].limits.max_files == 101
    assert channels["fysisk_post"].service.addresses.kombi == "https://localhost:8443/service/KombiPostAfsend_1/memos"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("print_produkt = 1", 'did you mean "print_product"'),
        ("print_product = 0", "print_product"),
        ("max_files = 0", "max_files"),
        ('dedup = "perhaps"', "dedup"),
        ('kombi_path = "service"', "kombi_path"),
        ('proxy = "proxy:8080"', "proxy"),
        ('kle_version = ""', "kle_version"),
        ('certificate_password = "hunter2"', "a secret never stands in this file"),
        ('ca = "missing.pem"', "ca, "),
    ],
)
def test_a_mistake_in_the_settings_is_named(load, more, key):
    """Before anything starts, and without its value where that may be a secret."""
    with pytest.raises(SettingsError) as caught:
        load(more)
    assert key in str(caught.value) or key in caught.value.danish
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8443", "https://", "localhost", "https://u:p@localhost", "https://a/?b"]
)
def test_addresses_are_https_and_nothing_more(load, url):
    """A password in an address would end in logs."""
    with pytest.raises(SettingsError, match="https address"):
        load(text=LEAST.replace('"https://localhost:8443"', f'"{url}"'))


def test_a_wrong_certificate_stops_the_start(load, tmp_path):
    """The error names the setting."""
    with pytest.raises(SettingsError, match=r"client\.p12"):
        load(text=LEAST.replace("client.pem", "client.p12"))
    (tmp_path / "client.p12").write_bytes(b"nonsense")
    with pytest.raises(SettingsError, match="neither PEM nor PKCS#12"):
        load(text=LEAST.replace("client.pem", "client.p12"))


def test_it_registers_like_any_plugin(load):
    """Pluggy looks at every attribute; asking twice gives the same names."""
    plugin = load("print_product = 1")
    plugins = Plugins(builtin=object(), loaded={"serviceplatformen": plugin}, host=None)
    assert plugins.broken == ()
    assert sorted(plugins.channels) == ["digital_post", "fysisk_post", "nemsms"]
    assert PROJECT == "esdh_connect"


def test_it_shows_no_secret(load):
    """Its repr stands in logs."""
    shown = repr(load('proxy = "http://user:pass@proxy.example.dk:8080"'))
    assert "PRIVATE" not in shown
    assert "pass@" not in shown
    assert "file:client.pem" in shown


def test_importing_it_pulls_in_nothing_heavy():
    """XML, cryptography and HTTP wait until there is something to read or send."""
    heavy = ("lxml", "requests", "cryptography", "click")
    program = f"import sys, esdh_connect_serviceplatformen; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
