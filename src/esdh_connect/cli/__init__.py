"""
Kommandolinjen: ``esdh-connect``.

A command is a name in the entry-point group ``esdh_connect.commands``, imported when it runs and not before. click
is an extra (``esdh-connect[cli]``): a host that embeds the library does without.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from types import MappingProxyType
from typing import NoReturn

__all__ = ["HELP", "main"]

#: One line for each command of the core, so that ``--help`` need not import them.
HELP = MappingProxyType(
    {
        "approvals": "Se de breve, der venter på godkendelse.",
        "approve": "Godkend et brev, så det kan sendes.",
        "audit": "Kontrollér og læs revisionsloggen.",
        "batch": "Se, frigiv eller stop masseforsendelser.",
        "cancel": "Stop et brev, der ikke er afleveret.",
        "departments": "Se og bestem, hvad der gælder i afdelingerne.",
        "doctor": "Undersøg installationen, og få at vide, hvad der skal gøres.",
        "drain": "Aflever, hvad der ligger klar i udbakken.",
        "erase": "Slet for altid, hvad en forsendelse indeholder.",
        "failures": "Se, hvad der venter på et menneske.",
        "health": "Se, hvordan udbakken har det.",
        "init": "Lav indstillinger og hemmelighed til en ny installation.",
        "open-letters": "Se de breve, der holder en sag åben.",
        "outbox": "Se udbakken.",
        "pass-on": "Lad en anden godkende et brev.",
        "plugins": "Se, hvilke plugins der er, og begynd på et nyt.",
        "proof": "Saml en bevispakke om en forsendelse.",
        "resolve": "Gør noget ved et brev i fejlbakken.",
        "retention": "Slet det, der har ligget længe nok.",
        "secret": "Udskift installationens hemmelighed.",
        "send": "Send et brev med bilag.",
        "send-back": "Godkend ikke et brev; det bliver stoppet.",
        "send-many": "Send en masseforsendelse.",
        "status": "Se, hvad der er sket med en forsendelse.",
        "worker": "Aflever breve, efterhånden som de kommer.",
    }
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program with ``arguments``, by default those of the process, and exit with its code."""
    try:
        from esdh_connect.cli.group import run
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.stderr.write('Kommandolinjen mangler click: pip install "esdh-connect[cli]"\n')
        sys.exit(3)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no letter for a name must not end the program when the letter was sent.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
