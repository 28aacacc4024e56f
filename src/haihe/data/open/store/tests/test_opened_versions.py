"""What is open is bounded: what nobody asks any more is closed, and never under somebody's hands."""

import gc
from pathlib import Path

import pytest

from haihe.data.open.store import Engine, OpenStores, WrongQuery, build, open_store, read_query, read_where
from haihe.data.open.store.columns import Column
from haihe.data.open.store.testing import COLUMNS, made_up_version, write_rows

ATTACHED = "SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'store_%'"
LONG = (Column("note", "说明", "Note", "text", filterable=True),)


def test_who_is_put_away_lets_go_of_its_files_when_nobody_reads_them(tmp_path: Path) -> None:
    engine = Engine()
    stores = OpenStores(engine, most=1)
    where = read_where({"where": "beds > 3"}, COLUMNS)
    for name in ("a", "b", "c"):
        made_up_version(tmp_path / name, 40)
        assert stores.open(tmp_path / name).count(where) > 0
    gc.collect()
    assert len(stores) == 1
    assert engine.rows(ATTACHED, (), limit_s=5) == [(1,)]
    assert stores.get(tmp_path / "a") is None
    stores.close()


def test_a_file_is_taken_to_its_end_though_its_version_was_put_away(tmp_path: Path) -> None:
    stores = OpenStores(Engine(), most=1)
    made_up_version(tmp_path / "a", 9_000)
    made_up_version(tmp_path / "b", 40)
    pieces = stores.open(tmp_path / "a").export(None, "jsonl")
    stores.open(tmp_path / "b")
    gc.collect()
    assert b"".join(pieces).count(b"\n") == 9_000
    stores.close()


@pytest.mark.parametrize("descending", ["", "-"])
def test_pages_go_on_behind_texts_that_no_address_could_hold(tmp_path: Path, descending: str) -> None:
    rows = [(n, ("天" * 6_000 if n % 3 else "津" * 6_000) + str(n % 2)) for n in range(9)]
    write_rows(tmp_path / "v", LONG, rows)
    build(tmp_path / "v", LONG)
    store = open_store(tmp_path / "v")
    asked, seen = {"order": f"{descending}note", "limit": "2"}, list[int]()
    page = store.page(read_query(asked, LONG))
    while True:
        seen += [row[0] for row in page.rows]
        if page.next is None:
            break
        assert len(page.next) < 100
        page = store.page(read_query(asked | {"cursor": page.next}, LONG))
    expected = sorted(rows, key=lambda row: (row[1], row[0]), reverse=bool(descending))
    assert seen == [row[0] for row in expected]
    gone = read_query(asked | {"cursor": "W1tdLDk5XQ"}, LONG)
    with pytest.raises(WrongQuery):
        store.page(gone)
    store.close()
