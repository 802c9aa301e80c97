"""Letters and their bilag laid together: processor time, size and memory against the other engines, in one run."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bilag_engines import ENGINES, FLOOR, LARGE, OURS, PYPDF, SMALL, WARM, Engine, cost, warm_up
from figures import Goal, at_least, at_most, folder, in_turns, is_long, ratio, show

ROUNDS = 15 if is_long() else 9
#: Sets that a goal is for.
FAST = {"S1", "S3", "S4", "S5"}
PYPDFS_SIZE = {"S1": 0.7}
INPUTS_SIZE = {"S4": 0.25}


def rounds(files: Sequence[Path], made: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Let all lay the same files together in turns; gives milliseconds of a processor, and of the clock."""
    walls: dict[str, list[float]] = {name: [] for name in ENGINES}

    def once(name: str, engine: Engine) -> float:
        gc.collect()
        processor, wall = cost(engine, files, made)
        walls[name].append(wall)
        return processor

    runs: dict[str, Callable[[], float]] = {name: partial(once, name, engine) for name, engine in ENGINES.items()}
    return in_turns(ROUNDS, runs), walls


def size(name: str, files: Sequence[Path], made: Path) -> int:
    """Give how many bytes an engine makes of them."""
    ENGINES[name](files, made)
    return made.stat().st_size


def memory(name: str, files: Sequence[Path], made: Path) -> float:
    """Give the most memory that it takes, in a process of its own, beside what that held before, in MB."""
    command = [sys.executable, __file__, "--once", name, str(made), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def once(name: str, made: str, *files: str) -> None:
    """Be the process whose memory is measured: everything is imported, as in a host that runs since this morning."""
    engine, several = ENGINES[name], [Path(file) for file in files]
    engine(several[:1], Path(made))
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the highest so far
    before = held("VmRSS")
    engine(several, Path(made))
    print(held("VmHWM") - before)


def held(which: str) -> float:
    """Give what the kernel says this process holds, or has held, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{which}:")[1].split()[0]) / 1000


def times(found: dict[str, list[float]], walls: dict[str, list[float]], *, is_goal: bool) -> None:
    """Show what each took, and how many times that is faster than pypdf."""
    goals: dict[str, Goal] = {OURS: at_least(7, "×"), SMALL: at_least(4, "×"), WARM: at_least(60, "×")}
    goals = goals if is_goal else {}
    for name, taken in found.items():
        faster = ratio(found[PYPDF], taken)
        beside = f"{median(walls[name]):,.1f} ms wall, {faster:.1f}× pypdf"
        show(name, f"{median(taken):,.1f} ms CPU", beside, goal=goals.get(name), figure=faster)
    for name, limit in ((LARGE, 1.1), ("qpdf", 0.6), ("mutool merge", 2.0)):
        if name in found:
            part = ratio(found[OURS], found[name])
            show(f"  ours of {name}", f"{part:.2f}×", goal=at_most(limit, "×"), figure=part)
    show("  ours of reading and writing the bytes", f"{ratio(found[OURS], found[FLOOR]):.1f}×")
    part = ratio(found[WARM], found[FLOOR])
    show("  packs of reading and writing the bytes", f"{part:.1f}×", goal=at_most(2.5, "×"), figure=part)


def sizes(name: str, files: Sequence[Path], made: Path) -> None:
    """Show how large the result is, and how much memory it took."""
    given = sum(file.stat().st_size for file in files)
    theirs, ours = size(PYPDF, files, made), size(SMALL, files, made)
    packed = size(WARM, files, made)
    show("  ours, packs: of what goes in", f"{packed / given:.3f}", **goal(INPUTS_SIZE.get(name), packed / given))
    show("  ours, small: of what pypdf makes", f"{ours / theirs:.3f}", **goal(PYPDFS_SIZE.get(name), ours / theirs))
    show("  ours, small: of what goes in", f"{ours / given:.3f}", **goal(INPUTS_SIZE.get(name), ours / given))
    much, little = memory(PYPDF, files, made), memory(OURS, files, made)
    show(
        "  ours of pypdf's memory", f"{little / much:.2f}", f"{little:.0f} of {much:.0f} MB", **goal(0.5, little / much)
    )


def looked_through() -> None:
    """Show what it takes to look through one file, as it is done for every file of every plan."""
    from bilag_sets import write

    from esdh_connect_bilag.preflight import preflight

    with folder() as where:
        content, taken = write("S5", where)[1].read_bytes(), []
    for _ in range(ROUNDS):
        begun = time.process_time()
        preflight(content)
        taken.append(1000 * (time.process_time() - begun))
    middle = median(taken)
    beside = f"{len(content) / 1e6:.1f} MB"
    show("1 500 pages looked through", f"{middle:,.1f} ms CPU", beside, goal=at_most(500, " ms"), figure=middle)


def goal(limit: float | None, figure: float) -> dict[str, Goal | float | None]:
    """Give what `show` is told of a goal, where there is one."""
    return {} if limit is None else {"goal": at_most(limit), "figure": figure}


def main() -> None:
    """One table for each set."""
    from bilag_sets import SETS, write  # what makes the sets takes memory, which is not to be measured

    for name, (what, _) in SETS.items():
        with folder() as where:
            files, made = write(name, where), where / "made.pdf"
            if not files:
                print(f" {name}: {what} – not here (ESDH_CONNECT_REFERENCE)")
                continue
            megabytes = sum(file.stat().st_size for file in files) / 1e6
            print(f" {name}: {what} ({len(files)} files, {megabytes:.1f} MB)")
            warm_up(files, made)
            times(*rounds(files, made), is_goal=name in FAST)
            sizes(name, files, made)
    looked_through()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        once(*sys.argv[2:])
    else:
        main()
