"""A made-up F2 for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from esdh_connect_f2.testing import FakeF2


@pytest.fixture
def f2(tmp_path: Path) -> Iterator[FakeF2]:
    with FakeF2(tmp_path / "f2") as f2:
        yield f2
