"""The pages and the command line decide the same."""

from base64 import b64encode
from pathlib import Path

from administering import ADA
from desk import Desk

from esdh_connect.cli.group import run
from esdh_connect.connect import Connect
from esdh_connect.departments import written
from esdh_connect_web import make_asgi_app

SETTINGS = """\
schema = 1

[secrets]
installation = "file:installation.secret"

[store]
path = "outbox.db"

[sender]
cvr = "55133018"
name = "Eksempel Kommune"

[plugins.bilag]

[plugins.web]

[departments.teknik]
name = "Teknik og Miljø"
plugins = ["bilag"]

[departments.byg]
name = "Byggeri"
parent = "teknik"
"""


def place(folder: Path) -> Path:
    folder.mkdir()
    (folder / "installation.secret").write_text(b64encode(b"a secret of thirty-two bytes.....").decode())
    (folder / "installation.secret").chmod(0o600)
    (folder / "esdh-connect.toml").write_text(SETTINGS)
    return folder / "esdh-connect.toml"


def test_the_same_press_and_the_same_command_decide_the_same(tmp_path, monkeypatch):
    """Two installations, one switched by hand on a page, the other on the command line."""
    pages, line = place(tmp_path / "pages"), place(tmp_path / "line")
    with Connect.from_settings(pages) as post:
        desk = Desk(Desk.browser_of(make_asgi_app(post, identify=lambda _: ADA)))
        for cell in ("-bilag byg", "-bilag teknik", "+bilag byg"):
            desk.go("/plugins").press("/plugins", cell=cell).press("/departments/decide", why="prøve")
        on_pages = written(post.departments.exported())
    for words in (["disable", "byg", "bilag"], ["disable", "teknik", "bilag"], ["enable", "byg", "bilag"]):
        assert run(["departments", *words, "--settings", str(line), "--by", "ada", "--why", "prøve", "--yes"]) == 0
    with Connect.from_settings(line) as post:
        assert written(post.departments.exported()) == on_pages
    assert 'plugins = ["+bilag"]' in on_pages
