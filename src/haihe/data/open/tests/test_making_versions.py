"""Versions are made one behind the other, by one program's user alone, and nothing is left of one that failed."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from haihe.data.open import operations, queries, storing
from haihe.data.open.columns import OpenColumn
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.operations import moving
from haihe.data.open.sources import Source, typed
from haihe.data.open.store import read_manifest
from haihe.data.open.storing import Told
from haihe.data.open.tests.conftest import NOW
from haihe.data.open.tests.test_opening_a_dataset import open_canteens

COLUMNS = (OpenColumn(name="name", title="名称", title_en="Name"),)
TOLD = Told(dataset="d", code="c", version=1, snapshot="s", as_of="2026-11-26", key=(), masked=())
ROWS = pa.table({"name": ["水上公园"]})


def _store(folder: Path, *, columns: tuple[OpenColumn, ...] = COLUMNS) -> storing.Stored:
    return storing.store(folder, ROWS, columns=columns, told=TOLD, before=None)


def test_a_version_is_this_programs_alone(tmp_path: Path) -> None:
    _store(tmp_path / "open" / "1")
    assert (tmp_path / "open" / "1").stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o222 for file in (tmp_path / "open" / "1").iterdir()} == {0}


def test_what_killed_programs_left_goes_with_the_next_try(tmp_path: Path) -> None:
    for left in (".1.4711", ".1.new"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "rows.parquet").write_bytes(b"torn")
    (tmp_path / ".11.new").mkdir()
    _store(tmp_path / "1")
    assert sorted(file.name for file in tmp_path.iterdir()) == [".11.new", "1"]
    assert read_manifest(tmp_path / "1").rows == 1


def test_a_version_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name"):
        _store(tmp_path / "1", columns=(*COLUMNS, OpenColumn(name=" ", title="空")))
    assert list(tmp_path.iterdir()) == []


def test_no_text_holds_what_ends_it_for_some() -> None:
    kept = typed(pa.table({"name": pa.chunked_array([["a\x00b", None, "c"]])}), COLUMNS)
    assert kept["name"].to_pylist() == ["ab", None, "c"]


@pytest.mark.django_db
def test_no_version_overtakes_another(canteens: str) -> None:
    open_canteens(canteens)
    row = Dataset.objects.get(slug="canteens")
    first = DatasetVersion.objects.get(dataset=row)

    def of(snapshot: str) -> Source:
        return Source(
            snapshot, NOW + timedelta(days=1), 6, lambda names: pa.table({name: pa.nulls(0) for name in names})
        )

    second, third = (moving.new_version(row, of(name), NOW) for name in ("two", "three"))
    assert not operations.make_version(third.pk, now=NOW)
    third.refresh_from_db()
    assert third.state == "WAITING"
    assert queries.current_version(row) == first
    operations.make_version(second.pk, now=NOW)
    operations.make_version(third.pk, now=NOW)
    assert [one.state for one in row.versions.all()] == ["HELD", "HELD", "READY"]
