"""A hall with a few candidates. All of them are made up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from haihe.kernel.keyring import Keyring
from haihe.scoreday.testing import Hall, candidate

NOW = 1_782_273_600.0


@pytest.fixture
def hall(tmp_path: Path, keyring: Keyring) -> Iterator[Hall]:
    hall = Hall(tmp_path, keyring=keyring, candidates=[candidate(n) for n in range(20)], now=NOW)
    yield hall
    hall.close()
