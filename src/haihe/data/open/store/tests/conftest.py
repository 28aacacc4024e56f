"""One version of made-up rows for all tests of a worker: building it is what takes time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from haihe.data.open.store import Store, open_store
from haihe.data.open.store.testing import made_up_version


@pytest.fixture(scope="session")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open") / "v1"
    made_up_version(folder)
    return folder


@pytest.fixture(scope="session")
def store(version: Path) -> Iterator[Store]:
    opened = open_store(version)
    yield opened
    opened.close()
