"""The peers: a cover page and a file laid together by each, as their own documentation has it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

#: qpdf: it did it, and warns.
WARNED = 3


class Refused(Exception):
    """It said no."""


def by_pypdf(parts: list[bytes]) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer, made = PdfWriter(), BytesIO()
    for part in parts:
        reader = PdfReader(BytesIO(part))
        if reader.is_encrypted:
            reader.decrypt("")
        writer.append(reader)
    writer.write(made)
    return made.getvalue()


def by_pikepdf(parts: list[bytes]) -> bytes:
    import pikepdf

    made = BytesIO()
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(BytesIO(part)) as source:
                whole.add_pages_from(source)
        whole.save(made)
    return made.getvalue()


def by_qpdf(parts: list[bytes]) -> bytes:
    with TemporaryDirectory() as folder:
        files = [Path(folder, f"{at}.pdf") for at in range(len(parts))]
        for file, part in zip(files, parts, strict=True):
            file.write_bytes(part)
        made = Path(folder, "made.pdf")
        command = ["qpdf", "--empty", "--pages", *files, "--", made]
        code = subprocess.run(command, capture_output=True, check=False).returncode
        if code not in (0, WARNED):
            raise Refused(f"exit code {code}")
        return made.read_bytes()


PEERS: dict[str, Callable[[list[bytes]], bytes]] = {"pypdf": by_pypdf, "pikepdf": by_pikepdf, "qpdf": by_qpdf}
