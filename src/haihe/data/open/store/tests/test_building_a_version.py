"""A version is made whole or not at all, and says what it consists of."""

from pathlib import Path

import pytest

from haihe.data.open.store import (
    BuildTrouble,
    Column,
    ColumnsTrouble,
    Engine,
    StoreDamaged,
    TooCostly,
    build,
    check_files,
    open_store,
    read_manifest,
    read_query,
)
from haihe.data.open.store.testing import COLUMNS, made_up_rows, made_up_version, write_rows

TEXT = Column("name", "名称", "Name", "text")


def test_the_manifest_tells_what_there_is(version: Path) -> None:
    manifest = read_manifest(version)
    assert (manifest.rows, manifest.columns, manifest.origin) == (400, COLUMNS, {"snapshot": "made-up"})
    files = ["figures.duckdb", "pages.sqlite", "rows.parquet", "told.jsonl", "told.places", "words.bits"]
    assert sorted(manifest.sha256) == files
    check_files(version)
    assert sorted(file.name for file in version.iterdir()) == sorted([*files, "store.json"])


def test_a_file_that_was_altered_is_noticed(tmp_path: Path) -> None:
    made_up_version(tmp_path / "v", 10)
    with pytest.raises(StoreDamaged):
        read_manifest(tmp_path)
    file = tmp_path / "v" / "pages.sqlite"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreDamaged):
        check_files(tmp_path / "v")


def test_building_again_gives_the_same_answers(tmp_path: Path) -> None:
    first = made_up_version(tmp_path / "v", 10)
    again = build(tmp_path / "v", COLUMNS)
    assert (again.rows, again.sha256["rows.parquet"]) == (10, first.sha256["rows.parquet"])


@pytest.mark.parametrize(
    "columns",
    [
        [],
        [TEXT, TEXT],
        [Column("_ID", "行号", "Id", "integer")],
        [Column("", "空", "Empty", "text")],
        [Column("a\nb", "行", "Line", "text")],
        [Column("a", "某", "Odd", "money")],  # type: ignore[arg-type]  # that is what is tried
        [Column("absent", "无", "Absent", "text")],
    ],
    ids=["none", "twice", "row id", "empty", "control sign", "unknown kind", "not among the rows"],
)
def test_columns_that_cannot_be_served_are_refused(tmp_path: Path, columns: list[Column]) -> None:
    write_rows(tmp_path / "v", [TEXT], [(1, "a")])
    with pytest.raises(ColumnsTrouble):
        build(tmp_path / "v", columns)
    assert not (tmp_path / "v" / "store.json").exists()


@pytest.mark.parametrize("ids", [(1, 1), (1, None)])
def test_rows_that_share_an_id_or_have_none_are_refused(tmp_path: Path, ids: tuple[int, int | None]) -> None:
    write_rows(tmp_path / "v", [TEXT], [(each, "a") for each in ids])
    with pytest.raises(BuildTrouble):
        build(tmp_path / "v", [TEXT])


def test_cells_of_another_kind_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "v", [TEXT], [(1, "no number")])
    with pytest.raises(BuildTrouble):
        build(tmp_path / "v", [Column("name", "名称", "Name", "integer")])


def test_what_is_no_number_is_missing(tmp_path: Path) -> None:
    column = Column("x", "数", "X", "decimal")
    write_rows(tmp_path / "v", [column], [(1, float("nan")), (2, float("inf")), (3, 1.5)])
    build(tmp_path / "v", [column])
    store = open_store(tmp_path / "v")
    assert [row[1] for row in store.page(read_query({}, [column])).rows] == [None, None, 1.5]
    store.close()


def test_rows_in_any_order_stand_by_their_id(tmp_path: Path) -> None:
    rows = list(reversed(made_up_rows(50)))
    write_rows(tmp_path / "v", COLUMNS, rows)
    build(tmp_path / "v", COLUMNS)
    store = open_store(tmp_path / "v")
    assert [row[0] for row in store.page(read_query({}, COLUMNS)).rows] == sorted(row[0] for row in rows)
    assert b"".join(store.export(None, "csv")).splitlines()[1].startswith(b"1,")
    store.close()


def test_a_query_that_takes_too_long_is_stopped_and_says_so() -> None:
    engine = Engine()
    with pytest.raises(TooCostly) as told:
        engine.rows("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", (), limit_s=0.1)
    assert "0.1 秒，已经停止" in told.value.zh
    assert engine.rows("SELECT ?", (1,), limit_s=10) == [(1,)]
    engine.close()


def test_a_query_that_takes_too_much_memory_is_stopped_and_says_so() -> None:
    engine = Engine(memory="20MB")
    with pytest.raises(TooCostly) as told:
        engine.rows("SELECT count(DISTINCT hash(range)::VARCHAR) FROM range(10000000)", (), limit_s=60)
    assert "内存" in told.value.zh
    engine.close()
