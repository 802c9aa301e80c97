"""A real installation in a folder: settings, secret, SQLite outbox, and a plugin from a distribution of its own."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest
import structlog

from esdh_connect.cli.group import run
from esdh_connect.connect import Connect
from esdh_connect.policy import PolicyChange
from esdh_connect.store import Store
from esdh_connect.testing.fakes import pdf_of

ANE = {"cpr": "1212121212", "name": "Ane Prøve", "address": {"street": "Prøvevej", "number": "7", "post_code": "8000"}}
BO = {"cpr": "0101901234", "name": "Bo Prøve"}
FIRM = {"cvr": "13748136", "name": "Firma ApS"}

ENTRY_POINTS = """\
[esdh_connect]
folder_post = folder_post:FolderPost
lost = no_such_module:Lost

[esdh_connect.commands]
hello = folder_post:hello
broken = no_such_module:command
text = folder_post:not_a_command
"""
METADATA = "Metadata-Version: 2.1\nName: folder-post\nVersion: 1\nSummary: Letters in a folder.\n"
SETTINGS = """
[plugins.folder_post]
folder = "post"

[departments.demo]
name = "Demo"
plugins = ["folder_post"]
channels = ["post", "paper"]
"""


@attrs.frozen
class Ended:
    """A command that came to its end."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed."""
        return json.loads(self.out)


@attrs.frozen
class Place:
    """The folder of an installation, and the program run in it."""

    path: Path
    environment: dict[str, str]

    ANE: ClassVar = ANE
    BO: ClassVar = BO
    FIRM: ClassVar = FIRM
    SETTINGS: ClassVar = SETTINGS

    def run(self, *arguments: str, stdin: str | bytes = b"") -> Ended:
        """Run the program in this process, which is quick. Whatever would ask a question is not for here."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        with chdir(self.path), _streams(given) as (out, err), _logging_left_alone():
            code = run(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            return Ended(code, out.getvalue().decode(), err.getvalue().decode())

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "esdh_connect.cli", *arguments]

    def spawn(self, *arguments: str, stdin: str | bytes = b"", **environment: str) -> Ended:
        """Run it as a process in a session of its own, where there is no terminal to ask in."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            self.command(*arguments), cwd=self.path, env=self.environment | environment, input=given,
            capture_output=True, timeout=60, start_new_session=True, check=False,
        )  # fmt: skip
        return Ended(done.returncode, *(one.decode(errors="replace") for one in (done.stdout, done.stderr)))

    def send(self, *options: str, files: Iterable[str] = ("brev.pdf",), to: str = "liste.jsonl") -> Ended:
        return self.run("send", "--title", "Afgørelse", "--to", to, *options, *files)

    def send_many(self, *options: str, files: Iterable[str] = ("brev.pdf",), batch: str = "Rotter 2027") -> Ended:
        given = ("--list", "breve.jsonl", "--batch", batch, "--title", "Rotter", *options, *files)
        return self.run("send-many", *given)

    def works(self, name: str = "Rotter 2027") -> dict[str, int]:
        """What the machine does with the letters of a mailing."""
        return dict(self.run("batch", "show", name, "--json").json["work"])

    def write(self, name: str, *pages: str) -> Path:
        """Write a PDF with a page for each text."""
        path = self.path / name
        path.write_bytes(pdf_of(*(pages or (name,))))
        return path

    def recipients(self, *recipients: object, name: str = "liste.jsonl") -> None:
        lines = [one if isinstance(one, str) else json.dumps(one) for one in recipients]
        (self.path / name).write_text("\n".join(lines), encoding="utf-8")

    def settings(self, text: str) -> None:
        """Write anew what stands behind the installation's own part."""
        path = self.path / "esdh-connect.toml"
        head = re.split(r"^#.*plugin|^\[plugins", path.read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)[0]
        path.write_text(head + text, encoding="utf-8")

    def decide(self, **what: Any) -> None:
        """Decide about the department from now on, as the settings do no longer once it is there."""
        with Connect.from_settings(self.path / "esdh-connect.toml") as post:
            now = datetime.now(UTC)
            post.departments.change([PolicyChange(one, what, "test", now, now) for one in post.departments])

    def faults(self, *faults: str) -> None:
        (self.path / "post" / "faults.txt").write_text("\n".join(faults), encoding="utf-8")

    def posted(self) -> list[dict[str, Any]]:
        """What the channels were given, by the recipient's name."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in self.path.glob("post/*.json")]
        return sorted(found, key=lambda one: str(one["name"]))

    def posted_file(self, message_uuid: str, at: int = 0) -> bytes:
        return (self.path / "post" / f"{message_uuid}.{at}").read_bytes()

    @contextmanager
    def opened(self) -> Iterator[Connect]:
        """Open the same outbox as somebody else would."""
        post = Connect.from_settings(self.path / "esdh-connect.toml")
        yield post
        assert isinstance(post.outbox, Store)
        post.outbox.close()


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[BytesIO, BytesIO]]:
    before, out, err = (sys.stdin, sys.stdout, sys.stderr), BytesIO(), BytesIO()
    sys.stdin, sys.stdout, sys.stderr = (TextIOWrapper(one, encoding="utf-8") for one in (BytesIO(stdin), out, err))
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


@contextmanager
def _logging_left_alone() -> Iterator[None]:
    """The program may set up logging, for it is one; in here pytest is."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a machine on which the distribution folder-post is installed."""
    site = tmp_path_factory.mktemp("site")
    about = site / "folder_post-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(METADATA)
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    code = Path(__file__).parent / "installed"
    paths = [str(site), str(code), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}


@pytest.fixture
def place(tmp_path: Path, installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Place:
    """A new installation, made by ``init``, with a letter and one recipient."""
    for path in reversed(installed["PYTHONPATH"].split(os.pathsep)):
        monkeypatch.syspath_prepend(path)
    place = Place(tmp_path, installed)
    assert place.run("init", "--cvr", "55133018", "--name", "Eksempel Kommune").code == 0
    place.settings(SETTINGS)
    (tmp_path / "post").mkdir()
    place.write("brev.pdf", "Hermed afgørelsen")
    place.recipients(ANE)
    return place


@pytest.fixture
def mailing(place: Place) -> Place:
    """A list of three letters with a text of their own each, and one with a file of its own."""
    place.write("eget.pdf", "Noget andet")
    place.recipients(
        place.ANE | {"title": "Til Ane"},
        place.BO,
        place.FIRM | {"files": ["eget.pdf"]},
        name="breve.jsonl",
    )
    return place
