"""One city's open data for the tests of a worker: three datasets of made-up rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from haihe.data.open.store.testing import COLUMNS
from haihe.openreads.testing import Served, dataset_row, grant_row, key_row, version_row, write_version

KEY, OTHER_KEY = "a key of the university", "a key for open data alone"
SOME_KEY, LATE_KEY = "a key for some columns", "a key whose grant is over"
DATASETS = (
    dataset_row(),
    dataset_row("secret-clubs", opening="CONDITIONAL", current_version="1"),
    dataset_row("files-only", is_api=False, current_version="1"),
    dataset_row("paused", state="SUSPENDED", current_version="1"),
    dataset_row("gone", state="WITHDRAWN", current_version="1"),
    dataset_row("broken", current_version="1"),
    dataset_row("empty", current_version=None),
)
VERSIONS = (
    version_row(rows=50),
    version_row(version="2"),
    *(version_row(slug, rows=20) for slug in ("secret-clubs", "files-only", "paused", "gone", "broken")),
)
KEYS = (
    key_row(KEY, grants={"secret-clubs": grant_row(*(column.name for column in COLUMNS))}),
    key_row(SOME_KEY, grants={"secret-clubs": grant_row("district", "beds", "never-there")}),
    key_row(LATE_KEY, grants={"secret-clubs": grant_row("district", until=VERSIONS[0]["published_at"])}),
    key_row(OTHER_KEY),
    key_row("old", valid_until=VERSIONS[0]["published_at"]),
)


@pytest.fixture(scope="session")
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    for row in VERSIONS:
        if row["dataset"] != "broken":
            write_version(folder, row["dataset"], row["version"], rows=row["rows"])
    return folder


@pytest.fixture(scope="module")
def served(open_folder: Path) -> Iterator[Served]:
    with Served(open_folder) as served:
        served.publish(DATASETS, VERSIONS, KEYS)
        yield served
