"""Lays letters together with packs of a folder, and tells their hashes: `python builder.py FOLDER ROUNDS`."""

import sys
from hashlib import sha256
from pathlib import Path

from esdh_connect.seal import Seal
from esdh_connect_bilag.engine import Part, Style, merge
from esdh_connect_bilag.packs import Packs

SECRET = b"s" * 32


def letters() -> list[list[Part]]:
    """Give three letters that share some of their bilag."""
    from hostile.writing import PAGE, pdf

    several = [pdf({3: PAGE, 9 + at: b"(%d)" % at}) for at in range(6)]
    bilag = [Part(f"Bilag {at}", one, as_pack=True) for at, one in enumerate(several)]
    return [[Part("Brev", several[0]), *bilag[:at]] for at in (2, 4, 6)]


def main(folder: str, rounds: str) -> None:
    """Each round begins with an empty memory, as a new process does."""
    for _ in range(int(rounds)):
        kept = Packs(Path(folder)).kept(Seal(SECRET).digest)
        for parts in letters():
            sys.stdout.write(sha256(merge(parts, Style("t"), shelf=kept).content).hexdigest() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
