"""Afslutning: the files that are left to look at, whether all came as expected, and what to try next."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from shlex import quote
from shutil import which

from esdh_connect_demo import seed
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.screen import Screen
from esdh_connect_demo.tour import Expectation, Tour

__all__ = ["show_files", "show_next_steps", "show_verdict", "write_files"]

_RECIPIENTS = "modtagere.jsonl"
_SETTINGS = "sandkasse/settings.toml"
_LETTER = "dokumenter/BYG-0127"
_ENDPOINT = "127.0.0.1:8642"


def write_files(folder: Folder, tour: Tour) -> None:
    """Write the documents as they were filed, what the other side received, and a list of one recipient."""
    folder.write_documents(tour.esdh.documents.values())
    received = {sha256(content).hexdigest(): content for content in tour.installation.received()}
    for cover, entry in tour.state():
        for file in cover.manifest.files:
            if file.sha256 in received:
                folder.write_sent(entry.case.id, received[file.sha256])
    folder.write(_RECIPIENTS, json.dumps(_recipient(), ensure_ascii=False) + "\n")


def _recipient() -> dict[str, object]:
    """Give the company, as a line of a list: a list with a person would hold a CPR number."""
    address = seed.COMPANY.address
    parts = {"street": address.street, "number": address.number, "post_code": address.post_code, "city": address.city}
    return {"cvr": str(seed.COMPANY.number), "name": seed.COMPANY.name, "address": parts}


def show_files(screen: Screen, folder: Folder) -> None:
    """Say where everything lies."""
    screen.heading("9. Her ligger det")
    screen.copy(str(folder.path))
    screen.table(
        [
            ("sendt/", "det, modtagerne fik: brev og bilag i én PDF, taget ud af de afleverede beskeder"),
            ("dokumenter/", "brev og bilag, som de lå på sagerne"),
            ("sandkasse/received/", "beskederne, som Serviceplatformen fik dem"),
            ("sandkasse/outbox.db", "udbakken, krypteret"),
            ("sandkasse/settings.toml", "indstillingerne: afdelinger, kanaler, adresser"),
        ]
    )
    screen.quiet("CPR-numre står i de modtagne beskeder og i sandkassens liste registered.toml, og ingen andre steder.")


def show_verdict(screen: Screen, expectations: Sequence[Expectation], seconds: float) -> None:
    """Say whether everything came as expected, and how long it took."""
    failed = [one.what for one in expectations if not one.held]
    took = f"{seconds:.1f}".replace(".", ",")
    screen.heading("Facit")
    if not failed:
        screen.good(f"Alt kom, som det skulle: {len(expectations)} forventninger holdt. Det tog {took} sekunder.")
    for what in failed:
        screen.bad(f"Holdt ikke: {what}.")


def show_next_steps(screen: Screen, folder: Folder, *, running: bool) -> None:
    """Say what to try next, with commands to copy."""
    program = _program()
    screen.heading("Prøv selv")
    where = "fra et andet vindue" if running else "med sandkassen i baggrunden"
    screen.say(f"Send brev og bilag fra sag BYG-0127 til firmaet i modtagere.jsonl, {where}:")
    screen.copy(f"cd {quote(str(folder.path))}")
    if not running:
        screen.copy(f"{program} sandbox --dir sandkasse --push http://{_ENDPOINT}/ &")
        screen.copy(f"{program} receipts --settings {_SETTINGS} --listen {_ENDPOINT} &")
    screen.copy(f"{program} send --settings {_SETTINGS} --department {seed.TECHNICAL.id} \\")
    screen.copy(f"--title Byggetilladelse --to {_RECIPIENTS} --wait 20 \\", indent=8)
    screen.copy(f"{_LETTER}/Byggetilladelse*.pdf {_LETTER}/Bilag*.pdf", indent=8)
    screen.copy(f"{program} outbox list --settings {_SETTINGS}")
    screen.copy(f"{program} rollout status --settings {_SETTINGS}")
    if not running:
        screen.copy("kill %1 %2")
    if running:
        screen.say("Sandkassen kører videre, så længe dette vindue er åbent. Ctrl-C slutter.")


def _program() -> str:
    """Give what to call the program by: its name where the shell finds this one, else its path."""
    name, ours = "esdh-connect", Path(sys.argv[0]).absolute()
    return name if ours.stem != name or which(name) == str(ours) else quote(str(ours))
