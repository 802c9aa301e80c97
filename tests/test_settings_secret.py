"""Secrets are referred to, read when they are used, and shown to nobody; and a new installation gets its own."""

import os
import stat
import subprocess
import sys
import tomllib
from base64 import b64decode, b64encode, encodebytes
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esdh_connect.errors import SettingsError
from esdh_connect.ids import Cvr
from esdh_connect.seal import Seal
from esdh_connect.settings import SECRET_NAME, SETTINGS_NAME, Secret, Secrets, Settings, initialize

KEY = bytes(range(32))
CVR = Cvr("55133018")
PASSWORD = "hunter2hunter2"
has_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def secret(tmp_path: Path, reference: str) -> Secret:
    return Secret(reference, tmp_path / "esdh-connect.toml", 3)


def private(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_a_secret_in_a_file_is_read_anew_each_time(tmp_path: Path) -> None:
    """A certificate that was renewed counts at once."""
    one = secret(tmp_path, "file:certs/client.pem")
    (tmp_path / "certs").mkdir()
    for content in (b"old", b"new\n\x00"):
        (tmp_path / "certs" / "client.pem").write_bytes(content)
        assert one.read() == content
    assert one.path == tmp_path / "certs" / "client.pem"


def test_a_secret_in_the_environment_is_read_anew_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no path."""
    one = secret(tmp_path, "env:P12_PASSWORD")
    for content in ("old", "ny nøgle"):
        monkeypatch.setenv("P12_PASSWORD", content)
        assert one.text() == content
    assert one.path is None


def test_a_password_in_a_file_loses_the_line_ending_that_editors_add(tmp_path: Path) -> None:
    """But no blank of its own."""
    (tmp_path / "p").write_bytes(b" pass word \r\n")
    assert secret(tmp_path, "file:p").text() == " pass word "


def test_a_secret_shows_its_reference_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even after it was read."""
    monkeypatch.setenv("P12_PASSWORD", PASSWORD)
    one = secret(tmp_path, "env:P12_PASSWORD")
    one.read()
    assert repr(one) == str(one) == "Secret('env:P12_PASSWORD')"


@pytest.mark.parametrize(
    ("reference", "english", "danish"),
    [
        ("file:none", "there is no file", "findes ikke"),
        ("file:.", "directory", "kan ikke læses"),
        ("file:empty", "it is empty", "den er tom"),
        ("file:binary", "it is not UTF-8 text", "den er ikke UTF-8-tekst"),
        ("env:ESDH_CONNECT_NO_SUCH", "no variable ESDH_CONNECT_NO_SUCH", "miljøvariablen ESDH_CONNECT_NO_SUCH"),
    ],
)
def test_a_secret_that_cannot_be_read_says_where_it_is_referred_to(
    tmp_path: Path, reference: str, english: str, danish: str
) -> None:
    """File, line, reference and reason."""
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError) as caught:
        secret(tmp_path, reference).text()
    assert str(caught.value).startswith(f"{tmp_path}/esdh-connect.toml:3: {reference}: ")
    assert english.lower() in str(caught.value).lower()
    assert danish in caught.value.danish


@pytest.mark.parametrize("encoded", [b64encode(KEY), b64encode(KEY) + b"\n", encodebytes(KEY * 3)])
def test_the_installation_secret_is_base64_text(tmp_path: Path, encoded: bytes) -> None:
    """In one line or several."""
    private(tmp_path / "s", encoded)
    assert Secrets(secret(tmp_path, "file:s")).installation_key() == b64decode(encoded)


def test_the_installation_secret_may_stand_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no modes to check."""
    monkeypatch.setenv("ESDH_SECRET", b64encode(KEY).decode())
    assert Secrets(secret(tmp_path, "env:ESDH_SECRET")).installation_key() == KEY


@pytest.mark.parametrize(
    ("content", "english"),
    [
        (b"", "it is empty"),
        (PASSWORD.encode() + b"!", "it is not base64 text"),
        (b64encode(KEY[:31]), "it has 31 bytes; at least 32 are needed"),
        (b"\xff" * 40, "it is not UTF-8 text"),
    ],
)
def test_a_bad_installation_secret_is_refused_without_showing_it(tmp_path: Path, content: bytes, english: str) -> None:
    """The operator learns what is wrong, not what it is."""
    private(tmp_path / "s", content)
    with pytest.raises(SettingsError, match=f"toml:3: file:s: {english}") as caught:
        Secrets(secret(tmp_path, "file:s")).installation_key()
    assert PASSWORD not in str(caught.value) + caught.value.danish


@has_modes
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o444])
def test_an_installation_secret_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that mends it, which does."""
    folder = tmp_path / "with a space"
    folder.mkdir()
    private(folder / "s", b64encode(KEY)).chmod(mode)
    secrets = Secrets(secret(folder, "file:s"))
    with pytest.raises(SettingsError, match="others than its owner") as caught:
        secrets.installation_key()
    command = caught.value.danish.partition("»")[2].partition("«")[0]
    assert command in str(caught.value)
    subprocess.run(["sh", "-c", command], check=True)
    assert secrets.installation_key() == KEY


# --- a new installation


def test_a_new_installation_starts(tmp_path: Path) -> None:
    """Two files, in a folder that need not be there; what they say is complete."""
    made = initialize(tmp_path / "new" / "folder", cvr=CVR, name="Eksempel Kommune")
    assert made == (tmp_path / "new" / "folder" / SETTINGS_NAME, tmp_path / "new" / "folder" / SECRET_NAME)
    loaded = Settings.load(made[0])
    assert (loaded.sender.cvr, loaded.sender.name) == (CVR, "Eksempel Kommune")
    assert loaded.store == made[0].parent / "outbox.db"
    assert (loaded.plugins, loaded.departments) == ({}, {})
    assert Seal(loaded.secrets.installation_key()).id


def test_the_examples_in_the_new_file_are_right_as_well(tmp_path: Path) -> None:
    """Who takes the comment signs away has a file that loads."""
    path, _ = initialize(tmp_path, cvr=CVR, name="Eksempel Kommune")
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = [line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in lines]
    assert shown != lines
    path.write_text("\n".join(shown), encoding="utf-8")
    loaded = Settings.load(path)
    assert set(loaded.plugins) == {"serviceplatformen"}
    assert loaded.departments["demo"].channels == ("digital_post", "fysisk_post")


@has_modes
def test_only_the_owner_may_read_the_new_secret(tmp_path: Path) -> None:
    """From its first moment, whatever the process lets others read by default."""
    before = os.umask(0)
    try:
        _, made = initialize(tmp_path, cvr=CVR, name="x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_no_two_installations_have_the_same_secret(tmp_path: Path) -> None:
    """Nor is it found in the settings."""
    contents = set()
    for at in range(3):
        path, made = initialize(tmp_path / str(at), cvr=CVR, name="x")
        contents.add(made.read_text())
        assert made.read_text().strip() not in path.read_text(encoding="utf-8")
    assert len(contents) == 3


@pytest.mark.parametrize("there", [SECRET_NAME, SETTINGS_NAME])
def test_nothing_is_ever_overwritten(tmp_path: Path, there: str) -> None:
    """Not either file where the other is gone: a new secret would lock the old letters away."""
    (tmp_path / there).write_text("mine")
    with pytest.raises(SettingsError, match="not overwritten") as caught:
        initialize(tmp_path, cvr=CVR, name="x")
    assert str(tmp_path / there) in str(caught.value)
    assert "overskrevet" in caught.value.danish
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


@has_modes
@pytest.mark.parametrize("there", [SECRET_NAME, SETTINGS_NAME])
def test_a_link_to_nowhere_is_not_followed(tmp_path: Path, there: str) -> None:
    """The secret does not land where somebody else wants it."""
    (tmp_path / there).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="not overwritten"):
        initialize(tmp_path, cvr=CVR, name="x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written to") as caught:
        initialize(tmp_path / "file", cvr=CVR, name="x")
    assert "kan ikke skrives" in caught.value.danish


@has_modes
def test_a_disk_that_is_full_leaves_nothing_half_done(tmp_path: Path) -> None:
    """There is room for the secret, but not for the settings; afterwards it can be tried again."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(SettingsError, match="cannot be written to"):
            initialize(tmp_path, cvr=CVR, name="x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
    initialize(tmp_path, cvr=CVR, name="x")


@given(name=st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sender_of_any_name_is_written_as_it_is(tmp_path: Path, name: str) -> None:
    """Quotes, backslashes, braces, lines and other alphabets."""
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    path, _ = initialize(folder, cvr=CVR, name=name)
    assert tomllib.loads(path.read_bytes().decode())["sender"]["name"] == name
    assert Settings.load(path).sender.name == name
