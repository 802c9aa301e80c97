"""A plugin as a vendor could write it: two channels that leave their letters in a folder, and fail when told to."""

import json
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import attrs
import click

from esdh_connect.channel import Limits
from esdh_connect.dispatch import Dispatch, Receipt, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import PDF, Finding, Recipient
from esdh_connect.testing.fakes import FakeConverter

LIMITS = Limits(
    source="tests",
    dated=date(2026, 11, 23),
    max_files=10,
    max_bytes=100_000_000,
    media_types={PDF: (".pdf",)},
)


@attrs.frozen(eq=False)
class FolderChannel:
    """Writes what it is given. Each line of ``faults.txt`` is what happens to one letter; without one all is well."""

    name: str
    label: str
    folder: Path
    limits: Limits = LIMITS

    def reaches(self, recipient: Recipient) -> bool:
        if self.name == "text":
            return True
        if self.name == "paper":
            return recipient.address is not None
        exempt = self.folder / "exempt.txt"
        return not (exempt.exists() and recipient.name in exempt.read_text(encoding="utf-8").splitlines())

    def send(self, dispatch: Dispatch) -> Receipt:
        self._fail()
        letter = dispatch.envelope.letter
        for at, file in enumerate(letter.files):
            (self.folder / f"{dispatch.message_uuid}.{at}").write_bytes(file.content)
        about = {"name": dispatch.envelope.recipient.name, "title": letter.title, "channel": self.name}
        (self.folder / f"{dispatch.message_uuid}.json").write_text(json.dumps(about), encoding="utf-8")
        return Receipt(
            id=f"technical/{dispatch.transaction_id}",
            event=ReceiptEvent.ACCEPTED,
            at=datetime.now(UTC),
            message_uuid=dispatch.message_uuid,
            channel=self.name,
        )

    def _fail(self) -> None:
        faults = self.folder / "faults.txt"
        first, *others = faults.read_text(encoding="utf-8").splitlines() if faults.exists() else ["ok"]
        if others:
            faults.write_text("\n".join(others), encoding="utf-8")
        elif faults.exists():
            faults.unlink()
        match first.split():
            case ["temporary"]:
                raise TemporaryFailure("the line is busy")
            case ["rejected"]:
                raise Rejected("no such mailbox", code="1234")
            case ["unknown"]:
                raise OutcomeUnknown("the answer was cut off")
            case ["sleep", seconds]:
                (self.folder / "sleeping").touch()
                time.sleep(float(seconds))


@attrs.frozen(eq=False)
class FolderPost:
    """Settings: the folder."""

    folder: Path

    @hookimpl
    def register_channels(self) -> Iterable[FolderChannel]:
        text = attrs.evolve(LIMITS, max_files=0, media_types={})
        return [
            FolderChannel("post", "Prøvepost", self.folder),
            FolderChannel("paper", "Prøvepapir", self.folder, attrs.evolve(LIMITS, on_paper=True)),
            FolderChannel("text", "Prøvebesked", self.folder, text),
        ]

    @hookimpl
    def register_converters(self) -> Iterable[FakeConverter]:
        found = Finding("column_lost", "har en kolonne, der ikke kan ses", acts="caseworker", done="skriften er mindre")
        return [FakeConverter("columns", takes=("text/csv",), findings=(found,))]


@click.command()
@click.pass_context
def hello(ctx: click.Context) -> None:
    """
    Sig goddag.

    Kommandoen er kun til prøver.
    """
    click.echo(f"hello from {ctx.command_path}")


not_a_command = "only a text"
