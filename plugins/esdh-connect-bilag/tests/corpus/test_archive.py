"""What a merged file claims of PDF/A is true: by PDFBox, on real files."""

import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from corpus.conftest import FILES
from lxml import etree

from esdh_connect_bilag.engine import Part, Style, merge

JARS = Path("/usr/share/java")
NEEDED = ("preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "commons-io", "javax.activation", "jaxb-api")
CLAIM = re.compile(rb"pdfaid:part[^0-9]{1,4}1")

# Java starts slowly, and looks at some seventy files.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def valid(folder: Path) -> set[str]:
    """Give the names of the files in a folder that are valid PDF/A-1b."""
    classes = os.pathsep.join(str(JARS / f"{name}.jar") for name in NEEDED)
    command = ["java", "-cp", classes, "org.apache.pdfbox.preflight.Validator_A1b", "xml", "group", str(folder)]
    subprocess.run(command, check=False, capture_output=True, timeout=240)
    told = etree.parse(folder.with_name(f"{folder.name}.preflight.xml"))
    return {str(one.get("name")) for one in told.iter("preflight") if one.findtext("isValid") == "true"}


@pytest.fixture(scope="module")
def archived(files: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The real files that are valid PDF/A-1b."""
    if shutil.which("java") is None or not all((JARS / f"{name}.jar").exists() for name in NEEDED):
        assert not os.environ.get("CI"), "PDFBox is not installed: .ci/servers does it"
        pytest.skip("PDFBox's preflight, which judges, is not installed")
    folder = tmp_path_factory.mktemp("archived")
    for name in files:
        content = (FILES / name).read_bytes()
        if CLAIM.search(content):
            (folder / name).write_bytes(content)
    return [(folder / name).read_bytes() for name in sorted(valid(folder))]


@pytest.mark.parametrize("small", [True, False])
def test_a_letter_that_claims_to_be_an_archive_file_is_one(archived, tmp_path, small):
    """Two valid files stay one where they agree on colours; where not, the claim is dropped."""
    assert len(archived) >= 10
    pairs = [*pairwise(archived), *zip(archived, archived, strict=True)]
    claimed = set()
    for at, (letter, bilag) in enumerate(pairs):
        content = merge([Part("Brev", letter), Part("Bilag", bilag)], Style("Afgørelse", small=small)).content
        (tmp_path / f"{at}.pdf").write_bytes(content)
        claimed |= {f"{at}.pdf"} if CLAIM.search(content) else set()

    assert claimed == valid(tmp_path)
    assert len(claimed) >= len(archived)
