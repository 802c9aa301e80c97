"""
Lays a cover page and each file of a list together with every engine, and writes down what became of it.

Run as `python -m corpus.judge FOLDER NAMES RESULTS`. Each trial is forked off, for engines crash and hang on real
files; the libraries are loaded before, so that a fork costs little.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from corpus.features import Things, features, kept
from corpus.ours import by_us, with_packs
from corpus.peers import PEERS
from corpus.pictures import Picture, opened, picture, pictures, shown
from hostile.writing import PAGE, pdf

COVER = pdf({3: PAGE})
SECONDS = 20
MEMORY = 2 * 2**30

Answer = dict[str, Any]
#: Number of pages, how some of them look, and what there is beside: what must come out again.
Before = tuple[int, list[Picture], dict[str, Things]]


def facts(part: bytes) -> Before:
    pages, looks = pictures(part)
    return pages, looks, features(part)


def verdict(made: bytes, before: list[Before]) -> Answer:
    """Whether what was made shows every part's pages as they were, and what it kept of the rest."""
    document, after, first = opened(made), features(made), 0
    answer: Answer = {"pages": len(document) == sum(pages for pages, _, _ in before), "pictures": True, "kept": {}}
    for pages, looks, things in before if answer["pages"] else ():
        same = [picture(document, first + at) for at in shown(pages)] == looks
        answer["pictures"] = answer["pictures"] and same
        for name, is_kept in kept(things, after, first).items():
            answer["kept"][name] = answer["kept"].get(name, True) and is_kept
        first += pages
    return answer


def tried(engine: Callable[[list[bytes]], bytes | tuple[bytes, Answer]], parts: list[bytes], before: Any) -> Answer:
    """One engine on these parts; without `before` nobody can say what is right, and only its behaviour is seen."""
    began = time.process_time()
    try:
        made = engine(parts)
    except Exception as error:  # noqa: BLE001 - each library has its own
        return {"refused": getattr(error, "reason", None) or type(error).__name__}
    content, more = made if isinstance(made, tuple) else (made, {})
    told = {"cpu": time.process_time() - began, **more}
    if not isinstance(before, list):
        return told | {"unjudged": True}
    try:
        return told | verdict(content, before)
    except Exception as error:  # noqa: BLE001 - what was made cannot be opened
        return told | {"unreadable": f"{type(error).__name__}: {error}"}


def apart(work: Callable[[], Any]) -> Any:
    """Do it in a fork, and give its answer, or how it ended without one."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with os.fdopen(writer, "wb") as out:
            out.write(pickle.dumps(answered(work)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        return heard(answers, child)


def answered(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        return {"failed": f"{type(error).__name__}: {error}"}


def heard(answers: Any, child: int) -> Any:
    ready, _, _ = select.select([answers], [], [], SECONDS)
    if not ready:
        os.kill(child, signal.SIGKILL)
    said = answers.read()
    _, status = os.waitpid(child, 0)
    if not ready:
        return {"hang": SECONDS}
    return pickle.loads(said) if said else {"crash": os.waitstatus_to_exitcode(status)}  # noqa: S301 - from our own fork


def judged(parts: list[bytes], *, peers: bool) -> dict[str, Answer]:
    """All engines on the same parts; where there are no peers, ours with packs and without."""
    before = apart(partial(list, map(facts, parts)))
    engines = {"ours": by_us, **(PEERS if peers else {"packs": with_packs})}
    return {name: apart(partial(tried, engine, parts, before)) for name, engine in engines.items()}


def main(folder: str, names: str, results: str) -> None:
    """One line of JSON for each line of names, as it is found; a line may hold several, which are one letter."""
    facts(COVER)  # the renderer draws some odd files otherwise when they are its first
    with Path(results).open("w", encoding="utf-8") as out:
        for line in Path(names).read_text(encoding="utf-8").splitlines():
            several = line.split("\t")
            parts = [COVER, *(Path(folder, name).read_bytes() for name in several)]
            out.write(json.dumps({"files": several, **judged(parts, peers=len(several) == 1)}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
