"""Whole files say what the rows say, open in the programs that people use, and run nothing there."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from rdflib import Graph, Literal, URIRef

from haihe.data.open.store import FORMS, Column, Kind, Store, build, open_store, read_where
from haihe.data.open.store.testing import COLUMNS, made_up_rows, made_up_version, write_rows
from haihe.data.open.store.workbook import SheetRows, workbook
from haihe.kernel.spreadsheet import guarded

ROWS = made_up_rows(400)
NAMES = ["_id", *(column.name for column in COLUMNS)]


def _file(store: Store, form: str, **how: Any) -> bytes:
    return b"".join(store.export(None, form, **how))


def _plain(row: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(NAMES, row, strict=True))
    told["opened"] = told["opened"] and told["opened"].isoformat()
    told["changed"] = told["changed"] and told["changed"].isoformat() + "+08:00"
    return told


def test_csv_is_what_the_rows_are(store: Store) -> None:
    text = _file(store, "csv").decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == NAMES
    for told, row in zip(rows[1:], ROWS, strict=True):
        plain = _plain(row)
        assert told[1] == (plain["name"] or "")
        assert told[3] == ("" if plain["beds"] is None else str(plain["beds"]))
        assert (float(told[4]) if told[4] else None) == plain["area"]
        assert told[7] == {None: "", True: "true", False: "false"}[plain["is_public"]]
        assert told[10] == (row[10] or "")


def test_duckdb_reads_the_csv_with_empty_apart_from_missing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(_file(store, "csv"))
    found = duckdb.execute(
        f"SELECT name FROM read_csv('{tmp_path}/rows.csv', all_varchar=true, header=true) ORDER BY _id::INT"
    ).fetchall()
    assert [row[0] for row in found if row[0] is not None] == [row[1] for row in ROWS if row[1]]


def test_a_guarded_csv_runs_no_formula_and_opens_in_a_spreadsheet(store: Store) -> None:
    text = _file(store, "csv", guard=True)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    for told, row in zip(rows[1:], ROWS, strict=True):
        assert told[1] == guarded(row[1] or "")
        assert told[10] == guarded(row[10] or "")


def test_json_and_its_lines_are_exact(store: Store) -> None:
    expected = [_plain(row) for row in ROWS]
    assert json.loads(_file(store, "json")) == expected
    assert [json.loads(line) for line in _file(store, "jsonl").decode().split("\n")[:-1]] == expected


def test_geojson_has_points_where_both_coordinates_are_known(store: Store) -> None:
    told = json.loads(_file(store, "geojson"))
    assert told["type"] == "FeatureCollection"
    for feature, row in zip(told["features"], ROWS, strict=True):
        point = None if row[8] is None or row[9] is None else {"type": "Point", "coordinates": [row[8], row[9]]}
        assert (feature["id"], feature["geometry"]) == (row[0], point)
        assert feature["properties"]["name"] == row[1]
        assert "lon" not in feature["properties"]


def test_geojson_keeps_places_that_are_not_the_point(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("longitude", "latitude", "longitude", "latitude")
    columns = tuple(Column(name, name, name, kind) for name, kind in zip(("a", "b", "c", "d"), kinds, strict=True))
    write_rows(tmp_path / "v", columns, [(1, 117.0, 39.0, 117.5, 39.5)])
    build(tmp_path / "v", columns)
    store = open_store(tmp_path / "v")
    (feature,) = json.loads(_file(store, "geojson"))["features"]
    assert feature["geometry"]["coordinates"] == [117.0, 39.0]
    assert feature["properties"] == {"c": 117.5, "d": 39.5}
    store.close()


def test_parquet_keeps_kinds(store: Store) -> None:
    table = pq.read_table(io.BytesIO(_file(store, "parquet")))
    assert table.column_names == NAMES
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS


def test_triples_are_read_by_others(store: Store) -> None:
    graph = Graph().parse(data=_file(store, "nt", base="https://example.cn/open/医院> <x").decode(), format="nt")
    base = "https://example.cn/open/%E5%8C%BB%E9%99%A2%3E%20%3Cx"
    for row in ROWS[:60]:
        subject = URIRef(f"{base}#row-{row[0]}")
        assert graph.value(subject, URIRef(f"{base}#column-name")) == (None if row[1] is None else Literal(row[1]))
        beds = graph.value(subject, URIRef(f"{base}#column-beds"))
        assert (beds.toPython() if beds is not None else None) == row[3]  # type: ignore[attr-defined]  # a literal
    assert len(graph) == sum(cell is not None for row in ROWS for cell in row[1:])


def test_a_workbook_holds_texts_as_texts(store: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_file(store, "xlsx")), read_only=True)
    rows = list(book["1"].iter_rows(values_only=True))
    assert list(rows[0]) == NAMES
    for told, row in zip(rows[1:], ROWS, strict=True):
        assert told[1] in (row[1], None) or told[1] == (row[1] or "").replace("\r\n", "\n")
        assert told[3] == (row[3] if row[3] is None or abs(row[3]) < 10**15 else str(row[3]))
        assert told[7] == row[7]
    kinds = {cell.data_type for line in book["1"].iter_rows() for cell in line}
    assert "f" not in kinds


def test_a_workbook_goes_on_on_the_next_sheet(store: Store) -> None:
    import pyarrow as pa

    cells = pa.array([f"<row><c><v>{n}</v></c></row>" for n in range(25)])
    batches = (
        SheetRows(len(part), "".join(part.to_pylist()).encode(), part) for part in (cells[:3], cells[3:4], cells[4:])
    )
    book = openpyxl.load_workbook(io.BytesIO(b"".join(workbook(["n<"], batches, most=11))), read_only=True)
    assert [[row[0] for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames] == [
        ["n<", *range(10)],
        ["n<", *range(10, 20)],
        ["n<", *range(20, 25)],
    ]


def test_rows_of_a_condition_alone(store: Store) -> None:
    where = read_where({"where": "beds = 20 and district in ('和平区', '河东区')"}, COLUMNS)
    expected = [row[0] for row in ROWS if row[3] == 20 and row[2] in ("和平区", "河东区")]
    lines = b"".join(store.export(where, "jsonl")).decode().splitlines()
    assert [json.loads(line)["_id"] for line in lines] == expected


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_version_without_rows_is_a_whole_file_too(tmp_path: Path, form: str) -> None:
    made_up_version(tmp_path / "v", 0)
    store = open_store(tmp_path / "v")
    whole = _file(store, form)
    match form:
        case "json":
            assert json.loads(whole) == []
        case "geojson":
            assert json.loads(whole)["features"] == []
        case "csv":
            assert whole.count(b"\n") == 1
        case "parquet":
            assert pq.read_table(io.BytesIO(whole)).num_rows == 0
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(whole))["1"].max_row == 1
        case _:
            assert whole == b""
    store.close()


@pytest.mark.parametrize("form", sorted(FORMS))
def test_who_stops_taking_a_file_stops_its_making(version: Path, form: str) -> None:
    store = open_store(version)
    pieces = store.export(None, form)
    next(pieces)
    pieces.close()
    store.close()
