"""
The loop a user would write with python_serviceplatformen: look up, make the message, send it, note it as sent.

``loop.py FOLDER send N`` prints letters a second, ``loop.py FOLDER big FILE`` the most memory it had in MB, and
``loop.py FOLDER worker DB`` sends what a table says is waiting. FOLDER is a sandbox's.
"""

from __future__ import annotations

import base64
import os
import re
import sqlite3
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import requests
from python_serviceplatformen import digital_post
from python_serviceplatformen.authentication import KombitAccess
from python_serviceplatformen.models.message import File, Recipient, Sender, create_digital_post_with_main_document

CPR = "0101901234"
HOSTS = re.compile(r"https://[a-z0-9.-]*(stoettesystemerne|serviceplatformen)\.dk")


def access(sandbox: Path) -> KombitAccess:
    """Make the library's key to the service; the addresses written into it lead to the sandbox."""
    home = tomllib.loads((sandbox / "settings.toml").read_text())["plugins"]["serviceplatformen"]["url"]
    os.environ["REQUESTS_CA_BUNDLE"] = str(sandbox / "ca.pem")
    asked = requests.Session.request

    def request(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:  # noqa: ANN401
        if isinstance(body := more.get("data"), str):
            more["data"] = body.replace("encoding='utf8'", "encoding='UTF-8'", 1)  # the sandbox knows the name alone
        return asked(session, method, HOSTS.sub(home, url), **more)

    requests.Session.request = request  # type: ignore[method-assign, assignment]
    return KombitAccess("55133018", str(sandbox / "client.pem"), test=True)


def send(title: str, content: bytes, kombit: KombitAccess) -> None:
    """Send one letter."""
    if digital_post.is_registered(CPR, "digitalpost", kombit):
        file = File(encodingFormat="application/pdf", filename="Brev.pdf", language="da", content=_text(content))
        sender = Sender(senderID="55133018", idType="CVR", label="Eksempel Kommune")
        recipient = Recipient(recipientID=CPR, idType="CPR")
        message = create_digital_post_with_main_document(title, sender, recipient, (file,))
        digital_post.send_message("Digital Post", message, kombit)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def measure(kombit: KombitAccess, content: bytes, count: int) -> float:
    """Send so many; gives letters a second, once it is warm."""
    send("Brev", content, kombit)
    begin = time.perf_counter()
    for at in range(count):
        send(f"Brev {at}", content, kombit)
    return count / (time.perf_counter() - begin)


def work(kombit: KombitAccess, content: bytes, path: str) -> None:
    """Send what waits; what raised waits for the next round. Ends when nothing waits."""
    table = sqlite3.connect(path, isolation_level=None, timeout=30)
    print("ready", flush=True)
    while waiting := table.execute("SELECT id FROM letter WHERE state = 'waiting'").fetchall():
        for (id_,) in waiting:
            try:
                send(f"Brev {id_}", content, kombit)
            except (requests.RequestException, ValueError):
                continue
            table.execute("UPDATE letter SET state = 'sent' WHERE id = ?", (id_,))


def main(where: str, verb: str, what: str) -> None:
    """Do one of the three."""
    kombit = access(Path(where))
    small = (Path(where) / "small.pdf").read_bytes()
    if verb == "send":
        print(measure(kombit, small, int(what)))
    elif verb == "big":
        send("Brev", Path(what).read_bytes(), kombit)
        print(peak())
    else:
        work(kombit, small, what)


def peak() -> float:
    """Give the most memory this process had, in MB."""
    said = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(said[1]) / 1000 if said else 0.0


if __name__ == "__main__":
    main(*sys.argv[1:])
